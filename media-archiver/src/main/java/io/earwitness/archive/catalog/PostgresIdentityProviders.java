package io.earwitness.archive.catalog;

import static io.earwitness.archive.catalog.generated.Tables.IDENTITY_LINK;
import static io.earwitness.archive.catalog.generated.Tables.IDENTITY_PROVIDER;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import io.earwitness.access.Role;
import io.earwitness.archive.catalog.generated.tables.records.IdentityProviderRecord;
import io.earwitness.call.TenantSlug;
import io.earwitness.json.Json;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.JSONB;
import org.jooq.impl.DSL;

/** {@link IdentityProviders} in PostgreSQL. */
final class PostgresIdentityProviders implements IdentityProviders {
  private static final TypeReference<Map<String, Set<Role>>> ROLES = new TypeReference<>() {};
  private static final TypeReference<Map<String, Set<String>>> TEAMS = new TypeReference<>() {};

  private final Transactions transactions;
  private final Clock clock;

  PostgresIdentityProviders(Transactions transactions, Clock clock) {
    this.transactions = transactions;
    this.clock = clock;
  }

  @Override
  public List<Provider> list(TenantSlug tenant) {
    return transactions.inTenant(
        tenant,
        sql ->
            sql.selectFrom(IDENTITY_PROVIDER)
                .where(IDENTITY_PROVIDER.TENANT.eq(tenant.value()))
                .and(IDENTITY_PROVIDER.VALID_UNTIL.isNull())
                .orderBy(IDENTITY_PROVIDER.ID)
                .fetch(row -> provider(tenant, row)));
  }

  @Override
  public Optional<Provider> find(TenantSlug tenant, String id) {
    return transactions.inTenant(tenant, sql -> find(sql, tenant, id));
  }

  private static Optional<Provider> find(DSLContext sql, TenantSlug tenant, String id) {
    return sql.selectFrom(IDENTITY_PROVIDER)
        .where(IDENTITY_PROVIDER.TENANT.eq(tenant.value()))
        .and(IDENTITY_PROVIDER.ID.eq(Text.clean(id)))
        .and(IDENTITY_PROVIDER.VALID_UNTIL.isNull())
        .fetchOptional(row -> provider(tenant, row));
  }

  private static Provider provider(TenantSlug tenant, IdentityProviderRecord row) {
    return new Provider(
        tenant,
        row.getId(),
        row.getName(),
        row.getIssuer(),
        row.getClientId(),
        row.getClientSecret(),
        List.of(row.getScopes()),
        row.getUserClaim(),
        row.getGroupsClaim(),
        read(row.getRoles(), ROLES),
        read(row.getTeams(), TEAMS),
        row.getProvisions(),
        row.getEnabled());
  }

  private static <T> T read(JSONB json, TypeReference<T> type) {
    try {
      return Json.mapper().readValue(json.data(), type);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("an identity provider's mapping can't be read", e);
    }
  }

  @Override
  public boolean set(Provider provider, String actor) {
    provider.check();
    return transactions.inTenant(
        provider.tenant(),
        sql -> {
          Instant now = CallRows.micros(clock.instant());
          PostgresDirectory.demandTenant(sql, provider.tenant());
          AccessVersions.change(sql, provider.tenant(), now);
          if (find(sql, provider.tenant(), provider.id()).filter(provider::equals).isPresent()) {
            return false;
          }
          write(sql, provider, now);
          Journal.write(sql, provider.tenant(), now, actor, "identity-provider.set", provider);
          return true;
        });
  }

  /** Ends the version that there is, if any, and begins this one. */
  static void write(DSLContext sql, Provider provider, Instant now) {
    end(sql, provider.tenant(), provider.id(), now);
    // Never before the end of the former version, which may end a little after now
    Field<Instant> past =
        DSL.coalesce(
            DSL.field(
                DSL.select(DSL.max(IDENTITY_PROVIDER.VALID_UNTIL))
                    .from(IDENTITY_PROVIDER)
                    .where(IDENTITY_PROVIDER.TENANT.eq(provider.tenant().value()))
                    .and(IDENTITY_PROVIDER.ID.eq(provider.id()))),
            DSL.val(now));
    sql.insertInto(IDENTITY_PROVIDER)
        .set(IDENTITY_PROVIDER.TENANT, provider.tenant().value())
        .set(IDENTITY_PROVIDER.ID, provider.id())
        .set(IDENTITY_PROVIDER.NAME, provider.name())
        .set(IDENTITY_PROVIDER.ISSUER, provider.issuer())
        .set(IDENTITY_PROVIDER.CLIENT_ID, provider.clientId())
        .set(IDENTITY_PROVIDER.CLIENT_SECRET, provider.clientSecret())
        .set(IDENTITY_PROVIDER.SCOPES, provider.scopes().toArray(String[]::new))
        .set(IDENTITY_PROVIDER.USER_CLAIM, provider.userClaim())
        .set(IDENTITY_PROVIDER.GROUPS_CLAIM, provider.groupsClaim())
        .set(IDENTITY_PROVIDER.ROLES, JSONB.valueOf(Json.text(provider.roles())))
        .set(IDENTITY_PROVIDER.TEAMS, JSONB.valueOf(Json.text(provider.teams())))
        .set(IDENTITY_PROVIDER.PROVISIONS, provider.provisions())
        .set(IDENTITY_PROVIDER.ENABLED, provider.enabled())
        .set(IDENTITY_PROVIDER.VALID_FROM, DSL.greatest(DSL.val(now), past))
        .execute();
  }

  static int end(DSLContext sql, TenantSlug tenant, String id, Instant now) {
    return sql.update(IDENTITY_PROVIDER)
        .set(IDENTITY_PROVIDER.VALID_UNTIL, Periods.end(IDENTITY_PROVIDER.VALID_FROM, now))
        .where(IDENTITY_PROVIDER.TENANT.eq(tenant.value()))
        .and(IDENTITY_PROVIDER.ID.eq(Text.clean(id)))
        .and(IDENTITY_PROVIDER.VALID_UNTIL.isNull())
        .execute();
  }

  @Override
  public boolean remove(TenantSlug tenant, String id, String actor) {
    return transactions.inTenant(
        tenant,
        sql -> {
          Instant now = CallRows.micros(clock.instant());
          int rows = end(sql, tenant, id, now);
          if (rows > 0) {
            Journal.write(
                sql, tenant, now, actor, "identity-provider.remove", Map.of("provider", id));
          }
          return rows > 0;
        });
  }

  private static Condition of(TenantSlug tenant, String provider) {
    return IDENTITY_LINK.TENANT.eq(tenant.value()).and(IDENTITY_LINK.PROVIDER.eq(provider));
  }

  @Override
  public List<Link> links(TenantSlug tenant, String userId) {
    return transactions.inTenant(
        tenant,
        sql ->
            sql.selectFrom(IDENTITY_LINK)
                .where(IDENTITY_LINK.TENANT.eq(tenant.value()))
                .and(IDENTITY_LINK.USER_ID.eq(userId))
                .orderBy(IDENTITY_LINK.PROVIDER)
                .fetch(
                    row ->
                        new Link(
                            row.getProvider(),
                            row.getIssuer(),
                            row.getSubject(),
                            row.getMarkedAt(),
                            row.getLinkedAt())));
  }

  @Override
  public Optional<String> linked(
      TenantSlug tenant, String provider, String issuer, String subject) {
    return transactions.inTenant(
        tenant,
        sql ->
            sql.select(IDENTITY_LINK.USER_ID)
                .from(IDENTITY_LINK)
                .where(of(tenant, provider))
                .and(IDENTITY_LINK.ISSUER.eq(issuer))
                .and(IDENTITY_LINK.SUBJECT.eq(Text.clean(subject)))
                .fetchOptional(IDENTITY_LINK.USER_ID));
  }

  @Override
  public boolean mark(TenantSlug tenant, String userId, String provider, String actor) {
    return transactions.inTenant(
        tenant,
        sql -> {
          Instant now = CallRows.micros(clock.instant());
          Assignments.demandUser(sql, tenant, userId);
          int rows =
              sql.insertInto(IDENTITY_LINK)
                  .set(IDENTITY_LINK.TENANT, tenant.value())
                  .set(IDENTITY_LINK.USER_ID, userId)
                  .set(IDENTITY_LINK.PROVIDER, provider)
                  .set(IDENTITY_LINK.MARKED_AT, now)
                  .onConflictDoNothing()
                  .execute();
          if (rows > 0) {
            Map<String, String> data = Map.of("user", userId, "provider", provider);
            Journal.write(sql, tenant, now, actor, "user.mark-provider", data);
          }
          return rows > 0;
        });
  }

  @Override
  public boolean link(
      TenantSlug tenant,
      String userId,
      String provider,
      String issuer,
      String subject,
      String actor) {
    return transactions.inTenant(
        tenant,
        sql -> {
          Instant now = CallRows.micros(clock.instant());
          int rows =
              sql.update(IDENTITY_LINK)
                  .set(IDENTITY_LINK.ISSUER, issuer)
                  .set(IDENTITY_LINK.SUBJECT, Text.clean(subject))
                  .set(IDENTITY_LINK.LINKED_AT, now)
                  .where(of(tenant, provider))
                  .and(IDENTITY_LINK.USER_ID.eq(userId))
                  .and(IDENTITY_LINK.SUBJECT.isNull())
                  .execute();
          if (rows > 0) {
            Map<String, String> data =
                Map.of("user", userId, "provider", provider, "issuer", issuer, "subject", subject);
            Journal.write(sql, tenant, now, actor, "user.link-provider", data);
          }
          return rows > 0;
        });
  }

  @Override
  public boolean unlink(TenantSlug tenant, String userId, String provider, String actor) {
    return transactions.inTenant(
        tenant,
        sql -> {
          int rows =
              sql.deleteFrom(IDENTITY_LINK)
                  .where(of(tenant, provider))
                  .and(IDENTITY_LINK.USER_ID.eq(userId))
                  .execute();
          if (rows > 0) {
            Map<String, String> data = Map.of("user", userId, "provider", provider);
            Journal.write(sql, tenant, clock.instant(), actor, "user.unlink-provider", data);
          }
          return rows > 0;
        });
  }
}
