package io.earwitness.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.earwitness.access.CallScope;
import io.earwitness.alarm.AlarmKind;
import io.earwitness.alarm.AlarmObject;
import io.earwitness.alarm.Alarms;
import io.earwitness.archive.ObjectKeys;
import io.earwitness.archive.catalog.CallCatalog.ArchivedCall;
import io.earwitness.archive.catalog.CallCatalog.CallEntry;
import io.earwitness.archive.catalog.CatalogDatabase;
import io.earwitness.archive.catalog.Directory;
import io.earwitness.archive.catalog.LegalHolds;
import io.earwitness.archive.catalog.LegalHolds.Hold;
import io.earwitness.archive.catalog.LegalHolds.NewHold;
import io.earwitness.archive.store.ObjectStore;
import io.earwitness.archive.store.ObjectStore.Bucket;
import io.earwitness.archive.store.ObjectStore.Lock;
import io.earwitness.archive.store.ObjectStore.LockMode;
import io.earwitness.archive.store.ObjectStore.LockedException;
import io.earwitness.archive.store.ObjectStore.Version;
import io.earwitness.archive.store.directory.DirectoryStore;
import io.earwitness.audit.AuditEntry;
import io.earwitness.call.CallFlag;
import io.earwitness.call.CallState;
import io.earwitness.call.CallSummary;
import io.earwitness.call.Direction;
import io.earwitness.call.HoldQuery;
import io.earwitness.call.HoldScope;
import io.earwitness.call.Party;
import io.earwitness.call.RecordingId;
import io.earwitness.call.Side;
import io.earwitness.call.TenantSlug;
import io.earwitness.portal.SearchedHolds;
import io.earwitness.retention.HoldMatching;
import io.earwitness.retention.ObjectHolding;
import io.earwitness.retention.RetentionPlan;
import io.earwitness.retention.RetentionPlan.Act;
import io.earwitness.retention.RetentionPlan.Cause;
import io.earwitness.retention.RetentionPlans;
import io.earwitness.search.CallIndex;
import io.earwitness.search.CallSearch.Query;
import io.earwitness.search.CallSearch.Sort;
import io.earwitness.search.IndexFollower;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Holds over the real catalog, index and directory store, with a clock that is moved. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HoldUpkeepTest {
  private static final TenantSlug ACME = new TenantSlug("acme");
  private static final String CORA = "user:cora@acme";

  @TempDir private static Path folder;

  private final Time time = new Time();
  private final CatalogDatabase database =
      CatalogDatabase.open(io.earwitness.archive.catalog.TestServer.bundled().newDatabase(), time);
  private final LegalHolds holds = database.holds();
  private final RetentionPlans plans = new RetentionPlans(database.retention(), holds);
  private final List<AuditEntry> audited = new ArrayList<>();
  private final Map<AlarmKind, String> raised = new HashMap<>();
  private ObjectStore store;
  private CallIndex index;
  private IndexFollower follower;
  private HoldMatching matching;
  private HoldUpkeep upkeep;

  HoldUpkeepTest() throws Exception {}

  private static final class Time extends Clock {
    private volatile Instant now = Instant.parse("2026-11-21T10:00:00Z");

    void pass(Duration duration) {
      now = now.plus(duration);
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }

    @Override
    public Instant instant() {
      return now;
    }
  }

  @BeforeAll
  void open() throws Exception {
    database
        .directory()
        .addTenant(new Directory.Tenant(ACME, "Acme", ZoneOffset.UTC, Set.of(), 1), "test");
    store = DirectoryStore.open(folder.resolve("data"), time);
    index = new CallIndex(folder.resolve("index"));
    follower = new IndexFollower(index, database.changes(), database.calls());
    matching = new HoldMatching(holds, new SearchedHolds(index), (_, _, _) -> List.of(), time);
    upkeep =
        new HoldUpkeep(
            holds,
            matching,
            holding(store),
            database.directory(),
            new AuditedActs(audited::add, time, HoldUpkeep.JOB),
            time);
  }

  @AfterAll
  void close() throws Exception {
    upkeep.close();
    follower.close();
    index.close();
    store.close();
    database.close();
  }

  private ObjectHolding holding(ObjectStore told) {
    Alarms alarms =
        new Alarms() {
          @Override
          public void raise(AlarmKind kind, AlarmObject object, TenantSlug tenant, String detail) {
            raised.put(kind, detail);
          }

          @Override
          public void clear(AlarmKind kind, AlarmObject object, TenantSlug tenant) {
            raised.remove(kind);
          }
        };
    return new ObjectHolding(holds.objects(), told, alarms, time, 2);
  }

  private record Call(CallSummary summary, ArchivedCall archive, List<Version> objects) {
    RecordingId id() {
      return summary.id();
    }
  }

  /** An archived call whose lock ends in a second, and which is found by its words. */
  private Call recorded(String name, String user) throws InterruptedException {
    Instant start = time.now.minusSeconds(60);
    CallSummary summary =
        new CallSummary(
            RecordingId.draw(start),
            ACME,
            CallState.CLOSED,
            start,
            time.now,
            ZoneOffset.UTC,
            Direction.INBOUND,
            List.of(new Party(Side.LEFT, "+4930123", name, null, user, List.of())),
            Set.of(),
            List.of("x-" + UUID.randomUUID()),
            "node-1",
            "r",
            "v1",
            null,
            null);
    List<String> keys =
        List.of(
            ObjectKeys.object(ACME, summary.id(), "0-a/media.cms"),
            ObjectKeys.manifest(ACME, summary.id(), 0));
    for (String key : keys) {
      String version = store.put(Bucket.LOCK, key, "evidence".getBytes(UTF_8));
      store.lock(key, version, new Lock(LockMode.COMPLIANCE, time.now.plusSeconds(1)));
    }
    store.put(Bucket.LOCK, ObjectKeys.object(ACME, summary.id(), "0-lost/media.cms"), new byte[1]);
    List<Version> objects =
        store.list(Bucket.LOCK, ObjectKeys.recording(ACME, summary.id())).stream()
            .filter(version -> keys.contains(version.key()))
            .toList();
    ArchivedCall archive =
        new ArchivedCall(
            summary.id(),
            ACME,
            CallState.ARCHIVED,
            0,
            "0-a",
            keys.getLast(),
            objects.getLast().versionId(),
            time.now,
            time.now.plusSeconds(1),
            start,
            60_000,
            2,
            "flac",
            1_000,
            List.of(),
            Set.of(),
            null);
    database.calls().report(summary);
    database.calls().archived(archive);
    long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    while (!index.includes(new CallScope.WholeTenant(ACME), summary.id())) {
      assertThat(System.nanoTime()).as("the index follows").isLessThan(end);
      Thread.onSpinWait();
    }
    return new Call(summary, archive, objects);
  }

  /** As each minute does. */
  private void look() {
    boolean more = true;
    while (more) {
      more = upkeep.step(ACME);
    }
  }

  /** The search follows: these and no others are on hold. */
  private void awaitFound(Set<RecordingId> expected) {
    Query onHold =
        new Query(
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            Set.of(),
            Set.of(CallFlag.ON_HOLD),
            Set.of(),
            null,
            Sort.NEWEST_FIRST,
            50,
            null);
    long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    while (!Set.copyOf(index.search(new CallScope.WholeTenant(ACME), onHold).ids())
        .equals(expected)) {
      assertThat(System.nanoTime()).as("the index follows").isLessThan(end);
      Thread.onSpinWait();
    }
  }

  private static HoldScope scope(String user, @Nullable String words) {
    return new HoldScope(
        Set.of(user),
        Set.of(),
        List.of(),
        words == null ? null : new HoldQuery(words, null, null, null, null, null),
        Set.of(),
        null,
        null);
  }

  private Hold place(String name, HoldScope scope) {
    return matching
        .place(ACME, new NewHold(UUID.randomUUID(), name, null, "Letter of 3 May", 7, scope), CORA)
        .hold();
  }

  private boolean isHeld(Call call) {
    List<Boolean> held =
        call.objects().stream()
            .map(version -> store.isHeld(version.key(), version.versionId()))
            .distinct()
            .toList();
    assertThat(held).as("all of them alike").hasSize(1);
    return held.getFirst();
  }

  private RetentionPlan plan(Call call) {
    CallEntry entry = new CallEntry(call.summary(), 1, call.archive());
    return plans.planner(ACME).plan(plans.kept(entry, call.archive(), null), time.now);
  }

  @Test
  void whatAHoldIsOnIsHeldUntilItsGraceHasPassedAlsoWhatComesLater() throws Exception {
    Call anna = recorded("Anna Berg", "u-anna");
    Call quill = recorded("Quill Ltd", "u-x");
    Call other = recorded("Somebody", "u-y");
    HoldScope scope = scope("u-anna", "quill");
    assertThat(matching.preview(ACME, scope).recordings()).isEqualTo(2);

    Hold hold = place("Quill v. Acme", scope);
    assertThat(hold.recordings()).isEqualTo(2);
    awaitFound(Set.of(anna.id(), quill.id()));
    look();
    assertThat(List.of(isHeld(anna), isHeld(quill), isHeld(other)))
        .containsExactly(true, true, false);
    time.pass(Duration.ofMinutes(5));
    Version object = quill.objects().getFirst();
    assertThatThrownBy(() -> store.delete(Bucket.LOCK, object.key(), object.versionId()))
        .isInstanceOf(LockedException.class);

    Call annaLater = recorded("Anna Berg", "u-anna");
    Call quillLater = recorded("Quill Ltd", "u-x");
    look();
    assertThat(isHeld(annaLater)).isTrue();
    assertThat(isHeld(quillLater)).isTrue();
    assertThat(holds.find(ACME, hold.id()).orElseThrow().recordings())
        .isEqualTo(matching.preview(ACME, scope).recordings())
        .isEqualTo(4);
    assertThat(audited)
        .extracting(AuditEntry::action)
        .contains("hold.add-recordings", "hold.tell-store");

    // Two years on only the hold keeps them
    time.pass(Duration.ofDays(800));
    assertThat(plan(other).act()).isEqualTo(Act.DISPOSE);
    for (Call held : List.of(anna, quill, annaLater, quillLater)) {
      assertThat(plan(held).act()).isEqualTo(Act.KEEP);
      assertThat(plan(held).deciding().cause()).isEqualTo(Cause.HOLD);
    }
    assertThat(holds.release(ACME, hold.id(), "user:dora@acme")).isTrue();
    time.pass(Duration.ofDays(7).minusSeconds(1));
    look();
    for (Call held : List.of(anna, quill, annaLater, quillLater)) {
      assertThat(isHeld(held)).isTrue();
      assertThat(plan(held).deciding().cause()).isEqualTo(Cause.RELEASED_HOLD);
      assertThat(plan(held).act()).isEqualTo(Act.KEEP);
    }
    time.pass(Duration.ofSeconds(1));
    look();
    for (Call free : List.of(anna, quill, annaLater, quillLater)) {
      assertThat(isHeld(free)).isFalse();
      assertThat(plan(free).act()).isEqualTo(Act.DISPOSE);
    }
    awaitFound(Set.of());
    store.delete(Bucket.LOCK, object.key(), object.versionId());
    assertThat(audited).extracting(AuditEntry::action).contains("hold.end");
  }

  @Test
  void anotherHoldOnTheSameRecordingKeepsIt() throws Exception {
    Call call = recorded("Both", "u-both");
    Hold first = place("first", scope("u-both", null));
    Hold second = place("second", HoldScope.of(Set.of(call.id())));
    look();
    holds.release(ACME, first.id(), CORA);
    time.pass(Duration.ofDays(8));
    look();
    assertThat(isHeld(call)).isTrue();
    holds.release(ACME, second.id(), CORA);
    time.pass(Duration.ofDays(8));
    look();
    assertThat(isHeld(call)).isFalse();
  }

  @Test
  void whoEndsBetweenStoreAndCatalogLeavesWhatTheNextOneFinishes() throws Exception {
    Call call = recorded("Killed", "u-killed");
    Hold hold = place("killed", scope("u-killed", null));
    for (int after = 0; after < call.objects().size(); after++) {
      ObjectHolding dying = holding(dyingAfter(after));
      assertThatThrownBy(() -> dying.tell(ACME, dying.due(ACME))).isInstanceOf(Killed.class);
    }
    look();
    assertThat(isHeld(call)).isTrue();
    assertThat(holding(store).due(ACME).isEmpty()).isTrue();

    holds.release(ACME, hold.id(), CORA);
    time.pass(Duration.ofDays(7));
    assertThat(holds.end(ACME, hold.id(), HoldUpkeep.JOB)).isTrue();
    for (int after = 0; after < call.objects().size(); after++) {
      ObjectHolding dying = holding(dyingAfter(after));
      assertThatThrownBy(() -> dying.tell(ACME, dying.due(ACME))).isInstanceOf(Killed.class);
    }
    look();
    assertThat(isHeld(call)).isFalse();
    assertThat(holding(store).due(ACME).isEmpty()).isTrue();
  }

  private static final class Killed extends Error {
    private static final long serialVersionUID = 1L;
  }

  /** Ends the process after it told the store, once it had done so a few times before. */
  private ObjectStore dyingAfter(int calls) {
    int[] left = {calls};
    return (ObjectStore)
        Proxy.newProxyInstance(
            ObjectStore.class.getClassLoader(),
            new Class<?>[] {ObjectStore.class},
            (_, method, arguments) -> {
              Object result;
              try {
                result = method.invoke(store, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
              if (method.getName().equals("hold") && left[0]-- == 0) {
                throw new Killed();
              }
              return result;
            });
  }

  @Test
  void whatTheStoreLetGoIsMendedWithinADayAndAnAlarmSaysSo() throws Exception {
    Call call = recorded("Lifted", "u-lifted");
    Hold hold = place("lifted", scope("u-lifted", null));
    look();
    assertThat(raised).doesNotContainKey(AlarmKind.HOLD_MISSING);
    Version object = call.objects().getFirst();
    store.hold(object.key(), object.versionId(), false);
    time.pass(Duration.ofHours(25));
    look();
    assertThat(isHeld(call)).isTrue();
    assertThat(raised).containsKey(AlarmKind.HOLD_MISSING);
    time.pass(Duration.ofHours(25));
    look();
    assertThat(raised).doesNotContainKey(AlarmKind.HOLD_MISSING);
    holds.release(ACME, hold.id(), CORA);
    time.pass(Duration.ofDays(7));
    look();
  }
}
