package io.earwitness.archive.catalog;

import static io.earwitness.archive.catalog.generated.Tables.NODE;

import io.earwitness.archive.catalog.generated.tables.records.NodeRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jooq.Field;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/** {@link Nodes} in PostgreSQL. */
final class PostgresNodes implements Nodes {
  private final Transactions transactions;

  PostgresNodes(Transactions transactions) {
    this.transactions = transactions;
  }

  @Override
  public Optional<Instant> heartbeat(Heartbeat said, Duration lease) {
    Map<Field<?>, Object> row = new LinkedHashMap<>();
    row.put(NODE.REGION, Text.clean(said.region()));
    row.put(NODE.SPOOL, said.spool());
    row.put(NODE.VERSION, Text.clean(said.version()));
    row.put(NODE.STARTED_AT, CallRows.micros(said.startedAt()));
    row.put(NODE.RUNNING_CALLS, said.runningCalls());
    row.put(NODE.SPOOL_FREE_BYTES, said.spoolFreeBytes());
    row.put(NODE.SPOOL_USED_BYTES, said.spoolUsedBytes());
    row.put(NODE.SPOOL_FULL_IN_S, seconds(said.spoolFullIn()));
    row.put(NODE.CLOCK_OFFSET_MS, millis(said.clockOffset()));
    row.put(NODE.HEARTBEAT_AT, DatabaseClock.NOW);
    row.put(NODE.PRESENT_UNTIL, DatabaseClock.in(lease));
    return transactions.asWorker(
        sql ->
            sql.insertInto(NODE)
                .set(NODE.NAME, Text.clean(said.name()))
                .set(row)
                .onConflict(NODE.NAME)
                .doUpdate()
                .set(row)
                .where(
                    NODE.SPOOL
                        .eq(DSL.excluded(NODE.SPOOL))
                        .or(NODE.PRESENT_UNTIL.le(DatabaseClock.NOW)))
                .returningResult(NODE.HEARTBEAT_AT)
                .fetchOptional(NODE.HEARTBEAT_AT));
  }

  @Override
  public List<Node> list() {
    Field<Boolean> absent = DSL.field(NODE.PRESENT_UNTIL.le(DatabaseClock.NOW)).as("absent");
    return transactions.asWorker(
        sql ->
            sql.select(NODE.fields())
                .select(absent)
                .from(NODE)
                .orderBy(NODE.NAME)
                .fetch(row -> node(row.into(NODE), row.get(absent))));
  }

  private static Node node(NodeRecord row, boolean absent) {
    Long fullIn = row.getSpoolFullInS();
    Long offset = row.getClockOffsetMs();
    return new Node(
        new Heartbeat(
            row.getName(),
            row.getRegion(),
            row.getSpool(),
            row.getVersion(),
            row.getStartedAt(),
            row.getRunningCalls(),
            row.getSpoolFreeBytes(),
            row.getSpoolUsedBytes(),
            fullIn == null ? null : Duration.ofSeconds(fullIn),
            offset == null ? null : Duration.ofMillis(offset)),
        row.getHeartbeatAt(),
        absent);
  }

  private static @Nullable Long seconds(@Nullable Duration duration) {
    return duration == null ? null : duration.toSeconds();
  }

  private static @Nullable Long millis(@Nullable Duration duration) {
    return duration == null ? null : duration.toMillis();
  }
}
