package io.earwitness.archive.catalog;

import static io.earwitness.archive.catalog.generated.Tables.CALL;
import static io.earwitness.archive.catalog.generated.Tables.CALL_ARCHIVE;
import static io.earwitness.archive.catalog.generated.Tables.DELIVERY;
import static io.earwitness.archive.catalog.generated.Tables.DELIVERY_TARGET;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.earwitness.archive.catalog.DeliveryTarget.Terms;
import io.earwitness.archive.catalog.generated.tables.CallArchive;
import io.earwitness.call.CallState;
import io.earwitness.call.RecordingId;
import io.earwitness.call.TenantSlug;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/** {@link MediaMoves} in PostgreSQL. */
final class PostgresMediaMoves implements MediaMoves {
  private static final String ACTOR = "job:delivery";

  /**
   * So long before its end a short lock is renewed at the latest; the day before, it is settled.
   */
  private static final Duration BEFORE = Duration.ofDays(3);

  /** By which the clocks of two nodes may differ, and more. */
  private static final Duration MARGIN = Duration.ofHours(1);

  private final Transactions transactions;
  private final Clock clock;

  PostgresMediaMoves(Transactions transactions, Clock clock) {
    this.transactions = transactions;
    this.clock = clock;
  }

  /** Whether a tenant has a target that its audio is moved to. */
  static Condition isMoving(Field<String> tenant) {
    return DSL.exists(
        DSL.selectOne()
            .from(DELIVERY_TARGET)
            .where(DELIVERY_TARGET.TENANT.eq(tenant))
            .and(DELIVERY_TARGET.MODE.eq(Terms.Mode.MOVE.wireName())));
  }

  static boolean moves(DSLContext sql, TenantSlug tenant) {
    return sql.fetchExists(DSL.selectOne().where(isMoving(DSL.val(tenant.value()))));
  }

  /** Those of a tenant whose audio is at a target, or is about to be only there. */
  static Condition at(TenantSlug tenant, String target) {
    return CALL_ARCHIVE.TENANT.eq(tenant.value()).and(CALL_ARCHIVE.MOVED_TO.eq(target));
  }

  /** How many recordings are at a target and nowhere else, or may be at any moment. */
  static int moved(DSLContext sql, TenantSlug tenant, String target, Instant now) {
    return sql.fetchCount(
        CALL_ARCHIVE.join(CALL).on(CALL.ID.eq(CALL_ARCHIVE.ID)),
        at(tenant, target).and(CALL.STATE.ne(CallState.DISPOSED.wireName())).andNot(isHere(now)));
  }

  /** Of what is settled: whether it is known that nothing of it was removed yet. */
  private static Condition isHere(Instant now) {
    return CALL_ARCHIVE
        .MOVED_AT
        .isNull()
        .and(CALL_ARCHIVE.MOVE_DUE.gt(CallRows.micros(now.plus(MARGIN))));
  }

  /** Keeps what is here: the target is none any more that audio is moved to. */
  static void stop(DSLContext sql, TenantSlug tenant, String target, Instant now) {
    sql.update(CALL_ARCHIVE)
        .setNull(CALL_ARCHIVE.MOVED_TO)
        .setNull(CALL_ARCHIVE.MOVE_DUE)
        .set(CALL_ARCHIVE.MOVE_UNDONE, true)
        .set(CALL_ARCHIVE.LOCK_DUE, now)
        .where(at(tenant, target))
        .and(isHere(now))
        .execute();
  }

  private List<Moving> moving(DeliveryTarget target, Condition condition, int most) {
    CallArchive other = CALL_ARCHIVE.as("other");
    return transactions.inTenant(
        target.tenant(),
        sql ->
            sql.select(DELIVERY.CALL, DELIVERY.GENERATION, DELIVERY.OBJECTS)
                .select(CALL_ARCHIVE.KEEP_UNTIL)
                .select(CALL_ARCHIVE.MANIFEST_KEY, CALL_ARCHIVE.MANIFEST_VERSION_ID)
                .from(DELIVERY)
                .join(CALL)
                .on(CALL.ID.eq(DELIVERY.CALL).and(CALL.TENANT.eq(DELIVERY.TENANT)))
                .join(CALL_ARCHIVE)
                .on(
                    CALL_ARCHIVE
                        .ID
                        .eq(DELIVERY.CALL)
                        .and(CALL_ARCHIVE.GENERATION.eq(DELIVERY.GENERATION)))
                .where(DELIVERY.TENANT.eq(target.tenant().value()))
                .and(DELIVERY.TARGET.eq(target.name()))
                .and(DELIVERY.DELIVERED_AT.isNotNull())
                .and(DELIVERY.DISPOSAL.isNull())
                .andNot(DELIVERY.HELD)
                .andNot(DELIVERY.HOLD_SET)
                .andNot(PostgresDeliveryCare.isHeld())
                .and(DeliveryQueue.deliverable())
                .and(CALL_ARCHIVE.MOVED_AT.isNull())
                .and(condition)
                .andNotExists(
                    DSL.selectOne()
                        .from(other)
                        .where(other.ID.eq(CALL_ARCHIVE.ID))
                        .and(other.GENERATION.ne(CALL_ARCHIVE.GENERATION)))
                .orderBy(CALL_ARCHIVE.LOCK_UNTIL, DELIVERY.CALL)
                .limit(most)
                .fetch(
                    row ->
                        new Moving(
                            new RecordingId(row.get(DELIVERY.CALL)),
                            row.get(DELIVERY.GENERATION),
                            PostgresDeliveries.objects(row.get(DELIVERY.OBJECTS)),
                            row.get(CALL_ARCHIVE.KEEP_UNTIL),
                            row.get(CALL_ARCHIVE.MANIFEST_KEY),
                            row.get(CALL_ARCHIVE.MANIFEST_VERSION_ID))));
  }

  @Override
  public List<Moving> unsettled(DeliveryTarget target, Instant now, int most) {
    Instant soon = CallRows.micros(now.plus(BEFORE));
    return moving(
        target,
        CALL_ARCHIVE
            .MOVED_TO
            .isNull()
            .andNot(CALL_ARCHIVE.MOVE_UNDONE)
            .and("({0} ->> 'moving')::boolean", CALL_ARCHIVE.RETENTION)
            .and(CALL_ARCHIVE.LOCK_UNTIL.le(soon))
            .and(CALL_ARCHIVE.KEEP_UNTIL.gt(soon)),
        most);
  }

  @Override
  public List<Moving> unmoved(DeliveryTarget target, Instant now, int most) {
    return moving(
        target,
        CALL_ARCHIVE.MOVED_TO.eq(target.name()).and(CALL_ARCHIVE.MOVE_DUE.le(CallRows.micros(now))),
        most);
  }

  private static Condition of(DeliveryTarget target, Moving moving) {
    return CALL_ARCHIVE
        .ID
        .eq(moving.id().value())
        .and(CALL_ARCHIVE.TENANT.eq(target.tenant().value()))
        .and(CALL_ARCHIVE.GENERATION.eq(moving.generation()));
  }

  /** Of what is on its way to a target. */
  private static Condition onItsWay(DeliveryTarget target, Moving moving) {
    return of(target, moving)
        .and(CALL_ARCHIVE.MOVED_TO.eq(target.name()))
        .and(CALL_ARCHIVE.MOVED_AT.isNull());
  }

  /** As the journal has it. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  private record Step(String recording, int generation, String target, @Nullable Instant ends) {}

  private static Step step(DeliveryTarget target, Moving moving, @Nullable Instant ends) {
    return new Step(moving.id().toString(), moving.generation(), target.name(), ends);
  }

  @Override
  public boolean settled(DeliveryTarget target, Moving moving, Instant ends) {
    Instant now = CallRows.micros(clock.instant());
    return transactions.inTenant(
        target.tenant(),
        sql -> {
          Condition wanted =
              DELIVERY_TARGET
                  .TENANT
                  .eq(target.tenant().value())
                  .and(DELIVERY_TARGET.NAME.eq(target.name()))
                  .and(DELIVERY_TARGET.ADDRESS.eq(target.address()))
                  .and(DELIVERY_TARGET.MODE.eq(Terms.Mode.MOVE.wireName()));
          // Whoever changes the target waits, or has done so
          if (sql.selectFrom(DELIVERY_TARGET).where(wanted).forShare().fetch().isEmpty()) {
            return false;
          }
          int rows =
              sql.update(CALL_ARCHIVE)
                  .set(CALL_ARCHIVE.MOVED_TO, target.name())
                  .set(CALL_ARCHIVE.MOVE_DUE, CallRows.micros(ends))
                  .set(CALL_ARCHIVE.LOCK_DUE, now)
                  .where(of(target, moving))
                  .and(CALL_ARCHIVE.MOVED_TO.isNull())
                  .andNot(CALL_ARCHIVE.MOVE_UNDONE)
                  .and(CALL_ARCHIVE.KEEP_UNTIL.eq(moving.keepUntil()))
                  .execute();
          if (rows > 0) {
            Journal.write(
                sql,
                target.tenant(),
                now,
                ACTOR,
                "delivery.settled",
                step(target, moving, CallRows.micros(ends)));
          }
          return rows > 0;
        });
  }

  @Override
  public void postponed(DeliveryTarget target, Moving moving, Instant again) {
    transactions.inTenant(
        target.tenant(),
        sql ->
            sql.update(CALL_ARCHIVE)
                .set(CALL_ARCHIVE.MOVE_DUE, CallRows.micros(again))
                .where(onItsWay(target, moving))
                .execute());
  }

  @Override
  public void moved(DeliveryTarget target, Moving moving) {
    Instant now = CallRows.micros(clock.instant());
    transactions.inTenant(
        target.tenant(),
        sql -> {
          int rows =
              sql.update(CALL_ARCHIVE)
                  .set(CALL_ARCHIVE.MOVED_AT, now)
                  .where(onItsWay(target, moving))
                  .execute();
          if (rows > 0) {
            Journal.write(
                sql, target.tenant(), now, ACTOR, "delivery.moved", step(target, moving, null));
          }
          return rows;
        });
  }

  @Override
  public void takenBack(DeliveryTarget target, Moving moving) {
    Instant now = CallRows.micros(clock.instant());
    transactions.inTenant(
        target.tenant(),
        sql -> {
          int rows =
              sql.update(CALL_ARCHIVE)
                  .setNull(CALL_ARCHIVE.MOVED_TO)
                  .setNull(CALL_ARCHIVE.MOVE_DUE)
                  .set(CALL_ARCHIVE.MOVE_UNDONE, true)
                  .set(CALL_ARCHIVE.LOCK_DUE, now)
                  .where(onItsWay(target, moving))
                  .execute();
          if (rows > 0) {
            Journal.write(
                sql,
                target.tenant(),
                now,
                ACTOR,
                "delivery.taken-back",
                step(target, moving, null));
          }
          return rows;
        });
  }

  @Override
  public Optional<DeliveryTarget> place(TenantSlug tenant, RecordingId id, int generation) {
    return transactions.inTenant(
        tenant,
        sql ->
            sql.select(DELIVERY_TARGET.fields())
                .from(CALL_ARCHIVE)
                .join(DELIVERY_TARGET)
                .on(DELIVERY_TARGET.TENANT.eq(CALL_ARCHIVE.TENANT))
                .and(DELIVERY_TARGET.NAME.eq(CALL_ARCHIVE.MOVED_TO))
                .where(CALL_ARCHIVE.ID.eq(id.value()))
                .and(CALL_ARCHIVE.TENANT.eq(tenant.value()))
                .and(CALL_ARCHIVE.GENERATION.eq(generation))
                .fetchOptional(row -> PostgresDeliveries.target(row.into(DELIVERY_TARGET))));
  }
}
