package io.earwitness.archive.catalog;

import static io.earwitness.archive.catalog.generated.Tables.CALL;
import static io.earwitness.archive.catalog.generated.Tables.CALL_ARCHIVE;
import static io.earwitness.archive.catalog.generated.Tables.RETENTION_LENGTHENING;

import io.earwitness.archive.catalog.CallCatalog.ArchivedCall;
import io.earwitness.archive.catalog.RetentionPolicies.Archived;
import io.earwitness.archive.catalog.generated.tables.records.CallArchiveRecord;
import io.earwitness.archive.catalog.generated.tables.records.CallRecord;
import io.earwitness.archive.catalog.generated.tables.records.RetentionLengtheningRecord;
import io.earwitness.call.CallSummary;
import io.earwitness.call.LockTerm;
import io.earwitness.call.RecordingId;
import io.earwitness.call.RetentionBasis;
import io.earwitness.call.RetentionHistory;
import io.earwitness.call.RetentionPolicy.Decision;
import io.earwitness.call.RetentionPolicy.Question;
import io.earwitness.call.TenantSlug;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/** {@link RetentionLengthenings} in PostgreSQL. */
final class PostgresRetentionLengthenings implements RetentionLengthenings {
  private static final String JOURNALLED = "retention.lengthen";

  private final Transactions transactions;
  private final Clock clock;
  private final Runnable changed;

  /**
   * @param changed told that calls changed
   */
  PostgresRetentionLengthenings(Transactions transactions, Clock clock, Runnable changed) {
    this.transactions = transactions;
    this.clock = clock;
    this.changed = changed;
  }

  /** In the transaction that makes the version. */
  static void begin(DSLContext sql, TenantSlug tenant, int version, Instant now, String actor) {
    sql.insertInto(RETENTION_LENGTHENING)
        .set(RETENTION_LENGTHENING.TENANT, tenant.value())
        .set(RETENTION_LENGTHENING.POLICY_VERSION, version)
        .set(RETENTION_LENGTHENING.ASKED_AT, now)
        .set(RETENTION_LENGTHENING.ASKED_BY, Text.clean(actor))
        .execute();
  }

  @Override
  public Optional<Progress> newest(TenantSlug tenant) {
    return transactions.inTenant(
        tenant,
        sql ->
            sql.selectFrom(RETENTION_LENGTHENING)
                .where(RETENTION_LENGTHENING.TENANT.eq(tenant.value()))
                .orderBy(RETENTION_LENGTHENING.POLICY_VERSION.desc())
                .limit(1)
                .fetchOptional(
                    row ->
                        new Progress(
                            row.getPolicyVersion(),
                            row.getAskedAt(),
                            row.getAskedBy(),
                            row.getRecordings(),
                            row.getBytes(),
                            row.getFinishedAt())));
  }

  @Override
  public Optional<Batch> next(int size) {
    RetentionLengtheningRecord open =
        transactions.asWorker(
            sql ->
                sql.selectFrom(RETENTION_LENGTHENING)
                    .where(RETENTION_LENGTHENING.FINISHED_AT.isNull())
                    .orderBy(RETENTION_LENGTHENING.ASKED_AT)
                    .limit(1)
                    .fetchOne());
    if (open == null) {
      return Optional.empty();
    }
    TenantSlug tenant = new TenantSlug(open.getTenant());
    return Optional.of(
        transactions.inTenant(
            tenant,
            sql -> {
              RetentionHistory history = PostgresRetentionPolicies.history(sql, tenant);
              List<Archived> page =
                  PostgresRetentionPolicies.page(sql, tenant, open.getLastSeen(), size);
              return new Batch(
                  tenant,
                  open.getPolicyVersion(),
                  new RecordingId(open.getLastSeen()),
                  page.isEmpty() ? new RecordingId(open.getLastSeen()) : page.getLast().id(),
                  page.stream()
                      .map(call -> change(history, call))
                      .filter(Objects::nonNull)
                      .toList(),
                  page.size() < size);
            }));
  }

  private static @Nullable Change change(RetentionHistory history, Archived call) {
    RetentionBasis was = call.basis();
    Decision decision =
        history.longer(call.facts(), call.end(), call.keepUntil(), was != null && was.endless());
    if (decision == null) {
      return null;
    }
    RetentionBasis basis = RetentionBasis.of(decision, call.facts().licences());
    return new Change(
        call.id(),
        later(decision.keep().lockedUntil(call.end(), history.zone()), call.keepUntil()),
        was == null ? basis : basis.lockedAs(was),
        call.bytes());
  }

  private static Instant later(Instant one, Instant other) {
    return one.isAfter(other) ? one : other;
  }

  @Override
  public void apply(Batch batch, String actor) {
    TenantSlug tenant = batch.tenant();
    boolean lengthened =
        transactions.inTenant(
            tenant,
            sql -> {
              Instant now = CallRows.micros(clock.instant());
              int moved =
                  sql.update(RETENTION_LENGTHENING)
                      .set(RETENTION_LENGTHENING.LAST_SEEN, batch.to().value())
                      .set(
                          RETENTION_LENGTHENING.RECORDINGS,
                          RETENTION_LENGTHENING.RECORDINGS.plus((long) batch.changes().size()))
                      .set(
                          RETENTION_LENGTHENING.BYTES,
                          RETENTION_LENGTHENING.BYTES.plus(
                              batch.changes().stream().mapToLong(Change::bytes).sum()))
                      .set(RETENTION_LENGTHENING.FINISHED_AT, batch.last() ? now : null)
                      .where(RETENTION_LENGTHENING.TENANT.eq(tenant.value()))
                      .and(RETENTION_LENGTHENING.POLICY_VERSION.eq(batch.policyVersion()))
                      .and(RETENTION_LENGTHENING.LAST_SEEN.eq(batch.from().value()))
                      .and(RETENTION_LENGTHENING.FINISHED_AT.isNull())
                      .execute();
              if (moved == 0 || batch.changes().isEmpty()) {
                return false;
              }
              batch.changes().forEach(change -> lengthen(sql, tenant, change, now));
              journal(sql, tenant, batch.policyVersion(), batch.changes(), now, actor);
              return true;
            });
    if (lengthened) {
      changed.run();
    }
  }

  /** Lengthens one recording, in the transaction of what made it so. */
  static void lengthen(
      DSLContext sql, TenantSlug tenant, int version, Change change, Instant now, String actor) {
    lengthen(sql, tenant, change, now);
    journal(sql, tenant, version, List.of(change), now, actor);
  }

  /** All generations of it: what one of them replaced is kept as long. */
  private static void lengthen(DSLContext sql, TenantSlug tenant, Change change, Instant now) {
    UUID id = change.recording().value();
    sql.update(CALL_ARCHIVE)
        .set(
            CALL_ARCHIVE.KEEP_UNTIL,
            DSL.greatest(CALL_ARCHIVE.KEEP_UNTIL, DSL.val(CallRows.micros(change.keepUntil()))))
        .set(CALL_ARCHIVE.RETENTION, CallRows.json(change.basis()))
        .set(CALL_ARCHIVE.LOCK_DUE, now)
        .where(CALL_ARCHIVE.ID.eq(id))
        .execute();
    sql.update(CALL).set(CALL.VERSION, CALL.VERSION.plus(1L)).where(CALL.ID.eq(id)).execute();
    CallReports.addToOutbox(sql, tenant.value(), id);
  }

  private static void journal(
      DSLContext sql,
      TenantSlug tenant,
      int version,
      List<Change> changes,
      Instant now,
      String actor) {
    Journal.write(
        sql,
        tenant,
        now,
        actor,
        JOURNALLED,
        Map.of(
            "policyVersion",
            version,
            "recordings",
            changes.stream()
                .map(
                    change ->
                        Map.of(
                            "recording",
                            change.recording(),
                            "keepUntil",
                            change.keepUntil(),
                            "retention",
                            change.basis()))
                .toList()));
  }

  /**
   * The row of what was just archived, with its lock. What was decided before a version that
   * lengthens was made, and is archived after it, would be seen by no batch: so it is lengthened
   * here.
   */
  static CallArchiveRecord row(DSLContext sql, CallRecord call, ArchivedCall archived) {
    TenantSlug tenant = archived.tenant();
    PostgresRetentionPolicies.lockShared(sql, tenant);
    CallArchiveRecord row = CallRows.row(archived);
    RetentionBasis basis = archived.retention();
    Instant locked = firstLock(archived);
    row.setLockUntil(locked);
    Change change = missed(sql, call, archived);
    if (change != null) {
      row.setKeepUntil(CallRows.micros(change.keepUntil()));
      row.setRetention(CallRows.json(change.basis()));
      journal(
          sql,
          tenant,
          change.basis().policyVersion(),
          List.of(change),
          archived.archivedAt(),
          "job:retention");
    }
    if (call.getEndedAt() != null) {
      boolean trial =
          basis != null && basis.trial() && PostgresRetentionTrials.onTrial(sql, tenant);
      row.setLockDue(
          LockTerm.of(call.getEndedAt(), row.getKeepUntil(), basis, trial, true).due(locked));
    }
    if (PostgresLockModes.missed(sql, tenant, call.getEndedAt())) {
      row.setLockStrengthen(true);
      row.setLockDue(CallRows.micros(archived.archivedAt()));
    }
    return row;
  }

  /** Until when the store was told to lock it as it was archived. */
  static Instant firstLock(ArchivedCall archived) {
    RetentionBasis basis = archived.retention();
    Instant first = basis == null ? null : basis.firstLock();
    return CallRows.micros(first == null ? archived.keepUntil() : first);
  }

  private static @Nullable Change missed(DSLContext sql, CallRecord call, ArchivedCall archived) {
    RetentionBasis basis = archived.retention();
    TenantSlug tenant = archived.tenant();
    if (call.getEndedAt() == null
        || basis == null
        || !sql.fetchExists(
            RETENTION_LENGTHENING,
            RETENTION_LENGTHENING
                .TENANT
                .eq(tenant.value())
                .and(RETENTION_LENGTHENING.POLICY_VERSION.gt(basis.policyVersion())))) {
      return null;
    }
    CallSummary summary = CallRows.whole(call, null, Set.of()).summary();
    Archived seen =
        new Archived(
            archived.id(),
            call.getEndedAt(),
            Question.of(summary, basis.licences()),
            archived.keepUntil(),
            archived.mediaBytes(),
            basis);
    return change(PostgresRetentionPolicies.history(sql, tenant), seen);
  }
}
