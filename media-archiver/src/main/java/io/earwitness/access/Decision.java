package io.earwitness.access;

import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Whether somebody may do something, and why.
 *
 * @param reasons every reason that would do for itself if it is allowed; the one why not otherwise
 */
public record Decision(boolean allowed, List<Reason> reasons) {
  public Decision {
    reasons = List.copyOf(reasons);
    if (reasons.isEmpty()) {
      throw new IllegalArgumentException("a decision without a reason");
    }
  }

  /**
   * A reason.
   *
   * @param text a sentence for people
   * @param grant the grant that gives the right; null where a role does
   */
  public record Reason(String text, @Nullable UUID grant) {}

  static Decision no(String reason) {
    return new Decision(false, List.of(new Reason(reason, null)));
  }

  /** The reasons, as one text. */
  public String text() {
    return String.join(" ", reasons.stream().map(Reason::text).toList());
  }
}
