package io.earwitness.portal;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;

/**
 * Texts that stand for a session. Only hashes of them are kept; a cookie and a bearer token of the
 * same text hash differently, so that neither can be used as the other.
 */
final class SessionTokens {
  /** Tells a bearer token from other secrets, for people and for scanners of repositories. */
  static final String BEARER_PREFIX = "ewt_";

  private static final int BYTES = 32;
  private static final SecureRandom RANDOM = new SecureRandom();

  private SessionTokens() {}

  static String draw() {
    byte[] bytes = new byte[BYTES];
    RANDOM.nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  static String cookieHash(String cookie) {
    return sha256("cookie", cookie);
  }

  static String bearerHash(String token) {
    return sha256("bearer", token);
  }

  /** The challenge of a verifier (RFC 7636 §4.2, S256). */
  static String challenge(String verifier) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(sha256().digest(verifier.getBytes(StandardCharsets.US_ASCII)));
  }

  static String invitationHash(String code) {
    return sha256("invitation", code);
  }

  /** The token that unsafe requests of a cookie's session must carry. */
  static String csrf(String cookie) {
    return sha256("csrf", cookie);
  }

  /** Compares without telling by its time how much was right. */
  static boolean same(String expected, String given) {
    return MessageDigest.isEqual(
        expected.getBytes(StandardCharsets.UTF_8), given.getBytes(StandardCharsets.UTF_8));
  }

  private static String sha256(String purpose, String text) {
    MessageDigest digest = sha256();
    digest.update((purpose + '\0').getBytes(StandardCharsets.UTF_8));
    return HexFormat.of().formatHex(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this Java runtime lacks SHA-256", e);
    }
  }
}
