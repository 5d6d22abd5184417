package io.earwitness.portal;

import io.earwitness.access.AccessSnapshot;
import io.earwitness.approval.Approval;
import io.earwitness.approval.ApprovalKind;
import io.earwitness.approval.ApprovalRules;
import io.earwitness.approval.ApprovalState;
import io.earwitness.approval.AskedAct;
import io.earwitness.archive.catalog.AccessDirectory;
import io.earwitness.archive.catalog.AlarmChannels;
import io.earwitness.archive.catalog.ApprovalPayload;
import io.earwitness.archive.catalog.Approvals;
import io.earwitness.archive.catalog.AuditForwarding;
import io.earwitness.archive.catalog.Closings;
import io.earwitness.archive.catalog.Deliveries;
import io.earwitness.archive.catalog.Directory;
import io.earwitness.archive.catalog.Disposals;
import io.earwitness.archive.catalog.IdentityProviders;
import io.earwitness.archive.catalog.LegalHolds;
import io.earwitness.archive.catalog.Licences;
import io.earwitness.archive.catalog.LockModes;
import io.earwitness.archive.catalog.RecordingPolicies;
import io.earwitness.archive.catalog.Restrictions;
import io.earwitness.archive.catalog.RetentionPolicies;
import io.earwitness.archive.catalog.SubjectRequests;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Does what was approved, or what waited for long enough: once, only as it was shown, and only
 * while what it changes is still as it was shown. Thread-safe.
 */
final class ApprovalExecution {
  /** Who does what no person does. */
  static final String JOB = "job:approvals";

  private final Approvals approvals;
  private final AccessDirectory access;
  private final Acts acts;
  private final RecipientAct recipients;
  private final ChannelAct channels;
  private final MatchingAct matching;
  private final AllocationAct allocation;
  private final AuditDestinationAct destinations;
  private final IdentityProviderAct providers;
  private final UnblockAct unblocking;
  private final ApprovedAct agreement;
  private final RetentionAct retention;
  private final LockModeAct lockModes;
  private final DeliveryTargetAct deliveries;
  private final LegalHoldAct holds;
  private final RestrictionAct restrictions;
  private final CorrectingAct correcting;
  private final DisposalSettingsAct disposal;
  private final DisposalRunAct disposalRuns;
  private final RecordingPolicyAct recording;
  private final LicenceAct licences;
  private final SubjectErasureAct erasure;
  private final SubjectCopyAct copies;
  private final TenantCloseAct closing;
  private final ReadOnlyTenants readOnly;

  ApprovalExecution(
      Approvals approvals,
      Directory directory,
      AccessDirectory access,
      AlarmChannels channels,
      AuditForwarding forwarding,
      IdentityProviders providers,
      HandOverDesk handOvers,
      RetentionPolicies retention,
      LockModes lockModes,
      Deliveries deliveries,
      LegalHolds holds,
      Restrictions restrictions,
      Disposals disposals,
      RecordingPolicies recording,
      Licences licences,
      SubjectRequests subjects,
      Closings closings,
      Acts acts,
      Clock clock) {
    this.approvals = approvals;
    this.access = access;
    this.acts = acts;
    this.recipients = new RecipientAct(directory);
    this.channels = new ChannelAct(channels);
    this.matching = new MatchingAct(directory, clock);
    this.allocation = new AllocationAct(directory, clock);
    this.destinations = new AuditDestinationAct(forwarding);
    this.providers = new IdentityProviderAct(providers, access);
    this.unblocking = new UnblockAct(handOvers.calls());
    this.agreement = handOvers.agreement();
    this.retention = new RetentionAct(retention);
    this.lockModes = new LockModeAct(lockModes);
    this.deliveries = new DeliveryTargetAct(deliveries);
    this.holds = new LegalHoldAct(holds);
    this.restrictions = new RestrictionAct(restrictions);
    this.correcting = new CorrectingAct(restrictions);
    this.disposal = new DisposalSettingsAct(disposals);
    this.disposalRuns = new DisposalRunAct(disposals);
    this.recording = new RecordingPolicyAct(recording);
    this.licences = new LicenceAct(licences);
    this.erasure = new SubjectErasureAct(subjects, clock);
    this.copies = new SubjectCopyAct(subjects, clock);
    this.closing = new TenantCloseAct(closings);
    this.readOnly = new ReadOnlyTenants(closings);
  }

  RecipientAct recipients() {
    return recipients;
  }

  ChannelAct channels() {
    return channels;
  }

  MatchingAct matching() {
    return matching;
  }

  private ApprovedAct of(ApprovalKind kind, AskedAct act) {
    return switch (kind) {
      case ENCRYPTION_RECIPIENT_ADD -> recipients;
      case DELIVERY_TARGET_SET, DELIVERY_TARGET_REMOVE ->
          DeliveryTargetAct.is(act) ? deliveries : channels;
      case TENANT_MATCHING_SET -> AllocationAct.is(act) ? allocation : matching;
      case AUDIT_DESTINATION_SET, AUDIT_DESTINATION_REMOVE -> destinations;
      case IDENTITY_PROVIDER_SET, IDENTITY_PROVIDER_REMOVE -> providers;
      case RECORDING_UNBLOCK -> unblocking;
      case RECORDING_HAND_OVER, RECORDING_TAKE_OVER -> agreement;
      case RETENTION_SHORTEN -> retention;
      case LOCK_MODE_COMPLIANCE -> lockModes;
      case HOLD_RELEASE -> holds;
      case RECORDING_REMOVE, RECORDING_REPLACE -> correcting;
      case RECORDING_RESTRICT, RECORDING_OPEN_RESTRICTED, RECORDING_LIFT_RESTRICTION ->
          restrictions;
      case DISPOSAL_SETTINGS -> disposal;
      case DISPOSAL_RUN -> disposalRuns;
      case RECORDING_POLICY_REDUCE -> recording;
      case LICENCE_STOP_RECORDING -> licences;
      case SUBJECT_REQUEST_ERASE -> erasure;
      case SUBJECT_COPY_RELEASE -> copies;
      case TENANT_CLOSE -> closing;
    };
  }

  /** Does it if it is due; whether it was done, or failed, here and now. */
  boolean execute(Approval due) {
    return approvals.execute(due.tenant(), due.id(), this::perform);
  }

  private Approval.Step perform(Approval approval) {
    String approver = approval.approver();
    String actor = approver == null ? JOB : approver;
    Optional<String> forbidden = forbidden(approval);
    if (forbidden.isPresent()) {
      return failed(approval, actor, forbidden.get());
    }
    AskedAct act = approval.act();
    ApprovedAct kind = of(approval.kind(), act);
    SortedMap<String, String> present = kind.present(act);
    if (present.equals(act.after())) {
      return step(ApprovalState.EXECUTED, actor, "It was so already.");
    }
    if (!present.equals(act.before())) {
      return failed(
          approval,
          actor,
          "What it was to change is no longer as it was shown, so nothing was changed. Ask again.");
    }
    Map<String, String> details = new TreeMap<>(kind.details(act));
    details.put("approval", approval.id().toString());
    details.put("askedBy", approval.asker());
    details.put("approvedBy", approver == null ? "nobody within the waiting time" : approver);
    Acts.Act entry = acts.begin(act.tenant(), actor, kind.action(act), act.object(), details);
    String outcome = "failed: it broke off and is tried again";
    try {
      kind.run(approval, actor);
      outcome = Acts.DONE;
      return step(ApprovalState.EXECUTED, actor, "");
    } catch (IllegalArgumentException e) {
      outcome = "refused: " + e.getMessage();
      return failed(approval, actor, "It is refused: %s.".formatted(e.getMessage()));
    } finally {
      acts.end(entry, outcome);
    }
  }

  /** Why it must not be done, whatever was decided. */
  private Optional<String> forbidden(Approval approval) {
    if (!ApprovalPayload.sha256(approval.payload()).equals(approval.sha256())) {
      return Optional.of("What is stored is not what was asked for, so nothing was done.");
    }
    if (readOnly.forbids(approval.kind(), approval.act().tenant())) {
      return Optional.of("The tenant is closed and read-only by now, so nothing was done.");
    }
    if (approval.state() == ApprovalState.WAITING) {
      AccessSnapshot directory = access.snapshot(approval.tenant());
      if (!ApprovalRules.holds(
          directory,
          approval.kind().askers(),
          approval.askedBy(),
          directory.present(approvals.now()))) {
        return Optional.of("Whoever asked for it has no longer the role to, so nothing was done.");
      }
    }
    return Optional.empty();
  }

  private Approval.Step failed(Approval approval, String actor, String reason) {
    acts.end(
        acts.begin(
            approval.tenant(),
            actor,
            "approval.fail",
            "approval:" + approval.id(),
            Map.of("reason", reason)),
        Acts.DONE);
    return step(ApprovalState.FAILED, actor, reason);
  }

  private Approval.Step step(ApprovalState state, String actor, String note) {
    return new Approval.Step(state, approvals.now(), null, actor, null, note);
  }
}
