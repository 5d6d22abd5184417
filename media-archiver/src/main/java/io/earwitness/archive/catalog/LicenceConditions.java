package io.earwitness.archive.catalog;

import io.earwitness.alarm.AlarmKind;
import io.earwitness.alarm.AlarmObject;
import io.earwitness.archive.catalog.CatalogConditions.Found;
import io.earwitness.archive.catalog.Licences.Status;
import io.earwitness.call.LicenceState;
import io.earwitness.call.LicenceTerms;
import io.earwitness.call.TenantSlug;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jooq.DSLContext;

/** What is to be known of licences before it has any consequence. */
final class LicenceConditions {
  private LicenceConditions() {}

  static void find(DSLContext sql, Instant now, List<Found> found) {
    Map<TenantSlug, List<String>> over = new TreeMap<>(Comparator.comparing(TenantSlug::value));
    Map<TenantSlug, List<String>> ending = new TreeMap<>(Comparator.comparing(TenantSlug::value));
    for (Status status : PostgresLicences.all(sql, now)) {
      LicenceTerms terms = status.terms();
      if (terms == null) {
        continue;
      }
      String name = status.licence().wireName();
      if (status.state() == LicenceState.OVER_USE) {
        over.computeIfAbsent(status.tenant(), _ -> new ArrayList<>())
            .add(
                "%s: %d extensions recorded this month, %d licensed"
                    .formatted(name, status.recorded(), terms.extensions()));
      }
      if (terms.isToBeTold(now)) {
        ending
            .computeIfAbsent(status.tenant(), _ -> new ArrayList<>())
            .add(
                terms.suspended()
                    ? name + ": suspended"
                    : "%s: %s, until %s".formatted(name, status.state().wireName(), terms.until()));
      }
    }
    add(AlarmKind.LICENCE_OVER_USE, over, found);
    add(AlarmKind.LICENCE_ENDING, ending, found);
  }

  private static void add(
      AlarmKind kind, Map<TenantSlug, List<String>> details, List<Found> found) {
    details.forEach(
        (tenant, lines) ->
            found.add(
                new Found(kind, AlarmObject.tenant(tenant), tenant, String.join("; ", lines))));
  }
}
