package io.earwitness.archive.cdr;

import io.earwitness.call.TenantSlug;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Stands in for telephone numbers and persons in the lake, so that analysts can join and count
 * without seeing them: HMAC-SHA256 under a key of the tenant, cut to 128 bits.
 *
 * <h2>What it guarantees</h2>
 *
 * The same number of the same tenant under the same key gives the same token; numbers of two
 * tenants can't be joined; without the key a token can't be turned back, nor tried out.
 *
 * <h2>Restrictions</h2>
 *
 * Whoever has the key can try all numbers. Country and prefix stand in clear beside the token.
 *
 * <h2>Use</h2>
 *
 * {@code Tokens.of(secret, tenant).number("+4930123")}
 */
public final class Tokens {
  /** The least length of the platform's secret in bytes. */
  public static final int SECRET_BYTES = 32;

  private static final int TOKEN_BYTES = 16;

  private final SecretKeySpec key;
  private final String keyId;

  private Tokens(SecretKeySpec key, String keyId) {
    this.key = key;
    this.keyId = keyId;
  }

  /**
   * The tokens of one tenant.
   *
   * @param secret the platform's token secret, at least 32 random bytes
   */
  public static Tokens of(byte[] secret, TenantSlug tenant) {
    if (secret.length < SECRET_BYTES) {
      throw new IllegalArgumentException(
          "the token secret has %d bytes; at least %d are needed"
              .formatted(secret.length, SECRET_BYTES));
    }
    byte[] tenantKey = mac(new SecretKeySpec(secret, "HmacSHA256"), "cdr-token-1:" + tenant);
    return new Tokens(new SecretKeySpec(tenantKey, "HmacSHA256"), keyId(tenantKey));
  }

  /** Names the key: begins of SHA-256 of it. */
  public String keyId() {
    return keyId;
  }

  /** The token of a number; a leading plus and punctuation don't matter. */
  public String number(String number) {
    StringBuilder digits = new StringBuilder();
    number.chars().filter(c -> c >= '0' && c <= '9').forEach(c -> digits.append((char) c));
    return token("number:" + (digits.isEmpty() ? number : digits));
  }

  /** The token of a person. */
  public String person(String userId) {
    return token("person:" + userId);
  }

  private String token(String text) {
    return HexFormat.of().formatHex(mac(key, text), 0, TOKEN_BYTES);
  }

  private static String keyId(byte[] key) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(key);
      return HexFormat.of().formatHex(hash, 0, 4);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private static byte[] mac(SecretKeySpec key, String text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(key);
      return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has HmacSHA256", e);
    }
  }
}
