package io.earwitness.retention;

import static io.earwitness.retention.DisposalWorld.ACME;
import static org.assertj.core.api.Assertions.assertThat;

import io.earwitness.archive.catalog.Disposals;
import io.earwitness.archive.catalog.Disposals.CdrFate;
import io.earwitness.archive.catalog.Disposals.Mode;
import io.earwitness.archive.catalog.Disposals.RunState;
import io.earwitness.archive.store.ObjectStore;
import io.earwitness.audit.AuditLog;
import io.earwitness.call.CallState;
import io.earwitness.call.RecordingId;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process that is killed before or after any of its steps, and one that goes on. */
class KilledDisposalTest {
  @TempDir Path folder;

  /** A round of a process that dies as it is its fate. */
  static void round(DisposalWorld world, Fate fate) {
    try {
      world
          .runner(
              fate.of(Disposals.class, world.disposals),
              fate.of(ObjectStore.class, world.store),
              fate.of(AuditLog.class, world.database.audit()))
          .round(List.of(ACME));
    } catch (Fate.Death _) {
      // the next process goes on
    }
  }

  /** Kills the first round of a day and says at which step; null if it has fewer. */
  private interface Killer {
    @Nullable String kill(DisposalWorld world, int day) throws IOException;
  }

  @Test
  void theEndIsTheSameWhereverItWasKilled() throws IOException {
    Set<String> killed =
        everyDay(
            40,
            (world, day) -> {
              Fate fate = new Fate(Math.max(day, 0) / 2, day % 2 == 0);
              round(world, fate);
              return fate.dead ? fate.steps.getLast() : null;
            });
    assertThat(killed).containsAll(Fate.STEPS);
  }

  /** At every fifth step of one round: a JVM needs a second or two to begin. */
  @Test
  void theEndIsTheSameWhenTheProcessIsKilled() throws IOException {
    assertThat(killedProcesses(5)).hasSizeGreaterThan(2);
  }

  @Test
  @Tag("full")
  void theEndIsTheSameAtWhicheverStepTheProcessIsKilled() throws IOException {
    assertThat(killedProcesses(1)).hasSize(Fate.STEPS.size());
  }

  private Set<String> killedProcesses(int stride) throws IOException {
    return everyDay(
        20 / stride,
        (world, day) -> {
          if (day < 0 && day > -30) {
            world.round();
            return null;
          }
          String step = DisposalProcess.killedAt(world, folder, Math.max(day, 0) * stride);
          return step.equals(KilledProcess.ENDED) ? null : step;
        });
  }

  /**
   * A call falls due each day, so that on each day one run is announced and another one deletes;
   * the first round of each day is killed, each time later.
   *
   * @return the steps at which it was
   */
  private Set<String> everyDay(int days, Killer killer) throws IOException {
    Set<String> killed = new TreeSet<>();
    try (DisposalWorld world = new DisposalWorld(folder)) {
      world.mode(ACME, Mode.AUTOMATIC, CdrFate.KEPT);
      List<RecordingId> ids = new ArrayList<>();
      Instant first = world.clock.now;
      for (int day = 0; day < days; day++) {
        ids.add(world.recorded(ACME));
        world.clock.pass(Duration.ofDays(1));
      }
      world.clock.now = DisposalWorld.due(first).minus(Duration.ofDays(30)).plusSeconds(60);
      for (int day = -30; day < days; day++) {
        String step = killer.kill(world, day);
        if (step != null) {
          killed.add(step);
        }
        world.clock.pass(Duration.ofSeconds(1));
        world.round();
        if (day >= 0) {
          RecordingId id = ids.get(day);
          assertThat(world.state(ACME, id)).as("day %d", day).isEqualTo(CallState.DISPOSED);
          assertThat(world.stored(ACME, id)).isZero();
          if (day + 1 < days) {
            assertThat(world.stored(ACME, ids.get(day + 1))).as("day %d", day).isEqualTo(4);
          }
        }
        world.clock.pass(Duration.ofDays(1));
      }
      assertThat(world.audited(ACME))
          .isEqualTo(Map.of("null", (long) ids.size(), "done", (long) ids.size()));
      assertThat(world.disposals.runs(ACME, 1_000))
          .allSatisfy(run -> assertThat(run.state()).isEqualTo(RunState.DONE))
          .allSatisfy(run -> assertThat(run.copied()).isTrue())
          .hasSize(ids.size());
      for (RecordingId id : ids) {
        assertThat(world.database.tombstones().find(ACME, id)).isPresent();
      }
    }
    return killed;
  }
}
