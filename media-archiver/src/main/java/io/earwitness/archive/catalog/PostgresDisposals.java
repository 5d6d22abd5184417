package io.earwitness.archive.catalog;

import static io.earwitness.archive.catalog.generated.Tables.CALL;
import static io.earwitness.archive.catalog.generated.Tables.CALL_ARCHIVE;
import static io.earwitness.archive.catalog.generated.Tables.DISPOSAL_ITEM;
import static io.earwitness.archive.catalog.generated.Tables.DISPOSAL_RUN;
import static io.earwitness.archive.catalog.generated.Tables.DISPOSAL_SETTINGS;
import static io.earwitness.archive.catalog.generated.Tables.RESTRICTION;

import io.earwitness.archive.catalog.CallCatalog.CallEntry;
import io.earwitness.archive.catalog.generated.tables.records.RestrictionRecord;
import io.earwitness.call.CallState;
import io.earwitness.call.RecordingId;
import io.earwitness.call.RetentionBasis;
import io.earwitness.call.TenantSlug;
import io.earwitness.call.WireName;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/** {@link Disposals} in PostgreSQL. */
final class PostgresDisposals implements Disposals {
  private static final List<String> ARCHIVED =
      Arrays.stream(CallState.values())
          .filter(state -> state.hasCallRecord() && state != CallState.QUARANTINED)
          .map(CallState::wireName)
          .toList();

  private final Transactions transactions;
  private final Clock clock;
  private final Runnable changed;

  /**
   * @param changed told after each commit that left something in the outbox
   */
  PostgresDisposals(Transactions transactions, Clock clock, Runnable changed) {
    this.transactions = transactions;
    this.clock = clock;
    this.changed = changed;
  }

  @Override
  public int alone(IntSupplier work) {
    return transactions.alone(Locks.DISPOSAL, work);
  }

  @Override
  public Settings settings(TenantSlug tenant) {
    return transactions.inTenant(tenant, sql -> settings(sql, tenant));
  }

  private static Settings settings(DSLContext sql, TenantSlug tenant) {
    return sql.selectFrom(DISPOSAL_SETTINGS)
        .where(DISPOSAL_SETTINGS.TENANT.eq(tenant.value()))
        .fetchOptional(
            row ->
                new Settings(
                    row.getVersion(),
                    WireName.parse(Mode.class, row.getMode()),
                    List.of(row.getOfficers()),
                    WireName.parse(CdrFate.class, row.getCdr()),
                    row.getEveryDays(),
                    row.getChangedAt(),
                    row.getChangedBy()))
        .orElse(Settings.NONE);
  }

  @Override
  public Settings set(TenantSlug tenant, Settings wanted, String actor) {
    return transactions.inTenant(
        tenant,
        sql -> {
          PostgresDirectory.demandTenant(sql, tenant);
          sql.execute(
              "select pg_advisory_xact_lock(hashtextextended({0}, 0))",
              DSL.val("disposal|" + tenant.value()));
          Settings present = settings(sql, tenant);
          if (present.version() != wanted.version()) {
            throw new RetentionPolicies.ConflictException(
                "the settings are at version %d by now, not %d; look at them again before you change them"
                    .formatted(present.version(), wanted.version()));
          }
          Settings next =
              new Settings(
                  wanted.version() + 1,
                  wanted.mode(),
                  wanted.officers().stream().map(Text::clean).distinct().sorted().toList(),
                  wanted.cdr(),
                  wanted.everyDays(),
                  CallRows.micros(clock.instant()),
                  Text.clean(actor));
          var row = sql.newRecord(DISPOSAL_SETTINGS);
          row.setTenant(tenant.value());
          row.setVersion(next.version());
          row.setMode(next.mode().wireName());
          row.setOfficers(next.officers().toArray(String[]::new));
          row.setCdr(next.cdr().wireName());
          row.setEveryDays(next.everyDays());
          row.setChangedAt(next.changedAt());
          row.setChangedBy(next.changedBy());
          sql.insertInto(DISPOSAL_SETTINGS)
              .set(row)
              .onConflict(DISPOSAL_SETTINGS.TENANT)
              .doUpdate()
              .set(row)
              .execute();
          Journal.write(sql, tenant, clock.instant(), actor, "disposal.set", next);
          return next;
        });
  }

  @Override
  public List<CallEntry> candidates(
      TenantSlug tenant, Instant before, @Nullable RecordingId after, int limit) {
    Condition further = after == null ? DSL.noCondition() : CALL.ID.gt(after.value());
    return transactions.inTenant(
        tenant,
        sql ->
            PostgresCalls.whole(
                sql,
                sql.selectFrom(CALL)
                    .where(CALL.TENANT.eq(tenant.value()))
                    .and(CALL.STATE.in(ARCHIVED))
                    .and(CALL.ENDED_AT.isNotNull())
                    .and(further)
                    .and(
                        CALL.BLOCKED
                            .isNull()
                            .or(DSL.condition("({0} ->> 'handedOver')::boolean", CALL.BLOCKED)))
                    .and(
                        CALL.ID.in(
                            DSL.select(CALL_ARCHIVE.ID)
                                .from(CALL_ARCHIVE)
                                .where(CALL_ARCHIVE.TENANT.eq(tenant.value()))
                                .and(CALL_ARCHIVE.KEEP_UNTIL.le(before))))
                    .andNotExists(
                        DSL.selectOne()
                            .from(CALL_ARCHIVE)
                            .where(CALL_ARCHIVE.ID.eq(CALL.ID))
                            .and(
                                CALL_ARCHIVE
                                    .KEEP_UNTIL
                                    .gt(before)
                                    .or(CALL_ARCHIVE.VERIFIED_AT.isNull())))
                    .andNotExists(
                        DSL.selectOne()
                            .from(DISPOSAL_ITEM)
                            .where(DISPOSAL_ITEM.CALL.eq(CALL.ID))
                            .and(DISPOSAL_ITEM.STATE.in("due", "refused", "falling", "gone")))
                    .orderBy(CALL.ID)
                    .limit(limit)
                    .fetch()));
  }

  /** What the journal has of a run that was announced. */
  private record Announced(
      UUID run,
      Mode mode,
      int recordings,
      Instant notBefore,
      @Nullable Instant approvedAt,
      @Nullable String approvedBy,
      @Nullable UUID request,
      @Nullable UUID correction,
      @Nullable String reason) {}

  @Override
  public Optional<Run> announce(TenantSlug tenant, Mode mode, Instant now, List<Item> due) {
    Instant opened = CallRows.micros(now);
    return transactions.inTenant(
        tenant,
        sql -> {
          // Automatic runs are approved by whoever made disposal automatic
          Settings settings = settings(sql, tenant);
          boolean automatic = mode == Mode.AUTOMATIC;
          Announced run =
              new Announced(
                  UUID.randomUUID(),
                  mode,
                  due.size(),
                  opened.plus(NOTICE),
                  automatic ? settings.changedAt() : null,
                  automatic ? settings.changedBy() : null,
                  null,
                  null,
                  null);
          return announce(sql, tenant, run, opened, due);
        });
  }

  @Override
  public Optional<Run> announceErasure(
      TenantSlug tenant, SubjectRequests.Request request, Instant now, List<Item> due) {
    Instant opened = CallRows.micros(now);
    SubjectRequests.Approved approved = Objects.requireNonNull(request.approved());
    Announced run =
        new Announced(
            UUID.randomUUID(),
            Mode.ERASURE,
            due.size(),
            opened,
            CallRows.micros(approved.at()),
            "%s, as %s asked".formatted(approved.approvedBy(), approved.askedBy()),
            request.id(),
            null,
            null);
    return transactions.inTenant(
        tenant,
        sql -> {
          List<Item> waiting =
              due.stream()
                  .filter(item -> !DisposalRows.isBeingErased(sql, tenant, item.recording()))
                  .toList();
          if (waiting.isEmpty()) {
            return Optional.empty();
          }
          waiting.forEach(
              item ->
                  DisposalRows.takeOut(
                      sql, tenant, item.recording(), "it is erased, as a subject's request asks"));
          return announce(sql, tenant, run, opened, waiting);
        });
  }

  private static Optional<Run> announce(
      DSLContext sql, TenantSlug tenant, Announced run, Instant opened, List<Item> due) {
    sql.insertInto(DISPOSAL_RUN)
        .set(DISPOSAL_RUN.TENANT, tenant.value())
        .set(DISPOSAL_RUN.ID, run.run())
        .set(DISPOSAL_RUN.OPENED_AT, opened)
        .set(DISPOSAL_RUN.NOT_BEFORE, run.notBefore())
        .set(DISPOSAL_RUN.MODE, run.mode().wireName())
        .set(DISPOSAL_RUN.STATE, RunState.ANNOUNCED.wireName())
        .set(DISPOSAL_RUN.APPROVED_AT, run.approvedAt())
        .set(DISPOSAL_RUN.APPROVED_BY, run.approvedBy())
        .set(DISPOSAL_RUN.REQUEST, run.request())
        .set(DISPOSAL_RUN.CORRECTION, run.correction())
        .set(DISPOSAL_RUN.REASON, run.reason())
        .execute();
    int rows = 0;
    for (Item item : due) {
      rows += DisposalRows.insert(sql, tenant, run.run(), item);
    }
    if (rows == 0) {
      sql.update(DISPOSAL_RUN)
          .set(DISPOSAL_RUN.STATE, RunState.STOPPED.wireName())
          .set(DISPOSAL_RUN.ENDED_AT, opened)
          .where(DISPOSAL_RUN.ID.eq(run.run()))
          .execute();
      return Optional.empty();
    }
    Announced announced =
        new Announced(
            run.run(),
            run.mode(),
            rows,
            run.notBefore(),
            run.approvedAt(),
            run.approvedBy(),
            run.request(),
            run.correction(),
            run.reason());
    Journal.write(sql, tenant, opened, DisposalRows.JOB, "disposal.announce", announced);
    return DisposalRows.run(sql, tenant, run.run());
  }

  @Override
  public boolean isToBeErased(TenantSlug tenant, RecordingId recording) {
    return transactions.inTenant(
        tenant, sql -> SubjectRequestRows.isToBeErased(sql, tenant, recording));
  }

  @Override
  public void correct(TenantSlug tenant, Instant now) {
    transactions.inTenant(
        tenant,
        sql -> {
          List<RestrictionRecord> corrections =
              sql.selectFrom(RESTRICTION)
                  .where(RESTRICTION.TENANT.eq(tenant.value()))
                  .and(RESTRICTION.CORRECTION.eq(Restrictions.Correction.REMOVE.wireName()))
                  .andNotExists(
                      DSL.selectOne()
                          .from(DISPOSAL_ITEM)
                          .where(DISPOSAL_ITEM.CALL.eq(RESTRICTION.RECORDING))
                          .and(DISPOSAL_ITEM.STATE.in("due", "refused", "falling", "gone")))
                  .andExists(
                      DSL.selectOne()
                          .from(CALL)
                          .where(CALL.ID.eq(RESTRICTION.RECORDING))
                          .and(CALL.STATE.ne(CallState.DISPOSED.wireName())))
                  .limit(MOST)
                  .fetch();
          corrections.forEach(each -> open(sql, tenant, each, CallRows.micros(now)));
          return corrections.size();
        });
  }

  private static void open(
      DSLContext sql, TenantSlug tenant, RestrictionRecord correction, Instant now) {
    CallEntry call =
        PostgresCalls.whole(
                sql, sql.selectFrom(CALL).where(CALL.ID.eq(correction.getRecording())).fetch())
            .getFirst();
    CallCatalog.ArchivedCall archive = Objects.requireNonNull(call.archive());
    RetentionBasis basis = Objects.requireNonNull(archive.retention());
    announce(
        sql,
        tenant,
        new Announced(
            UUID.randomUUID(),
            Mode.CORRECTION,
            1,
            correction.getSettlesAt(),
            correction.getAt(),
            "%s, asked for by %s".formatted(correction.getBy(), correction.getAskedBy()),
            null,
            correction.getId(),
            correction.getReason()),
        now,
        List.of(
            new Item(
                NO_RUN,
                call.summary().id(),
                ItemState.DUE,
                call.summary().start(),
                Objects.requireNonNull(call.summary().end()),
                correction.getSettlesAt(),
                new Basis(basis.keep().toString(), basis.rule(), basis.policyVersion()),
                archive.mediaBytes(),
                null,
                null,
                null)));
  }

  @Override
  public List<Run> runs(TenantSlug tenant, int limit) {
    return transactions.inTenant(
        tenant,
        sql ->
            sql.selectFrom(DISPOSAL_RUN)
                .where(DISPOSAL_RUN.TENANT.eq(tenant.value()))
                .orderBy(DISPOSAL_RUN.OPENED_AT.desc(), DISPOSAL_RUN.ID.desc())
                .limit(limit)
                .fetch(DisposalRows::run));
  }

  @Override
  public List<Run> unfinished(TenantSlug tenant) {
    return transactions.inTenant(
        tenant,
        sql ->
            sql.selectFrom(DISPOSAL_RUN)
                .where(DISPOSAL_RUN.TENANT.eq(tenant.value()))
                .and(
                    DISPOSAL_RUN
                        .STATE
                        .in("announced", "running")
                        .or(DISPOSAL_RUN.STATE.eq("done").and(DISPOSAL_RUN.COPY_VERSION.isNull())))
                .orderBy(DISPOSAL_RUN.OPENED_AT, DISPOSAL_RUN.ID)
                .fetch(DisposalRows::run));
  }

  @Override
  public Optional<Run> run(TenantSlug tenant, UUID id) {
    return transactions.inTenant(tenant, sql -> DisposalRows.run(sql, tenant, id));
  }

  @Override
  public List<Count> counts(TenantSlug tenant, UUID run) {
    return transactions.inTenant(tenant, sql -> DisposalRows.counts(sql, tenant, run));
  }

  @Override
  public List<Item> items(
      TenantSlug tenant,
      UUID run,
      @Nullable ItemState state,
      @Nullable RecordingId after,
      int limit) {
    Condition which = state == null ? DSL.noCondition() : DISPOSAL_ITEM.STATE.eq(state.wireName());
    Condition further = after == null ? DSL.noCondition() : DISPOSAL_ITEM.CALL.gt(after.value());
    return items(tenant, run, which.and(further), limit);
  }

  private List<Item> items(TenantSlug tenant, UUID run, Condition which, int limit) {
    return transactions.inTenant(
        tenant,
        sql ->
            sql.selectFrom(DISPOSAL_ITEM)
                .where(DisposalRows.of(tenant, run))
                .and(which)
                .orderBy(DISPOSAL_ITEM.CALL)
                .limit(limit)
                .fetch(DisposalRows::item));
  }

  @Override
  public List<Item> unentered(TenantSlug tenant, UUID run, int limit) {
    return items(
        tenant,
        run,
        DISPOSAL_ITEM.STATE.eq(ItemState.GONE.wireName()).and(DISPOSAL_ITEM.ENTERED.isFalse()),
        limit);
  }

  @Override
  public boolean approve(TenantSlug tenant, UUID run, String actor) {
    Instant at = CallRows.micros(clock.instant());
    Condition waits = DISPOSAL_RUN.STATE.eq("announced").and(DISPOSAL_RUN.APPROVED_BY.isNull());
    return transactions.inTenant(
        tenant,
        sql -> {
          boolean approved =
              DisposalRows.step(
                  sql,
                  tenant,
                  run,
                  waits,
                  Map.of(
                      DISPOSAL_RUN.APPROVED_AT, at, DISPOSAL_RUN.APPROVED_BY, Text.clean(actor)));
          if (approved) {
            Journal.write(sql, tenant, at, actor, "disposal.approve", Map.of("run", run, "at", at));
          }
          return approved;
        });
  }

  @Override
  public boolean start(TenantSlug tenant, UUID run, Instant now) {
    Instant at = CallRows.micros(now);
    Condition due =
        DISPOSAL_RUN
            .STATE
            .eq("announced")
            .and(DISPOSAL_RUN.APPROVED_BY.isNotNull())
            .and(DISPOSAL_RUN.NOT_BEFORE.le(now));
    return transactions.inTenant(
        tenant,
        sql -> {
          boolean started =
              DisposalRows.step(
                  sql,
                  tenant,
                  run,
                  due,
                  Map.of(
                      DISPOSAL_RUN.STATE,
                      RunState.RUNNING.wireName(),
                      DISPOSAL_RUN.STARTED_AT,
                      at));
          if (started) {
            Journal.write(
                sql, tenant, at, DisposalRows.JOB, "disposal.start", Map.of("run", run, "at", at));
          }
          return started;
        });
  }

  @Override
  public boolean stop(TenantSlug tenant, UUID run, Instant now) {
    Instant at = CallRows.micros(now);
    return transactions.inTenant(
        tenant,
        sql -> {
          boolean stopped =
              DisposalRows.step(
                  sql,
                  tenant,
                  run,
                  DISPOSAL_RUN.STATE.eq("announced"),
                  Map.of(
                      DISPOSAL_RUN.STATE, RunState.STOPPED.wireName(), DISPOSAL_RUN.ENDED_AT, at));
          if (stopped) {
            DisposalRows.keepDue(
                sql, tenant, run, "disposal was turned off, or its mode was changed");
            Journal.write(
                sql, tenant, at, DisposalRows.JOB, "disposal.stop", Map.of("run", run, "at", at));
          }
          return stopped;
        });
  }

  @Override
  public void set(
      TenantSlug tenant,
      UUID run,
      RecordingId recording,
      ItemState state,
      String problem,
      @Nullable Instant notBefore) {
    transactions.inTenant(
        tenant,
        sql ->
            sql.update(DISPOSAL_ITEM)
                .set(DISPOSAL_ITEM.STATE, state.wireName())
                .set(DISPOSAL_ITEM.PROBLEM, Text.clean(problem))
                .set(DISPOSAL_ITEM.NOT_BEFORE, CallRows.microsOrNull(notBefore))
                .where(DisposalRows.of(tenant, run, recording))
                .and(DISPOSAL_ITEM.STATE.in("due", "refused"))
                .execute());
  }

  @Override
  public void note(
      TenantSlug tenant, UUID run, RecordingId recording, String problem, Instant notBefore) {
    transactions.inTenant(
        tenant,
        sql ->
            sql.update(DISPOSAL_ITEM)
                .set(DISPOSAL_ITEM.PROBLEM, Text.clean(problem))
                .set(DISPOSAL_ITEM.NOT_BEFORE, CallRows.micros(notBefore))
                .where(DisposalRows.of(tenant, run, recording))
                .and(DISPOSAL_ITEM.STATE.eq(ItemState.FALLING.wireName()))
                .execute());
  }

  /** Lets nobody place or release a hold until the transaction ends. */
  static void lockHolds(DSLContext sql, TenantSlug tenant) {
    sql.execute(
        "select pg_advisory_xact_lock_shared({0}, hashtext({1}))",
        DSL.val(Locks.HOLDS), DSL.val(tenant.value()));
  }

  @Override
  public @Nullable String fall(
      TenantSlug tenant,
      UUID run,
      RecordingId recording,
      Found found,
      Supplier<@Nullable String> keeps) {
    return transactions
        .inTenant(
            tenant,
            sql -> {
              lockHolds(sql, tenant);
              String hindrance = DisposalRows.hindrance(sql, tenant, recording);
              String kept = hindrance == null ? keeps.get() : hindrance;
              if (kept == null) {
                int rows =
                    sql.update(DISPOSAL_ITEM)
                        .set(DISPOSAL_ITEM.STATE, ItemState.FALLING.wireName())
                        .set(DISPOSAL_ITEM.FOUND, CallRows.json(found))
                        .setNull(DISPOSAL_ITEM.PROBLEM)
                        .setNull(DISPOSAL_ITEM.NOT_BEFORE)
                        .where(DisposalRows.of(tenant, run, recording))
                        .and(DISPOSAL_ITEM.STATE.in("due", "refused"))
                        .execute();
                kept = rows == 0 ? "it is not due in this run any more" : null;
              }
              return Optional.ofNullable(kept);
            })
        .orElse(null);
  }

  @Override
  public void bury(
      TenantSlug tenant, Item item, Tombstones.Rest rest, String approvedBy, String actor) {
    boolean buried =
        transactions.inTenant(
            tenant,
            sql -> {
              // Locks the call: nobody else changes it meanwhile
              sql.select(CALL.ID)
                  .from(CALL)
                  .where(CALL.ID.eq(item.recording().value()))
                  .forUpdate()
                  .fetch();
              Item present = DisposalRows.locked(sql, tenant, item.run(), item.recording());
              Found found = present.found();
              if (present.state() != ItemState.FALLING || found == null) {
                return false;
              }
              PostgresTombstones.bury(
                  sql,
                  tenant,
                  present,
                  found,
                  rest,
                  Text.clean(approvedBy),
                  CallRows.micros(clock.instant()),
                  actor);
              sql.update(DISPOSAL_ITEM)
                  .set(DISPOSAL_ITEM.STATE, ItemState.GONE.wireName())
                  .setNull(DISPOSAL_ITEM.PROBLEM)
                  .setNull(DISPOSAL_ITEM.NOT_BEFORE)
                  .where(DisposalRows.of(tenant, item.run(), item.recording()))
                  .execute();
              return true;
            });
    if (buried) {
      changed.run();
    }
  }

  @Override
  public void entered(TenantSlug tenant, UUID run, RecordingId recording) {
    transactions.inTenant(
        tenant,
        sql ->
            sql.update(DISPOSAL_ITEM)
                .set(DISPOSAL_ITEM.ENTERED, true)
                .where(DisposalRows.of(tenant, run, recording))
                .execute());
  }

  @Override
  public void done(TenantSlug tenant, UUID run, Instant now, byte[] certificate) {
    Instant at = CallRows.micros(now);
    transactions.inTenant(
        tenant,
        sql -> {
          boolean done =
              DisposalRows.step(
                  sql,
                  tenant,
                  run,
                  DISPOSAL_RUN.STATE.eq("running"),
                  Map.of(
                      DISPOSAL_RUN.STATE,
                      RunState.DONE.wireName(),
                      DISPOSAL_RUN.ENDED_AT,
                      at,
                      DISPOSAL_RUN.CERTIFICATE,
                      certificate));
          if (done) {
            Journal.write(
                sql,
                tenant,
                at,
                DisposalRows.JOB,
                "disposal.end",
                Map.of("run", run, "at", at, "certificate", certificate));
          }
          return done;
        });
  }

  @Override
  public Optional<byte[]> certificate(TenantSlug tenant, UUID run) {
    return transactions.inTenant(
        tenant,
        sql ->
            sql.select(DISPOSAL_RUN.CERTIFICATE)
                .from(DISPOSAL_RUN)
                .where(DISPOSAL_RUN.TENANT.eq(tenant.value()))
                .and(DISPOSAL_RUN.ID.eq(run))
                .fetchOptional(DISPOSAL_RUN.CERTIFICATE));
  }

  @Override
  public void copied(TenantSlug tenant, UUID run, String versionId) {
    transactions.inTenant(
        tenant,
        sql ->
            sql.update(DISPOSAL_RUN)
                .set(DISPOSAL_RUN.COPY_VERSION, versionId)
                .where(DISPOSAL_RUN.TENANT.eq(tenant.value()))
                .and(DISPOSAL_RUN.ID.eq(run))
                .execute());
  }

  @Override
  public LegalHolds.Hold veto(
      TenantSlug tenant, RecordingId recording, UUID hold, String reason, String actor) {
    LegalHolds.Hold placed =
        transactions.inTenant(
            tenant, sql -> DisposalRows.veto(sql, clock, tenant, recording, hold, reason, actor));
    changed.run();
    return placed;
  }
}
