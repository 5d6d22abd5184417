package io.earwitness.archive.crypto;

import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Date;
import org.bouncycastle.asn1.ASN1Object;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** Makes key pairs and X.509 v3 certificates (RFC 5280). Stateless but for its clock. */
final class CertificateIssuer {
  /** A key pair and its certificate. */
  record Issued(PrivateKey privateKey, X509Certificate certificate) {}

  /**
   * id-kp-documentSigning (RFC 9336): what lets a certificate of the platform's authority sign
   * manifests and journals. Other certificates of that authority (nodes' TLS, say) must not.
   */
  static final String DOCUMENT_SIGNING = "1.3.6.1.5.5.7.3.36";

  private static final SecureRandom RANDOM = new SecureRandom();

  /** Clocks of other machines may be a little behind. */
  private static final Duration BACKDATED = Duration.ofMinutes(5);

  private final Clock clock;

  CertificateIssuer(Clock clock) {
    this.clock = clock;
  }

  /** A self-signed authority that may sign certificates and nothing below that does. */
  Issued authority(String commonName, int years) {
    KeyPair keys = ec("secp256r1");
    return issue(
        keys,
        name(commonName),
        years,
        Issuer.self(commonName, keys),
        new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign),
        true);
  }

  /** A certificate for signing manifests, issued by an authority. */
  Issued documentSigner(String commonName, int years, Issued authority) {
    return issue(
        ec("secp256r1"),
        name(commonName),
        years,
        issuer(authority),
        new KeyUsage(KeyUsage.digitalSignature),
        false,
        // emailProtection beside it, because openssl cms -verify asks for it without -purpose any
        purposes(
            KeyPurposeId.getInstance(new ASN1ObjectIdentifier(DOCUMENT_SIGNING)),
            KeyPurposeId.id_kp_emailProtection));
  }

  /** A certificate for an Ed25519 key (RFC 8410) that signs notes, issued by an authority. */
  Issued auditLog(String commonName, int years, Issued authority) {
    return issue(
        ed25519(),
        name(commonName),
        years,
        issuer(authority),
        new KeyUsage(KeyUsage.digitalSignature),
        false);
  }

  /**
   * A certificate for a TLS server with an IP address (RFC 5280 §4.2.1.6), issued by an authority.
   */
  Issued tlsServer(String commonName, InetAddress address, int years, Issued authority) {
    return issue(
        ec("secp256r1"),
        name(commonName),
        years,
        issuer(authority),
        new KeyUsage(KeyUsage.digitalSignature),
        false,
        purposes(KeyPurposeId.id_kp_serverAuth),
        new Added(
            Extension.subjectAlternativeName,
            new GeneralNames(new GeneralName(GeneralName.iPAddress, address.getHostAddress()))));
  }

  /** A certificate for a TLS client of an organisation's unit, issued by an authority. */
  Issued tlsClient(
      String commonName, String organisation, String unit, int years, Issued authority) {
    return issue(
        ec("secp256r1"),
        new X500NameBuilder(BCStyle.INSTANCE)
            .addRDN(BCStyle.O, organisation)
            .addRDN(BCStyle.OU, unit)
            .addRDN(BCStyle.CN, commonName)
            .build(),
        years,
        issuer(authority),
        new KeyUsage(KeyUsage.digitalSignature),
        false,
        purposes(KeyPurposeId.id_kp_clientAuth));
  }

  /** A certificate for encryption, issued by an authority. */
  Issued encryption(String commonName, int years, ManagedKeyKind kind, Issued authority) {
    return issue(
        keys(kind), name(commonName), years, issuer(authority), encryptionUsage(kind), false);
  }

  /** A self-signed certificate for encryption. */
  Issued encryption(String commonName, int years, ManagedKeyKind kind) {
    KeyPair keys = keys(kind);
    return issue(
        keys, name(commonName), years, Issuer.self(commonName, keys), encryptionUsage(kind), false);
  }

  /**
   * @param until when its own certificate ends; what it issues must not outlive it
   */
  private record Issuer(X500Name name, PublicKey publicKey, PrivateKey privateKey, Instant until) {
    static Issuer self(String commonName, KeyPair keys) {
      return new Issuer(
          CertificateIssuer.name(commonName), keys.getPublic(), keys.getPrivate(), Instant.MAX);
    }
  }

  private static Issuer issuer(Issued authority) {
    return new Issuer(
        X500Name.getInstance(authority.certificate().getSubjectX500Principal().getEncoded()),
        authority.certificate().getPublicKey(),
        authority.privateKey(),
        authority.certificate().getNotAfter().toInstant());
  }

  /** An extension that is not critical. */
  private record Added(ASN1ObjectIdentifier id, ASN1Object value) {}

  private static Added purposes(KeyPurposeId... purposes) {
    return new Added(Extension.extendedKeyUsage, new ExtendedKeyUsage(purposes));
  }

  private Issued issue(
      KeyPair keys,
      X500Name subject,
      int years,
      Issuer issuer,
      KeyUsage usage,
      boolean authority,
      Added... extensions) {
    Instant from = clock.instant().minus(BACKDATED);
    Instant until = from.atOffset(ZoneOffset.UTC).plusYears(years).toInstant();
    if (until.isAfter(issuer.until())) {
      until = issuer.until();
    }
    try {
      JcaX509ExtensionUtils utils = new JcaX509ExtensionUtils();
      JcaX509v3CertificateBuilder builder =
          new JcaX509v3CertificateBuilder(
              issuer.name(),
              new BigInteger(127, RANDOM).setBit(126),
              Date.from(from),
              Date.from(until),
              subject,
              keys.getPublic());
      builder.addExtension(
          Extension.basicConstraints,
          true,
          authority ? new BasicConstraints(0) : new BasicConstraints(false));
      builder.addExtension(Extension.keyUsage, true, usage);
      builder.addExtension(
          Extension.subjectKeyIdentifier,
          false,
          utils.createSubjectKeyIdentifier(keys.getPublic()));
      builder.addExtension(
          Extension.authorityKeyIdentifier,
          false,
          utils.createAuthorityKeyIdentifier(issuer.publicKey()));
      for (Added added : extensions) {
        builder.addExtension(added.id(), false, added.value());
      }
      String algorithm =
          issuer.privateKey().getAlgorithm().equals("RSA") ? "SHA256withRSA" : "SHA256withECDSA";
      return new Issued(
          keys.getPrivate(),
          new JcaX509CertificateConverter()
              .getCertificate(
                  builder.build(
                      new JcaContentSignerBuilder(algorithm).build(issuer.privateKey()))));
    } catch (GeneralSecurityException | OperatorCreationException | IOException e) {
      throw new IllegalStateException("the certificate of " + subject + " can't be made", e);
    }
  }

  private static X500Name name(String commonName) {
    return new X500NameBuilder(BCStyle.INSTANCE)
        .addRDN(BCStyle.O, "Earwitness")
        .addRDN(BCStyle.CN, commonName)
        .build();
  }

  private static KeyUsage encryptionUsage(ManagedKeyKind kind) {
    return new KeyUsage(
        switch (kind) {
          case RSA_3072 -> KeyUsage.keyEncipherment;
          case EC_P256, EC_P384 -> KeyUsage.keyAgreement;
        });
  }

  private static KeyPair keys(ManagedKeyKind kind) {
    return switch (kind) {
      case RSA_3072 -> rsa(3072);
      case EC_P256 -> ec("secp256r1");
      case EC_P384 -> ec("secp384r1");
    };
  }

  private static KeyPair rsa(int bits) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(bits);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java runtime makes no RSA keys", e);
    }
  }

  private static KeyPair ed25519() {
    try {
      return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java runtime makes no Ed25519 keys", e);
    }
  }

  private static KeyPair ec(String curve) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec(curve));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java runtime makes no keys on " + curve, e);
    }
  }
}
