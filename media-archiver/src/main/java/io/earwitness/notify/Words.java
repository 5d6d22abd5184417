package io.earwitness.notify;

import io.earwitness.alarm.Alarm;
import io.earwitness.alarm.AlarmSeverity;
import io.earwitness.alarm.Notice;
import java.util.List;

/** Notices in words. */
final class Words {
  private Words() {}

  /** One line: what happened. */
  static String line(Notice notice) {
    Alarm alarm = notice.alarm();
    String event =
        switch (notice.event()) {
          case RAISED -> "";
          case ESCALATED -> ", not acknowledged";
          case CLEARED -> ", over";
        };
    return "[%s%s] %s: %s"
        .formatted(
            alarm.key().kind().severity().wireName(),
            event,
            alarm.key().kind().wireName(),
            alarm.key().object());
  }

  /** One line for all. */
  static String subject(List<Notice> notices) {
    if (notices.size() == 1) {
      return "Earwitness " + line(notices.getFirst());
    }
    AlarmSeverity worst =
        notices.stream()
            .map(notice -> notice.alarm().key().kind().severity())
            .min(AlarmSeverity::compareTo)
            .orElseThrow();
    return "Earwitness: %d alarms, the worst %s".formatted(notices.size(), worst.wireName());
  }

  /** Some lines: what it means, since when, what to do. */
  static String text(Notice notice) {
    Alarm alarm = notice.alarm();
    StringBuilder text = new StringBuilder(line(notice)).append("\n\n");
    text.append(alarm.key().kind().meaning()).append('\n');
    if (!alarm.detail().isEmpty()) {
      text.append(alarm.detail()).append('\n');
    }
    text.append("\nTenant: ").append(alarm.key().tenant());
    text.append("\nNode: ").append(alarm.node());
    text.append("\nRaised: ").append(alarm.raisedAt());
    if (alarm.times() > 1) {
      text.append(" (%d times, last %s)".formatted(alarm.times(), alarm.lastRaisedAt()));
    }
    if (alarm.clearedAt() != null) {
      text.append("\nOver since: ").append(alarm.clearedAt());
    }
    if (alarm.isOpen()) {
      text.append("\n\nWhat to do: ").append(alarm.key().kind().remedy());
    }
    return text.append("\nMore: ").append(alarm.key().kind().page()).append('\n').toString();
  }
}
