package io.earwitness.archive.catalog;

import static io.earwitness.archive.catalog.generated.Tables.APP_USER;
import static io.earwitness.archive.catalog.generated.Tables.MATTER;
import static io.earwitness.archive.catalog.generated.Tables.MATTER_OWNER;

import io.earwitness.access.AccountKind;
import io.earwitness.call.TenantSlug;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jooq.DSLContext;

/** Who answers for a matter; it gives no right on its calls. */
final class MatterOwners {
  private MatterOwners() {}

  static void begin(DSLContext sql, TenantSlug tenant, UUID matter, String userId, Instant now) {
    sql.insertInto(MATTER_OWNER)
        .set(MATTER_OWNER.TENANT, tenant.value())
        .set(MATTER_OWNER.MATTER, matter)
        .set(MATTER_OWNER.USER_ID, userId)
        .set(MATTER_OWNER.VALID_FROM, now)
        .execute();
  }

  static Map<UUID, String> all(DSLContext sql, TenantSlug tenant) {
    return sql.select(MATTER_OWNER.MATTER, MATTER_OWNER.USER_ID)
        .from(MATTER_OWNER)
        .where(MATTER_OWNER.TENANT.eq(tenant.value()))
        .and(MATTER_OWNER.VALID_UNTIL.isNull())
        .fetchMap(MATTER_OWNER.MATTER, MATTER_OWNER.USER_ID);
  }

  /**
   * Gives somebody's open matters to another person. Returns how many there were.
   *
   * @throws IllegalArgumentException if the successor is nobody who could answer for them
   */
  static int pass(
      DSLContext sql,
      TenantSlug tenant,
      String userId,
      String successor,
      Instant now,
      String actor) {
    Assignments.demandUser(sql, tenant, successor);
    if (successor.equals(userId)
        || !sql.fetchExists(
            APP_USER,
            APP_USER
                .TENANT
                .eq(tenant.value())
                .and(APP_USER.ID.eq(successor))
                .and(APP_USER.ACTIVE.isTrue())
                .and(APP_USER.KIND.eq(AccountKind.PERSON.wireName())))) {
      throw new IllegalArgumentException(
          "'%s' can't be the successor: another person whose account can be used is needed"
              .formatted(successor));
    }
    List<UUID> matters =
        sql.select(MATTER_OWNER.MATTER)
            .from(MATTER_OWNER)
            .join(MATTER)
            .on(MATTER.TENANT.eq(MATTER_OWNER.TENANT), MATTER.ID.eq(MATTER_OWNER.MATTER))
            .where(MATTER_OWNER.TENANT.eq(tenant.value()))
            .and(MATTER_OWNER.USER_ID.eq(userId))
            .and(MATTER_OWNER.VALID_UNTIL.isNull())
            .and(MATTER.CLOSED_AT.isNull())
            .orderBy(MATTER_OWNER.MATTER)
            .fetch(MATTER_OWNER.MATTER);
    for (UUID matter : matters) {
      succeed(sql, tenant, matter, successor, now);
    }
    if (!matters.isEmpty()) {
      Map<String, Object> data = Map.of("before", userId, "after", successor, "matters", matters);
      Journal.write(sql, tenant, now, actor, "matter.set-owner", data);
    }
    return matters.size();
  }

  /** Ends the time of a matter's owner and begins a successor's. */
  static void succeed(
      DSLContext sql, TenantSlug tenant, UUID matter, String successor, Instant now) {
    sql.update(MATTER_OWNER)
        .set(MATTER_OWNER.VALID_UNTIL, Periods.end(MATTER_OWNER.VALID_FROM, now))
        .where(MATTER_OWNER.TENANT.eq(tenant.value()))
        .and(MATTER_OWNER.MATTER.eq(matter))
        .and(MATTER_OWNER.VALID_UNTIL.isNull())
        .execute();
    begin(sql, tenant, matter, successor, now);
  }
}
