package io.earwitness.archive.catalog;

import static io.earwitness.archive.catalog.TestCalls.ACME;
import static io.earwitness.archive.catalog.TestCalls.GLOBEX;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.earwitness.archive.catalog.Restrictions.Derivative;
import io.earwitness.archive.catalog.Restrictions.Restricted;
import io.earwitness.archive.catalog.Restrictions.Restriction;
import io.earwitness.call.CallFlag;
import io.earwitness.call.CallState;
import io.earwitness.call.CallSummary;
import io.earwitness.call.Generation;
import io.earwitness.call.MaskedSpan;
import io.earwitness.call.RecordingId;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Which archive of a restricted recording counts, and for whom its original is open. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RestrictionsTest {
  private static final String BY = "user:olga@acme";
  private static final Restriction ALL = new Restriction("a complaint", "Art. 18", List.of());

  private final Moved clock = new Moved();
  private final CatalogDatabase database =
      CatalogDatabase.open(TestServer.bundled().newDatabase(), clock);
  private final Restrictions restrictions = database.restrictions();

  private static final class Moved extends Clock {
    private Duration ahead = Duration.ZERO;

    @Override
    public Instant instant() {
      return Instant.now().plus(ahead);
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }

  @BeforeAll
  void tenants() {
    for (var slug : List.of(ACME, GLOBEX)) {
      database
          .directory()
          .addTenant(new Directory.Tenant(slug, slug.value(), ZoneOffset.UTC, Set.of(), 1), "test");
    }
  }

  @AfterAll
  void close() {
    database.close();
  }

  private CallSummary archived() {
    CallSummary call = TestCalls.as(TestCalls.live(ACME), CallState.CLOSED);
    database.calls().report(call);
    database.calls().archived(TestCalls.archived(call, 0, CallState.ARCHIVED));
    return call;
  }

  private int generation(RecordingId id) {
    return Objects.requireNonNull(database.calls().find(ACME, id).orElseThrow().archive())
        .generation();
  }

  private Set<CallFlag> flags(RecordingId id) {
    return database.calls().find(ACME, id).orElseThrow().summary().flags();
  }

  private static Restriction masking(String spans) {
    return new Restriction("the card's number", "PCI DSS", MaskedSpan.parse(spans));
  }

  @Test
  void aDerivativeCountsOnlyOnceItIsMadeAndWhileItsRestrictionIsInForce() {
    CallSummary call = archived();
    RecordingId id = call.id();
    Restricted restricted = restrictions.restrict(ACME, id, masking("0:01-0:02"), null, BY);
    assertThat(restricted.generation()).isEqualTo(Generation.MASKED);
    assertThat(flags(id)).contains(CallFlag.RESTRICTED);
    assertThat(restrictions.wanted(ACME, 99)).contains(restricted);
    assertThat(restrictions.masking()).contains(ACME);
    database.calls().archived(TestCalls.archived(call, 4, CallState.ARCHIVED));
    assertThat(generation(id)).as("not made yet").isZero();
    restrictions.made(ACME, restricted.id(), 4, 0, "job:masking");
    assertThat(generation(id)).isEqualTo(4);
    assertThat(restrictions.original(ACME, id).orElseThrow().generation()).isZero();
    assertThat(restrictions.wanted(ACME, 99)).noneMatch(each -> each.recording().equals(id));

    // A better copy of the original turns up: the call is what that says, its derivative anew
    CallCatalog.ArchivedCall better = TestCalls.archived(call, 2, CallState.ARCHIVED_PARTIAL);
    database.calls().archived(better);
    database.calls().verified(ACME, id, 2, clock.instant());
    assertThat(generation(id)).isEqualTo(4);
    assertThat(database.calls().find(ACME, id).orElseThrow().summary().state())
        .isEqualTo(CallState.ARCHIVED_PARTIAL);
    assertThat(restrictions.wanted(ACME, 99))
        .filteredOn(each -> each.recording().equals(id))
        .singleElement()
        .satisfies(
            each -> {
              assertThat(each.generation()).isEqualTo(5);
              assertThat(each.derivative()).isEqualTo(Derivative.WANTED);
            });

    // Another one in its place: from then on nothing is played until its derivative is made
    Restricted next = restrictions.restrict(ACME, id, masking("0:01-0:03 right"), null, BY);
    assertThat(next.generation()).isEqualTo(5);
    assertThat(generation(id)).isEqualTo(2);
    assertThat(flags(id)).contains(CallFlag.RESTRICTED);
    assertThat(restrictions.restricted(ACME, null, 99))
        .filteredOn(each -> each.recording().equals(id))
        .containsExactly(next);
    restrictions.made(ACME, restricted.id(), 4, 0, "job:masking");
    assertThat(generation(id)).as("a former one is made no more").isEqualTo(2);

    assertThat(restrictions.lift(ACME, id, BY)).isTrue();
    assertThat(restrictions.lift(ACME, id, BY)).isFalse();
    assertThat(flags(id)).doesNotContain(CallFlag.RESTRICTED);
    assertThat(generation(id)).isEqualTo(2);
  }

  @Test
  void anOriginalIsOpenForWhomItWasOpenedAndAsLong() {
    RecordingId id = archived().id();
    UUID approval = UUID.randomUUID();
    assertThatThrownBy(() -> open(id, approval, Duration.ofHours(1)))
        .hasMessageContaining("not restricted");
    restrictions.restrict(ACME, id, ALL, null, BY);
    assertThatThrownBy(() -> open(id, approval, Duration.ofHours(73)))
        .hasMessageContaining("at most 72 hours");
    open(id, approval, Duration.ofHours(2));
    open(id, approval, Duration.ofHours(50)); // the same again changes nothing
    assertThat(restrictions.opening(ACME, id, "ann").orElseThrow().id()).isEqualTo(approval);
    assertThat(restrictions.opening(ACME, id, "bob")).isEmpty();
    assertThat(restrictions.opening(GLOBEX, id, "ann")).isEmpty();
    assertThat(restrictions.opening(ACME, archived().id(), "ann")).isEmpty();
    clock.ahead = Duration.ofHours(2);
    assertThat(restrictions.opening(ACME, id, "ann")).isEmpty();
    assertThat(restrictions.openings(ACME, id)).hasSize(1);
    clock.ahead = Duration.ZERO;
  }

  private void open(RecordingId id, UUID approval, Duration lasts) {
    restrictions.open(ACME, id, approval, Set.of("ann"), lasts, "a claim", "§ 17", BY);
  }

  @Test
  void whatIsWrongIsSaid() {
    RecordingId id = archived().id();
    assertThatThrownBy(() -> restrictions.restrict(GLOBEX, id, ALL, null, BY))
        .hasMessageContaining("no such recording");
    assertThatThrownBy(() -> restrictions.restrict(ACME, id, masking("9:00:00-9:00:01"), null, BY))
        .hasMessageContaining("begins behind the end of the audio");
    assertThatThrownBy(
            () -> restrictions.restrict(ACME, id, masking("0:00-0:01 channel-3"), null, BY))
        .hasMessageContaining("but the audio has 2 channels");
    assertThatThrownBy(
            () -> restrictions.restrict(ACME, id, new Restriction("x", " ", List.of()), null, BY))
        .hasMessageContaining("needs a legal basis");
    assertThat(restrictions.of(ACME, id)).isEmpty();
  }
}
