package io.earwitness.call;

import java.time.DayOfWeek;

/** A day of the week by its English name. */
public enum Weekday implements WireName {
  MONDAY("monday"),
  TUESDAY("tuesday"),
  WEDNESDAY("wednesday"),
  THURSDAY("thursday"),
  FRIDAY("friday"),
  SATURDAY("saturday"),
  SUNDAY("sunday");

  private final String wireName;

  Weekday(String wireName) {
    this.wireName = wireName;
  }

  static Weekday of(DayOfWeek day) {
    return values()[day.ordinal()];
  }

  @Override
  public String wireName() {
    return wireName;
  }
}
