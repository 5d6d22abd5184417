package io.earwitness.portal;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at all parts that requests need, side by side, and waits for none longer than a load
 * balancer would: a database that takes connections and never answers is as good as away.
 * Thread-safe.
 */
final class Readiness {
  private static final Logger LOG = LoggerFactory.getLogger(Readiness.class);

  private final List<PortalParts.ReadinessCheck> parts;
  private final Duration patience;

  /** Looks that have not ended, by part: who asks meanwhile waits for the same one. */
  private final Map<String, FutureTask<Boolean>> running = new ConcurrentHashMap<>();

  /**
   * @param patience for all parts together
   */
  Readiness(List<PortalParts.ReadinessCheck> parts, Duration patience) {
    this.parts = parts;
    this.patience = patience;
  }

  /**
   * The names of the parts that can't be reached, or did not answer in time, in their order.
   *
   * @throws InterruptedException if the thread is interrupted while it waits
   */
  List<String> problems() throws InterruptedException {
    List<FutureTask<Boolean>> looks = parts.stream().map(this::look).toList();
    long end = System.nanoTime() + patience.toNanos();
    List<String> problems = new ArrayList<>();
    for (int i = 0; i < looks.size(); i++) {
      String name = parts.get(i).name();
      try {
        looks.get(i).get(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
      } catch (ExecutionException e) {
        LOG.warn("not ready: {}: {}", name, String.valueOf(e.getCause()));
        problems.add(name);
      } catch (TimeoutException _) {
        LOG.warn("not ready: {}: no answer for {} s", name, patience.toSeconds());
        problems.add(name);
      }
    }
    return problems;
  }

  private FutureTask<Boolean> look(PortalParts.ReadinessCheck part) {
    return running.computeIfAbsent(
        part.name(),
        name -> {
          Callable<Boolean> look =
              () -> {
                try {
                  part.check().run();
                  return true;
                } finally {
                  running.remove(name);
                }
              };
          FutureTask<Boolean> task = new FutureTask<>(look);
          Thread.ofVirtual().name("ready-" + name).start(task);
          return task;
        });
  }
}
