package io.earwitness.portal;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.earwitness.access.AccessSnapshot;
import io.earwitness.access.Person;
import io.earwitness.approval.Approval;
import io.earwitness.approval.ApprovalKind;
import io.earwitness.approval.ApprovalRules;
import io.earwitness.approval.ApprovalRules.Authority;
import io.earwitness.approval.ApprovalRules.Question;
import io.earwitness.approval.ApprovalState;
import io.earwitness.approval.Delegation;
import io.earwitness.archive.catalog.ApprovalPayload;
import io.earwitness.archive.catalog.BreakGlass;
import io.earwitness.call.TenantSlug;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Acts that need a second person as the API shows them. */
final class ApprovalViews {
  private static final String HIDDEN = "(not shown to you)";

  private ApprovalViews() {}

  record Named(String id, String name) {
    static Named of(AccessSnapshot directory, String id) {
      Person person = directory.people().get(id);
      return new Named(id, person == null ? id : person.displayName());
    }
  }

  @JsonInclude(JsonInclude.Include.ALWAYS)
  record Change(String name, @Nullable String before, @Nullable String after) {}

  @JsonInclude(JsonInclude.Include.ALWAYS)
  record StepView(
      ApprovalState state, Instant at, String by, @Nullable Named onBehalfOf, String note) {}

  /**
   * An act.
   *
   * @param whyNot why the asking person can't approve it; null if that person can
   */
  @JsonInclude(JsonInclude.Include.ALWAYS)
  record View(
      UUID id,
      ApprovalKind kind,
      String meaning,
      ApprovalState state,
      TenantSlug tenant,
      String object,
      List<Change> changes,
      String sha256,
      String reason,
      Named asker,
      List<Named> benefits,
      Instant askedAt,
      Instant expiresAt,
      @Nullable Instant executesAt,
      List<StepView> steps,
      boolean mayApprove,
      boolean mayReject,
      boolean mayWithdraw,
      @Nullable String whyNot) {
    static View of(Principal asking, Approval approval, Collection<Delegation> delegations) {
      AccessSnapshot directory = asking.directory();
      String user = asking.user().id();
      boolean open =
          approval.state() == ApprovalState.REQUESTED || approval.state() == ApprovalState.WAITING;
      boolean decides = open && asking.may(Permission.APPROVALS);
      Question question = Question.of(approval);
      Authority approve =
          ApprovalRules.approve(directory, question, delegations, user, asking.asked());
      Authority reject =
          ApprovalRules.reject(
              directory, question, approval.state(), delegations, user, asking.asked());
      return new View(
          approval.id(),
          approval.kind(),
          approval.kind().meaning(),
          approval.state(),
          approval.act().tenant(),
          approval.act().object(),
          changes(approval, asking.may(Permission.APPROVALS)),
          approval.sha256(),
          approval.reason(),
          Named.of(directory, approval.askedBy()),
          approval.benefits().stream().sorted().map(id -> Named.of(directory, id)).toList(),
          approval.askedAt(),
          approval.expiresAt(),
          approval.executesAt(),
          approval.steps().stream()
              .map(
                  step ->
                      new StepView(
                          step.state(),
                          step.at(),
                          step.actor(),
                          step.onBehalfOf() == null ? null : Named.of(directory, step.onBehalfOf()),
                          step.note()))
              .toList(),
          decides && approve instanceof Authority.Given,
          decides && reject instanceof Authority.Given,
          decides && approval.askedBy().equals(asking.user().id()),
          open && approve instanceof Authority.Missing missing ? missing.reason() : null);
    }

    private static List<Change> changes(Approval approval, boolean secrets) {
      Set<String> names = new TreeSet<>(approval.act().before().keySet());
      names.addAll(approval.act().after().keySet());
      Set<String> hidden = secrets ? Set.of() : approval.kind().secrets();
      return names.stream()
          .map(
              name ->
                  new Change(
                      name,
                      shown(name, approval.act().before().get(name), hidden.contains(name)),
                      shown(name, approval.act().after().get(name), hidden.contains(name))))
          .toList();
    }

    /** Of a sealed secret no more than whether it is another one. */
    private static @Nullable String shown(String name, @Nullable String value, boolean isHidden) {
      if (value == null) {
        return null;
      }
      boolean isSecret =
          name.equals(IdentityProviderAct.SECRET) || name.equals(DeliveryTargetAct.SECRET);
      if (isSecret && !value.equals("none")) {
        return "set (%s)".formatted(ApprovalPayload.sha256(value).substring(0, 8));
      }
      return isHidden ? HIDDEN : value;
    }
  }

  record DelegationView(UUID id, Named from, Named to, Instant begins, Instant ends, boolean mine) {
    static DelegationView of(Principal asking, Delegation delegation) {
      return new DelegationView(
          delegation.id(),
          Named.of(asking.directory(), delegation.from()),
          Named.of(asking.directory(), delegation.to()),
          delegation.begins(),
          delegation.ends(),
          delegation.from().equals(asking.user().id()));
    }
  }

  /**
   * Who decides in whose place.
   *
   * @param candidates to whom the asking person may delegate
   */
  record Delegations(List<DelegationView> items, List<Named> candidates) {}

  /** How much there is to do for the asking person. */
  record Summary(long decide, long review) {}

  /** A use of a sealed code. */
  @JsonInclude(JsonInclude.Include.ALWAYS)
  record UseView(
      UUID id,
      Named user,
      Instant usedAt,
      Instant until,
      Instant reviewBy,
      BreakGlass.@Nullable Review review,
      boolean mayReview) {
    static UseView of(Principal asking, BreakGlass.Use use) {
      return new UseView(
          use.id(),
          Named.of(asking.directory(), use.userId()),
          use.usedAt(),
          use.until(),
          use.reviewBy(),
          use.review(),
          use.review() == null
              && asking.may(Permission.APPROVALS)
              && ApprovalRules.mayReview(
                  asking.directory(),
                  use.userId(),
                  use.usedAt(),
                  asking.user().id(),
                  asking.asked()));
    }
  }
}
