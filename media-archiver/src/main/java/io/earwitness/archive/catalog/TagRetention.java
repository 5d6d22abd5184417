package io.earwitness.archive.catalog;

import static io.earwitness.archive.catalog.generated.Tables.CALL_ARCHIVE;

import com.fasterxml.jackson.core.type.TypeReference;
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

  private record Lengthened(
      List<RecordingId> recordings,
      Instant keepUntil,
      int policyVersion,
      @Nullable String rule,
      Set<String> tags) {}

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
    Decision decision =
        history.decide(
            question(sql, tenant, call, PostgresRetentionPolicies.basis(archive.getRetention())),
            end,
            now);
    Instant until = CallRows.micros(decision.keep().lockedUntil(end, history.zone()));
    if (!until.isAfter(archive.getKeepUntil())) {
      return;
    }
    sql.update(CALL_ARCHIVE)
        .set(CALL_ARCHIVE.KEEP_UNTIL, until)
        .where(CALL_ARCHIVE.ID.eq(call.getId()))
        .and(CALL_ARCHIVE.GENERATION.eq(archive.getGeneration()))
        .execute();
    Journal.write(
        sql,
        tenant,
        now,
        actor,
        "retention.lengthen",
        new Lengthened(
            List.of(new RecordingId(call.getId())),
            until,
            decision.policyVersion(),
            decision.rule(),
            Set.of(call.getTags())));
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
