package io.earwitness.access;

import io.earwitness.call.CallFlag;
import io.earwitness.call.CallSummary;
import io.earwitness.call.Party;
import io.earwitness.call.RecordingId;
import io.earwitness.call.TenantSlug;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What access to a call depends on.
 *
 * @param id null for one that stands for any call of a person or a team
 * @param userIds who took part
 * @param teamIds their teams at the call's start, ancestors included
 * @param blocked whether nobody is to have anything of it, as it may be another tenant's
 */
public record AccessedCall(
    TenantSlug tenant,
    @Nullable RecordingId id,
    Set<String> userIds,
    Set<String> teamIds,
    boolean blocked) {
  public AccessedCall {
    userIds = Set.copyOf(userIds);
    teamIds = Set.copyOf(teamIds);
  }

  /** One that is not blocked. */
  public AccessedCall(
      TenantSlug tenant, @Nullable RecordingId id, Set<String> userIds, Set<String> teamIds) {
    this(tenant, id, userIds, teamIds, false);
  }

  public static AccessedCall of(CallSummary call) {
    Set<String> users = new HashSet<>();
    Set<String> teams = new HashSet<>();
    for (Party party : call.parties()) {
      if (party.userId() != null) {
        users.add(party.userId());
      }
      teams.addAll(party.teamIds());
    }
    return new AccessedCall(
        call.tenant(), call.id(), users, teams, call.flags().contains(CallFlag.WRONG_TENANT));
  }
}
