package io.earwitness.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.earwitness.alarm.AlarmKind;
import io.earwitness.alarm.AlarmObject;
import io.earwitness.alarm.SaidAlarms;
import io.earwitness.archive.alarm.ConditionWatch;
import io.earwitness.archive.catalog.ChangeFeed;
import io.earwitness.call.CallLimits;
import io.earwitness.call.RecorderSnapshot;
import io.earwitness.call.RecordingId;
import io.earwitness.call.TenantSlug;
import io.earwitness.capture.SpoolHealth;
import io.earwitness.capture.SpoolSpace;
import io.earwitness.recorder.srs.MediaHealth;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Each condition of a node, from its beginning to its end. */
class NodeConditionsTest {
  private static final TenantSlug ACME = new TenantSlug("acme");
  private Instant now = Instant.parse("2026-11-21T10:00:00Z");
  private final Map<AlarmKind, ConditionWatch.Condition> watched = new EnumMap<>(AlarmKind.class);
  private final List<String> once = new ArrayList<>();
  private final List<Runnable> others = new ArrayList<>();

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

  private final NodeConditions conditions =
      new NodeConditions(
          new Watches() {
            @Override
            public void watch(AlarmKind kind, ConditionWatch.Condition condition) {
              assertThat(watched.put(kind, condition)).isNull();
            }

            @Override
            public void watchPart(AlarmKind kind, String part, ConditionWatch.Condition condition) {
              watched.put(kind, condition);
            }

            @Override
            public void watchRemote(AlarmKind kind, ConditionWatch.Condition condition) {
              watch(kind, condition);
            }

            @Override
            public void also(Runnable work) {
              others.add(work);
            }

            @Override
            public void raiseOnce(
                AlarmKind kind, AlarmObject object, TenantSlug tenant, String detail) {
              once.add(kind.wireName() + " " + object + " " + tenant);
            }
          },
          clock);

  /** The kinds whose condition holds now. */
  private Set<AlarmKind> holding() throws Exception {
    Set<AlarmKind> holding = EnumSet.noneOf(AlarmKind.class);
    for (Map.Entry<AlarmKind, ConditionWatch.Condition> each : watched.entrySet()) {
      if (each.getValue().problem() != null) {
        holding.add(each.getKey());
      }
    }
    return holding;
  }

  private SpoolSpace.@Nullable Room room;
  private long errors;
  private Duration unsynced = Duration.ofSeconds(2);
  private @Nullable String unread;

  private SpoolHealth health() {
    return new SpoolHealth(1, 0, errors, null, 0, 0, "syncfs", 0, 0, null);
  }

  @Test
  void theSpool() throws Exception {
    conditions.spool(() -> room, this::health, () -> unsynced, () -> unread);
    assertThat(holding()).isEmpty();
    room = new SpoolSpace.Room(1, null, false);
    assertThat(holding()).isEmpty();
    room = new SpoolSpace.Room(1, Duration.ofHours(24), false);
    assertThat(holding()).isEmpty();
    room = new SpoolSpace.Room(1, Duration.ofHours(23), false);
    assertThat(holding()).containsExactly(AlarmKind.SPOOL_FILLING);
    room = new SpoolSpace.Room(1, Duration.ofMinutes(59), false);
    assertThat(holding()).containsExactly(AlarmKind.SPOOL_FULL_SOON);
    room = new SpoolSpace.Room(1, Duration.ZERO, true);
    assertThat(holding()).containsExactly(AlarmKind.SPOOL_FULL);
    room = null;
    errors = 1;
    assertThat(holding()).containsExactly(AlarmKind.SPOOL_FAILING);
    now = now.plusSeconds(60);
    assertThat(holding()).as("for a minute nothing failed").isEmpty();
    unread = "it can't be looked at";
    assertThat(holding()).containsExactly(AlarmKind.SPOOL_FAILING);
    unread = null;
    unsynced = Duration.ofMillis(5_001);
    assertThat(holding()).containsExactly(AlarmKind.SPOOL_SYNC_SLOW);
    unsynced = Duration.ofSeconds(5);
    assertThat(holding()).isEmpty();
  }

  private boolean bad;
  private long count;

  @Test
  void theRecorder() throws Exception {
    int[] guaranteed = {10};
    conditions.recorder(
        () -> bad,
        () -> count,
        () ->
            new RecorderSnapshot(
                "v1",
                List.of(
                    new RecorderSnapshot.Tenant(
                        ACME,
                        ZoneId.of("UTC"),
                        Set.of(),
                        List.of(),
                        new CallLimits(guaranteed[0], null))),
                List.of()),
        () -> bad,
        10,
        List.of());
    assertThat(holding()).isEmpty();
    bad = true;
    assertThat(holding())
        .containsExactlyInAnyOrder(AlarmKind.RECORDER_OVERLOADED, AlarmKind.CONFIGURATION_UNUSABLE);
    bad = false;
    guaranteed[0] = 11;
    assertThat(holding()).containsExactly(AlarmKind.PLACES_OVERCOMMITTED);
    guaranteed[0] = 0;
    count = 2;
    assertThat(holding()).containsExactly(AlarmKind.REFUSALS_LOST);
    now = now.plus(Duration.ofHours(1));
    assertThat(holding()).isEmpty();
  }

  @Test
  void suitesThatDoNotWork() throws Exception {
    conditions.recorder(
        () -> false,
        () -> 0,
        () -> new RecorderSnapshot("v1", List.of(), List.of()),
        () -> false,
        10,
        List.of("AEAD_AES_256_GCM"));
    assertThat(holding()).containsExactly(AlarmKind.SRTP_UNAVAILABLE);
  }

  @Test
  void certificates() throws Exception {
    Instant[] until = {now.plus(Duration.ofDays(30))};
    conditions.certificates(() -> until[0], () -> bad, List.of());
    assertThat(holding()).isEmpty();
    until[0] = until[0].minusMillis(1);
    assertThat(holding()).containsExactly(AlarmKind.CERTIFICATE_EXPIRING);
    until[0] = now.plus(Duration.ofDays(365));
    bad = true;
    assertThat(holding()).containsExactly(AlarmKind.CERTIFICATE_UNUSABLE);
    bad = false;
    assertThat(holding()).isEmpty();
    watched.clear();
    conditions.certificates(() -> null, () -> false, List.of("The authority expires."));
    assertThat(holding()).containsExactly(AlarmKind.PLATFORM_KEYS);
  }

  @Test
  void theNodeAmongOthers() throws Exception {
    conditions.node(() -> bad, () -> count, () -> count, () -> bad, () -> count);
    assertThat(holding()).isEmpty();
    bad = true;
    count = 1;
    assertThat(holding())
        .containsExactlyInAnyOrder(
            AlarmKind.NODE_NAME_TAKEN,
            AlarmKind.CAPTURES_MISSING,
            AlarmKind.CALLS_UNREPORTED,
            AlarmKind.RESCUE_COPIES_FAILING,
            AlarmKind.RESCUE_LEFTOVERS);
    bad = false;
    count = 0;
    assertThat(holding()).isEmpty();
  }

  @Test
  void whatTheNodeReaches() throws Exception {
    Runnable reach =
        () -> {
          if (bad) {
            throw new IllegalStateException("no route");
          }
        };
    conditions.reached(reach, reach);
    assertThat(holding()).isEmpty();
    bad = true;
    assertThat(holding())
        .containsExactlyInAnyOrder(AlarmKind.DATABASE_AWAY, AlarmKind.OBJECT_STORE_AWAY);
    bad = false;
    assertThat(holding()).isEmpty();
  }

  @Test
  void whatFollowsTheChangeFeed() throws Exception {
    conditions.followers(new Feed(), () -> 3, () -> count);
    assertThat(holding()).isEmpty();
    count = 2;
    assertThat(holding()).isEmpty();
    now = now.plusSeconds(60);
    assertThat(holding()).containsExactly(AlarmKind.LAKE_BEHIND);
    count = 3;
    assertThat(holding()).isEmpty();
    assertThat(watched).containsKey(AlarmKind.INDEX_BEHIND);
  }

  /** Of three changes. */
  private static final class Feed implements ChangeFeed {
    @Override
    public String epoch() {
      return "e";
    }

    @Override
    public List<Change> read(long after, int max) {
      return after >= 3
          ? List.of()
          : List.of(new Change(after + 1, ACME, RecordingId.draw(Instant.EPOCH)));
    }

    @Override
    public void await(long after, Duration atMost) {}
  }

  @Test
  void theAuditTrail() throws Exception {
    Set<TenantSlug> broken = new HashSet<>();
    conditions.audit(() -> broken, () -> count);
    others.forEach(Runnable::run);
    assertThat(holding()).isEmpty();
    assertThat(once).isEmpty();
    broken.add(ACME);
    others.forEach(Runnable::run);
    assertThat(once).containsExactly("audit-log-broken tenant:acme acme");
    count = 1;
    assertThat(holding()).containsExactly(AlarmKind.AUDIT_ENTRY_LOST);
    now = now.plus(Duration.ofHours(1));
    assertThat(holding()).isEmpty();
    conditions.nodeApi(() -> 7);
    assertThat(holding()).containsExactly(AlarmKind.AUDIT_ENTRY_LOST);
  }

  @Test
  void theMediaOfARecordingHasOneAlarmAtATimeAndNoneAfterItsEnd() {
    SaidAlarms alarms = new SaidAlarms();
    MediaAlarms media = new MediaAlarms(alarms, "rec-1");
    RecordingId id = RecordingId.draw(now);
    media.health(id, TenantSlug.PLATFORM, MediaHealth.GOOD);
    media.health(id, TenantSlug.PLATFORM, MediaHealth.ONE_WAY);
    media.health(id, TenantSlug.PLATFORM, MediaHealth.ONE_WAY);
    media.health(id, ACME, MediaHealth.ONE_WAY);
    media.health(id, ACME, MediaHealth.NO_MEDIA);
    media.health(id, ACME, MediaHealth.DEAD_AIR);
    media.health(id, ACME, MediaHealth.GOOD);
    media.health(id, ACME, MediaHealth.HIGH_LOSS);
    media.closed(id);
    media.closed(id);
    String object = " recording:" + id;
    assertThat(alarms.said)
        .containsExactly(
            "+media-one-way" + object,
            "-media-one-way" + object,
            "+media-one-way" + object,
            "-media-one-way" + object,
            "+media-missing" + object,
            "-media-missing" + object,
            "+media-dead-air" + object,
            "-media-dead-air" + object,
            "+media-high-loss" + object,
            "-media-high-loss" + object);
  }

  @Test
  void aSweepThatFindsSomething() {
    SaidAlarms alarms = new SaidAlarms();
    Upkeep.tell(alarms, ACME, 2);
    Upkeep.tell(alarms, ACME, 0);
    assertThat(alarms.said)
        .containsExactly("+store-sweep-failing tenant:acme", "-store-sweep-failing tenant:acme");
  }
}
