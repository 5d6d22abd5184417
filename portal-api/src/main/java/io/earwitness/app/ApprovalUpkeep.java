package io.earwitness.app;

import io.earwitness.portal.ApprovalDesk;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Each minute, on one node, does and ends acts whose time has come. */
final class ApprovalUpkeep implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ApprovalUpkeep.class);

  private final ApprovalDesk desk;
  private final ScheduledExecutorService schedule =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("approval-upkeep").daemon().factory());

  ApprovalUpkeep(ApprovalDesk desk) {
    this.desk = desk;
    schedule.scheduleWithFixedDelay(this::look, 1, 1, TimeUnit.MINUTES);
  }

  private void look() {
    try {
      desk.upkeep();
    } catch (RuntimeException e) {
      LOG.debug("approvals can't be looked at; tried again in a minute: {}", e.toString());
    }
  }

  @Override
  public void close() {
    schedule.shutdownNow();
  }
}
