package io.earwitness.capture;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.MGF1ParameterSpec;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;
import javax.crypto.spec.SecretKeySpec;

/**
 * Seals by AES-256-GCM under a random key for each segment, wrapped by RSA-OAEP for the capture
 * certificate.
 *
 * <p><b>Guarantees.</b> Without the certificate's private key nobody, this process included once
 * the segment is closed, can read a frame; a changed, moved or exchanged frame is noticed. Nonces
 * are frame numbers under a key used for one segment only, which is never reopened, so none
 * repeats.
 *
 * <p><b>Restrictions.</b> Sizes, times and the kind of each frame are visible. That frames are
 * missing at the very end is seen only by the missing END frame.
 */
final class GcmSealing implements Sealing {
  static final int MIN_RSA_BITS = 3072;
  static final int KEY_SIZE = 32;
  private static final SecureRandom RANDOM = new SecureRandom();

  private final byte[] certificateId;
  private final PublicKey publicKey;

  /**
   * Seals for a certificate.
   *
   * @throws IllegalArgumentException if its key is not RSA with at least 3072 bits
   */
  GcmSealing(X509Certificate certificate) {
    if (!(certificate.getPublicKey() instanceof RSAPublicKey rsa)) {
      throw new IllegalArgumentException(
          "the capture certificate '%s' has a key of kind %s; make one with an RSA key of %d bits or more"
              .formatted(
                  certificate.getSubjectX500Principal(),
                  certificate.getPublicKey().getAlgorithm(),
                  MIN_RSA_BITS));
    }
    if (rsa.getModulus().bitLength() < MIN_RSA_BITS) {
      throw new IllegalArgumentException(
          "the capture certificate '%s' has an RSA key of %d bits; make one with %d bits or more"
              .formatted(
                  certificate.getSubjectX500Principal(),
                  rsa.getModulus().bitLength(),
                  MIN_RSA_BITS));
    }
    this.certificateId = certificateId(certificate);
    this.publicKey = rsa;
  }

  static byte[] certificateId(X509Certificate certificate) {
    try {
      return SegmentHeader.sha256(certificate.getEncoded());
    } catch (CertificateEncodingException e) {
      throw new IllegalArgumentException("the capture certificate can't be encoded", e);
    }
  }

  /** A cipher for wrapping and unwrapping; the JDK's default MGF1 would be SHA-1. */
  static Cipher oaep(int mode, java.security.Key key) throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("RSA/ECB/OAEPPadding");
    cipher.init(
        mode,
        key,
        new OAEPParameterSpec(
            "SHA-256", "MGF1", MGF1ParameterSpec.SHA256, PSource.PSpecified.DEFAULT));
    return cipher;
  }

  static GCMParameterSpec nonce(long sequence) {
    byte[] nonce = ByteBuffer.allocate(12).putInt(0).putLong(sequence).array();
    return new GCMParameterSpec(FrameHeader.TAG_SIZE * 8, nonce);
  }

  @Override
  public byte[] certificateId() {
    return certificateId.clone();
  }

  @Override
  public SegmentSeal begin() {
    byte[] key = new byte[KEY_SIZE];
    RANDOM.nextBytes(key);
    try {
      byte[] wrapped = oaep(Cipher.ENCRYPT_MODE, publicKey).doFinal(key);
      return new GcmSeal(
          wrapped, new SecretKeySpec(key, "AES"), Cipher.getInstance("AES/GCM/NoPadding"));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has RSA-OAEP and AES-GCM", e);
    }
  }

  private record GcmSeal(byte[] wrappedKey, SecretKeySpec key, Cipher cipher)
      implements SegmentSeal {
    @Override
    public int seal(byte[] digest, long sequence, byte[] plain, int length, byte[] out, int at) {
      try {
        cipher.init(Cipher.ENCRYPT_MODE, key, nonce(sequence));
        cipher.updateAAD(digest);
        cipher.updateAAD(out, at, FrameHeader.SIZE);
        return cipher.doFinal(plain, 0, length, out, at + FrameHeader.SIZE);
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("sealing a frame", e);
      }
    }
  }
}
