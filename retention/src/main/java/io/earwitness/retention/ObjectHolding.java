package io.earwitness.retention;

import io.earwitness.alarm.AlarmKind;
import io.earwitness.alarm.AlarmObject;
import io.earwitness.alarm.Alarms;
import io.earwitness.archive.ObjectKeys;
import io.earwitness.archive.catalog.ObjectHolds;
import io.earwitness.archive.catalog.ObjectHolds.Held;
import io.earwitness.archive.store.ObjectStore;
import io.earwitness.archive.store.ObjectStore.Bucket;
import io.earwitness.archive.store.ObjectStore.ObjectStoreException;
import io.earwitness.call.RecordingId;
import io.earwitness.call.TenantSlug;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the store in step with the holds: every version of every object of a recording that a hold
 * is on is held, and freed when none is. What breaks off is done again by whoever comes next. One
 * node at a time.
 */
public final class ObjectHolding {
  /** So many recordings that a process that ends meanwhile repeats little. */
  public static final int USUAL_BATCH = 500;

  private static final Logger LOG = LoggerFactory.getLogger(ObjectHolding.class);

  /** How often each recording's objects are compared with what they should be. */
  private static final Duration CHECK = Duration.ofDays(1);

  private final ObjectHolds states;
  private final ObjectStore store;
  private final Alarms alarms;
  private final Clock clock;
  private final int batch;

  /** How many were mended when the alarm was raised or cleared last. */
  private final Map<TenantSlug, Integer> told = new ConcurrentHashMap<>();

  /**
   * @param batch recordings that are taken at once
   */
  public ObjectHolding(
      ObjectHolds states, ObjectStore store, Alarms alarms, Clock clock, int batch) {
    this.states = states;
    this.store = store;
    this.alarms = alarms;
    this.clock = clock;
    this.batch = batch;
  }

  /** Recordings of which the store is to be told, by what it is to be told. */
  public record Due(List<Held> toHold, List<RecordingId> toFree) {
    public Due {
      toHold = List.copyOf(toHold);
      toFree = List.copyOf(toFree);
    }

    /** Whether there is nothing to tell. */
    public boolean isEmpty() {
      return toHold.isEmpty() && toFree.isEmpty();
    }
  }

  /** The next that the store is to be told. */
  public Due due(TenantSlug tenant) {
    return new Due(states.unset(tenant, batch), states.clearing(tenant, batch));
  }

  /**
   * Tells the store; recordings for which it fails stay due.
   *
   * @return of how many it was told
   */
  public int tell(TenantSlug tenant, Due due) {
    int told = 0;
    for (Held held : due.toHold()) {
      if (tried(tenant, held.recording(), () -> hold(tenant, held))) {
        told++;
      }
    }
    for (RecordingId recording : due.toFree()) {
      if (tried(tenant, recording, () -> free(tenant, recording))) {
        told++;
      }
    }
    return told;
  }

  private static boolean tried(TenantSlug tenant, RecordingId recording, Runnable act) {
    try {
      act.run();
      return true;
    } catch (ObjectStoreException e) {
      LOG.warn("the hold on {} of {} is told to the store again: {}", recording, tenant, e, e);
      return false;
    }
  }

  private void hold(TenantSlug tenant, Held held) {
    states.setting(tenant, held);
    for (ObjectStore.Version version : versions(tenant, held.recording())) {
      store.hold(version.key(), version.versionId(), true);
    }
    states.set(tenant, held);
  }

  private void free(TenantSlug tenant, RecordingId recording) {
    for (ObjectStore.Version version : versions(tenant, recording)) {
      store.hold(version.key(), version.versionId(), false);
    }
    states.cleared(tenant, recording);
  }

  /** Those of its commits, each of which is locked; attempts that lost a race are swept away. */
  private List<ObjectStore.Version> versions(TenantSlug tenant, RecordingId recording) {
    return store.list(Bucket.LOCK, ObjectKeys.recording(tenant, recording)).stream()
        .filter(version -> store.lockOf(version.key(), version.versionId()).isPresent())
        .toList();
  }

  /**
   * Compares held recordings with the store, each once a day, and mends what is not held. While
   * something was mended within the last day, an alarm is open.
   *
   * @return how many were compared
   */
  public int check(TenantSlug tenant) {
    Instant since = clock.instant().minus(CHECK);
    int compared = 0;
    for (Held held : states.unchecked(tenant, since, batch)) {
      if (tried(tenant, held.recording(), () -> compare(tenant, held.recording()))) {
        compared++;
      }
    }
    int mended = states.mendedSince(tenant, since);
    if (Objects.equals(told.put(tenant, mended), mended)) {
      return compared;
    }
    AlarmObject object = AlarmObject.tenant(tenant);
    if (mended == 0) {
      alarms.clear(AlarmKind.HOLD_MISSING, object, tenant);
    } else {
      alarms.raise(
          AlarmKind.HOLD_MISSING, object, tenant, "%d recordings within a day".formatted(mended));
    }
    return compared;
  }

  private void compare(TenantSlug tenant, RecordingId recording) {
    List<ObjectStore.Version> versions = versions(tenant, recording);
    // A recording of which nothing is there was not held either
    boolean missing = versions.isEmpty();
    for (ObjectStore.Version version : versions) {
      if (!store.isHeld(version.key(), version.versionId())) {
        missing = true;
        LOG.error(
            "{} version {} should be on legal hold and was not; it is now",
            version.key(),
            version.versionId());
        store.hold(version.key(), version.versionId(), true);
      }
    }
    states.checked(tenant, recording, missing);
  }
}
