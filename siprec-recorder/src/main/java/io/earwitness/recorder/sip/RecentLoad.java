package io.earwitness.recorder.sip;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.TimeUnit;

/**
 * How much memory the requests of the last 32 seconds may hold, which came as datagrams: as long
 * their transactions live (RFC 3261 §17.2, timers H and J), with the requests, whoever sent them.
 * On a reliable transport they end at once. For one thread.
 */
final class RecentLoad {
  private static final long LIFE_NANOS = TimeUnit.SECONDS.toNanos(32);

  /** Measured: 6.1 kB for a short request, 12.3 kB with 3 kB more, 67 kB with 30 kB more. */
  private static final int OBJECTS = 6_144;

  private final long budget;
  private final Queue<Taken> taken = new ArrayDeque<>();
  private long sum;

  private record Taken(long atNanos, long cost) {}

  /**
   * A load that may grow to a third of the heap.
   *
   * @see Runtime#maxMemory
   */
  static RecentLoad ofHeap() {
    return new RecentLoad(Runtime.getRuntime().maxMemory() / 3);
  }

  /** A load that may grow to so many bytes of heap. */
  RecentLoad(long budget) {
    this.budget = budget;
  }

  /**
   * Takes a request, if there is room for it.
   *
   * @param bytes its length
   * @param nowNanos the time, as of {@link System#nanoTime}
   */
  boolean take(int bytes, long nowNanos) {
    Taken eldest;
    while ((eldest = taken.peek()) != null && nowNanos - eldest.atNanos > LIFE_NANOS) {
      sum -= eldest.cost;
      taken.remove();
    }
    long cost = OBJECTS + 2L * bytes;
    if (sum + cost > budget) {
      return false;
    }
    sum += cost;
    taken.add(new Taken(nowNanos, cost));
    return true;
  }
}
