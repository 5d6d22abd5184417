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
 * The keys of segments. Remembers the secrets that they come from, since a live capture is read
 * again and again, calls of one minute share one, and one unwrapping costs milliseconds.
 * Thread-safe.
 */
final class SegmentKeys {
  private static final int REMEMBERED = 20_000;

  private final Map<ByteBuffer, CaptureKey> keys = new HashMap<>();
  private final Map<ByteBuffer, byte[]> secrets =
      new LinkedHashMap<>(256, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<ByteBuffer, byte[]> eldest) {
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
    byte[] secret = secret(header);
    try {
      return header.version() == 1
          ? new SecretKeySpec(secret, "AES")
          : GcmSealing.segmentKey(secret, header.digest());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has HKDF-SHA256", e);
    }
  }

  private byte[] secret(SegmentHeader header) throws UnknownCaptureKeyException {
    ByteBuffer wrapped = ByteBuffer.wrap(header.wrappedSecret());
    synchronized (secrets) {
      byte[] known = secrets.get(wrapped);
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
    byte[] secret = unwrap(header, key);
    synchronized (secrets) {
      secrets.put(wrapped, secret);
    }
    return secret;
  }

  private static byte[] unwrap(SegmentHeader header, CaptureKey key)
      throws UnknownCaptureKeyException {
    try {
      byte[] secret =
          GcmSealing.oaep(Cipher.DECRYPT_MODE, key.privateKey()).doFinal(header.wrappedSecret());
      if (secret.length != GcmSealing.KEY_SIZE) {
        throw new GeneralSecurityException("a secret of " + secret.length + " bytes");
      }
      return secret;
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
