package io.earwitness.archive.catalog;

import static io.earwitness.archive.catalog.generated.Tables.CALL;

import io.earwitness.archive.catalog.CallCatalog.CallEntry;
import io.earwitness.call.CallState;
import io.earwitness.call.CallSummary;
import io.earwitness.call.RecordingId;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jooq.Condition;
import org.jooq.Field;
import org.jooq.impl.DSL;

/** {@link Attempts} in PostgreSQL. */
final class PostgresAttempts implements Attempts {
  /** More attempts at one conversation than these are not shown. */
  private static final int MOST = 100;

  /** Those of which there is, or was, or will be something to hear. */
  private static final List<String> RECORDED =
      Stream.of(
              CallState.LIVE,
              CallState.CLOSED,
              CallState.ARCHIVED,
              CallState.ARCHIVED_PARTIAL,
              CallState.QUARANTINED,
              CallState.DISPOSED)
          .map(CallState::wireName)
          .toList();

  private final Transactions transactions;
  private final CallCatalog calls;

  PostgresAttempts(Transactions transactions, CallCatalog calls) {
    this.transactions = transactions;
    this.calls = calls;
  }

  @Override
  public List<CallEntry> of(CallSummary call) {
    String[] callIds = call.callIds().stream().map(Text::clean).toArray(String[]::new);
    if (callIds.length == 0) {
      return List.of();
    }
    // Under row-level security the index of call ids can't be used, since its operator is not
    // leakproof. So the ids are found without, for this tenant only, and the calls read with it.
    List<RecordingId> ids =
        transactions.asFeed(
            sql ->
                sql.select(CALL.ID)
                    .from(CALL)
                    .where(DSL.arrayOverlap(CALL.CALL_IDS, DSL.val(callIds, CALL.CALL_IDS)))
                    .and(CALL.TENANT.eq(call.tenant().value()))
                    .and(CALL.ID.ne(call.id().value()))
                    .and(call.state() == CallState.REFUSED ? recordedAround(call) : refusedIn(call))
                    .orderBy(CALL.STARTED_AT, CALL.ID)
                    .limit(MOST)
                    .fetch(row -> new RecordingId(row.value1())));
    return calls.find(call.tenant(), ids).stream()
        .sorted(
            Comparator.comparing((CallEntry entry) -> entry.summary().start())
                .thenComparing(entry -> entry.summary().id().toString()))
        .toList();
  }

  private static Condition recordedAround(CallSummary refused) {
    Instant at = CallRows.micros(refused.start());
    Field<Instant> start = CALL.STARTED_AT;
    return CALL.STATE
        .in(RECORDED)
        .and(start.le(at.plus(NEAR)))
        .and(CALL.ENDED_AT.isNull().or(CALL.ENDED_AT.ge(at.minus(NEAR))));
  }

  private static Condition refusedIn(CallSummary call) {
    Instant end = call.end();
    Condition begun = CALL.STARTED_AT.ge(CallRows.micros(call.start()).minus(NEAR));
    return CALL.STATE
        .eq(CallState.REFUSED.wireName())
        .and(end == null ? begun : begun.and(CALL.STARTED_AT.le(CallRows.micros(end).plus(NEAR))));
  }
}
