package io.earwitness.archive.catalog;

import static io.earwitness.archive.catalog.generated.Tables.CALL;
import static io.earwitness.archive.catalog.generated.Tables.CALL_ARCHIVE;
import static io.earwitness.archive.catalog.generated.Tables.NODE;

import io.earwitness.archive.catalog.CallCatalog.Work;
import io.earwitness.archive.catalog.generated.tables.CallArchive;
import io.earwitness.archive.catalog.generated.tables.records.CallRecord;
import io.earwitness.call.CallState;
import io.earwitness.call.Generation;
import io.earwitness.call.RecordingId;
import io.earwitness.call.TenantSlug;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/** What archivers have to do, given out by lease. */
final class WorkQueue {
  private final Transactions transactions;

  WorkQueue(Transactions transactions) {
    this.transactions = transactions;
  }

  /** See {@link CallCatalog#take}. */
  Optional<Work> take(String node, Duration lease) {
    return transactions.asWorker(
        sql -> {
          // Reading back waits: what is archived is safe as long as its capture is kept
          UUID next = next(sql, CallState.CLOSED, isDecided().and(ofNode(node).or(isOutOfReach())));
          if (next == null) {
            next = next(sql, CallState.LIVE, isCutOff(node));
          }
          if (next == null) {
            next = returned(sql, node);
          }
          return next == null
              ? takeUnverified(sql, node, lease)
              : Optional.of(lease(sql, next, null, node, lease));
        });
  }

  private static @Nullable UUID next(DSLContext sql, CallState state, Condition whose) {
    return sql.select(CALL.ID)
        .from(CALL)
        .where(CALL.STATE.eq(DSL.inline(state.wireName())))
        .and(whose)
        .and(isFree())
        .orderBy(DSL.coalesce(CALL.NOT_BEFORE, CALL.STARTED_AT), CALL.ID)
        .limit(1)
        .forUpdate()
        .skipLocked()
        .fetchOne(CALL.ID);
  }

  /** An on-demand call waits until somebody marks it, or may no more. */
  private static Condition isDecided() {
    return CALL.HELD_UNTIL
        .isNull()
        .or(CALL.KEPT_AT.isNotNull())
        .or(CALL.HELD_UNTIL.le(DatabaseClock.NOW));
  }

  private static Condition ofNode(String node) {
    return CALL.NODE.eq(Text.clean(node));
  }

  /** Calls whose node says that it has no capture of them, or does not say that it is there. */
  private static Condition isOutOfReach() {
    return CALL.CAPTURE_MISSING
        .isTrue()
        .or(
            DSL.notExists(
                DSL.selectOne()
                    .from(NODE)
                    .where(NODE.NAME.eq(CALL.NODE))
                    .and(NODE.PRESENT_UNTIL.gt(DatabaseClock.NOW))));
  }

  /**
   * The same of calls that run; of a node that never said anything nobody knows that it is gone.
   */
  private static Condition isCutOff(String node) {
    return CALL.CAPTURE_MISSING
        .isTrue()
        .or(
            CALL.NODE
                .ne(Text.clean(node))
                .and(
                    DSL.exists(
                        DSL.selectOne()
                            .from(NODE)
                            .where(NODE.NAME.eq(CALL.NODE))
                            .and(NODE.PRESENT_UNTIL.le(DatabaseClock.NOW)))));
  }

  /**
   * A call that was archived from rescue copies, and whose node has the whole capture after all.
   */
  private static @Nullable UUID returned(DSLContext sql, String node) {
    CallArchive later = CALL_ARCHIVE.as("later");
    return sql.select(CALL.ID)
        .from(CALL)
        .where(
            CALL.ID.in(
                DSL.select(CALL_ARCHIVE.ID)
                    .from(CALL_ARCHIVE)
                    .where(CALL_ARCHIVE.GENERATION.eq(DSL.inline(Generation.RESCUED)))
                    .andNotExists(
                        DSL.selectOne()
                            .from(later)
                            .where(later.ID.eq(CALL_ARCHIVE.ID))
                            .and(later.GENERATION.eq(Generation.RETURNED)))))
        .and(CALL.CAPTURE_WHOLE.isTrue())
        .and(CALL.STATE.ne(CallState.DISPOSED.wireName()))
        .and(ofNode(node))
        .and(isFree())
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
        .or(CALL.LEASED_UNTIL.le(DatabaseClock.NOW))
        .and(CALL.NOT_BEFORE.isNull().or(CALL.NOT_BEFORE.le(DatabaseClock.NOW)));
  }

  private static Work lease(
      DSLContext sql, UUID id, @Nullable Integer unverified, String worker, Duration lease) {
    return sql.update(CALL)
        .set(CALL.ATTEMPTS, CALL.ATTEMPTS.plus(1))
        .set(CALL.LEASED_BY, worker)
        .set(CALL.LEASED_UNTIL, DatabaseClock.in(lease))
        .setNull(CALL.NOT_BEFORE)
        .where(CALL.ID.eq(id))
        .returningResult(CALL.fields())
        .fetchSingle(
            row ->
                new Work(
                    new RecordingId(row.get(CALL.ID)),
                    new TenantSlug(row.get(CALL.TENANT)),
                    unverified,
                    row.get(CALL.ATTEMPTS),
                    row.get(CALL.LEASED_UNTIL),
                    row.get(CALL.NODE),
                    absentFor(sql, row.into(CALL), worker),
                    row.get(CALL.CAPTURE_MISSING),
                    new RecordingId(
                        row.get(CALL.CAPTURE) == null ? row.get(CALL.ID) : row.get(CALL.CAPTURE)),
                    row.get(CALL.KEPT_AT) != null));
  }

  private static @Nullable Duration absentFor(DSLContext sql, CallRecord call, String worker) {
    Instant now = sql.select(DatabaseClock.NOW).fetchSingle().value1();
    Instant until =
        sql.select(NODE.PRESENT_UNTIL)
            .from(NODE)
            .where(NODE.NAME.eq(call.getNode()))
            .fetchOne(NODE.PRESENT_UNTIL);
    if (until == null) {
      if (call.getNode().equals(Text.clean(worker))) {
        return null;
      }
      until = call.getStartedAt();
    }
    return until.isAfter(now) ? null : Duration.between(until, now);
  }

  /** See {@link CallCatalog#extend}. */
  void extend(Work work, Duration lease) {
    transactions.asWorker(
        sql ->
            sql.update(CALL)
                .set(CALL.LEASED_UNTIL, DatabaseClock.in(lease))
                .where(isLease(work))
                .execute());
  }

  /** See {@link CallCatalog#release}. */
  void release(Work work, Duration delay, String why) {
    transactions.asWorker(
        sql ->
            sql.update(CALL)
                .setNull(CALL.LEASED_BY)
                .setNull(CALL.LEASED_UNTIL)
                .set(CALL.NOT_BEFORE, DatabaseClock.in(delay))
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
}
