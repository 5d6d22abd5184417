package io.earwitness.approval;

import io.earwitness.call.TenantSlug;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An act that needs a second person, and all that became of it.
 *
 * @param tenant whose people ask and decide; that of operators' acts is the platform
 * @param payload {@code act} with its kind as canonical JSON: members sorted, no white space, UTF-8
 * @param sha256 of the payload, lower-case hex: what is approved
 * @param askedBy a user's id; of somebody of the platform who asks in a tenant, by {@link
 *     #ofPlatform}
 * @param asker that user in the audit trail's words
 * @param benefits ids of users whom it benefits, who don't decide it
 * @param expiresAt undecided until then, it is no longer done
 * @param executesAt when it is done by itself; null unless it is or was {@link
 *     ApprovalState#WAITING}
 * @param steps the oldest first
 */
public record Approval(
    UUID id,
    TenantSlug tenant,
    ApprovalKind kind,
    ApprovalState state,
    AskedAct act,
    String payload,
    String sha256,
    String askedBy,
    String asker,
    Set<String> benefits,
    String reason,
    Instant askedAt,
    Instant expiresAt,
    @Nullable Instant executesAt,
    List<Step> steps) {
  /** How an id in {@code askedBy} begins that is of no account of the tenant. */
  public static final String OF_PLATFORM = "platform/";

  /** In a tenant's approvals, an operator's id, which is no account there. */
  public static String ofPlatform(String userId) {
    return OF_PLATFORM + userId;
  }

  /** Whether somebody of the platform asked for it in a tenant. */
  public boolean isAskedByPlatform() {
    return askedBy.startsWith(OF_PLATFORM);
  }

  public Approval {
    benefits = Set.copyOf(benefits);
    steps = List.copyOf(steps);
  }

  /**
   * A change of state.
   *
   * @param userId null where no person did it
   * @param onBehalfOf whose place that person took by a {@link Delegation}; else null
   * @param note why; may be empty
   */
  public record Step(
      ApprovalState state,
      Instant at,
      @Nullable String userId,
      String actor,
      @Nullable String onBehalfOf,
      String note) {}

  /** Who approved it, in the audit trail's words; null if nobody did. */
  public @Nullable String approver() {
    return steps.stream()
        .filter(step -> step.state() == ApprovalState.APPROVED)
        .map(Step::actor)
        .findFirst()
        .orElse(null);
  }

  /** Whether it is due to be done. */
  public boolean isExecutable(Instant now) {
    return state == ApprovalState.APPROVED
        || (state == ApprovalState.WAITING && executesAt != null && !now.isBefore(executesAt));
  }

  /** What the notice of one that waits says. */
  public String waitingText() {
    return "%s on %s is done at %s unless it is rejected"
        .formatted(kind.wireName(), act.object(), executesAt);
  }
}
