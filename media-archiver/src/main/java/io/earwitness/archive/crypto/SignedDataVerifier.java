package io.earwitness.archive.crypto;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.CertPathValidator;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Collection;
import java.util.Date;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.cms.Attribute;
import org.bouncycastle.asn1.cms.AttributeTable;
import org.bouncycastle.asn1.cms.CMSObjectIdentifiers;
import org.bouncycastle.asn1.cms.ContentInfo;
import org.bouncycastle.asn1.cms.Time;
import org.bouncycastle.asn1.ess.ContentHints;
import org.bouncycastle.asn1.ess.ESSCertIDv2;
import org.bouncycastle.asn1.ess.SigningCertificateV2;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cms.CMSException;
import org.bouncycastle.cms.CMSSignedData;
import org.bouncycastle.cms.CMSSignerDigestMismatchException;
import org.bouncycastle.cms.SignerInformation;
import org.bouncycastle.cms.jcajce.JcaSimpleSignerInfoVerifierBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.jspecify.annotations.Nullable;

/**
 * Verifies what {@link SignedDataSigner} writes: one signer, ECDSA with SHA-256, whose certificate
 * was issued by a trusted authority for signing documents and was valid at the signing time.
 * Immutable and thread-safe.
 *
 * <p>The signing time is the signer's own statement. Revocation is not checked: the platform's
 * authority publishes no revocation lists.
 */
public final class SignedDataVerifier {
  private final Set<TrustAnchor> anchors = new HashSet<>();
  private final String names;

  /**
   * @param authorities at least one
   */
  public SignedDataVerifier(Collection<X509Certificate> authorities) {
    if (authorities.isEmpty()) {
      throw new IllegalArgumentException("no authority to trust");
    }
    for (X509Certificate authority : authorities) {
      anchors.add(new TrustAnchor(authority, null));
    }
    names = String.join(", ", authorities.stream().map(Certificates::describe).toList());
  }

  /**
   * Content whose signature was found right.
   *
   * @param hint what the signer said that the content is
   * @param signedAt by the signer's clock
   */
  public record Verified(byte[] content, String hint, Instant signedAt, X509Certificate signer) {}

  /**
   * Verifies.
   *
   * @param message a ContentInfo in DER
   * @throws SignatureRejectedException saying which of the conditions failed
   */
  public Verified verify(byte[] message) throws SignatureRejectedException {
    try {
      CMSSignedData signedData = parse(message);
      Collection<SignerInformation> signers = signedData.getSignerInfos().getSigners();
      if (signers.size() != 1) {
        throw new SignatureRejectedException(
            "The message has %d signers; exactly one is expected.".formatted(signers.size()));
      }
      SignerInformation signer = signers.iterator().next();
      X509Certificate certificate = certificate(signedData, signer);
      checkAlgorithms(signer);
      checkSignature(signer, certificate);
      AttributeTable attributes = attributes(signer);
      checkSigningCertificate(attributes, certificate);
      Instant signedAt =
          Time.getInstance(value(attributes, PKCSObjectIdentifiers.pkcs_9_at_signingTime))
              .getDate()
              .toInstant();
      checkTrust(certificate, signedAt);
      return new Verified(
          (byte[]) signedData.getSignedContent().getContent(),
          hint(attributes),
          signedAt,
          certificate);
    } catch (CMSException | IOException | RuntimeException e) {
      if (e instanceof SignatureRejectedException rejected) {
        throw rejected;
      }
      throw new SignatureRejectedException(
          "The message is no readable CMS SignedData in DER: " + e.getMessage(), e);
    }
  }

  private static CMSSignedData parse(byte[] message)
      throws IOException, CMSException, SignatureRejectedException {
    ContentInfo info = ContentInfo.getInstance(ASN1Primitive.fromByteArray(message));
    if (!CMSObjectIdentifiers.signedData.equals(info.getContentType())) {
      throw new SignatureRejectedException(
          "The message is of type %s and not signed.".formatted(info.getContentType()));
    }
    CMSSignedData signedData = new CMSSignedData(info);
    if (signedData.getSignedContent() == null
        || !CMSObjectIdentifiers.data.getId().equals(signedData.getSignedContentTypeOID())) {
      throw new SignatureRejectedException("The message does not hold the signed content itself.");
    }
    return signedData;
  }

  private static X509Certificate certificate(CMSSignedData signedData, SignerInformation signer)
      throws SignatureRejectedException, IOException {
    Collection<X509CertificateHolder> matches =
        signedData.getCertificates().getMatches(signer.getSID());
    if (matches.isEmpty()) {
      throw new SignatureRejectedException("The message lacks the certificate of its signer.");
    }
    try {
      return Certificates.fromDer(matches.iterator().next().getEncoded());
    } catch (CertificateException e) {
      throw new SignatureRejectedException("The signer's certificate is invalid.", e);
    }
  }

  private static void checkAlgorithms(SignerInformation signer) throws SignatureRejectedException {
    String digest = signer.getDigestAlgOID();
    String signature = signer.getEncryptionAlgOID();
    if (!digest.equals(NISTObjectIdentifiers.id_sha256.getId())
        || !signature.equals(X9ObjectIdentifiers.ecdsa_with_SHA256.getId())) {
      throw new SignatureRejectedException(
          "The message is signed with %s over %s; only ECDSA with SHA-256 is accepted."
              .formatted(signature, digest));
    }
  }

  private static void checkSignature(SignerInformation signer, X509Certificate certificate)
      throws SignatureRejectedException {
    try {
      if (!signer.verify(
          new JcaSimpleSignerInfoVerifierBuilder().build(certificate.getPublicKey()))) {
        throw new SignatureRejectedException(
            "The signature is wrong: the signed attributes were changed, or %s did not sign them."
                .formatted(Certificates.describe(certificate)));
      }
    } catch (CMSSignerDigestMismatchException e) {
      throw new SignatureRejectedException(
          "The signed content was changed: its SHA-256 is not the one that was signed.", e);
    } catch (CMSException | OperatorCreationException e) {
      throw new SignatureRejectedException("The signature can't be verified: " + e.getMessage(), e);
    }
  }

  private static AttributeTable attributes(SignerInformation signer)
      throws SignatureRejectedException {
    AttributeTable attributes = signer.getSignedAttributes();
    if (attributes == null) {
      throw new SignatureRejectedException("The message has no signed attributes.");
    }
    return attributes;
  }

  private static ASN1Encodable value(AttributeTable attributes, ASN1ObjectIdentifier type)
      throws SignatureRejectedException {
    Attribute attribute = attributes.get(type);
    if (attribute == null || attribute.getAttrValues().size() != 1) {
      throw new SignatureRejectedException(
          "The message lacks the signed attribute %s.".formatted(type));
    }
    return attribute.getAttrValues().getObjectAt(0);
  }

  private static void checkSigningCertificate(
      AttributeTable attributes, X509Certificate certificate) throws SignatureRejectedException {
    SigningCertificateV2 attribute =
        SigningCertificateV2.getInstance(
            value(attributes, PKCSObjectIdentifiers.id_aa_signingCertificateV2));
    ESSCertIDv2 id = attribute.getCerts()[0];
    if (!id.getHashAlgorithm().getAlgorithm().equals(NISTObjectIdentifiers.id_sha256)
        || !MessageDigest.isEqual(
            id.getCertHash(), Digests.sha256().digest(Certificates.der(certificate)))) {
      throw new SignatureRejectedException(
          "The signer's certificate was exchanged: it is not the one that the signature names.");
    }
  }

  private static String hint(AttributeTable attributes) throws SignatureRejectedException {
    ContentHints hints =
        ContentHints.getInstance(value(attributes, PKCSObjectIdentifiers.id_aa_contentHint));
    return hints.getContentDescriptionUTF8() == null
        ? ""
        : hints.getContentDescriptionUTF8().getString();
  }

  private void checkTrust(X509Certificate certificate, Instant signedAt)
      throws SignatureRejectedException {
    try {
      PKIXParameters parameters = new PKIXParameters(anchors);
      parameters.setRevocationEnabled(false);
      parameters.setDate(Date.from(signedAt));
      CertPathValidator.getInstance("PKIX")
          .validate(
              CertificateFactory.getInstance("X.509").generateCertPath(List.of(certificate)),
              parameters);
    } catch (CertPathValidatorException e) {
      throw new SignatureRejectedException(
          "The signer %s is unknown: its certificate is not vouched for by %s at the signing time %s (%s)."
              .formatted(Certificates.describe(certificate), names, signedAt, e.getMessage()),
          e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java runtime lacks PKIX validation", e);
    }
    if (!maySign(certificate)) {
      throw new SignatureRejectedException(
          "The certificate %s may not sign documents: the authority issued it for something else."
              .formatted(Certificates.describe(certificate)));
    }
  }

  private static boolean maySign(X509Certificate certificate) throws SignatureRejectedException {
    try {
      @Nullable List<String> purposes = certificate.getExtendedKeyUsage();
      boolean @Nullable [] usage = certificate.getKeyUsage();
      return purposes != null
          && purposes.contains(CertificateIssuer.DOCUMENT_SIGNING)
          && usage != null
          && usage[0];
    } catch (CertificateException e) {
      throw new SignatureRejectedException("The signer's certificate is invalid.", e);
    }
  }
}
