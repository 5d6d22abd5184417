package io.earwitness.archive.crypto;

import static io.earwitness.archive.crypto.CmsEnvelopeWriterTest.RECORDING;
import static io.earwitness.archive.crypto.CmsEnvelopeWriterTest.random;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.earwitness.call.RecordingId;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class EnvelopeDecryptorTest {
  private static final CmsEnvelopeWriter WRITER = new CmsEnvelopeWriter(TestKeys.recipients());

  @TempDir Path folder;

  private static ContentKey key(byte[] envelope, ManagedKeyKind kind) throws CryptoException {
    return ContentKey.recover(EnvelopeHeader.parse(envelope), TestKeys.privateKey(kind));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 65535, 65536, 65537, 3 * 1024 * 1024 + 1})
  void everyKindOfKeyOpensAnySize(int size) throws IOException {
    byte[] plaintext = random(size);
    byte[] envelope = WRITER.seal(RECORDING, plaintext).content();
    Path file = Files.write(folder.resolve("media.cms"), envelope);
    EnvelopeHeader header = EnvelopeHeader.parse(envelope);
    for (ManagedKeyKind kind : ManagedKeyKind.values()) {
      try (ContentKey key = key(envelope, kind)) {
        assertThat(EnvelopeDecryptor.decrypt(envelope, key)).isEqualTo(plaintext);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        EnvelopeDecryptor.decrypt(RangeSource.of(envelope), header, key, out);
        assertThat(out.toByteArray()).isEqualTo(plaintext);
        Path output = folder.resolve("plain-" + kind.wireName());
        EnvelopeDecryptor.decrypt(file, header, key, output);
        assertThat(output).hasBinaryContent(plaintext);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(output)))
            .isEqualTo("rw-------");
      }
    }
  }

  /** The only reader of others' envelopes that counts is ours, but ours must read others' too. */
  @Test
  void anEnvelopeWrittenByOpensslIsOpened() throws IOException {
    byte[] plaintext = random(100_000);
    Files.write(folder.resolve("plain"), plaintext);
    Files.writeString(
        folder.resolve("cert.pem"),
        Certificates.pem(TestKeys.certificate(ManagedKeyKind.RSA_3072)));
    OpenSsl.Result result =
        OpenSsl.run(
            folder,
            "cms",
            "-encrypt",
            "-binary",
            "-aes-256-gcm",
            "-in",
            "plain",
            "-outform",
            "DER",
            "-recip",
            "cert.pem",
            "-keyopt",
            "rsa_padding_mode:oaep",
            "-keyopt",
            "rsa_oaep_md:sha256");
    assertThat(result.exitCode()).as(result.errors()).isZero();
    try (ContentKey key = key(result.output(), ManagedKeyKind.RSA_3072)) {
      assertThat(EnvelopeDecryptor.decrypt(result.output(), key)).isEqualTo(plaintext);
    }
  }

  @Test
  void aFlippedBitAnywhereInCiphertextOrTagIsFoundAndNothingGivenOut() throws IOException {
    byte[] envelope = WRITER.seal(RECORDING, random(200_000)).content();
    EnvelopeHeader header = EnvelopeHeader.parse(envelope);
    int start = header.ciphertextOffset();
    try (ContentKey key = key(envelope, ManagedKeyKind.EC_P256)) {
      for (int position :
          new int[] {
            start, start + 100_000, start + 199_999, envelope.length - 16, envelope.length - 1
          }) {
        byte[] changed = envelope.clone();
        changed[position] ^= 4;
        EnvelopeHeader changedHeader = EnvelopeHeader.parse(changed);
        assertThatThrownBy(() -> EnvelopeDecryptor.decrypt(changed, key))
            .as("byte %d", position)
            .isInstanceOf(IntegrityException.class)
            .hasMessageContaining("changed after it was sealed");
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        assertThatThrownBy(
                () -> EnvelopeDecryptor.decrypt(RangeSource.of(changed), changedHeader, key, out))
            .isInstanceOf(IntegrityException.class);
        assertThat(out.size()).isZero();
        Path file = Files.write(folder.resolve("changed.cms"), changed);
        Path output = folder.resolve("output");
        assertThatThrownBy(() -> EnvelopeDecryptor.decrypt(file, changedHeader, key, output))
            .isInstanceOf(IntegrityException.class);
        try (Stream<Path> files = Files.list(folder)) {
          assertThat(files).containsExactly(file);
        }
      }
    }
  }

  @Test
  void anObjectThatChangesBetweenTheTwoReadingsIsFound() throws IOException {
    byte[] envelope = WRITER.seal(RECORDING, random(200_000)).content();
    EnvelopeHeader header = EnvelopeHeader.parse(envelope);
    byte[] current = envelope.clone();
    int[] reads = {0};
    RangeSource changing =
        (offset, target, position, length) -> {
          if (++reads[0] == 5) {
            current[header.ciphertextOffset() + 150_000] ^= 1;
          }
          RangeSource.of(current).read(offset, target, position, length);
        };
    try (ContentKey key = key(envelope, ManagedKeyKind.EC_P256)) {
      assertThatThrownBy(
              () -> EnvelopeDecryptor.decrypt(changing, header, key, new ByteArrayOutputStream()))
          .isInstanceOf(IntegrityException.class);
    }
  }

  @Test
  void theInputIsNeverOverwritten() throws IOException {
    byte[] envelope = WRITER.seal(RECORDING, random(10)).content();
    Path file = Files.write(folder.resolve("media.cms"), envelope);
    try (ContentKey key = key(envelope, ManagedKeyKind.EC_P256)) {
      assertThatThrownBy(
              () -> EnvelopeDecryptor.decrypt(file, EnvelopeHeader.parse(envelope), key, file))
          .hasMessageContaining("is the input");
    }
    assertThat(file).hasBinaryContent(envelope);
  }

  @ParameterizedTest
  @EnumSource
  void aKeyOfSomebodyElseIsSaidToBeWrong(ManagedKeyKind kind) throws IOException {
    byte[] envelope = WRITER.seal(RECORDING, random(10)).content();
    CertificateIssuer.Issued other =
        new CertificateIssuer(Clock.systemUTC()).encryption("other", 1, kind);
    assertThatThrownBy(() -> ContentKey.recover(EnvelopeHeader.parse(envelope), other.privateKey()))
        .isInstanceOf(WrongKeyException.class)
        .hasMessageContaining("none of the 3 recipients")
        .hasMessageContaining("test rsa-3072")
        .hasMessageContaining("test ec-p256");
  }

  @Test
  void aSwappedRecipientHeaderIsFoundWithAndWithoutManifest() throws IOException {
    byte[] plaintext = random(1000);
    CmsEnvelopeWriter.Sealed first = WRITER.seal(RECORDING, plaintext);
    CmsEnvelopeWriter.Sealed second = WRITER.seal(RECORDING, plaintext);
    int offset = (int) first.envelope().ciphertextOffset();
    // Headers differ by a byte or two of DER integers at times; only equal ones can be swapped.
    while (second.envelope().ciphertextOffset() != offset) {
      second = WRITER.seal(RECORDING, plaintext);
    }
    byte[] swapped = first.content().clone();
    System.arraycopy(second.content(), 0, swapped, 0, offset);
    try (ContentKey key = key(swapped, ManagedKeyKind.RSA_3072)) {
      assertThatThrownBy(() -> EnvelopeDecryptor.decrypt(swapped, key))
          .isInstanceOf(IntegrityException.class)
          .hasMessageContaining("header belongs to another envelope");
      assertThatThrownBy(() -> key.checkCommit(RECORDING, first.envelope()))
          .isInstanceOf(IntegrityException.class)
          .hasMessageContaining("recipient header was exchanged");
    }
    assertThatThrownBy(() -> EnvelopeHeader.parse(RangeSource.of(swapped), first.envelope()))
        .isInstanceOf(IntegrityException.class)
        .hasMessageContaining("recipient header (bytes 0 to ")
        .hasMessageContaining(first.envelope().headerSha256());
  }

  @Test
  void aKeyIsCommittedToOneRecording() throws IOException {
    CmsEnvelopeWriter.Sealed sealed = WRITER.seal(RECORDING, random(10));
    try (ContentKey key = key(sealed.content(), ManagedKeyKind.EC_P384)) {
      key.checkCommit(RECORDING, sealed.envelope());
      RecordingId other = RecordingId.draw(Clock.systemUTC().instant());
      assertThatThrownBy(() -> key.checkCommit(other, sealed.envelope()))
          .isInstanceOf(IntegrityException.class)
          .hasMessageContaining(other.toString());
    }
  }

  @Test
  void recipientsKnowTheirCertificates() throws IOException {
    EnvelopeHeader header =
        EnvelopeHeader.parse(
            new CmsEnvelopeWriter(List.of(TestKeys.recipient(ManagedKeyKind.EC_P256)))
                .seal(RECORDING, random(1))
                .content());
    assertThat(header.recipients()).hasSize(1);
    EnvelopeRecipient recipient = header.recipients().getFirst();
    assertThat(recipient.isFor(TestKeys.certificate(ManagedKeyKind.EC_P256))).isTrue();
    assertThat(recipient.isFor(TestKeys.certificate(ManagedKeyKind.EC_P384))).isFalse();
  }
}
