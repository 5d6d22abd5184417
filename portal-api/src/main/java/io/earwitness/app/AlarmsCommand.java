package io.earwitness.app;

import io.earwitness.alarm.Alarm;
import io.earwitness.alarm.AlarmChannel;
import io.earwitness.alarm.AlarmKey;
import io.earwitness.alarm.AlarmKind;
import io.earwitness.alarm.AlarmObject;
import io.earwitness.alarm.Silence;
import io.earwitness.archive.catalog.AlarmRegister;
import io.earwitness.archive.catalog.CatalogDatabase;
import io.earwitness.call.TenantSlug;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code admin alarms}. */
@Command(
    name = "alarms",
    description = "Alarms: docs/operations/alarms.md explains each.",
    mixinStandardHelpOptions = true)
final class AlarmsCommand extends AdminCommand.Base {
  private static final int MOST = 500;
  private static final long POLL_MILLIS = 250;

  private static AlarmProvisioning acts(Installation installation, Provisioning provisioning) {
    CatalogDatabase database = installation.database();
    return provisioning.alarms(database.alarms(), database.alarmChannels());
  }

  @Command(description = "Lists open alarms, the newest first.")
  int list(
      @Option(names = "--tenant", defaultValue = "platform", description = "Default: platform.")
          TenantSlug tenant,
      @Option(names = "--all", description = "Those that are over too.") boolean all)
      throws Exception {
    return with(
        (installation, _) ->
            installation
                .database()
                .alarms()
                .list(new AlarmRegister.Query(tenant, !all, Set.of(), null, null, MOST))
                .entries()
                .stream()
                .map(AlarmsCommand::shown)
                .toList());
  }

  private static Map<String, Object> shown(AlarmRegister.Entry entry) {
    Alarm alarm = entry.alarm();
    AlarmKind kind = alarm.key().kind();
    Map<String, Object> shown = new LinkedHashMap<>();
    shown.put("id", alarm.id().toString());
    shown.put("severity", kind.severity().wireName());
    shown.put("kind", kind.wireName());
    shown.put("object", alarm.key().object().text());
    shown.put("meaning", kind.meaning());
    shown.put("detail", alarm.detail());
    shown.put("raised", alarm.raisedAt().toString());
    shown.put("times", alarm.times());
    Alarm.Acknowledgement seen = alarm.acknowledgement();
    shown.put("acknowledged", seen == null ? null : seen.at() + " by " + seen.by());
    shown.put("silenced", entry.silenced());
    shown.put("cleared", alarm.clearedAt() == null ? null : alarm.clearedAt().toString());
    shown.put("remedy", kind.remedy());
    shown.put("page", kind.page());
    shown.put("attempts", entry.attempts().stream().map(AlarmsCommand::shown).toList());
    return shown;
  }

  private static Map<String, Object> shown(AlarmRegister.Attempt attempt) {
    Map<String, Object> shown = new LinkedHashMap<>();
    shown.put("at", attempt.at().toString());
    shown.put("channel", attempt.channel());
    shown.put("event", attempt.event().wireName());
    shown.put("outcome", attempt.outcome());
    return shown;
  }

  @Command(description = "Says that an alarm was seen, so that it is not escalated.")
  int acknowledge(
      @Option(names = "--tenant", defaultValue = "platform") TenantSlug tenant,
      @Option(names = "--id", required = true, description = "See list.") UUID id,
      @Option(names = "--note", defaultValue = "") String note)
      throws Exception {
    return with(
        (installation, provisioning) ->
            acts(installation, provisioning)
                .acknowledge(tenant, id, note)
                .map(AlarmsCommand::shown)
                .orElseThrow(
                    () ->
                        new IllegalArgumentException(
                            "there is no alarm %s of %s".formatted(id, tenant))));
  }

  @Command(description = "Has alarms told to no channel for a time; they are entered all the same.")
  int silence(
      @Option(names = "--tenant", defaultValue = "platform") TenantSlug tenant,
      @Option(names = "--kind", description = "Of this kind.") @Nullable AlarmKind kind,
      @Option(names = "--object", description = "On this, as node:rec-1.") @Nullable String object,
      @Option(names = "--until", required = true, description = "At most 30 days from now.")
          Instant until,
      @Option(names = "--reason", required = true) String reason)
      throws Exception {
    return with(
        (installation, provisioning) -> {
          AlarmProvisioning acts = acts(installation, provisioning);
          Silence silence =
              new Silence(
                  UUID.randomUUID(),
                  kind,
                  object == null ? null : new AlarmObject(object),
                  Instant.now(),
                  until,
                  reason.strip(),
                  "cli:" + System.getProperty("user.name"));
          acts.silence(tenant, silence);
          return changed(true, "silence " + silence.id());
        });
  }

  @Command(description = "Lists silences in force.")
  int silences(@Option(names = "--tenant", defaultValue = "platform") TenantSlug tenant)
      throws Exception {
    return with(
        (installation, _) ->
            installation.database().alarms().silences(tenant).stream()
                .map(AlarmsCommand::shown)
                .toList());
  }

  private static Map<String, Object> shown(Silence silence) {
    Map<String, Object> shown = new LinkedHashMap<>();
    AlarmKind kind = silence.kind();
    AlarmObject object = silence.object();
    shown.put("id", silence.id().toString());
    shown.put("kind", kind == null ? null : kind.wireName());
    shown.put("object", object == null ? null : object.text());
    shown.put("until", silence.until().toString());
    shown.put("reason", silence.reason());
    shown.put("by", silence.by());
    return shown;
  }

  @Command(description = "Ends a silence.")
  int unsilence(
      @Option(names = "--tenant", defaultValue = "platform") TenantSlug tenant,
      @Option(names = "--id", required = true, description = "See silences.") UUID id)
      throws Exception {
    return with(
        (installation, provisioning) ->
            changed(acts(installation, provisioning).endSilence(tenant, id), "silence " + id));
  }

  @Command(
      description = {
        "Raises a test alarm, which goes to every channel of the tenant at once, and shows what"
            + " became of it; a server must be running. It clears itself after ten minutes."
      })
  int test(
      @Option(names = "--tenant", defaultValue = "platform", description = "Default: platform.")
          TenantSlug tenant,
      @Option(
              names = "--wait",
              paramLabel = "SECONDS",
              defaultValue = "15",
              description = "How long to wait for the channels. Default: ${DEFAULT-VALUE}.")
          int seconds)
      throws Exception {
    List<String> channels = new ArrayList<>();
    config.read().alarms().channels().stream()
        .filter(channel -> channel.tenant().equals(tenant))
        .map(AlarmChannel::name)
        .forEach(channels::add);
    return with(
        (installation, provisioning) -> {
          CatalogDatabase database = installation.database();
          database.alarmChannels().list(tenant).stream()
              .map(AlarmChannel::name)
              .forEach(channels::add);
          AlarmKey key = acts(installation, provisioning).test(tenant);
          AlarmRegister.Entry entry =
              await(database.alarms(), key, channels, Duration.ofSeconds(seconds));
          Map<String, Object> shown = shown(entry);
          shown.put("channels", channels);
          return shown;
        });
  }

  private static AlarmRegister.Entry await(
      AlarmRegister register, AlarmKey key, List<String> channels, Duration most)
      throws InterruptedException {
    long end = System.nanoTime() + most.toNanos();
    while (true) {
      AlarmRegister.Entry entry =
          register
              .list(new AlarmRegister.Query(key.tenant(), true, Set.of(), key.kind(), null, MOST))
              .entries()
              .stream()
              .filter(each -> each.alarm().key().equals(key))
              .findFirst()
              .orElseThrow();
      boolean all =
          channels.stream()
              .allMatch(
                  name -> entry.attempts().stream().anyMatch(one -> one.channel().equals(name)));
      if (all || System.nanoTime() >= end) {
        return entry;
      }
      Thread.sleep(POLL_MILLIS);
    }
  }
}
