package io.earwitness.archive.catalog;

import static io.earwitness.archive.catalog.generated.Tables.CHANGE_FEED;
import static io.earwitness.archive.catalog.generated.Tables.FEED_STATE;

import io.earwitness.call.RecordingId;
import io.earwitness.call.TenantSlug;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.jooq.impl.DSL;

/** {@link ChangeFeed} in PostgreSQL. */
final class PostgresChanges implements ChangeFeed {
  /** How late a position that another process gave may be seen. */
  private static final Duration POLL = Duration.ofMillis(200);

  private final Transactions transactions;
  private final Signal feedGrown;

  PostgresChanges(Transactions transactions, Signal feedGrown) {
    this.transactions = transactions;
    this.feedGrown = feedGrown;
  }

  /**
   * A database restored from a dump has another identity, one restored to a point in time or taken
   * over by a standby another time line; either may lack positions that readers have seen.
   */
  @Override
  public String epoch() {
    return transactions.asFeed(
        sql ->
            sql.select(
                    DSL.field(
                        "{0} || '-' || to_hex((select system_identifier from pg_control_system()))"
                            + " || '-' || (select oid from pg_database where datname = current_database())"
                            + " || '-' || (select timeline_id from pg_control_checkpoint())",
                        String.class, FEED_STATE.EPOCH))
                .from(FEED_STATE)
                .fetchSingle()
                .value1());
  }

  /** Lets all readers start anew: to be called where a database's files were put back by hand. */
  void renewEpoch() {
    transactions.asFeed(
        sql -> sql.update(FEED_STATE).set(FEED_STATE.EPOCH, UUID.randomUUID()).execute());
  }

  @Override
  public List<Change> read(long after, int max) {
    return transactions.asFeed(
        sql ->
            sql.selectFrom(CHANGE_FEED)
                .where(CHANGE_FEED.POSITION.gt(after))
                .orderBy(CHANGE_FEED.POSITION)
                .limit(max)
                .fetch(
                    row ->
                        new Change(
                            row.getPosition(),
                            new TenantSlug(row.getTenant()),
                            new RecordingId(row.getCall()))));
  }

  @Override
  public void await(long after, Duration atMost) throws InterruptedException {
    long deadline = Signal.deadline(atMost);
    while (true) {
      long seen = feedGrown.count();
      if (position() > after) {
        return;
      }
      long nanos = Signal.nanosUntil(deadline);
      if (nanos == 0) {
        return;
      }
      feedGrown.await(seen, Duration.ofNanos(Math.min(nanos, POLL.toNanos())));
    }
  }

  private long position() {
    return transactions.asFeed(
        sql -> sql.select(FEED_STATE.POSITION).from(FEED_STATE).fetchSingle().value1());
  }
}
