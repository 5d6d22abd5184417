package io.earwitness.archive.catalog;

import static io.earwitness.archive.catalog.generated.Tables.NODE_DRAIN;

import io.earwitness.archive.catalog.generated.tables.records.NodeDrainRecord;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jooq.Condition;
import org.jspecify.annotations.Nullable;

/** {@link Drains} in PostgreSQL. */
final class PostgresDrains implements Drains {
  /** A recorder that says the same as before is not written down more often than this. */
  private static final Duration HEARTBEAT = Duration.ofSeconds(5);

  private final Transactions transactions;
  private final Clock clock;

  PostgresDrains(Transactions transactions, Clock clock) {
    this.transactions = transactions;
    this.clock = clock;
  }

  @Override
  public Drain report(String node, boolean draining, int calls) {
    Instant now = CallRows.micros(clock.instant());
    String name = Text.clean(node);
    return transactions.asWorker(
        sql -> {
          sql.insertInto(NODE_DRAIN)
              .set(NODE_DRAIN.NODE, name)
              .set(NODE_DRAIN.DRAINING, draining)
              .set(NODE_DRAIN.CALLS, calls)
              .set(NODE_DRAIN.SEEN_AT, now)
              .onConflict(NODE_DRAIN.NODE)
              .doUpdate()
              .set(NODE_DRAIN.DRAINING, draining)
              .set(NODE_DRAIN.CALLS, calls)
              .set(NODE_DRAIN.SEEN_AT, now)
              .where(
                  NODE_DRAIN
                      .DRAINING
                      .ne(draining)
                      .or(NODE_DRAIN.CALLS.ne(calls))
                      .or(NODE_DRAIN.SEEN_AT.lt(now.minus(HEARTBEAT))))
              .execute();
          return drain(sql.selectFrom(NODE_DRAIN).where(NODE_DRAIN.NODE.eq(name)).fetchSingle());
        });
  }

  private static Drain drain(NodeDrainRecord row) {
    return new Drain(
        row.getNode(),
        row.getDrainSince(),
        row.getDrainBy(),
        row.getDraining(),
        row.getCalls(),
        row.getSeenAt());
  }

  @Override
  public List<Drain> list() {
    return transactions.asWorker(
        sql -> sql.selectFrom(NODE_DRAIN).orderBy(NODE_DRAIN.NODE).fetch(PostgresDrains::drain));
  }

  @Override
  public boolean drain(String node, String actor) {
    Instant now = CallRows.micros(clock.instant());
    return want(node, NODE_DRAIN.DRAIN_SINCE.isNull(), now, Text.clean(actor));
  }

  @Override
  public boolean undrain(String node) {
    return want(node, NODE_DRAIN.DRAIN_SINCE.isNotNull(), null, null);
  }

  private boolean want(
      String node, Condition otherwise, @Nullable Instant since, @Nullable String by) {
    int rows =
        transactions.asWorker(
            sql ->
                sql.update(NODE_DRAIN)
                    .set(NODE_DRAIN.DRAIN_SINCE, since)
                    .set(NODE_DRAIN.DRAIN_BY, by)
                    .where(NODE_DRAIN.NODE.eq(node))
                    .and(otherwise)
                    .execute());
    if (rows == 0) {
      // Nothing to change, or no such recorder: which says so
      var _ = of(node);
    }
    return rows > 0;
  }
}
