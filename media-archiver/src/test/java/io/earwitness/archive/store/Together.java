package io.earwitness.archive.store;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Runs tasks on threads of their own that all start at the same moment. */
public final class Together {
  private Together() {}

  /** What one thread does. */
  public interface Task<T> extends Callable<T> {}

  /** The results, in the order of the tasks; the first failure is thrown. */
  public static <T> List<T> run(List<? extends Task<T>> tasks) throws Exception {
    CyclicBarrier start = new CyclicBarrier(tasks.size());
    try (ExecutorService threads = Executors.newFixedThreadPool(tasks.size())) {
      List<Future<T>> running = new ArrayList<>();
      for (Task<T> task : tasks) {
        running.add(
            threads.submit(
                () -> {
                  start.await();
                  return task.call();
                }));
      }
      List<T> results = new ArrayList<>();
      for (Future<T> each : running) {
        results.add(each.get());
      }
      return results;
    }
  }
}
