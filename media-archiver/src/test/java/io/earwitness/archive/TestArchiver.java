package io.earwitness.archive;

import io.earwitness.archive.catalog.CallCatalog;
import io.earwitness.archive.crypto.CmsEnvelopeWriter;
import io.earwitness.archive.crypto.Recipient;
import io.earwitness.archive.crypto.TestAuthority;
import io.earwitness.archive.crypto.TestKeys;
import io.earwitness.archive.store.ObjectStore;
import io.earwitness.archive.store.ObjectStore.LockMode;
import io.earwitness.call.CallState;
import io.earwitness.call.RecordingId;
import io.earwitness.call.TenantSlug;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;

/** An archiver that seals two small objects and commits them, as the pipeline does. */
final class TestArchiver {
  static final TestAuthority AUTHORITY = new TestAuthority(Clock.systemUTC());
  static final TenantSlug TENANT = new TenantSlug("acme");
  static final CallFacts FACTS = new CallFacts(CallState.ARCHIVED, null, 2, List.of(), Set.of());
  static final Duration RETENTION = Duration.ofDays(365);

  private static final ManifestSigner SIGNER = new ManifestSigner(AUTHORITY.signer());
  private static final byte[] MEDIA = new byte[70_000];

  static {
    new Random(1).nextBytes(MEDIA);
  }

  final CommitProtocol protocol;
  private final InstantSource clock;

  TestArchiver(ObjectStore store, CallCatalog catalog, InstantSource clock) {
    this(store, catalog, tenant -> LockMode.GOVERNANCE, clock);
  }

  TestArchiver(
      ObjectStore store,
      CallCatalog catalog,
      Function<TenantSlug, LockMode> modes,
      InstantSource clock) {
    this.protocol = new CommitProtocol(store, catalog, verifier(), modes, clock);
    this.clock = clock;
  }

  static ManifestVerifier verifier() {
    return new ManifestVerifier(AUTHORITY.certificate());
  }

  /** Finishes what is begun, or begins. */
  Committed archive(RecordingId id, int generation) {
    return protocol
        .finish(TENANT, id, generation, FACTS)
        .orElseGet(() -> prepare(id, generation).commit());
  }

  /** Steps 1 and 2. */
  Prepared prepare(RecordingId id, int generation) {
    Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    return prepare(id, generation, now.plus(RETENTION), Map.of("recording", "1"));
  }

  /** The same, to be kept as was decided. */
  Prepared prepare(
      RecordingId id, int generation, Instant keepUntil, Map<String, String> policies) {
    try {
      Attempt attempt = protocol.begin(TENANT, id, generation);
      CmsEnvelopeWriter writer = new CmsEnvelopeWriter(TestKeys.recipients());
      CmsEnvelopeWriter.Sealed media = writer.seal(id, MEDIA);
      CmsEnvelopeWriter.Sealed call =
          writer.seal(id, "{\"what\":\"the call\"}".getBytes(StandardCharsets.UTF_8));
      String mediaVersion = attempt.put("media.cms", media.content());
      String callVersion = attempt.put("call.cms", call.content());
      Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
      Manifest manifest =
          new Manifest(
              Manifest.FORMAT,
              id,
              TENANT,
              generation,
              attempt.name(),
              now,
              keepUntil,
              "flac",
              8_750,
              TestKeys.recipients().stream().map(Recipient::id).toList(),
              policies,
              List.of(
                  Manifest.Entry.of(attempt.nameOf("media.cms"), mediaVersion, media.envelope()),
                  Manifest.Entry.of(attempt.nameOf("call.cms"), callVersion, call.envelope())));
      return new Prepared(attempt, manifest);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** An attempt that is ready to be committed. */
  record Prepared(Attempt attempt, Manifest manifest) {
    Committed commit() {
      return attempt.commit(sign(manifest), FACTS);
    }
  }

  static byte[] sign(Manifest manifest) {
    return SIGNER.sign(manifest);
  }
}
