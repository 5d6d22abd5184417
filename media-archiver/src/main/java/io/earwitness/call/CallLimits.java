package io.earwitness.call;

import org.jspecify.annotations.Nullable;

/**
 * How many calls of a tenant one recorder records at a time.
 *
 * @param guaranteed so many places are kept for it: other tenants can't take them; 0 to 100,000
 * @param max more are refused, however many places are free; from 1, not below {@code guaranteed},
 *     to 100,000; null for no limit but the recorder's own
 */
public record CallLimits(int guaranteed, @Nullable Integer max) {
  /** Nothing guaranteed, no limit of its own. */
  public static final CallLimits NONE = new CallLimits(0, null);

  private static final int MOST = 100_000;

  /**
   * @throws IllegalArgumentException if a number is out of its range, saying which
   */
  public CallLimits {
    if (guaranteed < 0 || guaranteed > MOST) {
      throw new IllegalArgumentException(
          "%d guaranteed calls; allowed are 0 to %d".formatted(guaranteed, MOST));
    }
    if (max != null && (max < 1 || max > MOST)) {
      throw new IllegalArgumentException(
          "at most %d calls; allowed are 1 to %d".formatted(max, MOST));
    }
    if (max != null && max < guaranteed) {
      throw new IllegalArgumentException(
          "at most %d calls are fewer than the %d guaranteed".formatted(max, guaranteed));
    }
  }
}
