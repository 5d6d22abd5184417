package io.earwitness.recorder.sip;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the events of one call one after the other, those of different calls at the same time, so
 * that the stack's own threads never wait for the recorder. Thread-safe.
 */
final class CallOrder implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(CallOrder.class);
  private static final int CLOSE_SECONDS = 5;

  private final ExecutorService threads =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("sip-call-", 0).factory());

  /** What waits behind the running task; a call with no running task has no entry. */
  private final Map<String, Queue<Runnable>> waiting = new HashMap<>();

  void execute(String callId, Runnable task) {
    synchronized (waiting) {
      Queue<Runnable> queue = waiting.get(callId);
      if (queue != null) {
        queue.add(task);
        return;
      }
      waiting.put(callId, new ArrayDeque<>());
    }
    try {
      threads.execute(() -> run(callId, task));
    } catch (RejectedExecutionException e) {
      LOG.debug("A SIP event of call {} came after the end", callId);
    }
  }

  /** Whether at least so many events of a call wait. */
  boolean isBusy(String callId, int count) {
    synchronized (waiting) {
      Queue<Runnable> queue = waiting.get(callId);
      return queue != null && queue.size() >= count;
    }
  }

  private void run(String callId, Runnable first) {
    Runnable task = first;
    while (task != null) {
      try {
        task.run();
      } catch (Throwable e) {
        LOG.error("Handling a SIP event of call {} failed", callId, e);
      }
      synchronized (waiting) {
        Queue<Runnable> queue = waiting.get(callId);
        task = queue == null ? null : queue.poll();
        if (task == null) {
          waiting.remove(callId);
        }
      }
    }
  }

  /** Takes no more events and gives those that were taken a moment to end. */
  @Override
  public void close() {
    threads.shutdown();
    try {
      if (!threads.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
        LOG.warn("SIP events are still being handled {} s after the end", CLOSE_SECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
