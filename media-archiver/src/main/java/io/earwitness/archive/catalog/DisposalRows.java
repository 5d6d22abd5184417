package io.earwitness.archive.catalog;

import static io.earwitness.archive.catalog.generated.Tables.CALL;
import static io.earwitness.archive.catalog.generated.Tables.DISPOSAL_ITEM;
import static io.earwitness.archive.catalog.generated.Tables.DISPOSAL_RUN;
import static io.earwitness.archive.catalog.generated.Tables.DISPOSAL_VETO;

import com.fasterxml.jackson.core.type.TypeReference;
import io.earwitness.archive.catalog.Disposals.Basis;
import io.earwitness.archive.catalog.Disposals.Count;
import io.earwitness.archive.catalog.Disposals.Found;
import io.earwitness.archive.catalog.Disposals.Item;
import io.earwitness.archive.catalog.Disposals.ItemState;
import io.earwitness.archive.catalog.Disposals.Mode;
import io.earwitness.archive.catalog.Disposals.Run;
import io.earwitness.archive.catalog.Disposals.RunState;
import io.earwitness.archive.catalog.generated.tables.records.DisposalItemRecord;
import io.earwitness.archive.catalog.generated.tables.records.DisposalRunRecord;
import io.earwitness.call.RecordingId;
import io.earwitness.call.TenantSlug;
import io.earwitness.call.WireName;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
        row.getCopyVersion() != null);
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

  static boolean step(
      Transactions transactions,
      TenantSlug tenant,
      UUID run,
      Condition allowed,
      String kind,
      String actor,
      Map<? extends Field<?>, ?> values) {
    return transactions.inTenant(
        tenant, sql -> step(sql, tenant, run, allowed, kind, actor, values));
  }

  /** Changes a run, with its journal entry. */
  static boolean step(
      DSLContext sql,
      TenantSlug tenant,
      UUID run,
      Condition allowed,
      String kind,
      String actor,
      Map<? extends Field<?>, ?> values) {
    int rows =
        sql.update(DISPOSAL_RUN)
            .set(new HashMap<>(values))
            .where(DISPOSAL_RUN.TENANT.eq(tenant.value()))
            .and(DISPOSAL_RUN.ID.eq(run))
            .and(allowed)
            .execute();
    if (rows > 0) {
      Instant at =
          values.values().stream()
              .filter(Instant.class::isInstance)
              .map(Instant.class::cast)
              .findFirst()
              .orElseThrow();
      Journal.write(sql, tenant, at, actor, kind, Map.of("run", run, "at", at));
    }
    return rows > 0;
  }

  static void keepDue(DSLContext sql, TenantSlug tenant, UUID run, String why) {
    sql.update(DISPOSAL_ITEM)
        .set(DISPOSAL_ITEM.STATE, ItemState.KEPT.wireName())
        .set(DISPOSAL_ITEM.PROBLEM, why)
        .where(of(tenant, run))
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

  static boolean vetoed(DSLContext sql, RecordingId recording) {
    return sql.fetchExists(
        DISPOSAL_VETO,
        DISPOSAL_VETO.CALL.eq(recording.value()).and(DISPOSAL_VETO.LIFTED_AT.isNull()));
  }

  /** An objection is a hold on one recording: it waits for nothing to be marked as falling. */
  private static void lockHolds(DSLContext sql, TenantSlug tenant) {
    sql.execute(
        "select pg_advisory_xact_lock({0}, hashtext({1}))",
        DSL.val(Locks.HOLDS), DSL.val(tenant.value()));
  }

  static int veto(
      DSLContext sql,
      TenantSlug tenant,
      RecordingId recording,
      String reason,
      String actor,
      Instant now) {
    lockHolds(sql, tenant);
    if (!sql.fetchExists(CALL, CALL.TENANT.eq(tenant.value()).and(CALL.ID.eq(recording.value())))) {
      throw new IllegalArgumentException("there is no such recording");
    }
    if (sql.fetchExists(
        DISPOSAL_ITEM,
        DISPOSAL_ITEM.CALL.eq(recording.value()).and(DISPOSAL_ITEM.STATE.in("falling", "gone")))) {
      throw new IllegalArgumentException("it is too late: the recording is gone, or being deleted");
    }
    if (vetoed(sql, recording)) {
      throw new IllegalArgumentException("somebody has objected already");
    }
    sql.insertInto(DISPOSAL_VETO)
        .set(DISPOSAL_VETO.TENANT, tenant.value())
        .set(DISPOSAL_VETO.CALL, recording.value())
        .set(DISPOSAL_VETO.AT, CallRows.micros(now))
        .set(DISPOSAL_VETO.ACTOR, Text.clean(actor))
        .set(DISPOSAL_VETO.REASON, Text.clean(reason))
        .execute();
    sql.update(DISPOSAL_ITEM)
        .set(DISPOSAL_ITEM.STATE, ItemState.VETOED.wireName())
        .set(DISPOSAL_ITEM.PROBLEM, Text.clean("%s: %s".formatted(actor, reason)))
        .where(DISPOSAL_ITEM.TENANT.eq(tenant.value()))
        .and(DISPOSAL_ITEM.CALL.eq(recording.value()))
        .and(DISPOSAL_ITEM.STATE.in("due", "refused"))
        .execute();
    Journal.write(
        sql,
        tenant,
        now,
        actor,
        "disposal.veto",
        Map.of("recording", recording.toString(), "reason", reason));
    return 1;
  }

  static int lift(
      DSLContext sql, TenantSlug tenant, RecordingId recording, String actor, Instant now) {
    lockHolds(sql, tenant);
    Condition inForce =
        DISPOSAL_VETO
            .TENANT
            .eq(tenant.value())
            .and(DISPOSAL_VETO.CALL.eq(recording.value()))
            .and(DISPOSAL_VETO.LIFTED_AT.isNull());
    String placedBy =
        sql.select(DISPOSAL_VETO.ACTOR)
            .from(DISPOSAL_VETO)
            .where(inForce)
            .forUpdate()
            .fetchOne(DISPOSAL_VETO.ACTOR);
    if (placedBy == null) {
      throw new IllegalArgumentException("nobody has objected to its disposal");
    }
    if (placedBy.equals(Text.clean(actor))) {
      throw new IllegalArgumentException(
          "whoever objected can't lift that alone; a second person is needed");
    }
    sql.update(DISPOSAL_VETO)
        .set(DISPOSAL_VETO.LIFTED_AT, CallRows.micros(now))
        .set(DISPOSAL_VETO.LIFTED_BY, Text.clean(actor))
        .where(inForce)
        .execute();
    Journal.write(
        sql, tenant, now, actor, "disposal.lift-veto", Map.of("recording", recording.toString()));
    return 1;
  }
}
