package io.earwitness.call;

import java.security.SecureRandom;
import java.time.Instant;
import java.util.UUID;

/**
 * Identifies one recording for ever: a UUID of version 7 (RFC 9562 §5.7), so that ids sort by the
 * millisecond in which the recording began.
 */
public record RecordingId(UUID value) implements Comparable<RecordingId> {
  private static final SecureRandom RANDOM = new SecureRandom();

  /** Draws a new id for a recording that begins at {@code start}. */
  public static RecordingId draw(Instant start) {
    long millis = start.toEpochMilli();
    long high = (millis << 16) | 0x7000L | (RANDOM.nextInt() & 0x0fffL);
    long low = (RANDOM.nextLong() & 0x3fff_ffff_ffff_ffffL) | 0x8000_0000_0000_0000L;
    return new RecordingId(new UUID(high, low));
  }

  /**
   * Reads the 36-character form.
   *
   * @throws IllegalArgumentException if the text is no UUID
   */
  public static RecordingId parse(String text) {
    if (text.length() != 36) {
      throw new IllegalArgumentException("'%s' is no recording id (a UUID)".formatted(text));
    }
    return new RecordingId(UUID.fromString(text));
  }

  @Override
  public int compareTo(RecordingId other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value.toString();
  }
}
