package io.earwitness.access;

import io.earwitness.call.RecordingId;
import io.earwitness.call.TenantSlug;
import java.util.Set;

/** All the calls on which somebody has a right: what a search is confined to. */
public sealed interface CallScope {
  TenantSlug tenant();

  /** Whether a call is among them. */
  boolean includes(AccessedCall call);

  /** Whether there can be none. */
  boolean isEmpty();

  /** Whether calls that are blocked are among them, of which it is shown that they are. */
  boolean withBlocked();

  /** Every call of the tenant. */
  record WholeTenant(TenantSlug tenant, boolean withBlocked) implements CallScope {
    /** Without those that are blocked. */
    public WholeTenant(TenantSlug tenant) {
      this(tenant, false);
    }

    @Override
    public boolean includes(AccessedCall call) {
      return call.tenant().equals(tenant) && (withBlocked || !call.blocked());
    }

    @Override
    public boolean isEmpty() {
      return false;
    }
  }

  /** Calls in which one of these users or teams took part, and these recordings. */
  record Of(
      TenantSlug tenant,
      Set<String> userIds,
      Set<String> teamIds,
      Set<RecordingId> recordings,
      boolean withBlocked)
      implements CallScope {
    public Of {
      userIds = Set.copyOf(userIds);
      teamIds = Set.copyOf(teamIds);
      recordings = Set.copyOf(recordings);
    }

    /** Without those that are blocked. */
    public Of(TenantSlug tenant, Set<String> userIds, Set<String> teamIds) {
      this(tenant, userIds, teamIds, Set.of(), false);
    }

    @Override
    public boolean includes(AccessedCall call) {
      return call.tenant().equals(tenant)
          && (withBlocked || !call.blocked())
          && (call.userIds().stream().anyMatch(userIds::contains)
              || call.teamIds().stream().anyMatch(teamIds::contains)
              || (call.id() != null && recordings.contains(call.id())));
    }

    @Override
    public boolean isEmpty() {
      return userIds.isEmpty() && teamIds.isEmpty() && recordings.isEmpty();
    }
  }
}
