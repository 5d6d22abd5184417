package io.earwitness.archive.catalog;

import static io.earwitness.archive.catalog.generated.Tables.CALL;
import static io.earwitness.archive.catalog.generated.Tables.CALL_ARCHIVE;

import io.earwitness.archive.catalog.generated.tables.records.CallRecord;
import io.earwitness.call.CallFlag;
import io.earwitness.call.CallState;
import io.earwitness.call.CallSummary;
import io.earwitness.call.Generation;
import io.earwitness.call.RecordingId;
import io.earwitness.call.TenantSlug;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Function;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Record1;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/** {@link CallCatalog} in PostgreSQL. */
final class PostgresCalls implements CallCatalog {
  private static final int BATCH = 1000;

  private final Transactions transactions;
  private final WorkQueue queue;
  private final CallReports reports;
  private final Runnable changed;

  /**
   * @param changed told after each commit that left something in the outbox
   */
  PostgresCalls(Transactions transactions, CallReports reports, Runnable changed) {
    this.transactions = transactions;
    this.queue = new WorkQueue(transactions);
    this.reports = reports;
    this.changed = changed;
  }

  @Override
  public void report(CallSummary summary) {
    reports.report(summary);
  }

  @Override
  public Optional<Work> take(String worker, Duration lease) {
    return queue.take(worker, lease);
  }

  @Override
  public void extend(Work work, Duration lease) {
    queue.extend(work, lease);
  }

  @Override
  public void release(Work work, Duration delay, String why) {
    queue.release(work, delay, why);
  }

  @Override
  public void archived(ArchivedCall archived) {
    if (!archived.outcome().hasCallRecord()) {
      throw new IllegalArgumentException(
          "'%s' is no outcome of archiving".formatted(archived.outcome().wireName()));
    }
    UUID id = archived.id().value();
    boolean written =
        transactions.inTenant(
            archived.tenant(),
            sql -> {
              InteractionRows.lock(sql, archived.tenant());
              // Locks the call: generations of one call come one behind the other
              CallRecord row = sql.selectFrom(CALL).where(CALL.ID.eq(id)).forUpdate().fetchOne();
              if (row == null) {
                throw new IllegalArgumentException(
                    "tenant %s has no call %s in the catalog: report it first"
                        .formatted(archived.tenant(), archived.id()));
              }
              if (row.getState().equals(CallState.DISPOSED.wireName())) {
                return false;
              }
              int rows =
                  sql.insertInto(CALL_ARCHIVE)
                      .set(PostgresRetentionLengthenings.row(sql, row, archived))
                      .onConflictDoNothing()
                      .execute();
              if (rows == 0 || !showArchive(sql, archived)) {
                return false;
              }
              if (archived.outcome().hasMedia()) {
                RecordedExtensions.count(sql, archived.tenant(), row, archived.archivedAt());
              }
              TagRetention.lengthen(sql, archived.tenant(), row, archived.archivedAt(), "archiver");
              // Now it is known how much of it was lost
              InteractionRows.join(sql, archived.tenant(), archived.id());
              return true;
            });
    if (written) {
      changed.run();
    }
  }

  /** Lets the call be what its newest generation says; a disposed one stays disposed. */
  private static boolean showArchive(DSLContext sql, ArchivedCall archived) {
    UUID id = archived.id().value();
    int rows =
        sql.update(CALL)
            .set(CALL.STATE, archived.outcome().wireName())
            .set(CALL.VERSION, CALL.VERSION.plus(1L))
            .where(CALL.ID.eq(id))
            .and(CALL.STATE.ne(CallState.DISPOSED.wireName()))
            .andNotExists(
                DSL.selectOne()
                    .from(CALL_ARCHIVE)
                    .where(CALL_ARCHIVE.ID.eq(id))
                    .and(CALL_ARCHIVE.GENERATION.gt(archived.generation()))
                    .and(CALL_ARCHIVE.GENERATION.lt(Generation.MASKED)))
            .execute();
    if (rows > 0) {
      CallReports.addToOutbox(sql, archived.tenant().value(), id);
    }
    return rows > 0;
  }

  @Override
  public void verified(TenantSlug tenant, RecordingId id, int generation, Instant at) {
    UUID call = id.value();
    Condition archive = CALL_ARCHIVE.ID.eq(call).and(CALL_ARCHIVE.GENERATION.eq(generation));
    transactions.inTenant(
        tenant,
        sql -> {
          int rows =
              sql.update(CALL_ARCHIVE)
                  .set(CALL_ARCHIVE.VERIFIED_AT, CallRows.micros(at))
                  .where(archive)
                  .and(CALL_ARCHIVE.VERIFIED_AT.isNull())
                  .execute();
          if (rows == 0 && !sql.fetchExists(CALL_ARCHIVE, archive)) {
            throw new IllegalArgumentException(
                "tenant %s has no archive of call %s, generation %d"
                    .formatted(tenant, id, generation));
          }
          return sql.update(CALL)
              .setNull(CALL.LEASED_BY)
              .setNull(CALL.LEASED_UNTIL)
              .setNull(CALL.NOT_BEFORE)
              .setNull(CALL.LAST_PROBLEM)
              .where(CALL.ID.eq(call))
              .execute();
        });
  }

  @Override
  public void finish(RecordingId id, CallState outcome, Set<CallFlag> flags) {
    if (!outcome.isOutcome() || outcome.hasMedia()) {
      throw new IllegalArgumentException(
          "'%s' is no outcome of a call without media".formatted(outcome.wireName()));
    }
    boolean written =
        transactions.asWorker(
            sql -> {
              CallRecord row =
                  sql.selectFrom(CALL).where(CALL.ID.eq(id.value())).forUpdate().fetchOne();
              if (row == null) {
                throw new IllegalArgumentException(
                    "no call %s in the catalog: report it first".formatted(id));
              }
              if (!CallReports.BEFORE_OUTCOME.contains(row.getState())) {
                return false;
              }
              Set<String> all = new TreeSet<>(List.of(row.getFlags()));
              all.addAll(List.of(CallRows.names(flags)));
              sql.update(CALL)
                  .set(CALL.STATE, outcome.wireName())
                  .set(CALL.FLAGS, all.toArray(String[]::new))
                  .set(CALL.VERSION, CALL.VERSION.plus(1L))
                  .setNull(CALL.LEASED_BY)
                  .setNull(CALL.LEASED_UNTIL)
                  .setNull(CALL.NOT_BEFORE)
                  .where(CALL.ID.eq(id.value()))
                  .execute();
              CallReports.addToOutbox(sql, row.getTenant(), id.value());
              return true;
            });
    if (written) {
      changed.run();
    }
  }

  @Override
  public boolean notKept(RecordingId id) {
    boolean decided =
        transactions.asWorker(
            sql -> {
              CallRecord row =
                  sql.selectFrom(CALL)
                      .where(CALL.ID.eq(id.value()))
                      .and(CALL.STATE.eq(CallState.CLOSED.wireName()))
                      .and(CALL.KEPT_AT.isNull())
                      .and(CALL.BLOCKED.isNull())
                      .and(CALL.HELD_UNTIL.le(DatabaseClock.NOW))
                      .forUpdate()
                      .fetchOne();
              if (row == null) {
                return false;
              }
              Set<String> flags = new TreeSet<>(List.of(row.getFlags()));
              flags.add(CallFlag.NOT_KEPT.wireName());
              sql.update(CALL)
                  .set(CALL.STATE, CallState.NOT_RECORDED_BY_POLICY.wireName())
                  .set(CALL.FLAGS, flags.toArray(String[]::new))
                  .set(CALL.VERSION, CALL.VERSION.plus(1L))
                  .setNull(CALL.LEASED_BY)
                  .setNull(CALL.LEASED_UNTIL)
                  .setNull(CALL.NOT_BEFORE)
                  .where(CALL.ID.eq(id.value()))
                  .execute();
              CallReports.addToOutbox(sql, row.getTenant(), id.value());
              return true;
            });
    if (decided) {
      changed.run();
    }
    return decided;
  }

  @Override
  public Optional<CallEntry> find(TenantSlug tenant, RecordingId id) {
    return find(tenant, List.of(id)).stream().findFirst();
  }

  @Override
  public List<CallEntry> find(TenantSlug tenant, Collection<RecordingId> ids) {
    return inBatches(
        ids,
        some ->
            transactions.inTenant(
                tenant,
                sql ->
                    entries(
                        sql,
                        sql.selectFrom(CALL)
                            .where(CALL.TENANT.eq(tenant.value()))
                            .and(CALL.ID.in(some))
                            .fetch())));
  }

  @Override
  public List<CallEntry> load(Collection<RecordingId> ids) {
    return inBatches(
        ids,
        some ->
            transactions.asFeed(
                sql -> entries(sql, sql.selectFrom(CALL).where(CALL.ID.in(some)).fetch())));
  }

  @Override
  public List<CallEntry> sharing(Collection<RecordingId> captures) {
    return inBatches(
        captures,
        some ->
            transactions.asFeed(
                sql -> entries(sql, sql.selectFrom(CALL).where(CALL.CAPTURE.in(some)).fetch())));
  }

  private static List<CallEntry> inBatches(
      Collection<RecordingId> ids, Function<List<UUID>, List<CallEntry>> read) {
    List<UUID> wanted = ids.stream().map(RecordingId::value).distinct().toList();
    List<CallEntry> found = new ArrayList<>(wanted.size());
    for (int from = 0; from < wanted.size(); from += BATCH) {
      found.addAll(read.apply(wanted.subList(from, Math.min(wanted.size(), from + BATCH))));
    }
    return found;
  }

  @Override
  public List<CallEntry> started(TenantSlug tenant, Instant from, Instant to) {
    return transactions.inTenant(
        tenant,
        sql ->
            entries(
                sql,
                sql.selectFrom(CALL)
                    .where(CALL.TENANT.eq(tenant.value()))
                    .and(CALL.STARTED_AT.ge(from))
                    .and(CALL.STARTED_AT.lt(to))
                    .orderBy(CALL.STARTED_AT, CALL.ID)
                    .fetch()));
  }

  @Override
  public List<CallEntry> interaction(TenantSlug tenant, RecordingId interaction) {
    return transactions.inTenant(
        tenant,
        sql ->
            entries(
                sql,
                sql.selectFrom(CALL)
                    .where(CALL.TENANT.eq(tenant.value()))
                    .and(CALL.INTERACTION.eq(interaction.value()))
                    .orderBy(CALL.STARTED_AT, CALL.ID)
                    .fetch()));
  }

  @Override
  public List<RecordingId> inState(CallState state) {
    return transactions.asWorker(
        sql ->
            sql.select(CALL.ID)
                .from(CALL)
                .where(CALL.STATE.eq(state.wireName()))
                .orderBy(CALL.STARTED_AT, CALL.ID)
                .fetch(PostgresCalls::id));
  }

  private static RecordingId id(Record1<UUID> row) {
    return new RecordingId(row.value1());
  }

  /** Adds the newest generation of each call's archive; what is blocked tells no more than that. */
  static List<CallEntry> entries(DSLContext sql, List<CallRecord> calls) {
    return with(sql, calls, CallRows::entry);
  }

  /** The same with all that the catalog has, also of what is blocked. */
  static List<CallEntry> whole(DSLContext sql, List<CallRecord> calls) {
    return with(sql, calls, CallRows::whole);
  }

  /** Makes an entry of a call, its archive and flags that other rows say. */
  @FunctionalInterface
  private interface Entries {
    CallEntry of(CallRecord row, @Nullable ArchivedCall archive, Set<CallFlag> further);
  }

  private static List<CallEntry> with(DSLContext sql, List<CallRecord> calls, Entries entries) {
    Map<UUID, ArchivedCall> archives = archives(sql, calls);
    Set<UUID> held = HoldRecordings.onHold(sql, archives.keySet());
    Set<UUID> restricted = PostgresRestrictions.restricted(sql, archives.keySet());
    return calls.stream()
        .map(
            row -> {
              Set<CallFlag> further = EnumSet.noneOf(CallFlag.class);
              if (held.contains(row.getId())) {
                further.add(CallFlag.ON_HOLD);
              }
              if (restricted.contains(row.getId())) {
                further.add(CallFlag.RESTRICTED);
              }
              return entries.of(row, archives.get(row.getId()), further);
            })
        .toList();
  }

  /** Of what was disposed of, nothing is archived any more. */
  private static Map<UUID, ArchivedCall> archives(DSLContext sql, List<CallRecord> calls) {
    Map<UUID, ArchivedCall> archives = new HashMap<>();
    for (int from = 0; from < calls.size(); from += BATCH) {
      List<UUID> some =
          calls.subList(from, Math.min(calls.size(), from + BATCH)).stream()
              .filter(call -> !call.getState().equals(CallState.DISPOSED.wireName()))
              .map(CallRecord::getId)
              .toList();
      sql.select(CALL_ARCHIVE.fields())
          .distinctOn(CALL_ARCHIVE.ID)
          .from(CALL_ARCHIVE)
          .where(CALL_ARCHIVE.ID.in(some))
          .and(PostgresRestrictions.counts())
          .orderBy(CALL_ARCHIVE.ID, CALL_ARCHIVE.GENERATION.desc())
          .fetchInto(CALL_ARCHIVE)
          .forEach(row -> archives.put(row.getId(), CallRows.archive(row)));
    }
    return archives;
  }
}
