package io.earwitness.archive.catalog;

import static io.earwitness.archive.catalog.generated.Tables.CALL;
import static io.earwitness.archive.catalog.generated.Tables.DISPOSAL_ITEM;
import static io.earwitness.archive.catalog.generated.Tables.DISPOSAL_RUN;
import static io.earwitness.archive.catalog.generated.Tables.LEGAL_HOLD;

import com.fasterxml.jackson.core.type.TypeReference;
import io.earwitness.archive.catalog.Disposals.Basis;
import io.earwitness.archive.catalog.Disposals.Count;
import io.earwitness.archive.catalog.Disposals.Found;
import io.earwitness.archive.catalog.Disposals.Item;
import io.earwitness.archive.catalog.Disposals.ItemState;
import io.earwitness.archive.catalog.Disposals.Mode;
import io.earwitness.archive.catalog.Disposals.Run;
import io.earwitness.archive.catalog.Disposals.RunState;
import io.earwitness.archive.catalog.LegalHolds.Hold;
import io.earwitness.archive.catalog.LegalHolds.NewHold;
import io.earwitness.archive.catalog.generated.tables.records.DisposalItemRecord;
import io.earwitness.archive.catalog.generated.tables.records.DisposalRunRecord;
import io.earwitness.call.CallState;
import io.earwitness.call.HoldScope;
import io.earwitness.call.RecordingId;
import io.earwitness.call.TenantSlug;
import io.earwitness.call.WireName;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/** Runs, their items and objections to them as rows. */
final class DisposalRows {
  /** Who does what no person does. */
  static final String JOB = "job:disposal";

  private DisposalRows() {}

  static Condition of(TenantSlug tenant, UUID run) {
    return DISPOSAL_ITEM.TENANT.eq(tenant.value()).and(DISPOSAL_ITEM.RUN.eq(run));
  }

  static Condition of(TenantSlug tenant, UUID run, RecordingId recording) {
    return of(tenant, run).and(DISPOSAL_ITEM.CALL.eq(recording.value()));
  }

  static Optional<Run> run(DSLContext sql, TenantSlug tenant, UUID id) {
    return sql.selectFrom(DISPOSAL_RUN)
        .where(DISPOSAL_RUN.TENANT.eq(tenant.value()))
        .and(DISPOSAL_RUN.ID.eq(id))
        .fetchOptional(DisposalRows::run);
  }

  static Run run(DisposalRunRecord row) {
    return new Run(
        new TenantSlug(row.getTenant()),
        row.getId(),
        row.getOpenedAt(),
        row.getNotBefore(),
        WireName.parse(Mode.class, row.getMode()),
        WireName.parse(RunState.class, row.getState()),
        row.getApprovedAt(),
        row.getApprovedBy(),
        row.getStartedAt(),
        row.getEndedAt(),
        row.getCopyVersion() != null,
        row.getReason());
  }

  /** Adds one that is in no other open run. */
  static int insert(DSLContext sql, TenantSlug tenant, UUID run, Item item) {
    return sql.insertInto(DISPOSAL_ITEM)
        .set(DISPOSAL_ITEM.TENANT, tenant.value())
        .set(DISPOSAL_ITEM.RUN, run)
        .set(DISPOSAL_ITEM.CALL, item.recording().value())
        .set(DISPOSAL_ITEM.STATE, ItemState.DUE.wireName())
        .set(DISPOSAL_ITEM.STARTED_AT, item.start())
        .set(DISPOSAL_ITEM.ENDED_AT, item.end())
        .set(DISPOSAL_ITEM.UNTIL, CallRows.micros(item.until()))
        .set(DISPOSAL_ITEM.KEEP, item.basis().keep())
        .set(DISPOSAL_ITEM.RULE, item.basis().rule())
        .set(DISPOSAL_ITEM.POLICY, item.basis().policy())
        .set(DISPOSAL_ITEM.BYTES, item.bytes())
        .onConflictDoNothing()
        .execute();
  }

  static Item item(DisposalItemRecord row) {
    return new Item(
        row.getRun(),
        new RecordingId(row.getCall()),
        WireName.parse(ItemState.class, row.getState()),
        row.getStartedAt(),
        row.getEndedAt(),
        row.getUntil(),
        new Basis(row.getKeep(), row.getRule(), row.getPolicy()),
        row.getBytes(),
        row.getProblem(),
        row.getNotBefore(),
        row.getFound() == null
            ? null
            : CallRows.read(row.getFound(), new TypeReference<Found>() {}));
  }

  static Item locked(DSLContext sql, TenantSlug tenant, UUID run, RecordingId recording) {
    return sql.selectFrom(DISPOSAL_ITEM)
        .where(of(tenant, run, recording))
        .forUpdate()
        .fetchSingle(DisposalRows::item);
  }

  static List<Count> counts(DSLContext sql, TenantSlug tenant, UUID run) {
    return sql.select(DISPOSAL_ITEM.STATE, DSL.count(), DSL.sum(DISPOSAL_ITEM.BYTES))
        .from(DISPOSAL_ITEM)
        .where(of(tenant, run))
        .groupBy(DISPOSAL_ITEM.STATE)
        .orderBy(DISPOSAL_ITEM.STATE)
        .fetch(
            row ->
                new Count(
                    WireName.parse(ItemState.class, row.value1()),
                    row.value2(),
                    row.value3().longValueExact()));
  }

  /** Changes a run; its journal entry is the caller's. */
  static boolean step(
      DSLContext sql,
      TenantSlug tenant,
      UUID run,
      Condition allowed,
      Map<? extends Field<?>, ?> values) {
    return sql.update(DISPOSAL_RUN)
            .set(new HashMap<>(values))
            .where(DISPOSAL_RUN.TENANT.eq(tenant.value()))
            .and(DISPOSAL_RUN.ID.eq(run))
            .and(allowed)
            .execute()
        > 0;
  }

  /** Whether it is in a run of erasure that has not come to it yet, or is deleted by any run. */
  static boolean isBeingErased(DSLContext sql, TenantSlug tenant, RecordingId recording) {
    return sql.fetchExists(
        DSL.selectOne()
            .from(DISPOSAL_ITEM)
            .join(DISPOSAL_RUN)
            .on(DISPOSAL_RUN.TENANT.eq(DISPOSAL_ITEM.TENANT))
            .and(DISPOSAL_RUN.ID.eq(DISPOSAL_ITEM.RUN))
            .where(DISPOSAL_ITEM.TENANT.eq(tenant.value()))
            .and(DISPOSAL_ITEM.CALL.eq(recording.value()))
            .and(
                DISPOSAL_ITEM
                    .STATE
                    .in("falling", "gone")
                    .or(
                        DISPOSAL_RUN
                            .MODE
                            .eq(Mode.ERASURE.wireName())
                            .and(DISPOSAL_ITEM.STATE.in("due", "refused")))));
  }

  /** Takes a recording out of whatever run it is due in. */
  static void takeOut(DSLContext sql, TenantSlug tenant, RecordingId recording, String why) {
    keepDue(
        sql,
        DISPOSAL_ITEM.TENANT.eq(tenant.value()).and(DISPOSAL_ITEM.CALL.eq(recording.value())),
        why);
  }

  static void keepDue(DSLContext sql, TenantSlug tenant, UUID run, String why) {
    keepDue(sql, of(tenant, run), why);
  }

  private static void keepDue(DSLContext sql, Condition which, String why) {
    sql.update(DISPOSAL_ITEM)
        .set(DISPOSAL_ITEM.STATE, ItemState.KEPT.wireName())
        .set(DISPOSAL_ITEM.PROBLEM, why)
        .where(which)
        .and(DISPOSAL_ITEM.STATE.in("due", "refused"))
        .execute();
  }

  /** What hinders it by the database's own rules and clock; null if nothing does. */
  static @Nullable String hindrance(DSLContext sql, TenantSlug tenant, RecordingId recording) {
    return sql.select(
            DSL.field(
                "earwitness.disposal_hindrance({0}, {1})",
                String.class, DSL.val(tenant.value()), DSL.val(recording.value())))
        .fetchSingle()
        .value1();
  }

  /** Places a hold on one recording and takes it out of its run. */
  static Hold veto(
      DSLContext sql,
      Clock clock,
      TenantSlug tenant,
      RecordingId recording,
      UUID hold,
      String reason,
      String actor) {
    PostgresLegalHolds.lock(sql, tenant);
    String state =
        sql.select(CALL.STATE)
            .from(CALL)
            .where(CALL.TENANT.eq(tenant.value()))
            .and(CALL.ID.eq(recording.value()))
            .fetchOne(CALL.STATE);
    if (state == null) {
      throw new IllegalArgumentException("there is no such recording");
    }
    Condition itsItem =
        DISPOSAL_ITEM.TENANT.eq(tenant.value()).and(DISPOSAL_ITEM.CALL.eq(recording.value()));
    if (state.equals(CallState.DISPOSED.wireName())
        || sql.fetchExists(DISPOSAL_ITEM, itsItem.and(DISPOSAL_ITEM.STATE.in("falling", "gone")))) {
      throw new IllegalArgumentException("it is too late: the recording is gone, or being deleted");
    }
    HoldScope scope = HoldScope.of(Set.of(recording));
    if (sql.fetchExists(
        LEGAL_HOLD,
        LEGAL_HOLD
            .TENANT
            .eq(tenant.value())
            .and(LEGAL_HOLD.SCOPE.eq(CallRows.json(scope)))
            .and(LEGAL_HOLD.RELEASED_AT.isNull()))) {
      throw new IllegalArgumentException("a legal hold on just this recording is in force already");
    }
    Hold placed =
        PostgresLegalHolds.place(
            sql,
            clock,
            tenant,
            new NewHold(
                hold,
                "Objection to the disposal of " + recording,
                null,
                reason,
                LegalHolds.SHORTEST_GRACE_DAYS,
                scope),
            List.of(),
            actor);
    // No earlier call is in its scope
    sql.update(LEGAL_HOLD)
        .set(LEGAL_HOLD.EXAMINED_UNTIL, placed.placedAt())
        .where(LEGAL_HOLD.TENANT.eq(tenant.value()))
        .and(LEGAL_HOLD.ID.eq(hold))
        .execute();
    sql.update(DISPOSAL_ITEM)
        .set(DISPOSAL_ITEM.STATE, ItemState.VETOED.wireName())
        .set(DISPOSAL_ITEM.PROBLEM, "an officer objected: a legal hold is on it")
        .where(itsItem)
        .and(DISPOSAL_ITEM.STATE.in("due", "refused"))
        .execute();
    return placed;
  }
}
