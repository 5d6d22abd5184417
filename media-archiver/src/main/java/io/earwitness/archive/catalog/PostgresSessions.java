package io.earwitness.archive.catalog;

import static io.earwitness.archive.catalog.generated.Tables.PORTAL_SESSION;

import io.earwitness.archive.catalog.generated.tables.records.PortalSessionRecord;
import io.earwitness.call.TenantSlug;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;

/** {@link Sessions} in PostgreSQL. */
final class PostgresSessions implements Sessions {
  private final Transactions transactions;
  private final Clock clock;

  PostgresSessions(Transactions transactions, Clock clock) {
    this.transactions = transactions;
    this.clock = clock;
  }

  @Override
  public void create(Session session) {
    transactions.inTenant(
        session.tenant(),
        sql ->
            sql.insertInto(PORTAL_SESSION)
                .set(PORTAL_SESSION.TOKEN_HASH, session.tokenHash())
                .set(PORTAL_SESSION.TENANT, session.tenant().value())
                .set(PORTAL_SESSION.USER_ID, session.userId())
                .set(PORTAL_SESSION.CREATED_AT, session.created())
                .set(PORTAL_SESSION.LAST_USED_AT, session.lastUsed())
                .set(PORTAL_SESSION.EXPIRES_AT, session.expires())
                .execute());
  }

  @Override
  public Optional<Session> find(String tokenHash) {
    // A token doesn't tell its tenant, so the tenant can't be set before the session is found
    return transactions.asWorker(
        sql ->
            sql.selectFrom(PORTAL_SESSION)
                .where(PORTAL_SESSION.TOKEN_HASH.eq(tokenHash))
                .and(PORTAL_SESSION.REVOKED_AT.isNull())
                .and(PORTAL_SESSION.EXPIRES_AT.gt(clock.instant()))
                .fetchOptional(PostgresSessions::session));
  }

  private static Session session(PortalSessionRecord row) {
    return new Session(
        row.getTokenHash(),
        new TenantSlug(row.getTenant()),
        row.getUserId(),
        row.getCreatedAt(),
        row.getLastUsedAt(),
        row.getExpiresAt());
  }

  @Override
  public void touch(Session session, Instant at) {
    transactions.inTenant(
        session.tenant(),
        sql ->
            sql.update(PORTAL_SESSION)
                .set(PORTAL_SESSION.LAST_USED_AT, at)
                .where(PORTAL_SESSION.TOKEN_HASH.eq(session.tokenHash()))
                .and(PORTAL_SESSION.LAST_USED_AT.lt(at))
                .execute());
  }

  @Override
  public void revoke(Session session) {
    transactions.inTenant(
        session.tenant(),
        sql ->
            sql.update(PORTAL_SESSION)
                .set(PORTAL_SESSION.REVOKED_AT, clock.instant())
                .where(PORTAL_SESSION.TOKEN_HASH.eq(session.tokenHash()))
                .and(PORTAL_SESSION.REVOKED_AT.isNull())
                .execute());
  }

  @Override
  public int revokeAll(TenantSlug tenant, String userId) {
    return transactions.inTenant(
        tenant,
        sql ->
            sql.update(PORTAL_SESSION)
                .set(PORTAL_SESSION.REVOKED_AT, clock.instant())
                .where(PORTAL_SESSION.TENANT.eq(tenant.value()))
                .and(PORTAL_SESSION.USER_ID.eq(userId))
                .and(PORTAL_SESSION.REVOKED_AT.isNull())
                .execute());
  }
}
