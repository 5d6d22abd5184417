package io.earwitness.archive.catalog;

import static io.earwitness.archive.catalog.generated.Tables.OWN_CALLS;
import static io.earwitness.archive.catalog.generated.Tables.SRC;
import static io.earwitness.archive.catalog.generated.Tables.TENANT;
import static io.earwitness.archive.catalog.generated.Tables.TENANT_DOMAIN;
import static io.earwitness.archive.catalog.generated.Tables.TENANT_KEY;

import com.fasterxml.jackson.core.type.TypeReference;
import io.earwitness.archive.catalog.generated.tables.records.SrcRecord;
import io.earwitness.call.MatchingRule;
import io.earwitness.call.PauseSettings;
import io.earwitness.call.RecorderSnapshot;
import io.earwitness.call.WireName;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Applies again what was done to tenants, their keys and numbers, and to SRCs. */
final class ReplayOfTenants {
  private ReplayOfTenants() {}

  static void register(Map<String, Replayed.Handler> kinds) {
    kinds.put("tenant.add", ReplayOfTenants::add);
    kinds.put("tenant.set-call-limits", ReplayOfTenants::setCallLimits);
    kinds.put("tenant.set-number-screening", ReplayOfTenants::setNumberScreening);
    kinds.put("tenant.set-own-calls", ReplayOfTenants::setOwnCalls);
    kinds.put("tenant.close", ReplayOfTenants::close);
    kinds.put(
        "tenant.withdraw-closing",
        entry -> PostgresClosings.withdrawn(entry.sql(), entry.tenant(), entry.at()));
    kinds.put(
        "tenant.export",
        entry ->
            PostgresClosings.exported(
                entry.sql(), entry.tenant(), entry.in("inventory").as(Closings.Inventory.class)));
    kinds.put(
        "tenant.verify-export",
        entry ->
            PostgresClosings.verified(
                entry.sql(), entry.tenant(), entry.text("receipt"), entry.at(), entry.actor()));
    kinds.put(
        "tenant.destroy-keys",
        entry -> PostgresClosings.keysDestroyed(entry.sql(), entry.tenant(), entry.at()));
    kinds.put(
        "tenant.closed",
        entry ->
            PostgresClosings.closed(
                entry.sql(), entry.tenant(), entry.text("certificate"), entry.at()));
    kinds.put("pause-settings.set", ReplayOfTenants::setPauses);
    kinds.put("key.add", ReplayOfTenants::addKey);
    kinds.put("number.add", ReplayOfTenants::addNumber);
    kinds.put("number.set-holder", ReplayOfTenants::setHolder);
    kinds.put("src.add", ReplayOfTenants::addSrc);
    kinds.put("src.set", ReplayOfTenants::setSrc);
    kinds.put("matching-rules.set", ReplayOfTenants::setRules);
  }

  private static boolean add(Replayed entry) {
    Replayed limits = entry.has("limits") ? entry.in("limits") : null;
    entry
        .sql()
        .insertInto(TENANT)
        .set(TENANT.TENANT_, entry.text("slug"))
        .set(TENANT.NAME, entry.text("name"))
        .set(TENANT.ZONE, entry.text("zone"))
        .set(TENANT.RETENTION_YEARS, entry.integer("retentionYears"))
        .set(TENANT.GUARANTEED_CALLS, limits == null ? 0 : limits.integer("guaranteed"))
        .set(TENANT.MAX_CALLS, limits == null ? null : limits.integerOrNull("max"))
        .set(
            TENANT.NUMBER_SCREENING, !entry.has("numberScreening") || entry.bool("numberScreening"))
        .set(TENANT.CREATED_AT, entry.at())
        .execute();
    for (String domain : entry.has("domains") ? entry.texts("domains") : List.<String>of()) {
      entry
          .sql()
          .insertInto(TENANT_DOMAIN)
          .set(TENANT_DOMAIN.DOMAIN, domain.strip().toLowerCase(Locale.ROOT))
          .set(TENANT_DOMAIN.TENANT, entry.text("slug"))
          .execute();
    }
    return true;
  }

  private static boolean close(Replayed entry) {
    PostgresClosings.write(
        entry.sql(),
        entry.tenant(),
        entry.uuid("id"),
        entry.instant("stopAt"),
        WireName.parse(Closings.Keys.class, entry.text("keys")),
        entry.at(),
        entry.actor());
    return true;
  }

  private static boolean setCallLimits(Replayed entry) {
    return entry
            .sql()
            .update(TENANT)
            .set(TENANT.GUARANTEED_CALLS, entry.integer("guaranteed"))
            .set(TENANT.MAX_CALLS, entry.integerOrNull("max"))
            .where(TENANT.TENANT_.eq(entry.tenantName()))
            .execute()
        > 0;
  }

  private static boolean setNumberScreening(Replayed entry) {
    return entry
            .sql()
            .update(TENANT)
            .set(TENANT.NUMBER_SCREENING, entry.bool("screened"))
            .where(TENANT.TENANT_.eq(entry.tenantName()))
            .execute()
        > 0;
  }

  private static boolean setPauses(Replayed entry) {
    return entry
            .sql()
            .update(TENANT)
            .set(TENANT.PAUSE, CallRows.json(entry.as(PauseSettings.class)))
            .where(TENANT.TENANT_.eq(entry.tenantName()))
            .execute()
        > 0;
  }

  private static boolean setOwnCalls(Replayed entry) {
    if (entry.bool("allowed")) {
      entry
          .sql()
          .insertInto(OWN_CALLS)
          .set(OWN_CALLS.TENANT, entry.tenantName())
          .set(OWN_CALLS.VALID_FROM, entry.at())
          .execute();
      return true;
    }
    return entry
            .sql()
            .update(OWN_CALLS)
            .set(OWN_CALLS.VALID_UNTIL, Periods.end(OWN_CALLS.VALID_FROM, entry.at()))
            .where(OWN_CALLS.TENANT.eq(entry.tenantName()))
            .and(OWN_CALLS.VALID_UNTIL.isNull())
            .execute()
        > 0;
  }

  private static boolean addKey(Replayed entry) {
    entry
        .sql()
        .insertInto(TENANT_KEY)
        .set(TENANT_KEY.TENANT, entry.tenantName())
        .set(TENANT_KEY.ID, entry.text("id"))
        .set(TENANT_KEY.CERTIFICATE, entry.text("certificate"))
        .set(TENANT_KEY.CUSTODY, entry.text("custody"))
        .set(TENANT_KEY.ACTIVE, entry.bool("active"))
        .set(TENANT_KEY.ADDED_AT, entry.at())
        .execute();
    return true;
  }

  private static boolean addNumber(Replayed entry) {
    Directory.NumberRange range = entry.as(Directory.NumberRange.class);
    String name = range.userName();
    return Numbers.hold(
        entry.sql(), range, name == null ? null : People.userId(entry.sql(), entry.tenant(), name));
  }

  private static boolean setHolder(Replayed entry) {
    PostgresNumberHolding.again(entry.sql(), entry.tenant(), entry.as(NumberHolding.Change.class));
    return true;
  }

  private static boolean addSrc(Replayed entry) {
    RecorderSnapshot.Src src = entry.as(RecorderSnapshot.Src.class);
    SrcRecord row = Srcs.row(src);
    row.setName(Text.clean(src.name()));
    row.setAddedAt(entry.at());
    entry.sql().insertInto(SRC).set(row).execute();
    return true;
  }

  private static boolean setSrc(Replayed entry) {
    RecorderSnapshot.Src src = entry.as(RecorderSnapshot.Src.class);
    return entry
            .sql()
            .update(SRC)
            .set(Srcs.row(src))
            .where(SRC.NAME.eq(Text.clean(src.name())))
            .execute()
        > 0;
  }

  private static boolean setRules(Replayed entry) {
    MatchingRuleRows.replace(entry.sql(), entry.as(new TypeReference<List<MatchingRule>>() {}));
    return true;
  }
}
