package io.earwitness.archive.catalog;

import static io.earwitness.archive.catalog.generated.Tables.CALL;
import static io.earwitness.archive.catalog.generated.Tables.CALL_ARCHIVE;
import static io.earwitness.archive.catalog.generated.Tables.LEGAL_HOLD;
import static io.earwitness.archive.catalog.generated.Tables.LEGAL_HOLD_RECORDING;
import static io.earwitness.archive.catalog.generated.Tables.TENANT;
import static io.earwitness.archive.catalog.generated.Tables.TOMBSTONE;

import io.earwitness.call.CallState;
import io.earwitness.call.RetentionClass;
import io.earwitness.call.TenantSlug;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/** {@link StoredBytes} in PostgreSQL. */
final class PostgresStoredBytes implements StoredBytes {
  private static final int MOST = 1_200;
  private static final Field<Integer> RECORDINGS = DSL.countDistinct(CALL_ARCHIVE.ID);
  private static final Field<BigDecimal> BYTES = DSL.sum(CALL_ARCHIVE.MEDIA_BYTES);
  private static final Field<@Nullable String> KEEP =
      DSL.field("{0} ->> 'keep'", String.class, CALL_ARCHIVE.RETENTION);

  private final Transactions transactions;
  private final Clock clock;

  PostgresStoredBytes(Transactions transactions, Clock clock) {
    this.transactions = transactions;
    this.clock = clock;
  }

  @Override
  public Usage of(TenantSlug tenant) {
    return transactions.inTenant(tenant, sql -> usage(sql, tenant, clock.instant()));
  }

  private static Usage usage(DSLContext sql, TenantSlug tenant, Instant now) {
    String name =
        sql.select(TENANT.ZONE)
            .from(TENANT)
            .where(TENANT.TENANT_.eq(tenant.value()))
            .fetchOne(TENANT.ZONE);
    ZoneId zone = ZoneId.of(name == null ? "UTC" : name);
    YearMonth last = YearMonth.from(now.atZone(zone)).plusMonths(MONTHS);
    Instant horizon = last.plusMonths(1).atDay(1).atStartOfDay(zone).toInstant();
    Condition endless = KEEP.isNotDistinctFrom(RetentionClass.INDEFINITE.toString());
    Condition ends = endless.not();
    // Of what was disposed of, the archive's row stays, but no byte
    Condition own =
        CALL_ARCHIVE
            .TENANT
            .eq(tenant.value())
            .andNotExists(
                DSL.selectOne().from(TOMBSTONE).where(TOMBSTONE.CALL.eq(CALL_ARCHIVE.ID)));
    return new Usage(
        sum(sql, own),
        stored(sql, own, zone),
        due(sql, own.and(ends), now, horizon, zone),
        sum(sql, own.and(hasFallenDue(now))),
        sum(sql, own.and(ends).and(CALL_ARCHIVE.KEEP_UNTIL.ge(horizon))),
        sum(sql, own.and(endless)),
        sum(sql, own.and(isHeld(tenant))),
        sum(sql, own.and(isHeld(tenant)).and(hasFallenDue(now))),
        holds(sql, own, tenant, now));
  }

  private static Condition hasFallenDue(Instant now) {
    return KEEP.isDistinctFrom(RetentionClass.INDEFINITE.toString())
        .and(CALL_ARCHIVE.KEEP_UNTIL.le(now));
  }

  private static Condition isHeld(TenantSlug tenant) {
    return DSL.exists(
        DSL.selectOne()
            .from(LEGAL_HOLD_RECORDING)
            .join(LEGAL_HOLD)
            .on(isOf(tenant))
            .where(LEGAL_HOLD_RECORDING.RECORDING.eq(CALL_ARCHIVE.ID)));
  }

  /** That a row of a recording is of a hold in effect. */
  private static Condition isOf(TenantSlug tenant) {
    return LEGAL_HOLD
        .TENANT
        .eq(LEGAL_HOLD_RECORDING.TENANT)
        .and(LEGAL_HOLD.ID.eq(LEGAL_HOLD_RECORDING.HOLD))
        .and(LEGAL_HOLD.TENANT.eq(tenant.value()))
        .and(LEGAL_HOLD.ENDED_AT.isNull());
  }

  private static List<Held> holds(DSLContext sql, Condition own, TenantSlug tenant, Instant now) {
    Field<Integer> due = DSL.countDistinct(CALL_ARCHIVE.ID).filterWhere(hasFallenDue(now));
    Field<BigDecimal> dueBytes = DSL.sum(CALL_ARCHIVE.MEDIA_BYTES).filterWhere(hasFallenDue(now));
    return sql.select(LEGAL_HOLD.ID, RECORDINGS, BYTES, due, dueBytes)
        .from(LEGAL_HOLD_RECORDING)
        .join(LEGAL_HOLD)
        .on(isOf(tenant))
        .join(CALL_ARCHIVE)
        .on(CALL_ARCHIVE.ID.eq(LEGAL_HOLD_RECORDING.RECORDING))
        .where(own)
        .groupBy(LEGAL_HOLD.ID)
        .orderBy(dueBytes.desc().nullsLast(), BYTES.desc(), LEGAL_HOLD.ID)
        .limit(HOLDS)
        .fetch(
            row ->
                new Held(
                    row.value1(),
                    new Sum(row.value2(), bytes(row.value3())),
                    new Sum(row.value4(), bytes(row.value5()))));
  }

  private static Sum sum(DSLContext sql, Condition which) {
    return sql.select(RECORDINGS, BYTES)
        .from(CALL_ARCHIVE)
        .where(which)
        .fetchSingle(row -> new Sum(row.value1(), bytes(row.value2())));
  }

  private static long bytes(@Nullable BigDecimal sum) {
    return sum == null ? 0 : sum.longValueExact();
  }

  private static Field<LocalDate> month(Field<Instant> at, ZoneId zone) {
    return DSL.field(
        "cast(date_trunc('month', {0} at time zone {1}) as date)",
        LocalDate.class, at, DSL.inline(zone.getId()));
  }

  private static List<Stored> stored(DSLContext sql, Condition own, ZoneId zone) {
    Field<LocalDate> month = month(CALL.STARTED_AT, zone);
    return sql.select(KEEP, month, RECORDINGS, BYTES)
        .from(CALL_ARCHIVE)
        .join(CALL)
        .on(CALL.ID.eq(CALL_ARCHIVE.ID))
        .where(own)
        .groupBy(KEEP, month)
        .orderBy(month.desc(), KEEP.asc().nullsLast())
        .limit(MOST)
        .fetch(
            row ->
                new Stored(
                    row.value1(), YearMonth.from(row.value2()), row.value3(), bytes(row.value4())));
  }

  private static List<Due> due(
      DSLContext sql, Condition which, Instant now, Instant horizon, ZoneId zone) {
    Field<LocalDate> month = month(CALL_ARCHIVE.KEEP_UNTIL, zone);
    return sql.select(month, RECORDINGS, BYTES)
        .from(CALL_ARCHIVE)
        .where(which)
        .and(CALL_ARCHIVE.KEEP_UNTIL.gt(now))
        .and(CALL_ARCHIVE.KEEP_UNTIL.lt(horizon))
        .groupBy(month)
        .orderBy(month)
        .fetch(row -> new Due(YearMonth.from(row.value1()), row.value2(), bytes(row.value3())));
  }

  @Override
  public List<OfTenant> all() {
    return transactions.asWorker(
        sql -> {
          List<OfTenant> all = new ArrayList<>();
          sql.select(CALL_ARCHIVE.TENANT, RECORDINGS, BYTES)
              .from(CALL_ARCHIVE)
              .join(CALL)
              .on(CALL.ID.eq(CALL_ARCHIVE.ID))
              .where(CALL.STATE.ne(CallState.DISPOSED.wireName()))
              .groupBy(CALL_ARCHIVE.TENANT)
              .orderBy(BYTES.desc(), CALL_ARCHIVE.TENANT)
              .forEach(
                  row ->
                      all.add(
                          new OfTenant(
                              new TenantSlug(row.value1()), row.value2(), bytes(row.value3()))));
          return all;
        });
  }
}
