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

/** Finds tenants' own storage that takes nothing, is behind, or does not keep what it was given. */
final class DeliveryConditions {
  private static final Duration REFUSING = Duration.ofMinutes(15);
  private static final Duration STANDING = Duration.ofHours(1);
  private static final Duration BEHIND = Duration.ofDays(1);
  private static final Duration DAMAGED = Duration.ofDays(1);

  private DeliveryConditions() {}

  /** One that is paused is not late. */
  static void find(DSLContext sql, Instant now, List<Found> found) {
    Map<TenantSlug, List<String>> late = new TreeMap<>(Comparator.comparing(TenantSlug::value));
    Map<TenantSlug, List<String>> damaged = new TreeMap<>(late);
    for (Deliveries.Status status : PostgresDeliveries.all(sql)) {
      if (status.pausedAt() == null && isLate(status, now)) {
        late.computeIfAbsent(status.target().tenant(), _ -> new ArrayList<>())
            .add(
                "target %s, %d recordings wait"
                    .formatted(status.target().name(), status.waiting()));
      }
      Instant damagedAt = status.after().damagedAt();
      if (damagedAt != null && damagedAt.isAfter(now.minus(DAMAGED))) {
        damaged
            .computeIfAbsent(status.target().tenant(), _ -> new ArrayList<>())
            .add("target " + status.target().name());
      }
    }
    add(late, AlarmKind.DELIVERY_BEHIND, found);
    add(damaged, AlarmKind.DELIVERY_DAMAGED, found);
  }

  private static void add(
      Map<TenantSlug, List<String>> targets, AlarmKind kind, List<Found> found) {
    targets.forEach(
        (tenant, each) ->
            found.add(
                new Found(kind, AlarmObject.tenant(tenant), tenant, String.join("; ", each))));
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
