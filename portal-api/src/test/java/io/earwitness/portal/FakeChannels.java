package io.earwitness.portal;

import io.earwitness.alarm.AlarmChannel;
import io.earwitness.archive.catalog.AlarmChannels;
import io.earwitness.call.TenantSlug;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Channels in memory. */
final class FakeChannels implements AlarmChannels {
  final List<AlarmChannel> channels = new CopyOnWriteArrayList<>();

  @Override
  public List<AlarmChannel> list(TenantSlug tenant) {
    return channels.stream().filter(channel -> channel.tenant().equals(tenant)).toList();
  }

  @Override
  public boolean set(AlarmChannel channel, String actor) {
    remove(channel.tenant(), channel.name(), actor);
    return channels.add(channel);
  }

  @Override
  public boolean remove(TenantSlug tenant, String name, String actor) {
    return channels.removeIf(
        channel -> channel.tenant().equals(tenant) && channel.name().equals(name));
  }
}
