package io.earwitness.archive.catalog;

import static io.earwitness.archive.catalog.generated.Tables.APP_USER;
import static io.earwitness.archive.catalog.generated.Tables.TEAM;

import io.earwitness.access.Role;
import io.earwitness.call.TenantSlug;
import java.time.Clock;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;

/** {@link DirectoryImport} in PostgreSQL. */
final class PostgresImport implements DirectoryImport {
  private final Transactions transactions;
  private final Clock clock;

  PostgresImport(Transactions transactions, Clock clock) {
    this.transactions = transactions;
    this.clock = clock;
  }

  @Override
  public void apply(TenantSlug tenant, List<Step> steps, String actor) {
    transactions.inTenant(
        tenant,
        sql -> {
          Instant now = CallRows.micros(clock.instant());
          AccessVersions.change(sql, tenant, now);
          for (Step step : steps) {
            apply(sql, tenant, step, now, actor);
          }
          return steps.size();
        });
  }

  private static void apply(
      DSLContext sql, TenantSlug tenant, Step step, Instant now, String actor) {
    switch (step) {
      case Step.AddUser add -> {
        if (!People.insert(sql, add.user(), now, actor)) {
          throw new IllegalArgumentException(
              "there is an account '%s' already".formatted(add.user().name()));
        }
      }
      case Step.Rename rename -> rename(sql, tenant, rename, now, actor);
      case Step.SetRoles set -> {
        Map<Role, @Nullable Instant> roles = new EnumMap<>(Role.class);
        set.roles().forEach(role -> roles.put(role, null));
        Assignments.setRoles(sql, tenant, set.userId(), roles, now, actor);
      }
      case Step.SetActive set ->
          Assignments.setActive(sql, tenant, set.userId(), set.active(), now, actor);
      case Step.AddMember add ->
          Assignments.addMember(sql, tenant, add.teamId(), add.userId(), null, now, actor);
      case Step.RemoveMember remove ->
          Assignments.removeMember(sql, tenant, remove.teamId(), remove.userId(), now, actor);
      case Step.AddTeam add -> addTeam(sql, tenant, add, now, actor);
      case Step.MoveTeam move ->
          Assignments.moveTeam(sql, tenant, move.teamId(), move.parentId(), now, actor);
    }
  }

  private static void rename(
      DSLContext sql, TenantSlug tenant, Step.Rename rename, Instant now, String actor) {
    Assignments.demandUser(sql, tenant, rename.userId());
    sql.update(APP_USER)
        .set(APP_USER.DISPLAY_NAME, Text.clean(rename.displayName()))
        .where(APP_USER.TENANT.eq(tenant.value()))
        .and(APP_USER.ID.eq(rename.userId()))
        .execute();
    Map<String, String> data = Map.of("user", rename.userId(), "displayName", rename.displayName());
    Journal.write(sql, tenant, now, actor, "user.set-display-name", data);
  }

  private static void addTeam(
      DSLContext sql, TenantSlug tenant, Step.AddTeam add, Instant now, String actor) {
    if (add.parentId() != null) {
      Assignments.demandTeam(sql, tenant, add.parentId());
    }
    int rows =
        sql.insertInto(TEAM)
            .set(TEAM.TENANT, tenant.value())
            .set(TEAM.ID, add.teamId())
            .set(TEAM.NAME, Text.clean(add.name()))
            .set(TEAM.PARENT, add.parentId())
            .set(TEAM.ADDED_AT, now)
            .onConflictDoNothing()
            .execute();
    if (rows == 0) {
      throw new IllegalArgumentException("there is a team '%s' already".formatted(add.name()));
    }
    Assignments.place(sql, tenant, add.teamId(), add.parentId(), now);
    Directory.Team team = new Directory.Team(add.teamId(), tenant, add.name(), add.parentId());
    Journal.write(sql, tenant, now, actor, "team.add", team);
  }

  @Override
  public void applyNumbers(
      TenantSlug tenant, List<Number> numbers, boolean ownRangesOnly, String actor) {
    // As a worker, who sees the other tenants' ranges too
    transactions.asWorker(
        sql -> {
          Instant now = CallRows.micros(clock.instant());
          NumberHolders.lock(sql);
          PostgresDirectory.demandTenant(sql, tenant);
          for (Number number : numbers) {
            if (ownRangesOnly && !NumberHolders.covers(sql, tenant, number.digits())) {
              throw new IllegalArgumentException(
                  "%s lies in no range of this tenant".formatted(number.digits()));
            }
            if (!ownRangesOnly) {
              Numbers.refuseOverlap(
                  sql,
                  new Directory.NumberRange(tenant, number.digits(), number.prefix(), null, now));
            }
            if (number.userId() != null) {
              Assignments.demandUser(sql, tenant, number.userId());
            }
            NumberHolders.assign(
                sql, tenant, number.digits(), number.prefix(), number.userId(), now, actor);
          }
          return numbers.size();
        });
  }
}
