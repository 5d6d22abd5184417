package io.earwitness.notify;

import io.earwitness.alarm.Alarm;
import io.earwitness.alarm.AlarmChannel;
import io.earwitness.alarm.AlarmSeverity;
import io.earwitness.alarm.Notice;
import io.earwitness.outbound.Outbound;
import io.earwitness.syslog.SyslogConnection;
import io.earwitness.syslog.SyslogMessage;
import java.io.IOException;
import java.net.URI;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Sends alarms to a syslog server, each a message with the structured data of RFC 5674 §3 and an
 * element of our own.
 */
final class SyslogNotices {
  /** local0; the enterprise number is the one for documentation (RFC 5612), as we have none. */
  private static final int FACILITY = 16;

  private static final String OWN = "alarm@32473";

  private final Outbound outbound;
  private final InstantSource clock;

  SyslogNotices(Outbound outbound, InstantSource clock) {
    this.outbound = outbound;
    this.clock = clock;
  }

  void send(AlarmChannel channel, List<Notice> notices) throws IOException {
    URI address = URI.create(channel.address());
    try (SyslogConnection connection =
        SyslogConnection.open(
            outbound, address.getHost(), address.getPort(), "tls".equals(address.getScheme()))) {
      for (Notice notice : notices) {
        connection.write(message(notice));
      }
      connection.flush();
    }
  }

  private SyslogMessage message(Notice notice) {
    Alarm alarm = notice.alarm();
    Map<String, String> standard = new LinkedHashMap<>();
    standard.put("resource", alarm.key().object().text());
    standard.put("probableCause", "other");
    standard.put(
        "perceivedSeverity",
        notice.event() == Notice.Event.CLEARED
            ? "cleared"
            : alarm.key().kind().severity().wireName());
    Map<String, String> data = new LinkedHashMap<>();
    data.put("id", alarm.id().toString());
    data.put("event", notice.event().wireName());
    data.put("kind", alarm.key().kind().wireName());
    data.put("severity", alarm.key().kind().severity().wireName());
    data.put("tenant", alarm.key().tenant().value());
    data.put("raisedAt", alarm.raisedAt().toString());
    data.put("times", Long.toString(alarm.times()));
    Map<String, Map<String, String>> elements = new LinkedHashMap<>();
    elements.put("alarm", standard);
    elements.put(OWN, data);
    String detail = alarm.detail().isEmpty() ? "" : " " + alarm.detail();
    return new SyslogMessage(
        FACILITY,
        severity(notice),
        clock.instant(),
        alarm.node(),
        "earwitness",
        "",
        "alarm-" + notice.event().wireName(),
        elements,
        Words.line(notice) + ": " + alarm.key().kind().meaning() + detail);
  }

  /** RFC 5674 §2 gives each perceived severity its syslog severity; what is over is a notice. */
  private static int severity(Notice notice) {
    if (notice.event() == Notice.Event.CLEARED) {
      return 5;
    }
    AlarmSeverity severity = notice.alarm().key().kind().severity();
    return switch (severity) {
      case CRITICAL -> 1;
      case MAJOR -> 2;
      case MINOR -> 3;
      case WARNING -> 4;
    };
  }
}
