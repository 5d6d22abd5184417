package io.earwitness.archive;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.earwitness.archive.crypto.ManagedKeyKind;
import io.earwitness.archive.crypto.OpenSsl;
import io.earwitness.archive.crypto.PrivateKeys;
import io.earwitness.archive.crypto.SealedEnvelope;
import io.earwitness.archive.crypto.TestKeys;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs the very scripts that the format documents give to outsiders. */
class FormatRecipeTest {
  @TempDir Path folder;

  private static String script(String document, String name) throws IOException {
    // Tests run in the module's folder, beside which the documents lie.
    Path docs = Path.of("").toAbsolutePath().resolveSibling("docs/formats");
    Matcher block =
        Pattern.compile("```sh " + name + "\n(.*?)```", Pattern.DOTALL)
            .matcher(Files.readString(docs.resolve(document)));
    assertThat(block.find()).as("script '%s' in %s", name, document).isTrue();
    return block.group(1);
  }

  private OpenSsl.Result run(String script) {
    return OpenSsl.execute(folder, List.of("sh", "-c", script));
  }

  private void layOut(ArchivedRecording recording, ManagedKeyKind key) throws IOException {
    recording.writeTo(folder);
    Files.copy(folder.resolve("manifest-0.p7"), folder.resolve("manifest.p7"));
    Files.write(folder.resolve("media.cms"), recording.object("media.cms").content());
    Files.writeString(folder.resolve("my.key"), PrivateKeys.pem(TestKeys.privateKey(key)));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 65536, 200_000})
  void theCheckAcceptsAnUntouchedRecording(int size) throws IOException {
    ArchivedRecording recording = new ArchivedRecording(size);
    layOut(recording, ManagedKeyKind.EC_P384);
    OpenSsl.Result result = run(script("manifest.md", "check"));
    assertThat(result.exitCode()).as(result.errors() + new String(result.output(), UTF_8)).isZero();
    assertThat(new String(result.output(), UTF_8))
        .contains("media.cms is what was signed: %d blocks".formatted((size + 65535) / 65536));
    assertThat(folder.resolve("media.flac")).hasBinaryContent(recording.media);
  }

  @Test
  void theCheckFindsOneFlippedBitAndSaysWhere() throws IOException {
    ArchivedRecording recording = new ArchivedRecording(200_000);
    layOut(recording, ManagedKeyKind.RSA_3072);
    String script = script("manifest.md", "check");
    byte[] content = recording.object("media.cms").content();
    int start = (int) recording.object("media.cms").envelope().ciphertextOffset();
    flipped(script, content, 100, "recipient header");
    flipped(script, content, start, "blocks");
    flipped(script, content, start + 199_999, "blocks");
    flipped(script, content, content.length - 1, "tag");
    Files.write(folder.resolve("media.cms"), Arrays.copyOf(content, content.length + 1));
    failed(script, "size");
    Files.write(folder.resolve("media.cms"), content);
    byte[] manifest = Files.readAllBytes(folder.resolve("manifest.p7"));
    manifest[manifest.length / 10] ^= 1;
    Files.write(folder.resolve("manifest.p7"), manifest);
    failed(script, "signature");
  }

  private void flipped(String script, byte[] content, int position, String what)
      throws IOException {
    byte[] changed = content.clone();
    changed[position] ^= 1;
    Files.write(folder.resolve("media.cms"), changed);
    failed(script, what);
  }

  private void failed(String script, String what) {
    OpenSsl.Result result = run(script);
    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(new String(result.output(), UTF_8)).contains("FAILED: " + what);
  }

  @Test
  void theContentKeyCommitmentAndARangeCanBeHadByHand() throws IOException {
    ArchivedRecording recording = new ArchivedRecording(200_000);
    layOut(recording, ManagedKeyKind.RSA_3072);
    Files.move(folder.resolve("my.key"), folder.resolve("rsa.key"));
    SealedEnvelope envelope = recording.object("media.cms").envelope();
    String given =
        "recording=%s\ncommit=%s\nciphertextOffset=%d\nfrom=100000\ncount=54321\n"
            .formatted(recording.id, envelope.commit(), envelope.ciphertextOffset());
    String script = script("media-cms.md", "by-hand");
    OpenSsl.Result result = run(given + script);
    assertThat(result.exitCode()).as(result.errors() + new String(result.output(), UTF_8)).isZero();
    assertThat(folder.resolve("range"))
        .hasBinaryContent(Arrays.copyOfRange(recording.media, 100_000, 154_321));
    result = run(given.replace("recording=0", "recording=1") + script);
    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(new String(result.output(), UTF_8)).contains("another content key");
  }
}
