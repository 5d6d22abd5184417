package io.earwitness.portal;

import io.earwitness.approval.ApprovalKind;
import io.earwitness.archive.catalog.Closings;
import io.earwitness.call.TenantSlug;
import io.javalin.http.HandlerType;
import java.util.EnumSet;
import java.util.Set;

/**
 * The one place that says what may still be done in a tenant that is closed and whose recordings
 * its customer has: everything is read and heard, holds and objections are placed, requests of
 * those who were recorded are answered, decided is what concerns them, and whatever takes access
 * away. Nothing else is changed.
 */
final class ReadOnlyTenants {
  private static final Set<HandlerType> SAFE = Set.of(HandlerType.GET, HandlerType.HEAD);

  /** Routes that change something and are still there, by method and address. */
  static final Set<String> OPEN =
      Set.of(
          // Sessions, one's own second factor, and access that is taken away
          "DELETE /api/v1/session",
          "DELETE /api/v1/sessions/{session}",
          "POST /api/v1/totp",
          "PUT /api/v1/totp",
          "POST /api/v1/totp/removal",
          "POST /api/v1/totp/recovery-codes",
          "DELETE /api/v1/tokens/{id}",
          "PUT /api/v1/users/{user}/active",
          "DELETE /api/v1/users/{user}/sessions",
          "DELETE /api/v1/users/{user}/sessions/{session}",
          "DELETE /api/v1/users/{user}/lock",
          "DELETE /api/v1/users/{user}/totp",
          "DELETE /api/v1/users/{user}/tokens/{token}",
          "DELETE /api/v1/grants/{grant}",
          "DELETE /api/v1/guests/{user}",
          "DELETE /api/v1/support-consents/{request}",
          // Hearing
          "POST /api/v1/recordings/{id}/plays",
          "POST /api/v1/recordings/{id}/plays/{play}/close",
          // What the law may demand at any time
          "POST /api/v1/holds",
          "POST /api/v1/holds/preview",
          "POST /api/v1/holds/{hold}/release",
          "POST /api/v1/disposal/runs/{run}/approval",
          "POST /api/v1/disposal/items/{id}/veto",
          "POST /api/v1/blocked-recordings",
          "POST /api/v1/blocked-recordings/lift",
          "POST /api/v1/recordings/{id}/restriction",
          "POST /api/v1/recordings/{id}/restriction/opening",
          "POST /api/v1/recordings/{id}/restriction/lift",
          "POST /api/v1/subject-requests",
          "POST /api/v1/subject-requests/{request}/extend",
          "POST /api/v1/subject-requests/{request}/identity",
          "POST /api/v1/subject-requests/{request}/find",
          "POST /api/v1/subject-requests/{request}/decisions",
          "POST /api/v1/subject-requests/{request}/execute",
          "POST /api/v1/subject-requests/{request}/erasure",
          "POST /api/v1/subject-requests/{request}/close",
          "PUT /api/v1/subject-requests/{request}/items/{id}/plan",
          "POST /api/v1/subject-requests/{request}/copy/release",
          "POST /api/v1/subject-requests/{request}/copy/code",
          // Decisions, and what was found out
          "POST /api/v1/approvals/{approval}/approve",
          "POST /api/v1/approvals/{approval}/reject",
          "POST /api/v1/approvals/{approval}/withdraw",
          "POST /api/v1/alarms/{alarm}/acknowledge",
          "POST /api/v1/break-glass/{use}/review",
          // The closing itself
          "POST /api/v1/closing/keys",
          "POST /api/v1/closing/verification");

  /** What is still done once it was decided. */
  private static final Set<ApprovalKind> DECIDABLE =
      EnumSet.of(
          ApprovalKind.HOLD_RELEASE,
          ApprovalKind.DISPOSAL_RUN,
          ApprovalKind.RECORDING_UNBLOCK,
          ApprovalKind.RECORDING_RESTRICT,
          ApprovalKind.RECORDING_OPEN_RESTRICTED,
          ApprovalKind.RECORDING_LIFT_RESTRICTION,
          ApprovalKind.SUBJECT_REQUEST_ERASE,
          ApprovalKind.SUBJECT_COPY_RELEASE,
          ApprovalKind.RECORDING_HAND_OVER);

  private final Closings closings;

  ReadOnlyTenants(Closings closings) {
    this.closings = closings;
  }

  /**
   * Refuses what changes something.
   *
   * @throws ProblemException 409 if the tenant is read-only and the route is none that stays
   */
  void refuse(Route route, TenantSlug tenant) {
    if (!SAFE.contains(route.method())
        && !OPEN.contains(route.method() + " " + route.path())
        && closings.isReadOnly(tenant)) {
      throw ProblemException.conflict(
          "tenant-closed",
          "The tenant is closed and read-only: calls are found and heard until they are disposed"
              + " of, legal holds are placed, and nothing else is changed.");
    }
  }

  /** Whether an act that was asked for must not be done any more. */
  boolean forbids(ApprovalKind kind, TenantSlug tenant) {
    return !DECIDABLE.contains(kind) && closings.isReadOnly(tenant);
  }
}
