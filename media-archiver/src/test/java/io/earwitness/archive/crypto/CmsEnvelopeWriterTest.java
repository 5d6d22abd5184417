package io.earwitness.archive.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.earwitness.call.RecordingId;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CmsEnvelopeWriterTest {
  static final RecordingId RECORDING = RecordingId.draw(Instant.parse("2026-11-21T10:00:00Z"));

  private final CmsEnvelopeWriter writer = new CmsEnvelopeWriter(TestKeys.recipients());

  static byte[] random(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 65535, 65536, 65537, 3 * 1024 * 1024 + 1})
  void opensslOpensAnEnvelopeOfAnySizeWithEveryKind(int size, @TempDir Path folder)
      throws IOException {
    byte[] plaintext = random(size);
    Files.write(folder.resolve("media.cms"), writer.seal(RECORDING, plaintext).content());
    for (ManagedKeyKind kind : ManagedKeyKind.values()) {
      String key = TestKeys.write(folder, kind);
      OpenSsl.Result result =
          OpenSsl.run(
              folder,
              "cms",
              "-decrypt",
              "-binary",
              "-inform",
              "DER",
              "-in",
              "media.cms",
              "-inkey",
              key);
      assertThat(result.exitCode()).as("%s: %s", kind, result.errors()).isZero();
      assertThat(result.output()).as(kind.name()).isEqualTo(plaintext);
    }
  }

  @Test
  void opensslRefusesAnEnvelopeWithOneFlippedBit(@TempDir Path folder) throws IOException {
    byte[] envelope = writer.seal(RECORDING, random(100_000)).content();
    envelope[envelope.length - 50_000] ^= 1;
    Files.write(folder.resolve("media.cms"), envelope);
    OpenSsl.Result result =
        OpenSsl.run(
            folder,
            "cms",
            "-decrypt",
            "-binary",
            "-inform",
            "DER",
            "-in",
            "media.cms",
            "-inkey",
            TestKeys.write(folder, ManagedKeyKind.EC_P256));
    assertThat(result.exitCode()).isNotZero();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 65535, 65536, 65537, 200_000})
  void theDescriptionMatchesTheBytes(int size) throws Exception {
    CmsEnvelopeWriter.Sealed sealed = writer.seal(RECORDING, random(size));
    SealedEnvelope envelope = sealed.envelope();
    byte[] content = sealed.content();
    int offset = (int) envelope.ciphertextOffset();
    assertThat(envelope.size()).isEqualTo(content.length);
    assertThat(envelope.ciphertextLength()).isEqualTo(size);
    assertThat(envelope.tag())
        .isEqualTo(HexFormat.of().formatHex(content, content.length - 16, content.length));
    assertThat(envelope.headerSha256()).isEqualTo(sha256(content, 0, offset));
    assertThat(envelope.blockCount()).isEqualTo((size + 65535) / 65536);
    for (int block = 0; block < envelope.blockCount(); block++) {
      int from = offset + block * 65536;
      assertThat(envelope.blockSha256(block))
          .isEqualTo(sha256(content, from, from + envelope.blockLength(block)));
    }
    EnvelopeHeader header = EnvelopeHeader.parse(content);
    assertThat(header.nonce()).isEqualTo(envelope.nonce());
    try (ContentKey key =
        ContentKey.recover(header, TestKeys.privateKey(ManagedKeyKind.RSA_3072))) {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key.secret().getEncoded(), "HmacSHA256"));
      byte[] commit = mac.doFinal(("commit" + RECORDING).getBytes("UTF-8"));
      assertThat(envelope.commit()).isEqualTo(HexFormat.of().formatHex(commit));
    }
  }

  @Test
  void aStreamGivesTheSameFormatAsMemory() throws IOException {
    byte[] plaintext = random(1_000_001);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    SealedEnvelope envelope =
        writer.seal(RECORDING, new ByteArrayInputStream(plaintext), plaintext.length, out);
    assertThat(out.size()).isEqualTo((int) envelope.size());
    EnvelopeHeader header = EnvelopeHeader.parse(out.toByteArray());
    try (ContentKey key = ContentKey.recover(header, TestKeys.privateKey(ManagedKeyKind.EC_P384))) {
      assertThat(EnvelopeDecryptor.decrypt(out.toByteArray(), key)).isEqualTo(plaintext);
    }
  }

  @Test
  void noTwoEnvelopesShareKeyOrNonce() throws IOException {
    byte[] plaintext = random(100);
    SealedEnvelope first = writer.seal(RECORDING, plaintext).envelope();
    SealedEnvelope second = writer.seal(RECORDING, plaintext).envelope();
    assertThat(first.nonce()).isNotEqualTo(second.nonce());
    assertThat(first.commit()).isNotEqualTo(second.commit());
    assertThat(first.blockSha256(0)).isNotEqualTo(second.blockSha256(0));
  }

  @Test
  void contentThatEndsEarlyOrGoesOnIsAnError() {
    assertThatThrownBy(
            () -> writer.seal(RECORDING, new ByteArrayInputStream(new byte[99]), 100, sink()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("ended after 99 of 100 bytes");
    assertThatThrownBy(
            () -> writer.seal(RECORDING, new ByteArrayInputStream(new byte[101]), 100, sink()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("goes on behind its 100 bytes");
  }

  @Test
  void contentTooLongForOneFileIsRefusedBeforeAnythingIsWritten() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    assertThatThrownBy(
            () ->
                writer.seal(
                    RECORDING,
                    InputStream.nullInputStream(),
                    CmsEnvelopeWriter.MAX_PLAINTEXT_BYTES + 1,
                    out))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("split them");
    assertThat(out.size()).isZero();
  }

  @Test
  void nobodyToEncryptForIsRefused() {
    assertThatThrownBy(() -> new CmsEnvelopeWriter(List.of()))
        .hasMessageContaining("nobody to encrypt for");
  }

  @Test
  void aRecipientGivenTwiceCountsOnce() throws IOException {
    Recipient recipient = TestKeys.recipient(ManagedKeyKind.EC_P256);
    byte[] content =
        new CmsEnvelopeWriter(List.of(recipient, recipient)).seal(RECORDING, random(1)).content();
    assertThat(EnvelopeHeader.parse(content).recipients()).hasSize(1);
  }

  private static OutputStream sink() {
    return OutputStream.nullOutputStream();
  }

  private static String sha256(byte[] bytes, int from, int to) throws Exception {
    return HexFormat.of()
        .formatHex(
            MessageDigest.getInstance("SHA-256").digest(Arrays.copyOfRange(bytes, from, to)));
  }
}
