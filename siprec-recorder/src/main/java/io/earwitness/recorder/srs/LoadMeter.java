package io.earwitness.recorder.srs;

import com.sun.management.OperatingSystemMXBean;
import io.earwitness.capture.SpoolHealth;
import io.earwitness.capture.SpoolSettings;
import io.earwitness.capture.SpoolWriter;
import io.earwitness.recorder.rtp.ReceiveLoad;
import io.earwitness.recorder.rtp.RtpMediaPlane;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Measures the load of this process's recorder. For use by one thread. */
public final class LoadMeter implements Supplier<Load> {
  /** Looks that "the last seconds" are. */
  private static final int LOOKS = 5;

  private final SpoolSettings spool;
  private final SpoolWriter captures;
  private final RtpMediaPlane media;
  private final InstantSource clock;
  private final Instant started;
  private final @Nullable OperatingSystemMXBean system;
  private final Deque<Look> looks = new ArrayDeque<>();

  private record Look(long nanos, long cpuNanos, double lagMillis, long lostPackets) {}

  /**
   * @param spool the settings of {@code captures}
   */
  public LoadMeter(
      SpoolSettings spool, SpoolWriter captures, RtpMediaPlane media, InstantSource clock) {
    this.spool = spool;
    this.captures = captures;
    this.media = media;
    this.clock = clock;
    this.started = clock.instant();
    this.system =
        ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean known
            ? known
            : null;
  }

  @Override
  public Load get() {
    ReceiveLoad received = media.load();
    Look now =
        new Look(
            System.nanoTime(),
            system == null ? -1 : system.getProcessCpuTime(),
            received.lag().toNanos() / 1e6,
            received.lostPackets());
    looks.addLast(now);
    if (looks.size() > LOOKS + 1) {
      looks.removeFirst();
    }
    Look first = looks.getFirst();
    double seconds = (now.nanos - first.nanos) / 1e9;
    SpoolHealth health = captures.health();
    Instant synced = health.syncedAt() == null ? started : health.syncedAt();
    return new Load(
        cpuPercent(first, now),
        looks.stream().mapToDouble(Look::lagMillis).max().orElse(0),
        seconds == 0 ? 0 : (now.lostPackets - first.lostPackets) / seconds,
        100.0 * health.bufferedBytes() / spool.bufferBytes(),
        Math.max(0, Duration.between(synced, clock.instant()).toMillis() / 1e3),
        100.0 * received.freePorts() / received.ports());
  }

  private static double cpuPercent(Look first, Look now) {
    long elapsed = now.nanos - first.nanos;
    if (elapsed <= 0 || first.cpuNanos < 0 || now.cpuNanos < 0) {
      return Double.NaN;
    }
    int processors = Runtime.getRuntime().availableProcessors();
    return 100.0 * (now.cpuNanos - first.cpuNanos) / elapsed / processors;
  }
}
