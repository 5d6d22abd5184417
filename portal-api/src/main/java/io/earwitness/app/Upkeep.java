package io.earwitness.app;

import io.earwitness.alarm.AlarmKind;
import io.earwitness.alarm.AlarmObject;
import io.earwitness.alarm.Alarms;
import io.earwitness.archive.CaptureJanitor;
import io.earwitness.archive.SweepReport;
import io.earwitness.archive.Sweeper;
import io.earwitness.archive.catalog.Directory;
import io.earwitness.call.TenantSlug;
import java.io.IOException;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What has to be done now and then: captures whose time is over are removed, commits that an
 * archiver left half done are completed.
 */
final class Upkeep implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Upkeep.class);

  /** How far back each sweep looks. */
  private static final int DAYS = 3;

  private final CaptureJanitor janitor;
  private final Sweeper sweeper;
  private final Directory directory;
  private final Alarms alarms;
  private final Clock clock;
  private final ScheduledExecutorService schedule =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("upkeep").daemon().factory());

  Upkeep(CaptureJanitor janitor, Sweeper sweeper, Directory directory, Alarms alarms, Clock clock) {
    this.janitor = janitor;
    this.sweeper = sweeper;
    this.directory = directory;
    this.alarms = alarms;
    this.clock = clock;
    schedule.scheduleWithFixedDelay(this::clean, 5, 5, TimeUnit.MINUTES);
    schedule.scheduleWithFixedDelay(this::sweep, 1, 60, TimeUnit.MINUTES);
  }

  private void clean() {
    try {
      int removed = janitor.sweep();
      if (removed > 0) {
        LOG.info("removed {} captures that nobody needs any more", removed);
      }
    } catch (IOException | RuntimeException e) {
      LOG.warn("captures could not be looked through; tried again in 5 minutes: {}", e.toString());
    }
  }

  private void sweep() {
    LocalDate today = LocalDate.now(clock.withZone(ZoneOffset.UTC));
    try {
      for (Directory.Tenant tenant : directory.tenants()) {
        SweepReport report = sweeper.sweep(tenant.slug(), today.minusDays(DAYS), today.plusDays(1));
        report.problems().forEach(problem -> LOG.warn("sweep of {}: {}", tenant.slug(), problem));
        tell(alarms, tenant.slug(), report.problems().size());
      }
    } catch (RuntimeException e) {
      LOG.warn("the sweep did not finish and is tried again in an hour: {}", e.toString());
    }
  }

  /** Raises an alarm where a sweep found what it can't put right, and clears it where not. */
  static void tell(Alarms alarms, TenantSlug tenant, int problems) {
    AlarmObject object = AlarmObject.tenant(tenant);
    if (problems == 0) {
      alarms.clear(AlarmKind.STORE_SWEEP_FAILING, object, TenantSlug.PLATFORM);
    } else {
      alarms.raise(
          AlarmKind.STORE_SWEEP_FAILING,
          object,
          TenantSlug.PLATFORM,
          "%d findings".formatted(problems));
    }
  }

  @Override
  public void close() {
    schedule.shutdownNow();
  }
}
