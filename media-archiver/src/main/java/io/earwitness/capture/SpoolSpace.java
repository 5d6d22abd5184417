package io.earwitness.capture;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How much room the spool's file system has left, and when it will be gone, judged by how it shrank
 * in the last ten minutes, whoever filled it. Looks when {@link #look} is called, which the spool's
 * writer does each second; says so in the log when it gets short. Thread-safe.
 */
public final class SpoolSpace {
  private static final Logger LOG = LoggerFactory.getLogger(SpoolSpace.class);
  private static final Duration WINDOW = Duration.ofMinutes(10);
  private static final Duration STEP = Duration.ofSeconds(10);

  /** With less to go by, one large file would be taken for a trend. */
  private static final Duration LEAST = Duration.ofMinutes(1);

  private static final Duration SOON = Duration.ofHours(24);
  private static final Duration VERY_SOON = Duration.ofHours(1);
  private static final long MEGABYTE = 1_000_000;

  private final Path directory;
  private final long reserveBytes;
  private final Disk disk;
  private final InstantSource clock;
  private final Deque<Sample> samples = new ArrayDeque<>();
  private volatile @Nullable Room room;
  private Urgency urgency = Urgency.NONE;

  /** Where the figure comes from. */
  @FunctionalInterface
  interface Disk {
    /** Bytes that this user may still write. */
    long usableBytes() throws IOException;
  }

  /**
   * What is left.
   *
   * @param freeBytes that the recorder may still write
   * @param fullIn until only the reserve is left; null if the room does not shrink
   * @param low whether only the reserve is left: no new call is taken
   */
  public record Room(long freeBytes, @Nullable Duration fullIn, boolean low) {}

  private record Sample(Instant at, long freeBytes) {}

  private enum Urgency {
    NONE,
    SOON,
    VERY_SOON,
    LOW
  }

  SpoolSpace(Path directory, long reserveBytes, Disk disk, InstantSource clock) {
    this.directory = directory;
    this.reserveBytes = reserveBytes;
    this.disk = disk;
    this.clock = clock;
  }

  /**
   * The room of a directory's file system.
   *
   * @param reserveBytes kept for calls that run, from 0: with less, no new call is taken
   */
  public static SpoolSpace of(Path directory, long reserveBytes, InstantSource clock) {
    return new SpoolSpace(
        directory, reserveBytes, () -> Files.getFileStore(directory).getUsableSpace(), clock);
  }

  /** Bytes that are kept for calls that run. */
  long reserveBytes() {
    return reserveBytes;
  }

  /** What was seen last; null before the first look, and while the file system does not say. */
  public @Nullable Room room() {
    return room;
  }

  /** Looks now. */
  synchronized void look() {
    long free;
    try {
      free = disk.usableBytes();
    } catch (IOException e) {
      LOG.debug("the room of {} is unknown: {}", directory, e.toString());
      room = null;
      return;
    }
    Instant now = clock.instant();
    Sample last = samples.peekLast();
    if (last != null && last.at.isAfter(now)) {
      samples.clear(); // the clock was set back
      last = null;
    }
    if (last == null || !now.isBefore(last.at.plus(STEP))) {
      samples.addLast(new Sample(now, free));
      while (samples.getFirst().at.isBefore(now.minus(WINDOW))) {
        samples.removeFirst();
      }
    }
    Room seen = new Room(free, fullIn(now, free), free < reserveBytes);
    room = seen;
    tell(seen);
  }

  private @Nullable Duration fullIn(Instant now, long free) {
    Sample first = samples.getFirst();
    Duration past = Duration.between(first.at, now);
    long shrunk = first.freeBytes - free;
    if (past.compareTo(LEAST) < 0 || shrunk <= 0) {
      return null;
    }
    double seconds = Math.max(0, free - reserveBytes) / (double) shrunk * past.toSeconds();
    return Duration.ofSeconds((long) Math.min(seconds, Duration.ofDays(3650).toSeconds()));
  }

  /** Once each time that it gets more urgent, and when it is over. */
  private void tell(Room seen) {
    Urgency now = urgency(seen);
    if (now.compareTo(urgency) > 0) {
      if (now == Urgency.LOW) {
        LOG.error(
            "the spool {} has {} MB left, less than its reserve of {} MB: new calls are refused with"
                + " 503, running ones go on; free space",
            directory,
            seen.freeBytes / MEGABYTE,
            reserveBytes / MEGABYTE);
      } else {
        LOG.warn(
            "the spool {} is full in {} h if things go on like this: {} MB are left, {} MB of them"
                + " as reserve; free space",
            directory,
            hours(seen.fullIn),
            seen.freeBytes / MEGABYTE,
            reserveBytes / MEGABYTE);
      }
    } else if (now == Urgency.NONE && urgency != Urgency.NONE) {
      LOG.info("the spool {} has room again: {} MB", directory, seen.freeBytes / MEGABYTE);
    }
    urgency = now;
  }

  private static Urgency urgency(Room seen) {
    if (seen.low) {
      return Urgency.LOW;
    }
    Duration fullIn = seen.fullIn;
    if (fullIn == null || fullIn.compareTo(SOON) >= 0) {
      return Urgency.NONE;
    }
    return fullIn.compareTo(VERY_SOON) < 0 ? Urgency.VERY_SOON : Urgency.SOON;
  }

  private static String hours(@Nullable Duration duration) {
    return duration == null ? "?" : "%.1f".formatted(duration.toSeconds() / 3600.0);
  }
}
