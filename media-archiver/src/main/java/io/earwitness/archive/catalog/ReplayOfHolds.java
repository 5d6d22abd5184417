package io.earwitness.archive.catalog;

import static io.earwitness.archive.catalog.generated.Tables.CALL;
import static io.earwitness.archive.catalog.generated.Tables.LEGAL_HOLD;
import static io.earwitness.archive.catalog.generated.Tables.LEGAL_HOLD_RECORDING;

import io.earwitness.json.Json;
import java.util.Map;
import java.util.UUID;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.JSONB;
import org.jooq.impl.DSL;

/** Applies legal holds again. The store's own holds are set anew by whoever keeps them. */
final class ReplayOfHolds {
  static final String ADDED = "hold.add-recordings";

  private ReplayOfHolds() {}

  static void register(Map<String, Replayed.Handler> kinds) {
    kinds.put("hold.place", ReplayOfHolds::place);
    kinds.put(ADDED, ReplayOfHolds::add);
    kinds.put("hold.release", ReplayOfHolds::release);
    kinds.put("hold.end", ReplayOfHolds::end);
  }

  private static Condition is(Replayed entry) {
    return LEGAL_HOLD.TENANT.eq(entry.tenantName()).and(LEGAL_HOLD.ID.eq(entry.uuid("hold")));
  }

  private static boolean place(Replayed entry) {
    entry
        .sql()
        .insertInto(LEGAL_HOLD)
        .set(LEGAL_HOLD.TENANT, entry.tenantName())
        .set(LEGAL_HOLD.ID, entry.uuid("id"))
        .set(LEGAL_HOLD.NAME, entry.text("name"))
        .set(LEGAL_HOLD.MATTER, entry.has("matter") ? entry.uuid("matter") : null)
        .set(LEGAL_HOLD.REASON, entry.text("reason"))
        .set(LEGAL_HOLD.GRACE_DAYS, entry.integer("graceDays"))
        .set(LEGAL_HOLD.SCOPE, JSONB.valueOf(Json.text(entry.in("scope").data())))
        .set(LEGAL_HOLD.PLACED_AT, entry.instant("placedAt"))
        .set(LEGAL_HOLD.PLACED_BY, entry.actor())
        .execute();
    return true;
  }

  /** Also those that are not there: they may be disposed of further on in the journal. */
  private static boolean add(Replayed entry) {
    UUID hold = entry.uuid("hold");
    for (UUID recording : entry.list("recordings", node -> UUID.fromString(node.asText()))) {
      entry
          .sql()
          .insertInto(LEGAL_HOLD_RECORDING)
          .set(LEGAL_HOLD_RECORDING.TENANT, entry.tenantName())
          .set(LEGAL_HOLD_RECORDING.HOLD, hold)
          .set(LEGAL_HOLD_RECORDING.RECORDING, recording)
          .set(LEGAL_HOLD_RECORDING.ADDED_AT, entry.at())
          .onConflictDoNothing()
          .execute();
    }
    return true;
  }

  /**
   * Takes out those that did not come back in any form, after everything was applied.
   *
   * @return how many
   */
  static long leaveOutMissing(DSLContext sql) {
    return sql.deleteFrom(LEGAL_HOLD_RECORDING)
        .whereNotExists(
            DSL.selectOne().from(CALL).where(CALL.ID.eq(LEGAL_HOLD_RECORDING.RECORDING)))
        .execute();
  }

  private static boolean release(Replayed entry) {
    return entry
            .sql()
            .update(LEGAL_HOLD)
            .set(LEGAL_HOLD.RELEASED_AT, entry.instant("releasedAt"))
            .set(LEGAL_HOLD.RELEASED_BY, entry.actor())
            .where(is(entry))
            .execute()
        > 0;
  }

  private static boolean end(Replayed entry) {
    return entry
            .sql()
            .update(LEGAL_HOLD)
            .set(LEGAL_HOLD.ENDED_AT, entry.at())
            .where(is(entry))
            .execute()
        > 0;
  }
}
