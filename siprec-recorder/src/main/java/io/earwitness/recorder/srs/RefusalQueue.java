package io.earwitness.recorder.srs;

import io.earwitness.call.CallSummary;
import io.earwitness.call.SrcFindings;
import io.earwitness.capture.CaptureWriter;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Enters refusals into the spool. A spool that takes nothing is just when calls are refused: what
 * could not be entered waits here until it can, so that it still ends in the catalog. Thread-safe.
 */
final class RefusalQueue {
  private static final Logger LOG = LoggerFactory.getLogger(RefusalQueue.class);

  /** So many wait with the text of their INVITE; what it takes of memory must stay small. */
  static final int WITH_MESSAGE = 500;

  private record Refused(CallSummary summary, @Nullable SrcFindings findings) {
    Refused withoutMessage() {
      return new Refused(summary.withoutMessage(), findings);
    }
  }

  private final CaptureWriter captures;
  private final CallObserver observer;
  private final int capacity;

  // Guarded by this
  private final Deque<Refused> waiting = new ArrayDeque<>();
  private long lost;

  /**
   * Makes a queue.
   *
   * @param capacity refusals that may wait; further ones are lost but for a line in the process's
   *     own log
   */
  RefusalQueue(CaptureWriter captures, CallObserver observer, int capacity) {
    this.captures = captures;
    this.observer = observer;
    this.capacity = capacity;
  }

  void enter(CallSummary summary, @Nullable SrcFindings findings) {
    Refused refused = new Refused(summary, findings);
    try {
      write(refused);
    } catch (IOException | RuntimeException e) {
      keep(refused, e);
    }
  }

  private void write(Refused refused) throws IOException {
    captures.refuse(refused.summary, refused.findings);
    observer.refused(refused.summary.id());
  }

  private synchronized void keep(Refused refused, Exception cause) {
    if (waiting.size() >= capacity) {
      lost++;
      LOG.error(
          "The refusal of call {} is lost: the spool takes nothing and {} wait already ({} lost so"
              + " far)",
          refused.summary.callIds(),
          capacity,
          lost);
      return;
    }
    if (waiting.isEmpty()) {
      LOG.error("Refusals can't be entered into the spool and wait until they can", cause);
    }
    waiting.add(waiting.size() < WITH_MESSAGE ? refused : refused.withoutMessage());
  }

  /** Enters what waits, as far as the spool takes it; to be called now and then. */
  void retry() {
    for (Refused next = poll(); next != null; next = poll()) {
      try {
        write(next);
      } catch (IOException | RuntimeException e) {
        putBack(next);
        return;
      }
    }
  }

  private synchronized @Nullable Refused poll() {
    return waiting.poll();
  }

  private synchronized void putBack(Refused refused) {
    waiting.addFirst(refused);
  }

  /** A last try; says what could not be entered. */
  void close() {
    retry();
    synchronized (this) {
      for (Refused refused : waiting) {
        LOG.error(
            "The refusal of call {} could not be entered any more", refused.summary.callIds());
      }
      lost += waiting.size();
      waiting.clear();
    }
  }

  /** Refusals that no capture and no catalog will ever know. */
  synchronized long lost() {
    return lost;
  }
}
