package io.earwitness.app;

import io.earwitness.archive.catalog.Directory;
import io.earwitness.archive.catalog.LegalHolds;
import io.earwitness.archive.catalog.LegalHolds.Hold;
import io.earwitness.call.TenantSlug;
import io.earwitness.retention.HoldMatching;
import io.earwitness.retention.ObjectHolding;
import io.earwitness.retention.ObjectHolding.Due;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Each minute, on one node: enters calls that came since into the holds that they are in, ends
 * holds whose grace has passed, and brings the store in step.
 */
final class HoldUpkeep implements AutoCloseable {
  /** Who does it, for the audit trail and the journal. */
  static final String JOB = "job:holds";

  private static final Logger LOG = LoggerFactory.getLogger(HoldUpkeep.class);

  /** How often all recordings are looked at again. */
  private static final Duration WHOLE = Duration.ofDays(1);

  private final LegalHolds holds;
  private final HoldMatching matching;
  private final ObjectHolding objects;
  private final Directory directory;
  private final AuditedActs acts;
  private final Clock clock;
  private final Map<TenantSlug, Instant> whole = new HashMap<>();
  private final ScheduledExecutorService schedule =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("hold-upkeep").daemon().factory());

  HoldUpkeep(
      LegalHolds holds,
      HoldMatching matching,
      ObjectHolding objects,
      Directory directory,
      AuditedActs acts,
      Clock clock) {
    this.holds = holds;
    this.matching = matching;
    this.objects = objects;
    this.directory = directory;
    this.acts = acts;
    this.clock = clock;
  }

  void start() {
    schedule.scheduleWithFixedDelay(this::look, 1, 1, TimeUnit.MINUTES);
  }

  private void look() {
    try {
      holds.alone(
          () -> {
            // Many at once are told in turns, so that no tenant waits for another's
            boolean more = true;
            while (more && !schedule.isShutdown()) {
              more = false;
              for (Directory.Tenant tenant : directory.tenants()) {
                more |= tried(tenant.slug());
              }
            }
          });
    } catch (RuntimeException e) {
      LOG.debug("holds can't be looked at; tried again in a minute: {}", e.toString());
    }
  }

  /** What fails for one tenant keeps no other one waiting. */
  private boolean tried(TenantSlug tenant) {
    try {
      return step(tenant);
    } catch (RuntimeException e) {
      LOG.warn("holds of {} are not up to date; tried again in a minute", tenant, e);
      return false;
    }
  }

  /**
   * One round for a tenant.
   *
   * @return whether the store is to be told of more
   */
  boolean step(TenantSlug tenant) {
    end(tenant);
    Instant now = clock.instant();
    Instant last = whole.get(tenant);
    boolean all = last == null || !last.plus(WHOLE).isAfter(now);
    matching.refresh(
        tenant,
        all,
        JOB,
        (of, hold, recordings, act) ->
            acts.run(
                of,
                "hold.add-recordings",
                "hold:" + hold,
                Map.of("recordings", Integer.toString(recordings)),
                () -> {
                  act.run();
                  return true;
                }));
    if (all) {
      whole.put(tenant, now);
    }
    boolean more = tell(tenant);
    objects.check(tenant);
    return more;
  }

  private void end(TenantSlug tenant) {
    Instant now = clock.instant();
    for (Hold hold : holds.inEffect(tenant)) {
      Instant ends = hold.ends();
      if (ends != null && !ends.isAfter(now)) {
        acts.run(
            tenant,
            "hold.end",
            "hold:" + hold.id(),
            Map.of("name", hold.name()),
            () -> holds.end(tenant, hold.id(), JOB));
      }
    }
  }

  private boolean tell(TenantSlug tenant) {
    Due due = objects.due(tenant);
    if (due.isEmpty()) {
      return false;
    }
    int told =
        acts.run(
            tenant,
            "hold.tell-store",
            null,
            Map.of(
                "held", Integer.toString(due.toHold().size()),
                "freed", Integer.toString(due.toFree().size())),
            () -> objects.tell(tenant, due));
    // What the store refused is told in a minute
    return told == due.toHold().size() + due.toFree().size();
  }

  @Override
  public void close() {
    schedule.shutdownNow();
  }
}
