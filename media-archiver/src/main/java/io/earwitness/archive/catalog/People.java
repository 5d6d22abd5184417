package io.earwitness.archive.catalog;

import static io.earwitness.archive.catalog.generated.Tables.APP_USER;
import static io.earwitness.archive.catalog.generated.Tables.TEAM;
import static io.earwitness.archive.catalog.generated.Tables.TEAM_MEMBER;
import static io.earwitness.archive.catalog.generated.Tables.USER_ROLE;

import io.earwitness.archive.catalog.Directory.Team;
import io.earwitness.archive.catalog.Directory.User;
import io.earwitness.call.TenantSlug;
import io.earwitness.call.WireName;
import java.time.Clock;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/** Users, their roles and their teams. Roles and memberships keep the time in which they held. */
final class People {
  private final Transactions transactions;
  private final Clock clock;

  People(Transactions transactions, Clock clock) {
    this.transactions = transactions;
    this.clock = clock;
  }

  List<User> users(TenantSlug tenant) {
    return transactions.inTenant(tenant, sql -> users(sql, tenant, DSL.noCondition()));
  }

  Optional<User> user(TenantSlug tenant, String name) {
    return transactions
        .inTenant(tenant, sql -> users(sql, tenant, APP_USER.NAME.eq(Text.clean(name))))
        .stream()
        .findFirst();
  }

  Optional<User> userById(TenantSlug tenant, String id) {
    return transactions
        .inTenant(tenant, sql -> users(sql, tenant, APP_USER.ID.eq(Text.clean(id))))
        .stream()
        .findFirst();
  }

  private static List<User> users(DSLContext sql, TenantSlug tenant, Condition which) {
    Map<String, Set<Role>> roles =
        sql
            .selectFrom(USER_ROLE)
            .where(USER_ROLE.TENANT.eq(tenant.value()))
            .and(USER_ROLE.VALID_UNTIL.isNull())
            .fetch()
            .stream()
            .collect(
                Collectors.groupingBy(
                    row -> row.getUserId(),
                    Collectors.mapping(
                        row -> WireName.parse(Role.class, row.getRole()), Collectors.toSet())));
    return sql.selectFrom(APP_USER)
        .where(APP_USER.TENANT.eq(tenant.value()))
        .and(which)
        .orderBy(APP_USER.NAME)
        .fetch(
            row ->
                new User(
                    row.getId(),
                    tenant,
                    row.getName(),
                    row.getDisplayName(),
                    row.getPasswordHash(),
                    roles.getOrDefault(row.getId(), Set.of()),
                    row.getActive()));
  }

  boolean addUser(User user, String actor) {
    if (user.id().isBlank() || user.name().isBlank()) {
      throw new IllegalArgumentException("a user needs an id and a name");
    }
    String tenant = user.tenant().value();
    return transactions.inTenant(
        user.tenant(),
        sql -> {
          PostgresDirectory.demandTenant(sql, user.tenant());
          int rows =
              sql.insertInto(APP_USER)
                  .set(APP_USER.TENANT, tenant)
                  .set(APP_USER.ID, user.id())
                  .set(APP_USER.NAME, Text.clean(user.name()))
                  .set(APP_USER.DISPLAY_NAME, Text.clean(user.displayName()))
                  .set(APP_USER.PASSWORD_HASH, user.passwordHash())
                  .set(APP_USER.ACTIVE, user.active())
                  .set(APP_USER.ADDED_AT, clock.instant())
                  .onConflictDoNothing()
                  .execute();
          if (rows == 0) {
            if (users(sql, user.tenant(), APP_USER.NAME.eq(Text.clean(user.name()))).isEmpty()) {
              throw new IllegalArgumentException(
                  "the user id '%s' is another user's already".formatted(user.id()));
            }
            return false;
          }
          for (Role role : user.roles()) {
            sql.insertInto(USER_ROLE)
                .set(USER_ROLE.TENANT, tenant)
                .set(USER_ROLE.USER_ID, user.id())
                .set(USER_ROLE.ROLE, role.wireName())
                .set(USER_ROLE.VALID_FROM, clock.instant())
                .execute();
          }
          Journal.write(sql, user.tenant(), clock.instant(), actor, "user.add", user);
          return true;
        });
  }

  List<Team> teams(TenantSlug tenant) {
    return transactions.inTenant(tenant, sql -> teams(sql, tenant));
  }

  private static List<Team> teams(DSLContext sql, TenantSlug tenant) {
    return sql.selectFrom(TEAM)
        .where(TEAM.TENANT.eq(tenant.value()))
        .orderBy(TEAM.NAME)
        .fetch(row -> new Team(row.getId(), tenant, row.getName(), row.getParent()));
  }

  boolean addTeam(Team team, String actor) {
    if (team.id().isBlank() || team.name().isBlank()) {
      throw new IllegalArgumentException("a team needs an id and a name");
    }
    return transactions.inTenant(
        team.tenant(),
        sql -> {
          PostgresDirectory.demandTenant(sql, team.tenant());
          List<Team> teams = teams(sql, team.tenant());
          String parent = team.parent();
          String parentId = parent == null ? null : named(teams, parent).id();
          int rows =
              sql.insertInto(TEAM)
                  .set(TEAM.TENANT, team.tenant().value())
                  .set(TEAM.ID, team.id())
                  .set(TEAM.NAME, Text.clean(team.name()))
                  .set(TEAM.PARENT, parentId)
                  .set(TEAM.ADDED_AT, clock.instant())
                  .onConflictDoNothing()
                  .execute();
          if (rows == 0) {
            return false;
          }
          Team added = new Team(team.id(), team.tenant(), team.name(), parentId);
          Journal.write(sql, team.tenant(), clock.instant(), actor, "team.add", added);
          return true;
        });
  }

  boolean addMember(TenantSlug tenant, String team, String userName, String actor) {
    return transactions.inTenant(
        tenant,
        sql -> {
          String teamId = named(teams(sql, tenant), team).id();
          String userId = userId(sql, tenant, userName);
          int rows =
              sql.insertInto(TEAM_MEMBER)
                  .set(TEAM_MEMBER.TENANT, tenant.value())
                  .set(TEAM_MEMBER.TEAM_ID, teamId)
                  .set(TEAM_MEMBER.USER_ID, userId)
                  .set(TEAM_MEMBER.VALID_FROM, clock.instant())
                  .onConflictDoNothing()
                  .execute();
          if (rows > 0) {
            Map<String, String> data = Map.of("team", teamId, "user", userId);
            Journal.write(sql, tenant, clock.instant(), actor, "member.add", data);
          }
          return rows > 0;
        });
  }

  /** A team by its id or its name. */
  private static Team named(List<Team> teams, String idOrName) {
    return teams.stream()
        .filter(team -> team.id().equals(idOrName))
        .findFirst()
        .or(() -> teams.stream().filter(team -> team.name().equals(idOrName)).findFirst())
        .orElseThrow(
            () -> new IllegalArgumentException("there is no team '%s'".formatted(idOrName)));
  }

  /** The id of the user with that account name. */
  static String userId(DSLContext sql, TenantSlug tenant, String userName) {
    return users(sql, tenant, APP_USER.NAME.eq(Text.clean(userName))).stream()
        .map(User::id)
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "tenant %s has no user '%s'".formatted(tenant, userName)));
  }

  Set<String> teamsOf(TenantSlug tenant, String userId) {
    return transactions.inTenant(
        tenant,
        sql -> {
          Map<String, @Nullable String> parents = new HashMap<>();
          teams(sql, tenant).forEach(team -> parents.put(team.id(), team.parent()));
          return withAncestors(memberships(sql, tenant, userId), parents);
        });
  }

  Set<String> memberships(TenantSlug tenant, String userId) {
    return transactions.inTenant(tenant, sql -> memberships(sql, tenant, userId));
  }

  private static Set<String> memberships(DSLContext sql, TenantSlug tenant, String userId) {
    return sql.select(TEAM_MEMBER.TEAM_ID)
        .from(TEAM_MEMBER)
        .where(TEAM_MEMBER.TENANT.eq(tenant.value()))
        .and(TEAM_MEMBER.USER_ID.eq(userId))
        .and(TEAM_MEMBER.VALID_UNTIL.isNull())
        .fetchSet(TEAM_MEMBER.TEAM_ID);
  }

  /** The teams and all that they belong to; a circle of teams, which can't be made here, ends. */
  static Set<String> withAncestors(
      Iterable<String> teams, Map<String, ? extends @Nullable String> parents) {
    Set<String> all = new HashSet<>();
    for (String team : teams) {
      String each = team;
      while (each != null && all.add(each)) {
        each = parents.get(each);
      }
    }
    return all;
  }
}
