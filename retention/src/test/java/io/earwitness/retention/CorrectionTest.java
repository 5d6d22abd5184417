package io.earwitness.retention;

import static io.earwitness.retention.DisposalWorld.ACME;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.earwitness.approval.ApprovalKind;
import io.earwitness.archive.catalog.Disposals.CdrFate;
import io.earwitness.archive.catalog.Disposals.ItemState;
import io.earwitness.archive.catalog.Disposals.Mode;
import io.earwitness.archive.catalog.Disposals.Run;
import io.earwitness.archive.catalog.Disposals.RunState;
import io.earwitness.archive.catalog.LegalHolds.NewHold;
import io.earwitness.archive.catalog.Restrictions;
import io.earwitness.archive.catalog.TestApprovals;
import io.earwitness.archive.catalog.TestServer;
import io.earwitness.archive.catalog.Tombstones.Tombstone;
import io.earwitness.call.CallState;
import io.earwitness.call.HoldScope;
import io.earwitness.call.RecordingId;
import io.earwitness.json.Json;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Recordings that two persons remove within their settling time, by the real clock of all. */
class CorrectionTest {
  private static final String BY = TestApprovals.APPROVED;

  @TempDir Path folder;

  private static Restrictions.Restricted remove(
      DisposalWorld world, RecordingId id, UUID approval) {
    return world
        .database
        .restrictions()
        .correct(ACME, id, "a private call", List.of(), approval, TestApprovals.ASKED, BY);
  }

  private static UUID approved(DisposalWorld world, RecordingId id) {
    return TestApprovals.approved(world.database, ACME, ApprovalKind.RECORDING_REMOVE, id);
  }

  private static void until(DisposalWorld world, Instant moment) throws InterruptedException {
    while (!Instant.now().isAfter(moment)) {
      Thread.sleep(100);
    }
    world.clock.now = Instant.now();
  }

  private static UUID hold(DisposalWorld world, RecordingId id) {
    UUID hold = UUID.randomUUID();
    world
        .database
        .holds()
        .place(
            ACME,
            new NewHold(hold, "Late", null, "a claim", 7, HoldScope.of(Set.of(id))),
            List.of(),
            BY);
    return hold;
  }

  @Test
  void whatTwoPersonsRemovedGoesWhenItsFirstLockHasEndedAndNothingElseDoes() throws Exception {
    try (DisposalWorld world = new DisposalWorld(folder)) {
      TestApprovals.officers(world.database, ACME);
      RecordingId settled = world.recorded(ACME, null);
      world.clock.now = Instant.now();
      Instant first = world.clock.now.plusSeconds(16).truncatedTo(ChronoUnit.SECONDS);
      RecordingId gone = world.recorded(ACME, first);
      RecordingId held = world.recorded(ACME, first);
      RecordingId kept = world.recorded(ACME, first);

      // The database lets nothing by that is not just this
      assertThatThrownBy(() -> remove(world, kept, UUID.randomUUID()))
          .hasMessageContaining("no approval of two persons");
      UUID undecided =
          TestApprovals.asked(world.database, ACME, ApprovalKind.RECORDING_REMOVE, kept);
      assertThatThrownBy(() -> remove(world, kept, undecided))
          .hasMessageContaining("no approval of two persons");
      UUID ofAnother = approved(world, gone);
      assertThatThrownBy(() -> remove(world, kept, ofAnother))
          .hasMessageContaining("no approval of two persons");
      UUID ofAnotherKind =
          TestApprovals.approved(world.database, ACME, ApprovalKind.RECORDING_RESTRICT, kept);
      assertThatThrownBy(() -> remove(world, kept, ofAnotherKind))
          .hasMessageContaining("no approval of two persons");
      UUID tooLate = approved(world, settled);
      assertThatThrownBy(() -> remove(world, settled, tooLate))
          .hasMessageContaining("restrict it instead");

      remove(world, gone, ofAnother);
      remove(world, held, approved(world, held));
      assertThat(world.database.restrictions().of(ACME, gone)).isPresent();
      world.round();
      List<Run> runs = world.disposals.runs(ACME, 9);
      assertThat(runs)
          .hasSize(2)
          .allSatisfy(
              run -> {
                assertThat(run.mode()).isEqualTo(Mode.CORRECTION);
                assertThat(run.state()).isEqualTo(RunState.ANNOUNCED);
              });
      assertThat(world.stored(ACME, gone)).as("its lock is not over").isEqualTo(4);
      // Also of a run that somebody let run early
      TestServer.bundled()
          .execute(
              world.config,
              "update earwitness.disposal_run set state = 'running', started_at = now()");
      world.round();
      assertThat(world.stored(ACME, gone)).as("its lock is not over").isEqualTo(4);
      assertThat(world.state(ACME, gone)).isEqualTo(CallState.ARCHIVED);

      // Half of the first lock is over: others are renewed
      until(world, first.minusSeconds(7));
      world.renewLocks();
      assertThatThrownBy(() -> remove(world, kept, approved(world, kept)))
          .as("renewed")
          .hasMessageContaining("restrict it instead");
      assertThat(world.database.retentionLocks().state(ACME, kept).orElseThrow().lockedUntil())
          .isAfter(first.plus(Duration.ofDays(300)));
      assertThat(world.database.retentionLocks().state(ACME, gone).orElseThrow().lockedUntil())
          .isEqualTo(first);

      UUID hold = hold(world, held);
      until(world, first.plusSeconds(1));
      world.clock.pass(Duration.ofDays(2)); // the store locks for a day at least
      world.round();
      assertThat(world.state(ACME, gone)).isEqualTo(CallState.DISPOSED);
      assertThat(world.stored(ACME, gone)).isZero();
      assertThat(world.state(ACME, kept)).isEqualTo(CallState.ARCHIVED);
      assertThat(world.stored(ACME, kept)).isEqualTo(4);
      assertThat(world.state(ACME, held)).as("a hold wins").isEqualTo(CallState.ARCHIVED);
      assertThat(world.stored(ACME, held)).isEqualTo(4);
      Tombstone stone = world.database.tombstones().find(ACME, gone).orElseThrow();
      assertThat(stone.approvedBy()).contains("olga").contains("asked for by user:omar");
      Run done = world.disposals.run(ACME, stone.run()).orElseThrow();
      assertThat(done.state()).isEqualTo(RunState.DONE);
      assertThat(done.reason()).isEqualTo("a private call");
      assertThat(
              new String(
                  world.disposals.certificate(ACME, done.id()).orElseThrow(),
                  StandardCharsets.ISO_8859_1))
          .contains("\"reason\":" + Json.text("a private call"))
          .contains("\"mode\":\"correction\"");
      assertThat(world.disposals.settings(ACME).mode()).as("disposal is off").isEqualTo(Mode.OFF);
      assertThat(world.database.tombstones().cdr(ACME, List.of(gone)).get(gone))
          .doesNotContain("t-desk");
      assertThat(
              world.disposals.runs(ACME, 9).stream()
                  .filter(run -> !run.id().equals(done.id()))
                  .flatMap(run -> world.disposals.items(ACME, run.id(), null, null, 9).stream()))
          .singleElement()
          .satisfies(
              item -> {
                assertThat(item.state()).isEqualTo(ItemState.REFUSED);
                assertThat(item.problem()).contains("a legal hold is on it");
              });

      // Released, it goes after its grace
      world.database.holds().release(ACME, hold, BY);
      world.clock.pass(Duration.ofDays(8));
      world.database.holds().end(ACME, hold, BY);
      world.mode(ACME, Mode.AUTOMATIC, CdrFate.REMOVED);
      world.round();
      assertThat(world.state(ACME, held)).isEqualTo(CallState.DISPOSED);
      assertThat(world.stored(ACME, held)).isZero();
      assertThat(world.stored(ACME, settled)).isEqualTo(4);
    }
  }
}
