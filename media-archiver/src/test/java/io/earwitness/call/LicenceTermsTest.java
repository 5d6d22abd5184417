package io.earwitness.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class LicenceTermsTest {
  private static final Instant UNTIL = Instant.parse("2026-12-31T23:00:00Z");

  private static LicenceTerms terms(boolean suspended, boolean stops) {
    return new LicenceTerms(Licence.EXTENDED, 10, UNTIL, 30, suspended, stops);
  }

  @Test
  void theStateFollowsFromUseAndTime() {
    LicenceTerms terms = terms(false, true);
    Instant before = UNTIL.minusMillis(1);
    Instant graceEnds = UNTIL.plus(Duration.ofDays(30));
    assertThat(terms.state(10, before)).isEqualTo(LicenceState.ACTIVE);
    assertThat(terms.state(11, before)).isEqualTo(LicenceState.OVER_USE);
    assertThat(terms.state(11, UNTIL)).isEqualTo(LicenceState.GRACE);
    assertThat(terms.state(0, graceEnds.minusMillis(1))).isEqualTo(LicenceState.GRACE);
    assertThat(terms.state(0, graceEnds)).isEqualTo(LicenceState.ENDED);
    assertThat(terms(true, false).state(0, before)).isEqualTo(LicenceState.SUSPENDED);
    LicenceTerms endless = new LicenceTerms(Licence.STANDARD, 0, null, 0, false, false);
    assertThat(endless.state(1, graceEnds)).isEqualTo(LicenceState.OVER_USE);
    assertThatThrownBy(() -> new LicenceTerms(Licence.STANDARD, -1, null, 0, false, false))
        .hasMessageContaining("0 to 10,000,000 extensions");
  }

  /** A bad licence costs nobody a recording without warning, and only where that was set. */
  @Test
  void recordingStopsOnlyWhereItWasSetAndLongAfterTheAlarm() {
    Instant ended = UNTIL.plus(Duration.ofDays(30));
    assertThat(terms(false, false).stops(ended)).isFalse();
    assertThat(terms(false, true).stops(ended.minusMillis(1))).isFalse();
    assertThat(terms(false, true).stops(ended)).isTrue();
    assertThat(terms(true, true).stops(UNTIL.minusSeconds(1))).isTrue();
    assertThat(terms(false, true).isToBeTold(UNTIL.minus(Duration.ofDays(30)))).isTrue();
    assertThat(terms(false, true).isToBeTold(UNTIL.minus(Duration.ofDays(31)))).isFalse();
    for (LicenceState state : LicenceState.values()) {
      assertThat(state.mayStop())
          .isEqualTo(state == LicenceState.SUSPENDED || state == LicenceState.ENDED);
    }
  }

  @Test
  void thePageHasARowForEachState() throws IOException {
    String page = Files.readString(Path.of("../docs/operations/licences.md"));
    for (LicenceState state : LicenceState.values()) {
      assertThat(page)
          .contains(
              " | %s | %s | %s | %s |"
                  .formatted(state.recording(), state.search(), state.keeping(), state.billing()))
          .contains("| *" + state.wireName() + "* |");
    }
  }
}
