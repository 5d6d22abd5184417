package io.earwitness.recorder.sip;

import java.security.SecureRandom;
import java.util.HexFormat;

/** Random tokens: tags (RFC 3261 §19.3), branches (§8.1.1.7), Call-IDs. */
final class Tokens {
  private static final SecureRandom RANDOM = new SecureRandom();

  private Tokens() {}

  static String tag() {
    return hex(8);
  }

  static String branch() {
    return "z9hG4bK" + hex(12);
  }

  static String callId(String host) {
    return hex(16) + "@" + host;
  }

  private static String hex(int bytes) {
    byte[] random = new byte[bytes];
    RANDOM.nextBytes(random);
    return HexFormat.of().formatHex(random);
  }
}
