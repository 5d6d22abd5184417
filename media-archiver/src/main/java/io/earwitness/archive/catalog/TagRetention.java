package io.earwitness.archive.catalog;

import static io.earwitness.archive.catalog.generated.Tables.CALL_ARCHIVE;

import com.fasterxml.jackson.core.type.TypeReference;
import io.earwitness.archive.catalog.RetentionLengthenings.Change;
import io.earwitness.archive.catalog.generated.tables.records.CallArchiveRecord;
import io.earwitness.archive.catalog.generated.tables.records.CallRecord;
import io.earwitness.call.Direction;
import io.earwitness.call.Licence;
import io.earwitness.call.Party;
import io.earwitness.call.RecordingId;
import io.earwitness.call.RetentionBasis;
import io.earwitness.call.RetentionHistory;
import io.earwitness.call.RetentionPolicy.Decision;
import io.earwitness.call.RetentionPolicy.Question;
import io.earwitness.call.TenantSlug;
import io.earwitness.call.WireName;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a recording for longer if its tags say so, in the transaction that puts them together with
 * what is stored: as a tag is put on it, and as it is archived. Never for a shorter time.
 */
final class TagRetention {
  private TagRetention() {}

  /** Looks at the newest generation that is stored of a call, if any. */
  static void lengthen(
      DSLContext sql, TenantSlug tenant, CallRecord call, Instant now, String actor) {
    Instant end = call.getEndedAt();
    CallArchiveRecord archive =
        sql.selectFrom(CALL_ARCHIVE)
            .where(CALL_ARCHIVE.ID.eq(call.getId()))
            .orderBy(CALL_ARCHIVE.GENERATION.desc())
            .limit(1)
            .forUpdate()
            .fetchOne();
    if (archive == null || end == null || call.getTags().length == 0) {
      return;
    }
    RetentionHistory history = PostgresRetentionPolicies.history(sql, tenant);
    RetentionBasis was = PostgresRetentionPolicies.basis(archive.getRetention());
    Question question = question(sql, tenant, call, was);
    Decision decision = history.decide(question, end, now);
    Instant until = CallRows.micros(decision.keep().lockedUntil(end, history.zone()));
    if (until.isAfter(archive.getKeepUntil())) {
      RetentionBasis basis = RetentionBasis.of(decision, question.licences());
      PostgresRetentionLengthenings.lengthen(
          sql,
          tenant,
          decision.policyVersion(),
          new Change(
              new RecordingId(call.getId()),
              until,
              was == null ? basis : basis.lockedAs(was),
              archive.getMediaBytes()),
          now,
          actor);
    }
  }

  /** What rules ask about a call as it is now. */
  static Question question(
      DSLContext sql, TenantSlug tenant, CallRecord call, @Nullable RetentionBasis basis) {
    Set<String> teams = new HashSet<>();
    Set<String> numbers = new HashSet<>();
    for (Party party : CallRows.read(call.getParties(), new TypeReference<List<Party>>() {})) {
      teams.addAll(party.teamIds());
      if (party.number() != null) {
        numbers.add(party.number());
      }
    }
    Set<Licence> licences =
        basis == null
            ? PostgresRetentionPolicies.licences(sql, tenant, numbers, call.getStartedAt())
            : basis.licences();
    return new Question(
        WireName.parse(Direction.class, call.getDirection()),
        teams,
        numbers,
        licences,
        Set.of(call.getTags()));
  }
}
