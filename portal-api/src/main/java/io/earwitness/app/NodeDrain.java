package io.earwitness.app;

import io.earwitness.archive.catalog.Drains;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What {@code admin node drain} waits for and shows. */
final class NodeDrain {
  private static final long POLL_MILLIS = 500;

  /** One that runs is heard of every few seconds. */
  private static final Duration SILENCE = Duration.ofSeconds(30);

  private NodeDrain() {}

  /**
   * Waits until a recorder takes no new calls and records none any more.
   *
   * @throws CommandFailure if that takes too long, or nothing is heard of the recorder
   */
  static Drains.Drain await(Drains drains, String node, Duration most)
      throws CommandFailure, InterruptedException {
    long end = System.nanoTime() + most.toNanos();
    while (true) {
      Drains.Drain now = drains.of(node);
      if (now.draining() && now.calls() == 0) {
        return now;
      }
      if (now.seenAt().isBefore(Instant.now().minus(SILENCE))) {
        throw new CommandFailure(
            ExitCode.FAILED,
            "node %s was last heard of at %s: if it does not run, it records nothing; it drains"
                    .formatted(node, now.seenAt())
                + " when it starts");
      }
      if (System.nanoTime() > end) {
        throw new CommandFailure(
            ExitCode.FAILED,
            "node %s still records %d calls after %d s; it goes on draining"
                .formatted(node, now.calls(), most.toSeconds()));
      }
      Thread.sleep(POLL_MILLIS);
    }
  }

  static Map<String, Object> shown(@Nullable Boolean changed, Drains.Drain drain) {
    Map<String, Object> shown = new LinkedHashMap<>();
    if (changed != null) {
      shown.put("changed", changed);
    }
    shown.put("node", drain.node());
    shown.put("drainWanted", drain.since() != null);
    if (drain.since() != null) {
      shown.put("since", drain.since().toString());
      shown.put("by", Objects.requireNonNullElse(drain.by(), "?"));
    }
    shown.put("draining", drain.draining());
    shown.put("calls", drain.calls());
    shown.put("seenAt", drain.seenAt().toString());
    return shown;
  }
}
