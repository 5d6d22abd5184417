package io.earwitness.archive.catalog;

import static io.earwitness.archive.catalog.TestCalls.ACME;
import static io.earwitness.archive.catalog.TestCalls.GLOBEX;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.earwitness.access.MatterKind;
import io.earwitness.archive.catalog.CallCatalog.CallEntry;
import io.earwitness.archive.catalog.LegalHolds.Candidate;
import io.earwitness.archive.catalog.LegalHolds.Hold;
import io.earwitness.archive.catalog.LegalHolds.NewHold;
import io.earwitness.archive.catalog.ObjectHolds.Held;
import io.earwitness.archive.catalog.generated.Tables;
import io.earwitness.call.CallFlag;
import io.earwitness.call.CallState;
import io.earwitness.call.CallSummary;
import io.earwitness.call.HoldQuery;
import io.earwitness.call.HoldScope;
import io.earwitness.call.RecordingId;
import io.earwitness.call.TenantSlug;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LegalHoldsTest {
  private static final String CORA = "user:cora@acme";
  private static final HoldScope BO =
      new HoldScope(Set.of("u-bo"), Set.of(), List.of(), null, null);

  private final Time time = new Time();
  private final CatalogDatabase database =
      CatalogDatabase.open(TestServer.bundled().newDatabase(), time);
  private final LegalHolds holds = database.holds();

  LegalHoldsTest() throws Exception {}

  /** A clock that tests set. */
  private static final class Time extends Clock {
    private volatile Instant now = Instant.parse("2026-11-21T10:00:00Z");

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
  void tenants() {
    for (TenantSlug tenant : List.of(ACME, GLOBEX)) {
      database
          .directory()
          .addTenant(
              new Directory.Tenant(tenant, tenant.value(), ZoneOffset.UTC, Set.of(), 2), "test");
    }
  }

  @AfterAll
  void close() {
    database.close();
  }

  private RecordingId archived(TenantSlug tenant) {
    CallSummary call = TestCalls.as(TestCalls.live(tenant), CallState.CLOSED);
    database.calls().report(call);
    database.calls().archived(TestCalls.archived(call, 0, CallState.ARCHIVED));
    return call.id();
  }

  private Hold place(String name, HoldScope scope, List<RecordingId> found) {
    return holds.place(
        ACME, new NewHold(UUID.randomUUID(), name, null, "Letter of 3 May", 7, scope), found, CORA);
  }

  private Set<CallFlag> flags(RecordingId id) {
    return database.calls().load(List.of(id)).getFirst().summary().flags();
  }

  @Test
  void aHoldIsPlacedReleasedAndEndsAfterItsGraceAndEachStepIsJournalled() {
    RecordingId named = archived(ACME);
    RecordingId found = archived(ACME);
    RecordingId live = TestCalls.live(ACME).id();
    RecordingId others = archived(GLOBEX);
    HoldScope scope =
        new HoldScope(
            Set.of(),
            Set.of(),
            List.of(),
            new HoldQuery("chen", null, null, null, null, null),
            Set.of(named),
            null,
            null);
    int before = journalled("hold.place");

    Hold hold = place("Chen v. Acme", scope, List.of(found, live, others));

    assertThat(hold.scope()).isEqualTo(scope);
    assertThat(hold.recordings()).isEqualTo(2);
    assertThat(hold.placedBy()).isEqualTo(CORA);
    assertThat(holds.recordings(ACME, hold.id(), null, 10)).containsExactlyInAnyOrder(named, found);
    assertThat(holds.of(ACME, found)).containsExactly(hold.id());
    assertThat(holds.find(GLOBEX, hold.id())).isEmpty();
    assertThat(holds.of(GLOBEX, found)).isEmpty();
    assertThat(flags(found)).contains(CallFlag.ON_HOLD);
    assertThat(flags(others)).doesNotContain(CallFlag.ON_HOLD);
    assertThat(journalled("hold.place")).isEqualTo(before + 1);

    Instant released = time.now;
    assertThat(holds.release(ACME, hold.id(), "user:dora@acme")).isTrue();
    assertThat(holds.release(ACME, hold.id(), "user:dora@acme")).isFalse();
    Hold after = holds.find(ACME, hold.id()).orElseThrow();
    assertThat(after.releasedBy()).isEqualTo("user:dora@acme");
    assertThat(after.ends()).isEqualTo(released.plus(Duration.ofDays(7)));
    assertThat(holds.list(ACME, true, null, null, 10)).contains(after);
    time.now = released.plus(Duration.ofDays(7)).minusSeconds(1);
    assertThat(holds.end(ACME, hold.id(), "job:holds")).isFalse();
    assertThat(holds.inEffect(ACME)).extracting(Hold::id).contains(hold.id());
    assertThat(flags(found)).contains(CallFlag.ON_HOLD);

    time.now = released.plus(Duration.ofDays(7));
    assertThat(holds.end(ACME, hold.id(), "job:holds")).isTrue();
    assertThat(holds.end(ACME, hold.id(), "job:holds")).isFalse();
    assertThat(holds.inEffect(ACME)).extracting(Hold::id).doesNotContain(hold.id());
    assertThat(holds.of(ACME, found)).isEmpty();
    assertThat(flags(found)).doesNotContain(CallFlag.ON_HOLD);
    assertThat(holds.recordings(ACME, hold.id(), null, 10)).hasSize(2);
    assertThat(journalled("hold.release")).isPositive();
    assertThat(journalled("hold.end")).isPositive();
  }

  @Test
  void whatIsWrongWithAHoldIsSaid() {
    assertThatThrownBy(
            () ->
                holds.place(
                    ACME, new NewHold(UUID.randomUUID(), "x", null, "y", 6, BO), List.of(), CORA))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("at least 7 days, not 6");
    assertThatThrownBy(
            () ->
                holds.place(
                    ACME,
                    new NewHold(UUID.randomUUID(), "x", UUID.randomUUID(), "y", 7, BO),
                    List.of(),
                    CORA))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no open matter");
    assertThatThrownBy(() -> holds.release(ACME, UUID.randomUUID(), CORA))
        .isInstanceOf(IllegalArgumentException.class);
    UUID matter = database.access().addMatter(GLOBEX, "Theirs", MatterKind.HOLD, "t").id();
    assertThatThrownBy(
            () ->
                holds.place(
                    ACME, new NewHold(UUID.randomUUID(), "x", matter, "y", 7, BO), List.of(), CORA))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void archivedRecordingsAreGivenWithTheirPartiesAndPagesOfHoldsFollow() {
    RecordingId id = archived(ACME);
    List<Candidate> all = new ArrayList<>();
    holds.forEach(ACME, null, all::addAll);
    Candidate call = all.stream().filter(each -> each.id().equals(id)).findFirst().orElseThrow();
    assertThat(call.isIn(BO)).isTrue();
    assertThat(call.teams()).containsExactlyInAnyOrder("t-desk", "t-all");
    assertThat(call.isIn(new HoldScope(Set.of(), Set.of(), List.of("+4930*"), null, null)))
        .isTrue();
    assertThat(
            call.isIn(
                new HoldScope(
                    Set.of("u-bo"), Set.of(), List.of(), null, TestCalls.START.minusSeconds(1))))
        .isFalse();
    List<Candidate> since = new ArrayList<>();
    holds.forEach(ACME, call.archivedAt().plusSeconds(1), since::addAll);
    assertThat(since).extracting(Candidate::id).doesNotContain(id);

    Hold first = place("first", HoldScope.of(Set.of(id)), List.of());
    time.now = time.now.plusSeconds(1);
    Hold second = place("second", HoldScope.of(Set.of(id)), List.of());
    assertThat(holds.list(ACME, false, CORA, null, 1)).extracting(Hold::id).contains(second.id());
    assertThat(holds.list(ACME, false, CORA, second.id(), 1))
        .extracting(Hold::id)
        .containsExactly(first.id());
    assertThat(holds.list(ACME, false, "user:other@acme", null, 1)).isEmpty();
    assertThat(holds.add(ACME, first.id(), List.of(id), CORA)).isZero();
  }

  @Test
  void theStoreIsToldOfEachRecordingOnceAndAgainWhereThatBrokeOff() {
    RecordingId id = archived(ACME);
    Hold hold = place("objects", HoldScope.of(Set.of(id)), List.of());
    ObjectHolds objects = holds.objects();
    Held held = new Held(id, 0);
    assertThat(objects.unset(ACME, 100)).contains(held);
    objects.setting(ACME, held);
    assertThat(objects.unset(ACME, 100)).contains(held);
    objects.set(ACME, held);
    assertThat(objects.unset(ACME, 100)).doesNotContain(held);
    assertThat(objects.clearing(ACME, 100)).doesNotContain(id);

    CallEntry entry = database.calls().load(List.of(id)).getFirst();
    database.calls().archived(TestCalls.archived(entry.summary(), 2, CallState.ARCHIVED));
    assertThat(objects.unset(ACME, 100)).contains(new Held(id, 2));
    objects.set(ACME, new Held(id, 2));
    assertThat(objects.unchecked(ACME, time.now, 100)).doesNotContain(new Held(id, 2));
    assertThat(objects.unchecked(ACME, time.now.plusSeconds(1), 100)).contains(new Held(id, 2));
    objects.checked(ACME, id, true);
    assertThat(objects.mendedSince(ACME, time.now)).isEqualTo(1);
    assertThat(objects.mendedSince(ACME, time.now.plusSeconds(1))).isZero();

    holds.release(ACME, hold.id(), CORA);
    time.now = time.now.plus(Duration.ofDays(7));
    assertThat(holds.end(ACME, hold.id(), "job:holds")).isTrue();
    assertThat(objects.clearing(ACME, 100)).contains(id);
    // Held again before it was freed: what is being freed is set anew
    Hold again = place("again", HoldScope.of(Set.of(id)), List.of());
    assertThat(objects.clearing(ACME, 100)).doesNotContain(id);
    assertThat(objects.unset(ACME, 100)).contains(new Held(id, 2));
    objects.set(ACME, new Held(id, 2));
    objects.cleared(ACME, id);
    assertThat(objects.unset(ACME, 100)).doesNotContain(new Held(id, 2));

    holds.release(ACME, again.id(), CORA);
    time.now = time.now.plus(Duration.ofDays(7));
    assertThat(holds.end(ACME, again.id(), "job:holds")).isTrue();
    assertThat(objects.clearing(ACME, 100)).contains(id);
    objects.cleared(ACME, id);
    assertThat(objects.clearing(ACME, 100)).doesNotContain(id);
  }

  /** A hold waits for whoever marks recordings, and then sees what was marked. */
  @Test
  void placingWaitsForWhoeverHasTheLockShared() throws Exception {
    CompletableFuture<Hold> placed = new CompletableFuture<>();
    database
        .transactions()
        .inTenant(
            ACME,
            sql -> {
              sql.execute(
                  "select pg_advisory_xact_lock_shared({0}, hashtext({1}))",
                  DSL.val(Locks.HOLDS), DSL.val(ACME.value()));
              Thread.startVirtualThread(
                  () -> {
                    try {
                      placed.complete(place("waits", BO, List.of()));
                    } catch (RuntimeException e) {
                      placed.completeExceptionally(e);
                    }
                  });
              awaitWaiting();
              assertThat(placed).isNotDone();
              return true;
            });
    assertThat(placed.get(60, TimeUnit.SECONDS).name()).isEqualTo("waits");
  }

  private void awaitWaiting() {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (System.nanoTime() < end) {
      Integer waiting =
          database
              .transactions()
              .asWorker(
                  sql ->
                      sql.fetchOne(
                              "select count(*)::int from pg_locks where locktype = 'advisory'"
                                  + " and not granted and classid = {0}",
                              DSL.val(Locks.HOLDS))
                          .get(0, Integer.class));
      if (waiting != null && waiting > 0) {
        return;
      }
      Thread.onSpinWait();
    }
    throw new AssertionError("nobody waits for the lock");
  }

  private int journalled(@Nullable String kind) {
    return database
        .transactions()
        .asWorker(sql -> sql.fetchCount(Tables.JOURNAL_ENTRY, Tables.JOURNAL_ENTRY.KIND.eq(kind)));
  }
}
