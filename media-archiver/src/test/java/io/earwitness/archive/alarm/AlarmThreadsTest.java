package io.earwitness.archive.alarm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.earwitness.alarm.Alarm;
import io.earwitness.alarm.AlarmChannel;
import io.earwitness.alarm.AlarmKey;
import io.earwitness.alarm.AlarmKind;
import io.earwitness.alarm.AlarmObject;
import io.earwitness.alarm.AlarmQueue;
import io.earwitness.alarm.AlarmReport;
import io.earwitness.alarm.AlarmSeverity;
import io.earwitness.alarm.ChannelType;
import io.earwitness.archive.catalog.AlarmRegister;
import io.earwitness.archive.catalog.CallCatalog.CatalogUnavailableException;
import io.earwitness.archive.catalog.CatalogConditions;
import io.earwitness.archive.catalog.CatalogDatabase;
import io.earwitness.archive.catalog.DatabaseConfig;
import io.earwitness.archive.catalog.Directory;
import io.earwitness.archive.catalog.TestServer;
import io.earwitness.call.TenantSlug;
import io.earwitness.outbound.HttpPost;
import io.earwitness.outbound.Outbound;
import io.earwitness.outbound.TrustFile;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** From an alarm that is raised to whoever is told, over a real database. */
class AlarmThreadsTest {
  private static final TenantSlug ACME = new TenantSlug("acme");
  private static final Instant START = Instant.parse("2026-11-21T10:00:00Z");
  private static final AlarmObject NODE = AlarmObject.node("rec-1");
  private static final AlarmDispatcher.Settings SETTINGS =
      new AlarmDispatcher.Settings(
          Duration.ofSeconds(1), Duration.ofSeconds(10), Duration.ofSeconds(40), 5);

  private final DatabaseConfig.External server = TestServer.bundled().newDatabase();
  private final List<String> told = new CopyOnWriteArrayList<>();
  private final Set<String> failing = ConcurrentHashMap.newKeySet();
  private volatile Instant now = START;
  private CatalogDatabase database;
  private AlarmQueue queue;
  private AlarmWriter writer;
  private AlarmDispatcher dispatcher;

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
  void openDatabase() {
    database = CatalogDatabase.open(server, clock);
    database
        .directory()
        .addTenant(new Directory.Tenant(ACME, "Acme", ZoneId.of("UTC"), Set.of(), 1), "test");
    queue = new AlarmQueue("rec-1", 100, clock, new AlarmLog());
    writer = new AlarmWriter(queue, database.alarms(), () -> {});
    dispatcher =
        new AlarmDispatcher(
            database.alarmOutbox(),
            List.of(),
            (channel, notices) -> {
              if (failing.contains(channel.name())) {
                throw new IOException("no route to " + channel.name());
              }
              notices.forEach(
                  notice ->
                      told.add(
                          "%s: %s %s"
                              .formatted(
                                  channel.name(),
                                  notice.event().wireName(),
                                  notice.alarm().key().kind().wireName())));
            },
            queue,
            SETTINGS);
  }

  @AfterEach
  void closeDatabase() {
    database.close();
  }

  private void channel(String name, AlarmSeverity minimum) {
    database
        .alarmChannels()
        .set(
            new AlarmChannel(
                ACME, name, ChannelType.EMAIL, name + "@acme.example", minimum, Duration.ZERO),
            "test");
  }

  private void run() throws InterruptedException {
    writer.writeAll();
    queue.registered(database.alarms().openKeys());
    dispatcher.step();
    dispatcher.settle();
    writer.writeAll();
  }

  private List<Alarm> open() {
    return database.alarms().open();
  }

  @Test
  void an_alarm_is_told_and_its_end_too() throws Exception {
    channel("desk", AlarmSeverity.MAJOR);
    AlarmObject tenant = AlarmObject.tenant(ACME);
    queue.raise(AlarmKind.CALLS_LOST, tenant, ACME, "1 recordings");
    run();
    queue.raise(AlarmKind.CALLS_LOST, tenant, ACME, "2 recordings");
    run();
    assertThat(told).containsExactly("desk: raised calls-lost");
    assertThat(open()).extracting(Alarm::times).containsExactly(2L, 2L);
    queue.clear(AlarmKind.CALLS_LOST, tenant, ACME);
    run();
    assertThat(told).containsExactly("desk: raised calls-lost", "desk: cleared calls-lost");
    assertThat(open()).isEmpty();
  }

  @Test
  void a_channel_that_fails_is_tried_again_and_is_an_alarm_that_goes_elsewhere() throws Exception {
    channel("desk", AlarmSeverity.WARNING);
    channel("other", AlarmSeverity.WARNING);
    failing.add("desk");
    queue.raise(AlarmKind.MEDIA_ONE_WAY, AlarmObject.tenant(ACME), ACME, "");
    for (int i = 0; i < 3; i++) {
      run();
      now = now.plusSeconds(40);
    }
    run();
    assertThat(told)
        .containsExactly("other: raised media-one-way", "other: raised alarm-channel-failing");
    assertThat(open())
        .extracting(Alarm::key)
        .contains(
            new AlarmKey(ACME, AlarmKind.ALARM_CHANNEL_FAILING, AlarmObject.channel(ACME, "desk")),
            new AlarmKey(
                TenantSlug.PLATFORM,
                AlarmKind.ALARM_CHANNEL_FAILING,
                AlarmObject.channel(ACME, "desk")));
    failing.clear();
    now = now.plusSeconds(40);
    run();
    run();
    assertThat(told)
        .containsExactly(
            "other: raised media-one-way",
            "other: raised alarm-channel-failing",
            "desk: raised media-one-way",
            "other: cleared alarm-channel-failing");
    assertThat(
            database
                .alarms()
                .list(
                    new AlarmRegister.Query(ACME, true, Set.of(), AlarmKind.MEDIA_ONE_WAY, null, 1))
                .entries()
                .getFirst()
                .attempts()
                .stream()
                .filter(attempt -> attempt.channel().equals("desk"))
                .map(AlarmRegister.Attempt::outcome))
        .containsExactly(
            "delivered",
            "no route to desk",
            "no route to desk",
            "no route to desk",
            "no route to desk");
  }

  @Test
  void retries_come_later_each_time_and_end() {
    assertThat(SETTINGS.retry(1)).isEqualTo(Duration.ofSeconds(10));
    assertThat(SETTINGS.retry(2)).isEqualTo(Duration.ofSeconds(20));
    assertThat(SETTINGS.retry(4)).isEqualTo(Duration.ofSeconds(40));
    assertThat(SETTINGS.retry(5)).isNull();
    Duration all = Duration.ZERO;
    AlarmDispatcher.Settings usual = AlarmDispatcher.Settings.defaults();
    for (int i = 1; usual.retry(i) != null; i++) {
      all = all.plus(Objects.requireNonNull(usual.retry(i)));
    }
    assertThat(all).isBetween(Duration.ofHours(46), Duration.ofHours(50));
  }

  @Test
  void while_the_database_is_away_alarms_wait_and_are_counted() {
    database.close();
    queue.raise(AlarmKind.DATABASE_AWAY, NODE, TenantSlug.PLATFORM, "gone");
    queue.raise(AlarmKind.SPOOL_FILLING, NODE, TenantSlug.PLATFORM, "full in a day");
    assertThatThrownBy(writer::writeAll).isInstanceOf(RuntimeException.class);
    assertThat(queue.openByKind())
        .containsOnlyKeys(AlarmKind.DATABASE_AWAY, AlarmKind.SPOOL_FILLING);
  }

  @Test
  void what_the_database_did_not_take_waits_on_with_what_came_since() {
    List<AlarmReport> entered = new ArrayList<>();
    boolean[] away = {true};
    AlarmRegister register =
        new FailingRegister(database.alarms()) {
          @Override
          public void enter(AlarmReport report) {
            if (away[0]) {
              throw new CatalogUnavailableException("away", new IOException());
            }
            entered.add(report);
          }
        };
    AlarmWriter own = new AlarmWriter(queue, register, () -> {});
    queue.raise(AlarmKind.DATABASE_AWAY, NODE, TenantSlug.PLATFORM, "gone");
    queue.raise(AlarmKind.SPOOL_FILLING, NODE, TenantSlug.PLATFORM, "a");
    assertThatThrownBy(own::writeAll).isInstanceOf(CatalogUnavailableException.class);
    now = START.plusSeconds(60);
    queue.raise(AlarmKind.SPOOL_FILLING, NODE, TenantSlug.PLATFORM, "b");
    away[0] = false;
    queue.clear(AlarmKind.DATABASE_AWAY, NODE, TenantSlug.PLATFORM);
    assertThat(own.writeAll()).isTrue();
    assertThat(entered)
        .extracting(report -> report.key().kind() + " " + report.times() + " " + report.detail())
        .containsExactlyInAnyOrder("DATABASE_AWAY 1 gone", "SPOOL_FILLING 2 b");
    assertThat(entered)
        .filteredOn(report -> report.key().kind() == AlarmKind.DATABASE_AWAY)
        .singleElement()
        .extracting(AlarmReport::clearedAt)
        .isEqualTo(now);
  }

  @Test
  void what_the_catalog_shows_is_raised_once_updated_and_cleared_by_whoever_looks() {
    List<CatalogConditions.Found> found = new ArrayList<>();
    AlarmUpkeep upkeep = new AlarmUpkeep(() -> found, database.alarms(), queue, List.of());
    found.add(lost("1 recordings"));
    look(upkeep);
    look(upkeep);
    assertThat(open()).hasSize(2).allMatch(alarm -> alarm.times() == 1);
    found.set(0, lost("2 recordings"));
    // Another node, which has raised nothing itself
    queue = new AlarmQueue("rec-2", 100, clock, new AlarmLog());
    writer = new AlarmWriter(queue, database.alarms(), () -> {});
    upkeep = new AlarmUpkeep(() -> found, database.alarms(), queue, List.of());
    look(upkeep);
    assertThat(open())
        .hasSize(2)
        .allMatch(alarm -> alarm.times() == 2 && alarm.detail().startsWith("2"));
    found.clear();
    look(upkeep);
    assertThat(open()).isEmpty();
  }

  private void look(AlarmUpkeep upkeep) {
    upkeep.look();
    writer.writeAll();
  }

  private static CatalogConditions.Found lost(String detail) {
    return new CatalogConditions.Found(
        AlarmKind.CALLS_LOST, AlarmObject.tenant(ACME), ACME, detail);
  }

  @Test
  void a_condition_is_raised_when_it_begins_or_changes_and_cleared_when_it_ends() {
    @Nullable String[] problem = {null};
    ConditionWatch watch =
        new ConditionWatch("watch", queue)
            .watch(AlarmKind.SPOOL_FULL, NODE, () -> problem[0])
            .watch(
                AlarmKind.DATABASE_AWAY,
                NODE,
                () -> {
                  throw new IOException("can't be told");
                });
    watch.look();
    assertThat(queue.take(10))
        .as("the first time: a former process may have raised it")
        .extracting(AlarmReport::times)
        .containsExactly(0);
    watch.look();
    assertThat(queue.take(10)).isEmpty();
    problem[0] = "low";
    watch.look();
    watch.look();
    assertThat(queue.take(10)).extracting(AlarmReport::times).containsExactly(1);
    problem[0] = "lower";
    watch.look();
    assertThat(queue.take(10)).extracting(AlarmReport::detail).containsExactly("lower");
    problem[0] = null;
    watch.look();
    assertThat(queue.take(10)).extracting(AlarmReport::clearedAt).containsExactly(now);
    watch.close();
  }

  @Test
  void a_channel_that_hangs_keeps_no_other_waiting() throws Exception {
    channel("desk", AlarmSeverity.MAJOR);
    channel("slow", AlarmSeverity.MAJOR);
    CountDownLatch answered = new CountDownLatch(1);
    AlarmDispatcher patient =
        new AlarmDispatcher(
            database.alarmOutbox(),
            List.of(),
            (channel, notices) -> {
              if (channel.name().equals("slow")) {
                try {
                  answered.await();
                } catch (InterruptedException e) {
                  throw new IOException(e);
                }
              }
              told.add(channel.name() + " " + notices.size());
            },
            queue,
            SETTINGS);
    raised(AlarmKind.CALLS_LOST);
    patient.step();
    while (!told.contains("desk 1")) {
      Thread.onSpinWait();
    }
    raised(AlarmKind.ARCHIVE_INCOMPLETE);
    raised(AlarmKind.CAPTURES_DAMAGED);
    while (told.stream().filter("desk 2"::equals).count() == 0) {
      patient.step();
    }
    answered.countDown();
    patient.settle();
    while (!told.contains("slow 2")) {
      patient.step();
    }
    patient.settle();
    assertThat(told).containsExactlyInAnyOrder("desk 1", "desk 2", "slow 1", "slow 2");
  }

  private void raised(AlarmKind kind) {
    database
        .alarms()
        .enter(
            AlarmReport.raised(
                new AlarmKey(ACME, kind, AlarmObject.tenant(ACME)), now, "", "rec-1"));
  }

  @Test
  void a_heartbeat_is_sent_while_all_is_well_and_its_failure_known() throws Exception {
    AtomicLong beats = new AtomicLong();
    int[] answer = {200};
    HttpServer watch = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    watch.createContext(
        "/",
        exchange -> {
          beats.incrementAndGet();
          exchange.sendResponseHeaders(answer[0], -1);
          exchange.close();
        });
    watch.start();
    @Nullable String[] unwell = {"the database is away"};
    HeartbeatSender sender =
        new HeartbeatSender(
            URI.create("http://127.0.0.1:%d/ping".formatted(watch.getAddress().getPort())),
            new HttpPost(new Outbound(true, TrustFile.load(null), Duration.ofSeconds(5))),
            () -> unwell[0]);
    try {
      sender.beat();
      assertThat(beats).hasValue(0);
      unwell[0] = null;
      sender.beat();
      assertThat(beats).hasValue(1);
      assertThat(sender.problem()).isNull();
      answer[0] = 500;
      sender.beat();
      assertThat(sender.problem()).contains("500");
      answer[0] = 200;
      sender.beat();
      assertThat(sender.problem()).isNull();
    } finally {
      watch.stop(0);
      sender.close();
    }
  }

  @Test
  void a_counter_that_grew_is_over_after_a_while_of_calm() {
    AtomicLong count = new AtomicLong();
    Recently recently = new Recently(count::get, Duration.ofHours(1), () -> now, "%d lost");
    assertThat(recently.problem()).isNull();
    count.set(3);
    assertThat(recently.problem()).isEqualTo("3 lost");
    now = START.plus(Duration.ofHours(1)).minusMillis(1);
    assertThat(recently.problem()).isEqualTo("3 lost");
    now = START.plus(Duration.ofHours(1));
    assertThat(recently.problem()).isNull();
  }

  @Test
  void a_follower_is_stuck_when_it_is_behind_and_does_not_move() throws Exception {
    AtomicLong position = new AtomicLong(5);
    AtomicLong head = new AtomicLong(5);
    Stuck stuck =
        new Stuck(
            new Stuck.Follower() {
              @Override
              public long position() {
                return position.get();
              }

              @Override
              public boolean isBehind(long reached) {
                return reached < head.get();
              }
            },
            Duration.ofMinutes(1),
            () -> now);
    assertThat(stuck.problem()).isNull();
    head.set(7);
    assertThat(stuck.problem()).isNull();
    now = START.plusSeconds(60);
    assertThat(stuck.problem()).contains("position 5");
    position.set(6);
    assertThat(stuck.problem()).as("it moves").isNull();
    now = now.plusSeconds(59);
    assertThat(stuck.problem()).isNull();
    now = now.plusSeconds(1);
    assertThat(stuck.problem()).contains("position 6");
    position.set(7);
    assertThat(stuck.problem()).isNull();
  }
}
