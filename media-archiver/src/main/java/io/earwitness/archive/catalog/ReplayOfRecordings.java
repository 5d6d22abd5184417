package io.earwitness.archive.catalog;

import static io.earwitness.archive.catalog.generated.Tables.APPROVAL;
import static io.earwitness.archive.catalog.generated.Tables.CALL;
import static io.earwitness.archive.catalog.generated.Tables.CALL_CORRECTION;
import static io.earwitness.archive.catalog.generated.Tables.HAND_OVER;

import com.fasterxml.jackson.core.type.TypeReference;
import io.earwitness.call.Party;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jooq.Condition;
import org.jspecify.annotations.Nullable;

/** Applies again what was done to recordings, of which the rows are there before. */
final class ReplayOfRecordings {
  private ReplayOfRecordings() {}

  static void register(Map<String, Replayed.Handler> kinds) {
    kinds.put("recording.keep", ReplayOfRecordings::keep);
    kinds.put("recording.block", ReplayOfRecordings::block);
    kinds.put("recording.hand-over", ReplayOfRecordings::block);
    kinds.put("recording.unblock", ReplayOfRecordings::unblock);
    kinds.put("recording.correct", ReplayOfRecordings::correct);
    kinds.put("recording.reattribute", ReplayOfRecordings::reattribute);
    kinds.put("hand-over.ask", ReplayOfRecordings::askHandOver);
    kinds.put("hand-over.end", ReplayOfRecordings::endHandOver);
  }

  private static Condition call(Replayed entry, UUID id) {
    return CALL.TENANT.eq(entry.tenantName()).and(CALL.ID.eq(id));
  }

  private static boolean keep(Replayed entry) {
    return entry
            .sql()
            .update(CALL)
            .set(CALL.KEPT_AT, entry.at())
            .set(CALL.KEPT_BY, entry.actor())
            .set(CALL.KEPT_REASON, entry.text("reason"))
            .set(CALL.VERSION, CALL.VERSION.plus(1L))
            .where(call(entry, entry.uuid("recording")))
            .execute()
        > 0;
  }

  private static boolean block(Replayed entry) {
    return setBlock(entry, entry.in("block").as(CallCatalog.Block.class));
  }

  private static boolean unblock(Replayed entry) {
    return setBlock(entry, null);
  }

  private static boolean setBlock(Replayed entry, CallCatalog.@Nullable Block block) {
    return entry
            .sql()
            .update(CALL)
            .set(CALL.BLOCKED, block == null ? null : CallRows.json(block))
            .set(CALL.VERSION, CALL.VERSION.plus(1L))
            .where(call(entry, entry.uuid("recording")))
            .execute()
        > 0;
  }

  private static List<Party> parties(Replayed entry, String member) {
    return entry.in(member).as(new TypeReference<List<Party>>() {});
  }

  private static boolean correct(Replayed entry) {
    UUID id = entry.uuid("recording");
    Replayed made = entry.in("correction");
    List<Party> after = parties(made, "after");
    if (!setParties(entry, id, after)) {
      return false;
    }
    entry
        .sql()
        .insertInto(CALL_CORRECTION)
        .set(CALL_CORRECTION.TENANT, entry.tenantName())
        .set(CALL_CORRECTION.CALL, id)
        .set(CALL_CORRECTION.NUMBER, made.integer("number"))
        .set(CALL_CORRECTION.AT, entry.at())
        .set(CALL_CORRECTION.ACTOR, entry.actor())
        .set(CALL_CORRECTION.REASON, made.text("reason"))
        .set(CALL_CORRECTION.BEFORE, CallRows.json(parties(made, "before")))
        .set(CALL_CORRECTION.AFTER, CallRows.json(after))
        .execute();
    return true;
  }

  private static boolean setParties(Replayed entry, UUID id, List<Party> parties) {
    boolean there = entry.sql().fetchExists(CALL, call(entry, id));
    if (there) {
      Reattribution.write(entry.sql(), entry.tenant(), id, parties);
    }
    return there;
  }

  private static boolean reattribute(Replayed entry) {
    boolean all = true;
    for (Replayed each : entry.list("recordings", entry::in)) {
      all &= setParties(entry, each.uuid("recording"), parties(each, "after"));
    }
    return all;
  }

  private static boolean askHandOver(Replayed entry) {
    MisplacedCalls.HandOver asked = entry.as(MisplacedCalls.HandOver.class);
    boolean whole =
        entry.sql().fetchExists(CALL, CALL.ID.eq(asked.call().value()))
            && approved(entry, asked.from().value(), asked.giving())
            && approved(entry, asked.to().value(), asked.taking());
    if (whole) {
      entry
          .sql()
          .insertInto(HAND_OVER)
          .set(HAND_OVER.ID, asked.id())
          .set(HAND_OVER.CALL, asked.call().value())
          .set(HAND_OVER.FROM_TENANT, asked.from().value())
          .set(HAND_OVER.TO_TENANT, asked.to().value())
          .set(HAND_OVER.NEW_CALL, asked.newCall().value())
          .set(HAND_OVER.GIVING, asked.giving())
          .set(HAND_OVER.TAKING, asked.taking())
          .set(HAND_OVER.ASKED_AT, entry.at())
          .set(HAND_OVER.ASKED_BY, entry.actor())
          .set(HAND_OVER.REASON, Text.clean(asked.reason()))
          .set(HAND_OVER.STATE, "asked")
          .execute();
    }
    return whole;
  }

  private static boolean approved(Replayed entry, String tenant, UUID approval) {
    return entry
        .sql()
        .fetchExists(APPROVAL, APPROVAL.TENANT.eq(tenant).and(APPROVAL.ID.eq(approval)));
  }

  private static boolean endHandOver(Replayed entry) {
    return entry
            .sql()
            .update(HAND_OVER)
            .set(HAND_OVER.STATE, entry.text("state"))
            .set(HAND_OVER.ENDED_AT, entry.at())
            .where(HAND_OVER.ID.eq(entry.uuid("id")))
            .execute()
        > 0;
  }
}
