package io.earwitness.archive.catalog;

import static io.earwitness.archive.catalog.generated.Tables.CALL_ARCHIVE;
import static io.earwitness.archive.catalog.generated.Tables.RESTRICTION;
import static io.earwitness.archive.catalog.generated.Tables.RESTRICTION_OPENING;

import io.earwitness.archive.catalog.generated.tables.records.RestrictionRecord;
import io.earwitness.call.Generation;
import io.earwitness.json.Json;
import java.util.Map;
import org.jooq.JSONB;
import org.jooq.impl.DSL;

/**
 * Applies restrictions again, also of what is not there: it may be disposed of further on in the
 * journal. Their derivatives are read from the store as recordings are.
 */
final class ReplayOfRestrictions {
  private ReplayOfRestrictions() {}

  static void register(Map<String, Replayed.Handler> kinds) {
    kinds.put("recording.restrict", ReplayOfRestrictions::restrict);
    kinds.put("recording.mask", ReplayOfRestrictions::mask);
    kinds.put("recording.remove-original", ReplayOfRestrictions::removed);
    kinds.put("recording.lift-restriction", ReplayOfRestrictions::lift);
    kinds.put("recording.open-restricted", ReplayOfRestrictions::open);
  }

  private static boolean restrict(Replayed entry) {
    lift(entry);
    RestrictionRecord row = entry.sql().newRecord(RESTRICTION);
    row.setTenant(entry.tenantName());
    row.setId(entry.uuid("id"));
    row.setRecording(entry.uuid("recording"));
    row.setAt(entry.at());
    row.setBy(entry.actor());
    row.setReason(entry.text("reason"));
    row.setLegalBasis(entry.text("legalBasis"));
    row.setSpans(JSONB.valueOf(Json.text(entry.in("spans").data())));
    row.setApproval(entry.has("approval") ? entry.uuid("approval") : null);
    row.setGeneration(entry.integerOrNull("generation"));
    row.setCorrection(entry.textOrNull("correction"));
    row.setAskedBy(entry.textOrNull("askedBy"));
    row.setSettlesAt(entry.instantOrNull("settlesAt"));
    row.setDerivative(
        (row.getGeneration() == null
                ? Restrictions.Derivative.NONE
                : Restrictions.Derivative.WANTED)
            .wireName());
    if (row.getCorrection() != null) {
      // As the database does by itself, when it isn't filled anew
      entry
          .sql()
          .update(CALL_ARCHIVE)
          .setNull(CALL_ARCHIVE.LOCK_DUE)
          .where(CALL_ARCHIVE.ID.eq(row.getRecording()))
          .and(
              row.getGeneration() == null
                  ? DSL.noCondition()
                  : CALL_ARCHIVE.GENERATION.lt(Generation.MASKED))
          .execute();
    }
    return row.store() > 0;
  }

  private static boolean mask(Replayed entry) {
    return entry
            .sql()
            .update(RESTRICTION)
            .set(RESTRICTION.DERIVATIVE, Restrictions.Derivative.MADE.wireName())
            .set(RESTRICTION.GENERATION, entry.integer("generation"))
            .set(RESTRICTION.SOURCE, entry.integer("source"))
            .where(RESTRICTION.TENANT.eq(entry.tenantName()))
            .and(RESTRICTION.ID.eq(entry.uuid("restriction")))
            .execute()
        > 0;
  }

  private static boolean removed(Replayed entry) {
    return entry
            .sql()
            .update(RESTRICTION)
            .set(RESTRICTION.REMOVING_AT, entry.instant("since"))
            .set(RESTRICTION.REMOVED_AT, entry.at())
            .where(RESTRICTION.TENANT.eq(entry.tenantName()))
            .and(RESTRICTION.ID.eq(entry.uuid("restriction")))
            .execute()
        > 0;
  }

  private static boolean lift(Replayed entry) {
    return entry
            .sql()
            .update(RESTRICTION)
            .set(RESTRICTION.LIFTED_AT, entry.at())
            .set(RESTRICTION.LIFTED_BY, entry.actor())
            .where(RESTRICTION.TENANT.eq(entry.tenantName()))
            .and(RESTRICTION.RECORDING.eq(entry.uuid("recording")))
            .and(RESTRICTION.LIFTED_AT.isNull())
            .execute()
        > 0;
  }

  private static boolean open(Replayed entry) {
    return entry
            .sql()
            .insertInto(RESTRICTION_OPENING)
            .set(
                PostgresRestrictions.row(
                    entry.sql(), entry.tenant(), entry.as(Restrictions.Opening.class)))
            .execute()
        > 0;
  }
}
