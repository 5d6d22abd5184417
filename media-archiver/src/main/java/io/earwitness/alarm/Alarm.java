package io.earwitness.alarm;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An alarm as the register has it.
 *
 * @param times how often it was raised since it is open
 * @param node which raised it last
 * @param acknowledgement null until somebody said that they have seen it
 * @param clearedAt null while it is open
 */
public record Alarm(
    UUID id,
    AlarmKey key,
    String detail,
    Instant raisedAt,
    Instant lastRaisedAt,
    long times,
    String node,
    @Nullable Acknowledgement acknowledgement,
    @Nullable Instant clearedAt) {

  /**
   * Who has seen it.
   *
   * @param note may be empty
   */
  public record Acknowledgement(Instant at, String by, String note) {}

  public boolean isOpen() {
    return clearedAt == null;
  }
}
