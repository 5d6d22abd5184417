package io.earwitness.recorder.client;

import io.earwitness.recorder.sip.Transport;
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
          "(?i)sip:((?:[^@;?]*@)?(\\[[0-9a-f:.]+]|[^:;?\\[\\]@\\s]+)(?::([0-9]{1,5}))?)(;[^\\s]*)?");

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
    int port = matcher.group(3) == null ? 5060 : Integer.parseInt(matcher.group(3));
    if (port < 1 || port > 65535) {
      throw new IllegalArgumentException("'%s' has port %d".formatted(uri, port));
    }
    String host = matcher.group(2);
    String requestUri = "sip:" + matcher.group(1);
    if (transport != Transport.UDP) {
      requestUri += ";transport=" + transport.parameter();
    }
    return new Target(host, port, requestUri);
  }
}
