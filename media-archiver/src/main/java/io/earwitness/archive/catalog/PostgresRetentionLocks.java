package io.earwitness.archive.catalog;

import static io.earwitness.archive.catalog.generated.Tables.CALL;
import static io.earwitness.archive.catalog.generated.Tables.CALL_ARCHIVE;
import static io.earwitness.archive.catalog.generated.Tables.RETENTION_TRIAL;

import io.earwitness.call.CallState;
import io.earwitness.call.LockTerm;
import io.earwitness.call.RecordingId;
import io.earwitness.call.TenantSlug;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.IntSupplier;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.SelectJoinStep;
import org.jooq.impl.DSL;

/** {@link RetentionLocks} in PostgreSQL. */
final class PostgresRetentionLocks implements RetentionLocks {
  private static final int PROBLEM = 500;
  private static final Field<Boolean> ON_TRIAL =
      DSL.field(RETENTION_TRIAL.TENANT.isNotNull().and(RETENTION_TRIAL.ENDED_AT.isNull()));

  /** Whether the audio of what is to be moved is here yet, and there is a place to move it to. */
  private static final Field<Boolean> MOVES =
      DSL.field(
          CALL_ARCHIVE
              .MOVED_TO
              .isNull()
              .andNot(CALL_ARCHIVE.MOVE_UNDONE)
              .and(PostgresMediaMoves.isMoving(CALL_ARCHIVE.TENANT)));

  private final Transactions transactions;
  private final Clock clock;

  PostgresRetentionLocks(Transactions transactions, Clock clock) {
    this.transactions = transactions;
    this.clock = clock;
  }

  @Override
  public int alone(IntSupplier work) {
    return transactions.alone(Locks.RETENTION, work);
  }

  private static SelectJoinStep<? extends Record> archives(DSLContext sql) {
    return sql.select(
            CALL.TENANT,
            CALL.ID,
            CALL.STARTED_AT,
            CALL.ENDED_AT,
            CALL_ARCHIVE.GENERATION,
            CALL_ARCHIVE.MANIFEST_VERSION_ID,
            CALL_ARCHIVE.KEEP_UNTIL,
            CALL_ARCHIVE.RETENTION,
            CALL_ARCHIVE.LOCK_UNTIL,
            CALL_ARCHIVE.LOCK_DUE,
            CALL_ARCHIVE.LOCK_FAILURES,
            CALL_ARCHIVE.LOCK_STRENGTHEN,
            CALL_ARCHIVE.LOCK_PROBLEM,
            CALL_ARCHIVE.MOVED_TO,
            CALL_ARCHIVE.MOVE_UNDONE,
            ON_TRIAL,
            MOVES)
        .from(CALL_ARCHIVE)
        .join(CALL)
        .on(CALL.ID.eq(CALL_ARCHIVE.ID))
        .leftJoin(RETENTION_TRIAL)
        .on(RETENTION_TRIAL.TENANT.eq(CALL_ARCHIVE.TENANT));
  }

  private static LockTerm term(Record row) {
    Instant end = row.get(CALL.ENDED_AT);
    return LockTerm.of(
        end == null ? row.get(CALL.STARTED_AT) : end,
        row.get(CALL_ARCHIVE.KEEP_UNTIL),
        PostgresRetentionPolicies.basis(row.get(CALL_ARCHIVE.RETENTION)),
        row.get(ON_TRIAL),
        row.get(MOVES));
  }

  @Override
  public List<Due> due(int limit) {
    Instant now = clock.instant();
    return transactions.asWorker(
        sql ->
            archives(sql)
                .where(CALL_ARCHIVE.LOCK_DUE.le(now))
                .and(CALL.STATE.ne(CallState.DISPOSED.wireName()))
                .orderBy(CALL_ARCHIVE.LOCK_DUE, CALL_ARCHIVE.ID)
                .limit(limit)
                .fetch(
                    row ->
                        new Due(
                            new TenantSlug(row.get(CALL.TENANT)),
                            new RecordingId(row.get(CALL.ID)),
                            row.get(CALL_ARCHIVE.GENERATION),
                            row.get(CALL_ARCHIVE.MANIFEST_VERSION_ID),
                            term(row),
                            // Of audio that stays here after all, no lock is known
                            row.get(CALL_ARCHIVE.MOVE_UNDONE)
                                ? Instant.EPOCH
                                : row.get(CALL_ARCHIVE.LOCK_UNTIL),
                            row.get(CALL_ARCHIVE.LOCK_STRENGTHEN),
                            row.get(CALL_ARCHIVE.LOCK_FAILURES))));
  }

  private static Condition rowOf(Due due) {
    return CALL_ARCHIVE
        .ID
        .eq(due.recording().value())
        .and(CALL_ARCHIVE.GENERATION.eq(due.generation()));
  }

  @Override
  public void renewed(Due due, Instant until) {
    Instant now = clock.instant();
    transactions.asWorker(
        sql -> {
          // As it is now: it may have been lengthened while the store was asked
          Record row = archives(sql).where(rowOf(due)).forUpdate().of(CALL_ARCHIVE).fetchOne();
          if (row == null) {
            return 0;
          }
          LockTerm term = term(row);
          Instant held = row.get(CALL_ARCHIVE.LOCK_UNTIL);
          Instant locked = until.isAfter(held) ? until : held;
          PostgresDeliveryCare.renewed(sql, due.recording());
          boolean strengthen = row.get(CALL_ARCHIVE.LOCK_STRENGTHEN) && !due.strengthen();
          Instant next = strengthen ? CallRows.micros(now) : term.due(locked);
          return sql.update(CALL_ARCHIVE)
              .set(CALL_ARCHIVE.LOCK_UNTIL, CallRows.micros(locked))
              .set(CALL_ARCHIVE.LOCK_DUE, term.wanted(now) == null ? null : next)
              .set(CALL_ARCHIVE.LOCK_STRENGTHEN, strengthen)
              .set(CALL_ARCHIVE.LOCK_FAILURES, 0)
              .setNull(CALL_ARCHIVE.LOCK_PROBLEM)
              .where(rowOf(due))
              .execute();
        });
  }

  @Override
  public void failed(Due due, String problem, Instant again) {
    String shown = problem.length() > PROBLEM ? problem.substring(0, PROBLEM) : problem;
    transactions.asWorker(
        sql ->
            sql.update(CALL_ARCHIVE)
                .set(CALL_ARCHIVE.LOCK_FAILURES, CALL_ARCHIVE.LOCK_FAILURES.plus(1))
                .set(CALL_ARCHIVE.LOCK_PROBLEM, Text.clean(shown))
                .set(CALL_ARCHIVE.LOCK_DUE, CallRows.micros(again))
                .where(rowOf(due))
                .execute());
  }

  @Override
  public Optional<State> state(TenantSlug tenant, RecordingId recording) {
    return transactions.inTenant(
        tenant,
        sql ->
            archives(sql)
                .where(CALL_ARCHIVE.ID.eq(recording.value()))
                .orderBy(CALL_ARCHIVE.GENERATION.desc())
                .limit(1)
                .fetchOptional(
                    row ->
                        new State(
                            term(row),
                            row.get(CALL_ARCHIVE.LOCK_UNTIL),
                            row.get(CALL_ARCHIVE.LOCK_DUE),
                            row.get(CALL_ARCHIVE.LOCK_PROBLEM),
                            row.get(CALL_ARCHIVE.MOVED_TO))));
  }

  @Override
  public Counts counts(TenantSlug tenant) {
    Condition own = CALL_ARCHIVE.TENANT.eq(tenant.value());
    return transactions.inTenant(
        tenant,
        sql ->
            new Counts(
                sql.fetchCount(CALL_ARCHIVE, own.and(CALL_ARCHIVE.LOCK_DUE.isNotNull())),
                sql.fetchCount(
                    CALL_ARCHIVE,
                    own.and(CALL_ARCHIVE.LOCK_FAILURES.gt(0))
                        .and(CALL_ARCHIVE.LOCK_DUE.isNotNull()))));
  }
}
