package io.earwitness.archive.catalog;

import static io.earwitness.archive.catalog.generated.Tables.CALL;
import static io.earwitness.archive.catalog.generated.Tables.CALL_CORRECTION;
import static io.earwitness.archive.catalog.generated.Tables.CALL_NOTE;
import static io.earwitness.archive.catalog.generated.Tables.CALL_TAG;
import static io.earwitness.archive.catalog.generated.Tables.TOMBSTONE;

import com.fasterxml.jackson.core.type.TypeReference;
import io.earwitness.archive.catalog.generated.tables.records.CallRecord;
import io.earwitness.call.CallState;
import io.earwitness.call.RecordingId;
import io.earwitness.call.TenantSlug;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.JSONB;
import org.jooq.Record;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/** {@link Tombstones} in PostgreSQL, and how a call becomes one. */
final class PostgresTombstones implements Tombstones {
  private static final JSONB NOTHING = JSONB.valueOf("[]");
  private static final int BATCH = 1_000;

  private final Transactions transactions;

  PostgresTombstones(Transactions transactions) {
    this.transactions = transactions;
  }

  /** What stays in the call's own row. */
  record Row(
      Instant startedAt,
      @Nullable Instant endedAt,
      String zone,
      String direction,
      List<String> flags,
      String node,
      String configurationVersion,
      boolean attributed,
      @Nullable UUID capture,
      @Nullable UUID interaction,
      @Nullable UUID duplicateOf) {
    static Row of(CallRecord row) {
      return new Row(
          row.getStartedAt(),
          row.getEndedAt(),
          row.getZone(),
          row.getDirection(),
          List.of(row.getFlags()),
          row.getNode(),
          row.getConfigurationVersion(),
          row.getAttributed(),
          row.getCapture(),
          row.getInteraction(),
          row.getDuplicateOf());
    }
  }

  /**
   * What the journal has of one, so that it can be made again from nothing else.
   *
   * @param cdr its row in the CDR lake, as text; null if it has none any more
   */
  record Entry(
      RecordingId recording,
      Row call,
      UUID run,
      Disposals.Basis basis,
      Instant until,
      String approvedBy,
      Disposals.Found found,
      String tokenKey,
      List<String> tokens,
      @Nullable String cdr) {}

  /**
   * Takes everything from a call's row that tells who spoke with whom. The rows of its archive stay
   * as evidence and are shown no more: nobody has the right to delete or change those.
   */
  static void bury(
      DSLContext sql,
      TenantSlug tenant,
      Disposals.Item item,
      Disposals.Found found,
      Rest rest,
      String approvedBy,
      Instant now,
      String actor) {
    UUID id = item.recording().value();
    Entry entry =
        new Entry(
            item.recording(),
            Row.of(sql.fetchSingle(CALL, CALL.ID.eq(id))),
            item.run(),
            item.basis(),
            item.until(),
            approvedBy,
            found,
            rest.tokenKey(),
            rest.tokens(),
            rest.cdr());
    insert(sql, tenant, entry, now);
    sql.update(CALL)
        .set(CALL.STATE, CallState.DISPOSED.wireName())
        .set(CALL.PARTIES, NOTHING)
        .set(CALL.CALL_IDS, new String[0])
        .set(CALL.VENDOR_DATA, NOTHING)
        .set(CALL.MATCHED_RULE, "")
        .setNull(CALL.RAW_METADATA)
        .setNull(CALL.REFUSAL)
        .setNull(CALL.POLICY)
        .setNull(CALL.HELD_UNTIL)
        .setNull(CALL.KEPT_AT)
        .setNull(CALL.KEPT_BY)
        .setNull(CALL.KEPT_REASON)
        .setNull(CALL.BLOCKED)
        .set(CALL.TAGS, new String[0])
        .setNull(CALL.LAST_PROBLEM)
        .set(CALL.VERSION, CALL.VERSION.plus(1L))
        .where(CALL.TENANT.eq(tenant.value()))
        .and(CALL.ID.eq(id))
        .execute();
    // After it, as the database lets nothing else go
    sql.deleteFrom(CALL_CORRECTION).where(CALL_CORRECTION.CALL.eq(id)).execute();
    sql.deleteFrom(CALL_NOTE).where(CALL_NOTE.CALL.eq(id)).execute();
    sql.deleteFrom(CALL_TAG).where(CALL_TAG.CALL.eq(id)).execute();
    CallReports.addToOutbox(sql, tenant.value(), id);
    Journal.write(sql, tenant, now, actor, "recording.dispose", entry);
  }

  /** The tombstone alone, beside the call's row. */
  static void insert(DSLContext sql, TenantSlug tenant, Entry entry, Instant at) {
    sql.insertInto(TOMBSTONE)
        .set(TOMBSTONE.TENANT, tenant.value())
        .set(TOMBSTONE.CALL, entry.recording().value())
        .set(TOMBSTONE.AT, at)
        .set(TOMBSTONE.RUN, entry.run())
        .set(TOMBSTONE.KEEP, entry.basis().keep())
        .set(TOMBSTONE.RULE, entry.basis().rule())
        .set(TOMBSTONE.POLICY, entry.basis().policy())
        .set(TOMBSTONE.UNTIL, entry.until())
        .set(TOMBSTONE.APPROVED_BY, entry.approvedBy())
        .set(TOMBSTONE.OBJECTS, entry.found().objects())
        .set(TOMBSTONE.BYTES, entry.found().bytes())
        .set(TOMBSTONE.MANIFESTS, CallRows.json(entry.found().manifests()))
        .set(TOMBSTONE.TOKEN_KEY, entry.tokenKey())
        .set(TOMBSTONE.TOKENS, entry.tokens().toArray(String[]::new))
        .set(TOMBSTONE.CDR, entry.cdr() == null ? null : JSONB.valueOf(entry.cdr()))
        .execute();
  }

  @Override
  public Optional<Tombstone> find(TenantSlug tenant, RecordingId recording) {
    return read(tenant, TOMBSTONE.CALL.eq(recording.value()), 1).stream().findFirst();
  }

  @Override
  public List<Tombstone> withToken(TenantSlug tenant, String token, int limit) {
    return read(
        tenant,
        DSL.condition("{0} @> array[{1}]::text[]", TOMBSTONE.TOKENS, DSL.val(token)),
        limit);
  }

  @Override
  public List<Tombstone> ofRun(TenantSlug tenant, UUID run) {
    return read(tenant, TOMBSTONE.RUN.eq(run), Disposals.MOST).stream()
        .sorted(Comparator.comparing(each -> each.recording().value()))
        .toList();
  }

  private List<Tombstone> read(TenantSlug tenant, Condition which, int limit) {
    return transactions.inTenant(
        tenant,
        sql ->
            sql.select(TOMBSTONE.fields())
                .select(CALL.STARTED_AT, CALL.ENDED_AT)
                .from(TOMBSTONE)
                .join(CALL)
                .on(CALL.ID.eq(TOMBSTONE.CALL))
                .where(TOMBSTONE.TENANT.eq(tenant.value()))
                .and(which)
                .orderBy(TOMBSTONE.AT.desc(), TOMBSTONE.CALL.desc())
                .limit(limit)
                .fetch(PostgresTombstones::tombstone));
  }

  private static Tombstone tombstone(Record row) {
    return new Tombstone(
        new RecordingId(row.get(TOMBSTONE.CALL)),
        row.get(CALL.STARTED_AT),
        row.get(CALL.ENDED_AT),
        row.get(TOMBSTONE.AT),
        row.get(TOMBSTONE.RUN),
        new Disposals.Basis(
            row.get(TOMBSTONE.KEEP), row.get(TOMBSTONE.RULE), row.get(TOMBSTONE.POLICY)),
        row.get(TOMBSTONE.UNTIL),
        row.get(TOMBSTONE.APPROVED_BY),
        new Disposals.Found(
            row.get(TOMBSTONE.OBJECTS),
            row.get(TOMBSTONE.BYTES),
            CallRows.read(
                row.get(TOMBSTONE.MANIFESTS),
                new TypeReference<List<Disposals.ManifestHash>>() {})));
  }

  @Override
  public Map<RecordingId, String> cdr(TenantSlug tenant, Collection<RecordingId> recordings) {
    List<UUID> ids = recordings.stream().map(RecordingId::value).toList();
    Map<RecordingId, String> rows = new HashMap<>();
    for (int from = 0; from < ids.size(); from += BATCH) {
      List<UUID> some = ids.subList(from, Math.min(ids.size(), from + BATCH));
      transactions
          .inTenant(
              tenant,
              sql ->
                  sql.select(TOMBSTONE.CALL, TOMBSTONE.CDR)
                      .from(TOMBSTONE)
                      .where(TOMBSTONE.TENANT.eq(tenant.value()))
                      .and(TOMBSTONE.CALL.in(some))
                      .and(TOMBSTONE.CDR.isNotNull())
                      .fetch())
          .forEach(row -> rows.put(new RecordingId(row.value1()), row.value2().data()));
    }
    return rows;
  }
}
