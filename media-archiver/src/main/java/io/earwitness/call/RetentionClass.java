package io.earwitness.call;

import java.time.Instant;
import java.time.ZoneId;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * For how long a recording is kept from the call's end. Immutable.
 *
 * @param count of the unit: 1 to 100 years, 1 to 36,525 days, 0 for {@link Unit#INDEFINITE}
 */
public record RetentionClass(Unit unit, int count) {
  /** What is counted. */
  public enum Unit {
    DAYS,
    /** Calendar years. */
    YEARS,
    /** Without an end. */
    INDEFINITE
  }

  /** The two that licences pay for, and the one without an end. */
  public static final RetentionClass ONE_YEAR = years(1);

  public static final RetentionClass SEVEN_YEARS = years(7);
  public static final RetentionClass INDEFINITE = new RetentionClass(Unit.INDEFINITE, 0);

  private static final Pattern FORM = Pattern.compile("([1-9][0-9]{0,5})-(day|year)s?");

  public RetentionClass {
    int most =
        switch (unit) {
          case DAYS -> KeepUntil.MOST_DAYS;
          case YEARS -> KeepUntil.MOST_YEARS;
          case INDEFINITE -> 0;
        };
    if (count > most || count < Math.min(most, 1)) {
      throw new IllegalArgumentException(
          "a class of retention has 1 to %d days, or 1 to %d years, or is indefinite"
              .formatted(KeepUntil.MOST_DAYS, KeepUntil.MOST_YEARS));
    }
  }

  /**
   * @param years 1 to 100
   */
  public static RetentionClass years(int years) {
    return new RetentionClass(Unit.YEARS, years);
  }

  /**
   * @param days 1 to 36,525
   */
  public static RetentionClass days(int days) {
    return new RetentionClass(Unit.DAYS, days);
  }

  /**
   * Reads a class as {@link #toString} writes it.
   *
   * @throws IllegalArgumentException saying how one is written
   */
  public static RetentionClass parse(String text) {
    if (text.equals(INDEFINITE.toString())) {
      return INDEFINITE;
    }
    Matcher form = FORM.matcher(text);
    if (!form.matches()) {
      throw new IllegalArgumentException(
          "'%s' is no class of retention; write 1-year, 7-years, 180-days or indefinite"
              .formatted(text));
    }
    int count = Integer.parseInt(form.group(1));
    return form.group(2).equals("day") ? days(count) : years(count);
  }

  /** When it ends for a call; null if it never does. */
  public @Nullable Instant end(Instant callEnd, ZoneId tenantZone) {
    return switch (unit) {
      case DAYS -> KeepUntil.calendarDays(callEnd, count, tenantZone);
      case YEARS -> KeepUntil.calendarYears(callEnd, count, tenantZone);
      case INDEFINITE -> null;
    };
  }

  /**
   * Until when the objects of a call are locked at first: {@link #end}, or for a hundred years
   * where there is none, as stores take no lock without an end.
   */
  public Instant lockedUntil(Instant callEnd, ZoneId tenantZone) {
    Instant end = end(callEnd, tenantZone);
    return end == null ? KeepUntil.calendarYears(callEnd, KeepUntil.MOST_YEARS, tenantZone) : end;
  }

  /**
   * Whether it ends no earlier than another for every call. A year is taken as 365 days where it is
   * this one's, and as 366 where it is the other's, so that a doubtful case is denied.
   */
  public boolean isAtLeast(RetentionClass other) {
    if (unit == Unit.INDEFINITE || equals(other)) {
      return true;
    }
    if (other.unit == Unit.INDEFINITE) {
      return false;
    }
    if (unit == other.unit) {
      return count >= other.count;
    }
    return unit == Unit.YEARS ? count * 365L >= other.count : count >= other.count * 366L;
  }

  /** Such as {@code 1-year}, {@code 7-years}, {@code 180-days}, {@code indefinite}. */
  @Override
  public String toString() {
    return switch (unit) {
      case INDEFINITE -> "indefinite";
      case DAYS -> count == 1 ? "1-day" : count + "-days";
      case YEARS -> count == 1 ? "1-year" : count + "-years";
    };
  }
}
