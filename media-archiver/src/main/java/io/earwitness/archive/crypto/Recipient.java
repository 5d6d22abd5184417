package io.earwitness.archive.crypto;

import java.security.cert.X509Certificate;
import java.security.interfaces.RSAPublicKey;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.jspecify.annotations.Nullable;

/**
 * A certificate to whose holder content may be encrypted. Immutable.
 *
 * <p>Accepted are RSA keys of at least 3072 bit (RSAES-OAEP with SHA-256, RFC 3560) and EC keys on
 * P-256 or P-384 (one-pass ECDH, RFC 5753). Whether the certificate is still valid by date does not
 * matter: a call must not be lost because somebody's certificate ran out.
 */
public final class Recipient {
  /** The smallest RSA modulus accepted, in bits. */
  public static final int MIN_RSA_BITS = 3072;

  /** How the content key reaches this recipient. */
  public enum Kind {
    /** RSAES-OAEP, SHA-256 for digest and mask. */
    RSA_OAEP_SHA256,
    /** dhSinglePass-stdDH-sha256kdf on P-256, AES-256 key wrap. */
    ECDH_P256_SHA256KDF,
    /** dhSinglePass-stdDH-sha384kdf on P-384, AES-256 key wrap. */
    ECDH_P384_SHA384KDF
  }

  private static final int KEY_ENCIPHERMENT = 2;
  private static final int KEY_AGREEMENT = 4;

  private final X509Certificate certificate;
  private final String id;
  private final Kind kind;

  private Recipient(X509Certificate certificate, Kind kind) {
    this.certificate = certificate;
    this.id = Certificates.id(certificate);
    this.kind = kind;
  }

  /**
   * Checks a certificate and makes it a recipient.
   *
   * @throws UnusableKeyException if its key is of another kind, too small, or not meant for
   *     encryption by the certificate's own key usage
   */
  public static Recipient of(X509Certificate certificate) throws UnusableKeyException {
    Kind kind = kind(certificate);
    boolean @Nullable [] usage = certificate.getKeyUsage();
    int needed = kind == Kind.RSA_OAEP_SHA256 ? KEY_ENCIPHERMENT : KEY_AGREEMENT;
    if (usage != null && !usage[needed]) {
      throw new UnusableKeyException(
          "Certificate %s can't be used for encryption: its key usage lacks %s. Supply one with it."
              .formatted(
                  Certificates.describe(certificate),
                  needed == KEY_AGREEMENT ? "keyAgreement" : "keyEncipherment"));
    }
    return new Recipient(certificate, kind);
  }

  private static Kind kind(X509Certificate certificate) throws UnusableKeyException {
    AlgorithmIdentifier algorithm;
    try {
      algorithm =
          SubjectPublicKeyInfo.getInstance(certificate.getPublicKey().getEncoded()).getAlgorithm();
    } catch (IllegalArgumentException e) {
      throw new UnusableKeyException(
          "Certificate %s has an unreadable public key: %s"
              .formatted(Certificates.describe(certificate), e.getMessage()),
          e);
    }
    ASN1ObjectIdentifier oid = algorithm.getAlgorithm();
    if (oid.equals(PKCSObjectIdentifiers.rsaEncryption)
        && certificate.getPublicKey() instanceof RSAPublicKey rsa) {
      int bits = rsa.getModulus().bitLength();
      if (bits < MIN_RSA_BITS) {
        throw new UnusableKeyException(
            "Certificate %s has an RSA key of %d bit; at least %d bit are required."
                .formatted(Certificates.describe(certificate), bits, MIN_RSA_BITS));
      }
      return Kind.RSA_OAEP_SHA256;
    }
    if (oid.equals(X9ObjectIdentifiers.id_ecPublicKey)) {
      ASN1Encodable curve = algorithm.getParameters();
      if (SECObjectIdentifiers.secp256r1.equals(curve)) {
        return Kind.ECDH_P256_SHA256KDF;
      }
      if (SECObjectIdentifiers.secp384r1.equals(curve)) {
        return Kind.ECDH_P384_SHA384KDF;
      }
      throw new UnusableKeyException(
          "Certificate %s has an EC key on curve %s; P-256 and P-384 are supported."
              .formatted(Certificates.describe(certificate), curve));
    }
    throw new UnusableKeyException(
        "Certificate %s has a key of kind %s; supported are RSA of at least %d bit and EC on P-256 or P-384."
            .formatted(
                Certificates.describe(certificate),
                certificate.getPublicKey().getAlgorithm(),
                MIN_RSA_BITS));
  }

  public X509Certificate certificate() {
    return certificate;
  }

  /** SHA-256 of the certificate's DER, in lower-case hex: the key id of manifests. */
  public String id() {
    return id;
  }

  public Kind kind() {
    return kind;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Recipient recipient && id.equals(recipient.id);
  }

  @Override
  public int hashCode() {
    return id.hashCode();
  }

  @Override
  public String toString() {
    return kind + " " + Certificates.describe(certificate);
  }
}
