package io.earwitness.archive.alarm;

import io.earwitness.alarm.AlarmQueue;
import io.earwitness.alarm.AlarmReport;
import io.earwitness.archive.catalog.AlarmRegister;
import io.earwitness.archive.catalog.CallCatalog.CatalogUnavailableException;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes what waits in a node's queue into the register, on a thread of its own. While the database
 * is away it waits there. Also brings back now and then what the register has open.
 */
public final class AlarmWriter implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(AlarmWriter.class);
  private static final int BATCH = 200;
  private static final long IDLE_MILLIS = 500;
  private static final long RETRY_MILLIS = 2_000;
  private static final long REFRESH_NANOS = Duration.ofSeconds(5).toNanos();

  private final AlarmQueue queue;
  private final AlarmRegister register;
  private final Runnable written;
  private final Thread thread;
  private volatile boolean stopping;
  private long refreshed;

  /**
   * @param written hears on the writer's thread that something was written; must not wait
   */
  public AlarmWriter(AlarmQueue queue, AlarmRegister register, Runnable written) {
    this.queue = queue;
    this.register = register;
    this.written = written;
    this.thread = Thread.ofPlatform().daemon().name("alarm-writer").unstarted(this::run);
  }

  public void start() {
    refreshed = System.nanoTime() - REFRESH_NANOS;
    thread.start();
  }

  private void run() {
    while (!stopping) {
      try {
        queue.await(IDLE_MILLIS);
        boolean wrote = writeAll();
        if (wrote || System.nanoTime() - refreshed >= REFRESH_NANOS) {
          queue.registered(register.openKeys());
          refreshed = System.nanoTime();
        }
        if (wrote) {
          written.run();
        }
      } catch (InterruptedException e) {
        return;
      } catch (RuntimeException e) {
        // What waits is safe in the queue, and was logged when it was raised
        LOG.debug("alarms wait for the register: {}", e.toString());
        queue.registered(null);
        if (!pause()) {
          return;
        }
      }
    }
  }

  private boolean pause() {
    try {
      Thread.sleep(RETRY_MILLIS);
      return true;
    } catch (InterruptedException e) {
      return false;
    }
  }

  /**
   * Writes what waits now; whether there was anything.
   *
   * @throws CatalogUnavailableException if the database is away; what was not written waits on
   */
  boolean writeAll() {
    List<AlarmReport> reports = queue.take(BATCH);
    boolean any = !reports.isEmpty();
    while (!reports.isEmpty()) {
      for (int i = 0; i < reports.size(); i++) {
        AlarmReport report = reports.get(i);
        try {
          register.enter(report);
        } catch (CatalogUnavailableException e) {
          reports.subList(i, reports.size()).reversed().forEach(queue::putBack);
          throw e;
        } catch (RuntimeException e) {
          LOG.error("the register refuses an alarm, which stays in this log only: {}", report, e);
        }
      }
      reports = queue.take(BATCH);
    }
    return any;
  }

  /** Stops, after a last attempt to write what waits. */
  @Override
  public void close() {
    stopping = true;
    thread.interrupt();
    try {
      thread.join(Duration.ofSeconds(10));
      if (!thread.isAlive()) {
        writeAll();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      LOG.warn("alarms of this node could not be entered any more: {}", e.toString());
    }
  }
}
