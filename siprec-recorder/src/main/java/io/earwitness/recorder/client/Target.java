package io.earwitness.recorder.client;

import io.earwitness.recorder.sip.Transport;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where the calls go.
 *
 * @param host a name or a literal, IPv6 in brackets
 * @param requestUri of the INVITE
 */
record Target(String host, int port, String requestUri) {
  private static final Pattern SIP_URI =
      Pattern.compile(
          "(?i)(sips?):((?:[^@;?]*@)?(\\[[0-9a-f:.]+]|[^:;?\\[\\]@\\s]+)(?::([0-9]{1,5}))?)(;[^\\s]*)?");

  /** The transport that a URI asks for; UDP if it asks for none (RFC 3263 §4.1, without DNS). */
  static Transport transport(String uri) {
    String lower = uri.strip().toLowerCase(Locale.ROOT);
    if (lower.startsWith("sips:") || lower.contains(";transport=tls")) {
      return Transport.TLS;
    }
    return lower.contains(";transport=tcp") ? Transport.TCP : Transport.UDP;
  }

  /**
   * Reads a SIP URI; its parameters are not taken over.
   *
   * @throws IllegalArgumentException if it is none
   */
  static Target parse(String uri, Transport transport) {
    Matcher matcher = SIP_URI.matcher(uri.strip());
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "'%s' is no SIP URI such as sip:recorder@192.0.2.1:5060".formatted(uri));
    }
    boolean secure = matcher.group(1).equalsIgnoreCase("sips");
    if (secure && transport != Transport.TLS) {
      throw new IllegalArgumentException(
          "'%s' can only be reached over tls, not %s".formatted(uri, transport.parameter()));
    }
    int usual = transport == Transport.TLS ? 5061 : 5060;
    int port = matcher.group(4) == null ? usual : Integer.parseInt(matcher.group(4));
    if (port < 1 || port > 65535) {
      throw new IllegalArgumentException("'%s' has port %d".formatted(uri, port));
    }
    String host = matcher.group(3);
    String requestUri = (secure ? "sips:" : "sip:") + matcher.group(2);
    if (transport != Transport.UDP && !secure) {
      requestUri += ";transport=" + transport.parameter();
    }
    return new Target(host, port, requestUri);
  }
}
