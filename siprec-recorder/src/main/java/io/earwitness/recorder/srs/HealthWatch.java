package io.earwitness.recorder.srs;

import io.earwitness.call.Side;
import io.earwitness.call.StreamDescription;
import io.earwitness.recorder.rtp.StreamPulse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Watches over the media of one recording while it runs. Not thread-safe. */
final class HealthWatch {
  /** Hears of each beginning and end of a trouble. */
  interface Listener {
    /**
     * A trouble.
     *
     * @param side null if it concerns all streams
     */
    void changed(@Nullable Side side, boolean begins, String text);
  }

  private final HealthLimits limits;
  private final Listener listener;
  private final Map<Integer, StreamHealth> streams = new TreeMap<>();
  private Instant lastLook;
  private boolean deadAir;

  /**
   * Watches from now on.
   *
   * @param answered when the call was answered
   */
  HealthWatch(HealthLimits limits, Instant answered, Listener listener) {
    this.limits = limits;
    this.lastLook = answered;
    this.listener = listener;
  }

  /**
   * Looks at all streams.
   *
   * @param onHold whether the metadata says that somebody is, so that there may be no media
   */
  void look(
      Instant now, List<StreamDescription> described, boolean onHold, List<StreamPulse> pulses) {
    boolean allSilent = true;
    boolean any = false;
    for (StreamDescription stream : described) {
      StreamHealth health = streams.computeIfAbsent(stream.index(), this::newStream);
      StreamPulse pulse = pulse(pulses, stream.index());
      if (stream.remotePort() == 0 || stream.paused() || onHold || pulse == null) {
        health.notExpected();
        continue;
      }
      health.expected(lastLook, now, pulse);
      if (stream.media().equals("audio") && !health.isMissing() && pulse.lastHeard() != null) {
        any = true;
        allSilent &= isSilent(now, health, pulse);
      }
    }
    deadAir(any && allSilent, any);
    lastLook = now;
  }

  private StreamHealth newStream(int index) {
    Side side = new Side(index);
    return new StreamHealth(
        side.wireName() + " stream",
        limits,
        (begins, text) -> listener.changed(side, begins, text));
  }

  private static @Nullable StreamPulse pulse(List<StreamPulse> pulses, int index) {
    for (StreamPulse pulse : pulses) {
      if (pulse.stream() == index) {
        return pulse;
      }
    }
    return null;
  }

  private boolean isSilent(Instant now, StreamHealth health, StreamPulse pulse) {
    Instant since = pulse.silentSince();
    Instant expected = health.expectedSince();
    if (since == null || expected == null) {
      return false;
    }
    Instant from = since.isBefore(expected) ? expected : since;
    return Duration.between(from, now).compareTo(limits.deadAir()) >= 0;
  }

  private void deadAir(boolean dead, boolean anyMedia) {
    if (dead == deadAir) {
      return;
    }
    deadAir = dead;
    listener.changed(
        null,
        dead,
        dead
            ? "dead air: nothing but silence on all streams for %d s"
                .formatted(limits.deadAir().toSeconds())
            : anyMedia ? "dead air is over: there is sound" : "dead air is over: no media is left");
  }

  MediaHealth state() {
    int expected = 0;
    int missing = 0;
    boolean lossy = false;
    for (StreamHealth stream : streams.values()) {
      expected += stream.isExpected() ? 1 : 0;
      missing += stream.isMissing() ? 1 : 0;
      lossy |= stream.isLossy();
    }
    if (missing > 0) {
      return missing == expected ? MediaHealth.NO_MEDIA : MediaHealth.ONE_WAY;
    }
    if (deadAir) {
      return MediaHealth.DEAD_AIR;
    }
    return lossy ? MediaHealth.HIGH_LOSS : MediaHealth.GOOD;
  }
}
