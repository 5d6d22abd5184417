package io.earwitness.recorder.srs;

import io.earwitness.call.CallLimits;
import io.earwitness.call.RecorderSnapshot;
import io.earwitness.call.TenantSlug;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The places for recordings, fairly shared: a tenant that has fewer calls than it is guaranteed
 * gets a place as long as there is one, and what others are guaranteed and don't use is kept free
 * for them. Calls of nobody, in quarantine, are the platform's, a tenant like the others.
 * Thread-safe.
 */
final class Places {
  private static final Logger LOG = LoggerFactory.getLogger(Places.class);

  private final int all;

  // Guarded by this
  private final Map<TenantSlug, Integer> taken = new HashMap<>();
  private int takenByAll;
  private @Nullable RecorderSnapshot known;

  /** Of those tenants that have any. */
  private Map<TenantSlug, CallLimits> limits = Map.of();

  /** A place that was taken, and whose it is. */
  static final class Place {
    private TenantSlug tenant;
    private boolean givenBack;

    private Place(TenantSlug tenant) {
      this.tenant = tenant;
    }
  }

  /**
   * @param all places that there are
   */
  Places(int all) {
    this.all = all;
  }

  /**
   * Takes a place.
   *
   * @param overload why only tenants below what they are guaranteed get one; null if all do
   * @throws RefusedException 503 if this tenant gets none, saying why
   */
  synchronized Place take(TenantSlug tenant, RecorderSnapshot snapshot, @Nullable String overload)
      throws RefusedException {
    learn(snapshot);
    int own = taken.getOrDefault(tenant, 0);
    CallLimits ownLimits = limits.getOrDefault(tenant, CallLimits.NONE);
    Integer max = ownLimits.max();
    if (max != null && own >= max) {
      throw Admission.unavailable(
          "%d calls of tenant %s are being recorded here, and no more are allowed to it"
              .formatted(own, tenant));
    }
    if (takenByAll >= all) {
      throw Admission.unavailable(
          "%d calls are being recorded, and no more are allowed".formatted(all));
    }
    if (own >= ownLimits.guaranteed()) {
      if (overload != null) {
        throw Admission.unavailable(overload);
      }
      int free = all - takenByAll;
      if (free <= guaranteedToOthers(tenant)) {
        throw Admission.unavailable(
            "the %d places that are free are guaranteed to other tenants; tenant %s has %d calls"
                .formatted(free, tenant, own));
      }
    }
    count(tenant, 1);
    return new Place(tenant);
  }

  /** Unused places that are guaranteed to any tenant but this one. */
  private long guaranteedToOthers(TenantSlug tenant) {
    long unused = 0;
    for (Map.Entry<TenantSlug, CallLimits> other : limits.entrySet()) {
      if (!other.getKey().equals(tenant)) {
        unused +=
            Math.max(0, other.getValue().guaranteed() - taken.getOrDefault(other.getKey(), 0));
      }
    }
    return unused;
  }

  private void learn(RecorderSnapshot snapshot) {
    if (snapshot == known) {
      return;
    }
    known = snapshot;
    limits = new HashMap<>();
    long guaranteed = 0;
    for (RecorderSnapshot.Tenant tenant : snapshot.tenants()) {
      CallLimits its = tenant.limits();
      if (!its.equals(CallLimits.NONE)) {
        limits.put(tenant.slug(), its);
        guaranteed += its.guaranteed();
      }
    }
    if (guaranteed > all) {
      LOG.warn(
          "{} calls are guaranteed to tenants, but only {} are recorded at a time here (sip.maxCalls):"
              + " guarantees hold while there are places",
          guaranteed,
          all);
    }
  }

  /** A call turned out to be another tenant's, out of quarantine: it keeps its place. */
  synchronized void move(Place place, TenantSlug tenant) {
    if (!place.givenBack && !place.tenant.equals(tenant)) {
      count(place.tenant, -1);
      count(tenant, 1);
      place.tenant = tenant;
    }
  }

  /** Gives a place back; once more changes nothing. */
  synchronized void giveBack(Place place) {
    if (!place.givenBack) {
      place.givenBack = true;
      count(place.tenant, -1);
    }
  }

  private void count(TenantSlug tenant, int change) {
    takenByAll += change;
    taken.compute(
        tenant,
        (_, before) -> {
          int now = (before == null ? 0 : before) + change;
          return now == 0 ? null : now;
        });
  }

  /** Places that are taken now. */
  synchronized int taken() {
    return takenByAll;
  }
}
