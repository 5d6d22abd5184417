package io.earwitness.portal;

import io.earwitness.alarm.AlarmKey;
import io.earwitness.alarm.AlarmKind;
import io.earwitness.alarm.AlarmObject;
import io.earwitness.alarm.AlarmReport;
import io.earwitness.approval.Approval;
import io.earwitness.approval.ApprovalKind;
import io.earwitness.approval.ApprovalRules;
import io.earwitness.approval.ApprovalRules.Authority;
import io.earwitness.approval.ApprovalRules.Question;
import io.earwitness.approval.ApprovalState;
import io.earwitness.approval.AskedAct;
import io.earwitness.approval.Delegation;
import io.earwitness.archive.catalog.AccessDirectory;
import io.earwitness.archive.catalog.AlarmChannels;
import io.earwitness.archive.catalog.AlarmRegister;
import io.earwitness.archive.catalog.ApprovalPayload;
import io.earwitness.archive.catalog.Approvals;
import io.earwitness.archive.catalog.AuditForwarding;
import io.earwitness.archive.catalog.BreakGlass;
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
import io.earwitness.audit.AuditLog;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where acts that need a second person are asked for, decided and done. {@link
 * io.earwitness.approval.ApprovalRules} say who may decide. Thread-safe.
 */
public final class ApprovalDesk {
  private static final Logger LOG = LoggerFactory.getLogger(ApprovalDesk.class);
  private static final Set<ApprovalState> UNDECIDED =
      EnumSet.of(ApprovalState.REQUESTED, ApprovalState.WAITING);
  private static final String NODE = "portal";

  private final Approvals approvals;
  private final BreakGlass glass;
  private final AlarmRegister alarms;
  private final AuditForwarding forwarding;
  private final Acts acts;
  private final ApprovalExecution execution;
  private final ApprovalSettings settings;
  private final HandOverDesk handOvers;

  public ApprovalDesk(
      Approvals approvals,
      BreakGlass glass,
      Directory directory,
      AccessDirectory access,
      AlarmChannels channels,
      AuditForwarding forwarding,
      IdentityProviders providers,
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
      AlarmRegister alarms,
      AuditLog audit,
      MeterRegistry metrics,
      Clock clock,
      ApprovalSettings settings,
      HandOverDesk handOvers) {
    this.approvals = approvals;
    this.glass = glass;
    this.alarms = alarms;
    this.forwarding = forwarding;
    this.acts = new Acts(audit, clock, metrics);
    this.execution =
        new ApprovalExecution(
            approvals,
            directory,
            access,
            channels,
            forwarding,
            providers,
            handOvers,
            retention,
            lockModes,
            deliveries,
            holds,
            restrictions,
            disposals,
            recording,
            licences,
            subjects,
            closings,
            acts,
            clock);
    this.settings = settings;
    this.handOvers = handOvers;
  }

  Approvals approvals() {
    return approvals;
  }

  HandOverDesk handOvers() {
    return handOvers;
  }

  BreakGlass glass() {
    return glass;
  }

  AuditForwarding forwarding() {
    return forwarding;
  }

  ApprovalSettings settings() {
    return settings;
  }

  ApprovalExecution execution() {
    return execution;
  }

  /**
   * Enters what somebody asks for; where nobody else could decide it, tells all who are to know.
   */
  Approval ask(
      Principal asking,
      UUID id,
      ApprovalKind kind,
      AskedAct act,
      Set<String> benefits,
      String reason) {
    Instant now = asking.asked().truncatedTo(ChronoUnit.MICROS);
    if (!ApprovalRules.holds(asking.directory(), kind.askers(), asking.user().id(), now)) {
      throw ProblemException.forbidden("forbidden", "Your roles don't let you ask for this.");
    }
    if (act.before().equals(act.after())) {
      throw ProblemException.conflict("exists", "It is so already.");
    }
    Question question = new Question(kind, asking.user().id(), benefits, now);
    boolean isDecidable =
        ApprovalRules.isDecidable(
            asking.directory(), question, approvals.delegations(asking.slug()), now);
    if (!isDecidable && kind.neverAlone()) {
      throw ProblemException.conflict(
          "nobody-decides",
          "Nobody else could approve it, and such a thing is never done because nobody looked. The"
              + " tenant needs another person with one of the roles %s first."
                  .formatted(ApprovalRules.names(kind.approvers())));
    }
    String payload = ApprovalPayload.text(kind, act);
    Approval approval =
        new Approval(
            id,
            asking.slug(),
            kind,
            isDecidable ? ApprovalState.REQUESTED : ApprovalState.WAITING,
            act,
            payload,
            ApprovalPayload.sha256(payload),
            asking.user().id(),
            asking.actor(),
            benefits,
            reason,
            now,
            now.plus(isDecidable ? settings.expiry() : settings.waiting()),
            isDecidable ? null : now.plus(settings.waiting()),
            List.of());
    approvals.add(approval);
    if (!isDecidable) {
      alarms.enter(
          AlarmReport.raised(
              new AlarmKey(asking.slug(), AlarmKind.APPROVAL_WAITING, AlarmObject.approval(id)),
              now,
              approval.waitingText(),
              NODE));
    }
    return find(asking, id);
  }

  Approval find(Principal asking, UUID id) {
    return approvals
        .find(asking.slug(), id)
        .orElseThrow(() -> ProblemException.notFound("There is no such approval."));
  }

  /** As the asking person is shown it. */
  ApprovalViews.View view(Principal asking, Approval approval) {
    return views(asking, List.of(approval)).getFirst();
  }

  /** As the asking person is shown them. */
  List<ApprovalViews.View> views(Principal asking, List<Approval> shown) {
    List<Delegation> delegations = approvals.delegations(asking.slug());
    return shown.stream()
        .map(approval -> ApprovalViews.View.of(asking, approval, delegations))
        .toList();
  }

  private Authority mayApprove(Principal asking, Approval approval) {
    return ApprovalRules.approve(
        asking.directory(),
        Question.of(approval),
        approvals.delegations(asking.slug()),
        asking.user().id(),
        asking.asked());
  }

  private Authority mayReject(Principal asking, Approval approval) {
    return ApprovalRules.reject(
        asking.directory(),
        Question.of(approval),
        approval.state(),
        approvals.delegations(asking.slug()),
        asking.user().id(),
        asking.asked());
  }

  /** Approves what was shown, and does it. */
  Approval approve(Principal asking, UUID id, String sha256, String note) {
    Approval approval = undecided(asking, id);
    String onBehalfOf = demand(mayApprove(asking, approval));
    new BreakGlassGuard(this).refuseGiving(asking, approval.kind());
    if (!approval.sha256().equals(sha256)) {
      throw ProblemException.conflict(
          "changed", "What you approve by its SHA-256 is not what was asked for. Read it again.");
    }
    take(asking, approval, ApprovalState.APPROVED, onBehalfOf, note);
    execution.execute(approval);
    handOvers.decided(approval);
    return find(asking, id);
  }

  Approval reject(Principal asking, UUID id, String reason) {
    Approval approval = undecided(asking, id);
    String onBehalfOf = demand(mayReject(asking, approval));
    take(asking, approval, ApprovalState.REJECTED, onBehalfOf, reason);
    handOvers.decided(approval);
    return find(asking, id);
  }

  Approval withdraw(Principal asking, UUID id) {
    Approval approval = undecided(asking, id);
    if (!approval.askedBy().equals(asking.user().id())) {
      throw ProblemException.forbidden(
          "not-yours", "Only whoever asked for it takes it back; others reject it.");
    }
    take(asking, approval, ApprovalState.WITHDRAWN, null, "");
    return find(asking, id);
  }

  private Approval undecided(Principal asking, UUID id) {
    Approval approval = find(asking, id);
    if (!UNDECIDED.contains(approval.state()) || isOver(approval)) {
      throw decided(isOver(approval) ? ApprovalState.EXPIRED : approval.state());
    }
    return approval;
  }

  private boolean isOver(Approval approval) {
    return approval.state() == ApprovalState.REQUESTED
        && !approvals.now().isBefore(approval.expiresAt());
  }

  private static ProblemException decided(ApprovalState state) {
    return ProblemException.conflict(
        "decided", "Nothing is to be decided here any more: it is %s.".formatted(state.wireName()));
  }

  private static @Nullable String demand(Authority authority) {
    return switch (authority) {
      case Authority.Given given -> given.onBehalfOf();
      case Authority.Missing missing ->
          throw ProblemException.forbidden("separation-of-duties", missing.reason());
    };
  }

  private void take(
      Principal asking,
      Approval approval,
      ApprovalState state,
      @Nullable String onBehalfOf,
      String note) {
    Approval.Step step =
        new Approval.Step(
            state, approvals.now(), asking.user().id(), asking.actor(), onBehalfOf, note);
    if (approvals.step(approval.tenant(), approval.id(), UNDECIDED, step).isEmpty()) {
      throw decided(find(asking, approval.id()).state());
    }
    if (approval.state() == ApprovalState.WAITING) {
      alarms.enter(
          AlarmReport.cleared(
              new AlarmKey(
                  approval.tenant(),
                  AlarmKind.APPROVAL_WAITING,
                  AlarmObject.approval(approval.id())),
              step.at(),
              NODE));
    }
  }

  /** Does and ends what is due, on one node at a time. */
  public void upkeep() {
    approvals.alone(
        () -> {
          for (Approval due : approvals.due()) {
            try {
              settle(due);
            } catch (RuntimeException e) {
              LOG.warn("approval {} is due and is tried again: {}", due.id(), e.toString());
            }
          }
          handOvers.upkeep();
        });
  }

  private void settle(Approval due) {
    if (due.state() != ApprovalState.REQUESTED) {
      execution.execute(due);
      return;
    }
    Acts.Act act =
        acts.begin(
            due.tenant(),
            ApprovalExecution.JOB,
            "approval.expire",
            "approval:" + due.id(),
            Map.of("kind", due.kind().wireName()));
    boolean expired =
        approvals
            .step(
                due.tenant(),
                due.id(),
                Set.of(ApprovalState.REQUESTED),
                new Approval.Step(
                    ApprovalState.EXPIRED,
                    approvals.now(),
                    null,
                    ApprovalExecution.JOB,
                    null,
                    "Nobody decided it in time."))
            .isPresent();
    acts.end(act, expired ? Acts.DONE : "refused: it was decided meanwhile");
  }
}
