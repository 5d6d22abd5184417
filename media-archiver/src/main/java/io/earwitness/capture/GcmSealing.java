package io.earwitness.capture;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.MGF1ParameterSpec;
import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;
import java.util.function.LongSupplier;
import javax.crypto.Cipher;
import javax.crypto.KDF;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.HKDFParameterSpec;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Seals by AES-256-GCM under a key for each segment. The keys of all segments begun within a minute
 * come, by HKDF-SHA256 (RFC 5869), from one random secret, which is wrapped by RSA-OAEP for the
 * capture certificate: to wrap one for each call would cost more than all else that opens a call.
 *
 * <p><b>Guarantees.</b> Without the certificate's private key nobody, this process included once
 * the segment is closed and the minute over, can read a frame; a changed, moved or exchanged frame
 * is noticed. Nonces are frame numbers under a key used for one segment only, which is never
 * reopened, so none repeats.
 *
 * <p><b>Restrictions.</b> Sizes, times and the kind of each frame are visible. That frames are
 * missing at the very end is seen only by the missing END frame.
 */
final class GcmSealing implements Sealing {
  static final int MIN_RSA_BITS = 3072;
  static final int KEY_SIZE = 32;
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final byte[] KEY_INFO =
      "earwitness capture segment".getBytes(StandardCharsets.US_ASCII);
  private static final long SECRET_NANOS = Duration.ofMinutes(1).toNanos();

  private final byte[] certificateId;
  private final PublicKey publicKey;
  private final LongSupplier nanoTime;

  // Guarded by this
  private @Nullable Secret secret;

  /**
   * What keys come from.
   *
   * @param until by {@link #nanoTime}
   */
  private record Secret(byte[] bytes, byte[] wrapped, long until) {}

  /**
   * Seals for a certificate.
   *
   * @throws IllegalArgumentException if its key is not RSA with at least 3072 bits
   */
  GcmSealing(X509Certificate certificate) {
    this(certificate, System::nanoTime);
  }

  GcmSealing(X509Certificate certificate, LongSupplier nanoTime) {
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
    this.nanoTime = nanoTime;
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
    try {
      return new GcmSeal(secret(), Cipher.getInstance("AES/GCM/NoPadding"));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has RSA-OAEP and AES-GCM", e);
    }
  }

  private synchronized Secret secret() throws GeneralSecurityException {
    long now = nanoTime.getAsLong();
    Secret current = secret;
    if (current == null || now - current.until() >= 0) {
      byte[] bytes = new byte[KEY_SIZE];
      RANDOM.nextBytes(bytes);
      byte[] wrapped = oaep(Cipher.ENCRYPT_MODE, publicKey).doFinal(bytes);
      current = new Secret(bytes, wrapped, now + SECRET_NANOS);
      secret = current;
    }
    return current;
  }

  /**
   * The key of one segment.
   *
   * @param secret of {@value #KEY_SIZE} bytes
   * @param digest of the segment's header, in which 16 bytes are random: no two are alike
   */
  static SecretKeySpec segmentKey(byte[] secret, byte[] digest) throws GeneralSecurityException {
    byte[] info = Arrays.copyOf(KEY_INFO, KEY_INFO.length + digest.length);
    System.arraycopy(digest, 0, info, KEY_INFO.length, digest.length);
    byte[] key =
        KDF.getInstance("HKDF-SHA256")
            .deriveData(HKDFParameterSpec.ofExtract().addIKM(secret).thenExpand(info, KEY_SIZE));
    return new SecretKeySpec(key, "AES");
  }

  private static final class GcmSeal implements SegmentSeal {
    private final byte[] wrapped;
    private final Cipher cipher;
    // One of the two: the secret goes when the key has come from it
    private byte @Nullable [] secret;
    private @Nullable SecretKeySpec key;

    GcmSeal(Secret secret, Cipher cipher) {
      this.wrapped = secret.wrapped();
      this.secret = secret.bytes();
      this.cipher = cipher;
    }

    @Override
    public byte[] wrappedSecret() {
      return wrapped;
    }

    @Override
    public int seal(byte[] digest, long sequence, byte[] plain, int length, byte[] out, int at) {
      try {
        cipher.init(Cipher.ENCRYPT_MODE, key(digest), nonce(sequence));
        cipher.updateAAD(digest);
        cipher.updateAAD(out, at, FrameHeader.SIZE);
        return cipher.doFinal(plain, 0, length, out, at + FrameHeader.SIZE);
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("sealing a frame", e);
      }
    }

    private SecretKeySpec key(byte[] digest) throws GeneralSecurityException {
      if (secret != null) {
        key = segmentKey(secret, digest);
        secret = null;
      }
      return Objects.requireNonNull(key);
    }
  }
}
