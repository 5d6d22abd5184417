package io.earwitness.archive.catalog;

import static io.earwitness.archive.catalog.generated.Tables.CALL_ARCHIVE;
import static io.earwitness.archive.catalog.generated.Tables.DELIVERY_TARGET;

import io.earwitness.archive.catalog.generated.tables.records.CallArchiveRecord;
import java.time.Instant;
import java.util.Map;
import java.util.function.Function;
import org.jooq.Condition;
import org.jooq.UpdateSetFirstStep;
import org.jooq.UpdateSetMoreStep;
import org.jspecify.annotations.Nullable;

/** Applies again where recordings are delivered; what is there already is found by comparing. */
final class ReplayOfDeliveries {
  private ReplayOfDeliveries() {}

  static void register(Map<String, Replayed.Handler> kinds) {
    kinds.put("delivery-target.set", ReplayOfDeliveries::set);
    kinds.put("delivery-target.remove", ReplayOfDeliveries::remove);
    kinds.put("delivery-target.pause", entry -> pause(entry, entry.at()));
    kinds.put("delivery-target.resume", entry -> pause(entry, null));
    kinds.put("delivery.settled", ReplayOfDeliveries::settled);
    kinds.put("delivery.taken-back", ReplayOfDeliveries::takenBack);
    kinds.put(
        "delivery.moved",
        entry -> move(entry, update -> update.set(CALL_ARCHIVE.MOVED_AT, entry.at())));
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

  private static boolean settled(Replayed entry) {
    return move(
        entry,
        update ->
            update
                .set(CALL_ARCHIVE.MOVED_TO, entry.text("target"))
                .set(CALL_ARCHIVE.MOVE_DUE, entry.instant("ends"))
                .set(CALL_ARCHIVE.LOCK_DUE, entry.at()));
  }

  private static boolean takenBack(Replayed entry) {
    return move(
        entry,
        update ->
            update
                .setNull(CALL_ARCHIVE.MOVED_TO)
                .setNull(CALL_ARCHIVE.MOVE_DUE)
                .set(CALL_ARCHIVE.MOVE_UNDONE, true)
                .set(CALL_ARCHIVE.LOCK_DUE, entry.at()));
  }

  private static boolean move(
      Replayed entry,
      Function<UpdateSetFirstStep<CallArchiveRecord>, UpdateSetMoreStep<CallArchiveRecord>>
          change) {
    return change
            .apply(entry.sql().update(CALL_ARCHIVE))
            .where(CALL_ARCHIVE.TENANT.eq(entry.tenantName()))
            .and(CALL_ARCHIVE.ID.eq(entry.uuid("recording")))
            .and(CALL_ARCHIVE.GENERATION.eq(entry.integer("generation")))
            .execute()
        > 0;
  }

  private static boolean remove(Replayed entry) {
    PostgresMediaMoves.stop(entry.sql(), entry.tenant(), entry.text("name"), entry.at());
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
