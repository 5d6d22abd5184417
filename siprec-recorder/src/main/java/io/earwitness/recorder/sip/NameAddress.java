package io.earwitness.recorder.sip;

import java.util.Locale;

/**
 * A From, To, Contact or Route value (RFC 3261 §20.10), read as tolerantly as can be.
 *
 * @param uri without angle brackets
 * @param parameters behind the address, with their leading semicolon; may be empty
 */
record NameAddress(String uri, String parameters) {
  static NameAddress parse(String value) {
    int open = value.lastIndexOf('<');
    int close = value.indexOf('>', open + 1);
    if (open >= 0 && close > open) {
      return new NameAddress(value.substring(open + 1, close), value.substring(close + 1).strip());
    }
    // Without brackets, parameters belong to the header
    int semicolon = value.indexOf(';');
    return semicolon < 0
        ? new NameAddress(value.strip(), "")
        : new NameAddress(value.substring(0, semicolon).strip(), value.substring(semicolon));
  }

  /** Whether it is a sips URI. */
  static boolean isSecure(String uri) {
    return uri.regionMatches(true, 0, "sips:", 0, 5);
  }

  /** The URI, with a transport parameter where it names none and the default won't do. */
  String uriOver(Transport transport) {
    boolean named = uri.toLowerCase(Locale.ROOT).contains(";transport=");
    return named || transport == Transport.UDP || isSecure(uri)
        ? uri
        : uri + ";transport=" + transport.parameter();
  }
}
