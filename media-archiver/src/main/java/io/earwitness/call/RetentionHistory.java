package io.earwitness.call;

import io.earwitness.call.RetentionPolicy.Decision;
import io.earwitness.call.RetentionPolicy.Question;
import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All versions of a tenant's policy of retention. Pure; immutable.
 *
 * @param years the tenant's retention before its first policy, 1 to 100
 * @param zone the tenant's
 * @param versions by version, the oldest first
 * @param trial whether the tenant is on trial: what it records is locked for short times only
 * @param moves whether the audio of what it records is moved to storage of its own
 */
public record RetentionHistory(
    int years, ZoneId zone, List<Version> versions, boolean trial, boolean moves) {
  /**
   * A version of the policy.
   *
   * @param validFrom until the next version
   */
  public record Version(RetentionPolicy policy, Instant validFrom, String changedBy) {}

  public RetentionHistory {
    versions =
        versions.stream()
            .sorted(Comparator.comparingInt(version -> version.policy().version()))
            .toList();
  }

  /** Of a tenant that is not on trial. */
  public RetentionHistory(int years, ZoneId zone, List<Version> versions) {
    this(years, zone, versions, false, false);
  }

  /** The same with one more version, in force from a moment. */
  public RetentionHistory with(RetentionPolicy policy, Instant from) {
    List<Version> longer = new ArrayList<>(versions);
    longer.add(new Version(policy, from, ""));
    return new RetentionHistory(years, zone, longer, trial, moves);
  }

  /** The policy in force at a moment. */
  public RetentionPolicy at(Instant moment) {
    for (Version version : versions.reversed()) {
      if (!version.validFrom().isAfter(moment)) {
        return version.policy();
      }
    }
    return RetentionPolicy.none(years);
  }

  /** The newest policy. */
  public RetentionPolicy newest() {
    return versions.isEmpty() ? RetentionPolicy.none(years) : versions.getLast().policy();
  }

  /**
   * The decision on a call as of a moment: by the policy in force at the call's end, or by one that
   * came later and extends, whichever keeps it longest.
   *
   * @param now no version that comes later counts
   */
  public Decision decide(Question call, Instant callEnd, Instant now) {
    RetentionPolicy first = at(callEnd);
    Decision longest = first.decide(call, callEnd, zone);
    for (Version version : versions) {
      RetentionPolicy policy = version.policy();
      if (policy.extending()
          && policy.version() > first.version()
          && !version.validFrom().isAfter(now)) {
        Decision decision = policy.decide(call, callEnd, zone);
        if (decision.isLongerThan(longest)) {
          longest = decision;
        }
      }
    }
    return longest;
  }

  /**
   * The decision of a version that extends, if it keeps a recording clearly longer than it is kept
   * now: less than a second decides nothing.
   *
   * @param keepUntil until when it is kept now
   * @param endless whether it is kept without an end
   * @return null if it is kept for long enough
   */
  public @Nullable Decision longer(
      Question call, Instant callEnd, Instant keepUntil, boolean endless) {
    if (endless) {
      return null;
    }
    Decision decision = decide(call, callEnd, Instant.MAX);
    Instant until = decision.until();
    return until == null || until.truncatedTo(ChronoUnit.SECONDS).isAfter(keepUntil)
        ? decision
        : null;
  }
}
