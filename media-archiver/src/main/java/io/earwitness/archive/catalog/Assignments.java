package io.earwitness.archive.catalog;

import static io.earwitness.archive.catalog.generated.Tables.ACCESS_GRANT;
import static io.earwitness.archive.catalog.generated.Tables.APP_USER;
import static io.earwitness.archive.catalog.generated.Tables.OWN_CALLS;
import static io.earwitness.archive.catalog.generated.Tables.PORTAL_SESSION;
import static io.earwitness.archive.catalog.generated.Tables.TEAM;
import static io.earwitness.archive.catalog.generated.Tables.TEAM_MEMBER;
import static io.earwitness.archive.catalog.generated.Tables.TEAM_PLACE;
import static io.earwitness.archive.catalog.generated.Tables.USER_ACTIVITY;
import static io.earwitness.archive.catalog.generated.Tables.USER_ROLE;

import io.earwitness.access.AccountKind;
import io.earwitness.access.Role;
import io.earwitness.call.TenantSlug;
import java.time.Clock;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.BiFunction;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;

/** Changes of who is what: roles, whether accounts can be used, members and places of teams. */
final class Assignments {
  private final Transactions transactions;
  private final Clock clock;

  Assignments(Transactions transactions, Clock clock) {
    this.transactions = transactions;
    this.clock = clock;
  }

  /** Runs a change of a tenant, one after the other. */
  private boolean change(TenantSlug tenant, BiFunction<DSLContext, Instant, Boolean> change) {
    return transactions.inTenant(
        tenant,
        sql -> {
          Instant now = CallRows.micros(clock.instant());
          AccessVersions.change(sql, tenant, now);
          return change.apply(sql, now);
        });
  }

  boolean setRoles(
      TenantSlug tenant, String userId, Map<Role, @Nullable Instant> roles, String actor) {
    return change(tenant, (sql, now) -> setRoles(sql, tenant, userId, roles, now, actor));
  }

  static boolean setRoles(
      DSLContext sql,
      TenantSlug tenant,
      String userId,
      Map<Role, @Nullable Instant> roles,
      Instant now,
      String actor) {
    demandUser(sql, tenant, userId);
    refuseGuest(sql, tenant, userId, "has no roles");
    roles.values().forEach(until -> demandFuture(until, now));
    Map<Role, @Nullable Instant> held = new EnumMap<>(Role.class);
    sql.selectFrom(USER_ROLE)
        .where(USER_ROLE.TENANT.eq(tenant.value()))
        .and(USER_ROLE.USER_ID.eq(userId))
        .and(Periods.at(USER_ROLE.VALID_FROM, USER_ROLE.VALID_UNTIL, now))
        .forEach(
            row ->
                held.put(
                    io.earwitness.call.WireName.parse(Role.class, row.getRole()),
                    row.getValidUntil()));
    Map<Role, @Nullable Instant> wanted = new EnumMap<>(Role.class);
    roles.forEach((role, until) -> wanted.put(role, micros(until)));
    if (held.equals(wanted)) {
      return false;
    }
    held.forEach(
        (role, until) -> {
          if (!wanted.containsKey(role) || !Objects.equals(wanted.get(role), until)) {
            endRole(sql, tenant, userId, role, now);
          }
        });
    wanted.forEach(
        (role, until) -> {
          if (!held.containsKey(role) || !Objects.equals(held.get(role), until)) {
            sql.insertInto(USER_ROLE)
                .set(USER_ROLE.TENANT, tenant.value())
                .set(USER_ROLE.USER_ID, userId)
                .set(USER_ROLE.ROLE, role.wireName())
                .set(USER_ROLE.VALID_FROM, now)
                .set(USER_ROLE.VALID_UNTIL, until)
                .execute();
          }
        });
    Map<String, Object> data = new TreeMap<>();
    data.put("user", userId);
    data.put("before", texts(held));
    data.put("after", texts(wanted));
    Journal.write(sql, tenant, now, actor, "user.set-roles", data);
    return true;
  }

  private static void endRole(
      DSLContext sql, TenantSlug tenant, String userId, Role role, Instant now) {
    sql.update(USER_ROLE)
        .set(USER_ROLE.VALID_UNTIL, Periods.end(USER_ROLE.VALID_FROM, now))
        .where(USER_ROLE.TENANT.eq(tenant.value()))
        .and(USER_ROLE.USER_ID.eq(userId))
        .and(USER_ROLE.ROLE.eq(role.wireName()))
        .and(Periods.at(USER_ROLE.VALID_FROM, USER_ROLE.VALID_UNTIL, now))
        .execute();
  }

  private static Map<String, String> texts(Map<Role, @Nullable Instant> roles) {
    Map<String, String> texts = new TreeMap<>();
    roles.forEach(
        (role, until) -> texts.put(role.wireName(), until == null ? "" : until.toString()));
    return texts;
  }

  boolean setActive(TenantSlug tenant, String userId, boolean active, String actor) {
    return change(tenant, (sql, now) -> setActive(sql, tenant, userId, active, now, actor));
  }

  boolean leave(TenantSlug tenant, String userId, String successorId, String actor) {
    return change(
        tenant,
        (sql, now) -> {
          boolean left = setActive(sql, tenant, userId, false, now, actor);
          return MatterOwners.pass(sql, tenant, userId, successorId, now, actor) > 0 || left;
        });
  }

  static boolean setActive(
      DSLContext sql, TenantSlug tenant, String userId, boolean active, Instant now, String actor) {
    demandUser(sql, tenant, userId);
    refuseGuest(sql, tenant, userId, "is let in by an invitation, and out by ending that");
    int rows =
        sql.update(APP_USER)
            .set(APP_USER.ACTIVE, active)
            .where(APP_USER.TENANT.eq(tenant.value()))
            .and(APP_USER.ID.eq(userId))
            .and(APP_USER.ACTIVE.ne(active))
            .execute();
    if (rows == 0) {
      return false;
    }
    if (active) {
      begin(sql, tenant, userId, now);
      RemovalGuard.noteBack(sql, tenant, userId, now);
    } else {
      leave(sql, tenant, userId, now, actor);
    }
    String kind = active ? "user.activate" : "user.deactivate";
    Journal.write(sql, tenant, now, actor, kind, Map.of("user", userId));
    return true;
  }

  /** Lets an account be used from then on. */
  static void begin(DSLContext sql, TenantSlug tenant, String userId, Instant now) {
    sql.insertInto(USER_ACTIVITY)
        .set(USER_ACTIVITY.TENANT, tenant.value())
        .set(USER_ACTIVITY.USER_ID, userId)
        .set(USER_ACTIVITY.VALID_FROM, now)
        .execute();
  }

  /** Ends the use of an account, and all that ends with it. */
  static void leave(DSLContext sql, TenantSlug tenant, String userId, Instant now, String actor) {
    sql.update(USER_ACTIVITY)
        .set(USER_ACTIVITY.VALID_UNTIL, Periods.end(USER_ACTIVITY.VALID_FROM, now))
        .where(USER_ACTIVITY.TENANT.eq(tenant.value()))
        .and(USER_ACTIVITY.USER_ID.eq(userId))
        .and(USER_ACTIVITY.VALID_UNTIL.isNull())
        .execute();
    sql.update(PORTAL_SESSION)
        .set(PORTAL_SESSION.REVOKED_AT, now)
        .where(PORTAL_SESSION.TENANT.eq(tenant.value()))
        .and(PORTAL_SESSION.USER_ID.eq(userId))
        .and(PORTAL_SESSION.REVOKED_AT.isNull())
        .execute();
    PostgresApiTokens.revokeAll(sql, tenant, userId, now, actor);
    NumberHolders.releaseAll(sql, tenant, userId, now, actor);
    revokeGrants(sql, tenant, userId, now, actor);
  }

  /** Revokes what was granted to a person. */
  static void revokeGrants(
      DSLContext sql, TenantSlug tenant, String userId, Instant now, String actor) {
    sql.update(ACCESS_GRANT)
        .set(ACCESS_GRANT.REVOKED_AT, now)
        .set(ACCESS_GRANT.REVOKED_BY, Text.clean(actor))
        .where(ACCESS_GRANT.TENANT.eq(tenant.value()))
        .and(ACCESS_GRANT.HOLDER_USER.eq(userId))
        .and(ACCESS_GRANT.REVOKED_AT.isNull())
        .execute();
  }

  boolean moveTeam(TenantSlug tenant, String teamId, @Nullable String parentId, String actor) {
    return change(tenant, (sql, now) -> moveTeam(sql, tenant, teamId, parentId, now, actor));
  }

  static boolean moveTeam(
      DSLContext sql,
      TenantSlug tenant,
      String teamId,
      @Nullable String parentId,
      Instant now,
      String actor) {
    String before = demandTeam(sql, tenant, teamId);
    for (String above = parentId; above != null; above = demandTeam(sql, tenant, above)) {
      if (above.equals(teamId)) {
        throw new IllegalArgumentException(
            "a team can't be below itself: '%s' is '%s' or below it".formatted(parentId, teamId));
      }
    }
    if (Objects.equals(before, parentId)) {
      return false;
    }
    sql.update(TEAM)
        .set(TEAM.PARENT, parentId)
        .where(TEAM.TENANT.eq(tenant.value()))
        .and(TEAM.ID.eq(teamId))
        .execute();
    sql.update(TEAM_PLACE)
        .set(TEAM_PLACE.VALID_UNTIL, Periods.end(TEAM_PLACE.VALID_FROM, now))
        .where(TEAM_PLACE.TENANT.eq(tenant.value()))
        .and(TEAM_PLACE.TEAM_ID.eq(teamId))
        .and(TEAM_PLACE.VALID_UNTIL.isNull())
        .execute();
    place(sql, tenant, teamId, parentId, now);
    Map<String, Object> data = new TreeMap<>();
    data.put("team", teamId);
    data.put("before", String.valueOf(before));
    data.put("after", String.valueOf(parentId));
    Journal.write(sql, tenant, now, actor, "team.move", data);
    return true;
  }

  /** Notes a team's place from then on. */
  static void place(
      DSLContext sql, TenantSlug tenant, String teamId, @Nullable String parentId, Instant now) {
    sql.insertInto(TEAM_PLACE)
        .set(TEAM_PLACE.TENANT, tenant.value())
        .set(TEAM_PLACE.TEAM_ID, teamId)
        .set(TEAM_PLACE.PARENT, parentId)
        .set(TEAM_PLACE.VALID_FROM, now)
        .execute();
  }

  boolean addMember(
      TenantSlug tenant, String teamId, String userId, @Nullable Instant until, String actor) {
    return change(tenant, (sql, now) -> addMember(sql, tenant, teamId, userId, until, now, actor));
  }

  static boolean addMember(
      DSLContext sql,
      TenantSlug tenant,
      String teamId,
      String userId,
      @Nullable Instant until,
      Instant now,
      String actor) {
    demandUser(sql, tenant, userId);
    refuseGuest(sql, tenant, userId, "belongs to no team");
    demandTeam(sql, tenant, teamId);
    demandFuture(until, now);
    Instant end = micros(until);
    var present =
        sql.selectFrom(TEAM_MEMBER)
            .where(TEAM_MEMBER.TENANT.eq(tenant.value()))
            .and(TEAM_MEMBER.TEAM_ID.eq(teamId))
            .and(TEAM_MEMBER.USER_ID.eq(userId))
            .and(Periods.at(TEAM_MEMBER.VALID_FROM, TEAM_MEMBER.VALID_UNTIL, now))
            .fetchOne();
    if (present != null && Objects.equals(present.getValidUntil(), end)) {
      return false;
    }
    endMembership(sql, tenant, teamId, userId, now);
    sql.insertInto(TEAM_MEMBER)
        .set(TEAM_MEMBER.TENANT, tenant.value())
        .set(TEAM_MEMBER.TEAM_ID, teamId)
        .set(TEAM_MEMBER.USER_ID, userId)
        .set(TEAM_MEMBER.VALID_FROM, now)
        .set(TEAM_MEMBER.VALID_UNTIL, end)
        .execute();
    Map<String, String> data = new TreeMap<>(Map.of("team", teamId, "user", userId));
    if (end != null) {
      data.put("until", end.toString());
    }
    Journal.write(sql, tenant, now, actor, "member.add", data);
    return true;
  }

  boolean removeMember(TenantSlug tenant, String teamId, String userId, String actor) {
    return change(tenant, (sql, now) -> removeMember(sql, tenant, teamId, userId, now, actor));
  }

  static boolean removeMember(
      DSLContext sql, TenantSlug tenant, String teamId, String userId, Instant now, String actor) {
    demandUser(sql, tenant, userId);
    demandTeam(sql, tenant, teamId);
    if (endMembership(sql, tenant, teamId, userId, now) == 0) {
      return false;
    }
    Map<String, String> data = Map.of("team", teamId, "user", userId);
    Journal.write(sql, tenant, now, actor, "member.remove", data);
    return true;
  }

  static int endMembership(
      DSLContext sql, TenantSlug tenant, String teamId, String userId, Instant now) {
    return sql.update(TEAM_MEMBER)
        .set(TEAM_MEMBER.VALID_UNTIL, Periods.end(TEAM_MEMBER.VALID_FROM, now))
        .where(TEAM_MEMBER.TENANT.eq(tenant.value()))
        .and(TEAM_MEMBER.TEAM_ID.eq(teamId))
        .and(TEAM_MEMBER.USER_ID.eq(userId))
        .and(Periods.at(TEAM_MEMBER.VALID_FROM, TEAM_MEMBER.VALID_UNTIL, now))
        .execute();
  }

  boolean allowOwnCalls(TenantSlug tenant, boolean allowed, String actor) {
    return change(
        tenant,
        (sql, now) -> {
          PostgresDirectory.demandTenant(sql, tenant);
          int rows =
              allowed
                  ? sql.insertInto(OWN_CALLS)
                      .set(OWN_CALLS.TENANT, tenant.value())
                      .set(OWN_CALLS.VALID_FROM, now)
                      .onConflictDoNothing()
                      .execute()
                  : sql.update(OWN_CALLS)
                      .set(OWN_CALLS.VALID_UNTIL, Periods.end(OWN_CALLS.VALID_FROM, now))
                      .where(OWN_CALLS.TENANT.eq(tenant.value()))
                      .and(OWN_CALLS.VALID_UNTIL.isNull())
                      .execute();
          if (rows > 0) {
            Map<String, Boolean> data = Map.of("allowed", allowed);
            Journal.write(sql, tenant, now, actor, "tenant.set-own-calls", data);
          }
          return rows > 0;
        });
  }

  static void demandUser(DSLContext sql, TenantSlug tenant, String userId) {
    if (!sql.fetchExists(
        APP_USER, APP_USER.TENANT.eq(tenant.value()).and(APP_USER.ID.eq(Text.clean(userId))))) {
      throw new IllegalArgumentException("tenant %s has no user '%s'".formatted(tenant, userId));
    }
  }

  /** Refuses to do with a guest's account what is for people of the tenant. */
  static void refuseGuest(DSLContext sql, TenantSlug tenant, String userId, String why) {
    if (sql.fetchExists(
        APP_USER,
        APP_USER
            .TENANT
            .eq(tenant.value())
            .and(APP_USER.ID.eq(Text.clean(userId)))
            .and(APP_USER.KIND.eq(AccountKind.GUEST.wireName())))) {
      throw new IllegalArgumentException("'%s' is a guest, who %s".formatted(userId, why));
    }
  }

  /** The team that this one is below at present. */
  static @Nullable String demandTeam(DSLContext sql, TenantSlug tenant, String teamId) {
    return sql.selectFrom(TEAM)
        .where(TEAM.TENANT.eq(tenant.value()))
        .and(TEAM.ID.eq(Text.clean(teamId)))
        .fetchOptional()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "tenant %s has no team '%s'".formatted(tenant, teamId)))
        .getParent();
  }

  static void demandFuture(@Nullable Instant until, Instant now) {
    if (until != null && !until.isAfter(now)) {
      throw new IllegalArgumentException(
          "an end at %s is past already; it is %s now".formatted(until, now));
    }
  }

  static @Nullable Instant micros(@Nullable Instant instant) {
    return instant == null ? null : CallRows.micros(instant);
  }
}
