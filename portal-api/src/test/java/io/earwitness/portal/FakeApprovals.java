package io.earwitness.portal;

import io.earwitness.approval.Approval;
import io.earwitness.approval.ApprovalState;
import io.earwitness.approval.Delegation;
import io.earwitness.archive.catalog.Approvals;
import io.earwitness.call.TenantSlug;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;

/** Approvals in memory, for one thread. */
final class FakeApprovals implements Approvals {
  final Map<UUID, Approval> approvals = new LinkedHashMap<>();
  final List<Delegation> delegations = new ArrayList<>();
  private final Clock clock;

  FakeApprovals(Clock clock) {
    this.clock = clock;
  }

  @Override
  public Instant now() {
    return clock.instant();
  }

  @Override
  public void add(Approval approval) {
    approvals.put(approval.id(), approval);
  }

  @Override
  public Optional<Approval> find(TenantSlug tenant, UUID id) {
    return Optional.ofNullable(approvals.get(id)).filter(each -> each.tenant().equals(tenant));
  }

  @Override
  public List<Approval> list(TenantSlug tenant, boolean openOnly, int limit) {
    return approvals.values().stream()
        .filter(each -> each.tenant().equals(tenant))
        .filter(each -> each.state().isOpen() || !openOnly)
        .toList()
        .reversed();
  }

  @Override
  public Optional<Approval> step(
      TenantSlug tenant, UUID id, Set<ApprovalState> from, Approval.Step step) {
    Optional<Approval> found = find(tenant, id).filter(each -> from.contains(each.state()));
    found.ifPresent(each -> approvals.put(id, with(each, step)));
    return found.map(each -> approvals.get(id));
  }

  private static Approval with(Approval old, Approval.Step step) {
    List<Approval.Step> steps = new ArrayList<>(old.steps());
    steps.add(step);
    return new Approval(
        old.id(),
        old.tenant(),
        old.kind(),
        step.state(),
        old.act(),
        old.payload(),
        old.sha256(),
        old.askedBy(),
        old.asker(),
        old.benefits(),
        old.reason(),
        old.askedAt(),
        old.expiresAt(),
        old.executesAt(),
        steps);
  }

  @Override
  public boolean execute(TenantSlug tenant, UUID id, Function<Approval, Approval.Step> work) {
    Optional<Approval> due = find(tenant, id).filter(each -> each.isExecutable(now()));
    due.ifPresent(each -> approvals.put(id, with(each, work.apply(each))));
    return due.isPresent();
  }

  @Override
  public List<Approval> due() {
    return approvals.values().stream()
        .filter(
            each ->
                each.isExecutable(now())
                    || (each.state() == ApprovalState.REQUESTED
                        && !now().isBefore(each.expiresAt())))
        .toList();
  }

  @Override
  public List<Delegation> delegations(TenantSlug tenant) {
    return delegations.stream().filter(each -> each.tenant().equals(tenant)).toList();
  }

  @Override
  public void delegate(Delegation delegation, String actor) {
    delegation.check(now());
    delegations.add(delegation);
  }

  @Override
  public boolean endDelegation(TenantSlug tenant, UUID id, String from, String actor) {
    return delegations.removeIf(
        each -> each.tenant().equals(tenant) && each.id().equals(id) && each.from().equals(from));
  }

  @Override
  public boolean alone(Runnable work) {
    work.run();
    return true;
  }
}
