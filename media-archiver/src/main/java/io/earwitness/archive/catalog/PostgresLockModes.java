package io.earwitness.archive.catalog;

import static io.earwitness.archive.catalog.generated.Tables.CALL_ARCHIVE;
import static io.earwitness.archive.catalog.generated.Tables.RETENTION_LOCK_MODE;

import io.earwitness.archive.catalog.generated.tables.records.RetentionLockModeRecord;
import io.earwitness.archive.store.ObjectStore.LockMode;
import io.earwitness.call.TenantSlug;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/** {@link LockModes} in PostgreSQL. */
final class PostgresLockModes implements LockModes {
  private final Transactions transactions;
  private final Clock clock;

  PostgresLockModes(Transactions transactions, Clock clock) {
    this.transactions = transactions;
    this.clock = clock;
  }

  static Setting newest(DSLContext sql, TenantSlug tenant) {
    RetentionLockModeRecord row =
        sql.selectFrom(RETENTION_LOCK_MODE)
            .where(RETENTION_LOCK_MODE.TENANT.eq(tenant.value()))
            .orderBy(RETENTION_LOCK_MODE.VERSION.desc())
            .limit(1)
            .fetchOne();
    return row == null
        ? Setting.DEFAULT
        : new Setting(
            row.getVersion(),
            LockMode.COMPLIANCE,
            row.getExisting(),
            row.getChangedAt(),
            row.getChangedBy());
  }

  /** Whether a call may have been locked in GOVERNANCE mode before all were to be strengthened. */
  static boolean missed(DSLContext sql, TenantSlug tenant, @Nullable Instant ended) {
    Setting setting = newest(sql, tenant);
    Instant changed = setting.changedAt();
    return setting.existing() && changed != null && (ended == null || ended.isBefore(changed));
  }

  @Override
  public Setting of(TenantSlug tenant) {
    return transactions.inTenant(tenant, sql -> newest(sql, tenant));
  }

  @Override
  public boolean comply(TenantSlug tenant, boolean existing, String actor) {
    return transactions.inTenant(
        tenant,
        sql -> {
          PostgresDirectory.demandTenant(sql, tenant);
          if (tenant.equals(TenantSlug.PLATFORM)) {
            throw new IllegalArgumentException("the platform's own tenant keeps GOVERNANCE");
          }
          PostgresRetentionPolicies.lock(sql, tenant);
          if (PostgresRetentionTrials.onTrial(sql, tenant)) {
            throw new IllegalArgumentException(
                "tenant %s is on trial, and what is recorded in a trial must remain removable: let it go live first"
                    .formatted(tenant));
          }
          Setting present = newest(sql, tenant);
          if (present.mode() == LockMode.COMPLIANCE && (present.existing() || !existing)) {
            return false;
          }
          Instant now = CallRows.micros(clock.instant());
          write(sql, tenant, present.version() + 1, existing, now, actor);
          Journal.write(
              sql,
              tenant,
              now,
              actor,
              "lock-mode.set",
              Map.of("version", present.version() + 1, "mode", "compliance", "existing", existing));
          return true;
        });
  }

  /** Also has the locks of what is there strengthened, if that is wanted. */
  static void write(
      DSLContext sql, TenantSlug tenant, int version, boolean existing, Instant now, String actor) {
    sql.insertInto(RETENTION_LOCK_MODE)
        .set(RETENTION_LOCK_MODE.TENANT, tenant.value())
        .set(RETENTION_LOCK_MODE.VERSION, version)
        .set(RETENTION_LOCK_MODE.EXISTING, existing)
        .set(RETENTION_LOCK_MODE.CHANGED_AT, now)
        .set(RETENTION_LOCK_MODE.CHANGED_BY, Text.clean(actor))
        .execute();
    if (existing) {
      sql.update(CALL_ARCHIVE)
          .set(CALL_ARCHIVE.LOCK_STRENGTHEN, true)
          .set(CALL_ARCHIVE.LOCK_DUE, DSL.least(CALL_ARCHIVE.LOCK_DUE, DSL.val(now)))
          .where(CALL_ARCHIVE.TENANT.eq(tenant.value()))
          .and(CALL_ARCHIVE.KEEP_UNTIL.gt(now))
          .execute();
    }
  }
}
