package io.earwitness.archive.crypto;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.cms.CMSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;

/**
 * The part of an envelope before its ciphertext, strictly read: who can open it, where the
 * ciphertext lies, nonce and tag. Immutable.
 *
 * <pre>
 * ContentInfo SEQUENCE {
 *   OBJECT IDENTIFIER id-ct-authEnvelopedData
 *   [0] SEQUENCE {                               AuthEnvelopedData, RFC 5083 §2.1
 *     INTEGER 0
 *     SET OF RecipientInfo
 *     SEQUENCE {                                 EncryptedContentInfo
 *       OBJECT IDENTIFIER id-data
 *       SEQUENCE { id-aes256-GCM, SEQUENCE { OCTET STRING nonce(12), INTEGER 16 } }
 *       [0] IMPLICIT OCTET STRING, primitive     the ciphertext run
 *     }
 *     OCTET STRING mac(16)
 *   } }
 * </pre>
 */
public final class EnvelopeHeader {
  /** No header may be longer than this: room for about 1,500 recipients. */
  public static final int MAX_BYTES = 1 << 20;

  private final byte[] bytes;
  private final long size;
  private final List<EnvelopeRecipient> recipients;
  private final byte[] nonce;
  private final byte[] tag;

  EnvelopeHeader(
      byte[] bytes, long size, List<EnvelopeRecipient> recipients, byte[] nonce, byte[] tag) {
    this.bytes = bytes;
    this.size = size;
    this.recipients = List.copyOf(recipients);
    this.nonce = nonce;
    this.tag = tag;
  }

  /**
   * Reads the header and the tag of a stored object.
   *
   * @param size of the whole object in bytes
   * @throws EnvelopeFormatException if it is anything but the accepted kind, saying what and where
   * @throws IOException if it can't be read
   */
  public static EnvelopeHeader parse(RangeSource object, long size) throws IOException {
    return new EnvelopeHeaderParser(object, size).parse();
  }

  /** Reads the header of an envelope in memory. */
  public static EnvelopeHeader parse(byte[] envelope) throws CryptoException {
    try {
      return parse(RangeSource.of(envelope), envelope.length);
    } catch (CryptoException e) {
      throw e;
    } catch (IOException e) {
      throw new IllegalStateException("memory can't fail to be read", e);
    }
  }

  /**
   * Reads the header of an object of which a signed manifest was verified, fetching nothing but the
   * header.
   *
   * @throws IntegrityException if the header is not the one that was signed
   */
  public static EnvelopeHeader parse(RangeSource object, SealedEnvelope signed) throws IOException {
    byte[] header = new byte[(int) signed.ciphertextOffset()];
    object.read(0, header, 0, header.length);
    if (!MessageDigest.isEqual(Digests.sha256().digest(header), signed.headerHash())) {
      throw new IntegrityException(
          "The recipient header (bytes 0 to %d) differs from the signed manifest: its SHA-256 is %s, signed is %s."
              .formatted(
                  header.length - 1,
                  HexFormat.of().formatHex(Digests.sha256().digest(header)),
                  signed.headerSha256()));
    }
    EnvelopeHeader parsed =
        new EnvelopeHeaderParser(header, signed.size()).parse(signed.tagBytes());
    if (parsed.ciphertextOffset() != signed.ciphertextOffset()
        || !MessageDigest.isEqual(parsed.nonce, signed.nonceBytes())) {
      throw new IntegrityException(
          "The header's ciphertext offset or nonce contradicts the signed manifest.");
    }
    return parsed;
  }

  /** The header of an envelope to be written. */
  static byte[] encode(byte[] recipientInfos, byte[] nonce, long plaintextLength) {
    try {
      byte[] version = {DerReader.INTEGER, 1, 0};
      byte[] type = PKCSObjectIdentifiers.data.getEncoded(ASN1Encoding.DER);
      byte[] algorithm = EnvelopeAlgorithms.content(nonce).getEncoded(ASN1Encoding.DER);
      byte[] content = head(0x80, plaintextLength);
      long infoLength = type.length + algorithm.length + content.length + plaintextLength;
      byte[] info = head(DerReader.SEQUENCE, infoLength);
      long dataLength =
          version.length
              + recipientInfos.length
              + info.length
              + infoLength
              + SealedEnvelope.TRAILER_BYTES;
      byte[] data = head(DerReader.SEQUENCE, dataLength);
      byte[] explicit = head(0xa0, data.length + dataLength);
      byte[] oid = CMSObjectIdentifiers.authEnvelopedData.getEncoded(ASN1Encoding.DER);
      byte[] outer =
          head(DerReader.SEQUENCE, oid.length + explicit.length + data.length + dataLength);
      ByteArrayOutputStream header = new ByteArrayOutputStream();
      for (byte[] part :
          List.of(
              outer,
              oid,
              explicit,
              data,
              version,
              recipientInfos,
              info,
              type,
              algorithm,
              content)) {
        header.write(part);
      }
      if (header.size() > MAX_BYTES) {
        throw new IllegalArgumentException(
            "the recipients need a header of %d bytes; the limit is %d: encrypt for fewer"
                .formatted(header.size(), MAX_BYTES));
      }
      return header.toByteArray();
    } catch (IOException e) {
      throw new IllegalStateException("the header can't be encoded", e);
    }
  }

  private static byte[] head(int tag, long length) {
    if (length < 0x80) {
      return new byte[] {(byte) tag, (byte) length};
    }
    int bytes = (64 - Long.numberOfLeadingZeros(length) + 7) / 8;
    byte[] head = new byte[2 + bytes];
    head[0] = (byte) tag;
    head[1] = (byte) (0x80 | bytes);
    for (int i = 0; i < bytes; i++) {
      head[2 + i] = (byte) (length >>> (8 * (bytes - 1 - i)));
    }
    return head;
  }

  /** Size of the whole envelope in bytes. */
  public long size() {
    return size;
  }

  /** Where the ciphertext begins. */
  public int ciphertextOffset() {
    return bytes.length;
  }

  /** Length of the ciphertext, which is the plaintext's. */
  public long ciphertextLength() {
    return size - bytes.length - SealedEnvelope.TRAILER_BYTES;
  }

  /** 12 bytes in hex. */
  public String nonce() {
    return HexFormat.of().formatHex(nonce);
  }

  /** 16 bytes in hex. */
  public String tag() {
    return HexFormat.of().formatHex(tag);
  }

  /** SHA-256 of the bytes before the ciphertext, in hex. */
  public String sha256() {
    return HexFormat.of().formatHex(Digests.sha256().digest(bytes));
  }

  /** For whom the content key was encrypted, in the order of the file. */
  public List<EnvelopeRecipient> recipients() {
    return recipients;
  }

  byte[] nonceBytes() {
    return nonce.clone();
  }

  byte[] tagBytes() {
    return tag.clone();
  }
}
