package io.earwitness.archive.catalog;

import static io.earwitness.archive.catalog.generated.Tables.CALL;
import static io.earwitness.archive.catalog.generated.Tables.HAND_OVER;

import com.fasterxml.jackson.core.type.TypeReference;
import io.earwitness.archive.catalog.CallCatalog.CallEntry;
import io.earwitness.archive.catalog.generated.tables.records.CallRecord;
import io.earwitness.archive.catalog.generated.tables.records.HandOverRecord;
import io.earwitness.call.Attribution;
import io.earwitness.call.CallSummary;
import io.earwitness.call.RecordingId;
import io.earwitness.call.TenantSlug;
import io.earwitness.call.WireName;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.JSONB;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/** {@link MisplacedCalls} in PostgreSQL. */
final class PostgresMisplacedCalls implements MisplacedCalls {
  private static final String ASKED = HandOverState.ASKED.wireName();

  private final Transactions transactions;
  private final Clock clock;
  private final Runnable changed;

  /**
   * @param changed told after each commit that left something in the outbox
   */
  PostgresMisplacedCalls(Transactions transactions, Clock clock, Runnable changed) {
    this.transactions = transactions;
    this.clock = clock;
    this.changed = changed;
  }

  private static Condition is(TenantSlug tenant, RecordingId id) {
    return CALL.TENANT.eq(tenant.value()).and(CALL.ID.eq(id.value()));
  }

  private static CallCatalog.@Nullable Block locked(
      DSLContext sql, TenantSlug tenant, RecordingId id) {
    CallRecord row = sql.selectFrom(CALL).where(is(tenant, id)).forUpdate().fetchOne();
    if (row == null) {
      throw new IllegalArgumentException("there is no such recording");
    }
    JSONB blocked = row.getBlocked();
    return blocked == null
        ? null
        : CallRows.read(blocked, new TypeReference<CallCatalog.Block>() {});
  }

  private static void set(
      DSLContext sql, TenantSlug tenant, RecordingId id, CallCatalog.@Nullable Block block) {
    sql.update(CALL)
        .set(CALL.BLOCKED, block == null ? null : CallRows.json(block))
        .set(CALL.VERSION, CALL.VERSION.plus(1L))
        .where(is(tenant, id))
        .execute();
    CallReports.addToOutbox(sql, tenant.value(), id.value());
  }

  private record Blocked(RecordingId recording, CallCatalog.Block block) {}

  @Override
  public void block(TenantSlug tenant, RecordingId id, CallCatalog.Block block) {
    CallCatalog.Block kept =
        new CallCatalog.Block(
            CallRows.micros(block.at()),
            Text.clean(block.actor()),
            Text.clean(block.reason()),
            block.byPlatform(),
            false);
    transactions.inTenant(
        tenant,
        sql -> {
          if (locked(sql, tenant, id) != null) {
            throw new IllegalArgumentException("the recording is blocked already");
          }
          set(sql, tenant, id, kept);
          Journal.write(
              sql, tenant, kept.at(), kept.actor(), "recording.block", new Blocked(id, kept));
          return true;
        });
    changed.run();
  }

  @Override
  public void unblock(TenantSlug tenant, RecordingId id, String actor) {
    if (transactions.asWorker(
        sql ->
            sql.fetchExists(
                HAND_OVER, HAND_OVER.CALL.eq(id.value()).and(HAND_OVER.STATE.eq(ASKED))))) {
      throw new IllegalArgumentException(
          "the recording is to be handed over; that is to be withdrawn or decided first");
    }
    transactions.inTenant(
        tenant,
        sql -> {
          CallCatalog.Block block = locked(sql, tenant, id);
          if (block == null) {
            throw new IllegalArgumentException("the recording is not blocked");
          }
          if (block.handedOver()) {
            throw new IllegalArgumentException(
                "the recording was handed over to the tenant whose call it is, and stays blocked");
          }
          set(sql, tenant, id, null);
          Journal.write(
              sql,
              tenant,
              clock.instant(),
              actor,
              "recording.unblock",
              Map.of("recording", id.toString()));
          return true;
        });
    changed.run();
  }

  @Override
  public Optional<TenantSlug> tenant(RecordingId id) {
    return transactions.asWorker(
        sql ->
            sql.select(CALL.TENANT)
                .from(CALL)
                .where(CALL.ID.eq(id.value()))
                .fetchOptional(row -> new TenantSlug(row.value1())));
  }

  @Override
  public List<CallEntry> blocked(TenantSlug tenant, int limit) {
    return transactions.inTenant(
        tenant, sql -> blocked(sql, CALL.TENANT.eq(tenant.value()), limit));
  }

  @Override
  public List<CallEntry> blocked(int limit) {
    return transactions.asFeed(sql -> blocked(sql, DSL.noCondition(), limit));
  }

  private static List<CallEntry> blocked(DSLContext sql, Condition which, int limit) {
    return PostgresCalls.entries(
        sql,
        sql.selectFrom(CALL)
            .where(CALL.BLOCKED.isNotNull())
            .and(which)
            .orderBy(CALL.STARTED_AT.desc(), CALL.ID.desc())
            .limit(limit)
            .fetch());
  }

  @Override
  public Optional<CallEntry> whole(TenantSlug tenant, RecordingId id) {
    return transactions
        .inTenant(
            tenant,
            sql ->
                PostgresCalls.whole(sql, sql.selectFrom(CALL).where(is(tenant, id)).fetch())
                    .stream())
        .findFirst();
  }

  @Override
  public Attribution attribution(TenantSlug tenant, Instant when) {
    return transactions.inTenant(tenant, sql -> Reattribution.at(sql, tenant, when));
  }

  @Override
  public void add(HandOver handOver) {
    transactions.inTenant(
        TenantSlug.PLATFORM,
        sql -> {
          int rows =
              sql.insertInto(HAND_OVER)
                  .set(HAND_OVER.ID, handOver.id())
                  .set(HAND_OVER.CALL, handOver.call().value())
                  .set(HAND_OVER.FROM_TENANT, handOver.from().value())
                  .set(HAND_OVER.TO_TENANT, handOver.to().value())
                  .set(HAND_OVER.NEW_CALL, handOver.newCall().value())
                  .set(HAND_OVER.GIVING, handOver.giving())
                  .set(HAND_OVER.TAKING, handOver.taking())
                  .set(HAND_OVER.ASKED_AT, CallRows.micros(handOver.askedAt()))
                  .set(HAND_OVER.ASKED_BY, Text.clean(handOver.askedBy()))
                  .set(HAND_OVER.REASON, Text.clean(handOver.reason()))
                  .set(HAND_OVER.STATE, ASKED)
                  .onConflictDoNothing()
                  .execute();
          if (rows == 0) {
            throw new IllegalArgumentException(
                "the recording is being handed over already, or was");
          }
          Journal.write(
              sql,
              TenantSlug.PLATFORM,
              handOver.askedAt(),
              handOver.askedBy(),
              "hand-over.ask",
              handOver);
          return true;
        });
  }

  private static HandOver handOver(HandOverRecord row) {
    return new HandOver(
        row.getId(),
        new RecordingId(row.getCall()),
        new TenantSlug(row.getFromTenant()),
        new TenantSlug(row.getToTenant()),
        new RecordingId(row.getNewCall()),
        row.getGiving(),
        row.getTaking(),
        row.getAskedAt(),
        row.getAskedBy(),
        row.getReason(),
        WireName.parse(HandOverState.class, row.getState()),
        row.getEndedAt(),
        row.getProblem());
  }

  @Override
  public Optional<HandOver> handOver(UUID id) {
    return transactions.inTenant(
        TenantSlug.PLATFORM,
        sql ->
            sql.selectFrom(HAND_OVER)
                .where(HAND_OVER.ID.eq(id))
                .fetchOptional(PostgresMisplacedCalls::handOver));
  }

  @Override
  public List<HandOver> handOvers(boolean openOnly, int limit) {
    return transactions.inTenant(
        TenantSlug.PLATFORM,
        sql ->
            sql.selectFrom(HAND_OVER)
                .where(openOnly ? HAND_OVER.STATE.eq(ASKED) : DSL.noCondition())
                .orderBy(HAND_OVER.ASKED_AT.desc(), HAND_OVER.ID.desc())
                .limit(limit)
                .fetch(PostgresMisplacedCalls::handOver));
  }

  @Override
  public void note(UUID id, @Nullable String problem) {
    transactions.inTenant(
        TenantSlug.PLATFORM,
        sql ->
            sql.update(HAND_OVER)
                .set(HAND_OVER.PROBLEM, Text.cleanOrNull(problem))
                .where(HAND_OVER.ID.eq(id))
                .and(HAND_OVER.STATE.eq(ASKED))
                .execute());
  }

  @Override
  public boolean end(UUID id, HandOverState state) {
    return transactions.inTenant(TenantSlug.PLATFORM, sql -> end(sql, id, state));
  }

  private boolean end(DSLContext sql, UUID id, HandOverState state) {
    Instant now = CallRows.micros(clock.instant());
    int rows =
        sql.update(HAND_OVER)
            .set(HAND_OVER.STATE, state.wireName())
            .set(HAND_OVER.ENDED_AT, now)
            .setNull(HAND_OVER.PROBLEM)
            .where(HAND_OVER.ID.eq(id))
            .and(HAND_OVER.STATE.eq(ASKED))
            .execute();
    if (rows > 0) {
      Journal.write(
          sql,
          TenantSlug.PLATFORM,
          now,
          "job:hand-over",
          "hand-over.end",
          Map.of("id", id.toString(), "state", state.wireName()));
    }
    return rows > 0;
  }

  @Override
  public void make(CallSummary call) {
    boolean made =
        transactions.inTenant(
            call.tenant(),
            sql -> {
              CallRecord row = CallRows.row(call);
              row.setAttributed(true);
              row.setCaptureWhole(true);
              int rows = sql.insertInto(CALL).set(row).onConflictDoNothing().execute();
              if (rows > 0) {
                CallReports.addToOutbox(sql, row.getTenant(), row.getId());
              }
              return rows > 0;
            });
    if (made) {
      changed.run();
    }
  }

  @Override
  public void done(HandOver handOver, String actor) {
    // In the order that a crash between them leaves something to be done again: the platform's last
    transactions.inTenant(
        handOver.from(),
        sql -> {
          CallCatalog.Block block = locked(sql, handOver.from(), handOver.call());
          if (block == null) {
            throw new IllegalArgumentException("the recording is not blocked any more");
          }
          if (!block.handedOver()) {
            CallCatalog.Block handed = block.withHandedOver();
            set(sql, handOver.from(), handOver.call(), handed);
            Journal.write(
                sql,
                handOver.from(),
                clock.instant(),
                actor,
                "recording.hand-over",
                new Blocked(handOver.call(), handed));
          }
          return true;
        });
    transactions.inTenant(TenantSlug.PLATFORM, sql -> end(sql, handOver.id(), HandOverState.DONE));
    changed.run();
  }
}
