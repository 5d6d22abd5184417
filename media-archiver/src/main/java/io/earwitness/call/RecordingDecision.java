package io.earwitness.call;

import org.jspecify.annotations.Nullable;

/**
 * What a tenant's {@link RecordingPolicy} says of one call. Immutable.
 *
 * @param policyVersion the version that applied; 0 where the tenant made no policy
 * @param recorded whether the call is captured; of an on-demand call too, which is held
 * @param rule the name of the rule that decided; null where none did
 * @param keepMinutes for an on-demand call, within how many minutes of its end it is to be marked
 * @param reason for people, one sentence without its full stop
 */
public record RecordingDecision(
    int policyVersion,
    RecordingAction action,
    boolean recorded,
    @Nullable String rule,
    @Nullable Integer keepMinutes,
    String reason) {
  /** Whether the call is removed unless somebody marks it. */
  public boolean onDemand() {
    return action == RecordingAction.ON_DEMAND;
  }
}
