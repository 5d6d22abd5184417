package io.earwitness.archive.catalog;

import io.earwitness.alarm.AlarmKind;
import io.earwitness.alarm.AlarmObject;
import io.earwitness.archive.catalog.CatalogConditions.Found;
import io.earwitness.call.TenantSlug;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jooq.DSLContext;

/** Finds tenants' own storage that takes nothing, or is behind. */
final class DeliveryConditions {
  private static final Duration REFUSING = Duration.ofMinutes(15);
  private static final Duration STANDING = Duration.ofHours(1);
  private static final Duration BEHIND = Duration.ofDays(1);

  private DeliveryConditions() {}

  /** One that is paused is not late. */
  static void find(DSLContext sql, Instant now, List<Found> found) {
    Map<TenantSlug, List<String>> late = new TreeMap<>(Comparator.comparing(TenantSlug::value));
    for (Deliveries.Status status : PostgresDeliveries.all(sql)) {
      if (status.pausedAt() == null && isLate(status, now)) {
        late.computeIfAbsent(status.target().tenant(), _ -> new ArrayList<>())
            .add(
                "target %s, %d recordings wait"
                    .formatted(status.target().name(), status.waiting()));
      }
    }
    late.forEach(
        (tenant, targets) ->
            found.add(
                new Found(
                    AlarmKind.DELIVERY_BEHIND,
                    AlarmObject.tenant(tenant),
                    tenant,
                    String.join("; ", targets))));
  }

  private static boolean isLate(Deliveries.Status status, Instant now) {
    Instant failing = status.failingSince();
    if (failing != null && failing.isBefore(now.minus(REFUSING))) {
      return true;
    }
    Instant oldest = status.oldest();
    if (oldest == null) {
      return false;
    }
    Instant moved = status.deliveredAt() == null ? status.addedAt() : status.deliveredAt();
    boolean stands = oldest.isBefore(now.minus(STANDING)) && moved.isBefore(now.minus(STANDING));
    return stands || oldest.isBefore(now.minus(BEHIND));
  }
}
