package io.earwitness.app;

import io.earwitness.alarm.AlarmChannel;
import io.earwitness.alarm.AlarmKey;
import io.earwitness.alarm.AlarmKind;
import io.earwitness.alarm.AlarmObject;
import io.earwitness.alarm.AlarmReport;
import io.earwitness.alarm.Silence;
import io.earwitness.archive.catalog.AlarmChannels;
import io.earwitness.archive.catalog.AlarmRegister;
import io.earwitness.call.TenantSlug;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;

/** What the command line does about alarms, each act with its audit entry. */
final class AlarmProvisioning {
  private static final String NODE = "command line";

  private final AlarmRegister register;
  private final AlarmChannels channels;
  private final AuditedActs acts;

  AlarmProvisioning(AlarmRegister register, AlarmChannels channels, AuditedActs acts) {
    this.register = register;
    this.channels = channels;
    this.acts = acts;
  }

  Optional<AlarmRegister.Entry> acknowledge(TenantSlug tenant, UUID alarm, String note) {
    return acts.run(
        tenant,
        "alarm.acknowledge",
        "alarm:" + alarm,
        note.isEmpty() ? Map.of() : Map.of("note", note),
        () -> register.acknowledge(tenant, alarm, acts.actor(), note));
  }

  void silence(TenantSlug tenant, Silence silence) {
    Map<String, String> details = new TreeMap<>();
    AlarmKind kind = silence.kind();
    if (kind != null) {
      details.put("kind", kind.wireName());
    }
    AlarmObject object = silence.object();
    if (object != null) {
      details.put("object", object.text());
    }
    details.put("until", silence.until().toString());
    details.put("reason", silence.reason());
    acts.run(
        tenant,
        "alarm.silence",
        "silence:" + silence.id(),
        details,
        () -> {
          register.silence(tenant, silence);
          return true;
        });
  }

  boolean endSilence(TenantSlug tenant, UUID silence) {
    return acts.run(
        tenant,
        "alarm.end-silence",
        "silence:" + silence,
        Map.of(),
        () -> register.endSilence(tenant, silence, acts.actor()));
  }

  /** Raises a tenant's test alarm, a new one if it is open. */
  AlarmKey test(TenantSlug tenant) {
    AlarmKey key = new AlarmKey(tenant, AlarmKind.ALARM_TEST, AlarmObject.tenant(tenant));
    return acts.run(
        tenant,
        "alarm.test",
        key.object().text(),
        Map.of(),
        () -> {
          // One that is still open was told already
          Instant now = Instant.now();
          register.enter(AlarmReport.cleared(key, now, NODE));
          register.enter(AlarmReport.raised(key, now, "raised by " + acts.actor(), NODE));
          return key;
        });
  }

  /** Returns whether something changed. */
  boolean channel(AlarmChannel channel) {
    return acts.run(
        channel.tenant(),
        "alarm-channel.set",
        "alarm-channel:" + channel.name(),
        channel.shown(),
        () -> channels.set(channel, acts.actor()));
  }

  /** False if there is none of this name. */
  boolean removeChannel(TenantSlug tenant, String name) {
    return acts.run(
        tenant,
        "alarm-channel.remove",
        "alarm-channel:" + name,
        Map.of(),
        () -> channels.remove(tenant, name, acts.actor()));
  }
}
