package io.earwitness.app;

import io.earwitness.retention.ClosingRunner;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes the closings of tenants on, every minute, on one node. */
final class ClosingUpkeep implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ClosingUpkeep.class);

  private final ClosingRunner runner;
  private final ScheduledExecutorService schedule =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("closing").daemon().factory());

  ClosingUpkeep(ClosingRunner runner) {
    this.runner = runner;
    schedule.scheduleWithFixedDelay(this::round, 1, 1, TimeUnit.MINUTES);
  }

  private void round() {
    try {
      runner.round();
    } catch (RuntimeException e) {
      LOG.warn("closings go on in a minute: {}", e.toString());
    }
  }

  @Override
  public void close() {
    schedule.shutdownNow();
  }
}
