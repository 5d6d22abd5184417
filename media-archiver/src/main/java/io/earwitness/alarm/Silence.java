package io.earwitness.alarm;

import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * For a time, alarms of a kind, on an object, or both, are entered but told to no channel.
 *
 * @param kind null for all kinds
 * @param object null for all objects
 * @param until exclusive; at most {@link #LONGEST} after {@code from}
 */
public record Silence(
    UUID id,
    @Nullable AlarmKind kind,
    @Nullable AlarmObject object,
    Instant from,
    Instant until,
    String reason,
    String by) {
  public static final Duration LONGEST = Duration.ofDays(30);
  private static final int REASON = 500;

  public Silence {
    if (kind == null && object == null) {
      throw new IllegalArgumentException(
          "a silence needs a kind, an object, or both: it never covers everything");
    }
    if (!until.isAfter(from) || until.isAfter(from.plus(LONGEST))) {
      throw new IllegalArgumentException(
          "a silence until %s: it must end after now and within %d days"
              .formatted(until, LONGEST.toDays()));
    }
    if (reason.isBlank() || reason.length() > REASON) {
      throw new IllegalArgumentException(
          "a silence needs a reason of at most %d characters".formatted(REASON));
    }
  }

  /** Whether it silences an alarm at a moment. */
  public boolean covers(AlarmKey alarm, Instant at) {
    return !at.isBefore(from)
        && at.isBefore(until)
        && (kind == null || kind == alarm.kind())
        && (object == null || object.equals(alarm.object()));
  }
}
