package io.earwitness.recorder.mime;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A message's body as its parts; a body that is no multipart is its only part. */
public record Body(List<MimePart> parts) {
  /** RFC 9806 §2, and the older name in RFC 7866 that many SRCs still use. */
  private static final Set<String> METADATA_TYPES =
      Set.of("application/rs-metadata+xml", "application/rs-metadata");

  public Body {
    parts = List.copyOf(parts);
  }

  /**
   * Reads a body.
   *
   * @param contentType the message's Content-Type; may be empty
   */
  public static Body parse(String contentType, byte[] bytes) {
    if (bytes.length == 0) {
      return new Body(List.of());
    }
    ContentType type = ContentType.parse(contentType);
    Optional<String> boundary = type.parameter("boundary");
    if (type.isMultipart() && boundary.isPresent()) {
      return new Body(Multipart.split(bytes, boundary.get()));
    }
    return new Body(
        List.of(MimePart.of(contentType.isEmpty() ? "text/plain" : contentType, bytes)));
  }

  /** The session description. */
  public Optional<byte[]> sdp() {
    return first(Set.of("application/sdp")).map(MimePart::body);
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
