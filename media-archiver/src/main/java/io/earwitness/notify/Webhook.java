package io.earwitness.notify;

import io.earwitness.alarm.Alarm;
import io.earwitness.alarm.AlarmChannel;
import io.earwitness.alarm.Notice;
import io.earwitness.json.Json;
import io.earwitness.outbound.HttpPost;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Posts alarms as JSON, signed; docs/operations/alarms.md describes both. */
final class Webhook {
  private final HttpPost http;
  private final WebhookKeys keys;
  private final InstantSource clock;

  Webhook(HttpPost http, WebhookKeys keys, InstantSource clock) {
    this.http = http;
    this.keys = keys;
    this.clock = clock;
  }

  void post(AlarmChannel channel, List<Notice> notices) throws IOException {
    Instant now = clock.instant();
    Map<String, Object> message = new LinkedHashMap<>();
    message.put("format", 1);
    message.put("sentAt", now);
    message.put("tenant", channel.tenant());
    message.put("alarms", notices.stream().map(Webhook::shown).toList());
    byte[] body = Json.bytes(message);
    String time = Long.toString(now.getEpochSecond());
    String signature =
        WebhookKeys.sign(keys.of(channel.tenant(), channel.name()), signed(time, body));
    int status =
        http.post(
            URI.create(channel.address()),
            Map.of(
                "Content-Type", "application/json",
                "User-Agent", "Earwitness",
                "Earwitness-Signature", "t=%s,v1=%s".formatted(time, signature)),
            body);
    Answer.require(status);
  }

  private static byte[] signed(String time, byte[] body) {
    return (time + "." + new String(body, StandardCharsets.UTF_8)).getBytes(StandardCharsets.UTF_8);
  }

  private static Map<String, Object> shown(Notice notice) {
    Alarm alarm = notice.alarm();
    Map<String, Object> shown = new LinkedHashMap<>();
    shown.put("event", notice.event());
    shown.put("id", alarm.id());
    shown.put("kind", alarm.key().kind());
    shown.put("severity", alarm.key().kind().severity());
    shown.put("object", alarm.key().object().text());
    shown.put("meaning", alarm.key().kind().meaning());
    shown.put("detail", alarm.detail());
    shown.put("node", alarm.node());
    shown.put("raisedAt", alarm.raisedAt());
    shown.put("lastRaisedAt", alarm.lastRaisedAt());
    shown.put("times", alarm.times());
    shown.put("acknowledged", alarm.acknowledgement() != null);
    Instant cleared = alarm.clearedAt();
    if (cleared != null) {
      shown.put("clearedAt", cleared);
    }
    shown.put("remedy", alarm.key().kind().remedy());
    shown.put("page", alarm.key().kind().page());
    return shown;
  }
}
