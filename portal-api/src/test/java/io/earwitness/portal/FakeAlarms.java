package io.earwitness.portal;

import io.earwitness.alarm.Alarm;
import io.earwitness.alarm.AlarmChannel;
import io.earwitness.alarm.AlarmReport;
import io.earwitness.alarm.AlarmSeverity;
import io.earwitness.alarm.Silence;
import io.earwitness.archive.catalog.AlarmRegister;
import io.earwitness.call.TenantSlug;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** A register in memory, which a test fills. */
final class FakeAlarms implements AlarmRegister {
  final List<Alarm> alarms = new ArrayList<>();
  final Map<UUID, Map.Entry<TenantSlug, Silence>> silences = new LinkedHashMap<>();
  private final Clock clock;

  FakeAlarms(Clock clock) {
    this.clock = clock;
  }

  @Override
  public void enter(AlarmReport report) {
    if (report.clearedAt() != null) {
      alarms.removeIf(alarm -> alarm.key().equals(report.key()));
    } else {
      alarms.add(
          new Alarm(
              UUID.randomUUID(),
              report.key(),
              report.detail(),
              report.firstAt(),
              report.lastAt(),
              report.times(),
              report.node(),
              null,
              null));
    }
  }

  @Override
  public List<Alarm> open() {
    return alarms.stream().filter(Alarm::isOpen).toList();
  }

  @Override
  public int clearEnded(Collection<AlarmChannel> configured) {
    return 0;
  }

  @Override
  public int forget(Duration age) {
    return 0;
  }

  private Entry entry(Alarm alarm) {
    boolean silenced =
        silences(alarm.key().tenant()).stream()
            .anyMatch(silence -> silence.covers(alarm.key(), clock.instant()));
    return new Entry(alarm, silenced, List.of());
  }

  @Override
  public Page list(Query query) {
    if (query.cursor() != null) {
      throw new IllegalArgumentException("no cursor of ours");
    }
    return new Page(
        alarms.stream()
            .filter(alarm -> alarm.key().tenant().equals(query.tenant()))
            .filter(alarm -> alarm.isOpen() || !query.openOnly())
            .filter(alarm -> query.kind() == null || alarm.key().kind() == query.kind())
            .filter(
                alarm ->
                    query.severities().isEmpty()
                        || query.severities().contains(alarm.key().kind().severity()))
            .limit(query.limit())
            .map(this::entry)
            .toList(),
        null);
  }

  @Override
  public Map<AlarmSeverity, Count> counts(TenantSlug tenant) {
    Map<AlarmSeverity, Count> counts = new EnumMap<>(AlarmSeverity.class);
    open().stream()
        .filter(alarm -> alarm.key().tenant().equals(tenant))
        .forEach(
            alarm ->
                counts.merge(
                    alarm.key().kind().severity(),
                    new Count(1, alarm.acknowledgement() == null ? 1 : 0),
                    (a, b) ->
                        new Count(a.open() + b.open(), a.unacknowledged() + b.unacknowledged())));
    return counts;
  }

  @Override
  public Optional<Entry> find(TenantSlug tenant, UUID id) {
    return alarms.stream()
        .filter(alarm -> alarm.key().tenant().equals(tenant) && alarm.id().equals(id))
        .findFirst()
        .map(this::entry);
  }

  @Override
  public Optional<Entry> acknowledge(TenantSlug tenant, UUID id, String by, String note) {
    alarms.replaceAll(
        alarm ->
            alarm.id().equals(id)
                    && alarm.key().tenant().equals(tenant)
                    && alarm.acknowledgement() == null
                ? new Alarm(
                    alarm.id(),
                    alarm.key(),
                    alarm.detail(),
                    alarm.raisedAt(),
                    alarm.lastRaisedAt(),
                    alarm.times(),
                    alarm.node(),
                    new Alarm.Acknowledgement(clock.instant(), by, note),
                    alarm.clearedAt())
                : alarm);
    return find(tenant, id);
  }

  @Override
  public List<Silence> silences(TenantSlug tenant) {
    return silences.values().stream()
        .filter(entry -> entry.getKey().equals(tenant))
        .map(Map.Entry::getValue)
        .toList();
  }

  @Override
  public void silence(TenantSlug tenant, Silence silence) {
    silences.put(silence.id(), Map.entry(tenant, silence));
  }

  @Override
  public boolean endSilence(TenantSlug tenant, UUID id, String by) {
    return silences.containsKey(id)
        && silences.get(id).getKey().equals(tenant)
        && silences.remove(id) != null;
  }

  @Override
  public boolean alone(Runnable work) {
    work.run();
    return true;
  }
}
