package io.earwitness.archive.crypto;

import java.math.BigInteger;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.cms.IssuerAndSerialNumber;
import org.bouncycastle.asn1.cms.KeyAgreeRecipientIdentifier;
import org.bouncycastle.asn1.cms.KeyAgreeRecipientInfo;
import org.bouncycastle.asn1.cms.KeyTransRecipientInfo;
import org.bouncycastle.asn1.cms.RecipientEncryptedKey;
import org.bouncycastle.asn1.cms.RecipientIdentifier;
import org.bouncycastle.asn1.cms.RecipientInfo;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.jspecify.annotations.Nullable;

/** One recipient of an envelope, as its header names it. Immutable. */
public abstract sealed class EnvelopeRecipient {
  private final @Nullable IssuerAndSerialNumber issuerAndSerial;
  private final byte @Nullable [] subjectKeyId;

  private EnvelopeRecipient(
      @Nullable IssuerAndSerialNumber issuerAndSerial, byte @Nullable [] subjectKeyId) {
    this.issuerAndSerial = issuerAndSerial;
    this.subjectKeyId = subjectKeyId;
  }

  static void addAll(RecipientInfo info, List<EnvelopeRecipient> recipients) {
    ASN1Encodable choice = info.getInfo();
    if (choice instanceof KeyTransRecipientInfo transport) {
      recipients.add(new Transport(transport));
    } else if (choice instanceof KeyAgreeRecipientInfo agreement) {
      for (ASN1Encodable key : agreement.getRecipientEncryptedKeys()) {
        recipients.add(new Agreement(agreement, RecipientEncryptedKey.getInstance(key)));
      }
    } else {
      recipients.add(new Other());
    }
  }

  /** Whether this recipient is the holder of a certificate. */
  public boolean isFor(X509Certificate certificate) {
    IssuerAndSerialNumber named = issuerAndSerial;
    if (named != null) {
      BigInteger serial = named.getSerialNumber().getValue();
      return serial.equals(certificate.getSerialNumber())
          && named
              .getName()
              .equals(X500Name.getInstance(certificate.getIssuerX500Principal().getEncoded()));
    }
    byte[] keyId = subjectKeyId;
    return keyId != null && MessageDigest.isEqual(keyId, keyIdOf(certificate));
  }

  /** SHA-1 of the public key's bits (RFC 5280 §4.2.1.2, method 1), where no extension says else. */
  private static byte[] keyIdOf(X509Certificate certificate) {
    byte[] extension = certificate.getExtensionValue("2.5.29.14");
    if (extension != null) {
      return ASN1OctetString.getInstance(ASN1OctetString.getInstance(extension).getOctets())
          .getOctets();
    }
    byte[] key =
        SubjectPublicKeyInfo.getInstance(certificate.getPublicKey().getEncoded())
            .getPublicKeyData()
            .getBytes();
    return Digests.of("SHA-1").digest(key);
  }

  /** Algorithm, issuer and serial number, for messages to people. */
  public String describe() {
    String kind =
        switch (this) {
          case Transport ignored -> "RSA";
          case Agreement ignored -> "EC";
          case Other ignored -> "unsupported kind";
        };
    IssuerAndSerialNumber named = issuerAndSerial;
    if (named != null) {
      return "%s (issuer %s, serial %x)"
          .formatted(kind, named.getName(), named.getSerialNumber().getValue());
    }
    byte[] keyId = subjectKeyId;
    return keyId == null ? kind : kind + " (key id " + HexFormat.of().formatHex(keyId) + ")";
  }

  @Override
  public String toString() {
    return describe();
  }

  /** RSA. */
  static final class Transport extends EnvelopeRecipient {
    final KeyTransRecipientInfo info;

    private Transport(KeyTransRecipientInfo info) {
      super(issuer(info.getRecipientIdentifier()), keyId(info.getRecipientIdentifier()));
      this.info = info;
    }

    private static @Nullable IssuerAndSerialNumber issuer(RecipientIdentifier id) {
      return id.isTagged() ? null : IssuerAndSerialNumber.getInstance(id.getId());
    }

    private static byte @Nullable [] keyId(RecipientIdentifier id) {
      return id.isTagged() ? ASN1OctetString.getInstance(id.getId()).getOctets() : null;
    }
  }

  /** ECDH. */
  static final class Agreement extends EnvelopeRecipient {
    final KeyAgreeRecipientInfo info;
    final byte[] wrappedKey;

    private Agreement(KeyAgreeRecipientInfo info, RecipientEncryptedKey key) {
      super(key.getIdentifier().getIssuerAndSerialNumber(), keyId(key.getIdentifier()));
      this.info = info;
      this.wrappedKey = key.getEncryptedKey().getOctets();
    }

    private static byte @Nullable [] keyId(KeyAgreeRecipientIdentifier id) {
      return id.getRKeyID() == null
          ? null
          : Arrays.copyOf(
              id.getRKeyID().getSubjectKeyIdentifier().getOctets(),
              id.getRKeyID().getSubjectKeyIdentifier().getOctets().length);
    }
  }

  /** A password, a shared key or a KEM: none of ours, so nothing that could be opened here. */
  static final class Other extends EnvelopeRecipient {
    private Other() {
      super(null, null);
    }
  }
}
