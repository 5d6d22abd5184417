package io.earwitness.alarm;

import io.earwitness.call.WireName;

/**
 * What a channel is told.
 *
 * @param event what happened to the alarm, which is as it is now
 */
public record Notice(Event event, Alarm alarm) {
  /** Why it is told. */
  public enum Event implements WireName {
    /** It was raised. */
    RAISED("raised"),
    /** Nobody has acknowledged it in time. */
    ESCALATED("escalated"),
    /** It is over. */
    CLEARED("cleared");

    private final String wireName;

    Event(String wireName) {
      this.wireName = wireName;
    }

    @Override
    public String wireName() {
      return wireName;
    }
  }
}
