package io.earwitness.retention;

import io.earwitness.call.RetentionHistory;
import io.earwitness.call.RetentionPolicy;
import io.earwitness.call.RetentionPolicy.Decision;
import io.earwitness.retention.RetentionPlan.Act;
import io.earwitness.retention.RetentionPlan.Cause;
import io.earwitness.retention.RetentionPlan.Reason;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Says of each recording of a tenant until when it is kept and because of what, or that it is to be
 * disposed of. Whatever keeps it longest decides. Pure: the same input has the same answer.
 * Immutable.
 */
public final class RetentionPlanner {
  private final RetentionHistory policies;
  private final List<LegalHold> holds;

  public RetentionPlanner(RetentionHistory policies, List<LegalHold> holds) {
    this.policies = policies;
    this.holds = List.copyOf(holds);
  }

  /**
   * The plan for a recording as of a moment. Policies and holds that begin later don't count.
   *
   * @param now at or after the call's end
   */
  public RetentionPlan plan(KeptCall call, Instant now) {
    List<Reason> reasons = new ArrayList<>(4);
    Decision decision = policies.decide(call.facts(), call.end(), now);
    Instant until = decision.until();
    reasons.add(new Reason(Cause.POLICY, until, decision.reason()));
    Instant decided = call.decidedUntil();
    if (decided != null && isClearlyLater(decided, until)) {
      reasons.addFirst(
          new Reason(
              Cause.DECIDED,
              decided,
              "what was decided when it was archived, or since by a tag, stays"));
      until = decided;
    }
    for (LegalHold hold : holds) {
      if (hold.holdsAt(now) && hold.covers(call)) {
        until = longer(reasons, reason(hold, now), until);
      }
    }
    Instant locked = call.lockedUntil();
    boolean lockTooShort = isTooShort(locked, until, now);
    if (locked != null && RetentionPolicy.isLater(locked, until)) {
      // Stores round a lock up to the second: that is no reason of its own
      if (isClearlyLater(locked.minusSeconds(1), until)) {
        reasons.addFirst(
            new Reason(Cause.LOCK, locked, "the store's lock on its objects lasts longer"));
      }
      until = locked;
    }
    Act act = until != null && !until.isAfter(now) ? Act.DISPOSE : Act.KEEP;
    return new RetentionPlan(call.id(), act, until, reasons, lockTooShort);
  }

  private static Reason reason(LegalHold hold, Instant now) {
    return hold.isInForce(now)
        ? new Reason(Cause.HOLD, null, hold.name())
        : new Reason(Cause.RELEASED_HOLD, hold.ends(), hold.name());
  }

  private static @Nullable Instant longer(
      List<Reason> reasons, Reason reason, @Nullable Instant until) {
    if (RetentionPolicy.isLater(reason.until(), until)) {
      reasons.addFirst(reason);
      return reason.until();
    }
    reasons.add(reason);
    return until;
  }

  /** The catalog rounds to less than a second; that decides nothing. */
  private static boolean isClearlyLater(Instant one, @Nullable Instant other) {
    return other != null && one.truncatedTo(ChronoUnit.SECONDS).isAfter(other);
  }

  private static boolean isTooShort(
      @Nullable Instant locked, @Nullable Instant until, Instant now) {
    if (until != null && !until.isAfter(now)) {
      return false;
    }
    if (locked == null) {
      return true;
    }
    return until == null
        ? !locked.isAfter(now)
        : locked.isBefore(until.truncatedTo(ChronoUnit.SECONDS));
  }
}
