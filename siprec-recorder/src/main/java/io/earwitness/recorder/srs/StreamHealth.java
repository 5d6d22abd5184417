package io.earwitness.recorder.srs;

import io.earwitness.recorder.rtp.StreamPulse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** How one stream does. Not thread-safe. */
final class StreamHealth {
  /** Of fewer packets no percentage is told. */
  private static final int MIN_PACKETS = 50;

  private record Sample(Instant at, long expected, long lost) {}

  private final String name;
  private final HealthLimits limits;

  /** Hears of the beginning (true) and the end of a trouble, and what it is. */
  private final BiConsumer<Boolean, String> changes;

  private final Deque<Sample> window = new ArrayDeque<>();
  private @Nullable Instant expectedSince;
  private boolean missing;
  private boolean lossy;

  StreamHealth(String name, HealthLimits limits, BiConsumer<Boolean, String> changes) {
    this.name = name;
    this.limits = limits;
    this.changes = changes;
  }

  /** It is paused, on hold or gone: nothing is to be expected of it. */
  void notExpected() {
    expectedSince = null;
    window.clear();
    if (missing) {
      missing = false;
      changes.accept(false, "no more RTP is expected on the %s".formatted(name));
    }
    if (lossy) {
      lossy = false;
      changes.accept(false, "loss on the %s is over: it sends no more".formatted(name));
    }
  }

  /**
   * It should send.
   *
   * @param since when it was first to send, if that is not known yet
   */
  void expected(Instant since, Instant now, StreamPulse pulse) {
    if (expectedSince == null) {
      expectedSince = since;
    }
    missing(expectedSince, now, pulse);
    loss(now, pulse);
  }

  private void missing(Instant from, Instant now, StreamPulse pulse) {
    Instant heard = pulse.lastHeard();
    Instant last = heard == null || heard.isBefore(from) ? from : heard;
    boolean late = Duration.between(last, now).compareTo(limits.noRtp()) >= 0;
    // After comfort noise a sender may keep silent for as long as nobody speaks
    if (late && !missing && !(pulse.comfortNoise() && heard != null)) {
      missing = true;
      changes.accept(
          true,
          "no RTP on the %s for %d s%s"
              .formatted(
                  name,
                  limits.noRtp().toSeconds(),
                  heard == null ? ", none since the answer" : ""));
    } else if (!late && missing) {
      missing = false;
      changes.accept(false, "RTP on the %s again".formatted(name));
    }
  }

  private void loss(Instant now, StreamPulse pulse) {
    window.addLast(new Sample(now, pulse.expected(), pulse.lost()));
    Sample begin = window.getFirst();
    if (Duration.between(begin.at, now).compareTo(limits.lossWindow()) < 0) {
      return;
    }
    // The latest that is old enough: looks may be further apart than they should
    while (true) {
      Sample first = window.removeFirst();
      Sample second = window.peekFirst();
      if (second == null || Duration.between(second.at, now).compareTo(limits.lossWindow()) < 0) {
        window.addFirst(first);
        begin = first;
        break;
      }
    }
    long expected = pulse.expected() - begin.expected;
    double percent = expected < MIN_PACKETS ? 0 : 100.0 * (pulse.lost() - begin.lost) / expected;
    if (!lossy && percent > limits.lossPercent()) {
      lossy = true;
      changes.accept(
          true,
          String.format(
              Locale.ROOT,
              "%.1f %% of the packets of the %s lost over %d s",
              percent,
              name,
              limits.lossWindow().toSeconds()));
    } else if (lossy && percent < limits.lossPercent() / 2) {
      lossy = false;
      changes.accept(false, "loss on the %s is over".formatted(name));
    }
  }

  boolean isExpected() {
    return expectedSince != null;
  }

  /** Since when; of no meaning unless {@link #isExpected}. */
  @Nullable Instant expectedSince() {
    return expectedSince;
  }

  boolean isMissing() {
    return missing;
  }

  boolean isLossy() {
    return lossy;
  }
}
