package io.earwitness.retention;

import io.earwitness.archive.RecordingRemoval;
import io.earwitness.archive.catalog.CallCatalog.ArchivedCall;
import io.earwitness.archive.catalog.CallCatalog.CallEntry;
import io.earwitness.archive.catalog.Disposals;
import io.earwitness.archive.catalog.Disposals.Item;
import io.earwitness.archive.catalog.LegalHolds;
import io.earwitness.archive.catalog.MisplacedCalls;
import io.earwitness.archive.catalog.RetentionPolicies;
import io.earwitness.archive.store.ObjectStore;
import io.earwitness.archive.store.ObjectStore.Lock;
import io.earwitness.archive.store.ObjectStore.LockMode;
import io.earwitness.call.CallState;
import io.earwitness.call.RecordingId;
import io.earwitness.call.TenantSlug;
import io.earwitness.retention.RetentionPlan.Act;
import io.earwitness.retention.RetentionPlan.Reason;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What erasure (GDPR, article 17) means for a recording now: it may go, or it must be kept and is
 * restricted meanwhile. Thread-safe.
 */
public final class ErasurePlans {
  private final MisplacedCalls calls;
  private final RetentionPlans plans;
  private final FallingDue due;
  private final RecordingRemoval removal;
  private final ObjectStore store;
  private final InstantSource clock;

  public ErasurePlans(
      MisplacedCalls calls,
      Disposals disposals,
      RetentionPolicies policies,
      LegalHolds holds,
      ObjectStore store,
      InstantSource clock) {
    this.calls = calls;
    this.plans = new RetentionPlans(policies, holds);
    this.due = new FallingDue(disposals, policies, holds);
    this.removal = new RecordingRemoval(store);
    this.store = store;
    this.clock = clock;
  }

  /** What would become of a recording. */
  public sealed interface Fate {
    /** It was deleted. */
    record Gone() implements Fate {}

    /**
     * Nothing keeps it.
     *
     * @param item as it would be in a run of disposal
     */
    record Free(Item item) implements Fate {}

    /**
     * It must be kept.
     *
     * @param until null if there is no such moment yet
     * @param because of what, by which exception of the article, for people
     * @param immutable whether the store lets nobody delete it, whoever decides what
     */
    record Kept(@Nullable Instant until, String because, boolean immutable) implements Fate {}
  }

  /**
   * What would become of a recording now.
   *
   * @throws ObjectStore.ObjectStoreException if the store can't say what it locks
   */
  public Fate of(TenantSlug tenant, RecordingId recording) {
    Optional<CallEntry> found = calls.whole(tenant, recording);
    if (found.isEmpty() || found.get().summary().state() == CallState.DISPOSED) {
      return new Fate.Gone();
    }
    CallEntry call = found.get();
    ArchivedCall archive = call.archive();
    if (archive == null || call.summary().end() == null) {
      return new Fate.Kept(null, "it is not archived yet", false);
    }
    if (call.block() != null) {
      return new Fate.Kept(null, "it is blocked, as it may be another tenant's", false);
    }
    Instant now = clock.instant();
    Instant locked = removal.look(tenant, recording).lockedUntil();
    RetentionPlan plan = plans.planner(tenant).plan(plans.kept(call, archive, locked), now);
    Item item = plan.act() == Act.DISPOSE ? due.item(tenant, call, now) : null;
    return item == null ? kept(plan, archive, now) : new Fate.Free(item);
  }

  private Fate.Kept kept(RetentionPlan plan, ArchivedCall archive, Instant now) {
    Reason deciding = plan.deciding();
    String until = plan.until() == null ? "" : ", until " + plan.until();
    String why =
        switch (deciding.cause()) {
          // Its name may warn somebody
          case HOLD, RELEASED_HOLD -> "a legal hold is on it (article 17(3)(e))" + until;
          case POLICY, DECIDED ->
              "it must be kept by the policy of retention, %s (article 17(3)(b))%s"
                  .formatted(deciding.what(), until);
          case LOCK, CORRECTION -> deciding.what() + until;
        };
    Optional<Lock> immutable =
        store
            .lockOf(archive.manifestKey(), archive.manifestVersionId())
            .filter(lock -> lock.mode() == LockMode.COMPLIANCE && lock.until().isAfter(now));
    return new Fate.Kept(
        plan.until(),
        immutable
            .map(
                lock ->
                    "%s; it lies under a COMPLIANCE lock, so that nobody can delete it before %s"
                        .formatted(why, lock.until()))
            .orElse(why),
        immutable.isPresent());
  }
}
