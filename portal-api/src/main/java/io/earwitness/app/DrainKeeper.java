package io.earwitness.app;

import io.earwitness.archive.catalog.CallCatalog.CatalogUnavailableException;
import io.earwitness.archive.catalog.Drains;
import io.earwitness.recorder.srs.RecordingServer;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reports this recorder to the catalog each second, and lets it drain while an operator wants that
 * there, or while the process is about to stop. Without the catalog it goes on as it is.
 */
final class DrainKeeper implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DrainKeeper.class);
  private static final long POLL_MILLIS = 1_000;
  private static final long WAIT_MILLIS = 100;

  private final String name;
  private final Drains drains;
  private final RecordingServer recorder;
  private final ScheduledExecutorService poll =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("drain-keeper").daemon().factory());
  private volatile boolean stopping;
  private boolean unreachable;

  DrainKeeper(String name, Drains drains, RecordingServer recorder) {
    this.name = name;
    this.drains = drains;
    this.recorder = recorder;
    look();
    poll.scheduleWithFixedDelay(this::look, POLL_MILLIS, POLL_MILLIS, TimeUnit.MILLISECONDS);
  }

  private synchronized void look() {
    try {
      Drains.Drain own = report();
      boolean drain = stopping || own.since() != null;
      if (drain != recorder.isDraining()) {
        follow(drain, own);
        report();
      }
      unreachable = false;
    } catch (CatalogUnavailableException e) {
      if (!unreachable) {
        LOG.warn("the catalog does not hear of this node for now: {}", e.toString());
      }
      unreachable = true;
    } catch (RuntimeException e) {
      LOG.error("this node could not be reported", e);
    }
  }

  private Drains.Drain report() {
    return drains.report(name, recorder.isDraining(), recorder.activeRecordings());
  }

  private void follow(boolean drain, Drains.Drain own) {
    if (drain) {
      recorder.drain();
      LOG.info(
          "draining{}: new calls are refused, {} run",
          own.by() == null ? "" : ", wanted by " + own.by(),
          recorder.activeRecordings());
    } else {
      recorder.undrain();
      LOG.info("draining no more: new calls are taken");
    }
  }

  /** Drains for good, since the process is to stop, and waits for running calls to end. */
  void drainToStop(Duration most) throws InterruptedException {
    stopping = true;
    recorder.drain();
    LOG.info(
        "stopping: new calls are refused, {} run and have {} s to end",
        recorder.activeRecordings(),
        most.toSeconds());
    long end = System.nanoTime() + most.toNanos();
    while (!recorder.isIdle() && System.nanoTime() < end) {
      Thread.sleep(WAIT_MILLIS);
    }
  }

  @Override
  public void close() {
    poll.shutdownNow();
  }
}
