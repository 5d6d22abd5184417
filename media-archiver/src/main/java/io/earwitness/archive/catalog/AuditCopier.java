package io.earwitness.archive.catalog;

import static io.earwitness.archive.catalog.generated.Tables.AUDIT_BUNDLE;
import static io.earwitness.archive.catalog.generated.Tables.AUDIT_CHECKPOINT_COPY;

import io.earwitness.archive.catalog.generated.tables.records.AuditCheckpointRecord;
import io.earwitness.audit.tree.MerkleTree;
import io.earwitness.call.TenantSlug;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongFunction;
import org.jooq.impl.DSL;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings what proves the audit logs out of the database's reach: enters the heads of the tenants'
 * logs in the platform's, copies the platform's checkpoint under lock when it grew, and copies
 * entries under lock in bundles. Format: {@code docs/formats/audit-log.md}.
 *
 * <p>Any number of nodes may run one; a lock lets one work at a time. What is noted in the database
 * is locked; a crash before that leaves a second copy with the same content. One tenant's trouble
 * doesn't keep another's bundles. Thread-safe.
 */
public final class AuditCopier implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(AuditCopier.class);

  /** A log that is new can be verified after so long. */
  private static final Duration NEW_LOGS = Duration.ofSeconds(5);

  /** Names the copies: {@code ObjectKeys}, whose package builds upon this one. */
  public interface Keys {
    /** Entries without their personal values. */
    String bundle(TenantSlug tenant, LocalDate day, long first, long last);

    /** Their personal values, sealed. */
    String sealedBundle(TenantSlug tenant, LocalDate day, long first, long last);

    String checkpoint(LocalDate day, long treeSize);

    String verifierKey(TenantSlug tenant);
  }

  /** Has others sign a checkpoint of the platform's log too. */
  @FunctionalInterface
  public interface Witnesses {
    /**
     * Asks for cosignatures; takes its time, and does without whoever does not answer.
     *
     * @param note the signed checkpoint
     * @param proof that the tree of so many leaves, from 1, is the beginning of this one
     * @return the note with the cosignatures that came
     */
    String cosigned(String note, long treeSize, LongFunction<List<byte[]>> proof);
  }

  /**
   * When copies are made.
   *
   * @param checkpoints between two looks at heads and at the platform's checkpoint
   * @param bundles between two bundles of a log
   */
  public record Settings(Duration checkpoints, Duration bundles) {}

  private final Transactions transactions;
  private final AuditSequencer sequencer;
  private final AuditHeads heads;
  private final AuditBundles contents;
  private final Clock clock;
  private final AuditShelf shelf;
  private final Keys keys;
  private final JournalShipper.Sealer sealer;
  private final Settings settings;
  private final Witnesses witnesses;
  private final Signal wake = new Signal();
  private final Set<String> failing = new HashSet<>();
  private final Set<TenantSlug> published = new HashSet<>();
  private final Thread thread;
  private volatile boolean closed;

  AuditCopier(
      Transactions transactions,
      AuditSequencer sequencer,
      AuditHeads heads,
      Clock clock,
      AuditShelf shelf,
      Keys keys,
      JournalShipper.Sealer sealer,
      Settings settings,
      Witnesses witnesses) {
    this.transactions = transactions;
    this.sequencer = sequencer;
    this.heads = heads;
    this.contents = new AuditBundles(transactions, sequencer);
    this.clock = clock;
    this.shelf = shelf;
    this.keys = keys;
    this.sealer = sealer;
    this.settings = settings;
    this.witnesses = witnesses;
    this.thread = Thread.ofPlatform().daemon().name("audit-copier").unstarted(this::loop);
  }

  AuditCopier start() {
    thread.start();
    return this;
  }

  private void loop() {
    long nextCheckpoint = System.nanoTime();
    long nextBundles = nextCheckpoint + settings.bundles().toNanos();
    while (!closed) {
      long seen = wake.count();
      try {
        publishKeys();
        if (System.nanoTime() - nextCheckpoint >= 0) {
          copyCheckpoint();
          nextCheckpoint = System.nanoTime() + settings.checkpoints().toNanos();
        }
        if (System.nanoTime() - nextBundles >= 0) {
          copyBundles();
          nextBundles = System.nanoTime() + settings.bundles().toNanos();
        }
        failing.remove("");
      } catch (RuntimeException e) {
        if (failing.add("") && !closed) {
          LOG.warn("The audit logs can't be copied to the object store, trying on: {}", "" + e);
        }
      }
      try {
        wake.await(seen, least(NEW_LOGS, settings.checkpoints()));
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  /**
   * Enters the heads of logs that grew, and copies the platform's checkpoint if it grew. Returns 1
   * if it was copied; 0 too if another node is at it.
   */
  public synchronized int copyCheckpoint() {
    return transactions.alone(
        Locks.AUDIT_COPIES,
        () -> {
          sequencer.catchUp();
          publishKeys();
          if (heads.enter() > 0) {
            sequencer.catchUp();
          }
          AuditCheckpointRecord newest =
              transactions.asWorker(sql -> AuditSequencer.newest(sql, TenantSlug.PLATFORM.value()));
          if (newest == null || isCopied(newest.getTreeSize())) {
            return 0;
          }
          String key = keys.checkpoint(today(), newest.getTreeSize());
          long size = newest.getTreeSize();
          String note = witnesses.cosigned(newest.getNote(), size, from -> consistency(from, size));
          String version =
              shelf.keep(TenantSlug.PLATFORM, key, note.getBytes(StandardCharsets.UTF_8));
          transactions.asWorker(
              sql ->
                  sql.insertInto(AUDIT_CHECKPOINT_COPY)
                      .set(AUDIT_CHECKPOINT_COPY.TENANT, TenantSlug.PLATFORM.value())
                      .set(AUDIT_CHECKPOINT_COPY.TREE_SIZE, newest.getTreeSize())
                      .set(AUDIT_CHECKPOINT_COPY.OBJECT_KEY, key)
                      .set(AUDIT_CHECKPOINT_COPY.VERSION_ID, version)
                      .set(AUDIT_CHECKPOINT_COPY.SHIPPED_AT, CallRows.micros(clock.instant()))
                      .onConflictDoNothing()
                      .execute());
          return 1;
        });
  }

  private List<byte[]> consistency(long from, long size) {
    return transactions.asWorker(
        sql ->
            new MerkleTree(new AuditSubtrees(sql, TenantSlug.PLATFORM.value()), size)
                .consistencyProof(from));
  }

  private boolean isCopied(long treeSize) {
    return transactions.asWorker(
        sql ->
            sql.fetchExists(
                AUDIT_CHECKPOINT_COPY,
                AUDIT_CHECKPOINT_COPY
                    .TENANT
                    .eq(TenantSlug.PLATFORM.value())
                    .and(AUDIT_CHECKPOINT_COPY.TREE_SIZE.ge(treeSize))));
  }

  /** Copies all entries that are signed; returns the number of bundles. */
  public synchronized int copyBundles() {
    return transactions.alone(
        Locks.AUDIT_COPIES,
        () -> {
          int bundles = 0;
          for (String tenant : sequencer.sizes().keySet()) {
            bundles += copyBundles(new TenantSlug(tenant));
          }
          return bundles;
        });
  }

  private int copyBundles(TenantSlug tenant) {
    int bundles = 0;
    try {
      while (true) {
        long first = nextToBundle(tenant);
        Optional<AuditBundles.Bundle> bundle = contents.from(tenant, first);
        if (bundle.isEmpty()) {
          failing.remove(tenant.value());
          return bundles;
        }
        copy(bundle.get());
        bundles++;
      }
    } catch (CallCatalog.CatalogUnavailableException e) {
      throw e;
    } catch (RuntimeException e) {
      if (failing.add(tenant.value())) {
        LOG.warn("The audit log of {} can't be copied to the object store, trying on", tenant, e);
      }
      return bundles;
    }
  }

  private long nextToBundle(TenantSlug tenant) {
    Long last =
        transactions.asWorker(
            sql ->
                sql.select(DSL.max(AUDIT_BUNDLE.LAST))
                    .from(AUDIT_BUNDLE)
                    .where(AUDIT_BUNDLE.TENANT.eq(tenant.value()))
                    .fetchSingle()
                    .value1());
    return last == null ? 0 : last + 1;
  }

  private void copy(AuditBundles.Bundle bundle) {
    TenantSlug tenant = bundle.tenant();
    LocalDate today = today();
    String sealedKey = keys.sealedBundle(tenant, today, bundle.first(), bundle.last());
    shelf.keep(tenant, sealedKey, sealer.seal(tenant, sealedKey, bundle.personal()));
    String key = keys.bundle(tenant, today, bundle.first(), bundle.last());
    String version = shelf.keep(tenant, key, bundle.content());
    transactions.asWorker(
        sql ->
            sql.insertInto(AUDIT_BUNDLE)
                .set(AUDIT_BUNDLE.TENANT, tenant.value())
                .set(AUDIT_BUNDLE.FIRST, bundle.first())
                .set(AUDIT_BUNDLE.LAST, bundle.last())
                .set(AUDIT_BUNDLE.OBJECT_KEY, key)
                .set(AUDIT_BUNDLE.VERSION_ID, version)
                .set(AUDIT_BUNDLE.SHIPPED_AT, CallRows.micros(clock.instant()))
                .execute());
  }

  private static Duration least(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? a : b;
  }

  /** Lays each log's verifier key where whoever verifies looks for it. */
  private synchronized void publishKeys() {
    for (String log : sequencer.sizes().keySet()) {
      TenantSlug tenant = new TenantSlug(log);
      if (!published.contains(tenant)) {
        String key = sequencer.verifierKey(tenant) + "\n";
        shelf.publish(keys.verifierKey(tenant), key.getBytes(StandardCharsets.UTF_8));
        published.add(tenant);
      }
    }
  }

  private LocalDate today() {
    return LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
  }

  /** Stops the thread; what waits is copied after the next start. */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    wake.raise();
    try {
      if (thread.isAlive()) {
        thread.join(Duration.ofSeconds(20));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
