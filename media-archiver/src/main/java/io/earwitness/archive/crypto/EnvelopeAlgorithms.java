package io.earwitness.archive.crypto;

import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.RSAESOAEPparams;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;

/** The one set of algorithms of {@code media.cms}, as ASN.1. */
final class EnvelopeAlgorithms {
  /** id-aes256-GCM, RFC 5084 §1.4. */
  static final ASN1ObjectIdentifier CONTENT = NISTObjectIdentifiers.id_aes256_GCM;

  static final ASN1ObjectIdentifier ECDH_SHA256KDF =
      SECObjectIdentifiers.dhSinglePass_stdDH_sha256kdf_scheme;
  static final ASN1ObjectIdentifier ECDH_SHA384KDF =
      SECObjectIdentifiers.dhSinglePass_stdDH_sha384kdf_scheme;
  static final ASN1ObjectIdentifier KEY_WRAP = NISTObjectIdentifiers.id_aes256_wrap;

  static final int KEY_BYTES = 32;
  static final int NONCE_BYTES = 12;
  static final int TAG_BYTES = 16;

  private static final AlgorithmIdentifier SHA256 =
      new AlgorithmIdentifier(NISTObjectIdentifiers.id_sha256);

  /** RSAES-OAEP with SHA-256 for both digests and no label, RFC 4055 §4.1. */
  static final AlgorithmIdentifier OAEP_SHA256 =
      new AlgorithmIdentifier(
          PKCSObjectIdentifiers.id_RSAES_OAEP,
          new RSAESOAEPparams(
              SHA256,
              new AlgorithmIdentifier(PKCSObjectIdentifiers.id_mgf1, SHA256),
              RSAESOAEPparams.DEFAULT_P_SOURCE_ALGORITHM));

  private EnvelopeAlgorithms() {}

  /**
   * {@code GCMParameters ::= SEQUENCE { aes-nonce OCTET STRING, aes-ICVlen INTEGER DEFAULT 12 }},
   * RFC 5084 §3.2. The length is written because 16 is not the default.
   */
  static AlgorithmIdentifier content(byte[] nonce) {
    ASN1EncodableVector parameters = new ASN1EncodableVector();
    parameters.add(new DEROctetString(nonce));
    parameters.add(new ASN1Integer(TAG_BYTES));
    return new AlgorithmIdentifier(CONTENT, new DERSequence(parameters));
  }

  /** Whether it is RSAES-OAEP with SHA-256 for both digests and no label, however encoded. */
  static boolean isOaepSha256(AlgorithmIdentifier algorithm) {
    if (!algorithm.getAlgorithm().equals(PKCSObjectIdentifiers.id_RSAES_OAEP)
        || algorithm.getParameters() == null) {
      return false;
    }
    RSAESOAEPparams parameters = RSAESOAEPparams.getInstance(algorithm.getParameters());
    AlgorithmIdentifier mask = parameters.getMaskGenAlgorithm();
    ASN1OctetString label =
        ASN1OctetString.getInstance(parameters.getPSourceAlgorithm().getParameters());
    return parameters.getHashAlgorithm().getAlgorithm().equals(SHA256.getAlgorithm())
        && mask.getAlgorithm().equals(PKCSObjectIdentifiers.id_mgf1)
        && AlgorithmIdentifier.getInstance(mask.getParameters())
            .getAlgorithm()
            .equals(SHA256.getAlgorithm())
        && label.getOctets().length == 0;
  }
}
