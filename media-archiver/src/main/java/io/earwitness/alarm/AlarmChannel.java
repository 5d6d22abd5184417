package io.earwitness.alarm;

import io.earwitness.call.TenantSlug;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * A way by which a tenant's alarms, or the platform's, are told.
 *
 * @param name unique in its tenant: 1 to 40 of a-z, 0-9 and '-'
 * @param address as {@link ChannelType} says
 * @param minimum less severe alarms are not told
 * @param after only alarms that nobody has acknowledged for so long are told: a channel for
 *     escalation. Zero: at once. At most seven days
 * @param kinds only alarms of these are told, whatever their severity; if empty, all from {@code
 *     minimum} on
 */
public record AlarmChannel(
    TenantSlug tenant,
    String name,
    ChannelType type,
    String address,
    AlarmSeverity minimum,
    Duration after,
    Set<AlarmKind> kinds) {
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
    kinds = Set.copyOf(Objects.requireNonNullElse(kinds, Set.of()));
  }

  /** A channel for alarms of all kinds. */
  public AlarmChannel(
      TenantSlug tenant,
      String name,
      ChannelType type,
      String address,
      AlarmSeverity minimum,
      Duration after) {
    this(tenant, name, type, address, minimum, after, Set.of());
  }

  /** Whether it is for alarms of a kind. */
  public boolean isFor(AlarmKind kind) {
    return kinds.isEmpty() ? kind.severity().isAtLeast(minimum) : kinds.contains(kind);
  }

  /** The names of its kinds, in order. */
  public List<String> kindNames() {
    return kinds.stream().map(AlarmKind::wireName).sorted().toList();
  }

  /** The address as it may be shown: of a URL only the host, as the rest is a secret. */
  public String shownAddress() {
    return type == ChannelType.WEBHOOK || type == ChannelType.TEAMS
        ? ChannelType.shown(address)
        : address;
  }

  /** What may be shown of it, as the audit trail and approvals name it. */
  public SortedMap<String, String> shown() {
    SortedMap<String, String> shown = new TreeMap<>();
    shown.put("type", type.wireName());
    shown.put("address", shownAddress());
    shown.put("minimumSeverity", minimum.wireName());
    shown.put("afterMinutes", Long.toString(after.toMinutes()));
    if (!kinds.isEmpty()) {
      shown.put("kinds", String.join(" ", kindNames()));
    }
    return shown;
  }

  @Override
  public String toString() {
    return "AlarmChannel[%s/%s %s %s]".formatted(tenant, name, type.wireName(), shownAddress());
  }
}
