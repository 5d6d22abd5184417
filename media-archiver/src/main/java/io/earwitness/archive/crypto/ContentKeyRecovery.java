package io.earwitness.archive.crypto;

import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.RSAPrivateKey;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.MGF1ParameterSpec;
import java.util.Arrays;
import java.util.List;
import javax.crypto.Cipher;
import javax.crypto.KeyAgreement;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERTaggedObject;
import org.bouncycastle.asn1.cms.OriginatorPublicKey;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.jspecify.annotations.Nullable;

/** Unwraps content keys with the JDK's own RSA, ECDH and AES key wrap. Stateless. */
final class ContentKeyRecovery {
  private static final OAEPParameterSpec OAEP =
      new OAEPParameterSpec(
          "SHA-256", "MGF1", MGF1ParameterSpec.SHA256, PSource.PSpecified.DEFAULT);

  private ContentKeyRecovery() {}

  static byte[] recover(
      EnvelopeHeader header, List<EnvelopeRecipient> candidates, PrivateKey privateKey)
      throws CryptoException {
    if (!(privateKey instanceof RSAPrivateKey) && !(privateKey instanceof ECPrivateKey)) {
      throw new UnusableKeyException(
          "The private key is of kind %s; only RSA and EC keys can open recordings."
              .formatted(privateKey.getAlgorithm()));
    }
    for (EnvelopeRecipient candidate : candidates) {
      byte[] key = attempt(candidate, privateKey);
      if (key != null && key.length == EnvelopeAlgorithms.KEY_BYTES) {
        return key;
      }
    }
    throw new WrongKeyException(
        "The private key (%s) belongs to none of the %d recipients: %s."
            .formatted(
                PrivateKeys.describe(privateKey),
                header.recipients().size(),
                String.join("; ", header.recipients().stream().map(Object::toString).toList())));
  }

  /** The content key, or null if this recipient is somebody else. */
  private static byte @Nullable [] attempt(EnvelopeRecipient recipient, PrivateKey privateKey) {
    try {
      if (recipient instanceof EnvelopeRecipient.Transport transport
          && privateKey instanceof RSAPrivateKey rsa) {
        return transported(transport, rsa);
      }
      if (recipient instanceof EnvelopeRecipient.Agreement agreement
          && privateKey instanceof ECPrivateKey ec) {
        return agreed(agreement, ec);
      }
      return null;
    } catch (GeneralSecurityException | IOException | RuntimeException e) {
      // A failed unwrapping means another recipient's key; hostile ASN.1 must not end the search.
      return null;
    }
  }

  private static byte @Nullable [] transported(
      EnvelopeRecipient.Transport recipient, RSAPrivateKey privateKey)
      throws GeneralSecurityException {
    if (!EnvelopeAlgorithms.isOaepSha256(recipient.info.getKeyEncryptionAlgorithm())) {
      return null;
    }
    Cipher rsa = Cipher.getInstance("RSA/ECB/OAEPPadding");
    rsa.init(Cipher.DECRYPT_MODE, privateKey, OAEP);
    return rsa.doFinal(recipient.info.getEncryptedKey().getOctets());
  }

  /** One-pass ECDH (RFC 5753 §3.1) with the KDF of ANSI X9.63 and AES-256 key wrap. */
  private static byte @Nullable [] agreed(
      EnvelopeRecipient.Agreement recipient, ECPrivateKey privateKey)
      throws GeneralSecurityException, IOException {
    AlgorithmIdentifier scheme = recipient.info.getKeyEncryptionAlgorithm();
    String digest = digest(scheme.getAlgorithm());
    AlgorithmIdentifier wrap = AlgorithmIdentifier.getInstance(scheme.getParameters());
    OriginatorPublicKey originator = recipient.info.getOriginator().getOriginatorKey();
    if (digest == null
        || originator == null
        || !wrap.getAlgorithm().equals(EnvelopeAlgorithms.KEY_WRAP)
        || recipient.info.getUserKeyingMaterial() != null) {
      return null;
    }
    KeyAgreement agreement = KeyAgreement.getInstance("ECDH");
    agreement.init(privateKey);
    agreement.doPhase(
        KeyFactory.getInstance("EC")
            .generatePublic(
                point(originator.getPublicKeyData().getBytes(), privateKey.getParams())),
        true);
    MessageDigest kdf = Digests.of(digest);
    kdf.update(agreement.generateSecret());
    kdf.update(new byte[] {0, 0, 0, 1});
    byte[] wrappingKey = Arrays.copyOf(kdf.digest(sharedInfo(wrap)), EnvelopeAlgorithms.KEY_BYTES);
    Cipher unwrap = Cipher.getInstance("AES/KW/NoPadding");
    unwrap.init(Cipher.UNWRAP_MODE, new SecretKeySpec(wrappingKey, "AES"));
    return unwrap.unwrap(recipient.wrappedKey, "AES", Cipher.SECRET_KEY).getEncoded();
  }

  private static @Nullable String digest(ASN1ObjectIdentifier scheme) {
    if (scheme.equals(EnvelopeAlgorithms.ECDH_SHA256KDF)) {
      return "SHA-256";
    }
    return scheme.equals(EnvelopeAlgorithms.ECDH_SHA384KDF) ? "SHA-384" : null;
  }

  /** An uncompressed point, SEC 1 §2.3.3; the key agreement checks that it lies on the curve. */
  private static ECPublicKeySpec point(byte[] encoded, ECParameterSpec curve)
      throws GeneralSecurityException {
    int field = (curve.getCurve().getField().getFieldSize() + 7) / 8;
    if (encoded.length != 1 + 2 * field || encoded[0] != 4) {
      throw new GeneralSecurityException("a point of another curve");
    }
    return new ECPublicKeySpec(
        new ECPoint(
            new BigInteger(1, Arrays.copyOfRange(encoded, 1, 1 + field)),
            new BigInteger(1, Arrays.copyOfRange(encoded, 1 + field, encoded.length))),
        curve);
  }

  /** {@code ECC-CMS-SharedInfo}, RFC 5753 §7.2, without ukm: the wrap and its key length in bit. */
  private static byte[] sharedInfo(AlgorithmIdentifier wrap) throws IOException {
    ASN1EncodableVector info = new ASN1EncodableVector();
    info.add(wrap);
    info.add(new DERTaggedObject(true, 2, new DEROctetString(new byte[] {0, 0, 1, 0})));
    return new DERSequence(info).getEncoded(ASN1Encoding.DER);
  }
}
