package io.earwitness.archive.catalog;

import static io.earwitness.archive.catalog.generated.Tables.CALL;
import static io.earwitness.archive.catalog.generated.Tables.CALL_ARCHIVE;
import static io.earwitness.archive.catalog.generated.Tables.DELIVERY;
import static io.earwitness.archive.catalog.generated.Tables.DELIVERY_INDEX;

import io.earwitness.archive.catalog.Deliveries.Delivered;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;

/** What arrived at a target on each day, in UTC. */
final class DeliveryDays {
  /** A day changes no more once it is over, so only the last ones are looked at. */
  private static final Duration BACK = Duration.ofDays(40);

  private DeliveryDays() {}

  private static Condition of(DeliveryTarget target) {
    return DELIVERY
        .TENANT
        .eq(target.tenant().value())
        .and(DELIVERY.TARGET.eq(target.name()))
        .and(DELIVERY.DELIVERED_AT.isNotNull());
  }

  static List<LocalDate> unindexed(
      DSLContext sql, DeliveryTarget target, Instant now, Instant before) {
    Field<LocalDate> day =
        DSL.field("({0} at time zone 'UTC')::date", SQLDataType.LOCALDATE, DELIVERY.DELIVERED_AT);
    var days =
        sql.select(day.as("day"), DSL.max(DELIVERY.DELIVERED_AT).as("newest"))
            .from(DELIVERY)
            .where(of(target))
            .and(DELIVERY.DELIVERED_AT.ge(now.minus(BACK)))
            .groupBy(day)
            .asTable("days");
    Field<LocalDate> on = days.field("day", LocalDate.class);
    return sql.select(on)
        .from(days)
        .leftJoin(DELIVERY_INDEX)
        .on(
            DELIVERY_INDEX
                .TENANT
                .eq(target.tenant().value())
                .and(DELIVERY_INDEX.TARGET.eq(target.name()))
                .and(DELIVERY_INDEX.DAY.eq(on)))
        .where(
            DELIVERY_INDEX
                .NEWEST
                .isNull()
                .or(
                    DELIVERY_INDEX
                        .NEWEST
                        .lt(days.field("newest", DELIVERY.DELIVERED_AT.getDataType()))
                        .and(
                            on.lt(LocalDate.ofInstant(now, ZoneOffset.UTC))
                                .or(DELIVERY_INDEX.WRITTEN_AT.lt(before)))))
        .orderBy(on)
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
        .and(DSL.row(DELIVERY.DELIVERED_AT, DELIVERY.CALL).gt(from, id))
        .orderBy(DELIVERY.DELIVERED_AT, DELIVERY.CALL)
        .limit(most)
        .fetch(DeliveryDays::delivered);
  }

  private static Delivered delivered(Record row) {
    CallCatalog.ArchivedCall archive = CallRows.archive(row.into(CALL_ARCHIVE));
    return new Delivered(
        CallRows.entry(row.into(CALL), archive).summary(),
        row.get(DELIVERY.GENERATION),
        row.get(CALL_ARCHIVE.DURATION_MS),
        row.get(CALL_ARCHIVE.KEEP_UNTIL),
        row.get(DELIVERY.DELIVERED_AT),
        PostgresDeliveries.objects(row.get(DELIVERY.OBJECTS)));
  }
}
