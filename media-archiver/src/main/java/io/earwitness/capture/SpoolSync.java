package io.earwitness.capture;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** The thread that makes what was written survive a power cut, and looks at the room left. */
final class SpoolSync {
  private final DiskSync disk;
  private final DurabilityMeter durability;
  private final SpoolSpace space;
  private final SpoolFaults faults;
  private final String name;
  private final InstantSource clock;
  private final long intervalNanos;
  private final Thread thread;
  private final AtomicLong syncs = new AtomicLong();
  private volatile @Nullable Instant syncedAt;
  private volatile boolean stopping;

  /**
   * @param name of what is synced, for people
   */
  SpoolSync(
      DiskSync disk,
      DurabilityMeter durability,
      SpoolSpace space,
      SpoolFaults faults,
      String name,
      Duration interval,
      InstantSource clock) {
    this.disk = disk;
    this.durability = durability;
    this.space = space;
    this.faults = faults;
    this.name = name;
    this.clock = clock;
    this.intervalNanos = interval.toNanos();
    this.thread = Thread.ofPlatform().name("spool-sync").daemon().unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  private void run() {
    long next = System.nanoTime() + intervalNanos;
    while (!stopping) {
      LockSupport.parkNanos(this, next - System.nanoTime());
      if (!stopping && System.nanoTime() - next >= 0) {
        once();
        space.look();
        next = Math.max(next + intervalNanos, System.nanoTime());
      }
    }
  }

  private void once() {
    Instant from = clock.instant();
    long[] written = durability.take();
    try {
      disk.sync();
      durability.durable(written, System.nanoTime());
      syncs.incrementAndGet();
      syncedAt = from;
    } catch (IOException | RuntimeException e) {
      durability.failed(written);
      faults.syncFailed(name, e);
    }
  }

  /** Ends the thread. */
  void stop() {
    stopping = true;
    LockSupport.unpark(thread);
    SpoolWriter.join(thread);
  }

  /** Syncs once more, in the caller's thread, and gives the disk up; after {@link #stop}. */
  void close() {
    once();
    disk.close();
  }

  DiskSync disk() {
    return disk;
  }

  long syncs() {
    return syncs.get();
  }

  /** What was written before this survives a power cut; null before the first sync. */
  @Nullable Instant syncedAt() {
    return syncedAt;
  }
}
