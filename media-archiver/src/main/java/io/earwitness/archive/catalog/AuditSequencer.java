package io.earwitness.archive.catalog;

import static io.earwitness.archive.catalog.generated.Tables.AUDIT_CHECKPOINT;
import static io.earwitness.archive.catalog.generated.Tables.AUDIT_LEAF;
import static io.earwitness.archive.catalog.generated.Tables.AUDIT_SUBTREE;

import io.earwitness.archive.catalog.generated.tables.records.AuditCheckpointRecord;
import io.earwitness.audit.tree.Checkpoint;
import io.earwitness.audit.tree.LogSigner;
import io.earwitness.audit.tree.MerkleTree;
import io.earwitness.audit.tree.Subtrees;
import io.earwitness.call.TenantSlug;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jooq.DSLContext;
import org.jooq.InsertValuesStep4;
import org.jooq.Record;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives waiting audit entries their leaves, dense for each tenant, keeps the roots of complete
 * subtrees, and signs checkpoints. Any number of nodes may run one: an advisory lock, held until
 * the leaves are committed, lets one work at a time, and a leaf's primary key would refuse a second
 * one in its place. Thread-safe.
 *
 * <p>Before it signs, it makes sure that the newest signed tree is the beginning of the present
 * one; if it isn't, somebody changed the past, and nothing more is signed for that log.
 */
public final class AuditSequencer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(AuditSequencer.class);

  /** How many entries get their leaves in one transaction. */
  static final int BATCH = 5_000;

  private static final Duration PAUSE = Duration.ofMillis(250);
  private static final Duration PAUSE_AFTER_FAILURE = Duration.ofSeconds(1);

  /** How long an entry with a leaf waits for its checkpoint. */
  static final Duration CHECKPOINT_PAUSE = Duration.ofSeconds(2);

  private final Transactions transactions;
  private final LogSigner signer;
  private final AuditOrigin origin;
  private final Clock clock;
  private final Signal wake = new Signal();
  private final Set<String> broken = ConcurrentHashMap.newKeySet();
  private final Thread thread;
  private volatile boolean closed;

  AuditSequencer(Transactions transactions, LogSigner signer, AuditOrigin origin, Clock clock) {
    this.transactions = transactions;
    this.signer = signer;
    this.origin = origin;
    this.clock = clock;
    this.thread = Thread.ofPlatform().daemon().name("audit-sequencer").unstarted(this::loop);
  }

  AuditSequencer start() {
    thread.start();
    return this;
  }

  private void loop() {
    boolean failing = false;
    long nextCheckpoint = System.nanoTime();
    while (!closed) {
      try {
        long seen = wake.count();
        int moved = sequence(BATCH);
        if (System.nanoTime() - nextCheckpoint >= 0) {
          checkpoint();
          nextCheckpoint = System.nanoTime() + CHECKPOINT_PAUSE.toNanos();
        }
        failing = false;
        if (moved < BATCH) {
          wake.await(seen, PAUSE);
        }
      } catch (InterruptedException e) {
        return;
      } catch (RuntimeException e) {
        if (!failing && !closed) {
          LOG.warn("Audit entries wait for their leaves: {}", e.getMessage());
        }
        failing = true;
        try {
          wake.await(wake.count(), PAUSE_AFTER_FAILURE);
        } catch (InterruptedException interrupted) {
          return;
        }
      }
    }
  }

  /** Gives up to {@code max} entries their leaves; returns how many. 0 if another one is at it. */
  int sequence(int max) {
    return transactions.asWorker(sql -> isAlone(sql) ? sequence(sql, max) : 0);
  }

  /** The lock in a statement of its own: the next ones then see what its last holder did. */
  private static boolean isAlone(DSLContext sql) {
    return Boolean.TRUE.equals(
        sql.select(
                DSL.field(
                    "pg_try_advisory_xact_lock({0})",
                    Boolean.class, DSL.val(Locks.AUDIT_SEQUENCER)))
            .fetchOne(0, Boolean.class));
  }

  private static int sequence(DSLContext sql, int max) {
    List<Record> grown =
        sql.fetch(
            """
            with moved as (
              delete from earwitness.audit_pending
              where id in (select id from earwitness.audit_pending order by id limit {0})
              returning id, tenant, entry, leaf_hash),
            head as materialized (
              select t.tenant, (select max(l.leaf_index) from earwitness.audit_leaf l where l.tenant = t.tenant) last
              from (select distinct tenant from moved) t),
            leaf as (
              insert into earwitness.audit_leaf (tenant, leaf_index, entry, leaf_hash)
              select m.tenant, coalesce(h.last, -1) + row_number() over (partition by m.tenant order by m.id),
                     m.entry, m.leaf_hash
              from moved m join head h on h.tenant = m.tenant
              returning tenant, leaf_index)
            select tenant, min(leaf_index) first, max(leaf_index) last, count(*) from leaf group by tenant
            """,
            DSL.inline(max));
    int moved = 0;
    for (Record log : grown) {
      keepSubtrees(
          sql, log.get(0, String.class), log.get(1, Long.class), log.get(2, Long.class) + 1);
      moved += log.get(3, Integer.class);
    }
    return moved;
  }

  /** Keeps the roots of the subtrees that became complete between two sizes. */
  private static void keepSubtrees(DSLContext sql, String tenant, long from, long size) {
    AuditSubtrees kept = new AuditSubtrees(sql, tenant);
    for (int level = Subtrees.LEVELS; size >>> level > 0; level += Subtrees.LEVELS) {
      InsertValuesStep4<?, String, Integer, Long, byte[]> insert =
          sql.insertInto(
              AUDIT_SUBTREE,
              AUDIT_SUBTREE.TENANT,
              AUDIT_SUBTREE.LEVEL,
              AUDIT_SUBTREE.POSITION,
              AUDIT_SUBTREE.HASH);
      boolean any = false;
      for (long position = from >>> level; position < size >>> level; position++) {
        List<byte[]> children =
            kept.hashes(level - Subtrees.LEVELS, position << Subtrees.LEVELS, Subtrees.WIDTH);
        insert = insert.values(tenant, level, position, MerkleTree.complete(children));
        any = true;
      }
      if (any) {
        insert.execute();
      }
    }
  }

  /** Signs every log that grew since it was signed last; returns how many. */
  int checkpoint() {
    int signed = 0;
    for (Map.Entry<String, Long> log : sizes().entrySet()) {
      if (broken.contains(log.getKey())) {
        continue;
      }
      if (transactions.asWorker(sql -> checkpoint(sql, log.getKey(), log.getValue()))) {
        signed++;
      }
    }
    return signed;
  }

  /** The size of each log, found by jumps over the index. */
  Map<String, Long> sizes() {
    return transactions.asWorker(
        sql -> {
          Map<String, Long> sizes = new TreeMap<>();
          String tenant = "";
          while (true) {
            var next =
                sql.select(AUDIT_LEAF.TENANT)
                    .from(AUDIT_LEAF)
                    .where(AUDIT_LEAF.TENANT.gt(tenant))
                    .orderBy(AUDIT_LEAF.TENANT)
                    .limit(1)
                    .fetchOne();
            if (next == null) {
              return sizes;
            }
            tenant = next.value1();
            sizes.put(tenant, size(sql, tenant));
          }
        });
  }

  static long size(DSLContext sql, String tenant) {
    Long last =
        sql.select(DSL.max(AUDIT_LEAF.LEAF_INDEX))
            .from(AUDIT_LEAF)
            .where(AUDIT_LEAF.TENANT.eq(tenant))
            .fetchSingle()
            .value1();
    return last == null ? 0 : last + 1;
  }

  static @Nullable AuditCheckpointRecord newest(DSLContext sql, String tenant) {
    return sql.selectFrom(AUDIT_CHECKPOINT)
        .where(AUDIT_CHECKPOINT.TENANT.eq(tenant))
        .orderBy(AUDIT_CHECKPOINT.TREE_SIZE.desc())
        .limit(1)
        .fetchOne();
  }

  private boolean checkpoint(DSLContext sql, String tenant, long size) {
    AuditCheckpointRecord newest = newest(sql, tenant);
    if (newest != null && newest.getTreeSize() >= size) {
      return false;
    }
    MerkleTree tree = new MerkleTree(new AuditSubtrees(sql, tenant), size);
    if (newest != null && !Arrays.equals(tree.root(newest.getTreeSize()), newest.getRootHash())) {
      broken.add(tenant);
      LOG.error(
          "The audit log of {} no longer has the root that was signed at {} entries: its past was"
              + " changed. Nothing more is signed for it; run 'earwitness verify audit'.",
          tenant,
          newest.getTreeSize());
      return false;
    }
    return sign(sql, tenant, tree, size);
  }

  private boolean sign(DSLContext sql, String tenant, MerkleTree tree, long size) {
    Checkpoint checkpoint =
        new Checkpoint(origin.of(new TenantSlug(tenant)), size, tree.root(size));
    return sql.insertInto(AUDIT_CHECKPOINT)
            .set(AUDIT_CHECKPOINT.TENANT, tenant)
            .set(AUDIT_CHECKPOINT.TREE_SIZE, checkpoint.treeSize())
            .set(AUDIT_CHECKPOINT.ROOT_HASH, checkpoint.rootHash())
            .set(AUDIT_CHECKPOINT.NOTE, signer.sign(checkpoint))
            .set(AUDIT_CHECKPOINT.SIGNED_AT, CallRows.micros(clock.instant()))
            .onConflictDoNothing()
            .execute()
        > 0;
  }

  /** The note of a tree at a size, signed now if it was not signed at that size. */
  String note(DSLContext sql, TenantSlug tenant, MerkleTree tree, long size) {
    sign(sql, tenant.value(), tree, size);
    return sql.select(AUDIT_CHECKPOINT.NOTE)
        .from(AUDIT_CHECKPOINT)
        .where(AUDIT_CHECKPOINT.TENANT.eq(tenant.value()))
        .and(AUDIT_CHECKPOINT.TREE_SIZE.eq(size))
        .fetchSingle()
        .value1();
  }

  String verifierKey(TenantSlug tenant) {
    return signer.verifierKey(origin.of(tenant));
  }

  /** Gives all that waits its leaf and its checkpoint, now; waits for another one that is at it. */
  public void catchUp() {
    int moved;
    do {
      moved =
          transactions.asWorker(
              sql -> {
                sql.execute("select pg_advisory_xact_lock({0})", DSL.val(Locks.AUDIT_SEQUENCER));
                return sequence(sql, BATCH);
              });
    } while (moved == BATCH);
    checkpoint();
  }

  /** Logs whose past was changed, as this node found since it started. */
  public Set<TenantSlug> brokenLogs() {
    return broken.stream().map(TenantSlug::new).collect(Collectors.toSet());
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    wake.raise();
    try {
      if (thread.isAlive()) {
        thread.join(Duration.ofSeconds(10));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
