package io.earwitness.archive.catalog;

import static io.earwitness.archive.catalog.generated.Tables.CALL;
import static io.earwitness.archive.catalog.generated.Tables.CALL_ARCHIVE;

import io.earwitness.archive.catalog.CallCatalog.Work;
import io.earwitness.call.CallState;
import io.earwitness.call.RecordingId;
import io.earwitness.call.TenantSlug;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;
import org.jspecify.annotations.Nullable;

/** What archivers have to do, given out by lease. */
final class WorkQueue {
  // Leases are judged by the database's clock: the workers' clocks need not agree
  private static final Field<Instant> NOW = DSL.field("clock_timestamp()", SQLDataType.INSTANT);

  private final Transactions transactions;

  WorkQueue(Transactions transactions) {
    this.transactions = transactions;
  }

  /** See {@link CallCatalog#take}. */
  Optional<Work> take(String worker, Duration lease) {
    return transactions.asWorker(
        sql -> {
          // Reading back waits: what is archived is safe as long as its capture is kept
          UUID closed = oldestClosed(sql);
          return closed == null
              ? takeUnverified(sql, worker, lease)
              : Optional.of(lease(sql, closed, null, worker, lease));
        });
  }

  private static @Nullable UUID oldestClosed(DSLContext sql) {
    return sql.select(CALL.ID)
        .from(CALL)
        .where(CALL.STATE.eq(DSL.inline(CallState.CLOSED.wireName())))
        .and(isFree())
        .orderBy(DSL.coalesce(CALL.NOT_BEFORE, CALL.STARTED_AT), CALL.ID)
        .limit(1)
        .forUpdate()
        .skipLocked()
        .fetchOne(CALL.ID);
  }

  private static Optional<Work> takeUnverified(DSLContext sql, String worker, Duration lease) {
    UUID id =
        sql.select(CALL.ID)
            .from(CALL)
            .where(
                CALL.ID.in(
                    DSL.select(CALL_ARCHIVE.ID)
                        .from(CALL_ARCHIVE)
                        .where(CALL_ARCHIVE.VERIFIED_AT.isNull())))
            .and(CALL.STATE.ne(CallState.DISPOSED.wireName()))
            .and(isFree())
            .limit(1)
            .forUpdate()
            .skipLocked()
            .fetchOne(CALL.ID);
    if (id == null) {
      return Optional.empty();
    }
    // Asked again now that the call is locked: somebody may have read it back just before
    Integer generation =
        sql.select(DSL.min(CALL_ARCHIVE.GENERATION))
            .from(CALL_ARCHIVE)
            .where(CALL_ARCHIVE.ID.eq(id))
            .and(CALL_ARCHIVE.VERIFIED_AT.isNull())
            .fetchSingle()
            .value1();
    return generation == null
        ? Optional.empty()
        : Optional.of(lease(sql, id, generation, worker, lease));
  }

  private static Condition isFree() {
    return CALL.LEASED_UNTIL
        .isNull()
        .or(CALL.LEASED_UNTIL.le(NOW))
        .and(CALL.NOT_BEFORE.isNull().or(CALL.NOT_BEFORE.le(NOW)));
  }

  private static Work lease(
      DSLContext sql, UUID id, @Nullable Integer unverified, String worker, Duration lease) {
    return sql.update(CALL)
        .set(CALL.ATTEMPTS, CALL.ATTEMPTS.plus(1))
        .set(CALL.LEASED_BY, worker)
        .set(CALL.LEASED_UNTIL, in(lease))
        .setNull(CALL.NOT_BEFORE)
        .where(CALL.ID.eq(id))
        .returningResult(CALL.ID, CALL.TENANT, CALL.ATTEMPTS, CALL.LEASED_UNTIL)
        .fetchSingle(
            row ->
                new Work(
                    new RecordingId(row.value1()),
                    new TenantSlug(row.value2()),
                    unverified,
                    row.value3(),
                    row.value4()));
  }

  /** See {@link CallCatalog#extend}. */
  void extend(Work work, Duration lease) {
    transactions.asWorker(
        sql -> sql.update(CALL).set(CALL.LEASED_UNTIL, in(lease)).where(isLease(work)).execute());
  }

  /** See {@link CallCatalog#release}. */
  void release(Work work, Duration delay, String why) {
    transactions.asWorker(
        sql ->
            sql.update(CALL)
                .setNull(CALL.LEASED_BY)
                .setNull(CALL.LEASED_UNTIL)
                .set(CALL.NOT_BEFORE, in(delay))
                .set(CALL.LAST_PROBLEM, Text.clean(why))
                .where(isLease(work))
                .execute());
  }

  /** The count of attempts tells a lease from a later one of the same call. */
  private static Condition isLease(Work work) {
    return CALL.ID
        .eq(work.id().value())
        .and(CALL.ATTEMPTS.eq(work.attempts()))
        .and(CALL.LEASED_BY.isNotNull());
  }

  private static Field<Instant> in(Duration duration) {
    return DSL.field(
        "clock_timestamp() + {0} * interval '1 millisecond'",
        SQLDataType.INSTANT, DSL.val(duration.toMillis()));
  }
}
