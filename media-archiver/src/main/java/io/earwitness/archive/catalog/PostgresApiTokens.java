package io.earwitness.archive.catalog;

import static io.earwitness.archive.catalog.generated.Tables.API_TOKEN;

import io.earwitness.archive.catalog.generated.tables.records.ApiTokenRecord;
import io.earwitness.call.TenantSlug;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jooq.Condition;
import org.jooq.DSLContext;

/** {@link ApiTokens} in PostgreSQL. */
final class PostgresApiTokens implements ApiTokens {
  private final Transactions transactions;
  private final Clock clock;

  PostgresApiTokens(Transactions transactions, Clock clock) {
    this.transactions = transactions;
    this.clock = clock;
  }

  @Override
  public void create(ApiToken token) {
    transactions.inTenant(
        token.tenant(),
        sql ->
            sql.insertInto(API_TOKEN)
                .set(API_TOKEN.TOKEN_HASH, token.hash())
                .set(API_TOKEN.TENANT, token.tenant().value())
                .set(API_TOKEN.USER_ID, token.userId())
                .set(API_TOKEN.NAME, Text.clean(token.name()))
                .set(
                    API_TOKEN.SCOPES,
                    token.scopes() == null
                        ? null
                        : token.scopes().stream().sorted().toArray(String[]::new))
                .set(API_TOKEN.CREATED_AT, token.created())
                .set(API_TOKEN.CREATED_BY, Text.clean(token.createdBy()))
                .set(API_TOKEN.LAST_USED_AT, token.lastUsed())
                .set(API_TOKEN.EXPIRES_AT, token.expires())
                .execute());
  }

  private Condition usable() {
    return API_TOKEN.REVOKED_AT.isNull().and(API_TOKEN.EXPIRES_AT.gt(clock.instant()));
  }

  @Override
  public Optional<ApiToken> find(String hash) {
    return transactions.asWorker(
        sql ->
            sql.selectFrom(API_TOKEN)
                .where(API_TOKEN.TOKEN_HASH.eq(hash))
                .and(usable())
                .fetchOptional(PostgresApiTokens::token));
  }

  @Override
  public List<ApiToken> of(TenantSlug tenant, String userId) {
    return transactions.inTenant(
        tenant,
        sql ->
            sql.selectFrom(API_TOKEN)
                .where(API_TOKEN.TENANT.eq(tenant.value()))
                .and(API_TOKEN.USER_ID.eq(Text.clean(userId)))
                .and(usable())
                .orderBy(API_TOKEN.CREATED_AT, API_TOKEN.TOKEN_HASH)
                .fetch(PostgresApiTokens::token));
  }

  private static ApiToken token(ApiTokenRecord row) {
    return new ApiToken(
        row.getTokenHash(),
        new TenantSlug(row.getTenant()),
        row.getUserId(),
        row.getName(),
        row.getScopes() == null ? null : Set.of(row.getScopes()),
        row.getCreatedAt(),
        row.getCreatedBy(),
        row.getLastUsedAt(),
        row.getExpiresAt());
  }

  @Override
  public void touch(ApiToken token, Instant at) {
    transactions.inTenant(
        token.tenant(),
        sql ->
            sql.update(API_TOKEN)
                .set(API_TOKEN.LAST_USED_AT, at)
                .where(API_TOKEN.TENANT.eq(token.tenant().value()))
                .and(API_TOKEN.TOKEN_HASH.eq(token.hash()))
                .and(API_TOKEN.LAST_USED_AT.lt(at))
                .execute());
  }

  @Override
  public void revoke(ApiToken token, String actor) {
    transactions.inTenant(
        token.tenant(),
        sql ->
            sql.update(API_TOKEN)
                .set(API_TOKEN.REVOKED_AT, clock.instant())
                .set(API_TOKEN.REVOKED_BY, Text.clean(actor))
                .where(API_TOKEN.TENANT.eq(token.tenant().value()))
                .and(API_TOKEN.TOKEN_HASH.eq(token.hash()))
                .and(API_TOKEN.REVOKED_AT.isNull())
                .execute());
  }

  /** Ends all tokens of an account, within the transaction that ends its use. */
  static void revokeAll(
      DSLContext sql, TenantSlug tenant, String userId, Instant now, String actor) {
    sql.update(API_TOKEN)
        .set(API_TOKEN.REVOKED_AT, now)
        .set(API_TOKEN.REVOKED_BY, Text.clean(actor))
        .where(API_TOKEN.TENANT.eq(tenant.value()))
        .and(API_TOKEN.USER_ID.eq(userId))
        .and(API_TOKEN.REVOKED_AT.isNull())
        .execute();
  }
}
