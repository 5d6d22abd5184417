package io.earwitness.call;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;

/**
 * Until when a person's request is to be answered (GDPR, article 12(3)): one month from its
 * receipt, or three if it was extended, in the tenant's zone. Pure.
 *
 * <p>A period of months ends with the last hour of the day that has the number of the day of
 * receipt, and with the last day of a month that has none such: what is received on 31 January is
 * due on 28 or 29 February.
 */
public final class SubjectDeadline {
  private static final int USUAL_MONTHS = 1;
  private static final int EXTENDED_MONTHS = 3;

  private SubjectDeadline() {}

  /** The first moment at which the answer is late. */
  public static Instant of(LocalDate received, boolean extended, ZoneId zone) {
    return received
        .plusMonths(extended ? EXTENDED_MONTHS : USUAL_MONTHS)
        .plusDays(1)
        .atStartOfDay(zone)
        .toInstant();
  }
}
