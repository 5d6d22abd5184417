package io.earwitness.archive.catalog;

import static io.earwitness.archive.catalog.generated.Tables.CALL_ARCHIVE;
import static io.earwitness.archive.catalog.generated.Tables.LEGAL_HOLD;
import static io.earwitness.archive.catalog.generated.Tables.LEGAL_HOLD_RECORDING;
import static io.earwitness.archive.catalog.generated.Tables.OBJECT_HOLD;

import io.earwitness.call.RecordingId;
import io.earwitness.call.TenantSlug;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jooq.Condition;
import org.jooq.Field;
import org.jooq.impl.DSL;

/** {@link ObjectHolds} in PostgreSQL. */
final class PostgresObjectHolds implements ObjectHolds {
  private static final String SETTING = "setting";
  private static final String SET = "set";
  private static final String CLEARING = "clearing";

  private final Transactions transactions;
  private final Clock clock;

  PostgresObjectHolds(Transactions transactions, Clock clock) {
    this.transactions = transactions;
    this.clock = clock;
  }

  private Instant now() {
    return CallRows.micros(clock.instant());
  }

  @Override
  public List<Held> unset(TenantSlug tenant, int limit) {
    Field<Integer> newest = DSL.max(CALL_ARCHIVE.GENERATION);
    return transactions.inTenant(
        tenant,
        sql ->
            sql.select(LEGAL_HOLD_RECORDING.RECORDING, newest)
                .from(LEGAL_HOLD_RECORDING)
                .join(LEGAL_HOLD)
                .on(LEGAL_HOLD.TENANT.eq(LEGAL_HOLD_RECORDING.TENANT))
                .and(LEGAL_HOLD.ID.eq(LEGAL_HOLD_RECORDING.HOLD))
                .join(CALL_ARCHIVE)
                .on(CALL_ARCHIVE.ID.eq(LEGAL_HOLD_RECORDING.RECORDING))
                .leftJoin(OBJECT_HOLD)
                .on(OBJECT_HOLD.TENANT.eq(LEGAL_HOLD_RECORDING.TENANT))
                .and(OBJECT_HOLD.RECORDING.eq(LEGAL_HOLD_RECORDING.RECORDING))
                .where(LEGAL_HOLD_RECORDING.TENANT.eq(tenant.value()))
                .and(LEGAL_HOLD.ENDED_AT.isNull())
                .and(
                    OBJECT_HOLD
                        .RECORDING
                        .isNull()
                        .or(OBJECT_HOLD.STATE.ne(SET))
                        .or(OBJECT_HOLD.GENERATION.lt(CALL_ARCHIVE.GENERATION)))
                .groupBy(LEGAL_HOLD_RECORDING.RECORDING)
                .orderBy(LEGAL_HOLD_RECORDING.RECORDING)
                .limit(limit)
                .fetch(row -> new Held(new RecordingId(row.value1()), row.value2())));
  }

  @Override
  public void setting(TenantSlug tenant, Held held) {
    put(tenant, held, SETTING);
  }

  @Override
  public void set(TenantSlug tenant, Held held) {
    put(tenant, held, SET);
  }

  private void put(TenantSlug tenant, Held held, String state) {
    Instant now = now();
    transactions.inTenant(
        tenant,
        sql ->
            sql.insertInto(OBJECT_HOLD)
                .set(OBJECT_HOLD.TENANT, tenant.value())
                .set(OBJECT_HOLD.RECORDING, held.recording().value())
                .set(OBJECT_HOLD.STATE, state)
                .set(OBJECT_HOLD.GENERATION, held.generation())
                .set(OBJECT_HOLD.CHANGED_AT, now)
                .set(OBJECT_HOLD.CHECKED_AT, now)
                .onConflict(OBJECT_HOLD.TENANT, OBJECT_HOLD.RECORDING)
                .doUpdate()
                .set(OBJECT_HOLD.STATE, state)
                .set(OBJECT_HOLD.GENERATION, held.generation())
                .set(OBJECT_HOLD.CHANGED_AT, now)
                .set(OBJECT_HOLD.CHECKED_AT, now)
                .execute());
  }

  private static Condition is(TenantSlug tenant, UUID recording) {
    return OBJECT_HOLD.TENANT.eq(tenant.value()).and(OBJECT_HOLD.RECORDING.eq(recording));
  }

  @Override
  public List<RecordingId> clearing(TenantSlug tenant, int limit) {
    Condition free =
        DSL.notExists(
            DSL.selectOne()
                .from(LEGAL_HOLD_RECORDING)
                .join(LEGAL_HOLD)
                .on(LEGAL_HOLD.TENANT.eq(LEGAL_HOLD_RECORDING.TENANT))
                .and(LEGAL_HOLD.ID.eq(LEGAL_HOLD_RECORDING.HOLD))
                .where(LEGAL_HOLD_RECORDING.RECORDING.eq(OBJECT_HOLD.RECORDING))
                .and(LEGAL_HOLD_RECORDING.TENANT.eq(OBJECT_HOLD.TENANT))
                .and(LEGAL_HOLD.ENDED_AT.isNull()));
    return transactions.inTenant(
        tenant,
        sql -> {
          List<UUID> found =
              sql.select(OBJECT_HOLD.RECORDING)
                  .from(OBJECT_HOLD)
                  .where(OBJECT_HOLD.TENANT.eq(tenant.value()))
                  .and(free)
                  .orderBy(OBJECT_HOLD.RECORDING)
                  .limit(limit)
                  .fetch(OBJECT_HOLD.RECORDING);
          sql.update(OBJECT_HOLD)
              .set(OBJECT_HOLD.STATE, CLEARING)
              .set(OBJECT_HOLD.CHANGED_AT, now())
              .where(OBJECT_HOLD.TENANT.eq(tenant.value()))
              .and(OBJECT_HOLD.RECORDING.in(found))
              .execute();
          return found.stream().map(RecordingId::new).toList();
        });
  }

  @Override
  public void cleared(TenantSlug tenant, RecordingId recording) {
    transactions.inTenant(
        tenant,
        sql ->
            sql.deleteFrom(OBJECT_HOLD)
                .where(is(tenant, recording.value()))
                .and(OBJECT_HOLD.STATE.eq(CLEARING))
                .execute());
  }

  @Override
  public List<Held> unchecked(TenantSlug tenant, Instant since, int limit) {
    return transactions.inTenant(
        tenant,
        sql ->
            sql.select(OBJECT_HOLD.RECORDING, OBJECT_HOLD.GENERATION)
                .from(OBJECT_HOLD)
                .where(OBJECT_HOLD.TENANT.eq(tenant.value()))
                .and(OBJECT_HOLD.STATE.eq(SET))
                .and(OBJECT_HOLD.CHECKED_AT.lt(since))
                .orderBy(OBJECT_HOLD.CHECKED_AT)
                .limit(limit)
                .fetch(row -> new Held(new RecordingId(row.value1()), row.value2())));
  }

  @Override
  public void checked(TenantSlug tenant, RecordingId recording, boolean mended) {
    Instant now = now();
    transactions.inTenant(
        tenant,
        sql ->
            sql.update(OBJECT_HOLD)
                .set(OBJECT_HOLD.CHECKED_AT, now)
                .set(OBJECT_HOLD.MENDED_AT, mended ? DSL.val(now) : OBJECT_HOLD.MENDED_AT)
                .where(is(tenant, recording.value()))
                .execute());
  }

  @Override
  public int mendedSince(TenantSlug tenant, Instant since) {
    return transactions.inTenant(
        tenant,
        sql ->
            sql.fetchCount(
                OBJECT_HOLD,
                OBJECT_HOLD.TENANT.eq(tenant.value()).and(OBJECT_HOLD.MENDED_AT.ge(since))));
  }
}
