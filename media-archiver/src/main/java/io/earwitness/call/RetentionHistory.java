package io.earwitness.call;

import io.earwitness.call.RetentionPolicy.Decision;
import io.earwitness.call.RetentionPolicy.Question;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Comparator;
import java.util.List;

/**
 * All versions of a tenant's policy of retention. Pure; immutable.
 *
 * @param years the tenant's retention before its first policy, 1 to 100
 * @param zone the tenant's
 * @param versions by version, the oldest first
 */
public record RetentionHistory(int years, ZoneId zone, List<Version> versions) {
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
}
