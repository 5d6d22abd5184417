package io.earwitness.nodeapi;

import io.earwitness.audit.AuditEntry;
import io.earwitness.audit.AuditLog;
import io.earwitness.audit.AuditLog.AuditUnavailableException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Audit entries that nobody waits for: kept in memory, in their order, until the trail has them.
 * What can't be kept is logged in full; the capture's time line tells of the pause in any case.
 * Thread-safe.
 */
final class LateEntries implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LateEntries.class);
  private static final int CAPACITY = 10_000;
  private static final long RETRY_MILLIS = 500;
  private static final long LAST_TRY_MILLIS = 5_000;

  private final AuditLog log;
  private final BlockingQueue<AuditEntry> waiting = new LinkedBlockingQueue<>(CAPACITY);
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Thread writer;
  private final AtomicLong lost = new AtomicLong();
  private volatile @Nullable AuditEntry current;

  LateEntries(AuditLog log) {
    this.log = log;
    this.writer = Thread.ofPlatform().daemon().name("node-api-audit").start(this::writeOn);
  }

  /** Entries that could not be written. */
  long lost() {
    return lost.get();
  }

  /** Returns at once. */
  void add(AuditEntry entry) {
    if (!waiting.offer(entry)) {
      lost(entry, "too many wait already");
    }
  }

  private void writeOn() {
    try {
      while (true) {
        AuditEntry next = waiting.poll(RETRY_MILLIS, TimeUnit.MILLISECONDS);
        if (next == null) {
          if (closing.getCount() == 0) {
            return;
          }
          continue;
        }
        current = next;
        if (!write(next)) {
          return;
        }
        current = null;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** False if it could not be written and it is time to stop. */
  private boolean write(AuditEntry entry) throws InterruptedException {
    boolean told = false;
    while (true) {
      try {
        log.append(entry);
        return true;
      } catch (AuditUnavailableException e) {
        if (!told) {
          LOG.warn("'{}' of {} waits to be entered: {}", entry.action(), entry.object(), e + "");
          told = true;
        }
        if (closing.await(RETRY_MILLIS, TimeUnit.MILLISECONDS)) {
          return false;
        }
      } catch (RuntimeException e) {
        LOG.error("the audit trail refuses an entry", e);
        lost(entry, "the trail refuses it");
        return true;
      }
    }
  }

  private void lost(AuditEntry entry, String why) {
    lost.incrementAndGet();
    LOG.error("not in the audit trail ({}): {}", why, entry);
  }

  /** Tries for a few seconds to write what waits. */
  @Override
  public void close() {
    closing.countDown();
    try {
      writer.join(LAST_TRY_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    List<AuditEntry> left = new ArrayList<>();
    AuditEntry last = current;
    if (last != null) {
      left.add(last);
    }
    waiting.drainTo(left);
    left.forEach(entry -> lost(entry, "the process stops before it could be written"));
  }
}
