package io.earwitness.app;

import io.earwitness.alarm.AlarmChannel;
import io.earwitness.alarm.AlarmKind;
import io.earwitness.alarm.AlarmSeverity;
import io.earwitness.alarm.ChannelType;
import io.earwitness.call.TenantSlug;
import io.earwitness.call.WireName;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code admin alarm-channel}. */
@Command(
    name = "alarm-channel",
    description = "Where a tenant's alarms are told, or the platform's.",
    mixinStandardHelpOptions = true)
final class AlarmChannelCommand extends AdminCommand.Base {
  @Command(description = "Adds a channel, or changes the one of this name.")
  int add(
      @Option(names = "--tenant", required = true) TenantSlug tenant,
      @Option(names = "--name", required = true, description = "1 to 40 of a-z 0-9 -.") String name,
      @Option(names = "--type", required = true, description = "email, webhook, teams, syslog.")
          ChannelType type,
      @Option(
              names = "--to",
              required = true,
              paramLabel = "ADDRESS",
              description =
                  "E-mail addresses, separated by commas; a URL; or tls://host:6514 of a syslog"
                      + " server.")
          String address,
      @Option(
              names = "--minimum-severity",
              defaultValue = "major",
              description = "critical, major, minor, warning. Default: ${DEFAULT-VALUE}.")
          AlarmSeverity minimum,
      @Option(
              names = "--after-minutes",
              defaultValue = "0",
              description =
                  "Only what nobody has acknowledged for so long: for escalation. Default: at"
                      + " once.")
          int minutes,
      @Option(
              names = "--kinds",
              split = ",",
              paramLabel = "KIND",
              description =
                  "Only alarms of these kinds, whatever their severity, such as"
                      + " disposal-announced,hold-missing. Default: all.")
          @Nullable Set<AlarmKind> kinds)
      throws Exception {
    Config settings = config.read();
    return with(
        (installation, provisioning) -> {
          AlarmChannel channel =
              new AlarmChannel(
                  tenant,
                  name,
                  type,
                  address.strip(),
                  minimum,
                  Duration.ofMinutes(minutes),
                  Objects.requireNonNullElse(kinds, Set.of()));
          check(channel, settings);
          boolean changed =
              provisioning
                  .alarms(installation.database().alarms(), installation.database().alarmChannels())
                  .channel(channel);
          toldOf(changed, installation, provisioning, tenant, "alarm-channel.set");
          Map<String, Object> result = changed(changed, channel.toString());
          if (type == ChannelType.WEBHOOK) {
            result.put("signingKey", AlarmParts.webhookKeys(settings.data()).of(tenant, name));
          }
          return result;
        });
  }

  private static void check(AlarmChannel channel, Config settings) {
    boolean configured =
        Arrays.stream(ChannelType.values())
            .map(WireName::wireName)
            .anyMatch(channel.name()::equals);
    if (channel.tenant().equals(TenantSlug.PLATFORM) && configured) {
      throw new IllegalArgumentException(
          "'%s' is the platform's channel of the configuration; choose another name"
              .formatted(channel.name()));
    }
    if (channel.type() == ChannelType.EMAIL && settings.alarms().smtp() == null) {
      throw new IllegalArgumentException("there is no mail server (setting alarms.smtp.host)");
    }
    boolean byUrl = channel.type() == ChannelType.WEBHOOK || channel.type() == ChannelType.TEAMS;
    if (byUrl && !channel.address().startsWith("https:") && !settings.alarms().localAddresses()) {
      throw new IllegalArgumentException(
          "%s must be https (plain http only with alarms.localAddresses: true)"
              .formatted(channel.shownAddress()));
    }
  }

  @Command(description = "Lists channels, those of the configuration too.")
  int list(@Option(names = "--tenant", required = true) TenantSlug tenant) throws Exception {
    List<AlarmChannel> configured =
        config.read().alarms().channels().stream()
            .filter(channel -> channel.tenant().equals(tenant))
            .toList();
    return with(
        (installation, _) ->
            Stream.concat(
                    configured.stream(),
                    installation.database().alarmChannels().list(tenant).stream())
                .map(AlarmChannelCommand::shown)
                .toList());
  }

  private static Map<String, Object> shown(AlarmChannel channel) {
    Map<String, Object> shown = new LinkedHashMap<>();
    shown.put("name", channel.name());
    shown.put("type", channel.type().wireName());
    shown.put("address", channel.shownAddress());
    shown.put("minimumSeverity", channel.minimum().wireName());
    shown.put("afterMinutes", channel.after().toMinutes());
    shown.put("kinds", channel.kindNames());
    return shown;
  }

  @Command(description = "Shows the key by which a webhook's messages are signed.")
  int key(
      @Option(names = "--tenant", required = true) TenantSlug tenant,
      @Option(names = "--name", required = true) String name)
      throws Exception {
    Config settings = config.read();
    return with(
        (_, provisioning) -> {
          provisioning.shown(tenant, "alarm-channel.show-key", "alarm-channel:" + name);
          return Map.of("signingKey", AlarmParts.webhookKeys(settings.data()).of(tenant, name));
        });
  }

  @Command(description = "Removes a channel; what still waits for it is given up.")
  int remove(
      @Option(names = "--tenant", required = true) TenantSlug tenant,
      @Option(names = "--name", required = true) String name)
      throws Exception {
    return with(
        (installation, provisioning) ->
            changed(
                toldOf(
                    provisioning
                        .alarms(
                            installation.database().alarms(),
                            installation.database().alarmChannels())
                        .removeChannel(tenant, name),
                    installation,
                    provisioning,
                    tenant,
                    "alarm-channel.remove"),
                "channel " + name));
  }
}
