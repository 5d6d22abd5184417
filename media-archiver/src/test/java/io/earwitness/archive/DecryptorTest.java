package io.earwitness.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.earwitness.archive.crypto.IntegrityException;
import io.earwitness.archive.crypto.ManagedKeyKind;
import io.earwitness.archive.crypto.TestKeys;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DecryptorTest {
  private static final ArchivedRecording RECORDING = recording();

  @TempDir Path folder;
  private Path envelope = Path.of("");
  private Path output = Path.of("");

  private static ArchivedRecording recording() {
    try {
      return new ArchivedRecording(100_000);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @BeforeEach
  void write() throws IOException {
    envelope = Files.write(folder.resolve("media.cms"), RECORDING.object("media.cms").content());
    output = folder.resolve("media.flac");
  }

  private static VerifiedManifest manifest(ArchivedRecording recording) throws IOException {
    return ArchivedRecording.verifier().verify(recording.signed());
  }

  @ParameterizedTest
  @EnumSource
  void aFileIsOpenedWithAndWithoutItsManifest(ManagedKeyKind kind) throws IOException {
    assertThat(Decryptor.decrypt(envelope, TestKeys.privateKey(kind), null, output))
        .isEqualTo(100_000);
    assertThat(output).hasBinaryContent(RECORDING.media);
    Files.delete(output);
    Decryptor.decrypt(envelope, TestKeys.privateKey(kind), manifest(RECORDING), output);
    assertThat(output).hasBinaryContent(RECORDING.media);
    ByteArrayOutputStream stream = new ByteArrayOutputStream();
    Decryptor.decrypt(envelope, TestKeys.privateKey(kind), manifest(RECORDING), stream);
    assertThat(stream.toByteArray()).isEqualTo(RECORDING.media);
  }

  @Test
  void anotherRecordingsManifestIsRefusedAndLeavesNoOutput() throws IOException {
    VerifiedManifest other = manifest(new ArchivedRecording(100_000));
    assertThatThrownBy(
            () ->
                Decryptor.decrypt(
                    envelope, TestKeys.privateKey(ManagedKeyKind.EC_P256), other, output))
        .isInstanceOf(IntegrityException.class)
        .hasMessageContaining("none of the objects that the manifest of recording");
    assertThat(output).doesNotExist();
  }

  @Test
  void aChangedFileIsRefusedAndLeavesNoOutput() throws IOException {
    byte[] changed = Files.readAllBytes(envelope);
    changed[changed.length - 30_000] ^= 1;
    Files.write(envelope, changed);
    VerifiedManifest manifest = manifest(RECORDING);
    assertThatThrownBy(
            () ->
                Decryptor.decrypt(
                    envelope, TestKeys.privateKey(ManagedKeyKind.EC_P256), manifest, output))
        .isInstanceOf(IntegrityException.class)
        .hasMessageContaining("is not the signed 01/media.cms. Block 1 ");
    assertThatThrownBy(
            () ->
                Decryptor.decrypt(
                    envelope, TestKeys.privateKey(ManagedKeyKind.EC_P256), null, output))
        .isInstanceOf(IntegrityException.class);
    assertThat(output).doesNotExist();
  }
}
