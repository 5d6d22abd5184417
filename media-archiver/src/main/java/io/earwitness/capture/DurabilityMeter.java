package io.earwitness.capture;

import java.util.Arrays;

/**
 * Measures {@link Durability}. Written portions wait here for the sync behind them; ages are
 * counted in steps of ten milliseconds, so that memory stays the same. Thread-safe.
 */
final class DurabilityMeter {
  private static final long STEP_NANOS = 10_000_000L;
  private static final int STEPS = 6_000;

  private long[] waiting = new long[1024];
  private int count;

  /** What the sync that runs now makes durable. */
  private long[] syncing = {};

  private final long[] ages = new long[STEPS];
  private long portions;
  private long oldest;

  /**
   * A portion was handed to the kernel.
   *
   * @param since {@link System#nanoTime} when the oldest of it was handed to the spool
   */
  synchronized void written(long since) {
    if (count == waiting.length) {
      waiting = Arrays.copyOf(waiting, 2 * count);
    }
    waiting[count++] = since;
  }

  /** What a sync that begins now makes durable. */
  synchronized long[] take() {
    long[] taken = Arrays.copyOf(waiting, count);
    count = 0;
    syncing = taken;
    return taken;
  }

  /** The sync before which these were taken has ended. */
  synchronized void durable(long[] taken, long now) {
    syncing = new long[0];
    for (long since : taken) {
      long age = Math.max(0, now - since);
      ages[(int) Math.min(STEPS - 1L, age / STEP_NANOS)]++;
      portions++;
      oldest = Math.max(oldest, age);
    }
  }

  /** The sync failed: they wait for the next one. */
  synchronized void failed(long[] taken) {
    syncing = new long[0];
    for (long since : taken) {
      written(since);
    }
  }

  /**
   * How old the oldest portion is that was handed to the kernel and is not durable yet; 0 if there
   * is none.
   */
  synchronized long waitingNanos(long now) {
    long age = 0;
    for (int i = 0; i < count; i++) {
      age = Math.max(age, now - waiting[i]);
    }
    for (long since : syncing) {
      age = Math.max(age, now - since);
    }
    return age;
  }

  /** The figures since they were last asked for. */
  synchronized Durability since() {
    Durability figures =
        new Durability(portions, percentile(0.5), percentile(0.99), oldest / 1_000_000.0);
    Arrays.fill(ages, 0);
    portions = 0;
    oldest = 0;
    return figures;
  }

  /** The upper end of the step, so that it is never too small. */
  private double percentile(double part) {
    long wanted = (long) Math.ceil(part * portions);
    long seen = 0;
    for (int step = 0; step < STEPS; step++) {
      seen += ages[step];
      if (seen >= wanted && wanted > 0) {
        return Math.min((step + 1) * STEP_NANOS, Math.max(oldest, 1)) / 1_000_000.0;
      }
    }
    return 0;
  }
}
