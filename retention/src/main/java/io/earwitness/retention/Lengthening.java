package io.earwitness.retention;

import io.earwitness.archive.catalog.RetentionPolicies.Archived;
import io.earwitness.call.RetentionBasis;
import io.earwitness.call.RetentionHistory;
import io.earwitness.call.RetentionPolicy;
import io.earwitness.call.RetentionPolicy.Decision;
import io.earwitness.retention.PolicyComparison.Change;
import io.earwitness.retention.PolicyComparison.Example;
import java.time.Instant;

/**
 * How many of the recordings that are there a policy would lengthen, if it extends to them, with
 * their bytes and days, and examples. Not thread-safe.
 */
public final class Lengthening {
  private final RetentionHistory before;
  private final RetentionHistory after;
  private final PolicyComparison.Sum longer = new PolicyComparison.Sum();

  /**
   * @param draft the policy that would be made
   */
  public Lengthening(RetentionHistory history, RetentionPolicy draft) {
    this.before = history;
    // In force at the end of no call that is there
    this.after = history.with(draft.as(history.newest().version() + 1, true), Instant.MAX);
  }

  /** Adds a recording. */
  public void add(Archived call) {
    RetentionBasis basis = call.basis();
    boolean endless = basis != null && basis.endless();
    Decision then = after.longer(call.facts(), call.end(), call.keepUntil(), endless);
    if (then != null) {
      longer.add(new Example(call.id(), call.end(), now(call), then), call.bytes());
    }
  }

  private Decision now(Archived call) {
    RetentionBasis basis = call.basis();
    Decision first = before.at(call.end()).decide(call.facts(), call.end(), before.zone());
    return basis == null
        ? new Decision(first.policyVersion(), first.keep(), first.rule(), call.keepUntil())
        : new Decision(basis.policyVersion(), basis.keep(), basis.rule(), call.keepUntil());
  }

  /** Those that would be kept for longer. */
  public Change change() {
    return longer.change();
  }
}
