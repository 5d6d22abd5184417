package io.earwitness.archive.catalog;

import static io.earwitness.archive.catalog.generated.Tables.APPROVAL;
import static io.earwitness.archive.catalog.generated.Tables.APPROVAL_DELEGATION;

import io.earwitness.approval.Approval;
import io.earwitness.approval.ApprovalState;
import io.earwitness.approval.Delegation;
import io.earwitness.call.WireName;
import java.util.Map;
import java.util.UUID;
import org.jooq.Condition;

/** Applies again what was asked of a second person, and how it was decided. */
final class ReplayOfApprovals {
  private ReplayOfApprovals() {}

  static void register(Map<String, Replayed.Handler> kinds) {
    kinds.put("approval.ask", ReplayOfApprovals::ask);
    kinds.put("approval.step", ReplayOfApprovals::step);
    kinds.put("approval.delegate", ReplayOfApprovals::delegate);
    kinds.put("approval.end-delegation", ReplayOfApprovals::endDelegation);
  }

  static Condition is(Replayed entry, UUID id) {
    return APPROVAL.TENANT.eq(entry.tenantName()).and(APPROVAL.ID.eq(id));
  }

  private static boolean ask(Replayed entry) {
    if (!entry.has("askedBy")) {
      return false; // older entries don't say who asked, nor until when
    }
    UUID id = entry.uuid("id");
    entry
        .sql()
        .insertInto(APPROVAL)
        .set(APPROVAL.TENANT, entry.tenantName())
        .set(APPROVAL.ID, id)
        .set(APPROVAL.KIND, entry.text("kind"))
        .set(APPROVAL.STATE, entry.text("state"))
        .set(APPROVAL.PAYLOAD, entry.text("payload"))
        .set(APPROVAL.PAYLOAD_SHA256, entry.text("sha256"))
        .set(APPROVAL.ASKING_TENANT, entry.text("askingTenant"))
        .set(APPROVAL.ASKED_BY, entry.text("askedBy"))
        .set(APPROVAL.ASKER, entry.actor())
        .set(APPROVAL.BENEFITS, entry.texts("benefits").toArray(String[]::new))
        .set(APPROVAL.REASON, entry.text("reason"))
        .set(APPROVAL.ASKED_AT, entry.at())
        .set(APPROVAL.EXPIRES_AT, entry.instant("expiresAt"))
        .set(APPROVAL.EXECUTES_AT, entry.instantOrNull("executesAt"))
        .execute();
    ApprovalState state = WireName.parse(ApprovalState.class, entry.text("state"));
    PostgresApprovals.write(
        entry.sql(),
        entry.tenant(),
        id,
        new Approval.Step(
            state, entry.at(), entry.text("step"), entry.actor(), null, entry.text("reason")));
    return true;
  }

  private static boolean step(Replayed entry) {
    UUID id = entry.uuid("id");
    ApprovalState state = WireName.parse(ApprovalState.class, entry.text("state"));
    var update = entry.sql().update(APPROVAL).set(APPROVAL.STATE, state.wireName());
    if (state == ApprovalState.APPROVED) {
      if (!entry.has("user")) {
        return false; // older entries don't say who approved
      }
      update = update.set(APPROVAL.APPROVED_BY, entry.text("user"));
    }
    if (update.where(is(entry, id)).execute() == 0) {
      return false;
    }
    PostgresApprovals.write(
        entry.sql(),
        entry.tenant(),
        id,
        new Approval.Step(
            state,
            entry.at(),
            entry.textOrNull("user"),
            entry.actor(),
            entry.textOrNull("onBehalfOf"),
            entry.text("note")));
    return true;
  }

  private static boolean delegate(Replayed entry) {
    Delegation delegation = entry.as(Delegation.class);
    entry
        .sql()
        .insertInto(APPROVAL_DELEGATION)
        .set(APPROVAL_DELEGATION.TENANT, entry.tenantName())
        .set(APPROVAL_DELEGATION.ID, delegation.id())
        .set(APPROVAL_DELEGATION.FROM_USER, delegation.from())
        .set(APPROVAL_DELEGATION.TO_USER, delegation.to())
        .set(APPROVAL_DELEGATION.VALID_FROM, CallRows.micros(delegation.begins()))
        .set(APPROVAL_DELEGATION.VALID_UNTIL, CallRows.micros(delegation.ends()))
        .set(APPROVAL_DELEGATION.CREATED_AT, entry.at())
        .execute();
    return true;
  }

  private static boolean endDelegation(Replayed entry) {
    return entry
            .sql()
            .update(APPROVAL_DELEGATION)
            .set(APPROVAL_DELEGATION.ENDED_AT, entry.at())
            .set(APPROVAL_DELEGATION.ENDED_BY, entry.actor())
            .where(APPROVAL_DELEGATION.TENANT.eq(entry.tenantName()))
            .and(APPROVAL_DELEGATION.ID.eq(entry.uuid("id")))
            .execute()
        > 0;
  }
}
