package io.earwitness.portal;

import io.earwitness.alarm.AlarmChannel;
import io.earwitness.alarm.AlarmKind;
import io.earwitness.alarm.AlarmSeverity;
import io.earwitness.alarm.ChannelType;
import io.earwitness.approval.AskedAct;
import io.earwitness.archive.catalog.AlarmChannels;
import io.earwitness.call.TenantSlug;
import io.earwitness.call.WireName;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Sets or removes a channel by which a tenant's alarms are told. */
final class ChannelAct implements ApprovedAct {
  static final String OBJECT = "alarm-channel:";

  private final AlarmChannels channels;

  ChannelAct(AlarmChannels channels) {
    this.channels = channels;
  }

  static SortedMap<String, String> facts(AlarmChannel channel) {
    SortedMap<String, String> facts = channel.shown();
    facts.put("address", channel.address());
    return facts;
  }

  private static String name(AskedAct act) {
    return act.object().substring(OBJECT.length());
  }

  SortedMap<String, String> present(TenantSlug tenant, String name) {
    return channels.list(tenant).stream()
        .filter(channel -> channel.name().equals(name))
        .findFirst()
        .map(ChannelAct::facts)
        .orElseGet(TreeMap::new);
  }

  @Override
  public SortedMap<String, String> present(AskedAct act) {
    return present(act.tenant(), name(act));
  }

  private static AlarmChannel channel(AskedAct act) {
    SortedMap<String, String> after = act.after();
    return new AlarmChannel(
        act.tenant(),
        name(act),
        WireName.parse(ChannelType.class, Facts.required(after, "type")),
        Facts.required(after, "address"),
        WireName.parse(AlarmSeverity.class, Facts.required(after, "minimumSeverity")),
        Duration.ofMinutes(Long.parseLong(Facts.required(after, "afterMinutes"))),
        kinds(after.getOrDefault("kinds", "")));
  }

  private static Set<AlarmKind> kinds(String names) {
    return names.isEmpty()
        ? Set.of()
        : Arrays.stream(names.split(" "))
            .map(name -> WireName.parse(AlarmKind.class, name))
            .collect(Collectors.toSet());
  }

  @Override
  public void run(AskedAct act, String actor) {
    if (act.after().isEmpty()) {
      channels.remove(act.tenant(), name(act), actor);
    } else {
      channels.set(channel(act), actor);
    }
  }

  @Override
  public String action(AskedAct act) {
    return act.after().isEmpty() ? "alarm-channel.remove" : "alarm-channel.set";
  }

  @Override
  public Map<String, String> details(AskedAct act) {
    if (act.after().isEmpty()) {
      return Map.of();
    }
    return channel(act).shown();
  }
}
