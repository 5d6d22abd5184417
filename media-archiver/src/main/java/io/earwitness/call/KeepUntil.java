package io.earwitness.call;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;

/** The initial date until which a recording is kept; later rules may only extend it. */
public final class KeepUntil {
  private KeepUntil() {}

  /**
   * The end of a retention of whole calendar years that begins at a call's end, in the tenant's
   * zone. A period that begins on 29 February and would end on a missing one ends on 1 March.
   *
   * @param years 1 to 100
   */
  public static Instant calendarYears(Instant callEnd, int years, ZoneId tenantZone) {
    if (years < 1 || years > 100) {
      throw new IllegalArgumentException("retention of " + years + " years; allowed are 1 to 100");
    }
    LocalDateTime local = LocalDateTime.ofInstant(callEnd, tenantZone);
    LocalDateTime end = local.plusYears(years);
    if (end.getDayOfMonth() != local.getDayOfMonth()) {
      end = end.plusDays(1);
    }
    return end.atZone(tenantZone).toInstant();
  }
}
