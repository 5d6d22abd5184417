package io.earwitness.syslog;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;

/**
 * One message (RFC 5424 §6):
 *
 * <pre>
 * SYSLOG-MSG = HEADER SP STRUCTURED-DATA [SP MSG]
 * HEADER     = PRI VERSION SP TIMESTAMP SP HOSTNAME SP APP-NAME SP PROCID SP MSGID
 * </pre>
 *
 * @param facility 0 to 23 (§6.2.1)
 * @param severity 0, emergency, to 7, debug
 * @param hostname and {@code appName}, {@code procId}, {@code msgId}: whatever is no printable
 *     US-ASCII, or too long, is replaced or cut; empty becomes the NILVALUE
 * @param data structured data: elements by their SD-ID, each with its parameters
 * @param text in UTF-8, with a byte order mark before it (§6.4)
 */
public record SyslogMessage(
    int facility,
    int severity,
    Instant timestamp,
    String hostname,
    String appName,
    String procId,
    String msgId,
    Map<String, Map<String, String>> data,
    String text) {
  private static final byte[] BOM = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};
  private static final int SD_NAME = 32;

  public SyslogMessage {
    if (facility < 0 || facility > 23 || severity < 0 || severity > 7) {
      throw new IllegalArgumentException(
          "facility %d, severity %d: 0 to 23 and 0 to 7 are there".formatted(facility, severity));
    }
    data.forEach(
        (id, parameters) -> {
          checkName(id);
          parameters.keySet().forEach(SyslogMessage::checkName);
        });
  }

  /** {@code SD-NAME = 1*32PRINTUSASCII ; except '=', SP, ']', %d34 (")} */
  private static void checkName(String name) {
    if (name.isEmpty()
        || name.length() > SD_NAME
        || !name.chars().allMatch(c -> c > ' ' && c < 127 && "=]\"".indexOf(c) < 0)) {
      throw new IllegalArgumentException("'%s' is no SD-NAME".formatted(name));
    }
  }

  /** The message, without a frame. */
  public byte[] bytes() {
    StringBuilder head = new StringBuilder();
    head.append('<').append(facility * 8 + severity).append(">1 ");
    head.append(timestamp.truncatedTo(ChronoUnit.MICROS));
    head.append(' ').append(printable(hostname, 255));
    head.append(' ').append(printable(appName, 48));
    head.append(' ').append(printable(procId, 128));
    head.append(' ').append(printable(msgId, 32)).append(' ');
    if (data.isEmpty()) {
      head.append('-');
    }
    data.forEach(
        (id, parameters) -> {
          head.append('[').append(id);
          parameters.forEach(
              (name, value) ->
                  head.append(' ').append(name).append("=\"").append(escaped(value)).append('"'));
          head.append(']');
        });
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(head.toString().getBytes(StandardCharsets.UTF_8));
    if (!text.isEmpty()) {
      out.write(' ');
      out.writeBytes(BOM);
      out.writeBytes(text.getBytes(StandardCharsets.UTF_8));
    }
    return out.toByteArray();
  }

  /** §6.3.3: '"', '\' and ']' are escaped. Control characters would be legal and are of no use. */
  private static String escaped(String value) {
    return value.replaceAll("\\p{Cntrl}", " ").replaceAll("([\"\\\\\\]])", "\\\\$1");
  }

  private static String printable(String value, int most) {
    StringBuilder clean = new StringBuilder();
    value.chars().limit(most).forEach(c -> clean.append(c > ' ' && c < 127 ? (char) c : '_'));
    return clean.isEmpty() ? "-" : clean.toString();
  }
}
