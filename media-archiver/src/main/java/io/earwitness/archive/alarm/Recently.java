package io.earwitness.archive.alarm;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** A condition of what only ever counts up: it holds until nothing was counted for a while. */
public final class Recently implements ConditionWatch.Condition {
  private final LongSupplier counter;
  private final Duration calm;
  private final InstantSource clock;
  private final String words;
  private long seen;
  private @Nullable Instant grown;

  /**
   * @param words with {@code %d} for the count
   */
  public Recently(LongSupplier counter, Duration calm, InstantSource clock, String words) {
    this.counter = counter;
    this.calm = calm;
    this.clock = clock;
    this.words = words;
  }

  @Override
  public @Nullable String problem() {
    long now = counter.getAsLong();
    if (now > seen) {
      seen = now;
      grown = clock.instant();
    }
    Instant since = grown;
    return since == null || !clock.instant().isBefore(since.plus(calm))
        ? null
        : words.formatted(seen);
  }
}
