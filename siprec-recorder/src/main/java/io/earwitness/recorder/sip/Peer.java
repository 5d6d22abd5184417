package io.earwitness.recorder.sip;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** How addresses are written. */
final class Peer {
  private Peer() {}

  static String text(InetSocketAddress address) {
    return host(address.getAddress()) + ":" + address.getPort();
  }

  /** A literal fit for a SIP URI: IPv6 in brackets, without a zone. */
  static String host(InetAddress address) {
    String literal = address.getHostAddress();
    if (!(address instanceof Inet6Address)) {
      return literal;
    }
    int zone = literal.indexOf('%');
    return "[" + (zone < 0 ? literal : literal.substring(0, zone)) + "]";
  }
}
