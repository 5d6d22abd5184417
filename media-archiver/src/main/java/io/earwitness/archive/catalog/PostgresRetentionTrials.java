package io.earwitness.archive.catalog;

import static io.earwitness.archive.catalog.generated.Tables.CALL_ARCHIVE;
import static io.earwitness.archive.catalog.generated.Tables.RETENTION_TRIAL;

import io.earwitness.archive.catalog.generated.tables.records.RetentionTrialRecord;
import io.earwitness.call.TenantSlug;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;

/** {@link RetentionTrials} in PostgreSQL. */
final class PostgresRetentionTrials implements RetentionTrials {
  private final Transactions transactions;
  private final Clock clock;

  PostgresRetentionTrials(Transactions transactions, Clock clock) {
    this.transactions = transactions;
    this.clock = clock;
  }

  static boolean onTrial(DSLContext sql, TenantSlug tenant) {
    RetentionTrialRecord trial = find(sql, tenant);
    return trial != null && trial.getEndedAt() == null;
  }

  private static @Nullable RetentionTrialRecord find(DSLContext sql, TenantSlug tenant) {
    return sql.fetchOne(RETENTION_TRIAL, RETENTION_TRIAL.TENANT.eq(tenant.value()));
  }

  @Override
  public Optional<Trial> of(TenantSlug tenant) {
    return transactions.inTenant(
        tenant,
        sql ->
            Optional.ofNullable(find(sql, tenant))
                .map(
                    row ->
                        new Trial(
                            row.getSince(),
                            row.getEndedAt(),
                            row.getEndedBy(),
                            row.getSignedBy(),
                            row.getReason())));
  }

  @Override
  public boolean begin(TenantSlug tenant, String actor) {
    return transactions.inTenant(
        tenant,
        sql -> {
          PostgresDirectory.demandTenant(sql, tenant);
          PostgresRetentionPolicies.lock(sql, tenant);
          RetentionTrialRecord present = find(sql, tenant);
          if (present != null && present.getEndedAt() == null) {
            return false;
          }
          if (present != null
              || sql.fetchExists(CALL_ARCHIVE, CALL_ARCHIVE.TENANT.eq(tenant.value()))) {
            throw new IllegalArgumentException(
                "tenant %s %s; only a tenant that has recorded nothing yet can be put on trial"
                    .formatted(
                        tenant,
                        present == null
                            ? "has recordings"
                            : "went live at " + present.getEndedAt()));
          }
          if (PostgresLockModes.newest(sql, tenant).version() > 0) {
            throw new IllegalArgumentException(
                "tenant %s is locked in COMPLIANCE mode, and what is recorded in a trial must remain removable"
                    .formatted(tenant));
          }
          Instant now = CallRows.micros(clock.instant());
          sql.insertInto(RETENTION_TRIAL)
              .set(RETENTION_TRIAL.TENANT, tenant.value())
              .set(RETENTION_TRIAL.SINCE, now)
              .execute();
          Journal.write(sql, tenant, now, actor, "tenant.trial", Map.of("since", now));
          return true;
        });
  }

  @Override
  public boolean goLive(TenantSlug tenant, String signedBy, String reason, String actor) {
    if (signedBy.isBlank() || reason.isBlank()) {
      throw new IllegalArgumentException("going live needs the name of who signs, and a reason");
    }
    return transactions.inTenant(
        tenant,
        sql -> {
          PostgresRetentionPolicies.lock(sql, tenant);
          RetentionTrialRecord present = find(sql, tenant);
          if (present == null) {
            throw new IllegalArgumentException(
                "tenant %s is not on trial, and never was".formatted(tenant));
          }
          if (present.getEndedAt() != null) {
            return false;
          }
          Instant now = CallRows.micros(clock.instant());
          end(sql, tenant, now, actor, signedBy, reason);
          Journal.write(
              sql,
              tenant,
              now,
              actor,
              "tenant.go-live",
              Map.of("signedBy", signedBy, "reason", reason));
          return true;
        });
  }

  /** Ends it, and has locks that were short because of it renewed at once. */
  static void end(
      DSLContext sql,
      TenantSlug tenant,
      Instant now,
      String actor,
      String signedBy,
      String reason) {
    sql.update(RETENTION_TRIAL)
        .set(RETENTION_TRIAL.ENDED_AT, now)
        .set(RETENTION_TRIAL.ENDED_BY, Text.clean(actor))
        .set(RETENTION_TRIAL.SIGNED_BY, Text.clean(signedBy))
        .set(RETENTION_TRIAL.REASON, Text.clean(reason))
        .where(RETENTION_TRIAL.TENANT.eq(tenant.value()))
        .execute();
    sql.update(CALL_ARCHIVE)
        .set(CALL_ARCHIVE.LOCK_DUE, now)
        .where(CALL_ARCHIVE.TENANT.eq(tenant.value()))
        .and(CALL_ARCHIVE.LOCK_DUE.gt(now))
        .execute();
  }
}
