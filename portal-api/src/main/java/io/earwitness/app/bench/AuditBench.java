package io.earwitness.app.bench;

import io.earwitness.archive.catalog.AuditOrigin;
import io.earwitness.archive.catalog.AuditSequencer;
import io.earwitness.archive.catalog.CatalogDatabase;
import io.earwitness.archive.catalog.DatabaseConfig;
import io.earwitness.archive.catalog.InsertReference;
import io.earwitness.archive.catalog.embedded.PostgresBinaries;
import io.earwitness.audit.AuditEntry;
import io.earwitness.audit.tree.LogSigner;
import io.earwitness.audit.verify.LiveVerifier;
import io.earwitness.audit.verify.Report;
import io.earwitness.audit.verify.VerifierKey;
import io.earwitness.call.TenantSlug;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Writes audit entries of one tenant as the portal does, by many at once, while the sequencer gives
 * them their leaves; then verifies the log; then measures plain durable inserts on the same server.
 */
final class AuditBench {
  private static final TenantSlug TENANT = new TenantSlug("bench");
  private static final AuditOrigin ORIGIN = new AuditOrigin("bench.example/audit");

  /** About the size of an entry's row. */
  private static final int ROW_BYTES = 900;

  /** Its code is little, so it is soon as fast as it can be. */
  private static final Duration REFERENCE_WARM_UP = Duration.ofSeconds(2);

  /**
   * What to measure.
   *
   * @param warmUp before entries are counted: the first seconds of a cold process tell nothing
   */
  record Options(int writers, Duration warmUp, Duration time) {}

  /**
   * What was measured.
   *
   * @param drainedAfter until the last of the entries had its leaf and its checkpoint, after the
   *     last of them was written
   */
  record Figures(
      double appendsPerSecond,
      double referencePerSecond,
      double verifiedPerSecond,
      long entries,
      Duration drainedAfter) {}

  private final Options options;
  private final Path folder;

  AuditBench(Options options, Path folder) {
    this.options = options;
    this.folder = folder;
  }

  Figures run() throws InterruptedException {
    Path postgres = folder.resolve("postgres");
    LogSigner signer = signer();
    try (CatalogDatabase database =
            CatalogDatabase.open(
                new DatabaseConfig.Embedded(postgres, PostgresBinaries.userCache(), 0, false),
                Clock.systemUTC());
        AuditSequencer sequencer = database.sequenceAudit(signer, ORIGIN)) {
      append(database, options.warmUp());
      double appends = append(database, options.time());
      long start = System.nanoTime();
      long entries = drain(database, sequencer, signer);
      Duration drained = Duration.ofNanos(System.nanoTime() - start);
      verify(database, signer);
      start = System.nanoTime();
      Report report = verify(database, signer);
      double seconds = (System.nanoTime() - start) / 1e9;
      if (!report.ok() || report.entries() != entries) {
        throw new IllegalStateException(
            "the log did not verify: %d of %d entries, %s"
                .formatted(report.entries(), entries, report.findings()));
      }
      InsertReference.measure(postgres, options.writers(), REFERENCE_WARM_UP, ROW_BYTES);
      double reference =
          InsertReference.measure(postgres, options.writers(), options.time(), ROW_BYTES);
      return new Figures(appends, reference, entries / seconds, entries, drained);
    }
  }

  private static LogSigner signer() {
    try {
      KeyPair keys = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
      return new LogSigner(keys.getPrivate(), keys.getPublic());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java runtime makes no Ed25519 keys", e);
    }
  }

  private double append(CatalogDatabase database, Duration time) throws InterruptedException {
    long start = System.nanoTime();
    long end = start + time.toNanos();
    long entries = 0;
    try (ExecutorService threads = Executors.newFixedThreadPool(options.writers())) {
      List<Future<Long>> counts = new ArrayList<>();
      for (int i = 0; i < options.writers(); i++) {
        String actor = "user:person-%d@bench".formatted(i);
        counts.add(threads.submit(() -> append(database, actor, end)));
      }
      for (Future<Long> count : counts) {
        entries += count.get();
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException("an entry could not be written", e.getCause());
    }
    return entries / ((System.nanoTime() - start) / 1e9);
  }

  private static long append(CatalogDatabase database, String actor, long end) {
    long entries = 0;
    while (System.nanoTime() < end) {
      database
          .audit()
          .append(
              new AuditEntry(
                  UUID.randomUUID(),
                  Instant.now(),
                  TENANT,
                  actor,
                  "recording.play",
                  "recording:" + UUID.randomUUID(),
                  null,
                  null,
                  Map.of("reason", "a complaint", "from", "00:10")));
      entries++;
    }
    return entries;
  }

  /** Waits until all entries are in a signed tree; returns how many they are. */
  private static long drain(CatalogDatabase database, AuditSequencer sequencer, LogSigner signer)
      throws InterruptedException {
    while (database.auditLogs().waiting(TENANT) > 0) {
      Thread.sleep(20);
    }
    sequencer.catchUp();
    return database
        .auditProofs(signer)
        .head(TENANT, null)
        .map(head -> head.checkpoint().treeSize())
        .orElse(0L);
  }

  private static Report verify(CatalogDatabase database, LogSigner signer) {
    return new LiveVerifier(
            database.auditLogs(),
            null,
            log -> VerifierKey.parse(signer.verifierKey(ORIGIN.of(log))),
            Clock.systemUTC())
        .verify(List.of(TENANT))
        .getFirst();
  }
}
