package io.earwitness.archive.catalog;

import static io.earwitness.archive.catalog.TestCalls.ACME;
import static io.earwitness.archive.catalog.TestCalls.GLOBEX;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.earwitness.alarm.Alarm;
import io.earwitness.alarm.AlarmChannel;
import io.earwitness.alarm.AlarmKey;
import io.earwitness.alarm.AlarmKind;
import io.earwitness.alarm.AlarmObject;
import io.earwitness.alarm.AlarmReport;
import io.earwitness.alarm.AlarmSeverity;
import io.earwitness.alarm.ChannelType;
import io.earwitness.alarm.Notice;
import io.earwitness.alarm.Silence;
import io.earwitness.call.CallState;
import io.earwitness.call.CallSummary;
import io.earwitness.call.TenantSlug;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Alarms, silences, channels and the outbox in PostgreSQL. */
@Execution(ExecutionMode.CONCURRENT)
class AlarmRegisterTest {
  private static final Instant START = Instant.parse("2026-11-21T10:00:00Z");
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final AlarmObject NODE = AlarmObject.node("rec-1");

  private DatabaseConfig.External server;
  private CatalogDatabase database;
  private AlarmRegister register;
  private AlarmOutbox outbox;
  private Instant now = START;

  private final Clock clock =
      new Clock() {
        @Override
        public Instant instant() {
          return now;
        }

        @Override
        public ZoneId getZone() {
          return ZoneId.of("UTC");
        }

        @Override
        public Clock withZone(ZoneId zone) {
          throw new UnsupportedOperationException();
        }
      };

  @BeforeEach
  void open() {
    server = TestServer.bundled().newDatabase();
    reopen();
    for (TenantSlug tenant : List.of(ACME, GLOBEX)) {
      database
          .directory()
          .addTenant(
              new Directory.Tenant(tenant, tenant.value(), ZoneId.of("UTC"), Set.of(), 1), "test");
    }
  }

  private void reopen() {
    if (database != null) {
      database.close();
    }
    database = CatalogDatabase.open(server, clock);
    register = database.alarms();
    outbox = database.alarmOutbox();
  }

  @AfterEach
  void close() {
    database.close();
  }

  private static AlarmKey key(TenantSlug tenant, AlarmKind kind) {
    return new AlarmKey(tenant, kind, NODE);
  }

  private void raise(TenantSlug tenant, AlarmKind kind, String detail) {
    register.enter(AlarmReport.raised(key(tenant, kind), now, detail, "rec-1"));
  }

  private void clear(TenantSlug tenant, AlarmKind kind) {
    register.enter(AlarmReport.cleared(key(tenant, kind), now, "rec-1"));
  }

  private AlarmRegister.Page list(
      TenantSlug tenant, boolean openOnly, @Nullable String cursor, int limit) {
    return register.list(new AlarmRegister.Query(tenant, openOnly, Set.of(), null, cursor, limit));
  }

  private List<Alarm> all(TenantSlug tenant) {
    return list(tenant, false, null, 100).entries().stream()
        .map(AlarmRegister.Entry::alarm)
        .toList();
  }

  private void channel(TenantSlug tenant, String name, AlarmSeverity minimum, Duration after) {
    database
        .alarmChannels()
        .set(
            new AlarmChannel(
                tenant, name, ChannelType.EMAIL, name + "@acme.example", minimum, after),
            "test");
  }

  private List<String> due() {
    outbox.plan(List.of());
    return outbox.take(List.of(), Set.of(), MINUTE, 10).stream()
        .map(
            due ->
                due.channelName()
                    + " "
                    + due.notice().event().wireName()
                    + " "
                    + due.notice().alarm().key().kind().wireName())
        .toList();
  }

  @Test
  void the_same_again_while_open_counts_up_and_after_its_end_is_a_new_alarm() {
    raise(ACME, AlarmKind.CALLS_LOST, "1");
    now = START.plusSeconds(10);
    raise(ACME, AlarmKind.CALLS_LOST, "2");
    Alarm open = all(ACME).getFirst();
    assertThat(all(ACME)).hasSize(1);
    assertThat(open.times()).isEqualTo(2);
    assertThat(open.detail()).isEqualTo("2");
    assertThat(open.raisedAt()).isEqualTo(START);
    assertThat(open.lastRaisedAt()).isEqualTo(now);

    clear(ACME, AlarmKind.CALLS_LOST);
    clear(ACME, AlarmKind.CALLS_LOST);
    assertThat(all(ACME).getFirst().clearedAt()).isEqualTo(now);
    assertThat(list(ACME, true, null, 10).entries()).isEmpty();
    now = START.plusSeconds(20);
    raise(ACME, AlarmKind.CALLS_LOST, "3");
    assertThat(all(ACME)).hasSize(2).first().extracting(Alarm::times).isEqualTo(1L);
  }

  @Test
  void a_report_of_both_leaves_an_alarm_that_is_over() {
    register.enter(
        new AlarmReport(
            key(ACME, AlarmKind.CALLS_LOST), 3, START, START.plusSeconds(5), "x", now, "rec-1"));
    assertThat(all(ACME).getFirst().times()).isEqualTo(3);
    assertThat(all(ACME).getFirst().isOpen()).isFalse();
  }

  @Test
  void tenants_and_the_platform_see_their_own_only_in_pages() {
    for (AlarmKind kind :
        List.of(AlarmKind.CALLS_LOST, AlarmKind.CAPTURES_DAMAGED, AlarmKind.MEDIA_ONE_WAY)) {
      now = now.plusSeconds(1);
      raise(ACME, kind, "");
    }
    raise(GLOBEX, AlarmKind.CALLS_LOST, "");
    raise(TenantSlug.PLATFORM, AlarmKind.NODE_ABSENT, "");
    AlarmRegister.Page first = list(ACME, true, null, 2);
    assertThat(first.entries())
        .extracting(entry -> entry.alarm().key().kind())
        .containsExactly(AlarmKind.MEDIA_ONE_WAY, AlarmKind.CAPTURES_DAMAGED);
    AlarmRegister.Page second = list(ACME, true, first.next(), 2);
    assertThat(second.entries())
        .extracting(entry -> entry.alarm().key())
        .containsExactly(key(ACME, AlarmKind.CALLS_LOST));
    assertThat(second.next()).isNull();
    assertThatThrownBy(() -> list(ACME, true, "nonsense", 2))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(
            register
                .list(
                    new AlarmRegister.Query(
                        ACME,
                        true,
                        Set.of(AlarmSeverity.MAJOR, AlarmSeverity.MINOR),
                        AlarmKind.MEDIA_ONE_WAY,
                        null,
                        10))
                .entries())
        .hasSize(1);
    assertThat(register.counts(ACME))
        .containsEntry(AlarmSeverity.CRITICAL, new AlarmRegister.Count(1, 1))
        .hasSize(3);
    assertThat(register.openKeys()).hasSize(5);

    UUID foreign = all(GLOBEX).getFirst().id();
    assertThat(register.find(ACME, foreign)).isEmpty();
    assertThat(register.acknowledge(ACME, foreign, "user:x@acme", "")).isEmpty();
    assertThat(register.find(GLOBEX, foreign)).isPresent();
  }

  @Test
  void row_level_security_holds_whatever_a_query_asks() throws Exception {
    raise(GLOBEX, AlarmKind.CALLS_LOST, "");
    channel(GLOBEX, "desk", AlarmSeverity.WARNING, Duration.ZERO);
    register.silence(GLOBEX, silence(AlarmKind.NODE_ABSENT, START.plusSeconds(60)));
    assertThat(due()).hasSize(1);
    outbox.plan(List.of());
    now = START.plus(MINUTE);
    outbox.failed(outbox.take(List.of(), Set.of(), MINUTE, 10), "no", MINUTE);
    String app = new Roles(server).app();
    for (String table :
        List.of("alarm", "alarm_notice", "alarm_attempt", "alarm_channel", "alarm_silence")) {
      assertThat(rows(app, "globex", "select count(*) from earwitness." + table))
          .as(table)
          .isEqualTo(1);
      assertThat(rows(app, "acme", "select count(*) from earwitness." + table)).as(table).isZero();
    }
    assertThatThrownBy(() -> rows(app, "globex", "delete from earwitness.alarm returning 1"))
        .isInstanceOf(SQLException.class)
        .hasMessageContaining("permission denied");
    assertThatThrownBy(
            () -> rows(app, "globex", "update earwitness.alarm set cleared_at = now() returning 1"))
        .hasMessageContaining("permission denied");
    assertThatThrownBy(
            () ->
                rows(
                    app,
                    "acme",
                    "insert into earwitness.alarm_channel values ('globex', 'x', 'email', 'a@b',"
                        + " 'major', 0, now(), 'x') returning 1"))
        .hasMessageContaining("row-level security");
  }

  private int rows(String role, String tenant, String query) throws SQLException {
    try (Connection connection = TestServer.connect(server, role);
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute("select set_config('earwitness.tenant', '" + tenant + "', true)");
      try (var row = statement.executeQuery(query)) {
        row.next();
        return row.getInt(1);
      }
    }
  }

  @Test
  void who_acknowledged_first_stays() {
    raise(ACME, AlarmKind.CALLS_LOST, "");
    UUID id = all(ACME).getFirst().id();
    register.acknowledge(ACME, id, "user:a@acme", "seen");
    now = now.plusSeconds(5);
    Alarm alarm = register.acknowledge(ACME, id, "user:b@acme", "too").orElseThrow().alarm();
    assertThat(alarm.acknowledgement())
        .isEqualTo(new Alarm.Acknowledgement(START, "user:a@acme", "seen"));
    raise(ACME, AlarmKind.CALLS_LOST, "once more");
    assertThat(all(ACME).getFirst().acknowledgement()).as("the same alarm").isNotNull();
    assertThat(register.counts(ACME))
        .containsEntry(AlarmSeverity.CRITICAL, new AlarmRegister.Count(1, 0));
  }

  private Silence silence(AlarmKind kind, Instant until) {
    return new Silence(UUID.randomUUID(), kind, NODE, now, until, "known", "user:x@acme");
  }

  @Test
  void silences_end_by_time_or_by_hand() {
    Silence silence = silence(AlarmKind.CALLS_LOST, START.plusSeconds(60));
    register.silence(ACME, silence);
    raise(ACME, AlarmKind.CALLS_LOST, "");
    assertThat(register.silences(ACME)).containsExactly(silence);
    assertThat(register.silences(GLOBEX)).isEmpty();
    assertThat(list(ACME, true, null, 10).entries().getFirst().silenced()).isTrue();
    assertThat(register.endSilence(GLOBEX, silence.id(), "x")).isFalse();
    assertThat(register.endSilence(ACME, silence.id(), "x")).isTrue();
    assertThat(register.endSilence(ACME, silence.id(), "x")).isFalse();
    assertThat(list(ACME, true, null, 10).entries().getFirst().silenced()).isFalse();
    register.silence(ACME, silence(AlarmKind.CALLS_LOST, START.plusSeconds(60)));
    now = START.plusSeconds(60);
    assertThat(register.silences(ACME)).isEmpty();
  }

  @Test
  void channels_are_set_and_removed_and_what_changed_is_in_the_journal() {
    AlarmChannels channels = database.alarmChannels();
    AlarmChannel desk =
        new AlarmChannel(
            ACME, "desk", ChannelType.EMAIL, "a@acme.example", AlarmSeverity.MAJOR, MINUTE);
    assertThat(channels.set(desk, "test")).isTrue();
    assertThat(channels.set(desk, "test")).isFalse();
    channel(ACME, "desk", AlarmSeverity.MINOR, Duration.ZERO);
    assertThat(channels.list(ACME))
        .extracting(AlarmChannel::minimum)
        .containsExactly(AlarmSeverity.MINOR);
    assertThat(channels.list(GLOBEX)).isEmpty();
    assertThat(channels.remove(GLOBEX, "desk", "test")).isFalse();
    assertThat(channels.remove(ACME, "desk", "test")).isTrue();
    assertThat(channels.list(ACME)).isEmpty();
    assertThatThrownBy(() -> channel(new TenantSlug("nobody"), "x", AlarmSeverity.MAJOR, MINUTE))
        .hasMessageContaining("no tenant 'nobody'");
  }

  @Test
  void what_is_to_be_told_survives_a_restart_and_is_told_once() {
    channel(ACME, "desk", AlarmSeverity.MAJOR, Duration.ZERO);
    channel(GLOBEX, "theirs", AlarmSeverity.WARNING, Duration.ZERO);
    raise(ACME, AlarmKind.CALLS_LOST, "");
    assertThat(outbox.plan(List.of())).isEqualTo(1);
    assertThat(outbox.plan(List.of())).isZero();
    reopen();
    List<AlarmOutbox.Due> taken = outbox.take(List.of(), Set.of(), MINUTE, 10);
    assertThat(taken).hasSize(1);
    assertThat(outbox.take(List.of(), Set.of(), MINUTE, 10)).as("leased").isEmpty();
    // The node dies before it says what became of it
    now = START.plus(MINUTE);
    taken = outbox.take(List.of(), Set.of(), MINUTE, 10);
    assertThat(taken).hasSize(1);
    outbox.failed(taken, "no route", MINUTE);
    assertThat(outbox.take(List.of(), Set.of(), MINUTE, 10)).as("not due yet").isEmpty();
    now = START.plus(MINUTE.multipliedBy(2));
    taken = outbox.take(List.of(), Set.of(), MINUTE, 10);
    assertThat(taken).extracting(AlarmOutbox.Due::attempts).containsExactly(1);
    outbox.delivered(taken);
    now = START.plus(MINUTE.multipliedBy(20));
    assertThat(due()).isEmpty();
    assertThat(list(ACME, true, null, 10).entries().getFirst().attempts())
        .containsExactly(
            new AlarmRegister.Attempt(
                START.plus(MINUTE.multipliedBy(2)), "desk", Notice.Event.RAISED, "delivered"),
            new AlarmRegister.Attempt(START.plus(MINUTE), "desk", Notice.Event.RAISED, "no route"));
  }

  @Test
  void it_goes_to_the_next_channel_while_nobody_acknowledges_it_and_its_end_to_both() {
    channel(ACME, "desk", AlarmSeverity.MAJOR, Duration.ZERO);
    channel(ACME, "boss", AlarmSeverity.MAJOR, MINUTE);
    raise(ACME, AlarmKind.CALLS_LOST, "");
    assertThat(due()).containsExactly("desk raised calls-lost");
    now = START.plus(MINUTE);
    outbox.plan(List.of());
    List<AlarmOutbox.Due> taken = outbox.take(List.of(), Set.of(), MINUTE, 10);
    outbox.delivered(taken);
    assertThat(taken)
        .extracting(AlarmOutbox.Due::channelName)
        .containsExactlyInAnyOrder("desk", "boss");
    clear(ACME, AlarmKind.CALLS_LOST);
    assertThat(due())
        .containsExactlyInAnyOrder("desk cleared calls-lost", "boss cleared calls-lost");
  }

  @Test
  void a_busy_channel_keeps_no_other_waiting() {
    channel(ACME, "desk", AlarmSeverity.MAJOR, Duration.ZERO);
    channel(ACME, "boss", AlarmSeverity.MAJOR, Duration.ZERO);
    raise(ACME, AlarmKind.CALLS_LOST, "");
    raise(ACME, AlarmKind.ARCHIVE_INCOMPLETE, "");
    outbox.plan(List.of());
    assertThat(outbox.take(List.of(), Set.of("acme/desk"), MINUTE, 1))
        .extracting(AlarmOutbox.Due::channelName)
        .containsExactly("boss");
    assertThat(outbox.take(List.of(), Set.of(), MINUTE, 10))
        .extracting(AlarmOutbox.Due::channelName)
        .containsExactlyInAnyOrder("desk", "desk", "boss");
  }

  @Test
  void channels_of_the_configuration_are_the_platforms_and_one_that_is_gone_gives_up() {
    AlarmChannel configured =
        new AlarmChannel(
            TenantSlug.PLATFORM,
            "email",
            ChannelType.EMAIL,
            "ops@platform.example",
            AlarmSeverity.WARNING,
            Duration.ZERO);
    raise(TenantSlug.PLATFORM, AlarmKind.NODE_ABSENT, "");
    raise(ACME, AlarmKind.CALLS_LOST, "");
    outbox.plan(List.of(configured));
    List<AlarmOutbox.Due> taken = outbox.take(List.of(), Set.of(), MINUTE, 10);
    assertThat(taken).hasSize(1);
    assertThat(taken.getFirst().channel()).isNull();
    outbox.failed(taken, "the channel is there no more", null);
    now = START.plus(Duration.ofDays(1));
    assertThat(outbox.take(List.of(configured), Set.of(), MINUTE, 10)).isEmpty();
  }

  @Test
  void alarms_of_recordings_end_with_their_calls_and_tests_after_a_while() {
    CallSummary call = TestCalls.live(ACME);
    CallSummary running = TestCalls.live(ACME);
    for (CallSummary each : List.of(call, running)) {
      database.calls().report(each);
      register.enter(
          AlarmReport.raised(
              new AlarmKey(ACME, AlarmKind.MEDIA_ONE_WAY, AlarmObject.recording(each.id())),
              now,
              "",
              "rec-1"));
    }
    raise(ACME, AlarmKind.ALARM_TEST, "");
    assertThat(register.clearEnded(List.of())).isZero();
    database.calls().report(TestCalls.as(call, CallState.CLOSED));
    assertThat(register.clearEnded(List.of())).isEqualTo(1);
    now = now.plus(Duration.ofMinutes(10)).plusMillis(1);
    assertThat(register.clearEnded(List.of())).isEqualTo(1);
    assertThat(register.openKeys())
        .extracting(AlarmKey::object)
        .containsExactly(AlarmObject.recording(running.id()));
  }

  @Test
  void alarms_of_a_node_that_was_taken_away_are_over() throws Exception {
    raise(TenantSlug.PLATFORM, AlarmKind.SPOOL_FILLING, "");
    register.enter(
        AlarmReport.raised(
            new AlarmKey(
                TenantSlug.PLATFORM,
                AlarmKind.AUDIT_ENTRY_LOST,
                AlarmObject.node("rec-1/node-api")),
            now,
            "",
            "rec-1"));
    register.enter(
        AlarmReport.raised(
            new AlarmKey(TenantSlug.PLATFORM, AlarmKind.SPOOL_FILLING, AlarmObject.node("rec-10")),
            now,
            "",
            "rec-10"));
    database
        .nodes()
        .heartbeat(
            new Nodes.Heartbeat(
                "rec-1", "eu", new UUID(1, 1), "0.1", now, 0, null, null, null, null),
            Duration.ofMillis(1));
    while (!database.nodes().list().getFirst().absent()) {
      Thread.sleep(2);
    }
    database.drains().report("rec-1", false, 0);
    assertThat(register.clearEnded(List.of())).as("it may come back").isZero();
    database.drains().drain("rec-1", "test");
    assertThat(register.clearEnded(List.of())).isEqualTo(2);
    assertThat(register.openKeys())
        .extracting(key -> key.object().text())
        .containsExactly("node:rec-10");
  }

  @Test
  void a_channel_that_is_there_no_more_fails_no_more() {
    channel(ACME, "desk", AlarmSeverity.MAJOR, Duration.ZERO);
    AlarmChannel configured =
        new AlarmChannel(
            TenantSlug.PLATFORM,
            "email",
            ChannelType.EMAIL,
            "ops@platform.example",
            AlarmSeverity.WARNING,
            Duration.ZERO);
    for (AlarmObject object :
        List.of(
            AlarmObject.channel(ACME, "desk"), AlarmObject.channel(TenantSlug.PLATFORM, "email"))) {
      register.enter(
          AlarmReport.raised(
              new AlarmKey(TenantSlug.PLATFORM, AlarmKind.ALARM_CHANNEL_FAILING, object),
              now,
              "",
              "rec-1"));
    }
    assertThat(register.clearEnded(List.of(configured))).isZero();
    database.alarmChannels().remove(ACME, "desk", "test");
    assertThat(register.clearEnded(List.of(configured))).isEqualTo(1);
    assertThat(register.clearEnded(List.of())).isEqualTo(1);
  }

  @Test
  void what_is_over_for_long_is_forgotten_with_all_that_was_told_of_it() {
    channel(ACME, "desk", AlarmSeverity.MAJOR, Duration.ZERO);
    raise(ACME, AlarmKind.CALLS_LOST, "");
    raise(ACME, AlarmKind.ARCHIVE_INCOMPLETE, "");
    outbox.plan(List.of());
    outbox.delivered(outbox.take(List.of(), Set.of(), MINUTE, 10));
    clear(ACME, AlarmKind.CALLS_LOST);
    outbox.plan(List.of());
    now = now.plus(Duration.ofDays(2));
    assertThat(register.forget(Duration.ofDays(3))).isZero();
    assertThat(register.forget(Duration.ofDays(1))).isEqualTo(1);
    assertThat(all(ACME))
        .extracting(alarm -> alarm.key().kind())
        .containsExactly(AlarmKind.ARCHIVE_INCOMPLETE);
  }
}
