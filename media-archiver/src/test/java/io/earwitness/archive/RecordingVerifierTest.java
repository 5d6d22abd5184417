package io.earwitness.archive;

import static org.assertj.core.api.Assertions.assertThat;

import io.earwitness.archive.crypto.SealedEnvelope;
import io.earwitness.archive.crypto.TestAuthority;
import io.earwitness.archive.store.ObjectStore.Bucket;
import io.earwitness.archive.store.ObjectStore.Lock;
import io.earwitness.archive.store.ObjectStore.LockMode;
import io.earwitness.archive.store.directory.DirectoryStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecordingVerifierTest {
  private static final String MEDIA = ArchivedRecording.ATTEMPT + "/media.cms";
  private static final ArchivedRecording RECORDING = recording();

  private final RecordingVerifier verifier = new RecordingVerifier(ArchivedRecording.verifier());

  @TempDir Path temp;
  private Path folder = Path.of("");

  private static ArchivedRecording recording() {
    try {
      return new ArchivedRecording(3 * 65536 + 1);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @BeforeEach
  void layOut() throws IOException {
    folder = temp.resolve("recording");
    RECORDING.writeTo(folder);
  }

  private void change(int position) throws IOException {
    byte[] content = RECORDING.object("media.cms").content().clone();
    content[position] ^= 1;
    Files.write(folder.resolve(MEDIA), content);
  }

  private String onlyProblem() throws IOException {
    VerificationReport report = verifier.verify(folder);
    assertThat(report.ok()).isFalse();
    assertThat(report.findings()).hasSize(1);
    assertThat(report.findings().getFirst().object()).isEqualTo(MEDIA);
    return report.findings().getFirst().message();
  }

  @Test
  void anUntouchedRecordingIsFine() throws IOException {
    VerificationReport report = verifier.verify(folder);
    assertThat(report.findings()).isEmpty();
    assertThat(report.ok()).isTrue();
    assertThat(report.manifests()).isEqualTo(1);
    assertThat(report.objects()).isEqualTo(2);
    assertThat(report.blocks()).isEqualTo(5);
    assertThat(report.bytes())
        .isEqualTo(RECORDING.objects.values().stream().mapToLong(o -> o.envelope().size()).sum());
  }

  @Test
  void filesSideBySideAreFound() throws IOException {
    Files.move(folder.resolve(MEDIA), folder.resolve("media.cms"));
    Files.move(folder.resolve(ArchivedRecording.ATTEMPT + "/call.cms"), folder.resolve("call.cms"));
    Files.move(folder.resolve("manifest-0.p7"), folder.resolve("manifest.p7"));
    assertThat(verifier.verify(folder).findings()).isEmpty();
  }

  @Test
  void aFlippedBitInAnyBlockIsFoundAndLocated() throws IOException {
    SealedEnvelope envelope = RECORDING.object("media.cms").envelope();
    int start = (int) envelope.ciphertextOffset();
    for (int block = 0; block < 4; block++) {
      change(start + block * 65536);
      assertThat(onlyProblem())
          .startsWith("Block %d (bytes %d to ".formatted(block, start + block * 65536))
          .contains("signed is " + envelope.blockSha256(block));
    }
  }

  /** The header is small enough to flip every byte of it. */
  @Test
  void aFlippedBitAnywhereInTheHeaderIsFound() throws IOException {
    SealedEnvelope envelope = RECORDING.object("media.cms").envelope();
    for (int i = 0; i < envelope.ciphertextOffset(); i += 7) {
      change(i);
      VerificationReport report = verifier.verify(folder);
      assertThat(report.ok()).as("byte %d", i).isFalse();
      assertThat(ArchivedRecording.sentences(report).getFirst())
          .startsWith(MEDIA + ": The recipient header (bytes 0 to ")
          .contains("signed is " + envelope.headerSha256());
    }
  }

  @Test
  void aFlippedBitInTheTagOrBeforeItIsFound() throws IOException {
    int size = (int) RECORDING.object("media.cms").envelope().size();
    change(size - 1);
    assertThat(onlyProblem()).startsWith("The tag (last 16 bytes) is");
    change(size - 16);
    assertThat(onlyProblem()).startsWith("The tag (last 16 bytes) is");
    change(size - 17);
    assertThat(onlyProblem()).startsWith("Before the tag");
  }

  @Test
  void runsOfChangedBlocksAreOneFinding() throws IOException {
    byte[] content = RECORDING.object("media.cms").content().clone();
    int start = (int) RECORDING.object("media.cms").envelope().ciphertextOffset();
    Arrays.fill(content, start + 65536, start + 3 * 65536, (byte) 0);
    Files.write(folder.resolve(MEDIA), content);
    assertThat(onlyProblem()).startsWith("Blocks 1 to 2 (bytes ");
  }

  @Test
  void aCutOffLongerOrMissingObjectIsFound() throws IOException {
    byte[] content = RECORDING.object("media.cms").content();
    for (int length : new int[] {0, 100, content.length - 65536, content.length - 1}) {
      Files.write(folder.resolve(MEDIA), Arrays.copyOf(content, length));
      assertThat(ArchivedRecording.sentences(verifier.verify(folder)).getLast())
          .contains("cut off: it has %d bytes".formatted(length));
    }
    Files.write(folder.resolve(MEDIA), Arrays.copyOf(content, content.length + 3));
    assertThat(onlyProblem()).startsWith("3 bytes follow");
    Files.delete(folder.resolve(MEDIA));
    assertThat(onlyProblem()).isEqualTo("The object is missing.");
  }

  @Test
  void anotherObjectInItsPlaceIsFound() throws IOException {
    Files.copy(
        folder.resolve(ArchivedRecording.ATTEMPT + "/call.cms"),
        folder.resolve(MEDIA),
        StandardCopyOption.REPLACE_EXISTING);
    assertThat(verifier.verify(folder).ok()).isFalse();
  }

  @Test
  void aMissingForeignOrMisplacedManifestIsFound() throws IOException {
    Path manifest = folder.resolve("manifest-0.p7");
    Files.move(manifest, folder.resolve("manifest-3.p7"));
    assertThat(ArchivedRecording.sentences(verifier.verify(folder)))
        .singleElement()
        .asString()
        .contains("of generation 0 and belongs under the name manifest-0.p7");
    Files.delete(folder.resolve("manifest-3.p7"));
    assertThat(ArchivedRecording.sentences(verifier.verify(folder)))
        .singleElement()
        .asString()
        .contains("There is no manifest");
    Files.write(
        manifest,
        new ManifestSigner(new TestAuthority(Clock.systemUTC()).signer())
            .sign(RECORDING.manifest(0, Map.of())));
    assertThat(ArchivedRecording.sentences(verifier.verify(folder)))
        .singleElement()
        .asString()
        .contains("unknown");
    Files.write(manifest, new ArchivedRecording(10).signed());
    assertThat(verifier.verify(folder).ok()).isFalse();
  }

  /** A recording as the commit protocol leaves it in a store. */
  private final class Stored implements AutoCloseable {
    final DirectoryStore store = DirectoryStore.open(temp.resolve("store"), Clock.systemUTC());
    final Map<String, String> versions = new HashMap<>();
    final Manifest manifest;
    final String manifestVersion;

    Stored() {
      RECORDING.objects.forEach(
          (name, envelope) ->
              versions.put(
                  name,
                  store.put(
                      Bucket.LOCK,
                      key(ArchivedRecording.ATTEMPT + "/" + name),
                      envelope.content())));
      manifest = RECORDING.manifest(0, versions);
      manifestVersion =
          store.put(Bucket.LOCK, key("manifest-0.p7"), ArchivedRecording.sign(manifest));
    }

    String version(String name) {
      return Objects.requireNonNull(versions.get(name));
    }

    String key(String name) {
      return ObjectKeys.object(ArchivedRecording.TENANT, RECORDING.id, name);
    }

    void lock(String name, String version, Duration shorter) {
      store.lock(
          key(name), version, new Lock(LockMode.GOVERNANCE, manifest.keepUntil().minus(shorter)));
    }

    void lockAll() {
      versions.forEach(
          (name, version) -> lock(ArchivedRecording.ATTEMPT + "/" + name, version, Duration.ZERO));
      lock("manifest-0.p7", manifestVersion, Duration.ZERO);
    }

    VerificationReport verify() throws IOException {
      return verifier.verify(store, ArchivedRecording.TENANT, RECORDING.id);
    }

    @Override
    public void close() {
      store.close();
    }
  }

  @Test
  void aStoredAndLockedRecordingIsFine() throws IOException {
    try (Stored stored = new Stored()) {
      stored.lockAll();
      VerificationReport report = stored.verify();
      assertThat(report.findings()).isEmpty();
      assertThat(report.objects()).isEqualTo(2);
      // A second, equal manifest that a crash left unlocked takes nothing away
      stored.store.put(
          Bucket.LOCK, stored.key("manifest-0.p7"), read(stored, stored.manifestVersion));
      assertThat(stored.verify().findings()).isEmpty();
    }
  }

  private static byte[] read(Stored stored, String version) throws IOException {
    try (var in =
        stored.store.open(Bucket.LOCK, stored.key("manifest-0.p7"), version).orElseThrow()) {
      return in.readAllBytes();
    }
  }

  @Test
  void missingAndShortLocksAreFound() throws IOException {
    try (Stored stored = new Stored()) {
      assertThat(ArchivedRecording.sentences(stored.verify()))
          .hasSize(3)
          .allMatch(sentence -> sentence.contains("is not locked; it should be until"));
      stored.lock(MEDIA, stored.version("media.cms"), Duration.ofDays(1));
      stored.lock("manifest-0.p7", stored.manifestVersion, Duration.ZERO);
      assertThat(ArchivedRecording.sentences(stored.verify()))
          .hasSize(2)
          .anyMatch(s -> s.startsWith(MEDIA) && s.contains("is locked (GOVERNANCE) until"));
    }
  }

  @Test
  void aLaterVersionOfTheSameNameChangesNothing() throws IOException {
    try (Stored stored = new Stored()) {
      stored.lockAll();
      stored.store.put(Bucket.LOCK, stored.key(MEDIA), new byte[] {1, 2, 3});
      assertThat(stored.verify().findings()).isEmpty();
    }
  }

  @Test
  void aVersionThatIsGoneIsFound() throws IOException {
    try (Stored stored = new Stored()) {
      stored.store.delete(Bucket.LOCK, stored.key(MEDIA), stored.version("media.cms"));
      assertThat(ArchivedRecording.sentences(stored.verify()))
          .anyMatch(
              s ->
                  s.startsWith(MEDIA)
                      && s.contains("its version " + stored.version("media.cms"))
                      && s.contains("is missing"));
    }
  }

  @Test
  void twoDifferentManifestsOfOneGenerationAreFound() throws IOException {
    try (Stored stored = new Stored()) {
      stored.lockAll();
      stored.store.put(
          Bucket.LOCK,
          stored.key("manifest-0.p7"),
          ArchivedRecording.sign(RECORDING.manifest(0, stored.versions)));
      assertThat(ArchivedRecording.sentences(stored.verify()))
          .anyMatch(s -> s.contains("two different manifests of generation 0"));
    }
  }
}
