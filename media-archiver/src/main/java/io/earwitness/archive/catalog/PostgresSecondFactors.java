package io.earwitness.archive.catalog;

import static io.earwitness.archive.catalog.generated.Tables.TOTP;
import static io.earwitness.archive.catalog.generated.Tables.TOTP_RECOVERY_CODE;

import io.earwitness.call.TenantSlug;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jooq.Condition;
import org.jooq.DSLContext;

/** {@link SecondFactors} in PostgreSQL. */
final class PostgresSecondFactors implements SecondFactors {
  private final Transactions transactions;
  private final Clock clock;

  PostgresSecondFactors(Transactions transactions, Clock clock) {
    this.transactions = transactions;
    this.clock = clock;
  }

  private static Condition of(TenantSlug tenant, String userId) {
    return TOTP.TENANT.eq(tenant.value()).and(TOTP.USER_ID.eq(userId));
  }

  private static Condition codesOf(TenantSlug tenant, String userId) {
    return TOTP_RECOVERY_CODE.TENANT.eq(tenant.value()).and(TOTP_RECOVERY_CODE.USER_ID.eq(userId));
  }

  @Override
  public Optional<Totp> totp(TenantSlug tenant, String userId) {
    return transactions.inTenant(
        tenant,
        sql ->
            sql.selectFrom(TOTP)
                .where(of(tenant, userId))
                .fetchOptional(
                    row ->
                        new Totp(
                            row.getPending(),
                            row.getSecret(),
                            row.getEnrolledAt(),
                            row.getLastStep())));
  }

  @Override
  public void begin(TenantSlug tenant, String userId, String sealed) {
    transactions.inTenant(
        tenant,
        sql ->
            sql.insertInto(TOTP)
                .set(TOTP.TENANT, tenant.value())
                .set(TOTP.USER_ID, userId)
                .set(TOTP.PENDING, sealed)
                .onConflict(TOTP.TENANT, TOTP.USER_ID)
                .doUpdate()
                .set(TOTP.PENDING, sealed)
                .execute());
  }

  @Override
  public boolean enrol(
      TenantSlug tenant, String userId, String sealed, long step, Set<String> codes, String actor) {
    return transactions.inTenant(
        tenant,
        sql -> {
          Instant now = CallRows.micros(clock.instant());
          int rows =
              sql.update(TOTP)
                  .set(TOTP.SECRET, TOTP.PENDING)
                  .setNull(TOTP.PENDING)
                  .set(TOTP.ENROLLED_AT, now)
                  .set(TOTP.LAST_STEP, step)
                  .where(of(tenant, userId))
                  .and(TOTP.PENDING.eq(sealed))
                  .execute();
          if (rows == 0) {
            return false;
          }
          keep(sql, tenant, userId, codes);
          Journal.write(
              sql,
              tenant,
              now,
              actor,
              "user.enrol-totp",
              Map.of(
                  "user", userId, "sealed", sealed, "step", step, "codes", new TreeSet<>(codes)));
          return true;
        });
  }

  static void keep(DSLContext sql, TenantSlug tenant, String userId, Set<String> codes) {
    sql.deleteFrom(TOTP_RECOVERY_CODE).where(codesOf(tenant, userId)).execute();
    for (String code : codes) {
      sql.insertInto(TOTP_RECOVERY_CODE)
          .set(TOTP_RECOVERY_CODE.TENANT, tenant.value())
          .set(TOTP_RECOVERY_CODE.USER_ID, userId)
          .set(TOTP_RECOVERY_CODE.CODE_HASH, code)
          .execute();
    }
  }

  @Override
  public boolean take(TenantSlug tenant, String userId, long step) {
    return transactions.inTenant(
        tenant,
        sql ->
            sql.update(TOTP)
                    .set(TOTP.LAST_STEP, step)
                    .where(of(tenant, userId))
                    .and(TOTP.SECRET.isNotNull())
                    .and(TOTP.LAST_STEP.lt(step))
                    .execute()
                > 0);
  }

  @Override
  public boolean takeRecoveryCode(TenantSlug tenant, String userId, String hash) {
    return transactions.inTenant(
        tenant,
        sql -> {
          Instant now = CallRows.micros(clock.instant());
          int rows =
              sql.update(TOTP_RECOVERY_CODE)
                  .set(TOTP_RECOVERY_CODE.USED_AT, now)
                  .where(codesOf(tenant, userId))
                  .and(TOTP_RECOVERY_CODE.CODE_HASH.eq(hash))
                  .and(TOTP_RECOVERY_CODE.USED_AT.isNull())
                  .execute();
          if (rows > 0) {
            Journal.write(
                sql,
                tenant,
                now,
                "job:sign-in",
                "user.take-recovery-code",
                Map.of("user", userId, "code", hash));
          }
          return rows > 0;
        });
  }

  @Override
  public int recoveryCodes(TenantSlug tenant, String userId) {
    return transactions.inTenant(
        tenant,
        sql ->
            sql.fetchCount(
                TOTP_RECOVERY_CODE,
                codesOf(tenant, userId).and(TOTP_RECOVERY_CODE.USED_AT.isNull())));
  }

  @Override
  public boolean replaceRecoveryCodes(
      TenantSlug tenant, String userId, Set<String> codes, String actor) {
    return transactions.inTenant(
        tenant,
        sql -> {
          boolean enrolled =
              sql.selectFrom(TOTP)
                  .where(of(tenant, userId))
                  .and(TOTP.SECRET.isNotNull())
                  .forUpdate()
                  .fetchOptional()
                  .isPresent();
          if (enrolled) {
            keep(sql, tenant, userId, codes);
            Journal.write(
                sql,
                tenant,
                clock.instant(),
                actor,
                "user.set-recovery-codes",
                Map.of("user", userId, "codes", new TreeSet<>(codes)));
          }
          return enrolled;
        });
  }

  @Override
  public boolean remove(TenantSlug tenant, String userId, String actor) {
    return transactions.inTenant(
        tenant,
        sql -> {
          int rows = sql.deleteFrom(TOTP).where(of(tenant, userId)).execute();
          if (rows > 0) {
            Journal.write(
                sql, tenant, clock.instant(), actor, "user.reset-totp", Map.of("user", userId));
          }
          return rows > 0;
        });
  }
}
