package io.earwitness.retention.delivery;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Lets streams through at no more than so many bytes per second, all of them together. */
final class Throttle {
  /** What may pass at once is this part of a second. */
  private static final int PARTS = 10;

  private static final long SECOND = 1_000_000_000;

  /** Waits. */
  @FunctionalInterface
  interface Sleeper {
    void sleep(long nanos) throws InterruptedException;
  }

  private final long bytesPerSecond;
  private final LongSupplier nanos;
  private final Sleeper sleeper;
  private long free;

  /**
   * @param bytesPerSecond null for no limit
   */
  Throttle(@Nullable Long bytesPerSecond) {
    this(bytesPerSecond, System::nanoTime, nanos -> Thread.sleep(nanos / 1_000_000 + 1));
  }

  Throttle(@Nullable Long bytesPerSecond, LongSupplier nanos, Sleeper sleeper) {
    this.bytesPerSecond = bytesPerSecond == null ? 0 : bytesPerSecond;
    this.nanos = nanos;
    this.sleeper = sleeper;
    this.free = nanos.getAsLong();
  }

  InputStream limit(InputStream in) {
    return bytesPerSecond == 0 ? in : new Limited(in);
  }

  private synchronized long passed(int bytes) {
    long now = nanos.getAsLong();
    free = Math.max(free, now) + bytes * SECOND / bytesPerSecond;
    return free - now;
  }

  private final class Limited extends FilterInputStream {
    Limited(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      int most = (int) Math.min(length, Math.max(1, bytesPerSecond / PARTS));
      int count = super.read(bytes, offset, most);
      if (count > 0) {
        pause(passed(count));
      }
      return count;
    }

    private void pause(long time) throws IOException {
      try {
        sleeper.sleep(time);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("the delivery was stopped");
      }
    }
  }
}
