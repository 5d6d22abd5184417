package io.earwitness.app;

import io.earwitness.archive.LockKeeper;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Each half minute, on one node, keeps the store's locks as long as the rules want them. */
final class LockUpkeep implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LockUpkeep.class);

  private final LockKeeper keeper;
  private final ScheduledExecutorService schedule =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("lock-upkeep").daemon().factory());

  LockUpkeep(LockKeeper keeper) {
    this.keeper = keeper;
    schedule.scheduleWithFixedDelay(this::look, 10, 30, TimeUnit.SECONDS);
  }

  private void look() {
    try {
      while (keeper.run() > 0) {
        // there may be more
      }
    } catch (RuntimeException e) {
      LOG.warn("locks could not be looked after; tried again in half a minute: {}", e.toString());
    }
  }

  @Override
  public void close() {
    schedule.shutdownNow();
  }
}
