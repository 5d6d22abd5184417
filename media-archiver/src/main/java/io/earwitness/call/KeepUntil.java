package io.earwitness.call;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;

/**
 * The end of a period of retention that begins at a call's end, in the tenant's zone. Pure.
 *
 * <p>A period ends at the local time at which the call ended. Where that time does not exist on the
 * last day, because clocks are put forward, it ends as much later as they are put forward; where it
 * exists twice, because they are put back, it ends at the later one. So nothing ends early.
 */
public final class KeepUntil {
  /** The most years of a period, and the most days: about as many. */
  public static final int MOST_YEARS = 100;

  public static final int MOST_DAYS = 36_525;

  private KeepUntil() {}

  /**
   * The end of a retention of whole calendar years. A period that begins on 29 February and would
   * end on a missing one ends on 1 March.
   *
   * @param years 1 to 100
   */
  public static Instant calendarYears(Instant callEnd, int years, ZoneId tenantZone) {
    if (years < 1 || years > MOST_YEARS) {
      throw new IllegalArgumentException("retention of " + years + " years; allowed are 1 to 100");
    }
    LocalDateTime local = LocalDateTime.ofInstant(callEnd, tenantZone);
    LocalDateTime end = local.plusYears(years);
    if (end.getDayOfMonth() != local.getDayOfMonth()) {
      end = end.plusDays(1);
    }
    return instant(end, tenantZone);
  }

  /**
   * The end of a retention of whole calendar days.
   *
   * @param days 1 to 36,525
   */
  public static Instant calendarDays(Instant callEnd, int days, ZoneId tenantZone) {
    if (days < 1 || days > MOST_DAYS) {
      throw new IllegalArgumentException(
          "retention of %d days; allowed are 1 to %d".formatted(days, MOST_DAYS));
    }
    return instant(LocalDateTime.ofInstant(callEnd, tenantZone).plusDays(days), tenantZone);
  }

  private static Instant instant(LocalDateTime local, ZoneId zone) {
    return ZonedDateTime.of(local, zone).withLaterOffsetAtOverlap().toInstant();
  }
}
