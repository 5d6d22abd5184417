package io.earwitness.archive.catalog;

import static io.earwitness.archive.catalog.generated.Tables.AUDIT_DESTINATION;
import static io.earwitness.archive.catalog.generated.Tables.AUDIT_ENTRY;
import static io.earwitness.archive.catalog.generated.Tables.AUDIT_LEAF;
import static io.earwitness.archive.catalog.generated.Tables.TENANT;

import io.earwitness.archive.catalog.generated.tables.records.AuditDestinationRecord;
import io.earwitness.call.TenantSlug;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.IntSupplier;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.SelectJoinStep;
import org.jooq.impl.DSL;

/** {@link AuditForwarding} in PostgreSQL. */
final class PostgresAuditForwarding implements AuditForwarding {
  private static final int PROBLEM = 300;

  /** The last leaf of the destination's log, and when the entry was made that is sent next. */
  private static final Field<Long> LAST =
      DSL.field(
          DSL.select(DSL.max(AUDIT_LEAF.LEAF_INDEX))
              .from(AUDIT_LEAF)
              .where(AUDIT_LEAF.TENANT.eq(AUDIT_DESTINATION.TENANT)));

  private static final Field<Instant> OLDEST =
      DSL.field(
          DSL.select(AUDIT_ENTRY.AT)
              .from(AUDIT_LEAF)
              .join(AUDIT_ENTRY)
              .on(AUDIT_ENTRY.ID.eq(AUDIT_LEAF.ENTRY))
              .where(AUDIT_LEAF.TENANT.eq(AUDIT_DESTINATION.TENANT))
              .and(AUDIT_LEAF.LEAF_INDEX.eq(AUDIT_DESTINATION.NEXT_LEAF)));

  private final Transactions transactions;
  private final Clock clock;

  PostgresAuditForwarding(Transactions transactions, Clock clock) {
    this.transactions = transactions;
    this.clock = clock;
  }

  @Override
  public List<Status> list(TenantSlug tenant) {
    return transactions.inTenant(
        tenant,
        sql ->
            statuses(sql)
                .where(AUDIT_DESTINATION.TENANT.eq(tenant.value()))
                .orderBy(AUDIT_DESTINATION.NAME)
                .fetch(PostgresAuditForwarding::status));
  }

  @Override
  public List<Status> all() {
    return transactions.asWorker(PostgresAuditForwarding::all);
  }

  static List<Status> all(DSLContext sql) {
    return statuses(sql)
        .orderBy(AUDIT_DESTINATION.TENANT, AUDIT_DESTINATION.NAME)
        .fetch(PostgresAuditForwarding::status);
  }

  private static SelectJoinStep<Record> statuses(DSLContext sql) {
    return sql.select(AUDIT_DESTINATION.fields())
        .select(LAST.as("last"), OLDEST.as("oldest"))
        .from(AUDIT_DESTINATION);
  }

  private static Status status(Record joined) {
    AuditDestinationRecord row = joined.into(AUDIT_DESTINATION);
    Long last = joined.get("last", Long.class);
    return new Status(
        destination(row),
        row.getNextLeaf(),
        last == null ? 0 : Math.max(0, last + 1 - row.getNextLeaf()),
        joined.get("oldest", Instant.class),
        row.getAddedAt(),
        row.getSentAt(),
        row.getFailingSince(),
        row.getProblem());
  }

  private static Destination destination(AuditDestinationRecord row) {
    return new Destination(
        new TenantSlug(row.getTenant()), row.getName(), row.getAddress(), row.getMasked());
  }

  private static Condition is(TenantSlug tenant, String name) {
    return AUDIT_DESTINATION.TENANT.eq(tenant.value()).and(AUDIT_DESTINATION.NAME.eq(name));
  }

  @Override
  public boolean set(Destination given, OptionalLong from, String actor) {
    Instant now = CallRows.micros(clock.instant());
    TenantSlug tenant = given.tenant();
    return transactions.inTenant(
        tenant,
        sql -> {
          if (!sql.fetchExists(TENANT, TENANT.TENANT_.eq(tenant.value()))) {
            throw new IllegalArgumentException("there is no tenant '%s'".formatted(tenant));
          }
          long size = AuditSequencer.size(sql, tenant.value());
          if (from.isPresent() && (from.getAsLong() < 0 || from.getAsLong() > size)) {
            throw new IllegalArgumentException(
                "leaf %d is not in the audit log of %s, which has %d entries"
                    .formatted(from.getAsLong(), tenant, size));
          }
          AuditDestinationRecord there =
              sql.selectFrom(AUDIT_DESTINATION)
                  .where(is(tenant, given.name()))
                  .forUpdate()
                  .fetchOne();
          long next = from.orElse(there == null ? size : there.getNextLeaf());
          if (there != null && destination(there).equals(given) && there.getNextLeaf() == next) {
            return false;
          }
          write(sql, given, next, now, actor);
          Journal.write(sql, tenant, now, actor, "audit-destination.set", given);
          return true;
        });
  }

  /** What went wrong with another address is nothing of this one. */
  static void write(DSLContext sql, Destination given, long next, Instant now, String actor) {
    sql.insertInto(AUDIT_DESTINATION)
        .set(AUDIT_DESTINATION.TENANT, given.tenant().value())
        .set(AUDIT_DESTINATION.NAME, given.name())
        .set(AUDIT_DESTINATION.ADDRESS, given.address())
        .set(AUDIT_DESTINATION.MASKED, given.masked())
        .set(AUDIT_DESTINATION.NEXT_LEAF, next)
        .set(AUDIT_DESTINATION.ADDED_AT, now)
        .set(AUDIT_DESTINATION.ADDED_BY, Text.clean(actor))
        .onConflict(AUDIT_DESTINATION.TENANT, AUDIT_DESTINATION.NAME)
        .doUpdate()
        .set(AUDIT_DESTINATION.ADDRESS, given.address())
        .set(AUDIT_DESTINATION.MASKED, given.masked())
        .set(AUDIT_DESTINATION.NEXT_LEAF, next)
        .setNull(AUDIT_DESTINATION.FAILING_SINCE)
        .setNull(AUDIT_DESTINATION.PROBLEM)
        .execute();
  }

  @Override
  public boolean remove(TenantSlug tenant, String name, String actor) {
    return transactions.inTenant(
        tenant,
        sql -> {
          int rows = sql.deleteFrom(AUDIT_DESTINATION).where(is(tenant, name)).execute();
          if (rows > 0) {
            Journal.write(
                sql,
                tenant,
                clock.instant(),
                actor,
                "audit-destination.remove",
                Map.of("name", name));
          }
          return rows > 0;
        });
  }

  @Override
  public List<Leaf> entries(TenantSlug tenant, long from, int most) {
    return transactions.asWorker(
        sql ->
            sql.select(AUDIT_LEAF.LEAF_INDEX)
                .select(AUDIT_ENTRY.fields())
                .from(AUDIT_LEAF)
                .join(AUDIT_ENTRY)
                .on(AUDIT_ENTRY.ID.eq(AUDIT_LEAF.ENTRY))
                .where(AUDIT_LEAF.TENANT.eq(tenant.value()))
                .and(AUDIT_LEAF.LEAF_INDEX.ge(from))
                .orderBy(AUDIT_LEAF.LEAF_INDEX)
                .limit(most)
                .fetch(
                    row ->
                        new Leaf(
                            row.get(AUDIT_LEAF.LEAF_INDEX),
                            PostgresAudit.kept(row.into(AUDIT_ENTRY)))));
  }

  @Override
  public void sent(Destination destination, long from, long next) {
    transactions.asWorker(
        sql ->
            sql.update(AUDIT_DESTINATION)
                .set(AUDIT_DESTINATION.NEXT_LEAF, next)
                .set(AUDIT_DESTINATION.SENT_AT, CallRows.micros(clock.instant()))
                .setNull(AUDIT_DESTINATION.FAILING_SINCE)
                .setNull(AUDIT_DESTINATION.PROBLEM)
                .where(is(destination.tenant(), destination.name()))
                .and(AUDIT_DESTINATION.ADDRESS.eq(destination.address()))
                .and(AUDIT_DESTINATION.NEXT_LEAF.eq(from))
                .execute());
  }

  @Override
  public void failed(Destination destination, String problem) {
    String line = Text.clean(problem);
    transactions.asWorker(
        sql ->
            sql.update(AUDIT_DESTINATION)
                .set(
                    AUDIT_DESTINATION.FAILING_SINCE,
                    DSL.coalesce(
                        AUDIT_DESTINATION.FAILING_SINCE,
                        DSL.val(CallRows.micros(clock.instant()), AUDIT_DESTINATION.FAILING_SINCE)))
                .set(AUDIT_DESTINATION.PROBLEM, line.substring(0, Math.min(line.length(), PROBLEM)))
                .where(is(destination.tenant(), destination.name()))
                .and(AUDIT_DESTINATION.ADDRESS.eq(destination.address()))
                .execute());
  }

  @Override
  public int alone(IntSupplier work) {
    return transactions.alone(Locks.AUDIT_FORWARDING, work);
  }
}
