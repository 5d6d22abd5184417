package io.earwitness.recorder.mime;

import io.earwitness.call.Deviation;
import io.earwitness.call.DeviationFound;
import io.earwitness.call.Deviations;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A message's body as its parts; a body that is no multipart is its only part.
 *
 * @param deviations in what it departs from RFC 2046 and RFC 7866 §9.1
 */
public record Body(List<MimePart> parts, List<DeviationFound> deviations) {
  /** RFC 9806 §2, and the older name in RFC 7866 that many SRCs still use. */
  private static final Set<String> METADATA_TYPES =
      Set.of("application/rs-metadata+xml", "application/rs-metadata");

  private static final String SDP = "application/sdp";

  public Body {
    parts = List.copyOf(parts);
    deviations = List.copyOf(deviations);
  }

  /**
   * Reads a body.
   *
   * @param contentType the message's Content-Type; may be empty
   */
  public static Body parse(String contentType, byte[] bytes) {
    if (bytes.length == 0) {
      return new Body(List.of(), List.of());
    }
    ContentType type = ContentType.parse(contentType);
    Optional<String> boundary = type.parameter("boundary");
    Deviations deviations = new Deviations();
    List<MimePart> parts;
    if (type.isMultipart() && boundary.isPresent()) {
      parts = Multipart.split(bytes, boundary.get(), deviations);
      check(parts, deviations);
    } else {
      parts = List.of(MimePart.of(contentType.isEmpty() ? "text/plain" : contentType, bytes));
    }
    if (parts.stream()
        .anyMatch(part -> part.contentType().type().equals("application/rs-metadata"))) {
      deviations.add(Deviation.METADATA_TYPE_OLD, "Content-Type: application/rs-metadata");
    }
    return new Body(parts, deviations.list());
  }

  private static void check(List<MimePart> parts, Deviations deviations) {
    boolean metadata = false;
    for (MimePart part : parts) {
      String type = part.contentType().type();
      if (METADATA_TYPES.contains(type)) {
        metadata = true;
        String disposition = part.header("Content-Disposition").orElse("");
        if (!ContentType.parse(disposition).type().equals("recording-session")) {
          deviations.add(
              Deviation.DISPOSITION_MISSING,
              disposition.isEmpty() ? "no Content-Disposition" : "another Content-Disposition");
        }
      } else if (metadata && type.equals(SDP)) {
        deviations.add(Deviation.METADATA_FIRST, "application/sdp behind the metadata");
      }
    }
  }

  /** The session description. */
  public Optional<byte[]> sdp() {
    return first(Set.of(SDP)).map(MimePart::body);
  }

  /** The recording metadata (RFC 7866 §9.1). Known by its type: its disposition may be missing. */
  public Optional<byte[]> metadata() {
    return metadataPart().map(MimePart::body);
  }

  /** The same with its type. */
  public Optional<MimePart> metadataPart() {
    return first(METADATA_TYPES);
  }

  private Optional<MimePart> first(Set<String> types) {
    return parts.stream().filter(part -> types.contains(part.contentType().type())).findFirst();
  }
}
