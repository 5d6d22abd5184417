package io.earwitness.recorder.sdp;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads session descriptions (RFC 8866 §5): tolerant of missing and odd lines, of line ends and of
 * any order within a section; strict only about m-lines, by whose position everything is matched.
 */
public final class SdpParser {
  private static final int MAX_MEDIA = 64;

  private String origin = "";
  private String name = "";
  private @Nullable String connection;
  private @Nullable MediaDirection direction;
  private boolean receiverReports = true;
  private final List<String> dtls = new ArrayList<>();
  private final List<MediaSection> sections = new ArrayList<>();

  private SdpParser() {}

  /**
   * Reads a description.
   *
   * @throws SdpException saying which line is wrong
   */
  public static SessionDescription parse(byte[] bytes) throws SdpException {
    SdpParser parser = new SdpParser();
    int number = 0;
    boolean version = false;
    for (String line : new String(bytes, StandardCharsets.UTF_8).split("\r\n|\r|\n", -1)) {
      number++;
      if (line.isBlank()) {
        continue;
      }
      if (line.length() < 2 || line.charAt(1) != '=') {
        if (!version) {
          throw new SdpException("line %d of the SDP is no 'v=0'".formatted(number));
        }
        continue;
      }
      version |= line.charAt(0) == 'v';
      parser.line(line.charAt(0), line.substring(2).strip(), number);
    }
    if (!version) {
      throw new SdpException("the SDP has no 'v=0' line");
    }
    if (parser.sections.isEmpty()) {
      throw new SdpException("the SDP has no 'm=' line");
    }
    return parser.description();
  }

  private void line(char type, String value, int number) throws SdpException {
    MediaSection section = sections.isEmpty() ? null : sections.getLast();
    switch (type) {
      case 'o' -> origin = value;
      case 's' -> name = value;
      case 'm' -> {
        if (sections.size() == MAX_MEDIA) {
          throw new SdpException("the SDP has more than %d 'm=' lines".formatted(MAX_MEDIA));
        }
        sections.add(MediaSection.parse(value, number));
      }
      case 'c' -> {
        String address = address(value);
        if (section == null) {
          connection = address;
        } else {
          section.connection = address;
        }
      }
      case 'b' -> {
        // Bandwidth for RTCP of those who don't send (RFC 3556 §2), in bit/s
        if (value.startsWith("RR:")) {
          boolean any = !value.substring("RR:".length()).strip().matches("0+");
          if (section == null) {
            receiverReports = any;
          } else {
            section.receiverReports = any;
          }
        }
      }
      case 'a' -> {
        if (section == null) {
          MediaDirection named = MediaDirection.of(value);
          direction = named == null ? direction : named;
          if (value.startsWith(DtlsOffer.FINGERPRINT) || value.startsWith(DtlsOffer.SETUP)) {
            dtls.add(value);
          }
        } else {
          section.attributes.add(value);
        }
      }
      default -> {
        // Nothing that a recorder needs
      }
    }
  }

  /** The address of {@code c=IN IP4 192.0.2.1/127}. */
  private static @Nullable String address(String value) {
    String[] words = value.split("\\s+");
    if (words.length < 3) {
      return null;
    }
    int slash = words[2].indexOf('/');
    return slash < 0 ? words[2] : words[2].substring(0, slash);
  }

  private SessionDescription description() {
    List<MediaDescription> media = new ArrayList<>();
    for (MediaSection section : sections) {
      media.add(section.description(connection, direction, receiverReports, dtls));
    }
    return new SessionDescription(origin, name, connection, direction, media);
  }
}
