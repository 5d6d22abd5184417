package io.earwitness.archive.crypto;

import java.io.IOException;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERSet;
import org.bouncycastle.asn1.DERUTF8String;
import org.bouncycastle.asn1.cms.Attribute;
import org.bouncycastle.asn1.cms.AttributeTable;
import org.bouncycastle.asn1.cms.Time;
import org.bouncycastle.asn1.ess.ContentHints;
import org.bouncycastle.asn1.ess.ESSCertIDv2;
import org.bouncycastle.asn1.ess.SigningCertificateV2;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.IssuerSerial;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateHolder;
import org.bouncycastle.cms.CMSException;
import org.bouncycastle.cms.CMSProcessableByteArray;
import org.bouncycastle.cms.CMSSignedDataGenerator;
import org.bouncycastle.cms.DefaultSignedAttributeTableGenerator;
import org.bouncycastle.cms.jcajce.JcaSignerInfoGeneratorBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;

/**
 * Signs content as CMS SignedData (RFC 5652 §5), the content inside: ECDSA with SHA-256, signed
 * attributes content type, signing time, message digest, signing certificate (RFC 5035) and content
 * hints (RFC 2634 §2.9). Immutable and thread-safe.
 *
 * <p>The content hint is a short text that says what was signed, so that one signed message can't
 * be passed off as another of the same signer.
 */
public final class SignedDataSigner {
  private final PrivateKey key;
  private final X509Certificate certificate;
  private final List<X509Certificate> chain;
  private final Clock clock;

  /**
   * @param chain the certificates above the signer's, which go into every message
   */
  SignedDataSigner(
      PrivateKey key, X509Certificate certificate, List<X509Certificate> chain, Clock clock) {
    this.key = key;
    this.certificate = certificate;
    this.chain = List.copyOf(chain);
    this.clock = clock;
  }

  public X509Certificate certificate() {
    return certificate;
  }

  /**
   * Signs.
   *
   * @param hint what the content is, such as the object key under which it will lie
   * @return the ContentInfo in DER
   */
  public byte[] sign(byte[] content, String hint) {
    try {
      X509CertificateHolder holder = new JcaX509CertificateHolder(certificate);
      CMSSignedDataGenerator generator = new CMSSignedDataGenerator();
      generator.addSignerInfoGenerator(
          new JcaSignerInfoGeneratorBuilder(new JcaDigestCalculatorProviderBuilder().build())
              .setSignedAttributeGenerator(
                  new DefaultSignedAttributeTableGenerator(attributes(holder, hint)))
              .build(new JcaContentSignerBuilder("SHA256withECDSA").build(key), holder));
      generator.addCertificate(holder);
      for (X509Certificate above : new ArrayList<>(chain)) {
        generator.addCertificate(new JcaX509CertificateHolder(above));
      }
      return generator
          .generate(new CMSProcessableByteArray(content), true)
          .toASN1Structure()
          .getEncoded(ASN1Encoding.DER);
    } catch (CMSException | CertificateException | OperatorCreationException | IOException e) {
      throw new IllegalStateException(
          "signing with %s failed".formatted(Certificates.describe(certificate)), e);
    }
  }

  private AttributeTable attributes(X509CertificateHolder holder, String hint) {
    ESSCertIDv2 id =
        new ESSCertIDv2(
            new AlgorithmIdentifier(NISTObjectIdentifiers.id_sha256),
            Digests.sha256().digest(Certificates.der(certificate)),
            new IssuerSerial(
                new GeneralNames(new GeneralName(holder.getIssuer())), holder.getSerialNumber()));
    ASN1EncodableVector attributes = new ASN1EncodableVector();
    attributes.add(
        attribute(PKCSObjectIdentifiers.id_aa_signingCertificateV2, new SigningCertificateV2(id)));
    attributes.add(
        attribute(
            PKCSObjectIdentifiers.pkcs_9_at_signingTime, new Time(Date.from(clock.instant()))));
    attributes.add(
        attribute(
            PKCSObjectIdentifiers.id_aa_contentHint,
            new ContentHints(PKCSObjectIdentifiers.data, new DERUTF8String(hint))));
    return new AttributeTable(attributes);
  }

  private static Attribute attribute(ASN1ObjectIdentifier type, ASN1Encodable value) {
    return new Attribute(type, new DERSet(value));
  }
}
