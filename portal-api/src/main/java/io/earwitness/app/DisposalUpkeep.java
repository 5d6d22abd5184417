package io.earwitness.app;

import io.earwitness.archive.catalog.Directory;
import io.earwitness.call.TenantSlug;
import io.earwitness.retention.DisposalRunner;
import io.earwitness.retention.SubjectRequestRunner;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Announces and deletes what falls due, every few minutes, on one node; before that, does what was
 * decided of subjects' requests. At the start and each day it looks whether the journal in the
 * store has any that this catalog doesn't know.
 */
final class DisposalUpkeep implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DisposalUpkeep.class);
  private static final int MINUTES = 10;

  private final SubjectRequestRunner subjects;
  private final DisposalRunner runner;
  private final Directory directory;
  private final ScheduledExecutorService schedule =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("disposal").daemon().factory());

  DisposalUpkeep(SubjectRequestRunner subjects, DisposalRunner runner, Directory directory) {
    this.subjects = subjects;
    this.runner = runner;
    this.directory = directory;
    schedule.scheduleWithFixedDelay(this::reapply, 0, 1, TimeUnit.DAYS);
    schedule.scheduleWithFixedDelay(this::round, 1, MINUTES, TimeUnit.MINUTES);
  }

  private List<TenantSlug> tenants() {
    return directory.tenants().stream().map(Directory.Tenant::slug).toList();
  }

  private void reapply() {
    try {
      int applied = subjects.reapply(tenants());
      if (applied > 0) {
        LOG.warn(
            "the store's journal had {} entries on subjects' requests that the database didn't have:"
                + " they are applied again",
            applied);
      }
    } catch (RuntimeException e) {
      LOG.warn("subjects' requests are compared with the journal tomorrow: {}", e.toString());
    }
  }

  private void round() {
    try {
      subjects.round(tenants());
      runner.round(tenants());
    } catch (RuntimeException e) {
      LOG.warn("disposal goes on in {} minutes: {}", MINUTES, e.toString());
    }
  }

  @Override
  public void close() {
    schedule.shutdownNow();
  }
}
