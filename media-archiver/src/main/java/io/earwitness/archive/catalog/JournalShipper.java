package io.earwitness.archive.catalog;

import static io.earwitness.archive.catalog.generated.Tables.JOURNAL_BUNDLE;
import static io.earwitness.archive.catalog.generated.Tables.JOURNAL_ENTRY;
import static io.earwitness.archive.catalog.generated.Tables.JOURNAL_HEAD;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.earwitness.archive.catalog.generated.tables.records.JournalBundleRecord;
import io.earwitness.archive.catalog.generated.tables.records.JournalEntryRecord;
import io.earwitness.archive.catalog.generated.tables.records.JournalHeadRecord;
import io.earwitness.archive.store.ObjectStore;
import io.earwitness.call.TenantSlug;
import io.earwitness.json.Json;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiFunction;
import org.jooq.DSLContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the journal to the object store: bundles of one tenant's entries, signed, then sealed for
 * that tenant, then locked; from–to is dense. Format: {@code docs/formats/journal.md}.
 *
 * <p>A bundle is planned in the database before it is written, and its version is noted there
 * before that is locked. So a bundle that can't be locked is not written again at each attempt,
 * only after a crash, or a lost answer, between writing and noting. One tenant's trouble doesn't
 * keep another's journal. Any number of nodes may run one; a lock lets one work at a time.
 * Thread-safe.
 */
public final class JournalShipper implements AutoCloseable {
  /** The journal is at most a minute behind; half of it is for the work. */
  static final Duration PAUSE = Duration.ofSeconds(30);

  private static final Logger LOG = LoggerFactory.getLogger(JournalShipper.class);
  private static final String FORMAT = "earwitness-journal-1";
  private static final long LARGEST = 5_000;

  /**
   * Signs as CMS SignedData, which encapsulates the content and names the object key, then encrypts
   * for the tenant's recipients and the platform's catalog recovery.
   */
  @FunctionalInterface
  public interface Sealer {
    byte[] seal(TenantSlug tenant, String objectKey, byte[] content);
  }

  /** Names a bundle: {@code ObjectKeys::journal}, whose package builds upon this one. */
  @FunctionalInterface
  public interface Keys {
    String journal(TenantSlug tenant, LocalDate day, long from, long to);
  }

  private final Transactions transactions;
  private final Clock clock;
  private final ObjectStore store;
  private final Keys keys;
  private final Sealer sealer;
  private final BiFunction<TenantSlug, Instant, ObjectStore.Lock> lock;
  private final Signal wake = new Signal();
  private final Set<TenantSlug> failing = new HashSet<>();
  private final Thread thread;
  private volatile boolean closed;

  JournalShipper(
      Transactions transactions,
      Clock clock,
      ObjectStore store,
      Keys keys,
      Sealer sealer,
      BiFunction<TenantSlug, Instant, ObjectStore.Lock> lock) {
    this.transactions = transactions;
    this.clock = clock;
    this.store = store;
    this.keys = keys;
    this.sealer = sealer;
    this.lock = lock;
    this.thread = Thread.ofPlatform().daemon().name("journal-shipper").unstarted(this::loop);
  }

  /** Starts a thread that ships every {@code PAUSE}. */
  JournalShipper start() {
    thread.start();
    return this;
  }

  private void loop() {
    boolean wasFailing = false;
    while (!closed) {
      try {
        long seen = wake.count();
        ship();
        wasFailing = false;
        wake.await(seen, PAUSE);
      } catch (InterruptedException e) {
        return;
      } catch (RuntimeException e) {
        if (!wasFailing) {
          LOG.warn("The journal can't be brought to the object store: {}", e.getMessage());
        }
        wasFailing = true;
        try {
          wake.await(wake.count(), PAUSE);
        } catch (InterruptedException interrupted) {
          return;
        }
      }
    }
  }

  /**
   * Ships all that waits, now. Returns the number of bundles; 0 too if another node is at it.
   *
   * @throws CallCatalog.CatalogUnavailableException if the database is away
   */
  public synchronized int ship() {
    return transactions.alone(
        Locks.JOURNAL,
        () -> {
          int bundles = 0;
          for (TenantSlug tenant : waiting()) {
            bundles += ship(tenant);
          }
          return bundles;
        });
  }

  private List<TenantSlug> waiting() {
    return transactions.asWorker(
        sql ->
            sql.select(JOURNAL_HEAD.TENANT)
                .from(JOURNAL_HEAD)
                .where(JOURNAL_HEAD.SHIPPED.lt(JOURNAL_HEAD.LAST))
                .orderBy(JOURNAL_HEAD.TENANT)
                .fetch(row -> new TenantSlug(row.value1())));
  }

  private int ship(TenantSlug tenant) {
    int bundles = 0;
    try {
      while (true) {
        List<JournalBundleRecord> planned = transactions.asWorker(sql -> plan(sql, tenant));
        if (planned.isEmpty()) {
          failing.remove(tenant);
          return bundles;
        }
        ship(tenant, planned.getFirst());
        bundles++;
      }
    } catch (CallCatalog.CatalogUnavailableException e) {
      throw e;
    } catch (RuntimeException e) {
      if (failing.add(tenant)) {
        LOG.warn("The journal of {} can't be brought to the object store, trying on", tenant, e);
      }
      return bundles;
    }
  }

  /** The bundle to ship next: one that was begun, else a new one, if there is anything. */
  private List<JournalBundleRecord> plan(DSLContext sql, TenantSlug tenant) {
    JournalHeadRecord head =
        sql.selectFrom(JOURNAL_HEAD).where(JOURNAL_HEAD.TENANT.eq(tenant.value())).fetchSingle();
    List<JournalBundleRecord> begun =
        sql.selectFrom(JOURNAL_BUNDLE)
            .where(JOURNAL_BUNDLE.TENANT.eq(tenant.value()))
            .and(JOURNAL_BUNDLE.FIRST.gt(head.getShipped()))
            .fetch();
    if (!begun.isEmpty()) {
      return begun;
    }
    if (head.getShipped() >= head.getLast()) {
      return List.of();
    }
    return sql.insertInto(JOURNAL_BUNDLE)
        .set(JOURNAL_BUNDLE.TENANT, tenant.value())
        .set(JOURNAL_BUNDLE.FIRST, head.getShipped() + 1)
        .set(JOURNAL_BUNDLE.LAST, Math.min(head.getLast(), head.getShipped() + LARGEST))
        .set(JOURNAL_BUNDLE.DAY, LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC))
        .returning()
        .fetch();
  }

  private void ship(TenantSlug tenant, JournalBundleRecord bundle) {
    String key = keys.journal(tenant, bundle.getDay(), bundle.getFirst(), bundle.getLast());
    String noted = bundle.getVersionId();
    String version = noted != null && isThere(key, noted) ? noted : write(tenant, bundle, key);
    store.lock(key, version, lock.apply(tenant, clock.instant()));
    transactions.asWorker(
        sql ->
            sql.update(JOURNAL_HEAD)
                .set(JOURNAL_HEAD.SHIPPED, bundle.getLast())
                .where(JOURNAL_HEAD.TENANT.eq(tenant.value()))
                .and(JOURNAL_HEAD.SHIPPED.eq(bundle.getFirst() - 1))
                .execute());
  }

  private boolean isThere(String key, String version) {
    return store.list(ObjectStore.Bucket.LOCK, key).stream()
        .anyMatch(found -> found.key().equals(key) && found.versionId().equals(version));
  }

  private String write(TenantSlug tenant, JournalBundleRecord bundle, String key) {
    byte[] sealed = sealer.seal(tenant, key, content(tenant, bundle));
    String version = store.put(ObjectStore.Bucket.LOCK, key, sealed);
    transactions.asWorker(
        sql ->
            sql.update(JOURNAL_BUNDLE)
                .set(JOURNAL_BUNDLE.VERSION_ID, version)
                .where(JOURNAL_BUNDLE.TENANT.eq(tenant.value()))
                .and(JOURNAL_BUNDLE.FIRST.eq(bundle.getFirst()))
                .execute());
    return version;
  }

  private byte[] content(TenantSlug tenant, JournalBundleRecord bundle) {
    List<JournalEntryRecord> entries =
        transactions.asWorker(
            sql ->
                sql.selectFrom(JOURNAL_ENTRY)
                    .where(JOURNAL_ENTRY.TENANT.eq(tenant.value()))
                    .and(JOURNAL_ENTRY.POSITION.between(bundle.getFirst(), bundle.getLast()))
                    .orderBy(JOURNAL_ENTRY.POSITION)
                    .fetch());
    if (entries.size() != bundle.getLast() - bundle.getFirst() + 1) {
      throw new IllegalStateException(
          "the journal of %s lacks entries between %d and %d"
              .formatted(tenant, bundle.getFirst(), bundle.getLast()));
    }
    ObjectNode root = Json.mapper().createObjectNode();
    root.put("format", FORMAT);
    root.put("tenant", tenant.value());
    root.put("from", bundle.getFirst());
    root.put("to", bundle.getLast());
    ArrayNode list = root.putArray("entries");
    for (JournalEntryRecord entry : entries) {
      ObjectNode node = list.addObject();
      node.put("position", entry.getPosition());
      node.put("at", entry.getAt().toString());
      node.put("actor", entry.getActor());
      node.put("kind", entry.getKind());
      try {
        node.set("data", Json.mapper().readTree(entry.getData().data()));
      } catch (JsonProcessingException e) {
        throw new IllegalStateException("a journal entry's row holds unexpected JSON", e);
      }
    }
    return Json.bytes(root);
  }

  /** Stops the thread, after one last attempt to ship what waits. */
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
      ship();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      LOG.warn("The journal's last entries wait for the next start: {}", e.getMessage());
    }
  }
}
