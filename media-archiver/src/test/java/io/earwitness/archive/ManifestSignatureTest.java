package io.earwitness.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.earwitness.archive.crypto.OpenSsl;
import io.earwitness.archive.crypto.SignatureRejectedException;
import io.earwitness.archive.crypto.TestAuthority;
import io.earwitness.call.RecordingId;
import io.earwitness.call.TenantSlug;
import io.earwitness.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ManifestSignatureTest {
  private final ArchivedRecording recording = recording();
  private final ManifestVerifier verifier = ArchivedRecording.verifier();

  private static ArchivedRecording recording() {
    try {
      return new ArchivedRecording(200_000);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aSignedManifestIsReadAsItWasWritten() throws IOException {
    Manifest manifest = recording.manifest(0, Map.of("media.cms", "v1", "call.cms", "v2"));
    VerifiedManifest verified =
        verifier.verify(ArchivedRecording.sign(manifest), ArchivedRecording.TENANT, recording.id);
    assertThat(verified.manifest()).isEqualTo(manifest);
    assertThat(verified.json()).isEqualTo(Json.bytes(manifest));
    assertThat(verified.signer()).isEqualTo(ArchivedRecording.AUTHORITY.signer().certificate());
    assertThat(verified.entry("media.cms")).get().extracting("versionId").isEqualTo("v1");
    assertThat(verified.entry("media-2.cms")).isEmpty();
    assertThat(manifest.objects().getFirst().envelope().blockSha256())
        .isEqualTo(manifest.objects().getFirst().blocks());
  }

  @Test
  void opensslAcceptsTheManifest(@TempDir Path folder) throws IOException {
    recording.writeTo(folder);
    OpenSsl.Result result =
        OpenSsl.run(
            folder,
            "cms",
            "-verify",
            "-binary",
            "-inform",
            "DER",
            "-in",
            "manifest-0.p7",
            "-CAfile",
            "ca.pem",
            "-purpose",
            "any");
    assertThat(result.exitCode()).as(result.errors()).isZero();
    assertThat(Json.read(result.output(), Manifest.class).recording()).isEqualTo(recording.id);
  }

  @Test
  void anotherRecordingOrTenantIsSaidSo() {
    byte[] signed = recording.signed();
    RecordingId other = RecordingId.draw(Instant.EPOCH);
    assertThatThrownBy(() -> verifier.verify(signed, ArchivedRecording.TENANT, other))
        .isInstanceOf(SignatureRejectedException.class)
        .hasMessageContaining("validly signed, but for recording " + recording.id);
    assertThatThrownBy(() -> verifier.verify(signed, new TenantSlug("globex"), recording.id))
        .isInstanceOf(SignatureRejectedException.class)
        .hasMessageContaining("validly signed, but for tenant acme");
  }

  @Test
  void aStrangersManifestIsRejected() {
    byte[] signed =
        new ManifestSigner(new TestAuthority(Clock.systemUTC()).signer())
            .sign(recording.manifest(0, Map.of()));
    assertThatThrownBy(() -> verifier.verify(signed))
        .isInstanceOf(SignatureRejectedException.class)
        .hasMessageContaining("unknown");
  }

  @Test
  void aManifestThatContradictsItselfIsNeitherSignedNorAccepted() {
    Manifest good = recording.manifest(0, Map.of());
    Manifest.Entry entry = good.objects().getFirst();
    Manifest.Entry size =
        new Manifest.Entry(
            entry.name(),
            "",
            entry.size() + 1,
            entry.ciphertextOffset(),
            entry.ciphertextLength(),
            entry.nonce(),
            entry.tag(),
            entry.commit(),
            entry.headerSha256(),
            entry.blockSize(),
            entry.blocks(),
            0L);
    Manifest.Entry blocks =
        new Manifest.Entry(
            "../media.cms",
            "",
            entry.size(),
            entry.ciphertextOffset(),
            entry.ciphertextLength(),
            entry.nonce().toUpperCase(Locale.ROOT).replace("0", "x"),
            entry.tag(),
            entry.commit(),
            entry.headerSha256(),
            entry.blockSize(),
            entry.blocks().subList(1, entry.blocks().size()),
            null);
    rejected(with(good, size), "is impossible: size is");
    rejected(with(good, size), "has 0 samples");
    rejected(with(good, blocks), "does not belong to the attempt");
    rejected(with(good, blocks), "block hashes for a ciphertext of 200000 bytes");
    rejected(with(good, entry, entry), "named twice");
    rejected(with(good), "names no object");
  }

  private void rejected(Manifest manifest, String words) {
    assertThatThrownBy(() -> ArchivedRecording.sign(manifest))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(words);
    // Signed all the same, by a program that does not check
    byte[] signed =
        ArchivedRecording.AUTHORITY
            .signer()
            .sign(Json.bytes(manifest), ManifestSigner.hint(manifest));
    assertThatThrownBy(() -> verifier.verify(signed))
        .isInstanceOf(SignatureRejectedException.class)
        .hasMessageContaining("contradicts itself")
        .hasMessageContaining(words);
  }

  @Test
  void somethingElseBySameSignerIsNoManifest() {
    byte[] text = "hello".getBytes(StandardCharsets.UTF_8);
    assertThatThrownBy(() -> verifier.verify(ArchivedRecording.AUTHORITY.signer().sign(text, "x")))
        .isInstanceOf(SignatureRejectedException.class)
        .hasMessageContaining("no manifest");
    byte[] json = Json.bytes(recording.manifest(0, Map.of()));
    assertThatThrownBy(
            () -> verifier.verify(ArchivedRecording.AUTHORITY.signer().sign(json, "some journal")))
        .isInstanceOf(SignatureRejectedException.class)
        .hasMessageContaining("The signature was made for 'some journal'");
    byte[] halfEmpty = "{\"format\":\"earwitness-manifest-1\"}".getBytes(StandardCharsets.UTF_8);
    assertThatThrownBy(
            () -> verifier.verify(ArchivedRecording.AUTHORITY.signer().sign(halfEmpty, "x")))
        .isInstanceOf(SignatureRejectedException.class)
        .hasMessageContaining("no manifest");
  }

  private static Manifest with(Manifest manifest, Manifest.Entry... objects) {
    return new Manifest(
        manifest.format(),
        manifest.recording(),
        manifest.tenant(),
        manifest.generation(),
        manifest.attempt(),
        manifest.createdAt(),
        manifest.keepUntil(),
        manifest.codec(),
        manifest.durationMs(),
        manifest.keys(),
        manifest.policies(),
        List.of(objects));
  }
}
