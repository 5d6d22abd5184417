package io.earwitness.archive.crypto;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.InvalidAlgorithmParameterException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.security.interfaces.ECPublicKey;
import java.util.List;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERSet;
import org.bouncycastle.asn1.cms.RecipientInfo;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.cms.CMSException;
import org.bouncycastle.cms.jcajce.JceKeyAgreeRecipientInfoGenerator;
import org.bouncycastle.cms.jcajce.JceKeyTransRecipientInfoGenerator;
import org.bouncycastle.operator.GenericKey;

/** Wraps a content key for each recipient: {@code RecipientInfos}, RFC 5652 §6.2. Stateless. */
final class RecipientInfoWriter {
  private RecipientInfoWriter() {}

  /** The DER of the SET OF RecipientInfo. */
  static byte[] write(byte[] contentKey, List<Recipient> recipients) throws UnusableKeyException {
    GenericKey key =
        new GenericKey(new AlgorithmIdentifier(EnvelopeAlgorithms.CONTENT), contentKey);
    ASN1EncodableVector infos = new ASN1EncodableVector();
    for (Recipient recipient : recipients) {
      try {
        infos.add(info(key, recipient));
      } catch (CMSException | GeneralSecurityException e) {
        throw new UnusableKeyException(
            "The content key could not be encrypted for %s: %s"
                .formatted(recipient, e.getMessage()),
            e);
      }
    }
    try {
      return new DERSet(infos).getEncoded("DER");
    } catch (IOException e) {
      throw new IllegalStateException("recipient infos can't be encoded", e);
    }
  }

  private static RecipientInfo info(GenericKey key, Recipient recipient)
      throws CMSException, GeneralSecurityException {
    return switch (recipient.kind()) {
      case RSA_OAEP_SHA256 ->
          new JceKeyTransRecipientInfoGenerator(
                  recipient.certificate(), EnvelopeAlgorithms.OAEP_SHA256)
              .setProvider(BouncyCastle.PROVIDER)
              .generate(key);
      case ECDH_P256_SHA256KDF -> agreed(key, recipient, EnvelopeAlgorithms.ECDH_SHA256KDF);
      case ECDH_P384_SHA384KDF -> agreed(key, recipient, EnvelopeAlgorithms.ECDH_SHA384KDF);
    };
  }

  private static RecipientInfo agreed(
      GenericKey key, Recipient recipient, ASN1ObjectIdentifier scheme)
      throws CMSException, GeneralSecurityException {
    KeyPair ephemeral = ephemeral((ECPublicKey) recipient.certificate().getPublicKey());
    return new JceKeyAgreeRecipientInfoGenerator(
            scheme, ephemeral.getPrivate(), ephemeral.getPublic(), EnvelopeAlgorithms.KEY_WRAP)
        .setProvider(BouncyCastle.PROVIDER)
        .addRecipient(recipient.certificate())
        .generate(key);
  }

  private static KeyPair ephemeral(ECPublicKey recipient)
      throws NoSuchAlgorithmException, InvalidAlgorithmParameterException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(recipient.getParams());
    return generator.generateKeyPair();
  }
}
