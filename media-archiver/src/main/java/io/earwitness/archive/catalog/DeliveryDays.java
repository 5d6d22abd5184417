package io.earwitness.archive.catalog;

import static io.earwitness.archive.catalog.generated.Tables.CALL;
import static io.earwitness.archive.catalog.generated.Tables.CALL_ARCHIVE;
import static io.earwitness.archive.catalog.generated.Tables.DELIVERY;
import static io.earwitness.archive.catalog.generated.Tables.DELIVERY_INDEX;

import io.earwitness.archive.catalog.Deliveries.Delivered;
import io.earwitness.call.CallState;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Record;
import org.jooq.impl.DSL;

/** What arrived at a target on each day, in UTC. */
final class DeliveryDays {
  private DeliveryDays() {}

  private static Condition of(DeliveryTarget target) {
    return DELIVERY
        .TENANT
        .eq(target.tenant().value())
        .and(DELIVERY.TARGET.eq(target.name()))
        .and(DELIVERY.DELIVERED_AT.isNotNull());
  }

  /** Something arrived, which the day's index does not say yet. */
  static void arrived(DSLContext sql, DeliveryTarget target, Instant at) {
    sql.insertInto(DELIVERY_INDEX)
        .set(DELIVERY_INDEX.TENANT, target.tenant().value())
        .set(DELIVERY_INDEX.TARGET, target.name())
        .set(DELIVERY_INDEX.DAY, LocalDate.ofInstant(at, ZoneOffset.UTC))
        .set(DELIVERY_INDEX.NEWEST, at)
        .onConflict(DELIVERY_INDEX.TENANT, DELIVERY_INDEX.TARGET, DELIVERY_INDEX.DAY)
        .doUpdate()
        .set(
            DELIVERY_INDEX.NEWEST,
            DSL.greatest(DELIVERY_INDEX.NEWEST, DSL.val(at, DELIVERY_INDEX.NEWEST)))
        .execute();
  }

  static List<LocalDate> unindexed(
      DSLContext sql, DeliveryTarget target, Instant now, Instant before) {
    return sql.select(DELIVERY_INDEX.DAY)
        .from(DELIVERY_INDEX)
        .where(DELIVERY_INDEX.TENANT.eq(target.tenant().value()))
        .and(DELIVERY_INDEX.TARGET.eq(target.name()))
        .and(
            DELIVERY_INDEX
                .INDEXED_TO
                .isNull()
                .or(
                    DELIVERY_INDEX
                        .INDEXED_TO
                        .lt(DELIVERY_INDEX.NEWEST)
                        .and(
                            DELIVERY_INDEX
                                .DAY
                                .lt(LocalDate.ofInstant(now, ZoneOffset.UTC))
                                .or(DELIVERY_INDEX.WRITTEN_AT.lt(before)))))
        .orderBy(DELIVERY_INDEX.DAY)
        .fetch(row -> row.value1());
  }

  static List<Delivered> arrived(
      DSLContext sql, DeliveryTarget target, Instant from, UUID id, Instant to, int most) {
    return sql.select(CALL.fields())
        .select(CALL_ARCHIVE.fields())
        .select(DELIVERY.fields())
        .from(DELIVERY)
        .join(CALL)
        .on(CALL.ID.eq(DELIVERY.CALL).and(CALL.TENANT.eq(DELIVERY.TENANT)))
        .join(CALL_ARCHIVE)
        .on(CALL_ARCHIVE.ID.eq(DELIVERY.CALL).and(CALL_ARCHIVE.GENERATION.eq(DELIVERY.GENERATION)))
        .where(of(target))
        .and(DELIVERY.DELIVERED_AT.lt(to))
        .and(CALL.STATE.ne(CallState.DISPOSED.wireName()))
        .and(DSL.row(DELIVERY.DELIVERED_AT, DELIVERY.CALL).gt(from, id))
        .orderBy(DELIVERY.DELIVERED_AT, DELIVERY.CALL)
        .limit(most)
        .fetch(DeliveryDays::delivered);
  }

  private static Delivered delivered(Record row) {
    CallCatalog.ArchivedCall archive = CallRows.archive(row.into(CALL_ARCHIVE));
    return new Delivered(
        // Its flags are not shown
        CallRows.entry(row.into(CALL), archive, Set.of()).summary(),
        row.get(DELIVERY.GENERATION),
        row.get(CALL_ARCHIVE.DURATION_MS),
        row.get(CALL_ARCHIVE.KEEP_UNTIL),
        row.get(DELIVERY.DELIVERED_AT),
        PostgresDeliveries.objects(row.get(DELIVERY.OBJECTS)));
  }
}
