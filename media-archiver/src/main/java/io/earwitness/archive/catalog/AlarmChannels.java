package io.earwitness.archive.catalog;

import io.earwitness.alarm.AlarmChannel;
import io.earwitness.call.TenantSlug;
import java.util.List;

/** The channels that tenants' alarms are told through. Thread-safe. */
public interface AlarmChannels {
  /** By name. */
  List<AlarmChannel> list(TenantSlug tenant);

  /**
   * Adds a channel, or gives one of this name another address, minimum or time.
   *
   * @return whether something changed
   * @throws IllegalArgumentException if there is no such tenant
   */
  boolean set(AlarmChannel channel, String actor);

  /** Removes a channel; false if there is none of this name. What waits for it is given up. */
  boolean remove(TenantSlug tenant, String name, String actor);
}
