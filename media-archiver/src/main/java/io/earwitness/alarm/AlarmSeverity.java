package io.earwitness.alarm;

import io.earwitness.call.WireName;

/** How severe an alarm is (ITU-T X.733 §8.1.2.3, RFC 8632 §4.2), the most severe first. */
public enum AlarmSeverity implements WireName {
  /** Calls are lost or refused, or evidence is in doubt: act at once. */
  CRITICAL("critical"),
  /** A function fails, or will soon: act today. */
  MAJOR("major"),
  /** Something is not as it should be, without harm so far. */
  MINOR("minor"),
  /** Good to know. */
  WARNING("warning");

  private final String wireName;

  AlarmSeverity(String wireName) {
    this.wireName = wireName;
  }

  /** Whether this is as severe as another, or more. */
  public boolean isAtLeast(AlarmSeverity other) {
    return compareTo(other) <= 0;
  }

  @Override
  public String wireName() {
    return wireName;
  }
}
