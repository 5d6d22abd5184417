package io.earwitness.archive;

import io.earwitness.archive.catalog.Directory;
import io.earwitness.archive.catalog.RetentionPolicies;
import io.earwitness.call.CallSummary;
import io.earwitness.call.Licence;
import io.earwitness.call.LockTerm;
import io.earwitness.call.RetentionBasis;
import io.earwitness.call.RetentionHistory;
import io.earwitness.call.RetentionPolicy;
import io.earwitness.call.RetentionPolicy.Decision;
import io.earwitness.call.RetentionPolicy.Question;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.Objects;
import java.util.Set;

/** Until when a call is kept and locked as it is archived. Thread-safe. */
@FunctionalInterface
public interface InitialRetention {
  /**
   * The decision on a call.
   *
   * @param until for the store's lock; of a class without an end, a hundred years
   */
  record Kept(Instant until, RetentionBasis basis) {}

  /**
   * Decides on a call that has ended.
   *
   * @throws io.earwitness.archive.catalog.CallCatalog.CatalogUnavailableException if the policy
   *     can't be looked up
   */
  Kept of(CallSummary call);

  /** By the tenants' policies, and the licences under which the call's numbers were recorded. */
  static InitialRetention by(RetentionPolicies policies, InstantSource clock) {
    return call -> {
      RetentionHistory history = policies.history(call.tenant());
      Question numbers = Question.of(call, Set.of());
      Set<Licence> licences = policies.licences(call.tenant(), numbers.numbers(), call.start());
      Instant end = Objects.requireNonNull(call.end());
      Instant now = clock.instant();
      Decision decision = history.decide(Question.of(call, licences), end, now);
      Instant until = decision.keep().lockedUntil(end, history.zone());
      int settling = history.at(end).settlingDays();
      // Audio that two persons may still remove is not moved
      boolean moves = history.moves() && !history.trial() && settling == 0;
      Instant first = LockTerm.first(end, until, settling, history.trial() || moves, now);
      RetentionBasis basis = RetentionBasis.of(decision, licences);
      return new Kept(
          until,
          moves && first != null
              ? basis.toBeMoved(first)
              : basis.lockedFirst(first, first != null && history.trial()));
    };
  }

  /** By the years of each tenant alone. */
  static InitialRetention byYears(Directory directory) {
    return call -> {
      Directory.Tenant known = directory.tenant(call.tenant()).orElse(null);
      ZoneId zone = known == null ? ZoneId.of("UTC") : known.zone();
      Instant end = Objects.requireNonNull(call.end());
      Decision decision =
          RetentionPolicy.none(known == null ? 1 : known.retentionYears())
              .decide(Question.of(call, Set.of()), end, zone);
      return new Kept(
          decision.keep().lockedUntil(end, zone), RetentionBasis.of(decision, Set.of()));
    };
  }
}
