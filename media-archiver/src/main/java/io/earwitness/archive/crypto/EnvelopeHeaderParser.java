package io.earwitness.archive.crypto;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.ASN1Set;
import org.bouncycastle.asn1.cms.CMSObjectIdentifiers;
import org.bouncycastle.asn1.cms.RecipientInfo;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.jspecify.annotations.Nullable;

/**
 * Accepts one kind of envelope and explains every other. The outer frame is walked by hand, because
 * the ciphertext must not be loaded; the recipients are read by BouncyCastle.
 */
final class EnvelopeHeaderParser {
  private final DerReader der;
  private final RangeSource source;
  private final long size;

  /**
   * @param size of the whole envelope
   */
  EnvelopeHeaderParser(RangeSource source, long size) {
    this(source, size, size);
  }

  /** For a header of which the rest of the envelope is elsewhere. */
  EnvelopeHeaderParser(byte[] header, long size) {
    this(RangeSource.of(header), header.length, size);
  }

  private EnvelopeHeaderParser(RangeSource source, long available, long size) {
    this.source = source;
    this.size = size;
    this.der = new DerReader(source, available);
  }

  EnvelopeHeader parse() throws IOException {
    return parse(null);
  }

  /** With the tag already known, nothing behind the header is read. */
  EnvelopeHeader parse(byte @Nullable [] knownTag) throws IOException {
    if (size == 0) {
      throw new EnvelopeFormatException("The file is empty.");
    }
    int first = der.peek("the ContentInfo");
    if (first == '-') {
      throw new EnvelopeFormatException(
          "The file is PEM text; DER is needed: openssl cms -cmsout -inform PEM -outform DER.");
    }
    if (first != DerReader.SEQUENCE) {
      throw new EnvelopeFormatException(
          "The file is no CMS message: it begins with byte 0x%02x, not 0x30.".formatted(first));
    }
    long length = der.enter(DerReader.SEQUENCE, "the ContentInfo");
    long end = der.position() + length;
    checkSize(end);
    checkType(oid("the content type"));
    nested(der.enter(0xa0, "the AuthEnvelopedData"), end, "[0]");
    nested(der.enter(DerReader.SEQUENCE, "the AuthEnvelopedData"), end, "AuthEnvelopedData");
    version();
    List<EnvelopeRecipient> recipients = recipients();
    long infoLength = der.enter(DerReader.SEQUENCE, "the EncryptedContentInfo");
    long infoEnd = der.position() + infoLength;
    ASN1ObjectIdentifier inner = oid("the type of the encrypted content");
    if (!inner.equals(PKCSObjectIdentifiers.data)) {
      throw new EnvelopeFormatException(
          "The encrypted content is of type %s; only id-data is accepted.".formatted(inner));
    }
    byte[] nonce = nonce();
    long ciphertextLength = ciphertext();
    long ciphertextEnd = der.position() + ciphertextLength;
    if (ciphertextEnd != infoEnd) {
      throw new EnvelopeFormatException(
          "The ciphertext ends at byte %d, but the structure around it at byte %d."
              .formatted(ciphertextEnd, infoEnd));
    }
    byte[] tag = knownTag;
    if (tag == null) {
      tag = tag(ciphertextEnd);
    }
    if (ciphertextEnd + SealedEnvelope.TRAILER_BYTES != size) {
      throw new EnvelopeFormatException(
          "Behind the tag, at byte %d, %d more bytes lie within the message (unauthenticated attributes are not accepted)."
              .formatted(
                  ciphertextEnd + SealedEnvelope.TRAILER_BYTES,
                  size - ciphertextEnd - SealedEnvelope.TRAILER_BYTES));
    }
    return new EnvelopeHeader(der.header(), size, recipients, nonce, tag);
  }

  private void checkSize(long end) throws EnvelopeFormatException {
    if (end > size) {
      throw new EnvelopeFormatException(
          "The file is cut off: its header announces %d bytes, but it has only %d."
              .formatted(end, size));
    }
    if (end < size) {
      throw new EnvelopeFormatException(
          "%d bytes follow behind the end of the message at byte %d; nothing may."
              .formatted(size - end, end));
    }
  }

  private void nested(long length, long end, String what) throws EnvelopeFormatException {
    if (der.position() + length != end) {
      throw new EnvelopeFormatException(
          "%s ends at byte %d, but the structure around it at byte %d."
              .formatted(what, der.position() + length, end));
    }
  }

  private static void checkType(ASN1ObjectIdentifier type) throws EnvelopeFormatException {
    if (type.equals(CMSObjectIdentifiers.authEnvelopedData)) {
      return;
    }
    if (type.equals(CMSObjectIdentifiers.envelopedData)) {
      throw new EnvelopeFormatException(
          "The message is EnvelopedData, which nothing protects against changes: it is refused as a downgrade of AuthEnvelopedData.");
    }
    if (type.equals(CMSObjectIdentifiers.signedData)) {
      throw new EnvelopeFormatException(
          "The message is SignedData, such as a manifest, and not an encrypted object.");
    }
    throw new EnvelopeFormatException(
        "The message has content type %s; only AuthEnvelopedData is accepted.".formatted(type));
  }

  private void version() throws IOException {
    byte[] version = der.element(DerReader.INTEGER, "the version");
    if (version.length != 3 || version[2] != 0) {
      throw new EnvelopeFormatException("The version of the AuthEnvelopedData is not 0.");
    }
  }

  private List<EnvelopeRecipient> recipients() throws IOException {
    if (der.peek("the recipients") == 0xa0) {
      throw new EnvelopeFormatException(
          "The message carries originator information, which is not accepted.");
    }
    byte[] set = der.element(DerReader.SET, "the recipients");
    try {
      List<EnvelopeRecipient> recipients = new ArrayList<>();
      for (ASN1Encodable info : ASN1Set.getInstance(set)) {
        EnvelopeRecipient.addAll(RecipientInfo.getInstance(info), recipients);
      }
      if (recipients.isEmpty()) {
        throw new EnvelopeFormatException("The message has no recipient.");
      }
      return recipients;
    } catch (RuntimeException e) {
      throw new EnvelopeFormatException("The recipients are no valid ASN.1: " + e.getMessage(), e);
    }
  }

  private ASN1ObjectIdentifier oid(String what) throws IOException {
    byte[] element = der.element(DerReader.OBJECT_IDENTIFIER, what);
    try {
      return ASN1ObjectIdentifier.getInstance(element);
    } catch (RuntimeException e) {
      throw new EnvelopeFormatException(
          DerReader.capital(what) + " is no object identifier: " + e.getMessage(), e);
    }
  }

  private byte[] nonce() throws IOException {
    byte[] element = der.element(DerReader.SEQUENCE, "the content encryption algorithm");
    try {
      AlgorithmIdentifier algorithm = AlgorithmIdentifier.getInstance(element);
      ASN1ObjectIdentifier oid = algorithm.getAlgorithm();
      if (!oid.equals(EnvelopeAlgorithms.CONTENT)) {
        throw new EnvelopeFormatException(
            "The content is encrypted with %s; only AES-256-GCM is accepted."
                .formatted(oid.equals(NISTObjectIdentifiers.id_aes128_GCM) ? "AES-128-GCM" : oid));
      }
      ASN1Sequence parameters = ASN1Sequence.getInstance(algorithm.getParameters());
      byte[] nonce = ASN1OctetString.getInstance(parameters.getObjectAt(0)).getOctets();
      if (nonce.length != EnvelopeAlgorithms.NONCE_BYTES) {
        throw new EnvelopeFormatException(
            "The nonce has %d bytes; only 12 are accepted.".formatted(nonce.length));
      }
      int icv =
          parameters.size() < 2
              ? 12
              : ASN1Integer.getInstance(parameters.getObjectAt(1)).intValueExact();
      if (icv != EnvelopeAlgorithms.TAG_BYTES || parameters.size() > 2) {
        throw new EnvelopeFormatException(
            "The tag is declared to have %d bytes; only 16 are accepted.".formatted(icv));
      }
      return nonce;
    } catch (RuntimeException e) {
      throw new EnvelopeFormatException(
          "The parameters of AES-256-GCM can't be read: " + e.getMessage(), e);
    }
  }

  private long ciphertext() throws IOException {
    int tag = der.peek("the ciphertext");
    if (tag == 0xa0) {
      throw new EnvelopeFormatException(
          "The ciphertext is split into parts (constructed); only one run is accepted.");
    }
    return der.enter(0x80, "the ciphertext");
  }

  private byte[] tag(long position) throws IOException {
    if (position + SealedEnvelope.TRAILER_BYTES > size) {
      throw new EnvelopeFormatException(
          "Between the ciphertext's end at byte %d and the message's end at byte %d there is no room for a 16-byte tag."
              .formatted(position, size));
    }
    byte[] trailer = new byte[SealedEnvelope.TRAILER_BYTES];
    source.read(position, trailer, 0, trailer.length);
    if ((trailer[0] & 0xff) == 0xa1) {
      throw new EnvelopeFormatException(
          "The message carries authenticated attributes, which are not accepted.");
    }
    if (trailer[0] != DerReader.OCTET_STRING || trailer[1] != EnvelopeAlgorithms.TAG_BYTES) {
      throw new EnvelopeFormatException(
          "At byte %d there should be the 16-byte tag (04 10), but there is %02x %02x."
              .formatted(position, trailer[0], trailer[1]));
    }
    byte[] value = new byte[EnvelopeAlgorithms.TAG_BYTES];
    System.arraycopy(trailer, 2, value, 0, value.length);
    return value;
  }
}
