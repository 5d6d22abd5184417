package io.earwitness.archive.catalog;

import io.earwitness.alarm.Alarm;
import io.earwitness.alarm.AlarmChannel;
import io.earwitness.alarm.AlarmKey;
import io.earwitness.alarm.AlarmKind;
import io.earwitness.alarm.AlarmObject;
import io.earwitness.alarm.AlarmSeverity;
import io.earwitness.alarm.ChannelType;
import io.earwitness.alarm.Silence;
import io.earwitness.archive.catalog.generated.tables.records.AlarmChannelRecord;
import io.earwitness.archive.catalog.generated.tables.records.AlarmRecord;
import io.earwitness.archive.catalog.generated.tables.records.AlarmSilenceRecord;
import io.earwitness.call.TenantSlug;
import io.earwitness.call.WireName;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Alarms, channels and silences from rows. */
final class AlarmRows {
  private AlarmRows() {}

  /** Empty for a kind that a newer version raised. */
  static Optional<Alarm> alarm(AlarmRecord row) {
    return kind(row.getKind())
        .map(
            kind ->
                new Alarm(
                    row.getId(),
                    new AlarmKey(
                        new TenantSlug(row.getTenant()), kind, new AlarmObject(row.getObject())),
                    row.getDetail(),
                    row.getRaisedAt(),
                    row.getLastRaisedAt(),
                    row.getTimes(),
                    row.getNode(),
                    acknowledgement(row),
                    row.getClearedAt()));
  }

  static Optional<AlarmKind> kind(String wireName) {
    return Arrays.stream(AlarmKind.values())
        .filter(kind -> kind.wireName().equals(wireName))
        .findFirst();
  }

  private static Alarm.@Nullable Acknowledgement acknowledgement(AlarmRecord row) {
    return row.getAcknowledgedAt() == null
        ? null
        : new Alarm.Acknowledgement(
            row.getAcknowledgedAt(), row.getAcknowledgedBy(), row.getNote());
  }

  static AlarmChannel channel(AlarmChannelRecord row) {
    return new AlarmChannel(
        new TenantSlug(row.getTenant()),
        row.getName(),
        WireName.parse(ChannelType.class, row.getType()),
        row.getAddress(),
        WireName.parse(AlarmSeverity.class, row.getMinimum()),
        Duration.ofMinutes(row.getAfterMinutes()),
        kinds(row.getKinds()));
  }

  /** Those that this version knows; of one that a newer one wrote the others are told. */
  private static Set<AlarmKind> kinds(String[] names) {
    return Arrays.stream(names)
        .flatMap(name -> kind(name).stream())
        .collect(Collectors.toUnmodifiableSet());
  }

  static Silence silence(AlarmSilenceRecord row) {
    return new Silence(
        row.getId(),
        row.getKind() == null ? null : kind(row.getKind()).orElse(null),
        row.getObject() == null ? null : new AlarmObject(row.getObject()),
        row.getBeginsAt(),
        row.getEndsAt(),
        row.getReason(),
        row.getCreatedBy());
  }
}
