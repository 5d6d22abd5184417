package io.earwitness.app;

import io.earwitness.alarm.AlarmKind;
import io.earwitness.alarm.AlarmObject;
import io.earwitness.alarm.Alarms;
import io.earwitness.call.RecordingId;
import io.earwitness.call.TenantSlug;
import io.earwitness.recorder.srs.MediaHealth;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Alarms of running recordings whose media does not do well: of each, the one that counts. */
final class MediaAlarms {
  private final Alarms alarms;
  private final String node;
  private final Map<RecordingId, Open> open = new ConcurrentHashMap<>();

  private record Open(AlarmKind kind, TenantSlug tenant) {}

  MediaAlarms(Alarms alarms, String node) {
    this.alarms = alarms;
    this.node = node;
  }

  /** How the media of a recording does now. */
  void health(RecordingId id, TenantSlug tenant, MediaHealth health) {
    AlarmKind kind = kind(health);
    Open before = open.get(id);
    Open now = kind == null ? null : new Open(kind, tenant);
    if (Objects.equals(before, now)) {
      return;
    }
    closed(id);
    if (now != null) {
      open.put(id, now);
      alarms.raise(
          now.kind(), AlarmObject.recording(id), tenant, "recorded by node %s".formatted(node));
    }
  }

  /** A recording is over. */
  void closed(RecordingId id) {
    Open before = open.remove(id);
    if (before != null) {
      alarms.clear(before.kind(), AlarmObject.recording(id), before.tenant());
    }
  }

  private static @Nullable AlarmKind kind(MediaHealth health) {
    return switch (health) {
      case NO_MEDIA -> AlarmKind.MEDIA_MISSING;
      case ONE_WAY -> AlarmKind.MEDIA_ONE_WAY;
      case DEAD_AIR -> AlarmKind.MEDIA_DEAD_AIR;
      case HIGH_LOSS -> AlarmKind.MEDIA_HIGH_LOSS;
      case GOOD -> null;
    };
  }
}
