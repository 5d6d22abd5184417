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
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process that is killed before or after any of its steps, and one that goes on. */
class KilledDisposalTest {
  private static final Set<String> STEPS =
      Set.of(
          "announce",
          "start",
          "fall",
          "append",
          "delete",
          "bury",
          "entered",
          "done",
          "put",
          "lock",
          "copied");

  @TempDir Path folder;

  private static final class Death extends Error {
    private static final long serialVersionUID = 1L;

    Death(String step) {
      super(step, null, false, false);
    }
  }

  /** Lets a process die at its nth step; from then on nothing that it tries has an effect. */
  private static final class Fate {
    private final int at;
    private final boolean before;
    private final List<String> steps = new ArrayList<>();
    private boolean dead;

    Fate(int at, boolean before) {
      this.at = at;
      this.before = before;
    }

    <T> T of(Class<T> type, T real) {
      return type.cast(
          Proxy.newProxyInstance(
              type.getClassLoader(),
              new Class<?>[] {type},
              (_, method, arguments) -> {
                boolean counts = STEPS.contains(method.getName());
                if (dead) {
                  throw new Death(method.getName());
                }
                boolean now = counts && steps.size() == at;
                if (counts) {
                  steps.add(method.getName());
                }
                if (now && before) {
                  dead = true;
                  throw new Death("before " + method.getName());
                }
                Object result;
                try {
                  result = method.invoke(real, arguments);
                } catch (InvocationTargetException e) {
                  throw e.getCause();
                }
                if (now) {
                  dead = true;
                  throw new Death("after " + method.getName());
                }
                return result;
              }));
    }
  }

  private static void round(DisposalWorld world, Fate fate) {
    try {
      world
          .runner(
              fate.of(Disposals.class, world.disposals),
              fate.of(ObjectStore.class, world.store),
              fate.of(AuditLog.class, world.database.audit()))
          .round(List.of(ACME));
    } catch (Death _) {
      // the next process goes on
    }
  }

  /**
   * A call falls due each day, so that on each day one run is announced and another one deletes;
   * the first round of each day is killed, each time a step later.
   */
  @Test
  void theEndIsTheSameWhereverItWasKilled() {
    int days = 40;
    try (DisposalWorld world = new DisposalWorld(folder)) {
      world.mode(ACME, Mode.AUTOMATIC, CdrFate.KEPT);
      List<RecordingId> ids = new ArrayList<>();
      Instant first = world.clock.now;
      for (int day = 0; day < days; day++) {
        ids.add(world.recorded(ACME));
        world.clock.pass(Duration.ofDays(1));
      }
      world.clock.now = DisposalWorld.due(first).minus(Duration.ofDays(30)).plusSeconds(60);
      List<String> killed = new ArrayList<>();
      for (int day = -30; day < days; day++) {
        Fate fate = new Fate(Math.max(day, 0) / 2, day % 2 == 0);
        round(world, fate);
        if (fate.dead) {
          killed.add(fate.steps.getLast());
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
      assertThat(killed).containsAll(STEPS);
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
  }
}
