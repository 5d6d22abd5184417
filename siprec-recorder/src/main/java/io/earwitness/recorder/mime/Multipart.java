package io.earwitness.recorder.mime;

import io.earwitness.call.Deviation;
import io.earwitness.call.Deviations;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Multipart bodies (RFC 2046 §5.1):
 *
 * <pre>
 * multipart-body := [preamble CRLF] dash-boundary transport-padding CRLF body-part
 *                   *(CRLF dash-boundary transport-padding CRLF body-part)
 *                   CRLF dash-boundary "--" transport-padding [CRLF epilogue]
 * </pre>
 *
 * <p>Reading is byte-exact and tolerant: lines may end with LF alone, the closing delimiter may be
 * padded or missing. The boundary is taken literally and counts at the start of a line only, so
 * that the same text inside a part stays part of it.
 */
public final class Multipart {
  private Multipart() {}

  /**
   * Splits a body. Never fails: a body without any delimiter has no parts.
   *
   * @param boundary the Content-Type's parameter, without quotes
   * @param deviations gets in what the body departs from the grammar
   */
  public static List<MimePart> split(byte[] body, String boundary, Deviations deviations) {
    byte[] delimiter = ("--" + boundary).getBytes(StandardCharsets.UTF_8);
    List<MimePart> parts = new ArrayList<>();
    int partStart = -1;
    int line = 0;
    while (line < body.length) {
      int next = nextLine(body, line);
      Kind kind = kind(body, line, next, delimiter);
      if (kind != Kind.TEXT) {
        check(body, line, next, kind, delimiter.length, deviations);
        if (partStart >= 0) {
          parts.add(part(body, partStart, withoutLineBreak(body, partStart, line)));
        }
        partStart = kind == Kind.DELIMITER ? next : -1;
        if (kind == Kind.CLOSE) {
          break;
        }
      }
      line = next;
    }
    if (partStart >= 0) {
      // No closing delimiter: the last part goes to the end
      deviations.add(Deviation.MIME_CLOSE_MISSING, "%d parts".formatted(parts.size() + 1));
      parts.add(part(body, partStart, body.length));
    }
    return parts;
  }

  /**
   * Writes a body of these parts.
   *
   * @param boundary must occur in no part
   */
  public static byte[] join(List<MimePart> parts, String boundary) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (MimePart part : parts) {
      ascii(out, "--" + boundary + "\r\n");
      part.headers().forEach(header -> ascii(out, header.name() + ": " + header.value() + "\r\n"));
      ascii(out, "\r\n");
      out.writeBytes(part.body());
      ascii(out, "\r\n");
    }
    ascii(out, "--" + boundary + "--\r\n");
    return out.toByteArray();
  }

  private static void ascii(ByteArrayOutputStream out, String text) {
    out.writeBytes(text.getBytes(StandardCharsets.UTF_8));
  }

  private static void check(
      byte[] body, int start, int end, Kind kind, int delimiter, Deviations deviations) {
    int after = start + delimiter + (kind == Kind.CLOSE ? 2 : 0);
    int text = withoutLineBreak(body, after, end);
    if (kind == Kind.CLOSE && text > after) {
      deviations.add(Deviation.MIME_CLOSE_PADDED, "at byte %d of the body".formatted(after));
    }
    if (text + 1 == end) {
      deviations.add(Deviation.MIME_LINE_END, "at byte %d of the body".formatted(text));
    }
  }

  private enum Kind {
    TEXT,
    DELIMITER,
    CLOSE
  }

  private static Kind kind(byte[] body, int start, int end, byte[] delimiter) {
    int after = start + delimiter.length;
    if (after > end || !Arrays.equals(body, start, after, delimiter, 0, delimiter.length)) {
      return Kind.TEXT;
    }
    boolean close = after + 1 < end && body[after] == '-' && body[after + 1] == '-';
    for (int i = close ? after + 2 : after; i < end; i++) {
      if (body[i] != ' ' && body[i] != '\t' && body[i] != '\r' && body[i] != '\n') {
        return Kind.TEXT;
      }
    }
    return close ? Kind.CLOSE : Kind.DELIMITER;
  }

  private static int nextLine(byte[] body, int start) {
    int i = start;
    while (i < body.length && body[i] != '\n') {
      i++;
    }
    return Math.min(i + 1, body.length);
  }

  /** The line break before a delimiter belongs to the delimiter. */
  private static int withoutLineBreak(byte[] body, int start, int end) {
    int trimmed = end;
    if (trimmed > start && body[trimmed - 1] == '\n') {
      trimmed--;
      if (trimmed > start && body[trimmed - 1] == '\r') {
        trimmed--;
      }
    }
    return trimmed;
  }

  private static MimePart part(byte[] body, int start, int end) {
    List<MimePart.Header> headers = new ArrayList<>();
    StringBuilder header = new StringBuilder();
    int line = start;
    while (line < end) {
      int next = Math.min(nextLine(body, line), end);
      String text = new String(body, line, next - line, StandardCharsets.UTF_8);
      line = next;
      if (text.isBlank()) {
        break;
      }
      boolean folded = text.startsWith(" ") || text.startsWith("\t");
      if (folded && !header.isEmpty()) {
        header.append(' ');
      } else {
        add(headers, header);
      }
      header.append(text.strip());
    }
    add(headers, header);
    return new MimePart(headers, Arrays.copyOfRange(body, Math.min(line, end), end));
  }

  private static void add(List<MimePart.Header> headers, StringBuilder header) {
    int colon = header.indexOf(":");
    if (colon > 0) {
      headers.add(
          new MimePart.Header(
              header.substring(0, colon).strip(), header.substring(colon + 1).strip()));
    }
    header.setLength(0);
  }
}
