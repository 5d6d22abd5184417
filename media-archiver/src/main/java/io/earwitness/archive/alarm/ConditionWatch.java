package io.earwitness.archive.alarm;

import io.earwitness.alarm.AlarmKind;
import io.earwitness.alarm.AlarmObject;
import io.earwitness.alarm.Alarms;
import io.earwitness.call.TenantSlug;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at conditions of a node again and again, on a thread of its own: raises an alarm when one
 * begins to hold or its detail changes, clears it when it ends. What cannot be told now is as it
 * was.
 */
public final class ConditionWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ConditionWatch.class);

  private final Alarms alarms;
  private final List<Watched> watched = new CopyOnWriteArrayList<>();
  private final List<Runnable> others = new CopyOnWriteArrayList<>();
  private final ScheduledExecutorService timer;

  /** What may be wrong. */
  @FunctionalInterface
  public interface Condition {
    /**
     * Looks.
     *
     * @return what is wrong, for people: figures and ids only; null if nothing is
     * @throws Exception if that can't be told
     */
    @Nullable String problem() throws Exception;
  }

  /** A condition, and what was said of it last. */
  private static final class Watched {
    private final AlarmKind kind;
    private final AlarmObject object;
    private final Condition condition;
    private boolean told;
    private @Nullable String last;

    Watched(AlarmKind kind, AlarmObject object, Condition condition) {
      this.kind = kind;
      this.object = object;
      this.condition = condition;
    }
  }

  /**
   * @param name of the thread
   */
  public ConditionWatch(String name, Alarms alarms) {
    this.alarms = alarms;
    this.timer =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name(name).factory());
  }

  /** Adds a condition of the platform; it is looked at from the next round on. */
  public ConditionWatch watch(AlarmKind kind, AlarmObject object, Condition condition) {
    watched.add(new Watched(kind, object, condition));
    return this;
  }

  /** Has something else done at each look; it must not wait. */
  public ConditionWatch also(Runnable work) {
    others.add(work);
    return this;
  }

  public ConditionWatch start(Duration every) {
    long millis = every.toMillis();
    timer.scheduleWithFixedDelay(this::look, 0, millis, TimeUnit.MILLISECONDS);
    return this;
  }

  /** Looks at all once. */
  void look() {
    watched.forEach(this::look);
    try {
      others.forEach(Runnable::run);
    } catch (RuntimeException e) {
      LOG.error("looking for alarms", e);
    }
  }

  private void look(Watched one) {
    String problem;
    try {
      problem = one.condition.problem();
    } catch (Exception e) {
      LOG.debug("{} of {} can't be told: {}", one.kind.wireName(), one.object, e.toString());
      return;
    }
    if (problem != null && !problem.equals(one.last)) {
      alarms.raise(one.kind, one.object, TenantSlug.PLATFORM, problem);
    } else if (problem == null && (one.last != null || !one.told)) {
      // The first time too: the process before this one may have raised it
      alarms.clear(one.kind, one.object, TenantSlug.PLATFORM);
    }
    one.told = true;
    one.last = problem;
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
