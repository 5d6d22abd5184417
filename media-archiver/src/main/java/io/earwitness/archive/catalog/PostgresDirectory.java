package io.earwitness.archive.catalog;

import static io.earwitness.archive.catalog.generated.Tables.TENANT;
import static io.earwitness.archive.catalog.generated.Tables.TENANT_DOMAIN;
import static io.earwitness.archive.catalog.generated.Tables.TENANT_KEY;

import io.earwitness.call.CallLimits;
import io.earwitness.call.MatchingRule;
import io.earwitness.call.RecorderSnapshot;
import io.earwitness.call.TenantSlug;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jooq.DSLContext;

/** {@link Directory} in PostgreSQL: tenants and keys here, the rest in its parts. */
final class PostgresDirectory implements Directory {
  private final Transactions transactions;
  private final Clock clock;
  private final People people;
  private final Assignments assignments;
  private final Numbers numbers;
  private final Srcs srcs;
  private final Snapshots snapshots;

  PostgresDirectory(Transactions transactions, Clock clock) {
    this.transactions = transactions;
    this.clock = clock;
    this.people = new People(transactions, clock);
    this.assignments = new Assignments(transactions, clock);
    this.numbers = new Numbers(transactions, clock);
    this.srcs = new Srcs(transactions, clock);
    this.snapshots = new Snapshots(transactions, clock);
  }

  @Override
  public List<Tenant> tenants() {
    return transactions.asWorker(PostgresDirectory::tenants);
  }

  /** All tenants that the transaction may see, by slug. */
  static List<Tenant> tenants(DSLContext sql) {
    Map<String, Set<String>> domains =
        sql.selectFrom(TENANT_DOMAIN).fetch().stream()
            .collect(
                Collectors.groupingBy(
                    row -> row.getTenant(),
                    Collectors.mapping(row -> row.getDomain(), Collectors.toSet())));
    return sql.selectFrom(TENANT)
        .orderBy(TENANT.TENANT_)
        .fetch(
            row ->
                new Tenant(
                    new TenantSlug(row.getTenant()),
                    row.getName(),
                    ZoneId.of(row.getZone()),
                    new TreeSet<>(domains.getOrDefault(row.getTenant(), Set.of())),
                    row.getRetentionYears(),
                    new CallLimits(row.getGuaranteedCalls(), row.getMaxCalls()),
                    row.getNumberScreening()));
  }

  @Override
  public Optional<Tenant> tenant(TenantSlug slug) {
    return transactions.inTenant(slug, PostgresDirectory::tenants).stream()
        .filter(tenant -> tenant.slug().equals(slug))
        .findFirst();
  }

  @Override
  public boolean addTenant(Tenant tenant, String actor) {
    if (tenant.retentionYears() < 1 || tenant.retentionYears() > 100) {
      throw new IllegalArgumentException(
          "retention of %d years; allowed are 1 to 100".formatted(tenant.retentionYears()));
    }
    Set<String> domains =
        tenant.domains().stream()
            .map(domain -> domain.strip().toLowerCase(Locale.ROOT))
            .collect(Collectors.toCollection(TreeSet::new));
    return transactions.inTenant(
        tenant.slug(),
        sql -> {
          Instant now = CallRows.micros(clock.instant());
          int rows =
              sql.insertInto(TENANT)
                  .set(TENANT.TENANT_, tenant.slug().value())
                  .set(TENANT.NAME, Text.clean(tenant.name()))
                  .set(TENANT.ZONE, tenant.zone().getId())
                  .set(TENANT.RETENTION_YEARS, tenant.retentionYears())
                  .set(TENANT.GUARANTEED_CALLS, tenant.limits().guaranteed())
                  .set(TENANT.MAX_CALLS, tenant.limits().max())
                  .set(TENANT.NUMBER_SCREENING, tenant.numberScreening())
                  .set(TENANT.CREATED_AT, now)
                  .onConflictDoNothing()
                  .execute();
          if (rows == 0) {
            return false;
          }
          for (String domain : domains) {
            int added =
                sql.insertInto(TENANT_DOMAIN)
                    .set(TENANT_DOMAIN.DOMAIN, domain)
                    .set(TENANT_DOMAIN.TENANT, tenant.slug().value())
                    .onConflictDoNothing()
                    .execute();
            if (added == 0) {
              throw new IllegalArgumentException(
                  "the domain '%s' is another tenant's already".formatted(domain));
            }
          }
          Journal.write(sql, tenant.slug(), now, actor, "tenant.add", tenant);
          return true;
        });
  }

  @Override
  public boolean setCallLimits(TenantSlug tenant, CallLimits limits, String actor) {
    return transactions.inTenant(
        tenant,
        sql -> {
          demandTenant(sql, tenant);
          int rows =
              sql.update(TENANT)
                  .set(TENANT.GUARANTEED_CALLS, limits.guaranteed())
                  .set(TENANT.MAX_CALLS, limits.max())
                  .where(TENANT.TENANT_.eq(tenant.value()))
                  .and(
                      TENANT
                          .GUARANTEED_CALLS
                          .ne(limits.guaranteed())
                          .or(TENANT.MAX_CALLS.isDistinctFrom(limits.max())))
                  .execute();
          if (rows > 0) {
            Journal.write(sql, tenant, clock.instant(), actor, "tenant.set-call-limits", limits);
          }
          return rows > 0;
        });
  }

  @Override
  public boolean setNumberScreening(TenantSlug tenant, boolean screened, String actor) {
    return transactions.inTenant(
        tenant,
        sql -> {
          demandTenant(sql, tenant);
          int rows =
              sql.update(TENANT)
                  .set(TENANT.NUMBER_SCREENING, screened)
                  .where(TENANT.TENANT_.eq(tenant.value()))
                  .and(TENANT.NUMBER_SCREENING.ne(screened))
                  .execute();
          if (rows > 0) {
            Map<String, Boolean> data = Map.of("screened", screened);
            Journal.write(sql, tenant, clock.instant(), actor, "tenant.set-number-screening", data);
          }
          return rows > 0;
        });
  }

  /** Refuses what belongs to a tenant that isn't there. */
  static void demandTenant(DSLContext sql, TenantSlug slug) {
    if (!sql.fetchExists(TENANT, TENANT.TENANT_.eq(slug.value()))) {
      throw new IllegalArgumentException("there is no tenant '%s'".formatted(slug));
    }
  }

  @Override
  public List<User> users(TenantSlug tenant) {
    return people.users(tenant);
  }

  @Override
  public Optional<User> user(TenantSlug tenant, String name) {
    return people.user(tenant, name);
  }

  @Override
  public Optional<User> userById(TenantSlug tenant, String id) {
    return people.userById(tenant, id);
  }

  @Override
  public boolean addUser(User user, String actor) {
    return people.addUser(user, actor);
  }

  @Override
  public List<Team> teams(TenantSlug tenant) {
    return people.teams(tenant);
  }

  @Override
  public boolean addTeam(Team team, String actor) {
    return people.addTeam(team, actor);
  }

  @Override
  public boolean addMember(TenantSlug tenant, String team, String userName, String actor) {
    return assignments.addMember(
        tenant, people.teamId(tenant, team), people.userId(tenant, userName), null, actor);
  }

  @Override
  public Set<String> memberships(TenantSlug tenant, String userId) {
    return people.memberships(tenant, userId);
  }

  @Override
  public Set<String> teamsOf(TenantSlug tenant, String userId) {
    return people.teamsOf(tenant, userId);
  }

  @Override
  public List<NumberRange> numbers(TenantSlug tenant) {
    return numbers.list(tenant);
  }

  @Override
  public boolean addNumber(NumberRange range, String actor) {
    return numbers.add(range, actor);
  }

  @Override
  public int addNumbers(List<NumberRange> ranges, String actor) {
    return numbers.addAll(ranges, actor);
  }

  @Override
  public List<MatchingRule> rules() {
    return transactions.asWorker(MatchingRuleRows::list);
  }

  @Override
  public boolean setRules(List<MatchingRule> wanted, String actor) {
    return transactions.asWorker(
        sql -> MatchingRuleRows.set(sql, wanted, CallRows.micros(clock.instant()), actor));
  }

  @Override
  public List<RecorderSnapshot.Src> srcs() {
    return transactions.asWorker(Srcs::list);
  }

  @Override
  public boolean addSrc(RecorderSnapshot.Src src, String actor) {
    return srcs.add(src, actor);
  }

  @Override
  public boolean setSrc(RecorderSnapshot.Src src, String actor) {
    return srcs.set(src, actor);
  }

  @Override
  public List<Key> keys(TenantSlug tenant) {
    return keptKeys(tenant).stream().map(KeptKey::key).toList();
  }

  @Override
  public List<KeptKey> keptKeys(TenantSlug tenant) {
    return transactions.inTenant(
        tenant,
        sql ->
            sql.selectFrom(TENANT_KEY)
                .where(TENANT_KEY.TENANT.eq(tenant.value()))
                .orderBy(TENANT_KEY.ADDED_AT, TENANT_KEY.ID)
                .fetch(
                    row ->
                        new KeptKey(
                            new Key(
                                tenant,
                                row.getId(),
                                row.getCertificate(),
                                row.getCustody(),
                                row.getActive()),
                            row.getAddedAt())));
  }

  @Override
  public boolean addKey(Key key, String actor) {
    if (!key.id().matches("[0-9a-f]{64}")) {
      throw new IllegalArgumentException(
          "'%s' is no key id: the SHA-256 of its certificate, 64 lower-case hex digits"
              .formatted(key.id()));
    }
    if (!Set.of("managed", "customer-held").contains(key.custody())) {
      throw new IllegalArgumentException(
          "'%s' is no custody: 'managed' or 'customer-held'".formatted(key.custody()));
    }
    return transactions.inTenant(
        key.tenant(),
        sql -> {
          demandTenant(sql, key.tenant());
          Instant now = CallRows.micros(clock.instant());
          int rows =
              sql.insertInto(TENANT_KEY)
                  .set(TENANT_KEY.TENANT, key.tenant().value())
                  .set(TENANT_KEY.ID, key.id())
                  .set(TENANT_KEY.CERTIFICATE, key.certificate())
                  .set(TENANT_KEY.CUSTODY, key.custody())
                  .set(TENANT_KEY.ACTIVE, key.active())
                  .set(TENANT_KEY.ADDED_AT, now)
                  .onConflictDoNothing()
                  .execute();
          if (rows > 0) {
            Journal.write(sql, key.tenant(), now, actor, "key.add", key);
          }
          return rows > 0;
        });
  }

  @Override
  public RecorderSnapshot snapshot() {
    return snapshots.take();
  }
}
