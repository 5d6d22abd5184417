package io.earwitness.archive.catalog;

import io.earwitness.call.TenantSlug;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import org.jooq.DSLContext;

/** {@link ProvisionedPeople} in PostgreSQL. */
final class PostgresProvisionedPeople implements ProvisionedPeople {
  private final Transactions transactions;
  private final Clock clock;

  PostgresProvisionedPeople(Transactions transactions, Clock clock) {
    this.transactions = transactions;
    this.clock = clock;
  }

  private <T> T change(TenantSlug tenant, BiFunction<DSLContext, Instant, T> change) {
    return transactions.inTenant(
        tenant,
        sql -> {
          Instant now = CallRows.micros(clock.instant());
          AccessVersions.change(sql, tenant, now);
          return change.apply(sql, now);
        });
  }

  @Override
  public Page<Profile> users(TenantSlug tenant, Sought sought, int offset, int limit) {
    return transactions.inTenant(
        tenant, sql -> ProvisionedProfiles.find(sql, tenant, sought, offset, limit));
  }

  @Override
  public Optional<Profile> user(TenantSlug tenant, String id) {
    return transactions.inTenant(tenant, sql -> ProvisionedProfiles.get(sql, tenant, id));
  }

  @Override
  public Profile addUser(TenantSlug tenant, Profile wanted, String actor) {
    return change(tenant, (sql, now) -> new ProvisionedUsers(sql, tenant, now, actor).add(wanted));
  }

  @Override
  public Optional<Profile> changeUser(
      TenantSlug tenant,
      String id,
      UnaryOperator<Profile> change,
      RemovalLimit limit,
      String actor) {
    return settled(
        change(
            tenant,
            (sql, now) -> new ProvisionedUsers(sql, tenant, now, actor).change(id, change, limit)));
  }

  @Override
  public boolean removeUser(
      TenantSlug tenant,
      String id,
      UnaryOperator<Profile> check,
      RemovalLimit limit,
      String actor) {
    return settled(
            change(
                tenant,
                (sql, now) ->
                    new ProvisionedUsers(sql, tenant, now, actor).remove(id, check, limit)))
        .isPresent();
  }

  /** A hold is written down, so it is told after its transaction. */
  private static Optional<Profile> settled(ProvisionedUsers.Outcome outcome) {
    return switch (outcome) {
      case ProvisionedUsers.Outcome.Held held -> throw held.refusal();
      case ProvisionedUsers.Outcome.Missing _ -> Optional.empty();
      case ProvisionedUsers.Outcome.Done done -> Optional.of(done.profile());
    };
  }

  @Override
  public Page<Group> groups(TenantSlug tenant, Sought sought, int offset, int limit) {
    return transactions.inTenant(
        tenant, sql -> ProvisionedTeams.find(sql, tenant, sought, offset, limit, clock.instant()));
  }

  @Override
  public Optional<Group> group(TenantSlug tenant, String id) {
    return transactions.inTenant(
        tenant, sql -> ProvisionedTeams.get(sql, tenant, id, clock.instant()));
  }

  @Override
  public Group addGroup(TenantSlug tenant, Group wanted, String actor) {
    return change(tenant, (sql, now) -> new ProvisionedTeams(sql, tenant, now, actor).add(wanted));
  }

  @Override
  public Optional<Group> changeGroup(
      TenantSlug tenant, String id, UnaryOperator<Group> change, String actor) {
    return change(
        tenant, (sql, now) -> new ProvisionedTeams(sql, tenant, now, actor).change(id, change));
  }

  @Override
  public boolean removeGroup(
      TenantSlug tenant, String id, UnaryOperator<Group> check, String actor) {
    return change(
        tenant, (sql, now) -> new ProvisionedTeams(sql, tenant, now, actor).remove(id, check));
  }

  @Override
  public List<Hold> holds(TenantSlug tenant) {
    return transactions.inTenant(tenant, sql -> RemovalGuard.holds(sql, tenant));
  }

  @Override
  public boolean decide(TenantSlug tenant, UUID hold, int further, String actor) {
    return change(
        tenant, (sql, now) -> RemovalGuard.decide(sql, tenant, hold, further, now, actor));
  }

  @Override
  public List<Removal> removals(TenantSlug tenant) {
    return transactions.inTenant(
        tenant, sql -> RemovalGuard.removals(sql, tenant, clock.instant()));
  }

  @Override
  public boolean undo(TenantSlug tenant, String userId, String actor) {
    return change(tenant, (sql, now) -> RemovalGuard.undo(sql, tenant, userId, now, actor));
  }
}
