package io.earwitness.recorder.rtp;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one receive thread: looks at every stream's socket in turn, then pauses. The pause is what
 * makes it cheap: the fewer calls per packet, the less each packet costs. All state of streams
 * belongs to this thread; others have it do things by {@link #call}.
 */
final class ReceiveLoop {
  private static final Logger log = LoggerFactory.getLogger(ReceiveLoop.class);

  private static final long CONGESTION_PAUSE_NANOS = 2_000_000L;
  private static final long ERROR_LOG_PAUSE_NANOS = Duration.ofSeconds(10).toNanos();

  private final long roundNanos;
  private final LoopCounters counters = new LoopCounters();
  private final List<MediaStream> streams = new ArrayList<>();
  private final Queue<FutureTask<?>> calls = new ConcurrentLinkedQueue<>();
  private final Thread thread;
  private int next;
  private long lagNanos;
  private long lastErrorLog;
  private volatile boolean stopping;
  private volatile boolean finished;

  ReceiveLoop(Duration round) {
    roundNanos = round.toNanos();
    lastErrorLog = System.nanoTime() - ERROR_LOG_PAUSE_NANOS;
    thread = Thread.ofPlatform().name("rtp-receive").daemon().unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  /** For use by the receive thread only, within {@link #call}. */
  LoopCounters counters() {
    return counters;
  }

  /**
   * How much longer than meant the longest round took since this was last asked. For use by the
   * receive thread only, within {@link #call}.
   */
  long takeLagNanos() {
    long lag = lagNanos;
    lagNanos = 0;
    return lag;
  }

  /** For use by the receive thread only, within {@link #call}. */
  void add(MediaStream stream) {
    streams.add(stream);
    counters.streams = streams.size();
  }

  /** For use by the receive thread only, within {@link #call}. */
  void remove(MediaStream stream) {
    streams.remove(stream);
    counters.streams = streams.size();
  }

  /**
   * Has the receive thread do something between two sockets and waits for it: well under a
   * millisecond unless the machine is overloaded. After the loop's end the caller does it itself.
   */
  <T> T call(Supplier<T> work) {
    FutureTask<T> task = new FutureTask<>(work::get);
    calls.add(task);
    LockSupport.unpark(thread);
    if (finished) {
      runCalls();
    }
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return task.get();
        } catch (InterruptedException e) {
          interrupted = true;
        } catch (ExecutionException e) {
          throw new IllegalStateException("in the receive thread", e.getCause());
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Ends the loop; streams stay as they are. */
  void stop() {
    stopping = true;
    LockSupport.unpark(thread);
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized void runCalls() {
    for (FutureTask<?> task; (task = calls.poll()) != null; ) {
      task.run();
    }
  }

  private void run() {
    long due = System.nanoTime();
    while (!stopping) {
      try {
        due = turn(due);
      } catch (Throwable e) {
        // Whatever happened, the other calls' packets are waiting
        failed(e);
        LockSupport.parkNanos(this, CONGESTION_PAUSE_NANOS);
      }
    }
    finished = true;
    runCalls();
  }

  /** One round, or what of it congestion lets; returns when the next one is due. */
  private long turn(long due) {
    long begin = System.nanoTime();
    boolean whole = round();
    counters.rounds++;
    if (!whole) {
      counters.congestedRounds++;
    }
    long nextDue =
        whole ? Math.max(due + roundNanos, System.nanoTime()) : begin + CONGESTION_PAUSE_NANOS;
    while (!stopping) {
      if (!calls.isEmpty()) {
        runCalls();
      }
      long left = nextDue - System.nanoTime();
      if (left <= 0) {
        break;
      }
      LockSupport.parkNanos(this, left);
    }
    long took = System.nanoTime() - begin;
    counters.longestRoundNanos = Math.max(counters.longestRoundNanos, took);
    lagNanos = Math.max(lagNanos, took - roundNanos);
    return nextDue;
  }

  /** Looks at every stream once; ends early, to go on from there, when the spool is congested. */
  private boolean round() {
    if (next >= streams.size()) {
      next = 0;
    }
    long begin = System.nanoTime();
    for (int left = streams.size(); left > 0; left--) {
      MediaStream stream = streams.get(next);
      try {
        if (stream.isCongested()) {
          return false;
        }
        stream.drain();
        stream.exchangeRtcp(begin);
      } catch (Throwable e) {
        // One stream's trouble must not end the others
        failed(e);
      }
      next = next + 1 < streams.size() ? next + 1 : 0;
    }
    return true;
  }

  private void failed(Throwable e) {
    counters.errors++;
    long now = System.nanoTime();
    if (now - lastErrorLog >= ERROR_LOG_PAUSE_NANOS) {
      lastErrorLog = now;
      log.error("receiving; going on ({} errors so far)", counters.errors, e);
    }
  }
}
