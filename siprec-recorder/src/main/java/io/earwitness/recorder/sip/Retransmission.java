package io.earwitness.recorder.sip;

import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Sends a 2xx to an INVITE again until its ACK comes (RFC 3261 §13.3.1.4). Thread-safe. */
final class Retransmission {
  private static final long T2_MILLIS = 4000;
  private static final int GIVE_UP = 64;

  private final ScheduledExecutorService timer;
  private final Runnable send;
  private final Runnable givenUp;
  private final long t1;
  private long interval;
  private long elapsed;
  private boolean stopped;
  private @Nullable ScheduledFuture<?> next;

  /** Sends first after {@code t1} milliseconds, and gives up after 64 times that. */
  Retransmission(ScheduledExecutorService timer, long t1, Runnable send, Runnable givenUp) {
    this.timer = timer;
    this.t1 = t1;
    this.interval = t1;
    this.send = send;
    this.givenUp = givenUp;
  }

  synchronized void start() {
    if (!stopped && !timer.isShutdown()) {
      next = timer.schedule(this::fire, interval, TimeUnit.MILLISECONDS);
    }
  }

  synchronized void stop() {
    stopped = true;
    if (next != null) {
      next.cancel(false);
    }
  }

  private void fire() {
    boolean over;
    synchronized (this) {
      if (stopped) {
        return;
      }
      elapsed += interval;
      interval = Math.min(interval * 2, T2_MILLIS);
      over = elapsed >= GIVE_UP * t1;
      stopped |= over;
    }
    if (over) {
      givenUp.run();
    } else {
      send.run();
      start();
    }
  }
}
