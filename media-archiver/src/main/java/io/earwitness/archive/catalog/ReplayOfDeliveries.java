package io.earwitness.archive.catalog;

import static io.earwitness.archive.catalog.generated.Tables.DELIVERY_TARGET;

import java.time.Instant;
import java.util.Map;
import org.jooq.Condition;
import org.jspecify.annotations.Nullable;

/** Applies again where recordings are delivered; what is there already is found by comparing. */
final class ReplayOfDeliveries {
  private ReplayOfDeliveries() {}

  static void register(Map<String, Replayed.Handler> kinds) {
    kinds.put("delivery-target.set", ReplayOfDeliveries::set);
    kinds.put("delivery-target.remove", ReplayOfDeliveries::remove);
    kinds.put("delivery-target.pause", entry -> pause(entry, entry.at()));
    kinds.put("delivery-target.resume", entry -> pause(entry, null));
  }

  private static Condition is(Replayed entry) {
    return DELIVERY_TARGET
        .TENANT
        .eq(entry.tenantName())
        .and(DELIVERY_TARGET.NAME.eq(entry.text("name")));
  }

  private static boolean set(Replayed entry) {
    PostgresDeliveries.put(entry.sql(), entry.as(DeliveryTarget.class), entry.at(), entry.actor());
    return true;
  }

  private static boolean remove(Replayed entry) {
    return entry.sql().deleteFrom(DELIVERY_TARGET).where(is(entry)).execute() > 0;
  }

  private static boolean pause(Replayed entry, @Nullable Instant at) {
    return entry
            .sql()
            .update(DELIVERY_TARGET)
            .set(DELIVERY_TARGET.PAUSED_AT, at)
            .where(is(entry))
            .execute()
        > 0;
  }
}
