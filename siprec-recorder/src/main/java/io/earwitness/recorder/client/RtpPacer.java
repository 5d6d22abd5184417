package io.earwitness.recorder.client;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.DelayQueue;
import java.util.concurrent.Delayed;
import java.util.concurrent.TimeUnit;

/**
 * Sends the packets of all calls at their times. The deadlines are absolute, 20 ms apart, so that a
 * late packet makes no later one late. Thread-safe; has a thread of its own until closed.
 */
final class RtpPacer implements AutoCloseable {
  private static final long INTERVAL_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  /** The streams of one call on their way. */
  static final class Media implements Delayed {
    private final List<RtpStream> streams;
    private final CompletableFuture<Void> sent = new CompletableFuture<>();
    private final long start;
    private long tick;
    private volatile boolean stopped;

    private Media(List<RtpStream> streams, long start) {
      this.streams = streams;
      this.start = start;
    }

    /** Done when every stream has sent all it has, or was stopped; fails as sending failed. */
    CompletableFuture<Void> sent() {
      return sent;
    }

    void stop() {
      stopped = true;
    }

    private long deadline() {
      return start + tick * INTERVAL_NANOS;
    }

    @Override
    public long getDelay(TimeUnit unit) {
      return unit.convert(deadline() - System.nanoTime(), TimeUnit.NANOSECONDS);
    }

    @Override
    public int compareTo(Delayed other) {
      return Long.signum(deadline() - ((Media) other).deadline());
    }

    /** Sends what is due; whether there is more to come. */
    private boolean send() throws IOException {
      boolean more = false;
      for (RtpStream stream : streams) {
        more |= stream.tick();
      }
      tick++;
      return more && !stopped;
    }
  }

  private final DelayQueue<Media> queue = new DelayQueue<>();
  private final Thread thread = Thread.ofPlatform().name("rtp-pacer").daemon().start(this::run);

  /** Begins to send now. */
  Media start(List<RtpStream> streams) {
    Media media = new Media(streams, System.nanoTime());
    queue.add(media);
    return media;
  }

  private void run() {
    try {
      while (true) {
        Media media = queue.take();
        try {
          if (media.send()) {
            queue.add(media);
          } else {
            media.sent.complete(null);
          }
        } catch (IOException | RuntimeException e) {
          media.sent.completeExceptionally(e);
        }
      }
    } catch (InterruptedException e) {
      queue.forEach(media -> media.sent.cancel(false));
    }
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
