package io.earwitness.portal;

import io.earwitness.call.TenantSlug;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * The installation's key for secrets of sign-in. Thread-safe.
 *
 * <h2>What it guarantees</h2>
 *
 * What is sealed (AES-256-GCM, a fresh nonce of 96 bits each time) can be opened for the same
 * purpose only, so that a sealed secret of one account is none of another's. Codes for a purpose
 * (HMAC-SHA-256, under a key of their own) can't be made without the key.
 *
 * <h2>Restrictions</h2>
 *
 * All nodes of an installation need the same key. Whoever has it and the database has the secrets.
 *
 * <h2>Use</h2>
 *
 * <pre>{@code
 * String kept = key.seal("totp|acme|u-1", secret);
 * byte[] secret = key.open("totp|acme|u-1", kept);
 * }</pre>
 */
public final class SignInKey {
  public static final int BYTES = 32;

  /** The file below the data folder's {@code keys} that holds it. */
  public static final String FILE = "sign-in.secret";

  private static final int NONCE_BYTES = 12;
  private static final int TAG_BITS = 128;
  private static final SecureRandom RANDOM = new SecureRandom();

  private final SecretKeySpec sealing;
  private final SecretKeySpec coding;

  /**
   * @param key {@link #BYTES} random bytes
   */
  public SignInKey(byte[] key) {
    if (key.length != BYTES) {
      throw new IllegalArgumentException(
          "a key of %d bytes instead of %d".formatted(key.length, BYTES));
    }
    SecretKeySpec root = new SecretKeySpec(key, "HmacSHA256");
    this.sealing = new SecretKeySpec(hmac(root, "seal".getBytes(StandardCharsets.US_ASCII)), "AES");
    this.coding =
        new SecretKeySpec(hmac(root, "code".getBytes(StandardCharsets.US_ASCII)), "HmacSHA256");
  }

  /** Seals a secret for a purpose; the result is text of URL-safe characters. */
  public String seal(String purpose, byte[] secret) {
    byte[] nonce = new byte[NONCE_BYTES];
    RANDOM.nextBytes(nonce);
    try {
      byte[] sealed = cipher(Cipher.ENCRYPT_MODE, nonce, purpose).doFinal(secret);
      byte[] all = Arrays.copyOf(nonce, NONCE_BYTES + sealed.length);
      System.arraycopy(sealed, 0, all, NONCE_BYTES, sealed.length);
      return Base64.getUrlEncoder().withoutPadding().encodeToString(all);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java runtime lacks AES-GCM", e);
    }
  }

  /**
   * Opens what was sealed for the purpose.
   *
   * @throws IllegalArgumentException if it was not, or not with this key
   */
  public byte[] open(String purpose, String sealed) {
    try {
      byte[] all = Base64.getUrlDecoder().decode(sealed);
      if (all.length <= NONCE_BYTES) {
        throw new IllegalArgumentException("what is to be opened is too short");
      }
      return cipher(Cipher.DECRYPT_MODE, Arrays.copyOf(all, NONCE_BYTES), purpose)
          .doFinal(all, NONCE_BYTES, all.length - NONCE_BYTES);
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException(
          "it was not sealed for this purpose with keys/%s of this installation".formatted(FILE),
          e);
    }
  }

  /** For what the secret of a provider's client is sealed. */
  public static String clientSecretPurpose(TenantSlug tenant, String provider) {
    return "identity-provider|%s|%s".formatted(tenant, provider);
  }

  /** For what the secret of a delivery target is sealed. */
  public static String deliveryPurpose(TenantSlug tenant, String target) {
    return "delivery-target|%s|%s".formatted(tenant, target);
  }

  private Cipher cipher(int mode, byte[] nonce, String purpose) throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(mode, sealing, new GCMParameterSpec(TAG_BITS, nonce));
    cipher.updateAAD(purpose.getBytes(StandardCharsets.UTF_8));
    return cipher;
  }

  /** A code that nobody can make who has not the key: 64 lower-case hex digits. */
  String code(String purpose, String text) {
    return HexFormat.of()
        .formatHex(hmac(coding, (purpose + '\0' + text).getBytes(StandardCharsets.UTF_8)));
  }

  private static byte[] hmac(SecretKeySpec key, byte[] text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(key);
      return mac.doFinal(text);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java runtime lacks HMAC-SHA-256", e);
    }
  }
}
