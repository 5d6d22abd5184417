package io.earwitness.archive.catalog;

import static io.earwitness.archive.catalog.generated.Tables.CALL;
import static io.earwitness.archive.catalog.generated.Tables.CALL_ARCHIVE;
import static io.earwitness.archive.catalog.generated.Tables.DISPOSAL_ITEM;
import static io.earwitness.archive.catalog.generated.Tables.LEGAL_HOLD;
import static io.earwitness.archive.catalog.generated.Tables.LEGAL_HOLD_RECORDING;
import static io.earwitness.archive.catalog.generated.Tables.OUTBOX;

import com.fasterxml.jackson.core.type.TypeReference;
import io.earwitness.archive.catalog.LegalHolds.Candidate;
import io.earwitness.call.CallState;
import io.earwitness.call.Party;
import io.earwitness.call.RecordingId;
import io.earwitness.call.TenantSlug;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Record;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/** The recordings that holds are on, and those that they could be on. */
final class HoldRecordings {
  /** Recordings that are read, or added, in one transaction. */
  static final int PAGE = 2_000;

  private HoldRecordings() {}

  private record Added(UUID hold, List<RecordingId> recordings) {}

  /** Adds those that are archived and not in it, with their journal entry. */
  static int insert(
      DSLContext sql,
      TenantSlug tenant,
      UUID hold,
      Collection<RecordingId> recordings,
      String actor,
      Instant now) {
    List<UUID> ids = recordings.stream().map(RecordingId::value).distinct().sorted().toList();
    List<UUID> added =
        sql.insertInto(
                LEGAL_HOLD_RECORDING,
                LEGAL_HOLD_RECORDING.TENANT,
                LEGAL_HOLD_RECORDING.HOLD,
                LEGAL_HOLD_RECORDING.RECORDING,
                LEGAL_HOLD_RECORDING.ADDED_AT)
            .select(
                DSL.select(CALL.TENANT, DSL.val(hold), CALL.ID, DSL.val(now))
                    .from(CALL)
                    .where(isArchived(tenant, ids)))
            .onConflictDoNothing()
            .returningResult(LEGAL_HOLD_RECORDING.RECORDING)
            .fetch(row -> row.value1());
    if (!added.isEmpty()) {
      sql.insertInto(OUTBOX, OUTBOX.TENANT, OUTBOX.CALL)
          .valuesOfRows(added.stream().map(id -> DSL.row(tenant.value(), id)).toList())
          .execute();
      Journal.write(
          sql,
          tenant,
          now,
          actor,
          "hold.add-recordings",
          new Added(hold, added.stream().sorted().map(RecordingId::new).toList()));
    }
    return added.size();
  }

  /** Those of some that are archived and that a hold is not on. */
  static List<RecordingId> missing(DSLContext sql, TenantSlug tenant, UUID hold, List<UUID> ids) {
    return sql.select(CALL.ID)
        .from(CALL)
        .where(isArchived(tenant, ids))
        .and(
            DSL.notExists(
                DSL.selectOne()
                    .from(LEGAL_HOLD_RECORDING)
                    .where(LEGAL_HOLD_RECORDING.TENANT.eq(tenant.value()))
                    .and(LEGAL_HOLD_RECORDING.HOLD.eq(hold))
                    .and(LEGAL_HOLD_RECORDING.RECORDING.eq(CALL.ID))))
        .fetch(row -> new RecordingId(row.value1()));
  }

  private static Condition isArchived(TenantSlug tenant, List<UUID> ids) {
    return CALL.TENANT
        .eq(tenant.value())
        .and(CALL.ID.in(ids))
        .and(CALL.ENDED_AT.isNotNull())
        .and(DSL.exists(DSL.selectOne().from(CALL_ARCHIVE).where(CALL_ARCHIVE.ID.eq(CALL.ID))))
        .and(isThere());
  }

  /** Whether its objects are being deleted, from which there is no way back. */
  private static Condition isFalling() {
    return DSL.exists(
        DSL.selectOne()
            .from(DISPOSAL_ITEM)
            .where(DISPOSAL_ITEM.CALL.eq(CALL.ID))
            .and(DISPOSAL_ITEM.STATE.eq(Disposals.ItemState.FALLING.wireName())));
  }

  /** Whether it is neither disposed of nor being so. */
  private static Condition isThere() {
    return CALL.STATE.ne(CallState.DISPOSED.wireName()).andNot(isFalling());
  }

  /** Recordings that are being deleted. */
  static List<Candidate> falling(DSLContext sql, TenantSlug tenant) {
    return candidates(sql, tenant, isFalling(), Disposals.MOST);
  }

  /** Ids of the holds in effect that each of some recordings was added to. */
  static Map<RecordingId, Set<UUID>> of(DSLContext sql, TenantSlug tenant, List<UUID> ids) {
    Map<RecordingId, Set<UUID>> holds = new HashMap<>();
    sql.select(LEGAL_HOLD_RECORDING.RECORDING, LEGAL_HOLD.ID)
        .from(LEGAL_HOLD_RECORDING)
        .join(LEGAL_HOLD)
        .on(LEGAL_HOLD.TENANT.eq(LEGAL_HOLD_RECORDING.TENANT))
        .and(LEGAL_HOLD.ID.eq(LEGAL_HOLD_RECORDING.HOLD))
        .where(LEGAL_HOLD_RECORDING.RECORDING.in(ids))
        .and(LEGAL_HOLD_RECORDING.TENANT.eq(tenant.value()))
        .and(LEGAL_HOLD.ENDED_AT.isNull())
        .forEach(
            row ->
                holds
                    .computeIfAbsent(new RecordingId(row.value1()), _ -> new HashSet<>())
                    .add(row.value2()));
    return holds;
  }

  /** Which of some calls a hold in effect is on. */
  static Set<UUID> onHold(DSLContext sql, Collection<UUID> calls) {
    if (calls.isEmpty()) {
      return Set.of();
    }
    return sql.selectDistinct(LEGAL_HOLD_RECORDING.RECORDING)
        .from(LEGAL_HOLD_RECORDING)
        .join(LEGAL_HOLD)
        .on(LEGAL_HOLD.TENANT.eq(LEGAL_HOLD_RECORDING.TENANT))
        .and(LEGAL_HOLD.ID.eq(LEGAL_HOLD_RECORDING.HOLD))
        .where(LEGAL_HOLD_RECORDING.RECORDING.in(calls))
        .and(LEGAL_HOLD.ENDED_AT.isNull())
        .fetchSet(LEGAL_HOLD_RECORDING.RECORDING);
  }

  /** Gives archived recordings page by page, each in a transaction of its own. */
  static void forEach(
      Transactions transactions,
      TenantSlug tenant,
      @Nullable Instant archivedSince,
      Consumer<List<Candidate>> consumer) {
    Condition which =
        archivedSince == null
            ? DSL.noCondition()
            : CALL.ID.in(
                DSL.select(CALL_ARCHIVE.ID)
                    .from(CALL_ARCHIVE)
                    .where(CALL_ARCHIVE.TENANT.eq(tenant.value()))
                    .and(CALL_ARCHIVE.ARCHIVED_AT.ge(archivedSince)));
    UUID last = new UUID(0, 0);
    List<Candidate> page;
    do {
      Condition rest = which.and(CALL.ID.gt(last)).and(isThere());
      page = transactions.inTenant(tenant, sql -> candidates(sql, tenant, rest, PAGE));
      if (!page.isEmpty()) {
        consumer.accept(page);
        last = page.getLast().id().value();
      }
    } while (page.size() == PAGE);
  }

  private static List<Candidate> candidates(
      DSLContext sql, TenantSlug tenant, Condition which, int limit) {
    return sql.select(
            CALL.ID,
            CALL.STARTED_AT,
            CALL.PARTIES,
            CALL_ARCHIVE.ARCHIVED_AT,
            CALL_ARCHIVE.KEEP_UNTIL,
            CALL_ARCHIVE.MEDIA_BYTES)
        .distinctOn(CALL.ID)
        .from(CALL)
        .join(CALL_ARCHIVE)
        .on(CALL_ARCHIVE.ID.eq(CALL.ID))
        .where(CALL.TENANT.eq(tenant.value()))
        .and(CALL.ENDED_AT.isNotNull())
        .and(which)
        .orderBy(CALL.ID, CALL_ARCHIVE.GENERATION.desc())
        .limit(limit)
        .fetch(HoldRecordings::candidate);
  }

  private static Candidate candidate(Record row) {
    Set<String> persons = new HashSet<>();
    Set<String> teams = new HashSet<>();
    Set<String> numbers = new HashSet<>();
    for (Party party : CallRows.read(row.get(CALL.PARTIES), new TypeReference<List<Party>>() {})) {
      teams.addAll(party.teamIds());
      if (party.userId() != null) {
        persons.add(party.userId());
      }
      if (party.number() != null) {
        numbers.add(party.number());
      }
    }
    return new Candidate(
        new RecordingId(row.get(CALL.ID)),
        row.get(CALL.STARTED_AT),
        persons,
        teams,
        numbers,
        row.get(CALL_ARCHIVE.ARCHIVED_AT),
        row.get(CALL_ARCHIVE.KEEP_UNTIL),
        row.get(CALL_ARCHIVE.MEDIA_BYTES));
  }
}
