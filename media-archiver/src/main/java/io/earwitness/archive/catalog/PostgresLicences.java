package io.earwitness.archive.catalog;

import static io.earwitness.archive.catalog.generated.Tables.LICENCE_EXTENSION;
import static io.earwitness.archive.catalog.generated.Tables.TENANT_LICENCE;

import io.earwitness.archive.catalog.generated.tables.records.TenantLicenceRecord;
import io.earwitness.call.Licence;
import io.earwitness.call.LicenceState;
import io.earwitness.call.LicenceTerms;
import io.earwitness.call.RecordingId;
import io.earwitness.call.TenantSlug;
import io.earwitness.call.WireName;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/** {@link Licences} in PostgreSQL. */
final class PostgresLicences implements Licences {
  private final Transactions transactions;
  private final Clock clock;

  PostgresLicences(Transactions transactions, Clock clock) {
    this.transactions = transactions;
    this.clock = clock;
  }

  @Override
  public List<Status> of(TenantSlug tenant) {
    return transactions.inTenant(
        tenant,
        sql -> {
          Instant now = clock.instant();
          Map<Licence, LicenceTerms> terms =
              newest(sql, TENANT_LICENCE.TENANT.eq(tenant.value())).getOrDefault(tenant, Map.of());
          LocalDate month = RecordedExtensions.month(sql, tenant, now);
          List<Status> all = new ArrayList<>();
          for (Licence licence : Licence.values()) {
            all.add(status(sql, tenant, licence, terms.get(licence), month, now));
          }
          return all;
        });
  }

  @Override
  public List<Status> all() {
    return transactions.asWorker(sql -> all(sql, clock.instant()));
  }

  static List<Status> all(DSLContext sql, Instant now) {
    Map<TenantSlug, Map<Licence, LicenceTerms>> terms = newest(sql, DSL.noCondition());
    List<Status> all = new ArrayList<>();
    for (Directory.Tenant tenant : PostgresDirectory.tenants(sql)) {
      LocalDate month = now.atZone(tenant.zone()).toLocalDate().withDayOfMonth(1);
      Map<Licence, LicenceTerms> own = terms.getOrDefault(tenant.slug(), Map.of());
      for (Licence licence : Licence.values()) {
        Status status = status(sql, tenant.slug(), licence, own.get(licence), month, now);
        if (status.terms() != null || status.recorded() > 0) {
          all.add(status);
        }
      }
    }
    return all;
  }

  private static Status status(
      DSLContext sql,
      TenantSlug tenant,
      Licence licence,
      @Nullable LicenceTerms terms,
      LocalDate month,
      Instant now) {
    long recorded =
        sql.fetchCount(
            LICENCE_EXTENSION,
            LICENCE_EXTENSION
                .TENANT
                .eq(tenant.value())
                .and(LICENCE_EXTENSION.MONTH.eq(month))
                .and(LICENCE_EXTENSION.LICENCE.eq(licence.wireName())));
    return new Status(
        tenant,
        licence,
        terms,
        recorded,
        terms == null ? LicenceState.ACTIVE : terms.state(recorded, now));
  }

  private static Map<TenantSlug, Map<Licence, LicenceTerms>> newest(
      DSLContext sql, Condition which) {
    Map<TenantSlug, Map<Licence, LicenceTerms>> newest = new HashMap<>();
    sql.selectDistinct(TENANT_LICENCE.fields())
        .on(TENANT_LICENCE.TENANT, TENANT_LICENCE.LICENCE)
        .from(TENANT_LICENCE)
        .where(which)
        .orderBy(TENANT_LICENCE.TENANT, TENANT_LICENCE.LICENCE, TENANT_LICENCE.VERSION.desc())
        .fetchInto(TENANT_LICENCE)
        .forEach(
            row ->
                newest
                    .computeIfAbsent(
                        new TenantSlug(row.getTenant()), _ -> new EnumMap<>(Licence.class))
                    .put(WireName.parse(Licence.class, row.getLicence()), terms(row)));
    return newest;
  }

  private static LicenceTerms terms(TenantLicenceRecord row) {
    return new LicenceTerms(
        WireName.parse(Licence.class, row.getLicence()),
        row.getExtensions(),
        row.getValidUntil(),
        row.getGraceDays(),
        row.getSuspended(),
        row.getStopsRecording());
  }

  /** Tenants whose calls are recorded no more: each class was set, and lets it stop. */
  static Set<TenantSlug> stopped(DSLContext sql, Instant now) {
    Set<TenantSlug> stopped = new HashSet<>();
    newest(sql, DSL.noCondition())
        .forEach(
            (tenant, terms) -> {
              // A class for which nothing was set is without limits, and calls go on
              if (terms.size() == Licence.values().length
                  && terms.values().stream().allMatch(each -> each.stops(now))) {
                stopped.add(tenant);
              }
            });
    return stopped;
  }

  private record Journalled(int version, LicenceTerms terms) {}

  @Override
  public boolean set(TenantSlug tenant, LicenceTerms given, String actor) {
    Instant until = given.until();
    LicenceTerms terms =
        new LicenceTerms(
            given.licence(),
            given.extensions(),
            until == null ? null : CallRows.micros(until),
            given.graceDays(),
            given.suspended(),
            given.stopsRecording());
    return transactions.inTenant(
        tenant,
        sql -> {
          PostgresDirectory.demandTenant(sql, tenant);
          if (tenant.equals(TenantSlug.PLATFORM)) {
            throw new IllegalArgumentException("the platform's own tenant has no licences");
          }
          sql.execute(
              "select pg_advisory_xact_lock(hashtextextended({0}, 0))",
              DSL.val("licence|" + tenant.value()));
          TenantLicenceRecord last =
              sql.selectFrom(TENANT_LICENCE)
                  .where(TENANT_LICENCE.TENANT.eq(tenant.value()))
                  .and(TENANT_LICENCE.LICENCE.eq(terms.licence().wireName()))
                  .orderBy(TENANT_LICENCE.VERSION.desc())
                  .limit(1)
                  .fetchOne();
          if (last != null && terms(last).equals(terms)) {
            return false;
          }
          int version = last == null ? 1 : last.getVersion() + 1;
          Instant now = CallRows.micros(clock.instant());
          sql.insertInto(TENANT_LICENCE)
              .set(TENANT_LICENCE.TENANT, tenant.value())
              .set(TENANT_LICENCE.LICENCE, terms.licence().wireName())
              .set(TENANT_LICENCE.VERSION, version)
              .set(TENANT_LICENCE.EXTENSIONS, terms.extensions())
              .set(TENANT_LICENCE.VALID_UNTIL, terms.until())
              .set(TENANT_LICENCE.GRACE_DAYS, terms.graceDays())
              .set(TENANT_LICENCE.SUSPENDED, terms.suspended())
              .set(TENANT_LICENCE.STOPS_RECORDING, terms.stopsRecording())
              .set(TENANT_LICENCE.CHANGED_AT, now)
              .set(TENANT_LICENCE.CHANGED_BY, Text.clean(actor))
              .execute();
          Journal.write(sql, tenant, now, actor, "licence.set", new Journalled(version, terms));
          return true;
        });
  }

  @Override
  public List<Extension> extensions(
      TenantSlug tenant, YearMonth month, @Nullable Extension after, int limit) {
    Condition next =
        after == null
            ? DSL.noCondition()
            : DSL.row(LICENCE_EXTENSION.LICENCE, LICENCE_EXTENSION.NUMBER)
                .gt(after.licence().wireName(), after.number());
    return transactions.inTenant(
        tenant,
        sql ->
            sql.selectFrom(LICENCE_EXTENSION)
                .where(LICENCE_EXTENSION.TENANT.eq(tenant.value()))
                .and(LICENCE_EXTENSION.MONTH.eq(month.atDay(1)))
                .and(next)
                .orderBy(LICENCE_EXTENSION.LICENCE, LICENCE_EXTENSION.NUMBER)
                .limit(limit)
                .fetch(
                    row ->
                        new Extension(
                            WireName.parse(Licence.class, row.getLicence()),
                            row.getNumber(),
                            new RecordingId(row.getFirstCall()),
                            row.getFirstAt())));
  }
}
