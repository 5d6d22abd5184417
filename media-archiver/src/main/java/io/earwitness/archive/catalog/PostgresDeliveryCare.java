package io.earwitness.archive.catalog;

import static io.earwitness.archive.catalog.generated.Tables.CALL;
import static io.earwitness.archive.catalog.generated.Tables.CALL_ARCHIVE;
import static io.earwitness.archive.catalog.generated.Tables.DELIVERY;
import static io.earwitness.archive.catalog.generated.Tables.DELIVERY_INDEX;
import static io.earwitness.archive.catalog.generated.Tables.DELIVERY_INSTRUCTION;
import static io.earwitness.archive.catalog.generated.Tables.DELIVERY_TARGET;
import static io.earwitness.archive.catalog.generated.Tables.LEGAL_HOLD;
import static io.earwitness.archive.catalog.generated.Tables.LEGAL_HOLD_RECORDING;
import static io.earwitness.archive.catalog.generated.Tables.TOMBSTONE;

import com.fasterxml.jackson.core.type.TypeReference;
import io.earwitness.archive.catalog.Disposals.ManifestHash;
import io.earwitness.call.CallState;
import io.earwitness.call.RecordingId;
import io.earwitness.call.TenantSlug;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Record;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/** {@link DeliveryCare} in PostgreSQL. */
final class PostgresDeliveryCare implements DeliveryCare {
  private static final Pattern GENERATION = Pattern.compile("manifest-(\\d+)\\.p7");

  private final Transactions transactions;
  private final Clock clock;

  PostgresDeliveryCare(Transactions transactions, Clock clock) {
    this.transactions = transactions;
    this.clock = clock;
  }

  private Instant now() {
    return CallRows.micros(clock.instant());
  }

  private static Condition of(DeliveryTarget target) {
    return DELIVERY.TENANT.eq(target.tenant().value()).and(DELIVERY.TARGET.eq(target.name()));
  }

  private static Condition of(DeliveryTarget target, RecordingId id) {
    return of(target).and(DELIVERY.CALL.eq(id.value()));
  }

  private static Condition is(DeliveryTarget target) {
    return DELIVERY_TARGET
        .TENANT
        .eq(target.tenant().value())
        .and(DELIVERY_TARGET.NAME.eq(target.name()));
  }

  private static Condition instructions(DeliveryTarget target) {
    return DELIVERY_INSTRUCTION
        .TENANT
        .eq(target.tenant().value())
        .and(DELIVERY_INSTRUCTION.TARGET.eq(target.name()));
  }

  /** Whether a legal hold in effect is on a delivered recording. */
  static Condition isHeld() {
    return DSL.exists(
        DSL.selectOne()
            .from(LEGAL_HOLD_RECORDING)
            .join(LEGAL_HOLD)
            .on(LEGAL_HOLD.TENANT.eq(LEGAL_HOLD_RECORDING.TENANT))
            .and(LEGAL_HOLD.ID.eq(LEGAL_HOLD_RECORDING.HOLD))
            .where(LEGAL_HOLD_RECORDING.RECORDING.eq(DELIVERY.CALL))
            .and(LEGAL_HOLD_RECORDING.TENANT.eq(DELIVERY.TENANT))
            .and(LEGAL_HOLD.ENDED_AT.isNull()));
  }

  /** Marks those of some recordings of which a target knows something that is not so any more. */
  static void mark(DSLContext sql, Collection<UUID> ids) {
    Condition disposed =
        DELIVERY
            .DISPOSAL
            .isNull()
            .and(
                DSL.exists(
                    DSL.selectOne()
                        .from(CALL)
                        .where(CALL.ID.eq(DELIVERY.CALL))
                        .and(CALL.TENANT.eq(DELIVERY.TENANT))
                        .and(CALL.STATE.eq(CallState.DISPOSED.wireName()))));
    sql.update(DELIVERY)
        .set(DELIVERY.INSTRUCT, true)
        .where(DELIVERY.CALL.in(ids))
        .andNot(DELIVERY.INSTRUCT)
        .and(
            disposed.or(
                DELIVERY.DELIVERED_AT.isNotNull().and(DELIVERY.HELD.ne(DSL.field(isHeld())))))
        .execute();
  }

  @Override
  public boolean isUntold(DeliveryTarget target) {
    return transactions.asWorker(
        sql ->
            sql.fetchExists(DELIVERY, of(target).and(DELIVERY.INSTRUCT))
                || sql.fetchExists(
                    DELIVERY_INSTRUCTION,
                    instructions(target).and(DELIVERY_INSTRUCTION.SENT_AT.isNull())));
  }

  @Override
  public Optional<Instruction> unsent(DeliveryTarget target) {
    return transactions.asWorker(
        sql ->
            sql.selectFrom(DELIVERY_INSTRUCTION)
                .where(instructions(target))
                .and(DELIVERY_INSTRUCTION.SENT_AT.isNull())
                .orderBy(DELIVERY_INSTRUCTION.SEQUENCE)
                .limit(1)
                .fetchOptional(
                    row ->
                        new Instruction(
                            row.getSequence(),
                            row.getKey(),
                            row.getRecordings(),
                            row.getContent())));
  }

  @Override
  public boolean instruct(DeliveryTarget target, int most, Writer writer) {
    Instant now = now();
    return transactions.asWorker(
        sql -> {
          List<UUID> marked =
              sql.select(DELIVERY.CALL)
                  .from(DELIVERY)
                  .where(of(target))
                  .and(DELIVERY.INSTRUCT)
                  .orderBy(DELIVERY.CALL)
                  .limit(most)
                  // Who marks one again meanwhile waits, and so is seen next time
                  .forUpdate()
                  .fetch(DELIVERY.CALL);
          if (marked.isEmpty()) {
            return false;
          }
          List<Untold> untold = untold(sql, target, marked);
          if (!untold.isEmpty()) {
            long previous =
                sql.select(DELIVERY_TARGET.SEQUENCE)
                    .from(DELIVERY_TARGET)
                    .where(is(target))
                    .fetchSingle(DELIVERY_TARGET.SEQUENCE);
            // Not that of any which was written before the target was removed, or the catalog lost
            long sequence = Math.max(previous + 1, now.toEpochMilli());
            keep(sql, target, now, writer.write(sequence, previous, untold));
            told(sql, target, sequence, untold);
          }
          sql.update(DELIVERY)
              .set(DELIVERY.INSTRUCT, false)
              .where(of(target))
              .and(DELIVERY.CALL.in(marked))
              .execute();
          return true;
        });
  }

  private static List<Untold> untold(DSLContext sql, DeliveryTarget target, List<UUID> ids) {
    return sql.select(DELIVERY.CALL, DELIVERY.OBJECTS, DELIVERY.HELD, DELIVERY.DELIVERED_AT)
        .select(TOMBSTONE.AT, TOMBSTONE.RUN, TOMBSTONE.MANIFESTS)
        .select(DSL.field(isHeld()).as("now_held"))
        .from(DELIVERY)
        .leftJoin(TOMBSTONE)
        .on(TOMBSTONE.CALL.eq(DELIVERY.CALL).and(TOMBSTONE.TENANT.eq(DELIVERY.TENANT)))
        .where(of(target))
        .and(DELIVERY.CALL.in(ids))
        .and(DELIVERY.DISPOSAL.isNull())
        .and(
            TOMBSTONE
                .CALL
                .isNotNull()
                .or(DELIVERY.DELIVERED_AT.isNotNull().and(DELIVERY.HELD.ne(DSL.field(isHeld())))))
        .orderBy(DELIVERY.CALL)
        .fetch(PostgresDeliveryCare::untold);
  }

  private static Untold untold(Record row) {
    UUID run = row.get(TOMBSTONE.RUN);
    return new Untold(
        new RecordingId(row.get(DELIVERY.CALL)),
        row.get(DELIVERY.OBJECTS) == null
            ? List.of()
            : PostgresDeliveries.objects(row.get(DELIVERY.OBJECTS)),
        run == null ? null : new Disposed(row.get(TOMBSTONE.AT), run, generations(row)),
        row.get("now_held", Boolean.class));
  }

  private static List<Integer> generations(Record row) {
    List<Integer> generations = new ArrayList<>();
    for (ManifestHash each :
        CallRows.read(row.get(TOMBSTONE.MANIFESTS), new TypeReference<List<ManifestHash>>() {})) {
      Matcher matcher = GENERATION.matcher(each.name());
      if (matcher.find()) {
        generations.add(Integer.valueOf(matcher.group(1)));
      }
    }
    return generations.stream().distinct().sorted().toList();
  }

  private static void keep(
      DSLContext sql, DeliveryTarget target, Instant now, Instruction instruction) {
    sql.insertInto(DELIVERY_INSTRUCTION)
        .set(DELIVERY_INSTRUCTION.TENANT, target.tenant().value())
        .set(DELIVERY_INSTRUCTION.TARGET, target.name())
        .set(DELIVERY_INSTRUCTION.SEQUENCE, instruction.sequence())
        .set(DELIVERY_INSTRUCTION.KEY, instruction.key())
        .set(DELIVERY_INSTRUCTION.RECORDINGS, instruction.recordings())
        .set(DELIVERY_INSTRUCTION.WRITTEN_AT, now)
        .set(DELIVERY_INSTRUCTION.CONTENT, instruction.content())
        .execute();
    sql.update(DELIVERY_TARGET)
        .set(DELIVERY_TARGET.SEQUENCE, instruction.sequence())
        .where(is(target))
        .execute();
  }

  private static void told(
      DSLContext sql, DeliveryTarget target, long sequence, List<Untold> untold) {
    List<UUID> disposed = ids(untold.stream().filter(each -> each.disposed() != null).toList());
    // The index of their day is written anew, without them
    sql.update(DELIVERY_INDEX)
        .setNull(DELIVERY_INDEX.INDEXED_TO)
        .where(DELIVERY_INDEX.TENANT.eq(target.tenant().value()))
        .and(DELIVERY_INDEX.TARGET.eq(target.name()))
        .and(
            DELIVERY_INDEX.DAY.in(
                sql.select(DELIVERY.DELIVERED_AT)
                    .from(DELIVERY)
                    .where(of(target))
                    .and(DELIVERY.CALL.in(disposed))
                    .and(DELIVERY.DELIVERED_AT.isNotNull())
                    .fetch(row -> row.value1().atZone(ZoneOffset.UTC).toLocalDate())))
        .execute();
    sql.update(DELIVERY)
        .set(DELIVERY.DISPOSAL, sequence)
        .set(DELIVERY.ATTEMPTS, 0)
        .setNull(DELIVERY.RETRY_AT)
        .setNull(DELIVERY.PROBLEM)
        .where(of(target))
        .and(DELIVERY.CALL.in(disposed))
        .execute();
    for (boolean held : new boolean[] {false, true}) {
      sql.update(DELIVERY)
          .set(DELIVERY.HELD, held)
          .set(
              DELIVERY.PROTECT, DSL.field(DELIVERY.PROTECT.isTrue().or(DELIVERY.HOLD_SET.ne(held))))
          .where(of(target))
          .and(DELIVERY.CALL.in(ids(untold.stream().filter(each -> each.held() == held).toList())))
          .execute();
    }
  }

  private static List<UUID> ids(List<Untold> untold) {
    return untold.stream().map(each -> each.recording().value()).toList();
  }

  @Override
  public void sent(DeliveryTarget target, Instruction instruction) {
    transactions.asWorker(
        sql ->
            sql.update(DELIVERY_INSTRUCTION)
                .set(DELIVERY_INSTRUCTION.SENT_AT, now())
                .setNull(DELIVERY_INSTRUCTION.CONTENT)
                .where(instructions(target))
                .and(DELIVERY_INSTRUCTION.SEQUENCE.eq(instruction.sequence()))
                .execute());
  }

  /** Of which a target that deletes what was disposed of has not done so yet. */
  static Condition isUndeleted() {
    return DELIVERY.DISPOSAL.isNotNull().and(DELIVERY.DELETED_AT.isNull());
  }

  @Override
  public List<RecordingId> undeleted(DeliveryTarget target, int most) {
    return transactions.asWorker(
        sql ->
            sql.select(DELIVERY.CALL)
                .from(DELIVERY)
                .where(of(target))
                .and(isUndeleted())
                .and(DELIVERY.RETRY_AT.isNull().or(DELIVERY.RETRY_AT.le(now())))
                .orderBy(DELIVERY.CALL)
                .limit(most)
                .fetch(row -> new RecordingId(row.value1())));
  }

  @Override
  public void deleted(DeliveryTarget target, RecordingId id) {
    transactions.asWorker(
        sql ->
            sql.update(DELIVERY)
                .set(DELIVERY.DELETED_AT, now())
                .setNull(DELIVERY.RETRY_AT)
                .setNull(DELIVERY.PROBLEM)
                .where(of(target, id))
                .and(DELIVERY.DISPOSAL.isNotNull())
                .execute());
  }

  @Override
  public void refused(DeliveryTarget target, RecordingId id, Instant again, String problem) {
    transactions.asWorker(
        sql ->
            sql.update(DELIVERY)
                .set(DELIVERY.ATTEMPTS, DELIVERY.ATTEMPTS.plus(1))
                .set(DELIVERY.RETRY_AT, CallRows.micros(again))
                .set(DELIVERY.PROBLEM, PostgresDeliveries.line(problem))
                .where(of(target, id))
                .and(isUndeleted())
                .execute());
  }

  /** The lock of a recording was renewed here, so that it is to be renewed there. */
  static void renewed(DSLContext sql, RecordingId id) {
    sql.update(DELIVERY)
        .set(DELIVERY.PROTECT, true)
        .where(DELIVERY.CALL.eq(id.value()))
        .and(DELIVERY.DELIVERED_AT.isNotNull())
        .execute();
  }

  @Override
  public List<Unprotected> unprotected(
      DeliveryTarget target, @Nullable RecordingId after, int most) {
    return transactions.asWorker(
        sql ->
            sql.select(DELIVERY.CALL, DELIVERY.OBJECTS, DELIVERY.HELD, DELIVERY.HOLD_SET)
                .select(DELIVERY.DISPOSAL, CALL_ARCHIVE.MANIFEST_KEY)
                .select(CALL_ARCHIVE.MANIFEST_VERSION_ID)
                .from(DELIVERY)
                .join(CALL_ARCHIVE)
                .on(
                    CALL_ARCHIVE
                        .ID
                        .eq(DELIVERY.CALL)
                        .and(CALL_ARCHIVE.GENERATION.eq(DELIVERY.GENERATION)))
                .where(of(target))
                .and(
                    target.terms().isPrimary()
                        ? DELIVERY.PROTECT.isTrue()
                        : DELIVERY.HOLD_SET.isTrue().andNot(DELIVERY.HELD))
                .and(after == null ? DSL.noCondition() : DELIVERY.CALL.gt(after.value()))
                .and(DELIVERY.DELIVERED_AT.isNotNull())
                .orderBy(DELIVERY.CALL)
                .limit(most)
                .fetch(
                    row ->
                        new Unprotected(
                            new RecordingId(row.get(DELIVERY.CALL)),
                            PostgresDeliveries.objects(row.get(DELIVERY.OBJECTS)),
                            row.get(CALL_ARCHIVE.MANIFEST_KEY),
                            row.get(CALL_ARCHIVE.MANIFEST_VERSION_ID),
                            row.get(DELIVERY.DISPOSAL) != null,
                            row.get(DELIVERY.HELD),
                            row.get(DELIVERY.HOLD_SET))));
  }

  @Override
  public void inStep(DeliveryTarget target, Unprotected recording, @Nullable Instant until) {
    Condition renewedMeanwhile =
        DSL.exists(
            DSL.selectOne()
                .from(CALL_ARCHIVE)
                .where(CALL_ARCHIVE.ID.eq(DELIVERY.CALL))
                .and(CALL_ARCHIVE.GENERATION.eq(DELIVERY.GENERATION))
                .and(DELIVERY.DISPOSAL.isNull())
                .and(CALL_ARCHIVE.LOCK_UNTIL.gt(DSL.val(until, CALL_ARCHIVE.LOCK_UNTIL))));
    transactions.asWorker(
        sql ->
            sql.update(DELIVERY)
                .set(DELIVERY.HOLD_SET, recording.held())
                .set(
                    DELIVERY.PROTECT,
                    target.terms().isPrimary()
                        ? DSL.field(
                            until == null
                                ? DELIVERY.HELD.ne(recording.held())
                                : DELIVERY.HELD.ne(recording.held()).or(renewedMeanwhile))
                        : DSL.inline(true))
                .where(of(target, recording.id()))
                .execute());
  }

  @Override
  public Optional<DeliveryTarget> primary(TenantSlug tenant, RecordingId id, int generation) {
    return transactions.inTenant(
        tenant,
        sql ->
            sql.select(DELIVERY_TARGET.fields())
                .from(DELIVERY)
                .join(DELIVERY_TARGET)
                .on(DELIVERY_TARGET.TENANT.eq(DELIVERY.TENANT))
                .and(DELIVERY_TARGET.NAME.eq(DELIVERY.TARGET))
                .where(DELIVERY.CALL.eq(id.value()))
                .and(DELIVERY.TENANT.eq(tenant.value()))
                .and(DELIVERY.GENERATION.eq(generation))
                .and(DELIVERY.DELIVERED_AT.isNotNull())
                .and(DELIVERY_TARGET.MODE.ne(DeliveryTarget.Terms.Mode.COPY.wireName()))
                .and(DELIVERY_TARGET.PAUSED_AT.isNull())
                .and(DELIVERY_TARGET.FAILING_SINCE.isNull())
                .orderBy(DELIVERY_TARGET.NAME)
                .limit(1)
                .fetchOptional(row -> PostgresDeliveries.target(row.into(DELIVERY_TARGET))));
  }

  @Override
  public List<There> unchecked(DeliveryTarget target, Instant since, int most) {
    return transactions.asWorker(
        sql ->
            sql.select(DELIVERY.CALL, DELIVERY.OBJECTS)
                .from(DELIVERY)
                .join(CALL)
                .on(CALL.ID.eq(DELIVERY.CALL).and(CALL.TENANT.eq(DELIVERY.TENANT)))
                .where(of(target))
                .and(DELIVERY.DELIVERED_AT.isNotNull())
                .and(DELIVERY.DISPOSAL.isNull())
                .and(DELIVERY.VERIFIED_AT.lt(CallRows.micros(since)))
                .and(DeliveryQueue.deliverable())
                .orderBy(DELIVERY.VERIFIED_AT, DELIVERY.CALL)
                .limit(most)
                .fetch(
                    row ->
                        new There(
                            new RecordingId(row.value1()),
                            PostgresDeliveries.objects(row.value2()))));
  }

  @Override
  public void checked(DeliveryTarget target, RecordingId id) {
    Instant now = now();
    transactions.asWorker(
        sql -> {
          sql.update(DELIVERY).set(DELIVERY.VERIFIED_AT, now).where(of(target, id)).execute();
          return counted(sql, target, now, false);
        });
  }

  @Override
  public void damaged(DeliveryTarget target, RecordingId id, String problem) {
    Instant now = now();
    transactions.asWorker(
        sql -> {
          sql.update(DELIVERY)
              .set(DELIVERY.QUEUED_AT, now)
              .set(DELIVERY.ATTEMPTS, 0)
              .setNull(DELIVERY.RETRY_AT)
              .set(DELIVERY.PROBLEM, PostgresDeliveries.line(problem))
              .setNull(DELIVERY.DELIVERED_AT)
              .setNull(DELIVERY.OBJECTS)
              .where(of(target, id))
              .execute();
          return counted(sql, target, now, true);
        });
  }

  private static int counted(DSLContext sql, DeliveryTarget target, Instant now, boolean damaged) {
    return sql.update(DELIVERY_TARGET)
        .set(DELIVERY_TARGET.CHECKED, DELIVERY_TARGET.CHECKED.plus(1))
        .set(DELIVERY_TARGET.CHECKED_AT, now)
        .set(DELIVERY_TARGET.DAMAGED, DELIVERY_TARGET.DAMAGED.plus(damaged ? 1 : 0))
        .set(
            DELIVERY_TARGET.DAMAGED_AT,
            damaged ? DSL.val(now, DELIVERY_TARGET.DAMAGED_AT) : DELIVERY_TARGET.DAMAGED_AT)
        .where(is(target))
        .execute();
  }
}
