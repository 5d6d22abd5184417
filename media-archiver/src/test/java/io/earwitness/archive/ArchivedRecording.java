package io.earwitness.archive;

import io.earwitness.archive.crypto.Certificates;
import io.earwitness.archive.crypto.CmsEnvelopeWriter;
import io.earwitness.archive.crypto.Recipient;
import io.earwitness.archive.crypto.TestAuthority;
import io.earwitness.archive.crypto.TestKeys;
import io.earwitness.call.RecordingId;
import io.earwitness.call.TenantSlug;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;

/** A recording of two objects with its signed manifest, in memory. */
final class ArchivedRecording {
  static final TestAuthority AUTHORITY = new TestAuthority(Clock.systemUTC());
  static final TenantSlug TENANT = new TenantSlug("acme");
  static final String ATTEMPT = "01";

  final RecordingId id = RecordingId.draw(Instant.now().truncatedTo(ChronoUnit.MILLIS));
  final byte[] media;
  final byte[] call = "{\"what\":\"the call record\"}".getBytes(StandardCharsets.UTF_8);
  final Map<String, CmsEnvelopeWriter.Sealed> objects = new LinkedHashMap<>();

  ArchivedRecording(int mediaSize) throws IOException {
    media = new byte[mediaSize];
    new Random(mediaSize).nextBytes(media);
    CmsEnvelopeWriter writer = new CmsEnvelopeWriter(TestKeys.recipients());
    objects.put("media.cms", writer.seal(id, media));
    objects.put("call.cms", writer.seal(id, call));
  }

  /** An object as it was sealed. */
  CmsEnvelopeWriter.Sealed object(String name) {
    return Objects.requireNonNull(objects.get(name));
  }

  /** The manifest; version ids by name, absent ones empty. */
  Manifest manifest(int generation, Map<String, String> versionIds) {
    Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
    return new Manifest(
        Manifest.FORMAT,
        id,
        TENANT,
        generation,
        ATTEMPT,
        now,
        now.plus(Duration.ofDays(365)),
        "flac",
        180_000,
        TestKeys.recipients().stream().map(Recipient::id).toList(),
        Map.of("recording", "3", "retention", "12"),
        objects.entrySet().stream()
            .map(
                object ->
                    Manifest.Entry.of(
                        ATTEMPT + "/" + object.getKey(),
                        versionIds.getOrDefault(object.getKey(), ""),
                        object.getValue().envelope()))
            .toList());
  }

  byte[] signed() {
    return sign(manifest(0, Map.of()));
  }

  static byte[] sign(Manifest manifest) {
    return new ManifestSigner(AUTHORITY.signer()).sign(manifest);
  }

  static ManifestVerifier verifier() {
    return new ManifestVerifier(AUTHORITY.certificate());
  }

  /** Lays the recording out as in the store, with the authority's certificate beside. */
  void writeTo(Path folder) throws IOException {
    Files.createDirectories(folder.resolve(ATTEMPT));
    for (var object : objects.entrySet()) {
      Files.write(folder.resolve(ATTEMPT).resolve(object.getKey()), object.getValue().content());
    }
    Files.write(folder.resolve("manifest-0.p7"), signed());
    Files.writeString(folder.resolve("ca.pem"), Certificates.pem(AUTHORITY.certificate()));
  }

  static List<String> sentences(VerificationReport report) {
    return report.findings().stream().map(VerificationReport.Finding::toString).toList();
  }
}
