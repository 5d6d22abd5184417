package io.earwitness.retention;

import io.earwitness.call.RecordingId;
import io.earwitness.call.WireName;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is to become of one recording, and because of what.
 *
 * @param act as of the moment that was asked about
 * @param until when it falls due, or fell; null if there is no such moment yet
 * @param reasons all that keeps it or kept it; what does so longest comes first
 * @param lockTooShort whether the store's lock ends before the rules let it go, or is missing
 */
public record RetentionPlan(
    RecordingId id, Act act, @Nullable Instant until, List<Reason> reasons, boolean lockTooShort) {
  public RetentionPlan {
    reasons = List.copyOf(reasons);
  }

  /** What is to be done with it. */
  public enum Act implements WireName {
    KEEP("keep"),
    DISPOSE("dispose");

    private final String wireName;

    Act(String wireName) {
      this.wireName = wireName;
    }

    @Override
    public String wireName() {
      return wireName;
    }
  }

  /** What keeps a recording. */
  public enum Cause implements WireName {
    /** The policy in force at the call's end, or one that came later and extends. */
    POLICY("policy"),
    /** What was decided when it was archived, where the policy would keep it for a shorter time. */
    DECIDED("decided-when-archived"),
    HOLD("hold"),
    /** A hold that was released, in its grace. */
    RELEASED_HOLD("released-hold"),
    /** The store deletes nothing before. */
    LOCK("lock"),
    /** Two persons removed it within its settling time: it goes when its first lock has ended. */
    CORRECTION("correction");

    private final String wireName;

    Cause(String wireName) {
      this.wireName = wireName;
    }

    @Override
    public String wireName() {
      return wireName;
    }
  }

  /**
   * One thing that keeps it.
   *
   * @param until null if there is no end yet
   * @param what for people: the rule, or the hold's name
   */
  public record Reason(Cause cause, @Nullable Instant until, String what) {}

  /** What decides. */
  public Reason deciding() {
    return reasons.getFirst();
  }

  /**
   * The plan for what two persons removed within its settling time: no policy keeps it any more,
   * only its first lock and legal holds.
   *
   * @param settlesAt when the first lock ends
   */
  public RetentionPlan corrected(Instant settlesAt, Instant now) {
    List<Reason> kept = new ArrayList<>();
    kept.add(
        new Reason(
            Cause.CORRECTION,
            settlesAt,
            "it was removed within its settling time, and goes when its first lock has ended"));
    Instant until = settlesAt;
    for (Reason reason : reasons) {
      if (reason.cause() == Cause.HOLD || reason.cause() == Cause.RELEASED_HOLD) {
        boolean longer = until != null && (reason.until() == null || reason.until().isAfter(until));
        until = longer ? reason.until() : until;
        kept.add(longer ? 0 : kept.size(), reason);
      }
    }
    Act next = until != null && !until.isAfter(now) ? Act.DISPOSE : Act.KEEP;
    return new RetentionPlan(id, next, until, kept, false);
  }
}
