package io.earwitness.app;

import io.earwitness.archive.Masking;
import io.earwitness.archive.Masking.ImpossibleException;
import io.earwitness.archive.catalog.CallCatalog.ArchivedCall;
import io.earwitness.archive.catalog.Directory;
import io.earwitness.archive.catalog.Restrictions;
import io.earwitness.archive.catalog.Restrictions.Restricted;
import io.earwitness.call.MaskedSpan;
import io.earwitness.call.TenantSlug;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Each few seconds, on one node: makes the masked derivatives that restrictions want. */
final class RestrictionUpkeep implements AutoCloseable {
  /** Who does it, for the audit trail and the journal. */
  static final String JOB = "job:masking";

  private static final Logger LOG = LoggerFactory.getLogger(RestrictionUpkeep.class);
  private static final int PER_ROUND = 20;
  private static final Duration AGAIN = Duration.ofMinutes(5);

  private final Restrictions restrictions;
  private final Masking masking;
  private final Directory directory;
  private final AuditedActs acts;
  private final Clock clock;
  private final ScheduledExecutorService schedule =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("restriction-upkeep").daemon().factory());

  RestrictionUpkeep(
      Restrictions restrictions,
      Masking masking,
      Directory directory,
      AuditedActs acts,
      Clock clock) {
    this.restrictions = restrictions;
    this.masking = masking;
    this.directory = directory;
    this.acts = acts;
    this.clock = clock;
  }

  void start() {
    schedule.scheduleWithFixedDelay(this::look, 5, 5, TimeUnit.SECONDS);
  }

  private void look() {
    try {
      round();
    } catch (RuntimeException e) {
      LOG.debug("restrictions can't be looked at; tried again at once: {}", e.toString());
    }
  }

  /** Makes what is wanted, of each tenant some. Returns how many were looked at. */
  int round() {
    return restrictions.alone(
        () -> {
          int looked = 0;
          for (Directory.Tenant tenant : directory.tenants()) {
            for (Restricted wanted : restrictions.wanted(tenant.slug(), PER_ROUND)) {
              make(tenant.slug(), wanted);
              looked++;
            }
          }
          return looked;
        });
  }

  /** What fails for one keeps no other one waiting. */
  private void make(TenantSlug tenant, Restricted wanted) {
    ArchivedCall original = restrictions.original(tenant, wanted.recording()).orElse(null);
    if (original == null || original.verifiedAt() == null) {
      restrictions.notMade(
          tenant,
          wanted.id(),
          "the original was not read back yet",
          clock.instant().plus(AGAIN));
      return;
    }
    try {
      acts.run(
          tenant,
          "recording.mask",
          "recording:" + wanted.recording(),
          Map.of(
              "restriction",
              wanted.id().toString(),
              "generation",
              String.valueOf(wanted.generation()),
              "spans",
              MaskedSpan.text(wanted.restriction().spans())),
          () -> {
            int source = masking.make(tenant, wanted, original, JOB);
            restrictions.made(tenant, wanted.id(), wanted.generation(), source, JOB);
            return source;
          });
    } catch (ImpossibleException e) {
      restrictions.notMade(tenant, wanted.id(), String.valueOf(e.getMessage()), null);
    } catch (IOException | RuntimeException e) {
      LOG.warn("the masked derivative of {} is tried again", wanted.recording(), e);
      restrictions.notMade(
          tenant, wanted.id(), String.valueOf(e.getMessage()), clock.instant().plus(AGAIN));
    }
  }

  @Override
  public void close() {
    schedule.shutdownNow();
  }
}
