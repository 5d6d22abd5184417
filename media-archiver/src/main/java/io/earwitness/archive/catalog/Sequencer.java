package io.earwitness.archive.catalog;

import static io.earwitness.archive.catalog.generated.Tables.CHANGE_FEED;
import static io.earwitness.archive.catalog.generated.Tables.FEED_STATE;
import static io.earwitness.archive.catalog.generated.Tables.OUTBOX;

import io.earwitness.archive.catalog.generated.tables.records.OutboxRecord;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jooq.DSLContext;
import org.jooq.InsertValuesStep3;
import org.jooq.impl.DSL;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves committed outbox rows into the change feed and gives them dense positions. Any number of
 * nodes may run one; an advisory lock, held until the positions are committed, lets one work at a
 * time. A row that commits late gets a late position, so a reader that went past never misses it.
 */
final class Sequencer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Sequencer.class);
  private static final int BATCH = 1000;

  /** How long a change of another process may lie in the outbox unseen. */
  private static final Duration PAUSE = Duration.ofMillis(200);

  private static final Duration PAUSE_AFTER_FAILURE = Duration.ofSeconds(1);

  private final Transactions transactions;
  private final Signal outboxFilled;
  private final Signal feedGrown;
  private final Thread thread;
  private volatile boolean closed;

  Sequencer(Transactions transactions, Signal outboxFilled, Signal feedGrown) {
    this.transactions = transactions;
    this.outboxFilled = outboxFilled;
    this.feedGrown = feedGrown;
    this.thread = Thread.ofPlatform().daemon().name("catalog-sequencer").unstarted(this::loop);
  }

  void start() {
    thread.start();
  }

  private void loop() {
    boolean failing = false;
    while (!closed) {
      try {
        long seen = outboxFilled.count();
        int moved = sequence(BATCH);
        failing = false;
        if (moved < BATCH) {
          outboxFilled.await(seen, PAUSE);
        }
      } catch (InterruptedException e) {
        return;
      } catch (RuntimeException e) {
        if (!failing && !closed) {
          LOG.warn("The change feed stands still: {}", e.getMessage());
        }
        failing = true;
        try {
          Thread.sleep(PAUSE_AFTER_FAILURE);
        } catch (InterruptedException interrupted) {
          return;
        }
      }
    }
  }

  /** Moves up to {@code max} rows; returns how many. 0 also if another sequencer is at work. */
  int sequence(int max) {
    int moved = transactions.asFeed(sql -> sequence(sql, max));
    if (moved > 0) {
      feedGrown.raise();
    }
    return moved;
  }

  private record Changed(String tenant, UUID call) {}

  private static int sequence(DSLContext sql, int max) {
    // The lock first, in a statement of its own: the next ones then see what its last holder did
    Boolean locked =
        sql.select(
                DSL.field(
                    "pg_try_advisory_xact_lock({0})", Boolean.class, DSL.val(Locks.SEQUENCER)))
            .fetchOne(0, Boolean.class);
    if (!Boolean.TRUE.equals(locked)) {
      return 0;
    }
    List<OutboxRecord> waiting = sql.selectFrom(OUTBOX).orderBy(OUTBOX.ID).limit(max).fetch();
    if (waiting.isEmpty()) {
      return 0;
    }
    // Several changes of one call in a batch are one to a reader, who fetches its present state;
    // but a call that went to another tenant is news to both
    Set<Changed> changes = new LinkedHashSet<>();
    for (OutboxRecord row : waiting) {
      Changed change = new Changed(row.getTenant(), row.getCall());
      changes.remove(change);
      changes.add(change);
    }
    long position = sql.select(FEED_STATE.POSITION).from(FEED_STATE).fetchSingle().value1();
    InsertValuesStep3<?, Long, String, UUID> insert =
        sql.insertInto(CHANGE_FEED, CHANGE_FEED.POSITION, CHANGE_FEED.TENANT, CHANGE_FEED.CALL);
    for (Changed change : changes) {
      insert = insert.values(++position, change.tenant(), change.call());
    }
    insert.execute();
    sql.update(FEED_STATE).set(FEED_STATE.POSITION, position).execute();
    sql.deleteFrom(OUTBOX)
        .where(OUTBOX.ID.in(waiting.stream().map(OutboxRecord::getId).toList()))
        .execute();
    return waiting.size();
  }

  @Override
  public void close() {
    closed = true;
    outboxFilled.raise();
    try {
      thread.join(Duration.ofSeconds(10));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
