package io.earwitness.alarm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.earwitness.alarm.Notice.Event;
import io.earwitness.call.TenantSlug;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class NoticePlanTest {
  private static final Instant START = Instant.parse("2026-11-21T10:00:00Z");
  private static final TenantSlug ACME = new TenantSlug("acme");
  private static final UUID ID = new UUID(1, 2);
  private static final AlarmObject TENANT = AlarmObject.tenant(ACME);
  private static final AlarmChannel DESK = channel("desk", AlarmSeverity.MAJOR, Duration.ZERO);
  private static final AlarmChannel BOSS =
      channel("boss", AlarmSeverity.CRITICAL, Duration.ofMinutes(15));

  private static AlarmChannel channel(String name, AlarmSeverity minimum, Duration after) {
    return new AlarmChannel(ACME, name, ChannelType.EMAIL, "x@acme.example", minimum, after);
  }

  private static Alarm alarm(AlarmKind kind, boolean acknowledged, @Nullable Instant cleared) {
    return new Alarm(
        ID,
        new AlarmKey(
            ACME,
            kind,
            kind == AlarmKind.ALARM_CHANNEL_FAILING ? AlarmObject.channel(ACME, "desk") : TENANT),
        "",
        START,
        START,
        1,
        "rec-1",
        acknowledged ? new Alarm.Acknowledgement(START, "user:x@acme", "") : null,
        cleared);
  }

  private static List<String> plan(Alarm alarm, int minutes, NoticePlan.Told... before) {
    return plan(alarm, minutes, List.of(), before);
  }

  private static List<String> plan(
      Alarm alarm, int minutes, List<Silence> silences, NoticePlan.Told... before) {
    return NoticePlan.plan(
            alarm,
            List.of(DESK, BOSS),
            Set.of(before),
            silences,
            START.plus(Duration.ofMinutes(minutes)))
        .stream()
        .map(one -> one.channel() + " " + one.event().wireName())
        .toList();
  }

  private static NoticePlan.Told told(String channel, Event event) {
    return new NoticePlan.Told(ID, channel, event);
  }

  @Test
  void a_severe_alarm_goes_out_at_once_and_to_the_next_channel_when_nobody_acknowledged_it() {
    Alarm open = alarm(AlarmKind.CALLS_LOST, false, null);
    assertThat(plan(open, 0)).containsExactly("desk raised");
    assertThat(plan(open, 14, told("desk", Event.RAISED))).isEmpty();
    assertThat(plan(open, 15, told("desk", Event.RAISED))).containsExactly("boss escalated");
    assertThat(plan(open, 16, told("desk", Event.RAISED), told("boss", Event.ESCALATED))).isEmpty();
    assertThat(plan(alarm(AlarmKind.CALLS_LOST, true, null), 15, told("desk", Event.RAISED)))
        .isEmpty();
  }

  @Test
  void less_severe_alarms_than_a_channel_wants_are_not_told() {
    assertThat(plan(alarm(AlarmKind.CAPTURES_DAMAGED, false, null), 60))
        .as("major")
        .containsExactly("desk raised");
    assertThat(plan(alarm(AlarmKind.MEDIA_ONE_WAY, false, null), 60)).as("minor").isEmpty();
  }

  @Test
  void the_end_is_told_to_whom_the_beginning_was_told() {
    Alarm over = alarm(AlarmKind.CALLS_LOST, false, START.plusSeconds(60));
    assertThat(plan(over, 2, told("desk", Event.RAISED))).containsExactly("desk cleared");
    assertThat(plan(over, 2, told("desk", Event.RAISED), told("desk", Event.CLEARED))).isEmpty();
  }

  @Test
  void one_that_came_and_went_unseen_is_told_once_and_never_escalated() {
    assertThat(plan(alarm(AlarmKind.CALLS_LOST, false, START.plusSeconds(1)), 60))
        .containsExactly("desk raised");
  }

  @Test
  void what_is_silenced_is_told_when_the_silence_is_over() {
    Silence silence =
        new Silence(
            new UUID(3, 4),
            AlarmKind.CALLS_LOST,
            null,
            START,
            START.plus(Duration.ofMinutes(10)),
            "known",
            "user:x@acme");
    Alarm open = alarm(AlarmKind.CALLS_LOST, false, null);
    assertThat(plan(open, 9, List.of(silence))).isEmpty();
    assertThat(plan(open, 10, List.of(silence))).containsExactly("desk raised");
    assertThat(plan(alarm(AlarmKind.CAPTURES_DAMAGED, false, null), 5, List.of(silence)))
        .as("of another kind")
        .containsExactly("desk raised");
  }

  @Test
  void a_channel_is_not_told_of_its_own_failure() {
    assertThat(plan(alarm(AlarmKind.ALARM_CHANNEL_FAILING, false, null), 60)).isEmpty();
  }

  @Test
  void a_test_goes_to_every_channel_at_once() {
    assertThat(plan(alarm(AlarmKind.ALARM_TEST, false, null), 0))
        .containsExactly("desk raised", "boss escalated");
  }

  @Test
  void a_silence_has_a_reason_and_an_end_and_does_not_cover_everything() {
    Instant month = START.plus(Duration.ofDays(30));
    assertThat(silence(AlarmKind.CALLS_LOST, month, "why").until()).isEqualTo(month);
    assertThatThrownBy(() -> silence(null, month, "why")).hasMessageContaining("a kind");
    assertThatThrownBy(() -> silence(AlarmKind.CALLS_LOST, month.plusMillis(1), "why"))
        .hasMessageContaining("30 days");
    assertThatThrownBy(() -> silence(AlarmKind.CALLS_LOST, START, "why"))
        .hasMessageContaining("after now");
    assertThatThrownBy(() -> silence(AlarmKind.CALLS_LOST, month, " "))
        .hasMessageContaining("reason");
  }

  private static Silence silence(@Nullable AlarmKind kind, Instant until, String reason) {
    return new Silence(ID, kind, null, START, until, reason, "user:x@acme");
  }

  @Test
  void addresses_are_checked_and_secrets_in_them_not_shown() {
    assertThat(
            new AlarmChannel(
                    ACME,
                    "hook",
                    ChannelType.WEBHOOK,
                    "https://h.example:8443/in?sig=abc",
                    AlarmSeverity.MAJOR,
                    Duration.ZERO)
                .toString())
        .contains("https://h.example:8443/…")
        .doesNotContain("abc");
    for (String wrong :
        List.of("", "a b@x", "https:/x", "ftp://x/y", "https://u:p@x/", "tls://host")) {
      for (ChannelType type : ChannelType.values()) {
        assertThatThrownBy(
                () -> new AlarmChannel(ACME, "c", type, wrong, AlarmSeverity.MAJOR, Duration.ZERO))
            .as("%s %s", type, wrong)
            .isInstanceOf(IllegalArgumentException.class);
      }
    }
  }

  @Test
  void aChannelForSomeKindsIsToldOfTheseWhateverTheirSeverityAndOfNoOther() {
    AlarmChannel officers =
        new AlarmChannel(
            ACME,
            "officers",
            ChannelType.EMAIL,
            "olga@acme.example",
            AlarmSeverity.CRITICAL,
            Duration.ZERO,
            Set.of(AlarmKind.DISPOSAL_ANNOUNCED));
    assertThat(toldOf(officers, AlarmKind.DISPOSAL_ANNOUNCED)).isTrue();
    assertThat(toldOf(DESK, AlarmKind.DISPOSAL_ANNOUNCED)).as("a warning").isFalse();
    assertThat(toldOf(officers, AlarmKind.CALLS_LOST)).isFalse();
    assertThat(toldOf(officers, AlarmKind.ALARM_TEST)).isTrue();
    assertThat(officers.shown()).containsEntry("kinds", "disposal-announced");
  }

  private static boolean toldOf(AlarmChannel channel, AlarmKind kind) {
    return !NoticePlan.plan(alarm(kind, false, null), List.of(channel), Set.of(), List.of(), START)
        .isEmpty();
  }
}
