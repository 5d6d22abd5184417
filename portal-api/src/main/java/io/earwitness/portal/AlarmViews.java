package io.earwitness.portal;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.earwitness.alarm.Alarm;
import io.earwitness.alarm.AlarmKind;
import io.earwitness.alarm.AlarmObject;
import io.earwitness.alarm.AlarmSeverity;
import io.earwitness.alarm.Silence;
import io.earwitness.archive.catalog.AlarmRegister;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Alarms as the API shows them. */
final class AlarmViews {
  private AlarmViews() {}

  @JsonInclude(JsonInclude.Include.ALWAYS)
  record Page(List<Entry> items, @Nullable String next) {}

  /**
   * An alarm.
   *
   * @param page where it is explained
   */
  @JsonInclude(JsonInclude.Include.ALWAYS)
  record Entry(
      UUID id,
      AlarmKind kind,
      AlarmSeverity severity,
      String object,
      String meaning,
      String remedy,
      String page,
      String detail,
      String node,
      Instant raisedAt,
      Instant lastRaisedAt,
      long times,
      Alarm.@Nullable Acknowledgement acknowledged,
      @Nullable Instant clearedAt,
      boolean silenced,
      List<AlarmRegister.Attempt> attempts) {
    static Entry of(AlarmRegister.Entry entry) {
      Alarm alarm = entry.alarm();
      AlarmKind kind = alarm.key().kind();
      return new Entry(
          alarm.id(),
          kind,
          kind.severity(),
          alarm.key().object().text(),
          kind.meaning(),
          kind.remedy(),
          kind.page(),
          alarm.detail(),
          alarm.node(),
          alarm.raisedAt(),
          alarm.lastRaisedAt(),
          alarm.times(),
          alarm.acknowledgement(),
          alarm.clearedAt(),
          entry.silenced(),
          entry.attempts());
    }
  }

  @JsonInclude(JsonInclude.Include.ALWAYS)
  record SilenceView(
      UUID id,
      @Nullable AlarmKind kind,
      @Nullable String object,
      Instant from,
      Instant until,
      String reason,
      String by) {
    static SilenceView of(Silence silence) {
      AlarmObject object = silence.object();
      return new SilenceView(
          silence.id(),
          silence.kind(),
          object == null ? null : object.text(),
          silence.from(),
          silence.until(),
          silence.reason(),
          silence.by());
    }
  }
}
