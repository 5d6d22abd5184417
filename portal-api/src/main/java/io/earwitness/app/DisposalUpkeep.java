package io.earwitness.app;

import io.earwitness.archive.catalog.Directory;
import io.earwitness.retention.DisposalRunner;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Announces and deletes what falls due, every few minutes, on one node. */
final class DisposalUpkeep implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DisposalUpkeep.class);
  private static final int MINUTES = 10;

  private final DisposalRunner runner;
  private final Directory directory;
  private final ScheduledExecutorService schedule =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("disposal").daemon().factory());

  DisposalUpkeep(DisposalRunner runner, Directory directory) {
    this.runner = runner;
    this.directory = directory;
    schedule.scheduleWithFixedDelay(this::round, 1, MINUTES, TimeUnit.MINUTES);
  }

  private void round() {
    try {
      runner.round(directory.tenants().stream().map(Directory.Tenant::slug).toList());
    } catch (RuntimeException e) {
      LOG.warn("disposal goes on in {} minutes: {}", MINUTES, e.toString());
    }
  }

  @Override
  public void close() {
    schedule.shutdownNow();
  }
}
