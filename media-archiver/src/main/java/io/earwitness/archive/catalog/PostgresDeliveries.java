package io.earwitness.archive.catalog;

import static io.earwitness.archive.catalog.generated.Tables.CALL;
import static io.earwitness.archive.catalog.generated.Tables.CALL_ARCHIVE;
import static io.earwitness.archive.catalog.generated.Tables.DELIVERY;
import static io.earwitness.archive.catalog.generated.Tables.DELIVERY_FILE;
import static io.earwitness.archive.catalog.generated.Tables.DELIVERY_INDEX;
import static io.earwitness.archive.catalog.generated.Tables.DELIVERY_INSTRUCTION;
import static io.earwitness.archive.catalog.generated.Tables.DELIVERY_TARGET;

import com.fasterxml.jackson.core.type.TypeReference;
import io.earwitness.archive.catalog.DeliveryTarget.Terms;
import io.earwitness.archive.catalog.generated.tables.records.DeliveryTargetRecord;
import io.earwitness.call.RecordingId;
import io.earwitness.call.RetentionHistory;
import io.earwitness.call.TenantSlug;
import io.earwitness.call.WireName;
import io.earwitness.json.Json;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.IntSupplier;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.JSONB;
import org.jooq.Record;
import org.jooq.SelectConditionStep;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/** {@link Deliveries} in PostgreSQL. */
final class PostgresDeliveries implements Deliveries {
  private static final int PROBLEM = 300;
  private static final UUID NONE = new UUID(0, 0);

  private final Transactions transactions;
  private final DeliveryQueue queue;
  private final DeliveryCare care;
  private final MediaMoves moves;
  private final Clock clock;

  PostgresDeliveries(Transactions transactions, ChangeFeed changes, Clock clock) {
    this.transactions = transactions;
    this.queue = new DeliveryQueue(transactions, changes);
    this.care = new PostgresDeliveryCare(transactions, clock);
    this.moves = new PostgresMediaMoves(transactions, clock);
    this.clock = clock;
  }

  private Instant now() {
    return CallRows.micros(clock.instant());
  }

  private static Condition is(TenantSlug tenant, String name) {
    return DELIVERY_TARGET.TENANT.eq(tenant.value()).and(DELIVERY_TARGET.NAME.eq(name));
  }

  private static Condition of(TenantSlug tenant, String target) {
    return DELIVERY.TENANT.eq(tenant.value()).and(DELIVERY.TARGET.eq(target));
  }

  static DeliveryTarget target(DeliveryTargetRecord row) {
    return new DeliveryTarget(
        new TenantSlug(row.getTenant()),
        row.getName(),
        WireName.parse(DeliveryTarget.Kind.class, row.getKind()),
        row.getAddress(),
        row.getAccount(),
        row.getSecret(),
        row.getRegion(),
        row.getHostKey(),
        row.getBytesPerSecond(),
        row.getLake(),
        new Terms(
            Terms.Mode.of(row.getMode()),
            row.getDecrypted(),
            WireName.parse(Terms.OnDisposal.class, row.getOnDisposal()),
            row.getRecheckDays()));
  }

  @Override
  public List<Status> list(TenantSlug tenant) {
    return transactions.inTenant(
        tenant,
        sql ->
            sql.selectFrom(DELIVERY_TARGET)
                .where(DELIVERY_TARGET.TENANT.eq(tenant.value()))
                .orderBy(DELIVERY_TARGET.NAME)
                .fetch(row -> status(sql, row, true)));
  }

  /** Without the count of what is there. */
  static List<Status> all(DSLContext sql) {
    return sql.selectFrom(DELIVERY_TARGET).fetch(row -> status(sql, row, false));
  }

  private static Status status(DSLContext sql, DeliveryTargetRecord row, boolean counted) {
    DeliveryTarget target = target(row);
    Record waiting =
        sql.select(
                DSL.count().as("count"),
                DSL.coalesce(DSL.sum(DELIVERY.BYTES), DSL.inline(0)).cast(Long.class).as("bytes"),
                DSL.min(DELIVERY.QUEUED_AT).as("oldest"))
            .from(DELIVERY)
            .join(CALL)
            .on(CALL.ID.eq(DELIVERY.CALL))
            .where(of(target.tenant(), target.name()))
            .and(DELIVERY.DELIVERED_AT.isNull())
            .and(DeliveryQueue.deliverable())
            .fetchSingle();
    return new Status(
        target,
        row.getAddedAt(),
        row.getPausedAt(),
        waiting.get("count", Long.class),
        waiting.get("bytes", Long.class),
        waiting.get("oldest", Instant.class),
        row.getQueuedTo() != null,
        counted
            ? sql.fetchCount(
                DELIVERY,
                of(target.tenant(), target.name())
                    .and(DELIVERY.DELIVERED_AT.isNotNull())
                    .and(DELIVERY.DELETED_AT.isNull()))
            : 0,
        row.getDeliveredAt(),
        row.getFailingSince(),
        row.getProblem(),
        after(sql, row, target));
  }

  private static After after(DSLContext sql, DeliveryTargetRecord row, DeliveryTarget target) {
    Condition deliveries = of(target.tenant(), target.name());
    Condition instructions =
        DELIVERY_INSTRUCTION
            .TENANT
            .eq(row.getTenant())
            .and(DELIVERY_INSTRUCTION.TARGET.eq(row.getName()));
    int unsent =
        sql.select(DSL.coalesce(DSL.sum(DELIVERY_INSTRUCTION.RECORDINGS), DSL.inline(0)))
            .from(DELIVERY_INSTRUCTION)
            .where(instructions)
            .and(DELIVERY_INSTRUCTION.SENT_AT.isNull())
            .fetchSingleInto(int.class);
    return new After(
        sql.fetchCount(DELIVERY, deliveries.and(DELIVERY.INSTRUCT)) + unsent,
        sql.select(DSL.max(DELIVERY_INSTRUCTION.SENT_AT))
            .from(DELIVERY_INSTRUCTION)
            .where(instructions)
            .fetchSingle(DSL.max(DELIVERY_INSTRUCTION.SENT_AT)),
        target.terms().deletes()
            ? sql.fetchCount(DELIVERY, deliveries.and(PostgresDeliveryCare.isUndeleted()))
            : 0,
        row.getChecked(),
        row.getCheckedAt(),
        row.getDamaged(),
        row.getDamagedAt());
  }

  @Override
  public List<DeliveryTarget> active() {
    return transactions.asWorker(
        sql ->
            sql.selectFrom(DELIVERY_TARGET)
                .where(DELIVERY_TARGET.PAUSED_AT.isNull())
                .orderBy(DELIVERY_TARGET.TENANT, DELIVERY_TARGET.NAME)
                .fetch(PostgresDeliveries::target));
  }

  @Override
  public Optional<DeliveryTarget> find(TenantSlug tenant, String name) {
    return transactions.inTenant(
        tenant,
        sql ->
            sql.selectFrom(DELIVERY_TARGET)
                .where(is(tenant, name))
                .fetchOptional(PostgresDeliveries::target));
  }

  @Override
  public boolean set(DeliveryTarget given, String actor) {
    TenantSlug tenant = given.tenant();
    return transactions.inTenant(
        tenant,
        sql -> {
          PostgresDirectory.demandTenant(sql, tenant);
          Instant now = now();
          demandMovable(sql, given, now);
          boolean changed = put(sql, given, now, actor);
          if (changed) {
            Journal.write(sql, tenant, now, actor, "delivery-target.set", given);
          }
          return changed;
        });
  }

  /** Nothing that is at a target alone may be lost of sight, nor be there by a wrong setting. */
  private static void demandMovable(DSLContext sql, DeliveryTarget given, Instant now) {
    TenantSlug tenant = given.tenant();
    DeliveryTargetRecord row =
        sql.selectFrom(DELIVERY_TARGET).where(is(tenant, given.name())).forUpdate().fetchOne();
    if (row != null
        && (isElsewhere(target(row), given)
            || !given.terms().isPrimary()
            || !given.terms().deletes())) {
      demandNothingMoved(
          sql,
          tenant,
          given.name(),
          now,
          "so its address and account must stay, and it must be primary or move, and delete what was disposed of");
    }
    if (!given.terms().moves() || (row != null && target(row).terms().moves())) {
      return;
    }
    if (PostgresMediaMoves.moves(sql, tenant)) {
      throw new IllegalArgumentException(
          "tenant %s moves its recordings to another target; set that to primary first"
              .formatted(tenant));
    }
    RetentionHistory history = PostgresRetentionPolicies.history(sql, tenant);
    if (history.trial()) {
      throw new IllegalArgumentException(
          "tenant %s is on trial, and what is recorded in a trial must remain removable; move after it went live"
              .formatted(tenant));
    }
    if (history.newest().settlingDays() > 0) {
      throw new IllegalArgumentException(
          "tenant %s has a settling time, in which two persons may remove a recording, and what is moved is locked there; set the settling time to 0 first, or take primary"
              .formatted(tenant));
    }
  }

  private static void demandNothingMoved(
      DSLContext sql, TenantSlug tenant, String name, Instant now, String so) {
    int moved = PostgresMediaMoves.moved(sql, tenant, name, now);
    if (moved > 0) {
      throw new InUseException(
          "the audio of %d recordings is at target '%s' and nowhere else, %s until they were disposed of"
              .formatted(moved, name, so));
    }
  }

  private static boolean isElsewhere(DeliveryTarget there, DeliveryTarget given) {
    return !there.sameAccount(given)
        || !there.address().equals(given.address())
        || there.terms().decrypted() != given.terms().decrypted();
  }

  /** Returns false if it is set so already. */
  static boolean put(DSLContext sql, DeliveryTarget given, Instant now, String actor) {
    Condition same = is(given.tenant(), given.name());
    DeliveryTargetRecord row = sql.selectFrom(DELIVERY_TARGET).where(same).forUpdate().fetchOne();
    DeliveryTarget there = row == null ? null : target(row);
    if (given.equals(there)) {
      return false;
    }
    boolean other = there == null || isElsewhere(there, given);
    if (other || !given.terms().moves()) {
      PostgresMediaMoves.stop(sql, given.tenant(), given.name(), now);
    }
    if (other) {
      // What is known of the former place, or of what was sent there, is nothing of this one
      sql.deleteFrom(DELIVERY_TARGET).where(same).execute();
    }
    write(sql, given, now, actor);
    return true;
  }

  private static void write(DSLContext sql, DeliveryTarget given, Instant now, String actor) {
    DeliveryTargetRecord row = sql.newRecord(DELIVERY_TARGET);
    row.setTenant(given.tenant().value());
    row.setName(given.name());
    row.setKind(given.kind().wireName());
    row.setMode(given.terms().mode().wireName());
    row.setDecrypted(given.terms().decrypted());
    row.setAddress(given.address());
    row.setAccount(Text.clean(given.account()));
    row.setSecret(given.secret());
    row.setRegion(Text.clean(given.region()));
    row.setHostKey(given.hostKey());
    row.setBytesPerSecond(given.bytesPerSecond());
    row.setLake(given.lake());
    row.setOnDisposal(given.terms().onDisposal().wireName());
    row.setRecheckDays(given.terms().recheckDays());
    row.setAddedAt(now);
    row.setAddedBy(Text.clean(actor));
    sql.insertInto(DELIVERY_TARGET)
        .set(row)
        .onConflict(DELIVERY_TARGET.TENANT, DELIVERY_TARGET.NAME)
        .doUpdate()
        .set(DELIVERY_TARGET.ADDRESS, row.getAddress())
        .set(DELIVERY_TARGET.SECRET, row.getSecret())
        .set(DELIVERY_TARGET.REGION, row.getRegion())
        .set(DELIVERY_TARGET.HOST_KEY, row.getHostKey())
        .set(DELIVERY_TARGET.BYTES_PER_SECOND, row.getBytesPerSecond())
        .set(DELIVERY_TARGET.LAKE, row.getLake())
        .set(DELIVERY_TARGET.MODE, row.getMode())
        .set(DELIVERY_TARGET.ON_DISPOSAL, row.getOnDisposal())
        .set(DELIVERY_TARGET.RECHECK_DAYS, row.getRecheckDays())
        .setNull(DELIVERY_TARGET.FAILING_SINCE)
        .setNull(DELIVERY_TARGET.PROBLEM)
        .execute();
  }

  @Override
  public boolean remove(TenantSlug tenant, String name, String actor) {
    return transactions.inTenant(
        tenant,
        sql -> {
          sql.selectFrom(DELIVERY_TARGET).where(is(tenant, name)).forUpdate().fetch();
          demandNothingMoved(sql, tenant, name, now(), "so it can't be removed");
          PostgresMediaMoves.stop(sql, tenant, name, now());
          int rows = sql.deleteFrom(DELIVERY_TARGET).where(is(tenant, name)).execute();
          if (rows > 0) {
            Journal.write(
                sql, tenant, now(), actor, "delivery-target.remove", Map.of("name", name));
          }
          return rows > 0;
        });
  }

  @Override
  public boolean pause(TenantSlug tenant, String name, boolean paused, String actor) {
    return transactions.inTenant(
        tenant,
        sql -> {
          if (!sql.fetchExists(DELIVERY_TARGET, is(tenant, name))) {
            throw new IllegalArgumentException(
                "there is no delivery target '%s'".formatted(Text.clean(name)));
          }
          Instant now = now();
          int rows =
              sql.update(DELIVERY_TARGET)
                  .set(DELIVERY_TARGET.PAUSED_AT, paused ? now : null)
                  .where(is(tenant, name))
                  .and(
                      paused
                          ? DELIVERY_TARGET.PAUSED_AT.isNull()
                          : DELIVERY_TARGET.PAUSED_AT.isNotNull())
                  .execute();
          if (rows > 0) {
            String kind = paused ? "delivery-target.pause" : "delivery-target.resume";
            Journal.write(sql, tenant, now, actor, kind, Map.of("name", name));
          }
          return rows > 0;
        });
  }

  @Override
  public List<Waiting> failing(TenantSlug tenant, String target, int most) {
    return transactions.inTenant(
        tenant,
        sql ->
            rows(sql, tenant, target)
                .and(isWaiting().or(PostgresDeliveryCare.isUndeleted()))
                .and(DELIVERY.PROBLEM.isNotNull())
                .orderBy(DELIVERY.RETRY_AT.desc(), DELIVERY.CALL)
                .limit(most)
                .fetch(PostgresDeliveries::waiting));
  }

  private static Condition isWaiting() {
    return DELIVERY.DELIVERED_AT.isNull().and(DeliveryQueue.deliverable());
  }

  private static SelectConditionStep<Record> rows(
      DSLContext sql, TenantSlug tenant, String target) {
    return sql.select(DELIVERY.fields())
        .select(CALL_ARCHIVE.MANIFEST_KEY, CALL_ARCHIVE.MANIFEST_VERSION_ID)
        .from(DELIVERY)
        .join(CALL)
        .on(CALL.ID.eq(DELIVERY.CALL).and(CALL.TENANT.eq(DELIVERY.TENANT)))
        .join(CALL_ARCHIVE)
        .on(CALL_ARCHIVE.ID.eq(DELIVERY.CALL).and(CALL_ARCHIVE.GENERATION.eq(DELIVERY.GENERATION)))
        .where(of(tenant, target));
  }

  private static Waiting waiting(Record row) {
    return new Waiting(
        new RecordingId(row.get(DELIVERY.CALL)),
        row.get(DELIVERY.GENERATION),
        row.get(CALL_ARCHIVE.MANIFEST_KEY),
        row.get(CALL_ARCHIVE.MANIFEST_VERSION_ID),
        row.get(DELIVERY.ATTEMPTS),
        row.get(DELIVERY.PROBLEM));
  }

  @Override
  public boolean queue() {
    return queue.fill(now());
  }

  @Override
  public List<Waiting> next(DeliveryTarget target, int most) {
    return transactions.asWorker(
        sql ->
            rows(sql, target.tenant(), target.name())
                .and(isWaiting())
                .and(DELIVERY.RETRY_AT.isNull().or(DELIVERY.RETRY_AT.le(now())))
                .orderBy(DELIVERY.QUEUED_AT, DELIVERY.CALL)
                .limit(most)
                .fetch(PostgresDeliveries::waiting));
  }

  @Override
  public void delivered(
      DeliveryTarget target, RecordingId id, int generation, List<Arrived> objects) {
    Instant now = now();
    transactions.asWorker(
        sql -> {
          int rows =
              sql.update(DELIVERY)
                  .set(DELIVERY.DELIVERED_AT, now)
                  .set(DELIVERY.VERIFIED_AT, now)
                  .set(DELIVERY.PROTECT, true)
                  .set(DELIVERY.INSTRUCT, DSL.field(PostgresDeliveryCare.isHeld()))
                  .set(DELIVERY.OBJECTS, JSONB.valueOf(Json.text(objects)))
                  .set(DELIVERY.ATTEMPTS, DELIVERY.ATTEMPTS.plus(1))
                  .setNull(DELIVERY.RETRY_AT)
                  .setNull(DELIVERY.PROBLEM)
                  .where(of(target.tenant(), target.name()))
                  .and(DELIVERY.CALL.eq(id.value()))
                  .and(DELIVERY.GENERATION.eq(generation))
                  .execute();
          if (rows > 0) {
            DeliveryDays.arrived(sql, target, now);
          }
          return sql.update(DELIVERY_TARGET)
              .set(DELIVERY_TARGET.DELIVERED_AT, now)
              .setNull(DELIVERY_TARGET.FAILING_SINCE)
              .setNull(DELIVERY_TARGET.PROBLEM)
              .where(is(target.tenant(), target.name()))
              .execute();
        });
  }

  static String line(String problem) {
    String clean = Text.clean(problem).replaceAll("\\s+", " ");
    return clean.substring(0, Math.min(clean.length(), PROBLEM));
  }

  @Override
  public void failed(
      DeliveryTarget target, RecordingId id, Instant again, String problem, boolean ofTarget) {
    transactions.asWorker(
        sql ->
            sql.update(DELIVERY)
                .set(DELIVERY.ATTEMPTS, DELIVERY.ATTEMPTS.plus(1))
                .set(DELIVERY.RETRY_AT, CallRows.micros(again))
                .set(DELIVERY.PROBLEM, line(problem))
                .where(of(target.tenant(), target.name()))
                .and(DELIVERY.CALL.eq(id.value()))
                .and(DELIVERY.DELIVERED_AT.isNull())
                .execute());
    if (ofTarget) {
      failed(target, problem);
    }
  }

  @Override
  public void failed(DeliveryTarget target, String problem) {
    transactions.asWorker(
        sql ->
            sql.update(DELIVERY_TARGET)
                .set(
                    DELIVERY_TARGET.FAILING_SINCE,
                    DSL.coalesce(
                        DELIVERY_TARGET.FAILING_SINCE,
                        DSL.val(now(), DELIVERY_TARGET.FAILING_SINCE)))
                .set(DELIVERY_TARGET.PROBLEM, line(problem))
                .where(is(target.tenant(), target.name()))
                .execute());
  }

  @Override
  public void works(DeliveryTarget target) {
    transactions.asWorker(
        sql ->
            sql.update(DELIVERY_TARGET)
                .setNull(DELIVERY_TARGET.FAILING_SINCE)
                .setNull(DELIVERY_TARGET.PROBLEM)
                .where(is(target.tenant(), target.name()))
                .and(DELIVERY_TARGET.FAILING_SINCE.isNotNull())
                .execute());
  }

  @Override
  public Map<String, String> files(DeliveryTarget target) {
    return transactions.asWorker(
        sql ->
            sql.select(DELIVERY_FILE.KEY, DELIVERY_FILE.VERSION)
                .from(DELIVERY_FILE)
                .where(DELIVERY_FILE.TENANT.eq(target.tenant().value()))
                .and(DELIVERY_FILE.TARGET.eq(target.name()))
                .fetchMap(DELIVERY_FILE.KEY, DELIVERY_FILE.VERSION));
  }

  @Override
  public void fileDelivered(DeliveryTarget target, String key, String version) {
    transactions.asWorker(
        sql ->
            sql.insertInto(DELIVERY_FILE)
                .set(DELIVERY_FILE.TENANT, target.tenant().value())
                .set(DELIVERY_FILE.TARGET, target.name())
                .set(DELIVERY_FILE.KEY, key)
                .set(DELIVERY_FILE.VERSION, version)
                .onConflict(DELIVERY_FILE.TENANT, DELIVERY_FILE.TARGET, DELIVERY_FILE.KEY)
                .doUpdate()
                .set(DELIVERY_FILE.VERSION, version)
                .execute());
  }

  @Override
  public List<LocalDate> unindexed(DeliveryTarget target, Instant before) {
    return transactions.asWorker(sql -> DeliveryDays.unindexed(sql, target, now(), before));
  }

  @Override
  public List<Delivered> arrived(
      DeliveryTarget target, LocalDate day, @Nullable Delivered after, int most) {
    Instant from = day.atStartOfDay(ZoneOffset.UTC).toInstant();
    return transactions.asWorker(
        sql ->
            DeliveryDays.arrived(
                sql,
                target,
                after == null ? from : after.at(),
                after == null ? NONE : after.call().id().value(),
                day.plusDays(1).atStartOfDay(ZoneOffset.UTC).toInstant(),
                most));
  }

  @Override
  public void indexed(DeliveryTarget target, LocalDate day, @Nullable Instant newest) {
    transactions.asWorker(
        sql ->
            sql.update(DELIVERY_INDEX)
                .set(
                    DELIVERY_INDEX.INDEXED_TO,
                    newest == null
                        ? DELIVERY_INDEX.NEWEST
                        : DSL.val(newest, DELIVERY_INDEX.INDEXED_TO))
                .set(DELIVERY_INDEX.WRITTEN_AT, now())
                .where(DELIVERY_INDEX.TENANT.eq(target.tenant().value()))
                .and(DELIVERY_INDEX.TARGET.eq(target.name()))
                .and(DELIVERY_INDEX.DAY.eq(day))
                .execute());
  }

  @Override
  public DeliveryCare care() {
    return care;
  }

  @Override
  public MediaMoves moves() {
    return moves;
  }

  @Override
  public int alone(IntSupplier work) {
    return transactions.alone(Locks.DELIVERY, work);
  }

  static List<Arrived> objects(JSONB json) {
    return CallRows.read(json, new TypeReference<List<Arrived>>() {});
  }
}
