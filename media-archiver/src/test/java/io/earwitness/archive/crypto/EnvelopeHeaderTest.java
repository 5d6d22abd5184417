package io.earwitness.archive.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.ASN1Set;
import org.bouncycastle.asn1.BERSequence;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERSet;
import org.bouncycastle.asn1.DERTaggedObject;
import org.bouncycastle.asn1.cms.CMSObjectIdentifiers;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Everything but the one accepted kind of envelope is refused, each for its own stated reason. */
class EnvelopeHeaderTest {
  private static final byte[] CIPHERTEXT = CmsEnvelopeWriterTest.random(1000);

  /** The parts of an envelope, each of which a test can exchange. */
  private static final class Parts {
    ASN1ObjectIdentifier type = CMSObjectIdentifiers.authEnvelopedData;
    int version;
    ASN1Encodable recipients;
    ASN1ObjectIdentifier innerType = PKCSObjectIdentifiers.data;
    ASN1ObjectIdentifier algorithm = NISTObjectIdentifiers.id_aes256_GCM;
    byte[] nonce = new byte[12];
    int icv = 16;
    ASN1Encodable content = new DERTaggedObject(false, 0, new DEROctetString(CIPHERTEXT));
    List<ASN1Encodable> beforeMac = List.of();
    byte[] mac = new byte[16];
    List<ASN1Encodable> afterMac = List.of();

    Parts() throws IOException {
      recipients =
          ASN1Set.getInstance(
              ASN1Primitive.fromByteArray(
                  RecipientInfoWriter.write(new byte[32], TestKeys.recipients())));
    }

    byte[] der() throws IOException {
      return structure().getEncoded("DER");
    }

    DERSequence structure() {
      DERSequence info =
          sequence(
              innerType,
              new AlgorithmIdentifier(
                  algorithm, sequence(new DEROctetString(nonce), new ASN1Integer(icv))),
              content);
      ASN1EncodableVector data = new ASN1EncodableVector();
      data.add(new ASN1Integer(version));
      data.add(recipients);
      data.add(info);
      beforeMac.forEach(data::add);
      data.add(new DEROctetString(mac));
      afterMac.forEach(data::add);
      return sequence(type, new DERTaggedObject(true, 0, new DERSequence(data)));
    }

    private static DERSequence sequence(ASN1Encodable... elements) {
      return new DERSequence(elements);
    }
  }

  private static void refused(byte[] envelope, String... words) {
    assertThatThrownBy(() -> EnvelopeHeader.parse(envelope))
        .isInstanceOf(EnvelopeFormatException.class)
        .hasMessageContainingAll(words);
  }

  @Test
  void theAcceptedKindIsRead() throws IOException {
    byte[] envelope = new Parts().der();
    EnvelopeHeader header = EnvelopeHeader.parse(envelope);
    assertThat(header.recipients()).hasSize(3);
    assertThat(header.nonce()).isEqualTo("00".repeat(12));
    assertThat(
            Arrays.copyOfRange(
                envelope,
                header.ciphertextOffset(),
                header.ciphertextOffset() + (int) header.ciphertextLength()))
        .isEqualTo(CIPHERTEXT);
  }

  @Test
  void anotherKindOfMessageIsRefused() throws IOException {
    Parts parts = new Parts();
    parts.type = CMSObjectIdentifiers.envelopedData;
    refused(parts.der(), "EnvelopedData", "downgrade");
    parts.type = CMSObjectIdentifiers.signedData;
    refused(parts.der(), "SignedData");
    parts.type = CMSObjectIdentifiers.compressedData;
    refused(parts.der(), "only AuthEnvelopedData");
  }

  @Test
  void aRealEnvelopedDataByOpensslIsRefusedAsADowngrade(@TempDir Path folder) throws IOException {
    Files.writeString(
        folder.resolve("cert.pem"),
        Certificates.pem(TestKeys.certificate(ManagedKeyKind.RSA_3072)));
    Files.write(folder.resolve("plain"), new byte[100]);
    OpenSsl.Result result =
        OpenSsl.run(
            folder,
            "cms",
            "-encrypt",
            "-binary",
            "-aes256",
            "-in",
            "plain",
            "-outform",
            "DER",
            "-recip",
            "cert.pem");
    assertThat(result.exitCode()).as(result.errors()).isZero();
    refused(result.output(), "EnvelopedData", "downgrade");
  }

  @Test
  void weakerOrOtherCiphersAreRefused() throws IOException {
    Parts parts = new Parts();
    parts.algorithm = NISTObjectIdentifiers.id_aes128_GCM;
    refused(parts.der(), "AES-128-GCM", "only AES-256-GCM");
    parts.algorithm = NISTObjectIdentifiers.id_aes256_CBC;
    refused(parts.der(), NISTObjectIdentifiers.id_aes256_CBC.getId(), "only AES-256-GCM");
    parts.algorithm = NISTObjectIdentifiers.id_aes256_CCM;
    refused(parts.der(), "only AES-256-GCM");
  }

  @Test
  void otherParametersAreRefused() throws IOException {
    Parts nonce = new Parts();
    nonce.nonce = new byte[16];
    refused(nonce.der(), "nonce has 16 bytes");
    Parts icv = new Parts();
    icv.icv = 12;
    refused(icv.der(), "declared to have 12 bytes");
    Parts mac = new Parts();
    mac.mac = new byte[12];
    refused(mac.der(), "no room for a 16-byte tag");
    Parts version = new Parts();
    version.version = 1;
    refused(version.der(), "version");
    Parts inner = new Parts();
    inner.innerType = CMSObjectIdentifiers.signedData;
    refused(inner.der(), "only id-data");
  }

  @Test
  void attributesAndOriginatorsAreRefused() throws IOException {
    ASN1Encodable attributes = new DERTaggedObject(false, 1, new DERSet());
    Parts authenticated = new Parts();
    authenticated.beforeMac = List.of(attributes);
    refused(authenticated.der(), "authenticated attributes");
    Parts unauthenticated = new Parts();
    unauthenticated.afterMac = List.of(new DERTaggedObject(false, 2, new DERSet()));
    refused(unauthenticated.der(), "unauthenticated attributes");
    Parts nobody = new Parts();
    nobody.recipients = new DERSet();
    refused(nobody.der(), "no recipient");
    Parts originator = new Parts();
    originator.recipients = new DERTaggedObject(false, 0, new DERSequence());
    refused(originator.der(), "originator");
  }

  @Test
  void aCiphertextInPartsIsRefused() throws IOException {
    Parts parts = new Parts();
    parts.content =
        new DERTaggedObject(
            false,
            0,
            new DERSequence(
                new ASN1Encodable[] {
                  new DEROctetString(CIPHERTEXT), new DEROctetString(CIPHERTEXT)
                }));
    refused(parts.der(), "split into parts");
  }

  @Test
  void indefiniteAndOverlongLengthsAreRefused() throws IOException {
    Parts parts = new Parts();
    refused(
        new BERSequence(new ASN1Encodable[] {parts.type, parts.structure().getObjectAt(1)})
            .getEncoded(),
        "indefinite length");
    byte[] der = parts.der();
    assertThat(der[1]).isEqualTo((byte) 0x82);
    byte[] overlong = new byte[der.length + 1];
    overlong[0] = der[0];
    overlong[1] = (byte) 0x83;
    System.arraycopy(der, 2, overlong, 3, der.length - 2);
    refused(overlong, "shortest form");
  }

  @Test
  void aCutOffFileIsRefusedWhereverItEnds() throws IOException {
    byte[] envelope = new Parts().der();
    for (int length = 1; length < envelope.length; length++) {
      refused(Arrays.copyOf(envelope, length), "cut off");
    }
    refused(new byte[0], "empty");
  }

  @Test
  void trailingDataIsRefused() throws IOException {
    byte[] envelope = new Parts().der();
    refused(Arrays.copyOf(envelope, envelope.length + 7), "7 bytes follow");
  }

  @Test
  void somethingElseIsRefused() {
    refused("fLaC....".getBytes(StandardCharsets.US_ASCII), "no CMS message", "0x66");
    refused("-----BEGIN CMS-----".getBytes(StandardCharsets.US_ASCII), "PEM");
  }

  /** Whatever byte is changed in the header, the answer is a reading or an explained refusal. */
  @Test
  void everyChangedByteGivesAnEnvelopeOrAnExplanation() throws IOException {
    byte[] envelope = new Parts().der();
    int header = EnvelopeHeader.parse(envelope).ciphertextOffset();
    int refusals = 0;
    for (int i = 0; i < header; i++) {
      for (int change : new int[] {0x01, 0x80, 0xff}) {
        byte[] changed = envelope.clone();
        changed[i] ^= (byte) change;
        try {
          EnvelopeHeader.parse(changed);
        } catch (EnvelopeFormatException e) {
          assertThat(e.getMessage()).isNotBlank();
          refusals++;
        }
      }
    }
    assertThat(refusals).isGreaterThan(100);
  }
}
