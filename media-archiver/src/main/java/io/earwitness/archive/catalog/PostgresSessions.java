package io.earwitness.archive.catalog;

import static io.earwitness.archive.catalog.generated.Tables.PORTAL_SESSION;
import static org.jooq.impl.DSL.noCondition;

import io.earwitness.archive.catalog.generated.tables.records.PortalSessionRecord;
import io.earwitness.call.TenantSlug;
import io.earwitness.call.WireName;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jooq.Field;
import org.jspecify.annotations.Nullable;

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
                .set(PORTAL_SESSION.KIND, session.start().kind().wireName())
                .set(PORTAL_SESSION.NAME, Text.cleanOrNull(session.start().name()))
                .set(PORTAL_SESSION.ADDRESS, Text.clean(session.start().address()))
                .set(PORTAL_SESSION.USER_AGENT, Text.clean(session.start().userAgent()))
                .set(PORTAL_SESSION.METHOD, session.start().method().wireName())
                .set(through(session.start().through()))
                .set(PORTAL_SESSION.ENROLMENT_DUE, session.enrolmentDue())
                .execute());
  }

  private static Map<Field<?>, @Nullable Object> through(@Nullable Through through) {
    Map<Field<?>, @Nullable Object> columns = new HashMap<>();
    if (through != null) {
      columns.put(PORTAL_SESSION.PROVIDER, through.id());
      columns.put(PORTAL_SESSION.PROVIDER_SESSION, Text.cleanOrNull(through.session()));
      columns.put(PORTAL_SESSION.LOGOUT_HINT, through.logoutHint());
    }
    return columns;
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
        row.getExpiresAt(),
        new Start(
            WireName.parse(Kind.class, row.getKind()),
            row.getName(),
            row.getAddress(),
            row.getUserAgent(),
            WireName.parse(Method.class, row.getMethod()),
            row.getProvider() == null
                ? null
                : new Through(row.getProvider(), row.getProviderSession(), row.getLogoutHint())),
        row.getEnrolmentDue());
  }

  @Override
  public List<Session> list(TenantSlug tenant, String userId) {
    return transactions.inTenant(
        tenant,
        sql ->
            sql.selectFrom(PORTAL_SESSION)
                .where(PORTAL_SESSION.TENANT.eq(tenant.value()))
                .and(PORTAL_SESSION.USER_ID.eq(Text.clean(userId)))
                .and(PORTAL_SESSION.REVOKED_AT.isNull())
                .and(PORTAL_SESSION.EXPIRES_AT.gt(clock.instant()))
                .orderBy(PORTAL_SESSION.CREATED_AT.desc(), PORTAL_SESSION.TOKEN_HASH)
                .fetch(PostgresSessions::session));
  }

  @Override
  public void enrolled(Session session) {
    transactions.inTenant(
        session.tenant(),
        sql ->
            sql.update(PORTAL_SESSION)
                .set(PORTAL_SESSION.ENROLMENT_DUE, false)
                .where(PORTAL_SESSION.TOKEN_HASH.eq(session.tokenHash()))
                .execute());
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

  @Override
  public int revokeThrough(
      TenantSlug tenant,
      String provider,
      @Nullable String userId,
      @Nullable String providerSession) {
    if (userId == null && providerSession == null) {
      throw new IllegalArgumentException("neither a user nor a provider's session is given");
    }
    return transactions.inTenant(
        tenant,
        sql ->
            sql.update(PORTAL_SESSION)
                .set(PORTAL_SESSION.REVOKED_AT, clock.instant())
                .where(PORTAL_SESSION.TENANT.eq(tenant.value()))
                .and(PORTAL_SESSION.PROVIDER.eq(provider))
                .and(PORTAL_SESSION.KIND.eq(Kind.BROWSER.wireName()))
                .and(userId == null ? noCondition() : PORTAL_SESSION.USER_ID.eq(userId))
                .and(
                    providerSession == null
                        ? noCondition()
                        : PORTAL_SESSION.PROVIDER_SESSION.eq(Text.clean(providerSession)))
                .and(PORTAL_SESSION.REVOKED_AT.isNull())
                .execute());
  }
}
