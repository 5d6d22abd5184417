package io.earwitness.archive.catalog;

import static io.earwitness.archive.catalog.generated.Tables.ACCESS_GRANT;
import static io.earwitness.archive.catalog.generated.Tables.APP_USER;
import static io.earwitness.archive.catalog.generated.Tables.PROVISIONED_USER;
import static io.earwitness.archive.catalog.generated.Tables.PROVISIONING_HOLD;
import static io.earwitness.archive.catalog.generated.Tables.PROVISIONING_HOLD_PERSON;
import static io.earwitness.archive.catalog.generated.Tables.PROVISIONING_REMOVAL;
import static io.earwitness.archive.catalog.generated.Tables.USER_ROLE;

import io.earwitness.access.AccountKind;
import io.earwitness.access.Role;
import io.earwitness.archive.catalog.ProvisionedPeople.Hold;
import io.earwitness.archive.catalog.ProvisionedPeople.Removal;
import io.earwitness.archive.catalog.ProvisionedPeople.RemovalLimit;
import io.earwitness.archive.catalog.ProvisioningRefusedException.Reason;
import io.earwitness.archive.catalog.generated.tables.records.AccessGrantRecord;
import io.earwitness.archive.catalog.generated.tables.records.ProvisioningHoldRecord;
import io.earwitness.call.TenantSlug;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Holds an identity provider up that puts too many people out of use, and undoes what it did. All
 * of it within the transaction of the change, behind the tenant's {@link AccessVersions} lock.
 */
final class RemovalGuard {
  private static final Duration COUNTED = Duration.ofHours(1);
  private static final Duration DECISION_HOLDS = Duration.ofHours(24);
  private static final Duration UNDOABLE = Duration.ofDays(7);
  private static final int SHOWN = 50;

  private RemovalGuard() {}

  /**
   * Whether one more person may be put out of use.
   *
   * @return null if so; otherwise what to tell, and the person is noted with the hold
   * @throws ProvisioningRefusedException if it is the last administrator
   */
  static @Nullable ProvisioningRefusedException admit(
      DSLContext sql, TenantSlug tenant, String userId, RemovalLimit limit, Instant now) {
    refuseLastAdministrator(sql, tenant, userId, now);
    int removed = removedSince(sql, tenant, now.minus(COUNTED));
    int active =
        removed
            + sql.fetchCount(
                APP_USER,
                APP_USER
                    .TENANT
                    .eq(tenant.value())
                    .and(APP_USER.ACTIVE.isTrue())
                    .and(APP_USER.KIND.eq(AccountKind.PERSON.wireName())));
    int allowed = limit.of(active);
    if (removed < allowed || decisionAllows(sql, tenant, now)) {
      return null;
    }
    UUID hold = open(sql, tenant, active, removed, allowed, now);
    sql.insertInto(PROVISIONING_HOLD_PERSON)
        .set(PROVISIONING_HOLD_PERSON.TENANT, tenant.value())
        .set(PROVISIONING_HOLD_PERSON.HOLD, hold)
        .set(PROVISIONING_HOLD_PERSON.USER_ID, userId)
        .set(PROVISIONING_HOLD_PERSON.AT, now)
        .onConflictDoNothing()
        .execute();
    return new ProvisioningRefusedException(
        Reason.HELD,
        ("%d of %d people were put out of use within the last hour, and no more than %d may be. An"
                + " administrator of the tenant must confirm that it is meant, on the page People;"
                + " then try again.")
            .formatted(removed, active, allowed));
  }

  private static void refuseLastAdministrator(
      DSLContext sql, TenantSlug tenant, String userId, Instant now) {
    Set<String> administrators =
        sql.select(APP_USER.ID)
            .from(APP_USER)
            .join(USER_ROLE)
            .on(USER_ROLE.TENANT.eq(APP_USER.TENANT), USER_ROLE.USER_ID.eq(APP_USER.ID))
            .where(APP_USER.TENANT.eq(tenant.value()))
            .and(APP_USER.ACTIVE.isTrue())
            .and(APP_USER.KIND.eq(AccountKind.PERSON.wireName()))
            .and(USER_ROLE.ROLE.eq(Role.TENANT_ADMIN.wireName()))
            .and(Periods.at(USER_ROLE.VALID_FROM, USER_ROLE.VALID_UNTIL, now))
            .fetchSet(APP_USER.ID);
    if (administrators.equals(Set.of(userId))) {
      throw new ProvisioningRefusedException(
          Reason.LAST_ADMINISTRATOR,
          "This is the tenant's last administrator who can sign in; make another one first.");
    }
  }

  private static int removedSince(DSLContext sql, TenantSlug tenant, Instant since) {
    return sql.fetchCount(
        PROVISIONING_REMOVAL,
        PROVISIONING_REMOVAL
            .TENANT
            .eq(tenant.value())
            .and(PROVISIONING_REMOVAL.AT.gt(since))
            .and(PROVISIONING_REMOVAL.UNDONE_AT.isNull()));
  }

  /** Whether of what an administrator allowed last there is something left. */
  private static boolean decisionAllows(DSLContext sql, TenantSlug tenant, Instant now) {
    ProvisioningHoldRecord last =
        sql.selectFrom(PROVISIONING_HOLD)
            .where(PROVISIONING_HOLD.TENANT.eq(tenant.value()))
            .and(PROVISIONING_HOLD.DECIDED_AT.gt(now.minus(DECISION_HOLDS)))
            .orderBy(PROVISIONING_HOLD.DECIDED_AT.desc())
            .limit(1)
            .fetchOne();
    return last != null
        && last.getDecidedAt() != null
        && last.getFurther() != null
        && removedSince(sql, tenant, last.getDecidedAt()) < last.getFurther();
  }

  private static UUID open(
      DSLContext sql, TenantSlug tenant, int active, int removed, int allowed, Instant now) {
    UUID present =
        sql.select(PROVISIONING_HOLD.ID)
            .from(PROVISIONING_HOLD)
            .where(PROVISIONING_HOLD.TENANT.eq(tenant.value()))
            .and(PROVISIONING_HOLD.DECIDED_AT.isNull())
            .fetchOne(PROVISIONING_HOLD.ID);
    if (present != null) {
      return present;
    }
    UUID id = UUID.randomUUID();
    sql.insertInto(PROVISIONING_HOLD)
        .set(PROVISIONING_HOLD.TENANT, tenant.value())
        .set(PROVISIONING_HOLD.ID, id)
        .set(PROVISIONING_HOLD.OPENED_AT, now)
        .set(PROVISIONING_HOLD.ACTIVE, active)
        .set(PROVISIONING_HOLD.REMOVED, removed)
        .set(PROVISIONING_HOLD.ALLOWED, allowed)
        .execute();
    return id;
  }

  static void note(DSLContext sql, TenantSlug tenant, String userId, Instant now, String actor) {
    sql.insertInto(PROVISIONING_REMOVAL)
        .set(PROVISIONING_REMOVAL.TENANT, tenant.value())
        .set(PROVISIONING_REMOVAL.USER_ID, userId)
        .set(PROVISIONING_REMOVAL.AT, now)
        .set(PROVISIONING_REMOVAL.ACTOR, Text.clean(actor))
        .execute();
  }

  /** A person who is back was not removed, and is seen by the provider again. */
  static void noteBack(DSLContext sql, TenantSlug tenant, String userId, Instant now) {
    sql.update(PROVISIONING_REMOVAL)
        .set(PROVISIONING_REMOVAL.UNDONE_AT, now)
        .where(PROVISIONING_REMOVAL.TENANT.eq(tenant.value()))
        .and(PROVISIONING_REMOVAL.USER_ID.eq(userId))
        .and(PROVISIONING_REMOVAL.UNDONE_AT.isNull())
        .execute();
    sql.update(PROVISIONED_USER)
        .setNull(PROVISIONED_USER.DELETED_AT)
        .set(PROVISIONED_USER.MODIFIED_AT, now)
        .where(PROVISIONED_USER.TENANT.eq(tenant.value()))
        .and(PROVISIONED_USER.USER_ID.eq(userId))
        .and(PROVISIONED_USER.DELETED_AT.isNotNull())
        .execute();
  }

  static List<Hold> holds(DSLContext sql, TenantSlug tenant) {
    Map<UUID, Set<String>> people =
        sql
            .selectFrom(PROVISIONING_HOLD_PERSON)
            .where(PROVISIONING_HOLD_PERSON.TENANT.eq(tenant.value()))
            .fetch()
            .intoGroups(PROVISIONING_HOLD_PERSON.HOLD, PROVISIONING_HOLD_PERSON.USER_ID)
            .entrySet()
            .stream()
            .collect(
                java.util.stream.Collectors.toMap(
                    Map.Entry::getKey, e -> Set.copyOf(e.getValue())));
    return sql.selectFrom(PROVISIONING_HOLD)
        .where(PROVISIONING_HOLD.TENANT.eq(tenant.value()))
        .orderBy(PROVISIONING_HOLD.OPENED_AT.desc())
        .limit(SHOWN)
        .fetch(
            row ->
                new Hold(
                    row.getId(),
                    row.getOpenedAt(),
                    row.getActive(),
                    row.getRemoved(),
                    row.getAllowed(),
                    people.getOrDefault(row.getId(), Set.of()),
                    row.getDecidedAt(),
                    row.getDecidedBy(),
                    row.getFurther()));
  }

  static boolean decide(
      DSLContext sql, TenantSlug tenant, UUID hold, int further, Instant now, String actor) {
    if (further < 0) {
      throw new IllegalArgumentException("further is %d; 0 or more are".formatted(further));
    }
    if (!sql.fetchExists(
        PROVISIONING_HOLD,
        PROVISIONING_HOLD.TENANT.eq(tenant.value()).and(PROVISIONING_HOLD.ID.eq(hold)))) {
      throw new IllegalArgumentException("tenant %s has no hold %s".formatted(tenant, hold));
    }
    int rows =
        sql.update(PROVISIONING_HOLD)
            .set(PROVISIONING_HOLD.DECIDED_AT, now)
            .set(PROVISIONING_HOLD.DECIDED_BY, Text.clean(actor))
            .set(PROVISIONING_HOLD.FURTHER, further)
            .where(PROVISIONING_HOLD.TENANT.eq(tenant.value()))
            .and(PROVISIONING_HOLD.ID.eq(hold))
            .and(PROVISIONING_HOLD.DECIDED_AT.isNull())
            .execute();
    if (rows > 0) {
      Map<String, Object> data = Map.of("hold", decided(sql, tenant, hold), "further", further);
      Journal.write(sql, tenant, now, actor, "provisioning.decide", data);
    }
    return rows > 0;
  }

  /** The hold as it was found: it is written down when it is decided, not when it opens. */
  private static Map<String, Object> decided(DSLContext sql, TenantSlug tenant, UUID id) {
    ProvisioningHoldRecord hold =
        sql.selectFrom(PROVISIONING_HOLD)
            .where(PROVISIONING_HOLD.TENANT.eq(tenant.value()))
            .and(PROVISIONING_HOLD.ID.eq(id))
            .fetchSingle();
    List<Map<String, Object>> people =
        sql.selectFrom(PROVISIONING_HOLD_PERSON)
            .where(PROVISIONING_HOLD_PERSON.TENANT.eq(tenant.value()))
            .and(PROVISIONING_HOLD_PERSON.HOLD.eq(id))
            .orderBy(PROVISIONING_HOLD_PERSON.AT, PROVISIONING_HOLD_PERSON.USER_ID)
            .fetch(row -> Map.of("user", row.getUserId(), "at", row.getAt()));
    return Map.of(
        "id", id,
        "openedAt", hold.getOpenedAt(),
        "active", hold.getActive(),
        "removed", hold.getRemoved(),
        "allowed", hold.getAllowed(),
        "people", people);
  }

  static List<Removal> removals(DSLContext sql, TenantSlug tenant, Instant now) {
    return sql.selectFrom(PROVISIONING_REMOVAL)
        .where(PROVISIONING_REMOVAL.TENANT.eq(tenant.value()))
        .and(PROVISIONING_REMOVAL.AT.gt(now.minus(UNDOABLE)))
        .and(PROVISIONING_REMOVAL.UNDONE_AT.isNull())
        .orderBy(PROVISIONING_REMOVAL.AT.desc(), PROVISIONING_REMOVAL.USER_ID)
        .fetch(row -> new Removal(row.getUserId(), row.getAt(), row.getActor()));
  }

  static boolean undo(DSLContext sql, TenantSlug tenant, String userId, Instant now, String actor) {
    Optional<Removal> found =
        removals(sql, tenant, now).stream()
            .filter(each -> each.userId().equals(userId))
            .findFirst();
    if (found.isEmpty()) {
      return false;
    }
    Instant at = found.get().at();
    int rows =
        sql.update(APP_USER)
            .set(APP_USER.ACTIVE, true)
            .where(APP_USER.TENANT.eq(tenant.value()))
            .and(APP_USER.ID.eq(userId))
            .and(APP_USER.ACTIVE.isFalse())
            .execute();
    if (rows > 0) {
      Assignments.begin(sql, tenant, userId, now);
    }
    noteBack(sql, tenant, userId, now);
    grantAgain(sql, tenant, userId, at, now, actor);
    NumberHolders.giveBack(sql, tenant, userId, at, now, actor);
    Map<String, Object> data = Map.of("user", userId, "removedAt", at);
    Journal.write(sql, tenant, now, actor, "user.undo-removal", data);
    return true;
  }

  private static void grantAgain(
      DSLContext sql,
      TenantSlug tenant,
      String userId,
      Instant revoked,
      Instant now,
      String actor) {
    for (AccessGrantRecord row :
        sql.selectFrom(ACCESS_GRANT)
            .where(ACCESS_GRANT.TENANT.eq(tenant.value()))
            .and(ACCESS_GRANT.HOLDER_USER.eq(userId))
            .and(ACCESS_GRANT.REVOKED_AT.eq(revoked))
            .and(ACCESS_GRANT.VALID_UNTIL.isNull().or(ACCESS_GRANT.VALID_UNTIL.gt(now)))
            .fetch()) {
      Grants.again(sql, tenant, row, now, actor);
    }
  }
}
