package io.earwitness.capture;

import java.nio.file.Path;
import java.time.Duration;

/**
 * Where and how the spool is written.
 *
 * @param directory must exist; one recorder only
 * @param segmentBytes a segment that has reached this size is ended and the next one begun; 64 KiB
 *     to 1 GiB
 * @param sealInterval how long content waits in memory before it is sealed and written; 10 to 500
 *     milliseconds, since death of the process may lose a second at most
 * @param syncInterval how often written content is made to survive a power cut; 100 milliseconds to
 *     5 seconds
 * @param bufferBytes memory for packets between the receive loop and the disk; at least 1 MiB
 */
public record SpoolSettings(
    Path directory,
    long segmentBytes,
    Duration sealInterval,
    Duration syncInterval,
    long bufferBytes) {
  public SpoolSettings {
    if (segmentBytes < 64 * 1024 || segmentBytes > 1024 * 1024 * 1024) {
      throw new IllegalArgumentException(
          "a segment size of %d bytes is not in 64 KiB..1 GiB".formatted(segmentBytes));
    }
    check("seal interval", sealInterval, Duration.ofMillis(10), Duration.ofMillis(500));
    check("sync interval", syncInterval, Duration.ofMillis(100), Duration.ofSeconds(5));
    if (bufferBytes < 1024 * 1024) {
      throw new IllegalArgumentException(
          "%d bytes of spool buffers are less than 1 MiB".formatted(bufferBytes));
    }
  }

  /** Segments of 64 MiB, sealed after 0.4 s, synced each second, 128 MiB of buffers. */
  public static SpoolSettings defaults(Path directory) {
    return new SpoolSettings(
        directory,
        64L * 1024 * 1024,
        Duration.ofMillis(400),
        Duration.ofSeconds(1),
        128L * 1024 * 1024);
  }

  private static void check(String name, Duration value, Duration min, Duration max) {
    if (value.compareTo(min) < 0 || value.compareTo(max) > 0) {
      throw new IllegalArgumentException(
          "a %s of %s is not in %s..%s".formatted(name, value, min, max));
    }
  }
}
