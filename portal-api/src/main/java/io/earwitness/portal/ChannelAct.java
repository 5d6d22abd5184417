package io.earwitness.portal;

import io.earwitness.alarm.AlarmChannel;
import io.earwitness.alarm.AlarmSeverity;
import io.earwitness.alarm.ChannelType;
import io.earwitness.approval.AskedAct;
import io.earwitness.archive.catalog.AlarmChannels;
import io.earwitness.call.TenantSlug;
import io.earwitness.call.WireName;
import java.time.Duration;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Sets or removes a channel by which a tenant's alarms are told. */
final class ChannelAct implements ApprovedAct {
  static final String OBJECT = "alarm-channel:";

  private final AlarmChannels channels;

  ChannelAct(AlarmChannels channels) {
    this.channels = channels;
  }

  static SortedMap<String, String> facts(AlarmChannel channel) {
    TreeMap<String, String> facts = new TreeMap<>();
    facts.put("type", channel.type().wireName());
    facts.put("address", channel.address());
    facts.put("minimumSeverity", channel.minimum().wireName());
    facts.put("afterMinutes", Long.toString(channel.after().toMinutes()));
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
        Duration.ofMinutes(Long.parseLong(Facts.required(after, "afterMinutes"))));
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
    AlarmChannel channel = channel(act);
    return Map.of(
        "type", channel.type().wireName(),
        "address", channel.shownAddress(),
        "minimumSeverity", channel.minimum().wireName(),
        "afterMinutes", Long.toString(channel.after().toMinutes()));
  }
}
