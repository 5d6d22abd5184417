package io.earwitness.archive.catalog;

import static io.earwitness.archive.catalog.generated.Tables.CALL;
import static io.earwitness.archive.catalog.generated.Tables.CALL_ARCHIVE;
import static io.earwitness.archive.catalog.generated.Tables.OUTBOX;

import io.earwitness.archive.catalog.generated.tables.records.CallRecord;
import io.earwitness.call.CallState;
import io.earwitness.call.CallSummary;
import io.earwitness.call.Generation;
import io.earwitness.call.RecordingId;
import io.earwitness.call.TenantSlug;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record1;
import org.jooq.Result;
import org.jooq.impl.DSL;

/** What nodes and rescue copies tell of calls, in PostgreSQL. */
final class CallReports implements Captures {
  /** What comes before an outcome. */
  static final List<String> BEFORE_OUTCOME =
      List.of(CallState.LIVE.wireName(), CallState.CLOSED.wireName());

  /** The recording whose capture holds a call: one for two tenants has one capture. */
  static final Field<UUID> CAPTURED = DSL.coalesce(CALL.CAPTURE, CALL.ID);

  private static final String LIVE = CallState.LIVE.wireName();
  private static final String CLOSED = CallState.CLOSED.wireName();
  private static final String LOST = CallState.LOST.wireName();

  private final Transactions transactions;
  private final Runnable changed;

  /**
   * @param changed told after each commit that left something in the outbox
   */
  CallReports(Transactions transactions, Runnable changed) {
    this.transactions = transactions;
    this.changed = changed;
  }

  /** See {@link CallCatalog#report}. */
  void report(CallSummary summary) {
    boolean whole = summary.state() == CallState.CLOSED;
    CallRecord row = CallRows.row(summary);
    row.setCaptureWhole(whole);
    List<String> overwritten =
        switch (summary.state()) {
          case LIVE -> List.of(LIVE);
          case CLOSED -> List.of(LIVE, CLOSED, LOST);
          default -> BEFORE_OUTCOME;
        };
    boolean ended = summary.state() != CallState.LIVE;
    Function<DSLContext, Boolean> write =
        ended
            ? sql -> joined(sql, summary, row, CALL.STATE.in(overwritten), true)
            : sql -> upsert(sql, row, CALL.STATE.in(overwritten), false);
    boolean written;
    try {
      written = transactions.inTenant(summary.tenant(), write);
      if (!written && whole) {
        written = returned(row);
      }
    } catch (IllegalStateException e) {
      // Row-level security hides a call of another tenant; of quarantine it may be taken out
      if (leaveQuarantine(summary)) {
        written = transactions.inTenant(summary.tenant(), write);
      } else if (whole && returned(row)) {
        written = true;
      } else {
        throw e;
      }
    }
    if (written) {
      changed.run();
    }
  }

  @Override
  public void rescued(CallSummary summary) {
    CallRecord row = CallRows.row(summary);
    Condition allowed = CALL.STATE.in(BEFORE_OUTCOME).and(CALL.CAPTURE_WHOLE.isFalse());
    if (transactions.inTenant(summary.tenant(), sql -> joined(sql, summary, row, allowed, false))) {
      changed.run();
    }
  }

  /** The same as {@link #upsert} of a call that has ended: it finds its interaction. */
  private static boolean joined(
      DSLContext sql, CallSummary summary, CallRecord row, Condition allowed, boolean found) {
    InteractionRows.lock(sql, summary.tenant());
    boolean written = upsert(sql, row, allowed, found);
    if (written) {
      InteractionRows.join(sql, summary.tenant(), summary.id());
    }
    return written;
  }

  /**
   * Inserts a row, or changes the present one to it.
   *
   * @param found whether the one who reports has the capture, or knows that there is none
   */
  private static boolean upsert(DSLContext sql, CallRecord row, Condition allowed, boolean found) {
    Map<Field<?>, Object> update = new LinkedHashMap<>();
    Condition differs = found ? CALL.CAPTURE_MISSING.isTrue() : DSL.falseCondition();
    for (Field<?> field : CallRows.REPORTED) {
      update.put(field, DSL.excluded(field));
      differs = differs.or(differs(field));
    }
    update.put(CALL.CAPTURE_WHOLE, DSL.excluded(CALL.CAPTURE_WHOLE));
    differs = differs.or(differs(CALL.CAPTURE_WHOLE));
    if (found) {
      update.put(CALL.CAPTURE_MISSING, false);
    }
    update.put(CALL.VERSION, CALL.VERSION.plus(1L));
    int rows =
        sql.insertInto(CALL)
            .set(row)
            .onConflict(CALL.ID)
            .doUpdate()
            .set(update)
            .where(allowed.and(differs))
            .execute();
    if (rows > 0) {
      addToOutbox(sql, row.getTenant(), row.getId());
    }
    return rows > 0;
  }

  private static <T> Condition differs(Field<T> field) {
    return field.isDistinctFrom(DSL.excluded(field));
  }

  /**
   * Notes that the whole capture of a call that was archived from rescue copies is there: what the
   * recorder reports of the call counts, its outcome stays until the capture is archived.
   */
  private boolean returned(CallRecord row) {
    Map<Field<?>, Object> update = new LinkedHashMap<>();
    for (Field<?> field : CallRows.REPORTED) {
      if (field.equals(CALL.PARTIES)) {
        // Whom people have said that a call is of counts more than what the recorder saw
        update.put(field, DSL.when(CALL.ATTRIBUTED, CALL.PARTIES).otherwise(row.getParties()));
      } else if (!field.equals(CALL.STATE)) {
        update.put(field, row.get(field));
      }
    }
    update.put(CALL.CAPTURE_WHOLE, true);
    update.put(CALL.CAPTURE_MISSING, false);
    update.put(CALL.VERSION, CALL.VERSION.plus(1L));
    return transactions.asWorker(
        sql -> {
          Result<Record1<String>> tenants =
              sql.update(CALL)
                  .set(update)
                  .where(CALL.ID.eq(row.getId()))
                  .and(CALL.CAPTURE_WHOLE.isFalse())
                  .and(CALL.STATE.ne(CallState.DISPOSED.wireName()))
                  .andExists(
                      DSL.selectOne()
                          .from(CALL_ARCHIVE)
                          .where(CALL_ARCHIVE.ID.eq(CALL.ID))
                          .and(CALL_ARCHIVE.GENERATION.eq(Generation.RESCUED)))
                  .returningResult(CALL.TENANT)
                  .fetch();
          tenants.forEach(tenant -> addToOutbox(sql, tenant.value1(), row.getId()));
          return tenants.isNotEmpty();
        });
  }

  /** Hands a live call of nobody to the tenant that its later metadata named. */
  private boolean leaveQuarantine(CallSummary summary) {
    if (summary.tenant().equals(TenantSlug.PLATFORM)) {
      return false;
    }
    UUID id = summary.id().value();
    return transactions.asWorker(
        sql -> {
          int rows =
              sql.update(CALL)
                  .set(CALL.TENANT, summary.tenant().value())
                  .where(CALL.ID.eq(id))
                  .and(CALL.TENANT.eq(TenantSlug.PLATFORM.value()))
                  .and(CALL.STATE.in(LIVE, LOST))
                  .execute();
          if (rows > 0) {
            addToOutbox(sql, TenantSlug.PLATFORM.value(), id);
          }
          return rows > 0;
        });
  }

  @Override
  public Awaited awaited(String node) {
    Condition rescued =
        CALL.ID
            .in(
                DSL.select(CALL_ARCHIVE.ID)
                    .from(CALL_ARCHIVE)
                    .where(CALL_ARCHIVE.GENERATION.eq(DSL.inline(Generation.RESCUED))))
            .and(CALL.STATE.ne(CallState.DISPOSED.wireName()));
    Condition own = CALL.NODE.eq(Text.clean(node));
    return transactions.asWorker(
        sql ->
            new Awaited(
                ids(
                    sql,
                    own.and(CALL.STATE.in(DSL.inline(LIVE), DSL.inline(CLOSED)))
                        .and(CALL.CAPTURE_MISSING.isFalse())),
                ids(
                    sql,
                    own.and(CALL.CAPTURE_WHOLE.isFalse())
                        .and(CALL.STATE.eq(DSL.inline(LOST)).or(rescued)))));
  }

  private static Set<RecordingId> ids(DSLContext sql, Condition condition) {
    return new HashSet<>(
        sql.select(CAPTURED)
            .from(CALL)
            .where(condition)
            .fetch(row -> new RecordingId(row.value1())));
  }

  @Override
  public void missing(String node, Collection<RecordingId> ids) {
    transactions.asWorker(
        sql ->
            sql.update(CALL)
                .set(CALL.CAPTURE_MISSING, true)
                .where(CAPTURED.in(ids.stream().map(RecordingId::value).toList()))
                .and(CALL.NODE.eq(Text.clean(node)))
                .and(CALL.STATE.in(BEFORE_OUTCOME))
                .execute());
  }

  static void addToOutbox(DSLContext sql, String tenant, UUID call) {
    sql.insertInto(OUTBOX).set(OUTBOX.TENANT, tenant).set(OUTBOX.CALL, call).execute();
  }
}
