package io.earwitness.recorder.sip;

import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Sends a 2xx to an INVITE again until its ACK comes (RFC 3261 §13.3.1.4). Thread-safe. */
final class Retransmission {
  private static final long T1_MILLIS = 500;
  private static final long T2_MILLIS = 4000;
  private static final long GIVE_UP_MILLIS = 64 * T1_MILLIS;

  private final ScheduledExecutorService timer;
  private final Runnable send;
  private final Runnable givenUp;
  private long interval = T1_MILLIS;
  private long elapsed;
  private boolean stopped;
  private @Nullable ScheduledFuture<?> next;

  Retransmission(ScheduledExecutorService timer, Runnable send, Runnable givenUp) {
    this.timer = timer;
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
      over = elapsed >= GIVE_UP_MILLIS;
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
