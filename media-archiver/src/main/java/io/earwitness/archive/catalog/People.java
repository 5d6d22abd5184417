package io.earwitness.archive.catalog;

import static io.earwitness.archive.catalog.generated.Tables.APP_USER;
import static io.earwitness.archive.catalog.generated.Tables.TEAM;
import static io.earwitness.archive.catalog.generated.Tables.TEAM_MEMBER;
import static io.earwitness.archive.catalog.generated.Tables.USER_ROLE;

import io.earwitness.access.AccountKind;
import io.earwitness.access.Role;
import io.earwitness.archive.catalog.Directory.Team;
import io.earwitness.archive.catalog.Directory.User;
import io.earwitness.call.TenantSlug;
import io.earwitness.call.WireName;
import java.time.Clock;
import java.time.Instant;
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
    return transactions.inTenant(
        tenant, sql -> users(sql, tenant, DSL.noCondition(), clock.instant()));
  }

  Optional<User> user(TenantSlug tenant, String name) {
    return transactions
        .inTenant(
            tenant, sql -> users(sql, tenant, APP_USER.NAME.eq(Text.clean(name)), clock.instant()))
        .stream()
        .findFirst();
  }

  Optional<User> userById(TenantSlug tenant, String id) {
    return transactions
        .inTenant(
            tenant, sql -> users(sql, tenant, APP_USER.ID.eq(Text.clean(id)), clock.instant()))
        .stream()
        .findFirst();
  }

  private static List<User> users(DSLContext sql, TenantSlug tenant, Condition which, Instant now) {
    Map<String, Set<Role>> roles =
        sql
            .selectFrom(USER_ROLE)
            .where(USER_ROLE.TENANT.eq(tenant.value()))
            .and(
                USER_ROLE.USER_ID.in(
                    DSL.select(APP_USER.ID)
                        .from(APP_USER)
                        .where(APP_USER.TENANT.eq(tenant.value()))
                        .and(which)))
            .and(Periods.at(USER_ROLE.VALID_FROM, USER_ROLE.VALID_UNTIL, now))
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
                    row.getActive(),
                    WireName.parse(AccountKind.class, row.getKind())));
  }

  boolean addUser(User user, String actor) {
    if (user.id().isBlank() || user.name().isBlank()) {
      throw new IllegalArgumentException("a user needs an id and a name");
    }
    return transactions.inTenant(
        user.tenant(),
        sql -> {
          Instant now = CallRows.micros(clock.instant());
          PostgresDirectory.demandTenant(sql, user.tenant());
          AccessVersions.change(sql, user.tenant(), now);
          return insert(sql, user, now, actor);
        });
  }

  /** Returns false if there is an account of this name. The tenant's change must be noted. */
  static boolean insert(DSLContext sql, User user, Instant now, String actor) {
    String tenant = user.tenant().value();
    int rows =
        sql.insertInto(APP_USER)
            .set(APP_USER.TENANT, tenant)
            .set(APP_USER.ID, user.id())
            .set(APP_USER.NAME, Text.clean(user.name()))
            .set(APP_USER.DISPLAY_NAME, Text.clean(user.displayName()))
            .set(APP_USER.PASSWORD_HASH, user.passwordHash())
            .set(APP_USER.ACTIVE, user.active())
            .set(APP_USER.KIND, user.kind().wireName())
            .set(APP_USER.ADDED_AT, now)
            .onConflictDoNothing()
            .execute();
    if (rows == 0) {
      if (!sql.fetchExists(
          APP_USER, APP_USER.TENANT.eq(tenant).and(APP_USER.NAME.eq(Text.clean(user.name()))))) {
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
          .set(USER_ROLE.VALID_FROM, now)
          .execute();
    }
    if (user.active()) {
      Assignments.begin(sql, user.tenant(), user.id(), now);
    }
    Journal.write(sql, user.tenant(), now, actor, "user.add", user);
    return true;
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
          Instant now = CallRows.micros(clock.instant());
          PostgresDirectory.demandTenant(sql, team.tenant());
          AccessVersions.change(sql, team.tenant(), now);
          List<Team> teams = teams(sql, team.tenant());
          String parent = team.parent();
          String parentId = parent == null ? null : named(teams, parent).id();
          int rows =
              sql.insertInto(TEAM)
                  .set(TEAM.TENANT, team.tenant().value())
                  .set(TEAM.ID, team.id())
                  .set(TEAM.NAME, Text.clean(team.name()))
                  .set(TEAM.PARENT, parentId)
                  .set(TEAM.ADDED_AT, now)
                  .onConflictDoNothing()
                  .execute();
          if (rows == 0) {
            return false;
          }
          Assignments.place(sql, team.tenant(), team.id(), parentId, now);
          Team added = new Team(team.id(), team.tenant(), team.name(), parentId);
          Journal.write(sql, team.tenant(), now, actor, "team.add", added);
          return true;
        });
  }

  /** The id of a team by its id or its name. */
  String teamId(TenantSlug tenant, String idOrName) {
    return transactions.inTenant(tenant, sql -> named(teams(sql, tenant), idOrName).id());
  }

  /** The id of the user with that account name. */
  String userId(TenantSlug tenant, String userName) {
    return transactions.inTenant(tenant, sql -> userId(sql, tenant, userName));
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
    return sql.select(APP_USER.ID)
        .from(APP_USER)
        .where(APP_USER.TENANT.eq(tenant.value()))
        .and(APP_USER.NAME.eq(Text.clean(userName)))
        .fetchOptional(APP_USER.ID)
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
          return withAncestors(memberships(sql, tenant, userId, clock.instant()), parents);
        });
  }

  Set<String> memberships(TenantSlug tenant, String userId) {
    return transactions.inTenant(tenant, sql -> memberships(sql, tenant, userId, clock.instant()));
  }

  private static Set<String> memberships(
      DSLContext sql, TenantSlug tenant, String userId, Instant now) {
    return sql.select(TEAM_MEMBER.TEAM_ID)
        .from(TEAM_MEMBER)
        .where(TEAM_MEMBER.TENANT.eq(tenant.value()))
        .and(TEAM_MEMBER.USER_ID.eq(userId))
        .and(Periods.at(TEAM_MEMBER.VALID_FROM, TEAM_MEMBER.VALID_UNTIL, now))
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
