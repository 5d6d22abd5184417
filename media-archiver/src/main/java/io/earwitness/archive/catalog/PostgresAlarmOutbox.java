package io.earwitness.archive.catalog;

import static io.earwitness.archive.catalog.generated.Tables.ALARM;
import static io.earwitness.archive.catalog.generated.Tables.ALARM_ATTEMPT;
import static io.earwitness.archive.catalog.generated.Tables.ALARM_CHANNEL;
import static io.earwitness.archive.catalog.generated.Tables.ALARM_NOTICE;
import static io.earwitness.archive.catalog.generated.Tables.ALARM_SILENCE;

import io.earwitness.alarm.Alarm;
import io.earwitness.alarm.AlarmChannel;
import io.earwitness.alarm.Notice;
import io.earwitness.alarm.NoticePlan;
import io.earwitness.alarm.Silence;
import io.earwitness.archive.catalog.generated.tables.records.AlarmNoticeRecord;
import io.earwitness.archive.catalog.generated.tables.records.AlarmRecord;
import io.earwitness.call.WireName;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/** {@link AlarmOutbox} in PostgreSQL. */
final class PostgresAlarmOutbox implements AlarmOutbox {
  private static final int AT_ONCE = 2_000;
  private static final int OUTCOME = 500;
  private static final String WAITING = "waiting";
  private static final String DELIVERED = "delivered";
  private static final String GIVEN_UP = "given-up";

  private final Transactions transactions;
  private final Clock clock;

  PostgresAlarmOutbox(Transactions transactions, Clock clock) {
    this.transactions = transactions;
    this.clock = clock;
  }

  @Override
  public int plan(Collection<AlarmChannel> configured) {
    Instant now = clock.instant();
    return transactions.asWorker(
        sql -> {
          Map<String, List<AlarmChannel>> channels = channels(sql, configured);
          Map<String, List<Silence>> silences = silences(sql, now);
          List<AlarmRecord> rows = sql.selectFrom(ALARM).where(DSL.not(ALARM.SETTLED)).fetch();
          Set<NoticePlan.Told> told = told(sql);
          int planned = 0;
          List<UUID> over = new ArrayList<>();
          for (AlarmRecord row : rows) {
            Alarm alarm = AlarmRows.alarm(row).orElse(null);
            if (alarm != null) {
              planned +=
                  insert(
                      sql,
                      NoticePlan.plan(
                          alarm,
                          channels.getOrDefault(row.getTenant(), List.of()),
                          told,
                          silences.getOrDefault(row.getTenant(), List.of()),
                          now),
                      now);
            }
            if (row.getClearedAt() != null) {
              over.add(row.getId());
            }
          }
          settle(sql, over);
          return planned;
        });
  }

  private static void settle(DSLContext sql, List<UUID> over) {
    for (int from = 0; from < over.size(); from += AT_ONCE) {
      sql.update(ALARM)
          .set(ALARM.SETTLED, true)
          .where(ALARM.ID.in(over.subList(from, Math.min(from + AT_ONCE, over.size()))))
          .and(DSL.not(ALARM.SETTLED))
          .execute();
    }
  }

  private static Map<String, List<AlarmChannel>> channels(
      DSLContext sql, Collection<AlarmChannel> configured) {
    Map<String, List<AlarmChannel>> channels = new HashMap<>();
    List<AlarmChannel> all = new ArrayList<>(configured);
    all.addAll(sql.selectFrom(ALARM_CHANNEL).fetch(AlarmRows::channel));
    all.forEach(
        channel ->
            channels
                .computeIfAbsent(channel.tenant().value(), _ -> new ArrayList<>())
                .add(channel));
    return channels;
  }

  private static Map<String, List<Silence>> silences(DSLContext sql, Instant now) {
    Map<String, List<Silence>> silences = new HashMap<>();
    sql.selectFrom(ALARM_SILENCE)
        .where(PostgresAlarmRegister.inForce(now))
        .forEach(
            row ->
                silences
                    .computeIfAbsent(row.getTenant(), _ -> new ArrayList<>())
                    .add(AlarmRows.silence(row)));
    return silences;
  }

  private static Set<NoticePlan.Told> told(DSLContext sql) {
    return new HashSet<>(
        sql.select(ALARM_NOTICE.ALARM, ALARM_NOTICE.CHANNEL, ALARM_NOTICE.EVENT)
            .from(ALARM_NOTICE)
            .join(ALARM)
            .on(ALARM.TENANT.eq(ALARM_NOTICE.TENANT).and(ALARM.ID.eq(ALARM_NOTICE.ALARM)))
            .where(DSL.not(ALARM.SETTLED))
            .fetch(
                row ->
                    new NoticePlan.Told(
                        row.value1(),
                        row.value2(),
                        WireName.parse(Notice.Event.class, row.value3()))));
  }

  private static int insert(DSLContext sql, List<NoticePlan.Planned> planned, Instant now) {
    int rows = 0;
    for (NoticePlan.Planned one : planned) {
      rows +=
          sql.insertInto(ALARM_NOTICE)
              .set(ALARM_NOTICE.TENANT, one.alarm().key().tenant().value())
              .set(ALARM_NOTICE.ID, UUID.randomUUID())
              .set(ALARM_NOTICE.ALARM, one.alarm().id())
              .set(ALARM_NOTICE.CHANNEL, one.channel())
              .set(ALARM_NOTICE.EVENT, one.event().wireName())
              .set(ALARM_NOTICE.STATE, WAITING)
              .set(ALARM_NOTICE.PLANNED_AT, CallRows.micros(now))
              .set(ALARM_NOTICE.DUE_AT, CallRows.micros(now))
              .onConflictDoNothing()
              .execute();
    }
    return rows;
  }

  @Override
  public List<Due> take(
      Collection<AlarmChannel> configured, Set<String> busy, Duration lease, int mostOfOne) {
    Instant now = CallRows.micros(clock.instant());
    return transactions.asWorker(
        sql -> {
          Map<String, List<AlarmChannel>> channels = channels(sql, configured);
          List<AlarmNoticeRecord> rows =
              sql.selectFrom(ALARM_NOTICE)
                  .where(ALARM_NOTICE.STATE.eq(WAITING))
                  .and(ALARM_NOTICE.DUE_AT.le(now))
                  .and(ALARM_NOTICE.LEASED_UNTIL.isNull().or(ALARM_NOTICE.LEASED_UNTIL.le(now)))
                  .orderBy(ALARM_NOTICE.DUE_AT, ALARM_NOTICE.PLANNED_AT, ALARM_NOTICE.ID)
                  .limit(AT_ONCE)
                  .forUpdate()
                  .skipLocked()
                  .fetch();
          Map<String, Integer> ofChannel = new HashMap<>();
          List<AlarmNoticeRecord> taken = new ArrayList<>();
          for (AlarmNoticeRecord row : rows) {
            String channel = row.getTenant() + "/" + row.getChannel();
            if (!busy.contains(channel) && ofChannel.merge(channel, 1, Integer::sum) <= mostOfOne) {
              taken.add(row);
            }
          }
          return lease(sql, taken, channels, now.plus(lease));
        });
  }

  private static List<Due> lease(
      DSLContext sql,
      List<AlarmNoticeRecord> taken,
      Map<String, List<AlarmChannel>> channels,
      Instant until) {
    if (taken.isEmpty()) {
      return List.of();
    }
    sql.update(ALARM_NOTICE)
        .set(ALARM_NOTICE.LEASED_UNTIL, until)
        .where(ALARM_NOTICE.ID.in(taken.stream().map(AlarmNoticeRecord::getId).toList()))
        .execute();
    Map<UUID, Alarm> alarms = new HashMap<>();
    sql.selectFrom(ALARM)
        .where(ALARM.ID.in(taken.stream().map(AlarmNoticeRecord::getAlarm).distinct().toList()))
        .forEach(row -> AlarmRows.alarm(row).ifPresent(alarm -> alarms.put(alarm.id(), alarm)));
    List<Due> due = new ArrayList<>();
    for (AlarmNoticeRecord row : taken) {
      Alarm alarm = alarms.get(row.getAlarm());
      if (alarm != null) {
        due.add(
            new Due(
                row.getId(),
                channels.getOrDefault(row.getTenant(), List.of()).stream()
                    .filter(channel -> channel.name().equals(row.getChannel()))
                    .findFirst()
                    .orElse(null),
                row.getChannel(),
                new Notice(WireName.parse(Notice.Event.class, row.getEvent()), alarm),
                row.getAttempts()));
      }
    }
    return due;
  }

  @Override
  public void delivered(Collection<Due> notices) {
    finish(notices, DELIVERED, DELIVERED, null);
  }

  @Override
  public void failed(Collection<Due> notices, String why, @Nullable Duration retry) {
    finish(notices, retry == null ? GIVEN_UP : WAITING, why, retry);
  }

  private void finish(
      Collection<Due> notices, String state, String outcome, @Nullable Duration retry) {
    Instant now = CallRows.micros(clock.instant());
    String told = Text.clean(outcome.substring(0, Math.min(outcome.length(), OUTCOME)));
    transactions.asWorker(
        sql -> {
          for (Due due : notices) {
            String tenant = due.notice().alarm().key().tenant().value();
            sql.update(ALARM_NOTICE)
                .set(ALARM_NOTICE.STATE, state)
                .set(ALARM_NOTICE.ATTEMPTS, due.attempts() + 1)
                .set(ALARM_NOTICE.DUE_AT, retry == null ? now : now.plus(retry))
                .setNull(ALARM_NOTICE.LEASED_UNTIL)
                .where(ALARM_NOTICE.TENANT.eq(tenant))
                .and(ALARM_NOTICE.ID.eq(due.id()))
                .execute();
            sql.insertInto(ALARM_ATTEMPT)
                .set(ALARM_ATTEMPT.TENANT, tenant)
                .set(ALARM_ATTEMPT.NOTICE, due.id())
                .set(ALARM_ATTEMPT.NUMBER, due.attempts() + 1)
                .set(ALARM_ATTEMPT.AT, now)
                .set(ALARM_ATTEMPT.OUTCOME, told)
                .onConflictDoNothing()
                .execute();
          }
          return notices.size();
        });
  }
}
