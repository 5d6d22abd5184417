package io.earwitness.archive.catalog;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Tells other threads of this process that there is something new. Thread-safe. */
final class Signal {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition raised = lock.newCondition();
  private long count;

  /** How often it was raised; ask before looking for work, then {@link #await} that count. */
  long count() {
    lock.lock();
    try {
      return count;
    } finally {
      lock.unlock();
    }
  }

  void raise() {
    lock.lock();
    try {
      count++;
      raised.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Returns once it was raised more often than {@code seen}, or the time is over. */
  void await(long seen, Duration atMost) throws InterruptedException {
    long nanos = atMost.toNanos();
    lock.lock();
    try {
      while (count == seen && nanos > 0) {
        nanos = raised.awaitNanos(nanos);
      }
    } finally {
      lock.unlock();
    }
  }

  static long nanosUntil(long deadline) {
    return Math.max(0, deadline - System.nanoTime());
  }

  static long deadline(Duration atMost) {
    return System.nanoTime() + Math.min(atMost.toNanos(), TimeUnit.DAYS.toNanos(365));
  }
}
