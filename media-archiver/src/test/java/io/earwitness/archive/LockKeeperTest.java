package io.earwitness.archive;

import static io.earwitness.archive.TestArchiver.TENANT;
import static org.assertj.core.api.Assertions.assertThat;

import io.earwitness.alarm.AlarmKind;
import io.earwitness.archive.catalog.CatalogConditions;
import io.earwitness.archive.catalog.CatalogDatabase;
import io.earwitness.archive.catalog.Directory;
import io.earwitness.archive.catalog.RetentionLengthenings.Progress;
import io.earwitness.archive.catalog.RetentionLocks;
import io.earwitness.archive.catalog.TestServer;
import io.earwitness.archive.store.MovableClock;
import io.earwitness.archive.store.ObjectStore;
import io.earwitness.archive.store.ObjectStore.Bucket;
import io.earwitness.archive.store.ObjectStore.Lock;
import io.earwitness.archive.store.ObjectStore.LockMode;
import io.earwitness.archive.store.ObjectStore.Version;
import io.earwitness.archive.store.directory.DirectoryStore;
import io.earwitness.call.CallState;
import io.earwitness.call.CallSummary;
import io.earwitness.call.LockTerm.Phase;
import io.earwitness.call.RecordingId;
import io.earwitness.call.RetentionClass;
import io.earwitness.call.RetentionPolicy;
import io.earwitness.call.TenantSlug;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Locks over a recording's life, on a real store and a real catalog. */
class LockKeeperTest {
  private static final Instant END = TestCalls.START.plusSeconds(60);
  private static final Instant YEAR = Instant.parse("2027-11-21T10:01:00Z");
  private static final Instant SEVEN_YEARS = Instant.parse("2033-11-21T10:01:00Z");

  @TempDir Path folder;
  private final MovableClock clock = new MovableClock(END.plusSeconds(30));
  private CatalogDatabase database;
  private ObjectStore store;
  private TestArchiver archiver;

  @BeforeEach
  void open() {
    database = CatalogDatabase.open(TestServer.bundled().newDatabase(), clockOf(clock));
    database
        .directory()
        .addTenant(new Directory.Tenant(TENANT, "Acme", ZoneOffset.UTC, Set.of(), 1), "test");
    store = DirectoryStore.open(folder, clock);
    archiver = new TestArchiver(store, database.calls(), clock);
  }

  @AfterEach
  void close() {
    store.close();
    database.close();
  }

  private static Clock clockOf(MovableClock movable) {
    return new Clock() {
      @Override
      public Instant instant() {
        return movable.instant();
      }

      @Override
      public ZoneId getZone() {
        return ZoneOffset.UTC;
      }

      @Override
      public Clock withZone(ZoneId zone) {
        throw new UnsupportedOperationException();
      }
    };
  }

  private CallSummary recorded() {
    CallSummary live = TestCalls.live(TENANT);
    database.calls().report(live);
    CallSummary closed = live.withState(CallState.CLOSED, END, Set.of());
    database.calls().report(closed);
    return closed;
  }

  private TestArchiver.Prepared prepared(CallSummary call) {
    InitialRetention.Kept kept = InitialRetention.by(database.retention(), clock).of(call);
    return archiver.prepare(call.id(), 0, kept.until(), kept.basis().policies());
  }

  private RecordingId archived() {
    CallSummary call = recorded();
    prepared(call).commit();
    return call.id();
  }

  private void policy(RetentionClass standard, boolean extending, int settlingDays) {
    int version = database.retention().history(TENANT).newest().version();
    database
        .retention()
        .set(
            TENANT,
            version,
            new RetentionPolicy(0, extending, standard, List.of(), settlingDays),
            "user:rita@acme");
  }

  private LockKeeper keeper(ObjectStore over, RetentionLocks locks) {
    return new LockKeeper(
        new TestArchiver(over, database.calls(), clock).protocol,
        locks,
        database.retentionLengthenings(),
        database.audit(),
        clock);
  }

  private int run() {
    return keeper(store, database.retentionLocks()).run();
  }

  private RetentionLocks.State state(RecordingId id) {
    return database.retentionLocks().state(TENANT, id).orElseThrow();
  }

  private Phase phase(RecordingId id) {
    RetentionLocks.State state = state(id);
    return state.term().phase(state.lockedUntil(), clock.instant());
  }

  private Instant keepUntil(RecordingId id) {
    return Objects.requireNonNull(database.calls().find(TENANT, id).orElseThrow().archive())
        .keepUntil();
  }

  /** All that the manifest names, and it itself, is locked until then; and the catalog says so. */
  private void assertLocked(RecordingId id, Instant until) throws Exception {
    List<Version> versions = store.list(Bucket.LOCK, ObjectKeys.recording(TENANT, id));
    assertThat(versions).hasSize(3);
    assertThat(versions)
        .allSatisfy(
            version ->
                assertThat(store.lockOf(version.key(), version.versionId()))
                    .hasValue(new Lock(LockMode.GOVERNANCE, until)));
    assertThat(state(id).lockedUntil()).isEqualTo(until);
    assertThat(
            new RecordingVerifier(TestArchiver.verifier(), clock)
                .verify(store, TENANT, id)
                .findings())
        .isEmpty();
  }

  @Test
  void aFirstLockIsRenewedToTheFullTermBeforeItEnds() throws Exception {
    clock.set(END.minusSeconds(1));
    policy(RetentionClass.ONE_YEAR, false, 10);
    RecordingId before = archivedUnderThePolicyAt(END);
    Instant first = END.plus(Duration.ofDays(10));
    assertLocked(before, first);
    assertThat(phase(before)).isEqualTo(Phase.SETTLING);
    assertThat(database.retentionLocks().counts(TENANT).waiting()).isEqualTo(1);
    // Whoever completes or reads back the commit leaves it at that
    archiver.protocol.verify(TENANT, before, 0);
    assertLocked(before, first);

    clock.set(END.plus(Duration.ofDays(8)).minusSeconds(1));
    assertThat(run()).as("nothing is due").isZero();
    assertLocked(before, first);

    clock.set(END.plus(Duration.ofDays(8)));
    assertThat(run()).isPositive();
    assertLocked(before, YEAR);
    assertThat(phase(before)).isEqualTo(Phase.FULL);
    assertThat(database.retentionLocks().counts(TENANT)).isEqualTo(new RetentionLocks.Counts(0, 0));
    assertThat(run()).isZero();
  }

  /** The policy has to be in force at the call's end. */
  private RecordingId archivedUnderThePolicyAt(Instant end) {
    CallSummary call = recorded();
    clock.set(end.plusSeconds(30));
    prepared(call).commit();
    return call.id();
  }

  @Test
  void onTrialLocksAreRenewedWeeklyUntilSomebodySignsThatTheTenantGoesLive() throws Exception {
    assertThat(database.retentionTrials().begin(TENANT, "test")).isTrue();
    assertThat(database.retentionTrials().begin(TENANT, "test")).isFalse();
    RecordingId id = archived();
    assertLocked(id, seconds(clock.instant().plus(Duration.ofDays(7))));
    for (int day = 1; day <= 40; day++) {
      clock.advance(Duration.ofDays(1));
      run();
      Instant locked = state(id).lockedUntil();
      assertThat(locked)
          .isAfter(clock.instant().plus(Duration.ofDays(2)))
          .isBeforeOrEqualTo(clock.instant().plus(Duration.ofDays(7)));
      assertLocked(id, locked);
      assertThat(phase(id)).isEqualTo(Phase.TRIAL);
    }

    assertThat(database.retentionTrials().goLive(TENANT, "Rita Roth", "contract signed", "test"))
        .isTrue();
    assertThat(database.retentionTrials().goLive(TENANT, "Rita Roth", "again", "test")).isFalse();
    assertThat(database.retentionTrials().of(TENANT).orElseThrow().signedBy())
        .isEqualTo("Rita Roth");
    run();
    assertLocked(id, YEAR);
    assertLocked(archived(), YEAR);
  }

  private static Instant seconds(Instant instant) {
    return Instant.ofEpochSecond(instant.getEpochSecond());
  }

  @Test
  void anExtendingPolicyLengthensWhatIsThereAndAShorterOneDoesNot() throws Exception {
    List<RecordingId> there = List.of(archived(), archived(), archived());
    // Decided before the change, and archived after all was lengthened
    TestArchiver.Prepared late = prepared(recorded());
    policy(RetentionClass.SEVEN_YEARS, true, 0);
    run();
    for (RecordingId id : there) {
      assertThat(keepUntil(id)).isEqualTo(SEVEN_YEARS);
      assertLocked(id, SEVEN_YEARS);
    }
    Progress done = database.retentionLengthenings().newest(TENANT).orElseThrow();
    assertThat(done.recordings()).isEqualTo(3);
    assertThat(done.bytes()).isPositive();
    assertThat(done.finishedAt()).isNotNull();

    late.commit();
    assertThat(keepUntil(late.manifest().recording())).isEqualTo(SEVEN_YEARS);
    run();
    assertLocked(late.manifest().recording(), SEVEN_YEARS);

    policy(RetentionClass.days(30), true, 0);
    run();
    for (RecordingId id : there) {
      assertThat(keepUntil(id)).isEqualTo(SEVEN_YEARS);
      assertLocked(id, SEVEN_YEARS);
    }
    assertThat(database.retentionLengthenings().newest(TENANT).orElseThrow().recordings()).isZero();
  }

  /** At each call to the store, and between the store's word and the catalog's. */
  @Test
  void whereverItDiesTheNextOneEndsInTheSameState() throws Exception {
    RecordingId id = archived();
    policy(RetentionClass.SEVEN_YEARS, true, 0);
    RetentionLocks real = database.retentionLocks();
    for (int at = 0; at < 3; at++) {
      for (boolean before : List.of(true, false)) {
        Fate fate = Fate.at(call -> call.startsWith("lock "), at, before);
        assertThat(dies(() -> keeper(new MortalStore(store, fate), real).run())).isTrue();
        assertThat(state(id).lockedUntil()).as("not claimed too early").isEqualTo(YEAR);
      }
    }
    assertThat(dies(() -> keeper(store, new DeadAfterTheStore(real)).run())).isTrue();
    assertThat(state(id).lockedUntil()).isEqualTo(YEAR);
    run();
    assertLocked(id, SEVEN_YEARS);
    assertThat(run()).isZero();
  }

  private static boolean dies(IntSupplier work) {
    try {
      return work.getAsInt() < 0;
    } catch (IllegalStateException e) {
      return e.getCause() instanceof Fate.Death;
    }
  }

  /** Forwards all but the note of what the store confirmed. */
  private record DeadAfterTheStore(RetentionLocks real) implements RetentionLocks {
    @Override
    public int alone(IntSupplier work) {
      return real.alone(work);
    }

    @Override
    public List<Due> due(int limit) {
      return real.due(limit);
    }

    @Override
    public void renewed(Due due, Instant until) {
      throw new Fate.Death("renewed");
    }

    @Override
    public void failed(Due due, String problem, Instant again) {
      real.failed(due, problem, again);
    }

    @Override
    public Optional<State> state(TenantSlug tenant, RecordingId recording) {
      return real.state(tenant, recording);
    }

    @Override
    public Counts counts(TenantSlug tenant) {
      return real.counts(tenant);
    }
  }

  @Test
  void aStoreThatRefusesIsAskedAgainAndRaisesAnAlarmUntilItObeys() throws Exception {
    assertThat(database.retentionTrials().begin(TENANT, "test")).isTrue();
    RecordingId id = archived();
    Instant first = state(id).lockedUntil();
    ObjectStore refusing =
        new ForwardingStore(store) {
          @Override
          public Lock lock(String key, String versionId, Lock lock) {
            throw new ObjectStoreException("the store refuses: 403", null);
          }
        };
    CatalogConditions conditions =
        database.conditions(
            CatalogConditions.Limits.of(Duration.ofMinutes(5), Duration.ofMinutes(60)));
    LockKeeper refused = keeper(refusing, database.retentionLocks());
    clock.set(first.minus(Duration.ofDays(2)).plusSeconds(1));
    for (int attempt = 1; attempt <= 3; attempt++) {
      assertThat(kinds(conditions)).isEmpty();
      refused.run();
      assertThat(state(id).problem()).contains("403");
      assertThat(state(id).due()).as("tried again later").isAfter(clock.instant());
      assertThat(refused.run()).as("not at once").isZero();
      clock.set(Objects.requireNonNull(state(id).due()));
    }
    assertThat(kinds(conditions)).containsExactly(AlarmKind.LOCK_RENEWAL_FAILING);
    clock.set(first.plusSeconds(1));
    refused.run();
    assertThat(kinds(conditions))
        .containsExactlyInAnyOrder(AlarmKind.LOCK_RENEWAL_FAILING, AlarmKind.LOCK_RENEWAL_MISSED);
    assertThat(
            new RecordingVerifier(TestArchiver.verifier(), clock)
                .verify(store, TENANT, id)
                .findings())
        .as("a verification says it too")
        .hasSize(3);

    clock.advance(Duration.ofHours(1));
    run();
    assertThat(kinds(conditions)).isEmpty();
    assertThat(state(id).problem()).isNull();
    assertLocked(id, state(id).lockedUntil());
  }

  private static List<AlarmKind> kinds(CatalogConditions conditions) {
    return conditions.find().stream()
        .map(CatalogConditions.Found::kind)
        .filter(kind -> kind.name().startsWith("LOCK_"))
        .toList();
  }
}
