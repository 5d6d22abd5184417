package io.earwitness.archive.catalog;

import io.earwitness.approval.Approval;
import io.earwitness.approval.ApprovalState;
import io.earwitness.approval.Delegation;
import io.earwitness.call.TenantSlug;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;

/**
 * Acts that need a second person, with their history, which is never deleted, and who decides in
 * whose place. Every change is written with its journal entry in one transaction. Who may do what
 * is not decided here. Thread-safe.
 */
public interface Approvals {
  /**
   * Enters a new one with its first step.
   *
   * @throws IllegalArgumentException if whoever asks is no user of the tenant
   */
  void add(Approval approval);

  Optional<Approval> find(TenantSlug tenant, UUID id);

  /** The newest first. */
  List<Approval> list(TenantSlug tenant, boolean openOnly, int limit);

  /**
   * Takes a step, unless another was taken meanwhile.
   *
   * @param from the states that it may be in
   * @return what it is now; empty if it is in none of these states, or there is none
   */
  Optional<Approval> step(TenantSlug tenant, UUID id, Set<ApprovalState> from, Approval.Step step);

  /**
   * Has one that is due {@linkplain Approval#isExecutable done}, by one caller at a time: its row
   * stays locked until the work has returned. If the process dies within, it is due again; so the
   * work must see what it did already.
   *
   * @param work does it; returns the step to be noted. What it throws is thrown, and nothing noted
   * @return false if it isn't due, or another is at it
   */
  boolean execute(TenantSlug tenant, UUID id, Function<Approval, Approval.Step> work);

  /** Of all tenants, those that are to be done, and those that expired, as of now. */
  List<Approval> due();

  /** Those that hold now or will. */
  List<Delegation> delegations(TenantSlug tenant);

  /**
   * @throws IllegalArgumentException if one of the two is no user of the tenant, or the times are
   *     wrong
   */
  void delegate(Delegation delegation, String actor);

  /**
   * Ends one now.
   *
   * @param from whose it must be
   * @return false if there is none of that person that holds or will
   */
  boolean endDelegation(TenantSlug tenant, UUID id, String from, String actor);

  /**
   * Runs the work unless another node is at it.
   *
   * @return whether it ran here
   */
  boolean alone(Runnable work);

  /** The present by the clock that all of this goes by, to the microsecond. */
  Instant now();
}
