package io.earwitness.archive.catalog;

import static io.earwitness.archive.catalog.generated.Tables.SIGN_IN_FAILURE;

import io.earwitness.archive.catalog.generated.tables.records.SignInFailureRecord;
import io.earwitness.call.TenantSlug;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import org.jooq.Condition;

/** {@link SignInFailures} in PostgreSQL. */
final class PostgresSignInFailures implements SignInFailures {
  private final Transactions transactions;
  private final Clock clock;

  PostgresSignInFailures(Transactions transactions, Clock clock) {
    this.transactions = transactions;
    this.clock = clock;
  }

  private static Condition of(TenantSlug tenant, String userId) {
    return SIGN_IN_FAILURE.TENANT.eq(tenant.value()).and(SIGN_IN_FAILURE.USER_ID.eq(userId));
  }

  private static Condition of(TenantSlug tenant, String userId, String device) {
    return of(tenant, userId).and(SIGN_IN_FAILURE.DEVICE.eq(device));
  }

  @Override
  public Attempt attempt(TenantSlug tenant, String userId, String device, Policy policy) {
    return transactions.inTenant(
        tenant,
        sql -> {
          Instant now = CallRows.micros(clock.instant());
          // Whoever comes at the same time waits for the row
          SignInFailureRecord row =
              sql.insertInto(SIGN_IN_FAILURE)
                  .set(SIGN_IN_FAILURE.TENANT, tenant.value())
                  .set(SIGN_IN_FAILURE.USER_ID, userId)
                  .set(SIGN_IN_FAILURE.DEVICE, device)
                  .set(SIGN_IN_FAILURE.FAILURES, 0)
                  .set(SIGN_IN_FAILURE.LAST_FAILED_AT, now)
                  .onConflict(
                      SIGN_IN_FAILURE.TENANT, SIGN_IN_FAILURE.USER_ID, SIGN_IN_FAILURE.DEVICE)
                  .doUpdate()
                  .set(SIGN_IN_FAILURE.DEVICE, device)
                  .returning()
                  .fetchSingle();
          Instant last = row.getLastFailedAt();
          int before = policy.counted(row.getFailures(), last, now);
          Instant wait = policy.waitUntil(before, last);
          if (wait.isAfter(now)) {
            return new Attempt(before, wait);
          }
          sql.update(SIGN_IN_FAILURE)
              .set(SIGN_IN_FAILURE.FAILURES, before + 1)
              .set(SIGN_IN_FAILURE.LAST_FAILED_AT, now)
              .where(of(tenant, userId, device))
              .execute();
          return new Attempt(before + 1, null);
        });
  }

  @Override
  public void succeeded(TenantSlug tenant, String userId, String device) {
    transactions.inTenant(
        tenant, sql -> sql.deleteFrom(SIGN_IN_FAILURE).where(of(tenant, userId, device)).execute());
  }

  @Override
  public Optional<Instant> lockedUntil(TenantSlug tenant, String userId, Policy policy) {
    return transactions.inTenant(
        tenant,
        sql ->
            sql.selectFrom(SIGN_IN_FAILURE)
                .where(of(tenant, userId, STRANGER))
                .and(SIGN_IN_FAILURE.FAILURES.ge(policy.locking()))
                .fetchOptional(row -> policy.waitUntil(row.getFailures(), row.getLastFailedAt()))
                .filter(clock.instant()::isBefore));
  }

  @Override
  public boolean unlock(TenantSlug tenant, String userId) {
    return transactions.inTenant(
        tenant, sql -> sql.deleteFrom(SIGN_IN_FAILURE).where(of(tenant, userId)).execute() > 0);
  }
}
