package io.earwitness.approval;

import io.earwitness.call.TenantSlug;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;

/**
 * A person lets another decide in his or her place. What was delegated can't be delegated further.
 *
 * @param from a user's id, whose place it is
 * @param to a user's id, who decides
 * @param begins inclusive
 * @param ends exclusive; where it was ended early, that moment
 */
public record Delegation(
    UUID id, TenantSlug tenant, String from, String to, Instant begins, Instant ends) {
  private static final Duration LONGEST = Duration.ofDays(366);

  public Delegation {
    if (from.equals(to)) {
      throw new IllegalArgumentException("nobody delegates to himself or herself");
    }
  }

  /**
   * Checks a new one.
   *
   * @throws IllegalArgumentException saying what is wrong with its times
   */
  public void check(Instant now) {
    if (!ends.isAfter(begins) || !ends.isAfter(now)) {
      throw new IllegalArgumentException(
          "a delegation ends after its beginning and after now; this one is from %s until %s"
              .formatted(begins, ends));
    }
    if (Duration.between(begins, ends).compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException(
          "a delegation lasts at most %d days".formatted(LONGEST.toDays()));
    }
  }

  /** Whether it holds at that moment. */
  public boolean at(Instant when) {
    return !when.isBefore(begins) && when.isBefore(ends);
  }
}
