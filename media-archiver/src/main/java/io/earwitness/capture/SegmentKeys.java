package io.earwitness.capture;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;

/**
 * Unwraps segment keys and remembers them, since a live capture is read again and again and one
 * unwrapping costs milliseconds. Thread-safe.
 */
final class SegmentKeys {
  private static final int REMEMBERED = 20_000;

  private final Map<ByteBuffer, CaptureKey> keys = new HashMap<>();
  private final Map<ByteBuffer, SecretKeySpec> unwrapped =
      new LinkedHashMap<>(256, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<ByteBuffer, SecretKeySpec> eldest) {
          return size() > REMEMBERED;
        }
      };

  SegmentKeys(List<CaptureKey> keys) {
    for (CaptureKey key : keys) {
      this.keys.put(ByteBuffer.wrap(GcmSealing.certificateId(key.certificate())), key);
    }
  }

  /**
   * The key of a segment.
   *
   * @throws UnknownCaptureKeyException if no key of ours fits, or the one that should does not
   */
  SecretKeySpec of(SegmentHeader header) throws UnknownCaptureKeyException {
    ByteBuffer digest = ByteBuffer.wrap(header.digest());
    synchronized (unwrapped) {
      SecretKeySpec known = unwrapped.get(digest);
      if (known != null) {
        return known;
      }
    }
    CaptureKey key = keys.get(ByteBuffer.wrap(header.certificateId()));
    if (key == null) {
      throw new UnknownCaptureKeyException(
          "segment %d of %s is sealed for the capture certificate with SHA-256 %s, whose private key is not here; add that key"
              .formatted(
                  header.number(), header.id(), HexFormat.of().formatHex(header.certificateId())));
    }
    SecretKeySpec secret = unwrap(header, key);
    synchronized (unwrapped) {
      unwrapped.put(digest, secret);
    }
    return secret;
  }

  private static SecretKeySpec unwrap(SegmentHeader header, CaptureKey key)
      throws UnknownCaptureKeyException {
    try {
      byte[] secret =
          GcmSealing.oaep(Cipher.DECRYPT_MODE, key.privateKey()).doFinal(header.wrappedKey());
      if (secret.length != GcmSealing.KEY_SIZE) {
        throw new GeneralSecurityException("a key of " + secret.length + " bytes");
      }
      return new SecretKeySpec(secret, "AES");
    } catch (GeneralSecurityException e) {
      throw new UnknownCaptureKeyException(
          "the key of segment %d of %s can't be unwrapped by the private key of '%s' (%s); does that key belong to that certificate?"
              .formatted(
                  header.number(),
                  header.id(),
                  key.certificate().getSubjectX500Principal(),
                  e.getMessage()));
    }
  }
}
