package io.earwitness.call;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** When an answer is late. */
class SubjectDeadlineTest {
  @ParameterizedTest
  @CsvSource({
    "2026-01-15, false, UTC, 2026-02-16T00:00:00Z",
    "2026-01-31, false, UTC, 2026-03-01T00:00:00Z",
    "2028-01-31, false, UTC, 2028-03-01T00:00:00Z",
    "2028-01-29, false, UTC, 2028-03-01T00:00:00Z",
    "2026-03-31, false, UTC, 2026-05-01T00:00:00Z",
    "2026-12-31, false, UTC, 2027-02-01T00:00:00Z",
    "2026-11-30, true, UTC, 2027-03-01T00:00:00Z",
    "2026-01-31, true, UTC, 2026-05-01T00:00:00Z",
    // Received in winter time, due in summer time
    "2026-02-28, false, Europe/Berlin, 2026-03-28T23:00:00Z",
    "2026-03-01, false, Europe/Berlin, 2026-04-01T22:00:00Z",
    // The last day has 23 hours, and ends as the clocks say
    "2026-02-28, true, Europe/Berlin, 2026-05-28T22:00:00Z",
    // There is no midnight: clocks are put forward at 00:00
    "2026-08-05, false, America/Santiago, 2026-09-06T04:00:00Z",
  })
  void theAnswerIsLateAfterTheLastHourOfThatDay(
      String received, boolean extended, String zone, String late) {
    ZoneId of = zone.equals("UTC") ? ZoneOffset.UTC : ZoneId.of(zone);
    assertThat(SubjectDeadline.of(LocalDate.parse(received), extended, of)).isEqualTo(late);
  }
}
