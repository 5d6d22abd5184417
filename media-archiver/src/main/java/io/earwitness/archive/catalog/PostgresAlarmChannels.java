package io.earwitness.archive.catalog;

import static io.earwitness.archive.catalog.generated.Tables.ALARM_CHANNEL;
import static io.earwitness.archive.catalog.generated.Tables.TENANT;

import io.earwitness.alarm.AlarmChannel;
import io.earwitness.archive.catalog.generated.tables.records.AlarmChannelRecord;
import io.earwitness.call.TenantSlug;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jooq.Condition;

/** {@link AlarmChannels} in PostgreSQL. */
final class PostgresAlarmChannels implements AlarmChannels {
  private final Transactions transactions;
  private final Clock clock;

  PostgresAlarmChannels(Transactions transactions, Clock clock) {
    this.transactions = transactions;
    this.clock = clock;
  }

  @Override
  public List<AlarmChannel> list(TenantSlug tenant) {
    return transactions.inTenant(
        tenant,
        sql ->
            sql.selectFrom(ALARM_CHANNEL)
                .where(ALARM_CHANNEL.TENANT.eq(tenant.value()))
                .orderBy(ALARM_CHANNEL.NAME)
                .fetch(AlarmRows::channel));
  }

  private static Condition is(TenantSlug tenant, String name) {
    return ALARM_CHANNEL.TENANT.eq(tenant.value()).and(ALARM_CHANNEL.NAME.eq(name));
  }

  @Override
  public boolean set(AlarmChannel channel, String actor) {
    TenantSlug tenant = channel.tenant();
    Instant now = CallRows.micros(clock.instant());
    return transactions.inTenant(
        tenant,
        sql -> {
          if (!sql.fetchExists(TENANT, TENANT.TENANT_.eq(tenant.value()))) {
            throw new IllegalArgumentException("there is no tenant '%s'".formatted(tenant));
          }
          AlarmChannelRecord there =
              sql.selectFrom(ALARM_CHANNEL).where(is(tenant, channel.name())).fetchOne();
          if (there != null && AlarmRows.channel(there).equals(channel)) {
            return false;
          }
          sql.deleteFrom(ALARM_CHANNEL).where(is(tenant, channel.name())).execute();
          sql.insertInto(ALARM_CHANNEL)
              .set(ALARM_CHANNEL.TENANT, tenant.value())
              .set(ALARM_CHANNEL.NAME, channel.name())
              .set(ALARM_CHANNEL.TYPE, channel.type().wireName())
              .set(ALARM_CHANNEL.ADDRESS, Text.clean(channel.address()))
              .set(ALARM_CHANNEL.MINIMUM, channel.minimum().wireName())
              .set(ALARM_CHANNEL.AFTER_MINUTES, (int) channel.after().toMinutes())
              .set(ALARM_CHANNEL.KINDS, channel.kindNames().toArray(String[]::new))
              .set(ALARM_CHANNEL.ADDED_AT, now)
              .set(ALARM_CHANNEL.ADDED_BY, Text.clean(actor))
              .execute();
          Journal.write(sql, tenant, now, actor, "alarm-channel.set", channel);
          return true;
        });
  }

  @Override
  public boolean remove(TenantSlug tenant, String name, String actor) {
    return transactions.inTenant(
        tenant,
        sql -> {
          int rows = sql.deleteFrom(ALARM_CHANNEL).where(is(tenant, name)).execute();
          if (rows > 0) {
            Journal.write(
                sql, tenant, clock.instant(), actor, "alarm-channel.remove", Map.of("name", name));
          }
          return rows > 0;
        });
  }
}
