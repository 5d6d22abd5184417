package io.earwitness.archive.crypto;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Binds a content key to a recording: HMAC-SHA256(content key, "commit" ‖ recording id). Without it
 * one GCM file could open to different plaintexts under different keys.
 */
final class KeyCommitment {
  private static final byte[] PREFIX = "commit".getBytes(StandardCharsets.UTF_8);

  private KeyCommitment() {}

  static byte[] of(byte[] contentKey, String committedTo) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(contentKey, "HmacSHA256"));
      mac.update(PREFIX);
      return mac.doFinal(committedTo.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java runtime lacks HmacSHA256", e);
    }
  }
}
