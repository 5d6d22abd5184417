package io.earwitness.archive.catalog;

import static io.earwitness.archive.catalog.generated.Tables.ACCESS_GRANT;
import static io.earwitness.archive.catalog.generated.Tables.APP_USER;
import static io.earwitness.archive.catalog.generated.Tables.PROVISIONED_TEAM;
import static io.earwitness.archive.catalog.generated.Tables.PROVISIONED_USER;
import static io.earwitness.archive.catalog.generated.Tables.TEAM;
import static io.earwitness.archive.catalog.generated.Tables.TEAM_MEMBER;

import io.earwitness.access.AccountKind;
import io.earwitness.archive.catalog.ProvisionedPeople.Group;
import io.earwitness.archive.catalog.ProvisionedPeople.Page;
import io.earwitness.archive.catalog.ProvisionedPeople.Sought;
import io.earwitness.archive.catalog.ProvisioningRefusedException.Reason;
import io.earwitness.call.TenantSlug;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Record;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/** Teams as an identity provider keeps them, within one transaction that changes them. */
final class ProvisionedTeams {
  private final DSLContext sql;
  private final TenantSlug tenant;
  private final Instant now;
  private final String actor;

  ProvisionedTeams(DSLContext sql, TenantSlug tenant, Instant now, String actor) {
    this.sql = sql;
    this.tenant = tenant;
    this.now = now;
    this.actor = actor;
  }

  static Page<Group> find(
      DSLContext sql, TenantSlug tenant, Sought sought, int offset, int limit, Instant now) {
    Condition which = TEAM.TENANT.eq(tenant.value()).and(PROVISIONED_TEAM.DELETED_AT.isNull());
    if (sought.id() != null) {
      which = which.and(TEAM.ID.eq(Text.clean(sought.id())));
    }
    if (sought.displayName() != null) {
      which = which.and(DSL.lower(TEAM.NAME).eq(DSL.lower(Text.clean(sought.displayName()))));
    }
    if (sought.externalId() != null) {
      which = which.and(PROVISIONED_TEAM.EXTERNAL_ID.eq(Text.clean(sought.externalId())));
    }
    int total =
        Objects.requireNonNull(
            sql.selectCount()
                .from(TEAM)
                .leftJoin(PROVISIONED_TEAM)
                .on(PROVISIONED_TEAM.TENANT.eq(TEAM.TENANT), PROVISIONED_TEAM.TEAM_ID.eq(TEAM.ID))
                .where(which)
                .fetchSingle()
                .value1());
    if (limit == 0 || total == 0) {
      return new Page<>(total, List.of());
    }
    List<Record> rows =
        List.copyOf(
            sql.select()
                .from(TEAM)
                .leftJoin(PROVISIONED_TEAM)
                .on(PROVISIONED_TEAM.TENANT.eq(TEAM.TENANT), PROVISIONED_TEAM.TEAM_ID.eq(TEAM.ID))
                .where(which)
                .orderBy(TEAM.NAME, TEAM.ID)
                .offset(offset)
                .limit(limit)
                .fetch());
    Map<String, List<String>> members =
        members(sql, tenant, rows.stream().map(row -> row.get(TEAM.ID)).toList(), now);
    return new Page<>(
        total,
        rows.stream()
            .map(
                row -> {
                  Instant modified = row.get(PROVISIONED_TEAM.MODIFIED_AT);
                  return new Group(
                      row.get(TEAM.ID),
                      row.get(TEAM.NAME),
                      row.get(PROVISIONED_TEAM.EXTERNAL_ID),
                      new TreeSet<>(members.getOrDefault(row.get(TEAM.ID), List.of())),
                      row.get(TEAM.ADDED_AT),
                      modified == null ? row.get(TEAM.ADDED_AT) : modified);
                })
            .toList());
  }

  /** Service accounts and people whom the provider deleted are nobody to it. */
  private static Map<String, List<String>> members(
      DSLContext sql, TenantSlug tenant, List<String> teams, Instant now) {
    return sql.select(TEAM_MEMBER.TEAM_ID, TEAM_MEMBER.USER_ID)
        .from(TEAM_MEMBER)
        .join(APP_USER)
        .on(APP_USER.TENANT.eq(TEAM_MEMBER.TENANT), APP_USER.ID.eq(TEAM_MEMBER.USER_ID))
        .leftJoin(PROVISIONED_USER)
        .on(PROVISIONED_USER.TENANT.eq(APP_USER.TENANT), PROVISIONED_USER.USER_ID.eq(APP_USER.ID))
        .where(TEAM_MEMBER.TENANT.eq(tenant.value()))
        .and(TEAM_MEMBER.TEAM_ID.in(teams))
        .and(TEAM_MEMBER.VALID_UNTIL.isNull().or(TEAM_MEMBER.VALID_UNTIL.gt(now)))
        .and(APP_USER.KIND.eq(AccountKind.PERSON.wireName()))
        .and(PROVISIONED_USER.DELETED_AT.isNull())
        .fetchGroups(TEAM_MEMBER.TEAM_ID, TEAM_MEMBER.USER_ID);
  }

  static Optional<Group> get(DSLContext sql, TenantSlug tenant, String id, Instant now) {
    return find(sql, tenant, new Sought(id, null, null, null, null), 0, 1, now).items().stream()
        .findFirst();
  }

  Group add(Group wanted) {
    PostgresDirectory.demandTenant(sql, tenant);
    Record there =
        sql.select()
            .from(TEAM)
            .leftJoin(PROVISIONED_TEAM)
            .on(PROVISIONED_TEAM.TENANT.eq(TEAM.TENANT), PROVISIONED_TEAM.TEAM_ID.eq(TEAM.ID))
            .where(TEAM.TENANT.eq(tenant.value()))
            .and(TEAM.NAME.eq(Text.clean(wanted.displayName())))
            .fetchOne();
    String id = there == null ? UUID.randomUUID().toString() : there.get(TEAM.ID);
    if (there != null && there.get(PROVISIONED_TEAM.DELETED_AT) == null) {
      throw taken(wanted.displayName());
    }
    if (there == null) {
      sql.insertInto(TEAM)
          .set(TEAM.TENANT, tenant.value())
          .set(TEAM.ID, id)
          .set(TEAM.NAME, Text.clean(wanted.displayName()))
          .set(TEAM.ADDED_AT, now)
          .execute();
      Assignments.place(sql, tenant, id, null, now);
      Directory.Team team = new Directory.Team(id, tenant, wanted.displayName(), null);
      Journal.write(sql, tenant, now, actor, "team.add", team);
    }
    keep(id, wanted);
    changeMembers(id, new TreeSet<>(), wanted.members());
    return get(sql, tenant, id, now).orElseThrow();
  }

  private static ProvisioningRefusedException taken(String name) {
    return new ProvisioningRefusedException(
        Reason.TAKEN, "displayName '%s' is another group's already.".formatted(name));
  }

  Optional<Group> change(String id, UnaryOperator<Group> change) {
    Optional<Group> found = get(sql, tenant, id, now);
    if (found.isEmpty()) {
      return found;
    }
    Group before = found.get();
    Group after = change.apply(before);
    if (after.equals(before)) {
      return found;
    }
    if (!after.displayName().equals(before.displayName())) {
      rename(before, after.displayName());
    }
    keep(id, after);
    changeMembers(id, before.members(), after.members());
    return get(sql, tenant, id, now);
  }

  private void rename(Group before, String name) {
    if (sql.fetchExists(
        TEAM,
        TEAM.TENANT
            .eq(tenant.value())
            .and(TEAM.NAME.eq(Text.clean(name)))
            .and(TEAM.ID.ne(before.id())))) {
      throw taken(name);
    }
    sql.update(TEAM)
        .set(TEAM.NAME, Text.clean(name))
        .where(TEAM.TENANT.eq(tenant.value()))
        .and(TEAM.ID.eq(before.id()))
        .execute();
    Map<String, String> data =
        Map.of("team", before.id(), "before", before.displayName(), "after", name);
    Journal.write(sql, tenant, now, actor, "team.rename", data);
  }

  private void changeMembers(String id, SortedSet<String> before, SortedSet<String> after) {
    Set<String> gone = new TreeSet<>(before);
    gone.removeAll(after);
    Set<String> come = new TreeSet<>(after);
    come.removeAll(before);
    for (String user : gone) {
      Assignments.endMembership(sql, tenant, id, user, now);
      Journal.write(sql, tenant, now, actor, "member.remove", Map.of("team", id, "user", user));
    }
    for (String user : come) {
      if (ProvisionedProfiles.get(sql, tenant, user).isEmpty()) {
        throw new IllegalArgumentException("members: there is no user '%s'".formatted(user));
      }
      sql.insertInto(TEAM_MEMBER)
          .set(TEAM_MEMBER.TENANT, tenant.value())
          .set(TEAM_MEMBER.TEAM_ID, id)
          .set(TEAM_MEMBER.USER_ID, user)
          .set(TEAM_MEMBER.VALID_FROM, now)
          .execute();
      Journal.write(sql, tenant, now, actor, "member.add", Map.of("team", id, "user", user));
    }
  }

  private void keep(String id, Group group) {
    keep(sql, tenant, id, group.externalId(), now);
    Map<String, String> data = new TreeMap<>(Map.of("team", id));
    if (group.externalId() != null) {
      data.put("externalId", group.externalId());
    }
    Journal.write(sql, tenant, now, actor, "team.provision", data);
  }

  /** Keeps by what name an identity provider knows a team that it sees. */
  static void keep(
      DSLContext sql, TenantSlug tenant, String id, @Nullable String externalId, Instant now) {
    sql.insertInto(PROVISIONED_TEAM)
        .set(PROVISIONED_TEAM.TENANT, tenant.value())
        .set(PROVISIONED_TEAM.TEAM_ID, id)
        .set(PROVISIONED_TEAM.EXTERNAL_ID, Text.cleanOrNull(externalId))
        .set(PROVISIONED_TEAM.MODIFIED_AT, now)
        .onConflict(PROVISIONED_TEAM.TENANT, PROVISIONED_TEAM.TEAM_ID)
        .doUpdate()
        .set(PROVISIONED_TEAM.EXTERNAL_ID, Text.cleanOrNull(externalId))
        .set(PROVISIONED_TEAM.MODIFIED_AT, now)
        .setNull(PROVISIONED_TEAM.DELETED_AT)
        .execute();
  }

  boolean remove(String id, UnaryOperator<Group> check) {
    Optional<Group> found = get(sql, tenant, id, now);
    if (found.isEmpty()) {
      return false;
    }
    Group group = check.apply(found.get());
    changeMembers(id, group.members(), new TreeSet<>());
    sql.update(ACCESS_GRANT)
        .set(ACCESS_GRANT.REVOKED_AT, now)
        .set(ACCESS_GRANT.REVOKED_BY, Text.clean(actor))
        .where(ACCESS_GRANT.TENANT.eq(tenant.value()))
        .and(ACCESS_GRANT.HOLDER_TEAM.eq(id))
        .and(ACCESS_GRANT.REVOKED_AT.isNull())
        .execute();
    keep(id, group);
    sql.update(PROVISIONED_TEAM)
        .set(PROVISIONED_TEAM.DELETED_AT, now)
        .where(PROVISIONED_TEAM.TENANT.eq(tenant.value()))
        .and(PROVISIONED_TEAM.TEAM_ID.eq(id))
        .execute();
    Journal.write(sql, tenant, now, actor, "team.remove", Map.of("team", id));
    return true;
  }
}
