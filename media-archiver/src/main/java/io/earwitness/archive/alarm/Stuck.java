package io.earwitness.archive.alarm;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/** A condition of what follows something else: it holds when it is behind and does not move. */
public final class Stuck implements ConditionWatch.Condition {
  private final Follower follower;
  private final Duration patience;
  private final InstantSource clock;
  private long position = -1;
  private Instant since = Instant.MAX;

  /** What follows. */
  public interface Follower {
    long position() throws Exception;

    /** Whether there is something behind this position. */
    boolean isBehind(long position) throws Exception;
  }

  public Stuck(Follower follower, Duration patience, InstantSource clock) {
    this.follower = follower;
    this.patience = patience;
    this.clock = clock;
  }

  @Override
  public @Nullable String problem() throws Exception {
    long now = follower.position();
    Instant instant = clock.instant();
    if (now != position || !follower.isBehind(now)) {
      position = now;
      since = instant;
      return null;
    }
    return instant.isBefore(since.plus(patience))
        ? null
        : "stands at position %d since %s".formatted(position, since);
  }
}
