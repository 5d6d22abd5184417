package io.earwitness.archive.catalog;

import static io.earwitness.archive.catalog.generated.Tables.APP_USER;
import static io.earwitness.archive.catalog.generated.Tables.PROVISIONED_USER;

import io.earwitness.access.Role;
import io.earwitness.archive.catalog.ProvisionedPeople.Profile;
import io.earwitness.archive.catalog.ProvisionedPeople.RemovalLimit;
import io.earwitness.archive.catalog.ProvisioningRefusedException.Reason;
import io.earwitness.call.TenantSlug;
import io.earwitness.json.Json;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jooq.DSLContext;
import org.jooq.JSONB;

/** People as an identity provider keeps them, within one transaction that changes them. */
final class ProvisionedUsers {
  private final DSLContext sql;
  private final TenantSlug tenant;
  private final Instant now;
  private final String actor;

  ProvisionedUsers(DSLContext sql, TenantSlug tenant, Instant now, String actor) {
    this.sql = sql;
    this.tenant = tenant;
    this.now = now;
    this.actor = actor;
  }

  /** What came of a change. */
  sealed interface Outcome {
    record Done(Profile profile) implements Outcome {}

    record Missing() implements Outcome {}

    record Held(ProvisioningRefusedException refusal) implements Outcome {}
  }

  Profile add(Profile wanted) {
    PostgresDirectory.demandTenant(sql, tenant);
    Optional<Profile> former = deleted(wanted.userName());
    if (former.isPresent()) {
      Profile there = former.get();
      if (there.externalId() != null && there.externalId().equals(wanted.externalId())) {
        demandFree(wanted, there.id());
        return write(there, wanted);
      }
      giveUpName(there);
    }
    String id = UUID.randomUUID().toString();
    demandFree(wanted, id);
    People.insert(
        sql,
        new Directory.User(
            id,
            tenant,
            wanted.userName(),
            wanted.displayName(),
            null,
            Set.of(Role.USER),
            wanted.active()),
        now,
        actor);
    provision(id, wanted);
    if (wanted.active()) {
      NumberHolders.take(sql, tenant, id, numbers(wanted), now, actor);
    }
    return ProvisionedProfiles.get(sql, tenant, id).orElseThrow();
  }

  /** A deleted person of that name; the account stays inactive and out of sight as it is. */
  private Optional<Profile> deleted(String userName) {
    return ProvisionedProfiles.rows(
            sql, APP_USER.TENANT.eq(tenant.value()).and(ProvisionedProfiles.named(userName)))
        .and(PROVISIONED_USER.DELETED_AT.isNotNull())
        .fetchOptional(ProvisionedProfiles::profile);
  }

  private void giveUpName(Profile former) {
    String name =
        "%s (left %s, %s)"
            .formatted(former.userName(), LocalDate.ofInstant(now, ZoneOffset.UTC), former.id());
    rename(former.id(), name, former.displayName());
    Map<String, String> data =
        Map.of("user", former.id(), "before", former.userName(), "after", name);
    Journal.write(sql, tenant, now, actor, "user.rename", data);
  }

  private void rename(String id, String name, String displayName) {
    sql.update(APP_USER)
        .set(APP_USER.NAME, Text.clean(name))
        .set(APP_USER.DISPLAY_NAME, Text.clean(displayName))
        .where(APP_USER.TENANT.eq(tenant.value()))
        .and(APP_USER.ID.eq(id))
        .execute();
  }

  private void demandFree(Profile wanted, String id) {
    if (sql.fetchExists(
        APP_USER,
        APP_USER
            .TENANT
            .eq(tenant.value())
            .and(ProvisionedProfiles.named(wanted.userName()))
            .and(APP_USER.ID.ne(id)))) {
      throw new ProvisioningRefusedException(
          Reason.TAKEN, "userName '%s' is another account's already.".formatted(wanted.userName()));
    }
    if (wanted.externalId() != null
        && sql.fetchExists(
            PROVISIONED_USER,
            PROVISIONED_USER
                .TENANT
                .eq(tenant.value())
                .and(PROVISIONED_USER.EXTERNAL_ID.eq(Text.clean(wanted.externalId())))
                .and(PROVISIONED_USER.DELETED_AT.isNull())
                .and(PROVISIONED_USER.USER_ID.ne(id)))) {
      throw new ProvisioningRefusedException(
          Reason.TAKEN,
          "externalId '%s' is another person's already.".formatted(wanted.externalId()));
    }
  }

  Outcome change(String id, UnaryOperator<Profile> change, RemovalLimit limit) {
    Optional<Profile> found = ProvisionedProfiles.get(sql, tenant, id);
    if (found.isEmpty()) {
      return new Outcome.Missing();
    }
    Profile before = found.get();
    Profile after = change.apply(before);
    if (after.equals(before)) {
      return new Outcome.Done(before);
    }
    if (before.active() && !after.active()) {
      ProvisioningRefusedException refusal = RemovalGuard.admit(sql, tenant, id, limit, now);
      if (refusal != null) {
        return new Outcome.Held(refusal);
      }
    }
    demandFree(after, id);
    return new Outcome.Done(write(before, after));
  }

  Outcome remove(String id, UnaryOperator<Profile> check, RemovalLimit limit) {
    Optional<Profile> found = ProvisionedProfiles.get(sql, tenant, id);
    if (found.isEmpty()) {
      return new Outcome.Missing();
    }
    Profile before = check.apply(found.get());
    if (before.active()) {
      ProvisioningRefusedException refusal = RemovalGuard.admit(sql, tenant, id, limit, now);
      if (refusal != null) {
        return new Outcome.Held(refusal);
      }
      putOut(id);
    }
    provision(id, before);
    sql.update(PROVISIONED_USER)
        .set(PROVISIONED_USER.DELETED_AT, now)
        .where(PROVISIONED_USER.TENANT.eq(tenant.value()))
        .and(PROVISIONED_USER.USER_ID.eq(id))
        .execute();
    Journal.write(sql, tenant, now, actor, "user.remove", Map.of("user", id));
    return new Outcome.Done(before);
  }

  /** Makes the account be as wanted, and shown. */
  private Profile write(Profile before, Profile after) {
    String id = before.id();
    if (!before.userName().equals(after.userName())
        || !before.displayName().equals(after.displayName())) {
      rename(id, after.userName(), after.displayName());
    }
    Set<String> former = before.active() ? numbers(before) : Set.of();
    Set<String> next = after.active() ? numbers(after) : Set.of();
    if (before.active() && !after.active()) {
      putOut(id);
    } else {
      if (after.active() && !before.active()) {
        putIn(id);
      }
      NumberHolders.release(sql, tenant, id, without(former, next), now, actor);
      NumberHolders.take(sql, tenant, id, without(next, former), now, actor);
    }
    keep(id, after);
    Map<String, Object> data = Map.of("before", before, "after", after);
    Journal.write(sql, tenant, now, actor, "user.change", data);
    return ProvisionedProfiles.get(sql, tenant, id).orElseThrow();
  }

  private static Set<String> without(Set<String> all, Set<String> these) {
    Set<String> rest = new HashSet<>(all);
    rest.removeAll(these);
    return rest;
  }

  private void putOut(String id) {
    setActive(id, false);
    Assignments.leave(sql, tenant, id, now, actor);
    RemovalGuard.note(sql, tenant, id, now, actor);
    Map<String, Object> data = Map.of("user", id, "provisioned", true);
    Journal.write(sql, tenant, now, actor, "user.deactivate", data);
  }

  private void putIn(String id) {
    setActive(id, true);
    Assignments.begin(sql, tenant, id, now);
    RemovalGuard.noteBack(sql, tenant, id, now);
    Journal.write(sql, tenant, now, actor, "user.activate", Map.of("user", id));
  }

  private void setActive(String id, boolean active) {
    sql.update(APP_USER)
        .set(APP_USER.ACTIVE, active)
        .where(APP_USER.TENANT.eq(tenant.value()))
        .and(APP_USER.ID.eq(id))
        .execute();
  }

  /** Keeps what only the provider needs; the person is shown to it again if it was not. */
  private record Provisioned(String user, Profile profile) {}

  private void provision(String id, Profile profile) {
    keep(id, profile);
    Journal.write(sql, tenant, now, actor, "user.provision", new Provisioned(id, profile));
  }

  private void keep(String id, Profile profile) {
    keep(sql, tenant, id, profile, now);
  }

  /** Keeps what an identity provider says of a person whom it sees. */
  static void keep(DSLContext sql, TenantSlug tenant, String id, Profile profile, Instant now) {
    JSONB contacts =
        JSONB.valueOf(
            Text.clean(
                Json.text(
                    new ProvisionedProfiles.Contacts(profile.emails(), profile.phoneNumbers()))));
    sql.insertInto(PROVISIONED_USER)
        .set(PROVISIONED_USER.TENANT, tenant.value())
        .set(PROVISIONED_USER.USER_ID, id)
        .set(PROVISIONED_USER.EXTERNAL_ID, Text.cleanOrNull(profile.externalId()))
        .set(PROVISIONED_USER.GIVEN_NAME, Text.cleanOrNull(profile.givenName()))
        .set(PROVISIONED_USER.FAMILY_NAME, Text.cleanOrNull(profile.familyName()))
        .set(PROVISIONED_USER.CONTACTS, contacts)
        .set(PROVISIONED_USER.MODIFIED_AT, now)
        .onConflict(PROVISIONED_USER.TENANT, PROVISIONED_USER.USER_ID)
        .doUpdate()
        .set(PROVISIONED_USER.EXTERNAL_ID, Text.cleanOrNull(profile.externalId()))
        .set(PROVISIONED_USER.GIVEN_NAME, Text.cleanOrNull(profile.givenName()))
        .set(PROVISIONED_USER.FAMILY_NAME, Text.cleanOrNull(profile.familyName()))
        .set(PROVISIONED_USER.CONTACTS, contacts)
        .set(PROVISIONED_USER.MODIFIED_AT, now)
        .setNull(PROVISIONED_USER.DELETED_AT)
        .execute();
  }

  /** What the person is to hold; faxes and pagers are no telephones. */
  private static Set<String> numbers(Profile profile) {
    return profile.phoneNumbers().stream()
        .filter(
            each ->
                each.type() == null
                    || !Set.of("fax", "pager").contains(each.type().toLowerCase(Locale.ROOT)))
        .flatMap(each -> NumberHolders.digits(each.value()).stream())
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
