package io.earwitness.recorder.sip;

import java.util.Locale;
import java.util.Map;

/**
 * One header field.
 *
 * @param name as received, compact forms written out (RFC 3261 §7.3.3)
 * @param value unfolded, without blanks around it
 */
public record SipHeader(String name, String value) {
  private static final Map<String, String> COMPACT =
      Map.ofEntries(
          Map.entry("a", "Accept-Contact"),
          Map.entry("b", "Referred-By"),
          Map.entry("c", "Content-Type"),
          Map.entry("d", "Request-Disposition"),
          Map.entry("e", "Content-Encoding"),
          Map.entry("f", "From"),
          Map.entry("i", "Call-ID"),
          Map.entry("j", "Reject-Contact"),
          Map.entry("k", "Supported"),
          Map.entry("l", "Content-Length"),
          Map.entry("m", "Contact"),
          Map.entry("n", "Identity-Info"),
          Map.entry("o", "Event"),
          Map.entry("r", "Refer-To"),
          Map.entry("s", "Subject"),
          Map.entry("t", "To"),
          Map.entry("u", "Allow-Events"),
          Map.entry("v", "Via"),
          Map.entry("x", "Session-Expires"),
          Map.entry("y", "Identity"));

  public SipHeader {
    name = name.strip();
    String compact = name.length() == 1 ? COMPACT.get(name.toLowerCase(Locale.ROOT)) : null;
    name = compact == null ? name : compact;
    value = value.strip();
    if (name.indexOf('\n') >= 0 || value.indexOf('\n') >= 0 || value.indexOf('\r') >= 0) {
      throw new IllegalArgumentException("a line break in the header " + name);
    }
  }
}
