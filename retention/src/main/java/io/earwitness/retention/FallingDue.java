package io.earwitness.retention;

import io.earwitness.archive.catalog.CallCatalog.ArchivedCall;
import io.earwitness.archive.catalog.CallCatalog.CallEntry;
import io.earwitness.archive.catalog.Disposals;
import io.earwitness.archive.catalog.Disposals.Basis;
import io.earwitness.archive.catalog.Disposals.Item;
import io.earwitness.archive.catalog.Disposals.ItemState;
import io.earwitness.archive.catalog.LegalHolds;
import io.earwitness.archive.catalog.RetentionPolicies;
import io.earwitness.call.CallSummary;
import io.earwitness.call.RecordingId;
import io.earwitness.call.RetentionBasis;
import io.earwitness.call.TenantSlug;
import io.earwitness.retention.RetentionPlan.Act;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What of a tenant's recordings falls due until a moment, as far as is known now. Thread-safe. */
public final class FallingDue {
  private static final int PAGE = 1_000;

  private final Disposals disposals;
  private final RetentionPolicies policies;
  private final LegalHolds holds;
  private final RetentionPlans plans;

  public FallingDue(Disposals disposals, RetentionPolicies policies, LegalHolds holds) {
    this.disposals = disposals;
    this.policies = policies;
    this.holds = holds;
    this.plans = new RetentionPlans(policies, holds);
  }

  /**
   * Gives each recording that nothing is known to keep beyond a moment, by id, and that is not in a
   * run yet; its run is none.
   *
   * @param more told each; false ends it
   */
  public void forEach(TenantSlug tenant, Instant moment, Predicate<Item> more) {
    RetentionPlanner planner = plans.planner(tenant);
    String standard = policies.history(tenant).newest().standard().toString();
    RecordingId last = null;
    List<CallEntry> page;
    do {
      page = disposals.candidates(tenant, moment, last, PAGE);
      Map<RecordingId, Set<UUID>> held =
          holds.of(tenant, page.stream().map(call -> call.summary().id()).toList());
      for (CallEntry call : page) {
        last = call.summary().id();
        Item item = item(planner, call, held.getOrDefault(last, Set.of()), moment, standard);
        if (item != null && !more.test(item)) {
          return;
        }
      }
    } while (page.size() == PAGE);
  }

  /** One recording, if nothing is known to keep it now. */
  @Nullable Item item(TenantSlug tenant, CallEntry call, Instant now) {
    return item(
        plans.planner(tenant),
        call,
        holds.of(tenant, call.summary().id()),
        now,
        policies.history(tenant).newest().standard().toString());
  }

  private @Nullable Item item(
      RetentionPlanner planner, CallEntry entry, Set<UUID> held, Instant moment, String standard) {
    CallSummary call = entry.summary();
    ArchivedCall archive = Objects.requireNonNull(entry.archive());
    RetentionPlan plan = planner.plan(plans.kept(entry, archive, null, held), moment);
    if (plan.act() != Act.DISPOSE) {
      return null;
    }
    RetentionBasis basis = archive.retention();
    return new Item(
        Disposals.NO_RUN,
        call.id(),
        ItemState.DUE,
        call.start(),
        Objects.requireNonNull(call.end()),
        Objects.requireNonNull(plan.until()),
        basis == null
            ? new Basis(standard, null, 0)
            : new Basis(basis.keep().toString(), basis.rule(), basis.policyVersion()),
        archive.mediaBytes(),
        null,
        null,
        null);
  }

  /**
   * What keeps a recording now; null if nothing does.
   *
   * @param call with all that the catalog has of it
   * @param lockedUntil as the store says
   */
  @Nullable String keeps(
      TenantSlug tenant, CallEntry call, @Nullable Instant lockedUntil, Instant now) {
    String aside = aside(call);
    if (aside != null) {
      return aside;
    }
    RetentionPlan plan = plan(tenant, call, lockedUntil, now);
    if (plan.act() == Act.DISPOSE) {
      return null;
    }
    RetentionPlan.Reason deciding = plan.deciding();
    String why =
        switch (deciding.cause()) {
          // Its name may warn somebody: it is told to those who may read holds, when they look
          case HOLD, RELEASED_HOLD -> "a legal hold is on it";
          case POLICY, DECIDED, LOCK, CORRECTION ->
              "%s: %s".formatted(deciding.cause().wireName(), deciding.what());
        };
    return plan.until() == null ? why : "%s, until %s".formatted(why, plan.until());
  }

  private static @Nullable String aside(CallEntry call) {
    if (call.archive() == null || call.summary().end() == null) {
      return "it is not archived any more as it was when it was announced";
    }
    return call.block() != null && !call.block().handedOver()
        ? "it is blocked, as it may be another tenant's"
        : null;
  }

  private RetentionPlan plan(
      TenantSlug tenant, CallEntry call, @Nullable Instant lockedUntil, Instant now) {
    ArchivedCall archive = Objects.requireNonNull(call.archive());
    return plans.planner(tenant).plan(plans.kept(call, archive, lockedUntil), now);
  }

  /**
   * What keeps a recording that two persons removed within its settling time: the store's lock and
   * legal holds, and no policy.
   */
  @Nullable String keepsCorrected(
      TenantSlug tenant, CallEntry call, @Nullable Instant lockedUntil, Instant now) {
    String aside = aside(call);
    if (aside != null) {
      return aside;
    }
    if (lockedUntil != null && lockedUntil.isAfter(now)) {
      return "lock: the store's lock lasts until %s".formatted(lockedUntil);
    }
    return plan(tenant, call, lockedUntil, now).reasons().stream()
            .anyMatch(
                reason ->
                    reason.cause() == RetentionPlan.Cause.HOLD
                        || reason.cause() == RetentionPlan.Cause.RELEASED_HOLD)
        ? "a legal hold is on it"
        : null;
  }
}
