package io.earwitness.notify;

import io.earwitness.call.TenantSlug;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The keys by which webhooks are signed: one for each channel, derived from one secret of the
 * installation, so that none is kept in the database.
 *
 * <p><b>It guarantees</b> that who knows the key of one channel knows that of no other.
 *
 * <p><b>Restrictions:</b> a channel that is removed and added again under its name has the same
 * key; a new secret changes the keys of all.
 *
 * <p><b>Use:</b> {@code keys.of(tenant, "ops")}, shown once to whoever sets the receiver up.
 */
public final class WebhookKeys {
  public static final int SECRET_BYTES = 32;
  private final byte[] secret;

  /**
   * @param secret {@link #SECRET_BYTES} random bytes
   */
  public WebhookKeys(byte[] secret) {
    if (secret.length != SECRET_BYTES) {
      throw new IllegalArgumentException("a secret of " + secret.length + " bytes");
    }
    this.secret = secret.clone();
  }

  /** The key of a channel: 64 hexadecimal digits, whose ASCII text is the HMAC's key. */
  public String of(TenantSlug tenant, String channel) {
    return hmac(
        secret,
        "earwitness webhook %s/%s".formatted(tenant, channel).getBytes(StandardCharsets.UTF_8));
  }

  /** HMAC-SHA-256 (RFC 2104) under a channel's key, in hexadecimal digits. */
  static String sign(String key, byte[] content) {
    return hmac(key.getBytes(StandardCharsets.US_ASCII), content);
  }

  private static String hmac(byte[] key, byte[] content) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return HexFormat.of().formatHex(mac.doFinal(content));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
