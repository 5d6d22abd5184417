package io.earwitness.recorder.mime;

import java.util.List;
import java.util.Optional;

/**
 * One part of a body.
 *
 * @param headers as received, in their order
 * @param body the bytes between the part's header section and the next delimiter, untouched
 */
public record MimePart(List<Header> headers, byte[] body) {
  public MimePart {
    headers = List.copyOf(headers);
  }

  /** A header field of a part; the value without blanks around it. */
  public record Header(String name, String value) {}

  /** A part to send. */
  public static MimePart of(String contentType, byte[] body) {
    return new MimePart(List.of(new Header("Content-Type", contentType)), body);
  }

  public MimePart withHeader(String name, String value) {
    List<Header> more = new java.util.ArrayList<>(headers);
    more.add(new Header(name, value));
    return new MimePart(more, body);
  }

  /** The first header of this name, without regard to case. */
  public Optional<String> header(String name) {
    return headers.stream()
        .filter(header -> header.name().equalsIgnoreCase(name))
        .map(Header::value)
        .findFirst();
  }

  /** The media type; {@code text/plain} where none is given (RFC 2045 §5.2). */
  public ContentType contentType() {
    return ContentType.parse(header("Content-Type").orElse("text/plain"));
  }
}
