package io.earwitness.portal;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.earwitness.archive.catalog.CallCatalog.CallEntry;
import io.earwitness.archive.catalog.CallCatalog.Keeping;
import io.earwitness.call.CallFlag;
import io.earwitness.call.CallState;
import io.earwitness.call.RecordingAction;
import io.earwitness.call.RecordingDecision;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What the policy of recording said of a call, and who kept it.
 *
 * @param notRecorded why nothing of it is there: {@code policy} or {@code not-kept}; null unless it
 *     is not recorded by policy
 */
@JsonInclude(JsonInclude.Include.ALWAYS)
record RecordingPolicyView(
    int version,
    RecordingAction action,
    boolean recorded,
    @Nullable String rule,
    String reason,
    @Nullable Integer keepMinutes,
    @Nullable Instant heldUntil,
    @Nullable Instant keptAt,
    @Nullable String keptBy,
    @Nullable String keptReason,
    @Nullable String notRecorded) {
  static @Nullable RecordingPolicyView of(CallEntry entry) {
    RecordingDecision decision = entry.summary().policy();
    if (decision == null) {
      return null;
    }
    Keeping keeping = entry.keeping();
    boolean over = entry.summary().state() == CallState.NOT_RECORDED_BY_POLICY;
    return new RecordingPolicyView(
        decision.policyVersion(),
        decision.action(),
        decision.recorded(),
        decision.rule(),
        decision.reason(),
        decision.keepMinutes(),
        keeping == null ? null : keeping.heldUntil(),
        keeping == null ? null : keeping.keptAt(),
        keeping == null ? null : keeping.keptBy(),
        keeping == null ? null : keeping.reason(),
        !over ? null : entry.summary().flags().contains(CallFlag.NOT_KEPT) ? "not-kept" : "policy");
  }
}
