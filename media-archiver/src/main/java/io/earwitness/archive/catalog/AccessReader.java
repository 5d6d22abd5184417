package io.earwitness.archive.catalog;

import static io.earwitness.archive.catalog.generated.Tables.ACCESS_GRANT;
import static io.earwitness.archive.catalog.generated.Tables.ACCESS_VERSION;
import static io.earwitness.archive.catalog.generated.Tables.APP_USER;
import static io.earwitness.archive.catalog.generated.Tables.MATTER;
import static io.earwitness.archive.catalog.generated.Tables.MATTER_RECORDING;
import static io.earwitness.archive.catalog.generated.Tables.OWN_CALLS;
import static io.earwitness.archive.catalog.generated.Tables.TEAM;
import static io.earwitness.archive.catalog.generated.Tables.TEAM_MEMBER;
import static io.earwitness.archive.catalog.generated.Tables.TEAM_PLACE;
import static io.earwitness.archive.catalog.generated.Tables.USER_ACTIVITY;
import static io.earwitness.archive.catalog.generated.Tables.USER_ROLE;

import io.earwitness.access.AccessSnapshot;
import io.earwitness.access.AccountKind;
import io.earwitness.access.Grant;
import io.earwitness.access.Holder;
import io.earwitness.access.Matter;
import io.earwitness.access.MatterKind;
import io.earwitness.access.Person;
import io.earwitness.access.Right;
import io.earwitness.access.Role;
import io.earwitness.access.Target;
import io.earwitness.access.Team;
import io.earwitness.access.Validity;
import io.earwitness.archive.catalog.generated.tables.records.AccessGrantRecord;
import io.earwitness.archive.catalog.generated.tables.records.AccessVersionRecord;
import io.earwitness.call.RecordingId;
import io.earwitness.call.TenantSlug;
import io.earwitness.call.WireName;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;

/** Reads what access rests on, all of it as of one change. */
final class AccessReader {
  private final DSLContext sql;
  private final TenantSlug tenant;

  private AccessReader(DSLContext sql, TenantSlug tenant) {
    this.sql = sql;
    this.tenant = tenant;
  }

  static AccessSnapshot read(DSLContext sql, TenantSlug tenant) {
    return new AccessReader(sql, tenant).read();
  }

  private AccessSnapshot read() {
    sql.insertInto(ACCESS_VERSION)
        .set(ACCESS_VERSION.TENANT, tenant.value())
        .set(ACCESS_VERSION.VERSION, 0L)
        .set(ACCESS_VERSION.CHANGED_AT, Instant.EPOCH)
        .onConflictDoNothing()
        .execute();
    // Whoever changes something holds this row, so nothing changes while this reads
    AccessVersionRecord version =
        sql.selectFrom(ACCESS_VERSION)
            .where(ACCESS_VERSION.TENANT.eq(tenant.value()))
            .forShare()
            .fetchSingle();
    return new AccessSnapshot(
        tenant,
        version.getVersion(),
        version.getChangedAt(),
        people(),
        teams(),
        AccessSnapshot.byHolder(
            sql
                .selectFrom(ACCESS_GRANT)
                .where(ACCESS_GRANT.TENANT.eq(tenant.value()))
                .orderBy(ACCESS_GRANT.CREATED_AT, ACCESS_GRANT.ID)
                .fetch()
                .stream()
                .map(AccessReader::grant)),
        matters(),
        sql.selectFrom(OWN_CALLS)
            .where(OWN_CALLS.TENANT.eq(tenant.value()))
            .fetch(row -> new Validity(row.getValidFrom(), row.getValidUntil())));
  }

  private Map<String, Person> people() {
    Map<String, List<Validity>> active = new HashMap<>();
    sql.selectFrom(USER_ACTIVITY)
        .where(USER_ACTIVITY.TENANT.eq(tenant.value()))
        .forEach(
            row ->
                add(
                    active,
                    row.getUserId(),
                    new Validity(row.getValidFrom(), row.getValidUntil())));
    Map<String, List<Person.RoleHeld>> roles = new HashMap<>();
    sql.selectFrom(USER_ROLE)
        .where(USER_ROLE.TENANT.eq(tenant.value()))
        .forEach(
            row ->
                add(
                    roles,
                    row.getUserId(),
                    new Person.RoleHeld(
                        WireName.parse(Role.class, row.getRole()),
                        new Validity(row.getValidFrom(), row.getValidUntil()))));
    Map<String, List<Person.Membership>> memberships = new HashMap<>();
    sql.selectFrom(TEAM_MEMBER)
        .where(TEAM_MEMBER.TENANT.eq(tenant.value()))
        .forEach(
            row ->
                add(
                    memberships,
                    row.getUserId(),
                    new Person.Membership(
                        row.getTeamId(), new Validity(row.getValidFrom(), row.getValidUntil()))));
    return sql
        .selectFrom(APP_USER)
        .where(APP_USER.TENANT.eq(tenant.value()))
        .fetch(
            row ->
                new Person(
                    row.getId(),
                    row.getName(),
                    row.getDisplayName(),
                    WireName.parse(AccountKind.class, row.getKind()),
                    active.getOrDefault(row.getId(), List.of()),
                    roles.getOrDefault(row.getId(), List.of()),
                    memberships.getOrDefault(row.getId(), List.of())))
        .stream()
        .collect(Collectors.toMap(Person::id, person -> person));
  }

  private Map<String, Team> teams() {
    Map<String, List<Team.Placement>> places = new HashMap<>();
    sql.selectFrom(TEAM_PLACE)
        .where(TEAM_PLACE.TENANT.eq(tenant.value()))
        .forEach(
            row ->
                add(
                    places,
                    row.getTeamId(),
                    new Team.Placement(
                        row.getParent(), new Validity(row.getValidFrom(), row.getValidUntil()))));
    return sql
        .selectFrom(TEAM)
        .where(TEAM.TENANT.eq(tenant.value()))
        .fetch(
            row ->
                new Team(row.getId(), row.getName(), places.getOrDefault(row.getId(), List.of())))
        .stream()
        .collect(Collectors.toMap(Team::id, team -> team));
  }

  private Map<UUID, Matter> matters() {
    Map<UUID, String> owners = MatterOwners.all(sql, tenant);
    Map<UUID, Map<RecordingId, Set<Validity>>> listed = new HashMap<>();
    sql.selectFrom(MATTER_RECORDING)
        .where(MATTER_RECORDING.TENANT.eq(tenant.value()))
        .forEach(
            row ->
                listed
                    .computeIfAbsent(row.getMatter(), _ -> new HashMap<>())
                    .computeIfAbsent(new RecordingId(row.getCall()), _ -> new HashSet<>())
                    .add(new Validity(row.getValidFrom(), row.getValidUntil())));
    return sql
        .selectFrom(MATTER)
        .where(MATTER.TENANT.eq(tenant.value()))
        .fetch(
            row ->
                new Matter(
                    row.getId(),
                    row.getName(),
                    WireName.parse(MatterKind.class, row.getKind()),
                    owners.get(row.getId()),
                    new Validity(row.getCreatedAt(), row.getClosedAt()),
                    listed.getOrDefault(row.getId(), Map.of())))
        .stream()
        .collect(Collectors.toMap(Matter::id, matter -> matter));
  }

  /** A grant as it stands in its row: its time ends with its revocation. */
  static Grant grant(AccessGrantRecord row) {
    return new Grant(
        row.getId(),
        row.getHolderUser() == null
            ? new Holder.OfTeam(Objects.requireNonNull(row.getHolderTeam()))
            : new Holder.OfUser(row.getHolderUser()),
        Arrays.stream(row.getRights())
            .map(right -> WireName.parse(Right.class, right))
            .collect(Collectors.toSet()),
        target(row),
        new Validity(row.getValidFrom(), earlier(row.getValidUntil(), row.getRevokedAt())));
  }

  private static Target target(AccessGrantRecord row) {
    if (row.getOnUser() != null) {
      return new Target.OfUser(row.getOnUser());
    }
    if (row.getOnTeam() != null) {
      return new Target.OfTeam(row.getOnTeam());
    }
    return row.getOnMatter() == null
        ? new Target.WholeTenant()
        : new Target.InMatter(row.getOnMatter());
  }

  private static @Nullable Instant earlier(@Nullable Instant one, @Nullable Instant other) {
    if (one == null || other == null) {
      return one == null ? other : one;
    }
    return one.isBefore(other) ? one : other;
  }

  private static <T> void add(Map<String, List<T>> lists, String key, T value) {
    lists.computeIfAbsent(key, _ -> new ArrayList<>()).add(value);
  }
}
