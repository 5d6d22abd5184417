package io.earwitness.archive.catalog;

import static io.earwitness.archive.catalog.generated.Tables.CALL;
import static io.earwitness.archive.catalog.generated.Tables.CALL_ARCHIVE;
import static io.earwitness.archive.catalog.generated.Tables.DELIVERY;
import static io.earwitness.archive.catalog.generated.Tables.DELIVERY_POSITION;
import static io.earwitness.archive.catalog.generated.Tables.DELIVERY_TARGET;

import io.earwitness.archive.catalog.ChangeFeed.Change;
import io.earwitness.call.CallState;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record2;
import org.jooq.Record3;
import org.jooq.impl.DSL;

/**
 * Puts what is archived into the queue of each target of its tenant: all that was there before the
 * target, once, and from then on what the change feed names.
 */
final class DeliveryQueue {
  private static final int BATCH = 1_000;
  private static final UUID NONE = new UUID(0, 0);

  private final Transactions transactions;
  private final ChangeFeed changes;

  DeliveryQueue(Transactions transactions, ChangeFeed changes) {
    this.transactions = transactions;
    this.changes = changes;
  }

  /**
   * Recordings whose queue rows are to be delivered or waited for: not what nobody may see or hear.
   */
  static Condition deliverable() {
    return deliverable(DELIVERY.GENERATION);
  }

  /** The same of a generation of a call. */
  static Condition deliverable(Field<Integer> generation) {
    return CALL.BLOCKED
        .isNull()
        .and(CALL.STATE.ne(CallState.DISPOSED.wireName()))
        .and(PostgresRestrictions.open(generation));
  }

  /** Queues a batch of each source; returns whether there may be more. */
  boolean fill(Instant now) {
    return present(now) | changed(now);
  }

  /** What was there before a target: of one target at a time. */
  private boolean present(Instant now) {
    return transactions.asWorker(
        sql -> {
          Record3<String, String, UUID> target =
              sql.select(DELIVERY_TARGET.TENANT, DELIVERY_TARGET.NAME, DELIVERY_TARGET.QUEUED_TO)
                  .from(DELIVERY_TARGET)
                  .where(DELIVERY_TARGET.QUEUED_TO.isNotNull())
                  .and(DELIVERY_TARGET.PAUSED_AT.isNull())
                  .orderBy(DELIVERY_TARGET.ADDED_AT)
                  .limit(1)
                  .fetchOne();
          if (target == null) {
            return false;
          }
          List<UUID> page =
              sql.selectDistinct(CALL_ARCHIVE.ID)
                  .from(CALL_ARCHIVE)
                  .where(CALL_ARCHIVE.TENANT.eq(target.value1()))
                  .and(CALL_ARCHIVE.ID.gt(Objects.requireNonNullElse(target.value3(), NONE)))
                  .orderBy(CALL_ARCHIVE.ID)
                  .limit(BATCH)
                  .fetch(CALL_ARCHIVE.ID);
          if (!page.isEmpty()) {
            insert(
                sql,
                page,
                now,
                DELIVERY_TARGET
                    .TENANT
                    .eq(target.value1())
                    .and(DELIVERY_TARGET.NAME.eq(target.value2())));
            PostgresDeliveryCare.mark(sql, page);
          }
          sql.update(DELIVERY_TARGET)
              .set(DELIVERY_TARGET.QUEUED_TO, page.size() < BATCH ? null : page.getLast())
              .where(DELIVERY_TARGET.TENANT.eq(target.value1()))
              .and(DELIVERY_TARGET.NAME.eq(target.value2()))
              .execute();
          return true;
        });
  }

  /**
   * What changed: a recording archived again is delivered again, of one that was disposed of or is
   * held now the target is told, anything else is there already.
   */
  private boolean changed(Instant now) {
    String epoch = changes.epoch();
    Record2<String, Long> kept =
        transactions.asWorker(
            sql ->
                sql.select(DELIVERY_POSITION.EPOCH, DELIVERY_POSITION.POSITION)
                    .from(DELIVERY_POSITION)
                    .fetchSingle());
    long after = kept.value1().equals(epoch) ? kept.value2() : 0;
    List<Change> batch = changes.read(after, BATCH);
    if (batch.isEmpty() && kept.value1().equals(epoch)) {
      return false;
    }
    Set<UUID> ids =
        batch.stream()
            .map(change -> change.id().value())
            .collect(Collectors.toCollection(TreeSet::new));
    transactions.asWorker(
        sql -> {
          if (!ids.isEmpty()) {
            insert(sql, ids, now, DSL.noCondition());
            PostgresDeliveryCare.mark(sql, ids);
          }
          return sql.update(DELIVERY_POSITION)
              .set(DELIVERY_POSITION.EPOCH, epoch)
              .set(DELIVERY_POSITION.POSITION, batch.isEmpty() ? 0 : batch.getLast().position())
              .execute();
        });
    return batch.size() == BATCH;
  }

  private static void insert(DSLContext sql, Collection<UUID> ids, Instant now, Condition targets) {
    sql.insertInto(
            DELIVERY,
            DELIVERY.TENANT,
            DELIVERY.TARGET,
            DELIVERY.CALL,
            DELIVERY.GENERATION,
            DELIVERY.BYTES,
            DELIVERY.QUEUED_AT)
        .select(
            sql.select(
                    DELIVERY_TARGET.TENANT,
                    DELIVERY_TARGET.NAME,
                    CALL_ARCHIVE.ID,
                    CALL_ARCHIVE.GENERATION,
                    CALL_ARCHIVE.MEDIA_BYTES,
                    DSL.val(now, DELIVERY.QUEUED_AT))
                .distinctOn(DELIVERY_TARGET.TENANT, DELIVERY_TARGET.NAME, CALL_ARCHIVE.ID)
                .from(CALL_ARCHIVE)
                .join(CALL)
                .on(CALL.ID.eq(CALL_ARCHIVE.ID).and(CALL.TENANT.eq(CALL_ARCHIVE.TENANT)))
                .join(DELIVERY_TARGET)
                .on(DELIVERY_TARGET.TENANT.eq(CALL_ARCHIVE.TENANT))
                .where(CALL_ARCHIVE.ID.in(ids))
                .and(targets)
                .and(PostgresRestrictions.counts())
                .orderBy(
                    DELIVERY_TARGET.TENANT,
                    DELIVERY_TARGET.NAME,
                    CALL_ARCHIVE.ID,
                    CALL_ARCHIVE.GENERATION.desc()))
        .onConflict(DELIVERY.TENANT, DELIVERY.TARGET, DELIVERY.CALL)
        .doUpdate()
        .set(DELIVERY.GENERATION, DSL.excluded(DELIVERY.GENERATION))
        .set(DELIVERY.BYTES, DSL.excluded(DELIVERY.BYTES))
        .set(DELIVERY.QUEUED_AT, DSL.excluded(DELIVERY.QUEUED_AT))
        .set(DELIVERY.ATTEMPTS, 0)
        .setNull(DELIVERY.RETRY_AT)
        .setNull(DELIVERY.PROBLEM)
        .setNull(DELIVERY.DELIVERED_AT)
        .setNull(DELIVERY.OBJECTS)
        // Also where a restriction is lifted, and the original is delivered again
        .where(DELIVERY.GENERATION.ne(DSL.excluded(DELIVERY.GENERATION)))
        .execute();
  }
}
