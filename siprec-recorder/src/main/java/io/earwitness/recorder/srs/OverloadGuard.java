package io.earwitness.recorder.srs;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says whether the recorder is too busy for one more call. Looks at the load each second, on a
 * thread of its own; {@link #overload} only reads what was found, so that an answer never waits.
 *
 * <p>A figure that reached its limit counts as over it until it was well on the good side, by a
 * fifth, for three looks: admission doesn't flap. Thread-safe.
 */
public final class OverloadGuard implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(OverloadGuard.class);
  private static final int CALM_LOOKS = 3;
  private static final double CALM = 0.8;
  private static final long BLIND_NANOS = TimeUnit.SECONDS.toNanos(15);

  /** What is looked at, the worst first: its name stands in the answer and in the catalog. */
  private enum Figure {
    SYNC(
        Load::unsyncedSeconds,
        OverloadLimits::unsyncedSeconds,
        false,
        "the spool's disk is too slow: audio of %.0f s is not yet safe on it; the limit is %d s"),
    BUFFERS(
        Load::bufferPercent,
        OverloadLimits::bufferPercent,
        false,
        "the spool is behind: %.0f %% of its buffers are full; the limit is %d %%"),
    LOSS(
        Load::lostPacketsPerSecond,
        OverloadLimits::lostPacketsPerSecond,
        false,
        "running calls lose %.0f packets a second; the limit is %d"),
    LAG(
        Load::receiveLagMillis,
        OverloadLimits::receiveLagMillis,
        false,
        "packets are received %.0f ms late; the limit is %d ms"),
    PORTS(
        Load::freePortsPercent,
        OverloadLimits::freePortsPercent,
        true,
        "%.1f %% of the RTP ports are free; %d %% are kept for running calls"),
    CPU(
        Load::cpuPercent,
        OverloadLimits::cpuPercent,
        false,
        "the recorder uses %.0f %% of the processors; the limit is %d %%");

    private final ToDoubleFunction<Load> value;
    private final ToIntFunction<OverloadLimits> limit;
    private final boolean floor;
    private final String words;

    /**
     * @param floor whether it is to stay above its limit, not below
     */
    Figure(
        ToDoubleFunction<Load> value,
        ToIntFunction<OverloadLimits> limit,
        boolean floor,
        String words) {
      this.value = value;
      this.limit = limit;
      this.floor = floor;
      this.words = words;
    }

    boolean isOver(double now, int most) {
      return floor ? now <= most : now >= most;
    }

    boolean isCalm(double now, int most) {
      return floor ? now > most / CALM : now < most * CALM;
    }
  }

  /**
   * Why new calls are refused.
   *
   * @param reason which figure is over which limit
   * @param sparesGuaranteed whether tenants below what they are guaranteed still get their calls
   */
  record Overload(String reason, boolean sparesGuaranteed) {}

  private final OverloadLimits limits;
  private final Supplier<Load> meter;
  private final Map<Figure, Integer> overSinceCalm = new EnumMap<>(Figure.class);
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("overload-guard").factory());
  private volatile @Nullable Load latest;
  private volatile @Nullable Overload overload;
  private volatile long lookedAt;

  OverloadGuard(OverloadLimits limits, Supplier<Load> meter) {
    this.limits = limits;
    this.meter = meter;
  }

  /**
   * Begins to look; the first look is done when this returns.
   *
   * @param meter asked each second by one thread; may take its time
   */
  public static OverloadGuard start(OverloadLimits limits, Supplier<Load> meter) {
    OverloadGuard guard = new OverloadGuard(limits, meter);
    guard.look();
    guard.timer.scheduleWithFixedDelay(guard::look, 1, 1, TimeUnit.SECONDS);
    return guard;
  }

  /** Looks once. */
  void look() {
    try {
      Load load = meter.get();
      latest = load;
      judge(load);
      lookedAt = System.nanoTime() | 1;
    } catch (Throwable e) {
      // One that got out would be the timer's last; overload() sees that looks are missing
      LOG.error("The load could not be measured", e);
    }
  }

  private void judge(Load load) {
    Overload worst = null;
    for (Figure figure : Figure.values()) {
      int limit = figure.limit.applyAsInt(limits);
      double now = figure.value.applyAsDouble(load);
      if (limit > 0 && isOver(figure, now, limit) && worst == null) {
        worst =
            new Overload(
                String.format(Locale.ROOT, figure.words, now, limit), figure == Figure.CPU);
      }
    }
    Overload before = overload;
    overload = worst;
    if (worst != null && before == null) {
      LOG.warn("New calls are refused: {}", worst.reason());
    } else if (worst == null && before != null) {
      LOG.info("New calls are taken again");
    }
  }

  private boolean isOver(Figure figure, double now, int limit) {
    if (figure.isOver(now, limit)) {
      overSinceCalm.put(figure, CALM_LOOKS);
    } else if (figure.isCalm(now, limit) || Double.isNaN(now)) {
      overSinceCalm.computeIfPresent(figure, (_, looks) -> looks == 1 ? null : looks - 1);
    } else {
      overSinceCalm.computeIfPresent(figure, (_, looks) -> CALM_LOOKS);
    }
    return overSinceCalm.containsKey(figure);
  }

  /** Why new calls are to be refused now; null if they are not. Never waits. */
  @Nullable Overload overload() {
    long at = lookedAt;
    long blind = at == 0 ? 0 : System.nanoTime() - at;
    if (blind > BLIND_NANOS) {
      return new Overload(
          "the machine is too busy: its load could not be measured for %d s"
              .formatted(TimeUnit.NANOSECONDS.toSeconds(blind)),
          false);
    }
    return overload;
  }

  /** Whether new calls are refused for the load now. */
  public boolean isOverloaded() {
    return overload() != null;
  }

  /** The load as last looked at; null before the first look. */
  public @Nullable Load load() {
    return latest;
  }

  /** Looks no more; what was found last stays. */
  @Override
  public void close() {
    timer.shutdownNow();
    lookedAt = 0;
  }
}
