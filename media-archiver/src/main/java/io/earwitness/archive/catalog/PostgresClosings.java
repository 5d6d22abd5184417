package io.earwitness.archive.catalog;

import static io.earwitness.archive.catalog.generated.Tables.CALL;
import static io.earwitness.archive.catalog.generated.Tables.CALL_ARCHIVE;
import static io.earwitness.archive.catalog.generated.Tables.DELIVERY;
import static io.earwitness.archive.catalog.generated.Tables.DELIVERY_TARGET;
import static io.earwitness.archive.catalog.generated.Tables.TENANT_CLOSING;

import io.earwitness.archive.catalog.generated.tables.records.TenantClosingRecord;
import io.earwitness.call.CallState;
import io.earwitness.call.RecordingId;
import io.earwitness.call.TenantSlug;
import io.earwitness.call.WireName;
import java.time.Clock;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.IntSupplier;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.JSONB;
import org.jooq.Record;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/** {@link Closings} in PostgreSQL. */
final class PostgresClosings implements Closings {
  private static final String WITHHELD = "withheld";

  private final Transactions transactions;
  private final Clock clock;

  PostgresClosings(Transactions transactions, Clock clock) {
    this.transactions = transactions;
    this.clock = clock;
  }

  private static Condition of(String tenant) {
    return TENANT_CLOSING.TENANT.eq(tenant).and(TENANT_CLOSING.WITHDRAWN_AT.isNull());
  }

  /** Tenants of whose calls nothing is recorded any more. */
  static Set<TenantSlug> stopped(DSLContext sql, Instant now) {
    return new HashSet<>(
        sql.select(TENANT_CLOSING.TENANT)
            .from(TENANT_CLOSING)
            .where(TENANT_CLOSING.WITHDRAWN_AT.isNull())
            .and(TENANT_CLOSING.STOP_AT.le(now))
            .fetch(row -> new TenantSlug(row.value1())));
  }

  private static Closing closing(TenantClosingRecord row) {
    Instant inventoried = row.getInventoryAt();
    Instant verified = row.getVerifiedAt();
    return new Closing(
        new TenantSlug(row.getTenant()),
        row.getId(),
        row.getStopAt(),
        WireName.parse(Keys.class, row.getKeys()),
        row.getBegunAt(),
        row.getBegunBy(),
        inventoried == null
            ? null
            : new Inventory(
                row.getTarget(),
                inventoried,
                row.getInventoryVersion(),
                row.getInventorySha256(),
                row.getRecordings()),
        verified == null ? null : new Verification(verified, row.getVerifiedBy()),
        row.getKeysDestroyedAt(),
        row.getClosedAt(),
        row.getCertificateVersion());
  }

  @Override
  public int alone(IntSupplier work) {
    return transactions.alone(Locks.CLOSING, work);
  }

  private static @Nullable Closing find(DSLContext sql, TenantSlug tenant) {
    TenantClosingRecord row = sql.fetchOne(TENANT_CLOSING, of(tenant.value()));
    return row == null ? null : closing(row);
  }

  @Override
  public Optional<Closing> of(TenantSlug tenant) {
    return transactions.inTenant(tenant, sql -> Optional.ofNullable(find(sql, tenant)));
  }

  @Override
  public List<Closing> all() {
    return transactions.asWorker(
        sql ->
            sql.selectFrom(TENANT_CLOSING)
                .where(TENANT_CLOSING.WITHDRAWN_AT.isNull())
                .orderBy(TENANT_CLOSING.TENANT)
                .fetch(PostgresClosings::closing));
  }

  @Override
  public boolean isReadOnly(TenantSlug tenant) {
    return transactions.inTenant(
        tenant,
        sql ->
            sql.fetchExists(
                TENANT_CLOSING, of(tenant.value()).and(TENANT_CLOSING.VERIFIED_AT.isNotNull())));
  }

  @Override
  public void begin(TenantSlug tenant, Instant stopAt, Keys keys, String actor) {
    transactions.inTenant(
        tenant,
        sql -> {
          PostgresDirectory.demandTenant(sql, tenant);
          PostgresRetentionPolicies.lock(sql, tenant);
          Instant now = CallRows.micros(clock.instant());
          refuse(sql, tenant, stopAt, now);
          UUID id = UUID.randomUUID();
          Instant stop = CallRows.micros(stopAt);
          write(sql, tenant, id, stop, keys, now, actor);
          Journal.write(
              sql,
              tenant,
              now,
              actor,
              "tenant.close",
              Map.of("id", id, "stopAt", stop, "keys", keys));
          return id;
        });
  }

  private static void refuse(DSLContext sql, TenantSlug tenant, Instant stopAt, Instant now) {
    if (tenant.equals(TenantSlug.PLATFORM)) {
      throw new IllegalArgumentException("the platform's own tenant is never closed");
    }
    Closing present = find(sql, tenant);
    if (present != null) {
      throw new IllegalArgumentException(
          "tenant %s is being closed already; recording stops at %s"
              .formatted(tenant, present.stopAt()));
    }
    if (stopAt.isBefore(now.plus(NOTICE))) {
      throw new IllegalArgumentException(
          "recording can stop at %s at the earliest, a day from now; %s was given"
              .formatted(now.plus(NOTICE), stopAt));
    }
    if (!sql.fetchExists(DELIVERY_TARGET, DELIVERY_TARGET.TENANT.eq(tenant.value()))) {
      throw new IllegalArgumentException(
          "tenant %s has no delivery target: set up where its recordings are to be exported to first"
              .formatted(tenant));
    }
  }

  static void write(
      DSLContext sql,
      TenantSlug tenant,
      UUID id,
      Instant stopAt,
      Keys keys,
      Instant now,
      String actor) {
    sql.insertInto(TENANT_CLOSING)
        .set(TENANT_CLOSING.TENANT, tenant.value())
        .set(TENANT_CLOSING.ID, id)
        .set(TENANT_CLOSING.STOP_AT, stopAt)
        .set(TENANT_CLOSING.KEYS, keys.wireName())
        .set(TENANT_CLOSING.BEGUN_AT, now)
        .set(TENANT_CLOSING.BEGUN_BY, Text.clean(actor))
        .onConflict(TENANT_CLOSING.TENANT)
        .doUpdate()
        .set(TENANT_CLOSING.ID, id)
        .set(TENANT_CLOSING.STOP_AT, stopAt)
        .set(TENANT_CLOSING.KEYS, keys.wireName())
        .set(TENANT_CLOSING.BEGUN_AT, now)
        .set(TENANT_CLOSING.BEGUN_BY, Text.clean(actor))
        .setNull(TENANT_CLOSING.WITHDRAWN_AT)
        .execute();
  }

  @Override
  public boolean withdraw(TenantSlug tenant, String actor) {
    return transactions.inTenant(
        tenant,
        sql -> {
          Instant now = CallRows.micros(clock.instant());
          boolean done = withdrawn(sql, tenant, now);
          if (done) {
            Journal.write(sql, tenant, now, actor, "tenant.withdraw-closing", Map.of());
          }
          return done;
        });
  }

  static boolean withdrawn(DSLContext sql, TenantSlug tenant, Instant now) {
    return sql.update(TENANT_CLOSING)
            .set(TENANT_CLOSING.WITHDRAWN_AT, now)
            .where(of(tenant.value()))
            .and(TENANT_CLOSING.STOP_AT.gt(now))
            .execute()
        > 0;
  }

  /** Recordings that may be delivered and of which something is archived. */
  private static Condition archived(TenantSlug tenant) {
    return CALL.TENANT
        .eq(tenant.value())
        .andExists(DSL.selectOne().from(CALL_ARCHIVE).where(CALL_ARCHIVE.ID.eq(CALL.ID)));
  }

  @Override
  public Progress progress(TenantSlug tenant) {
    return transactions.inTenant(
        tenant,
        sql ->
            new Progress(
                sql.fetchCount(
                    CALL,
                    CALL.TENANT
                        .eq(tenant.value())
                        .and(
                            CALL.STATE.in(CallState.LIVE.wireName(), CallState.CLOSED.wireName()))),
                sql.fetchCount(
                    CALL, archived(tenant).and(CALL.STATE.ne(CallState.DISPOSED.wireName())))));
  }

  private static Condition newest() {
    var other = CALL_ARCHIVE.as("other");
    return PostgresRestrictions.counts()
        .andNotExists(
            DSL.selectOne()
                .from(other)
                .where(other.ID.eq(CALL_ARCHIVE.ID))
                .and(other.GENERATION.gt(CALL_ARCHIVE.GENERATION))
                .and(PostgresRestrictions.counts(other)));
  }

  /** Whether nobody is given it: it is blocked, or restricted without anything in its place. */
  private static Field<Boolean> withheld() {
    return DSL.field(
            CALL.BLOCKED.isNotNull().orNot(PostgresRestrictions.open(CALL_ARCHIVE.GENERATION)))
        .as(WITHHELD);
  }

  private static Condition delivery(String target) {
    return DELIVERY
        .TENANT
        .eq(CALL_ARCHIVE.TENANT)
        .and(DELIVERY.TARGET.eq(target))
        .and(DELIVERY.CALL.eq(CALL_ARCHIVE.ID))
        .and(DELIVERY.GENERATION.eq(CALL_ARCHIVE.GENERATION))
        .and(DELIVERY.DELIVERED_AT.isNotNull());
  }

  @Override
  public long undelivered(TenantSlug tenant, String target) {
    return transactions.inTenant(
        tenant,
        sql ->
            Objects.requireNonNull(
                    sql.selectCount()
                        .from(CALL_ARCHIVE)
                        .join(CALL)
                        .on(CALL.ID.eq(CALL_ARCHIVE.ID))
                        .where(CALL_ARCHIVE.TENANT.eq(tenant.value()))
                        .and(DeliveryQueue.deliverable(CALL_ARCHIVE.GENERATION))
                        .and(newest())
                        .andNotExists(DSL.selectOne().from(DELIVERY).where(delivery(target)))
                        .fetchOne())
                .value1()
                .longValue());
  }

  @Override
  public List<Item> items(
      TenantSlug tenant, String target, @Nullable RecordingId after, int limit) {
    return transactions.inTenant(
        tenant,
        sql ->
            sql.select(
                    CALL.ID,
                    CALL.STARTED_AT,
                    CALL.ENDED_AT,
                    CALL.STATE,
                    withheld(),
                    CALL_ARCHIVE.KEEP_UNTIL,
                    CALL_ARCHIVE.GENERATION,
                    DELIVERY.DELIVERED_AT,
                    DELIVERY.OBJECTS)
                .from(CALL_ARCHIVE)
                .join(CALL)
                .on(CALL.ID.eq(CALL_ARCHIVE.ID))
                .leftJoin(DELIVERY)
                .on(delivery(target))
                .where(CALL_ARCHIVE.TENANT.eq(tenant.value()))
                .and(newest())
                .and(after == null ? DSL.noCondition() : CALL.ID.gt(after.value()))
                .orderBy(CALL.ID)
                .limit(limit)
                .fetch(PostgresClosings::item));
  }

  private static Item item(Record row) {
    int generation = row.get(CALL_ARCHIVE.GENERATION);
    JSONB objects = row.get(DELIVERY.OBJECTS);
    return new Item(
        new RecordingId(row.get(CALL.ID)),
        row.get(CALL.STARTED_AT),
        row.get(CALL.ENDED_AT),
        WireName.parse(CallState.class, row.get(CALL.STATE)),
        row.get(CALL_ARCHIVE.KEEP_UNTIL),
        generation,
        row.get(WITHHELD, Boolean.class),
        row.get(DELIVERY.DELIVERED_AT),
        objects == null
            ? null
            : PostgresDeliveries.objects(objects).stream()
                .filter(arrived -> arrived.name().equals("manifest-%d.p7".formatted(generation)))
                .map(Deliveries.Arrived::sha256)
                .findFirst()
                .orElse(null));
  }

  @Override
  public boolean exported(TenantSlug tenant, Inventory inventory, String actor) {
    Inventory kept =
        new Inventory(
            inventory.target(),
            CallRows.micros(inventory.at()),
            inventory.versionId(),
            inventory.sha256(),
            inventory.recordings());
    return transactions.inTenant(
        tenant,
        sql -> {
          Instant now = CallRows.micros(clock.instant());
          boolean done = exported(sql, tenant, kept);
          if (done) {
            Journal.write(sql, tenant, now, actor, "tenant.export", Map.of("inventory", kept));
          }
          return done;
        });
  }

  static boolean exported(DSLContext sql, TenantSlug tenant, Inventory inventory) {
    return sql.update(TENANT_CLOSING)
            .set(TENANT_CLOSING.TARGET, inventory.target())
            .set(TENANT_CLOSING.INVENTORY_AT, inventory.at())
            .set(TENANT_CLOSING.INVENTORY_VERSION, inventory.versionId())
            .set(TENANT_CLOSING.INVENTORY_SHA256, inventory.sha256())
            .set(TENANT_CLOSING.RECORDINGS, inventory.recordings())
            .where(of(tenant.value()))
            .and(TENANT_CLOSING.INVENTORY_AT.isNull())
            .execute()
        > 0;
  }

  @Override
  public boolean verified(TenantSlug tenant, String receipt, String actor) {
    String kept = Text.clean(receipt);
    return transactions.inTenant(
        tenant,
        sql -> {
          Instant now = CallRows.micros(clock.instant());
          boolean done = verified(sql, tenant, kept, now, actor);
          if (done) {
            Journal.write(sql, tenant, now, actor, "tenant.verify-export", Map.of("receipt", kept));
          }
          return done;
        });
  }

  static boolean verified(
      DSLContext sql, TenantSlug tenant, String receipt, Instant now, String actor) {
    return sql.update(TENANT_CLOSING)
            .set(TENANT_CLOSING.VERIFIED_AT, now)
            .set(TENANT_CLOSING.VERIFIED_BY, Text.clean(actor))
            .set(TENANT_CLOSING.RECEIPT, receipt)
            .where(of(tenant.value()))
            .and(TENANT_CLOSING.INVENTORY_AT.isNotNull())
            .and(TENANT_CLOSING.VERIFIED_AT.isNull())
            .execute()
        > 0;
  }

  @Override
  public boolean keysDestroyed(TenantSlug tenant, String actor) {
    return transactions.inTenant(
        tenant,
        sql -> {
          Instant now = CallRows.micros(clock.instant());
          boolean done = keysDestroyed(sql, tenant, now);
          if (done) {
            Journal.write(sql, tenant, now, actor, "tenant.destroy-keys", Map.of());
          }
          return done;
        });
  }

  static boolean keysDestroyed(DSLContext sql, TenantSlug tenant, Instant now) {
    return sql.update(TENANT_CLOSING)
            .set(TENANT_CLOSING.KEYS_DESTROYED_AT, now)
            .where(of(tenant.value()))
            .and(TENANT_CLOSING.KEYS_DESTROYED_AT.isNull())
            .execute()
        > 0;
  }

  @Override
  public boolean closed(TenantSlug tenant, String versionId, String actor) {
    return transactions.inTenant(
        tenant,
        sql -> {
          Instant now = CallRows.micros(clock.instant());
          boolean done = closed(sql, tenant, versionId, now);
          if (done) {
            Journal.write(
                sql, tenant, now, actor, "tenant.closed", Map.of("certificate", versionId));
          }
          return done;
        });
  }

  static boolean closed(DSLContext sql, TenantSlug tenant, String versionId, Instant now) {
    return sql.update(TENANT_CLOSING)
            .set(TENANT_CLOSING.CLOSED_AT, now)
            .set(TENANT_CLOSING.CERTIFICATE_VERSION, versionId)
            .where(of(tenant.value()))
            .and(TENANT_CLOSING.VERIFIED_AT.isNotNull())
            .and(TENANT_CLOSING.CLOSED_AT.isNull())
            .execute()
        > 0;
  }
}
