package io.earwitness.app;

import io.earwitness.archive.Masking;
import io.earwitness.archive.Masking.ImpossibleException;
import io.earwitness.archive.RecordingRemoval;
import io.earwitness.archive.catalog.CallCatalog.ArchivedCall;
import io.earwitness.archive.catalog.Restrictions;
import io.earwitness.archive.catalog.Restrictions.Restricted;
import io.earwitness.call.MaskedSpan;
import io.earwitness.call.TenantSlug;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
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

  /** When a store or a hold that keeps a replaced original is asked again. */
  private static final Duration HELD = Duration.ofHours(1);

  private final Restrictions restrictions;
  private final Masking masking;
  private final RecordingRemoval removal;
  private final AuditedActs acts;
  private final Clock clock;
  private final ScheduledExecutorService schedule =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("restriction-upkeep").daemon().factory());

  RestrictionUpkeep(
      Restrictions restrictions,
      Masking masking,
      RecordingRemoval removal,
      AuditedActs acts,
      Clock clock) {
    this.restrictions = restrictions;
    this.masking = masking;
    this.removal = removal;
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
          for (TenantSlug tenant : restrictions.masking()) {
            for (Restricted wanted : restrictions.wanted(tenant, PER_ROUND)) {
              make(tenant, wanted);
              looked++;
            }
            for (Restricted replaced : restrictions.replaced(tenant, PER_ROUND)) {
              remove(tenant, replaced);
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
      // It is read back within seconds
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
            restrictions.made(
                tenant, wanted.id(), Objects.requireNonNull(wanted.generation()), source, JOB);
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

  /** Removes what a derivative replaced for good. */
  private void remove(TenantSlug tenant, Restricted replaced) {
    try {
      String hindrance = restrictions.removing(tenant, replaced.id());
      if (hindrance != null) {
        restrictions.notMade(
            tenant,
            replaced.id(),
            "the original is not removed yet: " + hindrance,
            clock.instant().plus(HELD));
        return;
      }
      acts.run(
          tenant,
          "recording.remove-original",
          "recording:" + replaced.recording(),
          Map.of(
              "restriction",
              replaced.id().toString(),
              "reason",
              replaced.restriction().reason(),
              "askedBy",
              Objects.requireNonNull(replaced.correcting()).askedBy(),
              "approvedBy",
              replaced.by()),
          () -> {
            removal.removeReplaced(tenant, replaced.recording());
            restrictions.removed(tenant, replaced.id(), JOB);
            return true;
          });
    } catch (RuntimeException e) {
      LOG.warn("the replaced original of {} is removed later", replaced.recording(), e);
      restrictions.notMade(
          tenant, replaced.id(), String.valueOf(e.getMessage()), clock.instant().plus(HELD));
    }
  }

  @Override
  public void close() {
    schedule.shutdownNow();
  }
}
