package io.earwitness.archive.catalog;

import static io.earwitness.archive.catalog.generated.Tables.CALL;
import static io.earwitness.archive.catalog.generated.Tables.OUTBOX;

import io.earwitness.archive.catalog.CallCatalog.CallEntry;
import io.earwitness.call.CallState;
import io.earwitness.call.CallSummary;
import io.earwitness.call.Interactions;
import io.earwitness.call.Interactions.Place;
import io.earwitness.call.RecordingId;
import io.earwitness.call.TenantSlug;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/** Joins a call that has ended with the others of its conversation ({@link Interactions}). */
final class InteractionRows {
  /** No recording session is thought to last longer; one that does may be joined with fewer. */
  private static final Duration LONGEST = Duration.ofHours(24);

  /** Recordings that are looked at for one call. */
  private static final int MOST = 500;

  private InteractionRows() {}

  /**
   * Keeps others from joining recordings of this tenant until the transaction ends: of two that end
   * at the same time the later must see the earlier. To be called before any row is locked.
   */
  static void lock(DSLContext sql, TenantSlug tenant) {
    sql.execute(
        "select pg_advisory_xact_lock({0}, hashtext({1}))",
        DSL.val(Locks.INTERACTIONS), DSL.val(tenant.value()));
  }

  /** Finds the place of a call, and that of all others whose place it changes. */
  static void join(DSLContext sql, TenantSlug tenant, RecordingId id) {
    if (tenant.equals(TenantSlug.PLATFORM)) {
      return;
    }
    Map<RecordingId, CallEntry> near = near(sql, tenant, id);
    if (!near.containsKey(id)) {
      return;
    }
    Map<RecordingId, Place> places =
        Interactions.places(near.values().stream().map(InteractionRows::recording).toList());
    Place own = places.get(id);
    for (CallEntry entry : near.values()) {
      RecordingId other = entry.summary().id();
      Place place = places.get(other);
      boolean together =
          other.equals(id)
              || own != null && place != null && place.interaction().equals(own.interaction());
      if (together && !Objects.equals(place, entry.place())) {
        write(sql, tenant, other, place);
      }
    }
  }

  private static Interactions.Recording recording(CallEntry entry) {
    CallCatalog.ArchivedCall archive = entry.archive();
    return Interactions.Recording.of(
        entry.summary(), archive == null ? List.of() : archive.quality());
  }

  private static void write(
      DSLContext sql, TenantSlug tenant, RecordingId id, @Nullable Place place) {
    RecordingId duplicateOf = place == null ? null : place.duplicateOf();
    sql.update(CALL)
        .set(CALL.INTERACTION, place == null ? null : place.interaction().value())
        .set(CALL.DUPLICATE_OF, duplicateOf == null ? null : duplicateOf.value())
        .set(CALL.VERSION, CALL.VERSION.plus(1L))
        .where(CALL.ID.eq(id.value()))
        .execute();
    sql.insertInto(OUTBOX)
        .set(OUTBOX.TENANT, tenant.value())
        .set(OUTBOX.CALL, id.value())
        .execute();
  }

  /** The call and all that may be joined with it, directly or by others. */
  private static Map<RecordingId, CallEntry> near(
      DSLContext sql, TenantSlug tenant, RecordingId id) {
    Map<RecordingId, CallEntry> near = new HashMap<>();
    List<CallEntry> frontier =
        PostgresCalls.entries(
            sql,
            sql.selectFrom(CALL)
                .where(CALL.ID.eq(id.value()))
                .and(CALL.TENANT.eq(tenant.value()))
                .and(CALL.STATE.ne(CallState.LIVE.wireName()))
                .fetch());
    while (!frontier.isEmpty() && near.size() < MOST) {
      Set<String> callIds = new LinkedHashSet<>();
      Instant from = Instant.MAX;
      Instant to = Instant.MIN;
      for (CallEntry entry : frontier) {
        CallSummary call = entry.summary();
        near.put(call.id(), entry);
        call.callIds().stream().filter(Interactions::isTelling).forEach(callIds::add);
        Instant end = call.end() == null ? call.start() : call.end();
        from = from.isBefore(call.start()) ? from : call.start();
        to = to.isAfter(end) ? to : end;
      }
      frontier =
          callIds.isEmpty() ? List.of() : sharing(sql, tenant, callIds, from, to, near.keySet());
    }
    return near;
  }

  private static List<CallEntry> sharing(
      DSLContext sql,
      TenantSlug tenant,
      Set<String> callIds,
      Instant from,
      Instant to,
      Set<RecordingId> known) {
    List<UUID> without = new ArrayList<>();
    known.forEach(id -> without.add(id.value()));
    return PostgresCalls.entries(
        sql,
        sql.selectFrom(CALL)
            .where(CALL.TENANT.eq(tenant.value()))
            .and(DSL.arrayOverlap(CALL.CALL_IDS, callIds.toArray(String[]::new)))
            .and(CALL.STARTED_AT.ge(from.minus(Interactions.WINDOW).minus(LONGEST)))
            .and(CALL.STARTED_AT.le(to.plus(Interactions.WINDOW)))
            .and(CALL.STATE.ne(CallState.LIVE.wireName()))
            .and(CALL.ID.notIn(without))
            .orderBy(CALL.STARTED_AT.desc(), CALL.ID)
            .limit(MOST)
            .fetch());
  }
}
