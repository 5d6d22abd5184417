package io.earwitness.alarm;

import io.earwitness.call.TenantSlug;
import java.time.Duration;
import java.util.regex.Pattern;

/**
 * A way by which a tenant's alarms, or the platform's, are told.
 *
 * @param name unique in its tenant: 1 to 40 of a-z, 0-9 and '-'
 * @param address as {@link ChannelType} says
 * @param minimum less severe alarms are not told
 * @param after only alarms that nobody has acknowledged for so long are told: a channel for
 *     escalation. Zero: at once. At most seven days
 */
public record AlarmChannel(
    TenantSlug tenant,
    String name,
    ChannelType type,
    String address,
    AlarmSeverity minimum,
    Duration after) {
  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,39}");
  private static final Duration LONGEST = Duration.ofDays(7);

  public AlarmChannel {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "'%s' is no name of a channel: 1 to 40 of a-z, 0-9 and '-'".formatted(name));
    }
    type.check(address);
    if (after.isNegative() || after.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException(
          "a channel is told after 0 to %d minutes".formatted(LONGEST.toMinutes()));
    }
  }

  /** The address as it may be shown: of a URL only the host, as the rest is a secret. */
  public String shownAddress() {
    return type == ChannelType.WEBHOOK || type == ChannelType.TEAMS
        ? ChannelType.shown(address)
        : address;
  }

  @Override
  public String toString() {
    return "AlarmChannel[%s/%s %s %s]".formatted(tenant, name, type.wireName(), shownAddress());
  }
}
