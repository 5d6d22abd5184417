package io.earwitness.retention;

import static io.earwitness.retention.DisposalWorld.ACME;
import static io.earwitness.retention.DisposalWorld.GLOBEX;
import static io.earwitness.retention.DisposalWorld.NUMBER;
import static io.earwitness.retention.DisposalWorld.SECRET;
import static org.assertj.core.api.Assertions.assertThat;

import io.earwitness.archive.catalog.Disposals.CdrFate;
import io.earwitness.archive.catalog.Disposals.Found;
import io.earwitness.archive.catalog.Disposals.Mode;
import io.earwitness.archive.catalog.Disposals.Run;
import io.earwitness.archive.catalog.LegalHolds;
import io.earwitness.archive.catalog.LegalHolds.NewHold;
import io.earwitness.archive.cdr.Tokens;
import io.earwitness.call.CallState;
import io.earwitness.call.HoldScope;
import io.earwitness.call.RecordingId;
import io.earwitness.call.TenantSlug;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a hold is told that comes after recordings of its scope were, or are being, deleted. */
class LateHoldTest {
  @TempDir Path folder;

  private static HoldMatching.Placed placed(
      DisposalWorld world, TenantSlug tenant, HoldScope scope) {
    HoldMatching matching =
        new HoldMatching(
            world.database.holds(),
            (_, _, _, _, _) -> {},
            world.database.disposed((of, number) -> Tokens.of(SECRET, of).number(number)),
            world.clock);
    NewHold hold =
        new NewHold(
            UUID.randomUUID(), "Case 7", null, "a claim", LegalHolds.SHORTEST_GRACE_DAYS, scope);
    return matching.place(tenant, hold, "user:olga@" + tenant);
  }

  private static HoldScope began(Instant start) {
    return new HoldScope(Set.of(), Set.of(), List.of(), start, start.plusSeconds(1));
  }

  private static HoldScope numbers(String... numbers) {
    return new HoldScope(Set.of(), Set.of(), List.of(numbers), null, null);
  }

  private static Instant start(DisposalWorld world, RecordingId id) {
    return world.database.calls().find(ACME, id).orElseThrow().summary().start();
  }

  @Test
  void isToldWhatIsBeingDeletedAndThenWhatIsGone() {
    try (DisposalWorld world = new DisposalWorld(folder)) {
      RecordingId first = world.recorded(ACME);
      world.clock.pass(Duration.ofMinutes(10));
      RecordingId second = world.recorded(ACME);
      world.mode(ACME, Mode.AUTOMATIC, CdrFate.REMOVED);
      world.clock.pass(Duration.ofDays(340));
      world.round();
      world.clock.pass(Duration.ofDays(30).plusSeconds(1));
      Run run = world.disposals.runs(ACME, 1).getFirst();
      assertThat(world.disposals.start(ACME, run.id(), world.clock.now)).isTrue();
      String kept =
          world.disposals.fall(ACME, run.id(), second, new Found(4, 1, List.of()), () -> null);
      assertThat(kept).isNull();

      for (HoldScope scope : List.of(HoldScope.of(Set.of(second)), began(start(world, second)))) {
        HoldMatching.Placed placed = placed(world, ACME, scope);
        assertThat(placed.gone()).as(scope.toString()).containsExactly(second);
        assertThat(placed.hold().recordings()).as(scope.toString()).isZero();
      }
      assertThat(world.database.holds().of(ACME, second)).isEmpty();

      world.round();
      assertThat(world.state(ACME, first)).isEqualTo(CallState.DISPOSED);
      assertThat(world.state(ACME, second)).isEqualTo(CallState.DISPOSED);
      assertThat(placed(world, ACME, began(start(world, first))).gone()).containsExactly(first);
      assertThat(placed(world, ACME, HoldScope.of(Set.of(first))).gone()).containsExactly(first);
      HoldMatching.Placed byNumber = placed(world, ACME, numbers(NUMBER));
      assertThat(byNumber.gone()).containsExactlyInAnyOrder(first, second);
      assertThat(byNumber.hold().recordings()).isZero();
      assertThat(placed(world, ACME, numbers("+4930*", "+4940555")).gone())
          .as("tombstones have tokens of whole numbers only")
          .isEmpty();
      HoldScope anna = new HoldScope(Set.of("u-anna"), Set.of("t-desk"), List.of(), null, null);
      assertThat(placed(world, ACME, anna).gone()).as("and name nobody").isEmpty();
      assertThat(placed(world, GLOBEX, HoldScope.of(Set.of(first))).gone())
          .as("another tenant's")
          .isEmpty();
    }
  }
}
