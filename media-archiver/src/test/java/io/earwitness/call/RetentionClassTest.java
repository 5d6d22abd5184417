package io.earwitness.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RetentionClassTest {
  private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

  @ParameterizedTest
  @CsvSource({
    // an ordinary day; a leap day whose anniversary is missing, and one whose isn't
    "2025-05-03T10:00:00Z, 1-year,   2026-05-03T10:00:00Z",
    "2024-02-29T10:00:00Z, 1-year,   2025-03-01T10:00:00Z",
    "2024-02-29T10:00:00Z, 4-years,  2028-02-29T10:00:00Z",
    // summer time at the end and not at the beginning: the local time stays
    "2025-01-10T10:00:00Z, 180-days, 2025-07-09T09:00:00Z",
    // 02:30 is left out on 30 March 2025 and comes twice on 26 October 2025
    "2025-03-29T01:30:00Z, 1-day,    2025-03-30T01:30:00Z",
    "2025-10-25T00:30:00Z, 1-day,    2025-10-26T01:30:00Z",
    "2024-10-26T00:30:00Z, 1-year,   2025-10-26T01:30:00Z",
    // 31 December in Berlin, 30 in UTC's evening
    "2024-12-31T23:30:00Z, 1-year,   2025-12-31T23:30:00Z"
  })
  void endsByTheCalendarOfTheTenant(Instant end, String keep, Instant until) {
    assertThat(RetentionClass.parse(keep).end(end, BERLIN)).isEqualTo(until);
  }

  @Test
  void anIndefiniteOneHasNoEndAndALongLock() {
    Instant end = Instant.parse("2025-05-03T10:00:00Z");

    assertThat(RetentionClass.INDEFINITE.end(end, BERLIN)).isNull();
    assertThat(RetentionClass.INDEFINITE.lockedUntil(end, BERLIN))
        .isEqualTo(Instant.parse("2125-05-03T10:00:00Z"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"1-day", "180-days", "36525-days", "1-year", "7-years", "indefinite"})
  void isReadAsItIsWritten(String text) {
    assertThat(RetentionClass.parse(text)).hasToString(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "7", "0-years", "101-years", "36526-days", "-1-days", "7 years", "forever"})
  void whatIsNoneIsRefused(String text) {
    assertThatThrownBy(() -> RetentionClass.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("class of retention");
  }

  /** What is said to be at least as long is so for every call. */
  @Test
  void atLeastAsLongIsNeverShorter() {
    Random random = new Random(7);
    for (int i = 0; i < 20_000; i++) {
      RetentionClass one = draw(random);
      RetentionClass other = draw(random);
      Instant end =
          LocalDateTime.of(2020, 2, 29, 12, 0)
              .plusHours(random.nextInt(40_000))
              .atZone(BERLIN)
              .toInstant();
      if (one.isAtLeast(other)) {
        assertThat(RetentionPolicy.isLater(other.end(end, BERLIN), one.end(end, BERLIN)))
            .as("%s after %s from %s", other, one, end)
            .isFalse();
      }
    }
    assertThat(RetentionClass.ONE_YEAR.isAtLeast(RetentionClass.days(365))).isTrue();
    assertThat(RetentionClass.ONE_YEAR.isAtLeast(RetentionClass.days(366))).isFalse();
    assertThat(RetentionClass.days(366).isAtLeast(RetentionClass.ONE_YEAR)).isTrue();
    assertThat(RetentionClass.days(365).isAtLeast(RetentionClass.ONE_YEAR)).isFalse();
    assertThat(RetentionClass.SEVEN_YEARS.isAtLeast(RetentionClass.INDEFINITE)).isFalse();
  }

  private static RetentionClass draw(Random random) {
    return switch (random.nextInt(5)) {
      case 0 -> RetentionClass.INDEFINITE;
      case 1, 2 -> RetentionClass.years(1 + random.nextInt(4));
      default -> RetentionClass.days(360 + random.nextInt(1200));
    };
  }
}
