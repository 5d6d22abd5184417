package io.earwitness.notify;

import io.earwitness.alarm.Alarm;
import io.earwitness.alarm.AlarmChannel;
import io.earwitness.alarm.AlarmSeverity;
import io.earwitness.alarm.Notice;
import io.earwitness.json.Json;
import io.earwitness.outbound.HttpPost;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Posts alarms as an Adaptive Card to a Teams workflow ("Post to a channel when a webhook request
 * is received").
 */
final class Teams {
  /** A card may have 28 kB. */
  private static final int AT_ONCE = 10;

  private final HttpPost http;

  Teams(HttpPost http) {
    this.http = http;
  }

  void post(AlarmChannel channel, List<Notice> notices) throws IOException {
    Map<String, Object> attachment = new LinkedHashMap<>();
    attachment.put("contentType", "application/vnd.microsoft.card.adaptive");
    attachment.put("content", card(notices));
    byte[] body = Json.bytes(Map.of("type", "message", "attachments", List.of(attachment)));
    Answer.require(
        http.post(
            URI.create(channel.address()),
            Map.of("Content-Type", "application/json", "User-Agent", "Earwitness"),
            body));
  }

  private static Map<String, Object> card(List<Notice> notices) {
    List<Object> body = new ArrayList<>();
    body.add(text(Words.subject(notices), "Bolder", "Default", false));
    notices.stream().limit(AT_ONCE).forEach(notice -> add(body, notice));
    if (notices.size() > AT_ONCE) {
      body.add(
          text("and %d more".formatted(notices.size() - AT_ONCE), "Default", "Default", false));
    }
    Map<String, Object> card = new LinkedHashMap<>();
    card.put("$schema", "http://adaptivecards.io/schemas/adaptive-card.json");
    card.put("type", "AdaptiveCard");
    card.put("version", "1.4");
    card.put("body", body);
    return card;
  }

  private static void add(List<Object> body, Notice notice) {
    Alarm alarm = notice.alarm();
    body.add(text(Words.line(notice), "Bolder", color(notice), true));
    body.add(text(alarm.key().kind().meaning(), "Default", "Default", false));
    List<Object> facts = new ArrayList<>();
    if (!alarm.detail().isEmpty()) {
      facts.add(fact("Detail", alarm.detail()));
    }
    facts.add(fact("Tenant", alarm.key().tenant().value()));
    facts.add(fact("Raised", alarm.raisedAt().toString()));
    if (alarm.clearedAt() != null) {
      facts.add(fact("Over", alarm.clearedAt().toString()));
    }
    facts.add(fact("What to do", alarm.key().kind().remedy()));
    facts.add(fact("More", alarm.key().kind().page()));
    body.add(Map.of("type", "FactSet", "facts", facts));
  }

  private static String color(Notice notice) {
    if (notice.event() == Notice.Event.CLEARED) {
      return "Good";
    }
    AlarmSeverity severity = notice.alarm().key().kind().severity();
    return severity.isAtLeast(AlarmSeverity.MAJOR) ? "Attention" : "Warning";
  }

  private static Map<String, Object> text(
      String text, String weight, String color, boolean separator) {
    Map<String, Object> block = new LinkedHashMap<>();
    block.put("type", "TextBlock");
    block.put("text", text);
    block.put("wrap", true);
    block.put("weight", weight);
    block.put("color", color);
    block.put("separator", separator);
    return block;
  }

  private static Map<String, String> fact(String title, String value) {
    return Map.of("title", title, "value", value);
  }
}
