package io.earwitness.archive.catalog;

import static io.earwitness.archive.catalog.generated.Tables.ALARM;
import static io.earwitness.archive.catalog.generated.Tables.ALARM_ATTEMPT;
import static io.earwitness.archive.catalog.generated.Tables.ALARM_CHANNEL;
import static io.earwitness.archive.catalog.generated.Tables.ALARM_NOTICE;
import static io.earwitness.archive.catalog.generated.Tables.ALARM_SILENCE;
import static io.earwitness.archive.catalog.generated.Tables.AUDIT_CHECKPOINT;
import static io.earwitness.archive.catalog.generated.Tables.CALL;
import static io.earwitness.archive.catalog.generated.Tables.NODE;
import static io.earwitness.archive.catalog.generated.Tables.NODE_DRAIN;

import io.earwitness.alarm.Alarm;
import io.earwitness.alarm.AlarmChannel;
import io.earwitness.alarm.AlarmKey;
import io.earwitness.alarm.AlarmKind;
import io.earwitness.alarm.AlarmObject;
import io.earwitness.alarm.AlarmReport;
import io.earwitness.alarm.AlarmSeverity;
import io.earwitness.alarm.Notice;
import io.earwitness.alarm.Silence;
import io.earwitness.archive.catalog.generated.tables.records.AlarmRecord;
import io.earwitness.call.CallState;
import io.earwitness.call.TenantSlug;
import io.earwitness.call.WireName;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;

/** {@link AlarmRegister} in PostgreSQL. */
final class PostgresAlarmRegister implements AlarmRegister {
  private static final int ATTEMPTS = 50;
  private static final Duration TEST = Duration.ofMinutes(10);
  private static final List<String> OF_RUNNING =
      List.of(
          AlarmKind.MEDIA_MISSING.wireName(),
          AlarmKind.MEDIA_ONE_WAY.wireName(),
          AlarmKind.MEDIA_DEAD_AIR.wireName(),
          AlarmKind.MEDIA_HIGH_LOSS.wireName());

  private final Transactions transactions;
  private final Clock clock;

  PostgresAlarmRegister(Transactions transactions, Clock clock) {
    this.transactions = transactions;
    this.clock = clock;
  }

  @Override
  public void enter(AlarmReport report) {
    transactions.asWorker(
        sql -> {
          if (report.times() > 0) {
            raise(sql, report);
          }
          Instant cleared = report.clearedAt();
          if (cleared != null) {
            clear(sql, isOpen(report.key()), cleared);
          }
          return 0;
        });
  }

  private static Condition isOpen(AlarmKey key) {
    return ALARM
        .TENANT
        .eq(key.tenant().value())
        .and(ALARM.KIND.eq(key.kind().wireName()))
        .and(ALARM.OBJECT.eq(key.object().text()))
        .and(ALARM.CLEARED_AT.isNull());
  }

  private static void raise(DSLContext sql, AlarmReport report) {
    AlarmKey key = report.key();
    Instant last = CallRows.micros(report.lastAt());
    sql.insertInto(ALARM)
        .set(ALARM.TENANT, key.tenant().value())
        .set(ALARM.ID, UUID.randomUUID())
        .set(ALARM.KIND, key.kind().wireName())
        .set(ALARM.OBJECT, Text.clean(key.object().text()))
        .set(ALARM.SEVERITY, key.kind().severity().wireName())
        .set(ALARM.DETAIL, Text.clean(report.detail()))
        .set(ALARM.NODE, Text.clean(report.node()))
        .set(ALARM.RAISED_AT, CallRows.micros(report.firstAt()))
        .set(ALARM.LAST_RAISED_AT, last)
        .set(ALARM.TIMES, (long) report.times())
        .onConflict(ALARM.TENANT, ALARM.KIND, ALARM.OBJECT)
        .where(ALARM.CLEARED_AT.isNull())
        .doUpdate()
        .set(ALARM.DETAIL, DSL.excluded(ALARM.DETAIL))
        .set(ALARM.NODE, DSL.excluded(ALARM.NODE))
        .set(
            ALARM.LAST_RAISED_AT,
            DSL.greatest(ALARM.LAST_RAISED_AT, DSL.excluded(ALARM.LAST_RAISED_AT)))
        .set(ALARM.TIMES, ALARM.TIMES.plus(DSL.excluded(ALARM.TIMES)))
        .execute();
  }

  private static int clear(DSLContext sql, Condition which, Instant at) {
    return sql.update(ALARM)
        .set(ALARM.CLEARED_AT, DSL.greatest(ALARM.RAISED_AT, DSL.val(CallRows.micros(at))))
        .where(which)
        .execute();
  }

  @Override
  public List<Alarm> open() {
    return transactions.asWorker(
        sql ->
            sql
                .selectFrom(ALARM)
                .where(ALARM.CLEARED_AT.isNull())
                .and(DSL.not(ALARM.SETTLED))
                .fetch()
                .stream()
                .flatMap(row -> AlarmRows.alarm(row).stream())
                .toList());
  }

  @Override
  public int clearEnded(Collection<AlarmChannel> configured) {
    Instant now = clock.instant();
    Condition open = ALARM.CLEARED_AT.isNull().and(DSL.not(ALARM.SETTLED));
    Field<String> recording = DSL.concat(DSL.inline("recording:"), CALL.ID.cast(SQLDataType.CLOB));
    return transactions.asWorker(
        sql ->
            // The call is looked for under any tenant: it may have left quarantine
            clear(
                    sql,
                    open.and(ALARM.KIND.in(OF_RUNNING))
                        .and(
                            DSL.exists(
                                DSL.selectOne()
                                    .from(CALL)
                                    .where(
                                        CALL.ID.eq(
                                            DSL.field(
                                                "substr({0}, 11)::uuid", UUID.class, ALARM.OBJECT)))
                                    .and(recording.eq(ALARM.OBJECT))
                                    .and(CALL.STATE.ne(CallState.LIVE.wireName())))),
                    now)
                + clear(
                    sql,
                    open.and(ALARM.KIND.eq(AlarmKind.ALARM_TEST.wireName()))
                        .and(ALARM.LAST_RAISED_AT.lt(now.minus(TEST))),
                    now)
                + clear(
                    sql,
                    open.and(ALARM.KIND.eq(AlarmKind.AUDIT_LOG_BROKEN.wireName()))
                        .and(
                            DSL.exists(
                                DSL.selectOne()
                                    .from(AUDIT_CHECKPOINT)
                                    .where(
                                        DSL.concat(DSL.inline("tenant:"), AUDIT_CHECKPOINT.TENANT)
                                            .eq(ALARM.OBJECT))
                                    .and(AUDIT_CHECKPOINT.SIGNED_AT.gt(ALARM.LAST_RAISED_AT)))),
                    now)
                + clear(
                    sql,
                    open.and(
                            ALARM.KIND.in(
                                AlarmKind.SECOND_PERSON_BYPASSED.wireName(),
                                AlarmKind.LISTENING_ROLE_BY_CLAIM.wireName(),
                                AlarmKind.ANNOUNCEMENT_MISSING.wireName()))
                        .and(ALARM.ACKNOWLEDGED_AT.isNotNull()),
                    now)
                + clear(sql, open.and(isOfNodeTakenAway()), now)
                + clear(sql, open.and(isOfChannelThatIsGone(configured)), now));
  }

  /** Of one that is absent and was to drain, which nobody will find in order again. */
  private static Condition isOfNodeTakenAway() {
    Field<String> object = DSL.concat(DSL.inline("node:"), NODE.NAME);
    return DSL.exists(
        DSL.selectOne()
            .from(NODE)
            .join(NODE_DRAIN)
            .on(NODE_DRAIN.NODE.eq(NODE.NAME))
            .where(NODE_DRAIN.DRAIN_SINCE.isNotNull())
            .and(NODE.PRESENT_UNTIL.le(DatabaseClock.NOW))
            .and(
                ALARM
                    .OBJECT
                    .eq(object)
                    .or(ALARM.OBJECT.startsWith(DSL.concat(object, DSL.inline("/"))))));
  }

  private static Condition isOfChannelThatIsGone(Collection<AlarmChannel> configured) {
    Field<String> object =
        DSL.concat(
            DSL.inline("channel:"), ALARM_CHANNEL.TENANT, DSL.inline("/"), ALARM_CHANNEL.NAME);
    return ALARM
        .KIND
        .eq(AlarmKind.ALARM_CHANNEL_FAILING.wireName())
        .and(
            ALARM.OBJECT.notIn(
                configured.stream()
                    .map(each -> AlarmObject.channel(each.tenant(), each.name()).text())
                    .toList()))
        .andNotExists(DSL.selectOne().from(ALARM_CHANNEL).where(object.eq(ALARM.OBJECT)));
  }

  @Override
  public int forget(Duration age) {
    return transactions.asWorker(
        sql ->
            sql.deleteFrom(ALARM)
                .where(ALARM.SETTLED)
                .and(ALARM.CLEARED_AT.lt(clock.instant().minus(age)))
                .execute());
  }

  @Override
  public Page list(Query query) {
    Condition where = ALARM.TENANT.eq(query.tenant().value());
    if (query.openOnly()) {
      where = where.and(ALARM.CLEARED_AT.isNull());
    }
    if (!query.severities().isEmpty()) {
      where =
          where.and(
              ALARM.SEVERITY.in(query.severities().stream().map(WireName::wireName).toList()));
    }
    AlarmKind kind = query.kind();
    if (kind != null) {
      where = where.and(ALARM.KIND.eq(kind.wireName()));
    }
    if (query.cursor() != null) {
      AlarmCursor cursor = AlarmCursor.parse(query.cursor());
      where =
          where.and(
              DSL.row(ALARM.RAISED_AT, ALARM.ID).lt(DSL.val(cursor.at()), DSL.val(cursor.id())));
    }
    Condition condition = where;
    return transactions.inTenant(
        query.tenant(),
        sql -> {
          List<AlarmRecord> rows =
              sql.selectFrom(ALARM)
                  .where(condition)
                  .orderBy(ALARM.RAISED_AT.desc(), ALARM.ID.desc())
                  .limit(query.limit() + 1)
                  .fetch();
          List<AlarmRecord> page = rows.subList(0, Math.min(rows.size(), query.limit()));
          String next =
              rows.size() <= query.limit()
                  ? null
                  : new AlarmCursor(page.getLast().getRaisedAt(), page.getLast().getId()).text();
          return new Page(entries(sql, query.tenant(), page), next);
        });
  }

  private List<Entry> entries(DSLContext sql, TenantSlug tenant, List<AlarmRecord> rows) {
    if (rows.isEmpty()) {
      return List.of();
    }
    Instant now = clock.instant();
    List<Silence> silences = silences(sql, tenant, now);
    Map<UUID, List<Attempt>> attempts = attempts(sql, rows);
    List<Entry> entries = new ArrayList<>();
    for (AlarmRecord row : rows) {
      AlarmRows.alarm(row)
          .ifPresent(
              alarm ->
                  entries.add(
                      new Entry(
                          alarm,
                          silences.stream().anyMatch(one -> one.covers(alarm.key(), now)),
                          attempts.getOrDefault(alarm.id(), List.of()))));
    }
    return entries;
  }

  private static Map<UUID, List<Attempt>> attempts(DSLContext sql, List<AlarmRecord> rows) {
    Map<UUID, List<Attempt>> attempts = new HashMap<>();
    sql.select(
            ALARM_NOTICE.ALARM,
            ALARM_NOTICE.CHANNEL,
            ALARM_NOTICE.EVENT,
            ALARM_ATTEMPT.AT,
            ALARM_ATTEMPT.OUTCOME)
        .from(ALARM_NOTICE)
        .join(ALARM_ATTEMPT)
        .on(
            ALARM_ATTEMPT
                .TENANT
                .eq(ALARM_NOTICE.TENANT)
                .and(ALARM_ATTEMPT.NOTICE.eq(ALARM_NOTICE.ID)))
        .where(ALARM_NOTICE.TENANT.eq(rows.getFirst().getTenant()))
        .and(ALARM_NOTICE.ALARM.in(rows.stream().map(AlarmRecord::getId).toList()))
        .orderBy(ALARM_ATTEMPT.AT.desc(), ALARM_ATTEMPT.NUMBER.desc())
        .forEach(
            row -> {
              List<Attempt> of =
                  attempts.computeIfAbsent(row.get(ALARM_NOTICE.ALARM), _ -> new ArrayList<>());
              if (of.size() < ATTEMPTS) {
                of.add(
                    new Attempt(
                        row.get(ALARM_ATTEMPT.AT),
                        row.get(ALARM_NOTICE.CHANNEL),
                        WireName.parse(Notice.Event.class, row.get(ALARM_NOTICE.EVENT)),
                        row.get(ALARM_ATTEMPT.OUTCOME)));
              }
            });
    return attempts;
  }

  @Override
  public Map<AlarmSeverity, Count> counts(TenantSlug tenant) {
    Map<AlarmSeverity, Count> counts = new EnumMap<>(AlarmSeverity.class);
    Field<Integer> unseen = DSL.count().filterWhere(ALARM.ACKNOWLEDGED_AT.isNull());
    transactions
        .inTenant(
            tenant,
            sql ->
                sql.select(ALARM.SEVERITY, DSL.count(), unseen)
                    .from(ALARM)
                    .where(ALARM.TENANT.eq(tenant.value()))
                    .and(ALARM.CLEARED_AT.isNull())
                    .groupBy(ALARM.SEVERITY)
                    .fetch())
        .forEach(
            row ->
                counts.put(
                    WireName.parse(AlarmSeverity.class, row.value1()),
                    new Count(row.value2(), row.value3())));
    return counts;
  }

  @Override
  public Optional<Entry> find(TenantSlug tenant, UUID alarm) {
    return transactions.inTenant(tenant, sql -> find(sql, tenant, alarm));
  }

  private Optional<Entry> find(DSLContext sql, TenantSlug tenant, UUID alarm) {
    return entries(sql, tenant, sql.selectFrom(ALARM).where(is(tenant, alarm)).fetch()).stream()
        .findFirst();
  }

  private static Condition is(TenantSlug tenant, UUID alarm) {
    return ALARM.TENANT.eq(tenant.value()).and(ALARM.ID.eq(alarm));
  }

  @Override
  public Optional<Entry> acknowledge(TenantSlug tenant, UUID alarm, String by, String note) {
    return transactions.inTenant(
        tenant,
        sql -> {
          sql.update(ALARM)
              .set(ALARM.ACKNOWLEDGED_AT, CallRows.micros(clock.instant()))
              .set(ALARM.ACKNOWLEDGED_BY, Text.clean(by))
              .set(ALARM.NOTE, Text.clean(note))
              .where(is(tenant, alarm))
              .and(ALARM.ACKNOWLEDGED_AT.isNull())
              .execute();
          return find(sql, tenant, alarm);
        });
  }

  @Override
  public List<Silence> silences(TenantSlug tenant) {
    Instant now = clock.instant();
    return transactions.inTenant(tenant, sql -> silences(sql, tenant, now));
  }

  private static List<Silence> silences(DSLContext sql, TenantSlug tenant, Instant now) {
    return sql.selectFrom(ALARM_SILENCE)
        .where(ALARM_SILENCE.TENANT.eq(tenant.value()))
        .and(inForce(now))
        .orderBy(ALARM_SILENCE.BEGINS_AT.desc(), ALARM_SILENCE.ID)
        .fetch(AlarmRows::silence);
  }

  static Condition inForce(Instant now) {
    return ALARM_SILENCE.ENDED_AT.isNull().and(ALARM_SILENCE.ENDS_AT.gt(now));
  }

  @Override
  public void silence(TenantSlug tenant, Silence silence) {
    AlarmKind kind = silence.kind();
    AlarmObject object = silence.object();
    transactions.inTenant(
        tenant,
        sql ->
            sql.insertInto(ALARM_SILENCE)
                .set(ALARM_SILENCE.TENANT, tenant.value())
                .set(ALARM_SILENCE.ID, silence.id())
                .set(ALARM_SILENCE.KIND, kind == null ? null : kind.wireName())
                .set(ALARM_SILENCE.OBJECT, object == null ? null : Text.clean(object.text()))
                .set(ALARM_SILENCE.BEGINS_AT, CallRows.micros(silence.from()))
                .set(ALARM_SILENCE.ENDS_AT, CallRows.micros(silence.until()))
                .set(ALARM_SILENCE.REASON, Text.clean(silence.reason()))
                .set(ALARM_SILENCE.CREATED_BY, Text.clean(silence.by()))
                .execute());
  }

  @Override
  public boolean endSilence(TenantSlug tenant, UUID silence, String by) {
    Instant now = CallRows.micros(clock.instant());
    return transactions.inTenant(
            tenant,
            sql ->
                sql.update(ALARM_SILENCE)
                    .set(ALARM_SILENCE.ENDED_AT, now)
                    .set(ALARM_SILENCE.ENDED_BY, Text.clean(by))
                    .where(ALARM_SILENCE.TENANT.eq(tenant.value()))
                    .and(ALARM_SILENCE.ID.eq(silence))
                    .and(inForce(now))
                    .execute())
        > 0;
  }

  @Override
  public boolean alone(Runnable work) {
    return transactions.alone(
            Locks.ALARMS,
            () -> {
              work.run();
              return 1;
            })
        > 0;
  }
}
