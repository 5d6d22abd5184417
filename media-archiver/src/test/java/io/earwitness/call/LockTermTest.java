package io.earwitness.call;

import static org.assertj.core.api.Assertions.assertThat;

import io.earwitness.call.LockTerm.Phase;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which lock is wanted when, over a settling time, a trial and a year. */
class LockTermTest {
  private static final Instant END = Instant.parse("2026-11-20T10:00:00Z");
  private static final Instant KEPT = END.plus(Duration.ofDays(365));

  private static Instant day(double days) {
    return END.plusSeconds(Math.round(days * 86_400));
  }

  private static LockTerm settling(int days) {
    return new LockTerm(END, KEPT, LockTerm.first(END, KEPT, days, false, END), false, false);
  }

  @Test
  void withoutSettlingTimeTheFirstLockIsTheLast() {
    LockTerm full = settling(0);
    assertThat(full.firstLock()).isNull();
    assertThat(full.wanted(END)).isEqualTo(KEPT);
    assertThat(full.due(KEPT)).isNull();
    assertThat(full.due(KEPT.minusSeconds(1))).as("at once").isEqualTo(END);
    assertThat(full.phase(KEPT, END)).isEqualTo(Phase.FULL);
    assertThat(full.phase(KEPT.minusSeconds(1), END)).isEqualTo(Phase.DUE);
    assertThat(full.wanted(KEPT)).as("kept no longer").isNull();
  }

  @Test
  void aFirstLockIsRenewedTwoDaysBeforeItEnds() {
    LockTerm term = settling(10);
    assertThat(term.firstLock()).isEqualTo(day(10));
    assertThat(term.wanted(day(7.9))).isEqualTo(day(10));
    assertThat(term.due(day(10))).isEqualTo(day(8));
    assertThat(term.phase(day(10), day(7.9))).isEqualTo(Phase.SETTLING);
    assertThat(term.phase(day(10), day(8))).isEqualTo(Phase.DUE);
    assertThat(term.wanted(day(8))).isEqualTo(KEPT);
    assertThat(term.due(KEPT)).isNull();
  }

  @Test
  void aVeryShortOneIsRenewedAtItsHalf() {
    LockTerm term = settling(1);
    assertThat(term.due(day(1))).isEqualTo(day(0.5));
    assertThat(term.wanted(day(0.49))).isEqualTo(day(1));
    assertThat(term.wanted(day(0.5))).isEqualTo(KEPT);
  }

  @Test
  void whatIsArchivedAfterItsSettlingTimeOrKeptNoLongerHasNone() {
    assertThat(LockTerm.first(END, KEPT, 10, false, day(10))).isNull();
    assertThat(LockTerm.first(END, day(10), 10, false, END)).isNull();
    assertThat(LockTerm.first(END, day(3), 10, true, END)).isNull();
  }

  @Test
  void onTrialALockLastsAWeekFromEachRenewal() {
    Instant first = LockTerm.first(END, KEPT, 30, true, day(1));
    assertThat(first).isEqualTo(day(8));
    LockTerm trial = new LockTerm(END, KEPT, first, true, true);
    assertThat(trial.due(day(8))).isEqualTo(day(6));
    assertThat(trial.phase(day(8), day(5))).isEqualTo(Phase.TRIAL);
    assertThat(trial.wanted(day(6))).isEqualTo(day(13));
    assertThat(trial.wanted(day(360))).as("not beyond its end").isEqualTo(KEPT);
    LockTerm live = new LockTerm(END, KEPT, first, true, false);
    assertThat(live.wanted(day(2))).isEqualTo(KEPT);
    assertThat(live.due(day(8))).as("at once").isEqualTo(END);
  }

  /**
   * Whoever does what is due, when it is due, never lets a lock end, and ends with the full one.
   */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 10, 30, -1})
  void renewedWhenDueNoLockEverEndsEarly(int settlingDays) {
    boolean trial = settlingDays < 0;
    Instant first = LockTerm.first(END, KEPT, Math.max(settlingDays, 0), trial, END);
    Instant live = day(100);
    Instant locked = first == null ? KEPT : first;
    for (Instant now = END; now.isBefore(KEPT); now = now.plus(Duration.ofHours(1))) {
      LockTerm term = new LockTerm(END, KEPT, first, trial, trial && now.isBefore(live));
      @Nullable Instant due = term.due(locked);
      if (due != null && !due.isAfter(now)) {
        Instant wanted = term.wanted(now);
        assertThat(wanted).isAfter(locked);
        locked = Objects.requireNonNull(wanted);
      }
      assertThat(locked).as("at %s", now).isAfter(now).isBeforeOrEqualTo(KEPT);
      if (!trial && settlingDays > 0 && now.isBefore(day(settlingDays / 2.0))) {
        assertThat(locked).isEqualTo(day(settlingDays));
      }
    }
    assertThat(locked).isEqualTo(KEPT);
  }
}
