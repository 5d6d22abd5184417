package io.earwitness.archive.catalog;

import static io.earwitness.archive.catalog.generated.Tables.ACCESS_GRANT;
import static io.earwitness.archive.catalog.generated.Tables.APP_USER;
import static io.earwitness.archive.catalog.generated.Tables.PROVISIONED_TEAM;
import static io.earwitness.archive.catalog.generated.Tables.PROVISIONED_USER;
import static io.earwitness.archive.catalog.generated.Tables.PROVISIONING_HOLD;
import static io.earwitness.archive.catalog.generated.Tables.PROVISIONING_HOLD_PERSON;
import static io.earwitness.archive.catalog.generated.Tables.TEAM;
import static io.earwitness.archive.catalog.generated.Tables.TEAM_MEMBER;
import static io.earwitness.archive.catalog.generated.Tables.TEAM_PLACE;
import static io.earwitness.archive.catalog.generated.Tables.USER_ACTIVITY;
import static io.earwitness.archive.catalog.generated.Tables.USER_ROLE;

import com.fasterxml.jackson.databind.JsonNode;
import io.earwitness.access.AccountKind;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jooq.Condition;
import org.jspecify.annotations.Nullable;

/** Applies again what was done to people and teams, by administrators and identity providers. */
final class ReplayOfPeople {
  private ReplayOfPeople() {}

  static void register(Map<String, Replayed.Handler> kinds) {
    kinds.put("user.add", ReplayOfPeople::addUser);
    kinds.put("user.set-roles", ReplayOfPeople::setRoles);
    kinds.put("user.activate", ReplayOfPeople::activate);
    kinds.put("user.deactivate", ReplayOfPeople::deactivate);
    kinds.put("user.set-display-name", ReplayOfPeople::setDisplayName);
    kinds.put("user.rename", ReplayOfPeople::rename);
    kinds.put("user.provision", ReplayOfPeople::provision);
    kinds.put("user.change", ReplayOfPeople::change);
    kinds.put("user.remove", ReplayOfPeople::remove);
    kinds.put("user.undo-removal", ReplayOfPeople::undoRemoval);
    kinds.put("provisioning.decide", ReplayOfPeople::decide);
    kinds.put("team.add", ReplayOfPeople::addTeam);
    kinds.put("team.move", ReplayOfPeople::moveTeam);
    kinds.put("team.rename", ReplayOfPeople::renameTeam);
    kinds.put("team.provision", ReplayOfPeople::provisionTeam);
    kinds.put("team.remove", ReplayOfPeople::removeTeam);
    kinds.put("member.add", ReplayOfPeople::addMember);
    kinds.put("member.remove", ReplayOfPeople::removeMember);
  }

  private static Condition user(Replayed entry, String id) {
    return APP_USER.TENANT.eq(entry.tenantName()).and(APP_USER.ID.eq(id));
  }

  private static boolean addUser(Replayed entry) {
    String id = entry.text("id");
    entry
        .sql()
        .insertInto(APP_USER)
        .set(APP_USER.TENANT, entry.tenantName())
        .set(APP_USER.ID, id)
        .set(APP_USER.NAME, entry.text("name"))
        .set(APP_USER.DISPLAY_NAME, entry.text("displayName"))
        .set(APP_USER.PASSWORD_HASH, entry.textOrNull("passwordHash"))
        .set(APP_USER.ACTIVE, entry.bool("active"))
        .set(APP_USER.KIND, entry.has("kind") ? entry.text("kind") : AccountKind.PERSON.wireName())
        .set(APP_USER.ADDED_AT, entry.at())
        .execute();
    for (String role : entry.has("roles") ? entry.texts("roles") : List.<String>of()) {
      beginRole(entry, id, role, null);
    }
    if (entry.bool("active")) {
      Assignments.begin(entry.sql(), entry.tenant(), id, entry.at());
    }
    return true;
  }

  private static void beginRole(Replayed entry, String id, String role, @Nullable Instant until) {
    entry
        .sql()
        .insertInto(USER_ROLE)
        .set(USER_ROLE.TENANT, entry.tenantName())
        .set(USER_ROLE.USER_ID, id)
        .set(USER_ROLE.ROLE, role)
        .set(USER_ROLE.VALID_FROM, entry.at())
        .set(USER_ROLE.VALID_UNTIL, until)
        .execute();
  }

  private static boolean setRoles(Replayed entry) {
    String id = entry.text("user");
    JsonNode before = entry.in("before").data();
    JsonNode after = entry.in("after").data();
    before
        .fieldNames()
        .forEachRemaining(
            role -> {
              if (!before.get(role).equals(after.get(role))) {
                entry
                    .sql()
                    .update(USER_ROLE)
                    .set(USER_ROLE.VALID_UNTIL, Periods.end(USER_ROLE.VALID_FROM, entry.at()))
                    .where(USER_ROLE.TENANT.eq(entry.tenantName()))
                    .and(USER_ROLE.USER_ID.eq(id))
                    .and(USER_ROLE.ROLE.eq(role))
                    .and(Periods.at(USER_ROLE.VALID_FROM, USER_ROLE.VALID_UNTIL, entry.at()))
                    .execute();
              }
            });
    after
        .fieldNames()
        .forEachRemaining(
            role -> {
              String until = after.get(role).asText();
              if (!after.get(role).equals(before.get(role))) {
                beginRole(entry, id, role, until.isEmpty() ? null : Instant.parse(until));
              }
            });
    return true;
  }

  private static boolean activate(Replayed entry) {
    String id = entry.text("user");
    if (!setActive(entry, id, true)) {
      return false;
    }
    Assignments.begin(entry.sql(), entry.tenant(), id, entry.at());
    RemovalGuard.noteBack(entry.sql(), entry.tenant(), id, entry.at());
    return true;
  }

  private static boolean deactivate(Replayed entry) {
    String id = entry.text("user");
    if (!setActive(entry, id, false)) {
      return false;
    }
    leave(entry, id);
    if (entry.has("provisioned")) {
      RemovalGuard.note(entry.sql(), entry.tenant(), id, entry.at(), entry.actor());
    }
    return true;
  }

  static boolean setActive(Replayed entry, String id, boolean active) {
    return entry
            .sql()
            .update(APP_USER)
            .set(APP_USER.ACTIVE, active)
            .where(user(entry, id))
            .and(APP_USER.ACTIVE.ne(active))
            .execute()
        > 0;
  }

  /** What leaving brings beside the numbers, whose entries are their own. */
  static void leave(Replayed entry, String id) {
    entry
        .sql()
        .update(USER_ACTIVITY)
        .set(USER_ACTIVITY.VALID_UNTIL, Periods.end(USER_ACTIVITY.VALID_FROM, entry.at()))
        .where(USER_ACTIVITY.TENANT.eq(entry.tenantName()))
        .and(USER_ACTIVITY.USER_ID.eq(id))
        .and(USER_ACTIVITY.VALID_UNTIL.isNull())
        .execute();
    Assignments.revokeGrants(entry.sql(), entry.tenant(), id, entry.at(), entry.actor());
  }

  private static boolean setDisplayName(Replayed entry) {
    return entry
            .sql()
            .update(APP_USER)
            .set(APP_USER.DISPLAY_NAME, entry.text("displayName"))
            .where(user(entry, entry.text("user")))
            .execute()
        > 0;
  }

  private static boolean rename(Replayed entry) {
    return entry
            .sql()
            .update(APP_USER)
            .set(APP_USER.NAME, entry.text("after"))
            .where(user(entry, entry.text("user")))
            .execute()
        > 0;
  }

  private static boolean provision(Replayed entry) {
    ProvisionedUsers.keep(
        entry.sql(),
        entry.tenant(),
        entry.text("user"),
        entry.in("profile").as(ProvisionedPeople.Profile.class),
        entry.at());
    return true;
  }

  private static boolean change(Replayed entry) {
    String id = entry.in("before").text("id");
    ProvisionedPeople.Profile after = entry.in("after").as(ProvisionedPeople.Profile.class);
    int rows =
        entry
            .sql()
            .update(APP_USER)
            .set(APP_USER.NAME, Text.clean(after.userName()))
            .set(APP_USER.DISPLAY_NAME, Text.clean(after.displayName()))
            .where(user(entry, id))
            .execute();
    if (rows > 0) {
      ProvisionedUsers.keep(entry.sql(), entry.tenant(), id, after, entry.at());
    }
    return rows > 0;
  }

  private static boolean remove(Replayed entry) {
    return entry
            .sql()
            .update(PROVISIONED_USER)
            .set(PROVISIONED_USER.DELETED_AT, entry.at())
            .where(PROVISIONED_USER.TENANT.eq(entry.tenantName()))
            .and(PROVISIONED_USER.USER_ID.eq(entry.text("user")))
            .execute()
        > 0;
  }

  private static boolean undoRemoval(Replayed entry) {
    String id = entry.text("user");
    if (setActive(entry, id, true)) {
      Assignments.begin(entry.sql(), entry.tenant(), id, entry.at());
    }
    RemovalGuard.noteBack(entry.sql(), entry.tenant(), id, entry.at());
    return true;
  }

  private static boolean decide(Replayed entry) {
    if (!entry.data().path("hold").isObject()) {
      return false; // older entries name the hold and say nothing of it
    }
    Replayed hold = entry.in("hold");
    UUID id = hold.uuid("id");
    entry
        .sql()
        .insertInto(PROVISIONING_HOLD)
        .set(PROVISIONING_HOLD.TENANT, entry.tenantName())
        .set(PROVISIONING_HOLD.ID, id)
        .set(PROVISIONING_HOLD.OPENED_AT, hold.instant("openedAt"))
        .set(PROVISIONING_HOLD.ACTIVE, hold.integer("active"))
        .set(PROVISIONING_HOLD.REMOVED, hold.integer("removed"))
        .set(PROVISIONING_HOLD.ALLOWED, hold.integer("allowed"))
        .set(PROVISIONING_HOLD.DECIDED_AT, entry.at())
        .set(PROVISIONING_HOLD.DECIDED_BY, entry.actor())
        .set(PROVISIONING_HOLD.FURTHER, entry.integer("further"))
        .execute();
    for (Replayed person : hold.list("people", hold::in)) {
      entry
          .sql()
          .insertInto(PROVISIONING_HOLD_PERSON)
          .set(PROVISIONING_HOLD_PERSON.TENANT, entry.tenantName())
          .set(PROVISIONING_HOLD_PERSON.HOLD, id)
          .set(PROVISIONING_HOLD_PERSON.USER_ID, person.text("user"))
          .set(PROVISIONING_HOLD_PERSON.AT, person.instant("at"))
          .execute();
    }
    return true;
  }

  private static Condition team(Replayed entry, String id) {
    return TEAM.TENANT.eq(entry.tenantName()).and(TEAM.ID.eq(id));
  }

  private static boolean addTeam(Replayed entry) {
    String id = entry.text("id");
    String parent = entry.textOrNull("parent");
    entry
        .sql()
        .insertInto(TEAM)
        .set(TEAM.TENANT, entry.tenantName())
        .set(TEAM.ID, id)
        .set(TEAM.NAME, entry.text("name"))
        .set(TEAM.PARENT, parent)
        .set(TEAM.ADDED_AT, entry.at())
        .execute();
    Assignments.place(entry.sql(), entry.tenant(), id, parent, entry.at());
    return true;
  }

  private static boolean moveTeam(Replayed entry) {
    String id = entry.text("team");
    String parent = entry.textOrNull("after");
    int rows = entry.sql().update(TEAM).set(TEAM.PARENT, parent).where(team(entry, id)).execute();
    entry
        .sql()
        .update(TEAM_PLACE)
        .set(TEAM_PLACE.VALID_UNTIL, Periods.end(TEAM_PLACE.VALID_FROM, entry.at()))
        .where(TEAM_PLACE.TENANT.eq(entry.tenantName()))
        .and(TEAM_PLACE.TEAM_ID.eq(id))
        .and(TEAM_PLACE.VALID_UNTIL.isNull())
        .execute();
    Assignments.place(entry.sql(), entry.tenant(), id, parent, entry.at());
    return rows > 0;
  }

  private static boolean renameTeam(Replayed entry) {
    return entry
            .sql()
            .update(TEAM)
            .set(TEAM.NAME, entry.text("after"))
            .where(team(entry, entry.text("team")))
            .execute()
        > 0;
  }

  private static boolean provisionTeam(Replayed entry) {
    ProvisionedTeams.keep(
        entry.sql(),
        entry.tenant(),
        entry.text("team"),
        entry.textOrNull("externalId"),
        entry.at());
    return true;
  }

  private static boolean removeTeam(Replayed entry) {
    String id = entry.text("team");
    entry
        .sql()
        .update(ACCESS_GRANT)
        .set(ACCESS_GRANT.REVOKED_AT, entry.at())
        .set(ACCESS_GRANT.REVOKED_BY, entry.actor())
        .where(ACCESS_GRANT.TENANT.eq(entry.tenantName()))
        .and(ACCESS_GRANT.HOLDER_TEAM.eq(id))
        .and(ACCESS_GRANT.REVOKED_AT.isNull())
        .execute();
    return entry
            .sql()
            .update(PROVISIONED_TEAM)
            .set(PROVISIONED_TEAM.DELETED_AT, entry.at())
            .where(PROVISIONED_TEAM.TENANT.eq(entry.tenantName()))
            .and(PROVISIONED_TEAM.TEAM_ID.eq(id))
            .execute()
        > 0;
  }

  private static boolean addMember(Replayed entry) {
    removeMember(entry);
    entry
        .sql()
        .insertInto(TEAM_MEMBER)
        .set(TEAM_MEMBER.TENANT, entry.tenantName())
        .set(TEAM_MEMBER.TEAM_ID, entry.text("team"))
        .set(TEAM_MEMBER.USER_ID, entry.text("user"))
        .set(TEAM_MEMBER.VALID_FROM, entry.at())
        .set(TEAM_MEMBER.VALID_UNTIL, entry.instantOrNull("until"))
        .execute();
    return true;
  }

  private static boolean removeMember(Replayed entry) {
    return Assignments.endMembership(
            entry.sql(), entry.tenant(), entry.text("team"), entry.text("user"), entry.at())
        > 0;
  }
}
