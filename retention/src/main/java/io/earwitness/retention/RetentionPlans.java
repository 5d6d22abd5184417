package io.earwitness.retention;

import io.earwitness.archive.catalog.CallCatalog.ArchivedCall;
import io.earwitness.archive.catalog.CallCatalog.CallEntry;
import io.earwitness.archive.catalog.LegalHolds;
import io.earwitness.archive.catalog.RetentionPolicies;
import io.earwitness.call.CallSummary;
import io.earwitness.call.Licence;
import io.earwitness.call.Party;
import io.earwitness.call.RetentionBasis;
import io.earwitness.call.RetentionPolicy.Question;
import io.earwitness.call.TenantSlug;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The planner over what the catalog knows of a tenant. Thread-safe. */
public final class RetentionPlans {
  private final RetentionPolicies policies;
  private final LegalHolds holds;

  public RetentionPlans(RetentionPolicies policies, LegalHolds holds) {
    this.policies = policies;
    this.holds = holds;
  }

  /** The planner over the tenant's policies and holds as they are now. */
  public RetentionPlanner planner(TenantSlug tenant) {
    List<LegalHold> inEffect = holds.inEffect(tenant).stream().map(LegalHold::of).toList();
    return new RetentionPlanner(policies.history(tenant), inEffect);
  }

  /**
   * An archived call as the planner sees it.
   *
   * @param entry of a call that has ended
   * @param archive of it
   * @param lockedUntil by the store; null if it is not locked
   */
  public KeptCall kept(CallEntry entry, ArchivedCall archive, @Nullable Instant lockedUntil) {
    CallSummary call = entry.summary();
    return kept(entry, archive, lockedUntil, holds.of(call.tenant(), call.id()));
  }

  /**
   * The same of one of many, whose holds were looked up together.
   *
   * @param added ids of the holds that it was added to
   * @see LegalHolds#of(TenantSlug, java.util.Collection)
   */
  public KeptCall kept(
      CallEntry entry, ArchivedCall archive, @Nullable Instant lockedUntil, Set<UUID> added) {
    CallSummary call = entry.summary();
    RetentionBasis basis = archive.retention();
    Set<Licence> licences =
        basis == null
            ? policies.licences(call.tenant(), Question.of(call, Set.of()).numbers(), call.start())
            : basis.licences();
    boolean endless = basis != null && basis.endless();
    return new KeptCall(
        call.id(),
        call.start(),
        Objects.requireNonNull(call.end()),
        Question.of(call, licences).with(Set.copyOf(entry.tags())),
        persons(call),
        added,
        endless ? null : archive.keepUntil(),
        lockedUntil);
  }

  private static Set<String> persons(CallSummary call) {
    Set<String> persons = new HashSet<>();
    for (Party party : call.parties()) {
      if (party.userId() != null) {
        persons.add(party.userId());
      }
    }
    return persons;
  }
}
