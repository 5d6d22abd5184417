package io.earwitness.archive.catalog;

import static io.earwitness.archive.catalog.generated.Tables.ACCESS_GRANT;

import io.earwitness.access.Grant;
import io.earwitness.access.Holder;
import io.earwitness.access.Right;
import io.earwitness.access.Target;
import io.earwitness.access.Validity;
import io.earwitness.archive.catalog.AccessDirectory.Granted;
import io.earwitness.archive.catalog.AccessDirectory.NewGrant;
import io.earwitness.archive.catalog.generated.tables.records.AccessGrantRecord;
import io.earwitness.call.TenantSlug;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.UUID;
import org.jooq.DSLContext;

/** Grants: made and revoked, never changed. */
final class Grants {
  private final Transactions transactions;
  private final Clock clock;

  Grants(Transactions transactions, Clock clock) {
    this.transactions = transactions;
    this.clock = clock;
  }

  Granted add(TenantSlug tenant, NewGrant grant, String actor) {
    if (tenant.equals(TenantSlug.PLATFORM)) {
      throw new IllegalArgumentException(
          "nothing that the platform's own tenant holds is heard by anybody, so nothing of it is"
              + " granted");
    }
    return transactions.inTenant(
        tenant,
        sql -> {
          Instant now = CallRows.micros(clock.instant());
          AccessVersions.change(sql, tenant, now);
          demand(sql, tenant, grant);
          Instant from = grant.from() == null ? now : CallRows.micros(grant.from());
          if (from.isBefore(now)) {
            throw new IllegalArgumentException(
                "a grant can't begin in the past: at %s, and it is %s now".formatted(from, now));
          }
          Instant until = Assignments.micros(grant.until());
          if (until != null && !until.isAfter(from)) {
            throw new IllegalArgumentException(
                "a grant that begins at %s can't end at %s".formatted(from, until));
          }
          Grant wanted =
              new Grant(
                  grant.id(),
                  grant.holder(),
                  grant.rights(),
                  grant.on(),
                  new Validity(from, until));
          for (AccessGrantRecord row :
              sql.selectFrom(ACCESS_GRANT)
                  .where(ACCESS_GRANT.TENANT.eq(tenant.value()))
                  .and(
                      Periods.at(ACCESS_GRANT.VALID_FROM, ACCESS_GRANT.VALID_UNTIL, from)
                          .or(ACCESS_GRANT.VALID_FROM.eq(from)))
                  .and(ACCESS_GRANT.REVOKED_AT.isNull())
                  .fetch()) {
            Grant present = AccessReader.grant(row);
            if (sameAs(present, wanted, grant.from() != null)) {
              return new Granted(present, false);
            }
          }
          make(sql, tenant, wanted, now, actor);
          return new Granted(wanted, true);
        });
  }

  /** Whether a grant that is there says what is wanted; one that is to begin now may have begun. */
  private static boolean sameAs(Grant present, Grant wanted, boolean fromMatters) {
    return present.holder().equals(wanted.holder())
        && present.rights().equals(wanted.rights())
        && present.on().equals(wanted.on())
        && Objects.equals(present.validity().until(), wanted.validity().until())
        && (!fromMatters || present.validity().from().equals(wanted.validity().from()));
  }

  private static void demand(DSLContext sql, TenantSlug tenant, NewGrant grant) {
    PostgresDirectory.demandTenant(sql, tenant);
    switch (grant.holder()) {
      case Holder.OfUser user -> {
        Assignments.demandUser(sql, tenant, user.id());
        Assignments.refuseGuest(sql, tenant, user.id(), "may what the invitation says");
      }
      case Holder.OfTeam team -> Assignments.demandTeam(sql, tenant, team.id());
    }
    switch (grant.on()) {
      case Target.OfUser user -> Assignments.demandUser(sql, tenant, user.id());
      case Target.OfTeam team -> Assignments.demandTeam(sql, tenant, team.id());
      case Target.InMatter in -> Matters.demandOpen(sql, tenant, in.id());
      case Target.WholeTenant _ -> {}
    }
  }

  /** Makes a grant that was looked at, and writes it down. */
  static void make(DSLContext sql, TenantSlug tenant, Grant grant, Instant now, String actor) {
    insert(sql, tenant, grant, now, actor);
    Journal.write(sql, tenant, now, actor, "grant.add", shown(grant));
  }

  /** Makes the row of a grant. */
  static void insert(DSLContext sql, TenantSlug tenant, Grant grant, Instant now, String actor) {
    AccessGrantRecord row = sql.newRecord(ACCESS_GRANT);
    row.setTenant(tenant.value());
    row.setId(grant.id());
    switch (grant.holder()) {
      case Holder.OfUser user -> row.setHolderUser(user.id());
      case Holder.OfTeam team -> row.setHolderTeam(team.id());
    }
    row.setRights(grant.rights().stream().sorted().map(Right::wireName).toArray(String[]::new));
    switch (grant.on()) {
      case Target.OfUser user -> row.setOnUser(user.id());
      case Target.OfTeam team -> row.setOnTeam(team.id());
      case Target.InMatter in -> row.setOnMatter(in.id());
      case Target.WholeTenant _ -> {}
    }
    row.setValidFrom(grant.validity().from());
    row.setValidUntil(grant.validity().until());
    row.setCreatedAt(now);
    row.setCreatedBy(Text.clean(actor));
    row.insert();
  }

  /** Makes a grant that was revoked once more, from now on. */
  static void again(
      DSLContext sql, TenantSlug tenant, AccessGrantRecord revoked, Instant now, String actor) {
    Grant former = AccessReader.grant(revoked);
    Instant begin = former.validity().from().isAfter(now) ? former.validity().from() : now;
    Grant again =
        new Grant(
            UUID.randomUUID(),
            former.holder(),
            former.rights(),
            former.on(),
            new Validity(begin, revoked.getValidUntil()));
    make(sql, tenant, again, now, actor);
  }

  private static Map<String, Object> shown(Grant grant) {
    Map<String, Object> shown = new TreeMap<>();
    shown.put("id", grant.id());
    shown.put("holder", grant.holder().text());
    shown.put("rights", grant.rights().stream().sorted().map(Right::wireName).toList());
    shown.put("on", grant.on().text());
    shown.put("from", grant.validity().from());
    if (grant.validity().until() != null) {
      shown.put("until", grant.validity().until());
    }
    return shown;
  }

  boolean revoke(TenantSlug tenant, UUID id, String actor) {
    return transactions.inTenant(
        tenant,
        sql -> {
          Instant now = CallRows.micros(clock.instant());
          AccessVersions.change(sql, tenant, now);
          if (!sql.fetchExists(
              ACCESS_GRANT, ACCESS_GRANT.TENANT.eq(tenant.value()).and(ACCESS_GRANT.ID.eq(id)))) {
            throw new IllegalArgumentException("tenant %s has no grant %s".formatted(tenant, id));
          }
          int rows =
              sql.update(ACCESS_GRANT)
                  .set(ACCESS_GRANT.REVOKED_AT, now)
                  .set(ACCESS_GRANT.REVOKED_BY, Text.clean(actor))
                  .where(ACCESS_GRANT.TENANT.eq(tenant.value()))
                  .and(ACCESS_GRANT.ID.eq(id))
                  .and(ACCESS_GRANT.REVOKED_AT.isNull())
                  .and(ACCESS_GRANT.VALID_UNTIL.isNull().or(ACCESS_GRANT.VALID_UNTIL.gt(now)))
                  .execute();
          if (rows > 0) {
            Journal.write(sql, tenant, now, actor, "grant.revoke", Map.of("id", id));
          }
          return rows > 0;
        });
  }
}
