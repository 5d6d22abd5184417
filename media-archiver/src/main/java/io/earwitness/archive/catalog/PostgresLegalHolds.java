package io.earwitness.archive.catalog;

import static io.earwitness.archive.catalog.generated.Tables.LEGAL_HOLD;
import static io.earwitness.archive.catalog.generated.Tables.LEGAL_HOLD_RECORDING;
import static io.earwitness.archive.catalog.generated.Tables.MATTER;

import com.fasterxml.jackson.core.type.TypeReference;
import io.earwitness.archive.catalog.generated.tables.records.LegalHoldRecord;
import io.earwitness.call.HoldScope;
import io.earwitness.call.RecordingId;
import io.earwitness.call.TenantSlug;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/** {@link LegalHolds} in PostgreSQL. */
final class PostgresLegalHolds implements LegalHolds {
  private static final int MAX_NAME = 200;
  private static final int MAX_REASON = 1_000;
  private static final Field<Integer> RECORDINGS =
      DSL.field(
          DSL.selectCount()
              .from(LEGAL_HOLD_RECORDING)
              .where(LEGAL_HOLD_RECORDING.TENANT.eq(LEGAL_HOLD.TENANT))
              .and(LEGAL_HOLD_RECORDING.HOLD.eq(LEGAL_HOLD.ID)));

  private final Transactions transactions;
  private final Clock clock;
  private final Runnable changed;
  private final PostgresObjectHolds objects;

  /**
   * @param changed told of calls that readers of the feed are to read again
   */
  PostgresLegalHolds(Transactions transactions, Clock clock, Runnable changed) {
    this.transactions = transactions;
    this.clock = clock;
    this.changed = changed;
    this.objects = new PostgresObjectHolds(transactions, clock);
  }

  /** Waits for whoever marks recordings as falling, and keeps them from it. */
  static void lock(DSLContext sql, TenantSlug tenant) {
    sql.execute(
        "select pg_advisory_xact_lock({0}, hashtext({1}))",
        DSL.val(Locks.HOLDS), DSL.val(tenant.value()));
  }

  /** A hold as the journal has it. */
  private record Placed(
      UUID id,
      String name,
      @Nullable UUID matter,
      String reason,
      int graceDays,
      HoldScope scope,
      Instant placedAt) {}

  @Override
  public Hold place(TenantSlug tenant, NewHold hold, Collection<RecordingId> found, String actor) {
    Hold placed =
        transactions.inTenant(tenant, sql -> place(sql, clock, tenant, hold, found, actor));
    changed.run();
    return placed;
  }

  /** Places a hold in a transaction, under the lock for holds. */
  static Hold place(
      DSLContext sql,
      Clock clock,
      TenantSlug tenant,
      NewHold hold,
      Collection<RecordingId> found,
      String actor) {
    String name = text("name", hold.name(), MAX_NAME);
    String reason = text("reason", hold.reason(), MAX_REASON);
    if (hold.graceDays() < SHORTEST_GRACE_DAYS) {
      throw new IllegalArgumentException(
          "the grace of a hold is at least %d days, not %d"
              .formatted(SHORTEST_GRACE_DAYS, hold.graceDays()));
    }
    Set<RecordingId> members = new HashSet<>(found);
    members.addAll(hold.scope().recordings());
    PostgresDirectory.demandTenant(sql, tenant);
    lock(sql, tenant);
    Instant now = CallRows.micros(clock.instant());
    UUID matter = hold.matter();
    if (matter != null) {
      demandMatter(sql, tenant, matter);
    }
    Placed entry = new Placed(hold.id(), name, matter, reason, hold.graceDays(), hold.scope(), now);
    sql.insertInto(LEGAL_HOLD)
        .set(LEGAL_HOLD.TENANT, tenant.value())
        .set(LEGAL_HOLD.ID, hold.id())
        .set(LEGAL_HOLD.NAME, name)
        .set(LEGAL_HOLD.MATTER, matter)
        .set(LEGAL_HOLD.REASON, reason)
        .set(LEGAL_HOLD.GRACE_DAYS, hold.graceDays())
        .set(LEGAL_HOLD.SCOPE, CallRows.json(hold.scope()))
        .set(LEGAL_HOLD.PLACED_AT, now)
        .set(LEGAL_HOLD.PLACED_BY, Text.clean(actor))
        .execute();
    Journal.write(sql, tenant, now, actor, "hold.place", entry);
    List<RecordingId> all = List.copyOf(members);
    for (int from = 0; from < all.size(); from += HoldRecordings.PAGE) {
      List<RecordingId> some = all.subList(from, Math.min(all.size(), from + HoldRecordings.PAGE));
      HoldRecordings.insert(sql, tenant, hold.id(), some, actor, now);
    }
    return one(sql, tenant, hold.id()).orElseThrow();
  }

  private static String text(String what, String given, int most) {
    String clean = Text.clean(given.strip());
    if (clean.isEmpty() || clean.length() > most) {
      throw new IllegalArgumentException(
          "a hold needs a %s of at most %,d characters".formatted(what, most));
    }
    return clean;
  }

  private static void demandMatter(DSLContext sql, TenantSlug tenant, UUID matter) {
    if (!sql.fetchExists(
        MATTER,
        MATTER
            .TENANT
            .eq(tenant.value())
            .and(MATTER.ID.eq(matter))
            .and(MATTER.CLOSED_AT.isNull()))) {
      throw new IllegalArgumentException("there is no open matter %s".formatted(matter));
    }
  }

  @Override
  public int add(TenantSlug tenant, UUID hold, Collection<RecordingId> recordings, String actor) {
    List<RecordingId> all = List.copyOf(recordings);
    int added = 0;
    for (int from = 0; from < all.size(); from += HoldRecordings.PAGE) {
      List<RecordingId> some = all.subList(from, Math.min(all.size(), from + HoldRecordings.PAGE));
      added +=
          transactions.inTenant(
              tenant,
              sql ->
                  HoldRecordings.insert(
                      sql, tenant, hold, some, actor, CallRows.micros(clock.instant())));
    }
    if (added > 0) {
      changed.run();
    }
    return added;
  }

  @Override
  public List<RecordingId> missing(
      TenantSlug tenant, UUID hold, Collection<RecordingId> recordings) {
    List<UUID> ids = recordings.stream().map(RecordingId::value).distinct().toList();
    List<RecordingId> missing = new ArrayList<>();
    for (int from = 0; from < ids.size(); from += HoldRecordings.PAGE) {
      List<UUID> some = ids.subList(from, Math.min(ids.size(), from + HoldRecordings.PAGE));
      missing.addAll(
          transactions.inTenant(tenant, sql -> HoldRecordings.missing(sql, tenant, hold, some)));
    }
    return missing;
  }

  @Override
  public boolean release(TenantSlug tenant, UUID hold, String actor) {
    return transactions.inTenant(
        tenant,
        sql -> {
          lock(sql, tenant);
          Hold present =
              one(sql, tenant, hold)
                  .orElseThrow(() -> new IllegalArgumentException("there is no such hold"));
          if (present.releasedAt() != null) {
            return false;
          }
          Instant now = CallRows.micros(clock.instant());
          Instant at = now.isBefore(present.placedAt()) ? present.placedAt() : now;
          sql.update(LEGAL_HOLD)
              .set(LEGAL_HOLD.RELEASED_AT, at)
              .set(LEGAL_HOLD.RELEASED_BY, Text.clean(actor))
              .where(is(tenant, hold))
              .execute();
          Journal.write(
              sql,
              tenant,
              now,
              actor,
              "hold.release",
              Map.of("hold", hold.toString(), "releasedAt", at.toString()));
          return true;
        });
  }

  @Override
  public boolean end(TenantSlug tenant, UUID hold, String actor) {
    boolean ended =
        transactions.inTenant(
            tenant,
            sql -> {
              lock(sql, tenant);
              Instant now = CallRows.micros(clock.instant());
              Instant ends = one(sql, tenant, hold).map(Hold::ends).orElse(null);
              if (ends == null
                  || ends.isAfter(now)
                  || sql.update(LEGAL_HOLD)
                          .set(LEGAL_HOLD.ENDED_AT, now)
                          .where(is(tenant, hold))
                          .and(LEGAL_HOLD.ENDED_AT.isNull())
                          .execute()
                      == 0) {
                return false;
              }
              Journal.write(sql, tenant, now, actor, "hold.end", Map.of("hold", hold.toString()));
              sql.execute(
                  "insert into earwitness.outbox (tenant, call) select tenant, recording"
                      + " from earwitness.legal_hold_recording where tenant = {0} and hold = {1}",
                  DSL.val(tenant.value()), DSL.val(hold));
              return true;
            });
    if (ended) {
      changed.run();
    }
    return ended;
  }

  private static Condition is(TenantSlug tenant, UUID hold) {
    return LEGAL_HOLD.TENANT.eq(tenant.value()).and(LEGAL_HOLD.ID.eq(hold));
  }

  private static Optional<Hold> one(DSLContext sql, TenantSlug tenant, UUID hold) {
    return select(sql, is(tenant, hold), 1).stream().findFirst();
  }

  private static List<Hold> select(DSLContext sql, Condition which, int limit) {
    return sql.select(LEGAL_HOLD.fields())
        .select(RECORDINGS)
        .from(LEGAL_HOLD)
        .where(which)
        .orderBy(LEGAL_HOLD.PLACED_AT.desc(), LEGAL_HOLD.ID.desc())
        .limit(limit)
        .fetch(row -> hold(row.into(LEGAL_HOLD), row.get(RECORDINGS)));
  }

  private static Hold hold(LegalHoldRecord row, long recordings) {
    return new Hold(
        row.getId(),
        row.getName(),
        row.getMatter(),
        row.getReason(),
        row.getGraceDays(),
        CallRows.read(row.getScope(), new TypeReference<HoldScope>() {}),
        row.getPlacedAt(),
        row.getPlacedBy(),
        row.getReleasedAt(),
        row.getReleasedBy(),
        row.getEndedAt(),
        recordings);
  }

  @Override
  public Optional<Hold> find(TenantSlug tenant, UUID hold) {
    return transactions.inTenant(tenant, sql -> one(sql, tenant, hold));
  }

  @Override
  public List<Hold> inEffect(TenantSlug tenant) {
    return transactions.inTenant(
        tenant,
        sql ->
            sql.selectFrom(LEGAL_HOLD)
                .where(LEGAL_HOLD.TENANT.eq(tenant.value()))
                .and(LEGAL_HOLD.ENDED_AT.isNull())
                .orderBy(LEGAL_HOLD.PLACED_AT.desc(), LEGAL_HOLD.ID.desc())
                .fetch(row -> hold(row, 0)));
  }

  @Override
  public List<Hold> list(
      TenantSlug tenant, boolean released, @Nullable String by, @Nullable UUID after, int limit) {
    return transactions.inTenant(
        tenant,
        sql -> {
          Condition which =
              LEGAL_HOLD
                  .TENANT
                  .eq(tenant.value())
                  .and(
                      released
                          ? LEGAL_HOLD.RELEASED_AT.isNotNull()
                          : LEGAL_HOLD.RELEASED_AT.isNull());
          if (by != null) {
            which = which.and(LEGAL_HOLD.PLACED_BY.eq(Text.clean(by)));
          }
          if (after != null) {
            which =
                which.and(
                    DSL.row(LEGAL_HOLD.PLACED_AT, LEGAL_HOLD.ID)
                        .lt(
                            DSL.select(LEGAL_HOLD.as("l").PLACED_AT, LEGAL_HOLD.as("l").ID)
                                .from(LEGAL_HOLD.as("l"))
                                .where(LEGAL_HOLD.as("l").TENANT.eq(tenant.value()))
                                .and(LEGAL_HOLD.as("l").ID.eq(after))));
          }
          return select(sql, which, limit);
        });
  }

  @Override
  public List<RecordingId> recordings(
      TenantSlug tenant, UUID hold, @Nullable RecordingId after, int limit) {
    return transactions.inTenant(
        tenant,
        sql ->
            sql.select(LEGAL_HOLD_RECORDING.RECORDING)
                .from(LEGAL_HOLD_RECORDING)
                .where(LEGAL_HOLD_RECORDING.TENANT.eq(tenant.value()))
                .and(LEGAL_HOLD_RECORDING.HOLD.eq(hold))
                .and(
                    LEGAL_HOLD_RECORDING.RECORDING.gt(
                        after == null ? new UUID(0, 0) : after.value()))
                .orderBy(LEGAL_HOLD_RECORDING.RECORDING)
                .limit(limit)
                .fetch(row -> new RecordingId(row.value1())));
  }

  @Override
  public Map<RecordingId, Set<UUID>> of(TenantSlug tenant, Collection<RecordingId> recordings) {
    List<UUID> ids = recordings.stream().map(RecordingId::value).distinct().toList();
    Map<RecordingId, Set<UUID>> holds = new HashMap<>();
    for (int from = 0; from < ids.size(); from += HoldRecordings.PAGE) {
      List<UUID> some = ids.subList(from, Math.min(ids.size(), from + HoldRecordings.PAGE));
      holds.putAll(transactions.inTenant(tenant, sql -> HoldRecordings.of(sql, tenant, some)));
    }
    return holds;
  }

  @Override
  public void examined(TenantSlug tenant, Collection<UUID> holds, Instant until) {
    transactions.inTenant(
        tenant,
        sql ->
            sql.update(LEGAL_HOLD)
                .set(LEGAL_HOLD.EXAMINED_UNTIL, CallRows.micros(until))
                .where(LEGAL_HOLD.TENANT.eq(tenant.value()))
                .and(LEGAL_HOLD.ID.in(holds))
                .execute());
  }

  @Override
  public List<Examined> examined(TenantSlug tenant) {
    return transactions.inTenant(
        tenant,
        sql ->
            sql.select(LEGAL_HOLD.ID, LEGAL_HOLD.EXAMINED_UNTIL)
                .from(LEGAL_HOLD)
                .where(LEGAL_HOLD.TENANT.eq(tenant.value()))
                .and(LEGAL_HOLD.ENDED_AT.isNull())
                .fetch(row -> new Examined(row.value1(), row.value2())));
  }

  @Override
  public void forEach(
      TenantSlug tenant, @Nullable Instant archivedSince, Consumer<List<Candidate>> consumer) {
    HoldRecordings.forEach(transactions, tenant, archivedSince, consumer);
  }

  @Override
  public ObjectHolds objects() {
    return objects;
  }

  @Override
  public boolean alone(Runnable work) {
    return transactions.alone(
            Locks.HOLD_UPKEEP,
            () -> {
              work.run();
              return 1;
            })
        > 0;
  }
}
