package io.earwitness.recorder.announcement;

import java.time.InstantSource;
import java.util.concurrent.DelayQueue;
import java.util.concurrent.Delayed;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends the packets of all announcements at their times, on one thread. The deadlines are absolute,
 * 20 ms apart, so that a late packet makes no later one late. Thread-safe.
 */
final class AnnouncementPacer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(AnnouncementPacer.class);
  private static final long TICK_NANOS =
      TimeUnit.MILLISECONDS.toNanos(AnnouncementPlay.TICK_MILLIS);

  /** A play and when its next packet is due. */
  private static final class Due implements Delayed {
    private final AnnouncementPlay play;
    private final long start = System.nanoTime();
    private long tick;

    Due(AnnouncementPlay play) {
      this.play = play;
    }

    private long deadline() {
      return start + tick * TICK_NANOS;
    }

    @Override
    public long getDelay(TimeUnit unit) {
      return unit.convert(deadline() - System.nanoTime(), TimeUnit.NANOSECONDS);
    }

    @Override
    public int compareTo(Delayed other) {
      return Long.signum(deadline() - ((Due) other).deadline());
    }
  }

  private final DelayQueue<Due> queue = new DelayQueue<>();
  private final BiConsumer<AnnouncementPlay, String> over;
  private final InstantSource clock;
  private final Thread thread;

  /**
   * @param over told on this thread which play is over, and why; must return at once
   */
  AnnouncementPacer(BiConsumer<AnnouncementPlay, String> over, InstantSource clock) {
    this.over = over;
    this.clock = clock;
    thread = Thread.ofPlatform().name("announcements").daemon().start(this::run);
  }

  void start(AnnouncementPlay play) {
    queue.add(new Due(play));
  }

  private void run() {
    try {
      while (true) {
        Due due = queue.take();
        String why;
        try {
          why = due.play.tick(clock.instant());
        } catch (RuntimeException e) {
          LOG.error("announcement {} can't be played on", due.play.prompt(), e);
          why = "internal error: " + e;
        }
        if (why == null) {
          due.tick++;
          queue.add(due);
        } else {
          over.accept(due.play, why);
        }
      }
    } catch (InterruptedException e) {
      // Closed
    }
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
