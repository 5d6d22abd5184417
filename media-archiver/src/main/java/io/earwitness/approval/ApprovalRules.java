package io.earwitness.approval;

import io.earwitness.access.AccessSnapshot;
import io.earwitness.access.Person;
import io.earwitness.access.Role;
import java.time.Instant;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The one place that decides who may decide. Pure: the same directory, question and time give the
 * same answer. {@code docs/operations/approvals.md} says the rules in words.
 */
public final class ApprovalRules {
  /**
   * Who hears of what waits and may reject it, and to whom decisions may be delegated: who answers
   * for the tenant or the platform. Auditors look on and decide nothing, so that they are not among
   * them, although they need a second factor like these.
   */
  public static final Set<Role> PRIVILEGED =
      Set.copyOf(
          EnumSet.of(
              Role.OPERATOR, Role.TENANT_ADMIN, Role.RECORDING_ADMIN, Role.COMPLIANCE_OFFICER));

  private ApprovalRules() {}

  /**
   * What is to be decided.
   *
   * @param askedBy a user's id
   * @param benefits ids of users whom it benefits
   */
  public record Question(ApprovalKind kind, String askedBy, Set<String> benefits, Instant askedAt) {
    public static Question of(Approval approval) {
      return new Question(
          approval.kind(), approval.askedBy(), approval.benefits(), approval.askedAt());
    }
  }

  /** Whether somebody may decide. */
  public sealed interface Authority {
    /**
     * Yes.
     *
     * @param onBehalfOf whose place is taken; null for one's own
     */
    record Given(@Nullable String onBehalfOf) implements Authority {}

    /**
     * No.
     *
     * @param reason a sentence
     */
    record Missing(String reason) implements Authority {}
  }

  /** Whether somebody may approve, and in whose place. */
  public static Authority approve(
      AccessSnapshot directory,
      Question question,
      Collection<Delegation> delegations,
      String userId,
      Instant when) {
    Authority.Missing concerned = concerned(question, userId);
    if (concerned != null) {
      return concerned;
    }
    if (mayHimself(directory, question, userId, when)) {
      return new Authority.Given(null);
    }
    // A place that was taken over is not given on: only who may decide by a role is stood in for,
    // and only by somebody who has come to such a role too, if later than it was asked for
    for (Delegation delegation : delegations) {
      if (delegation.to().equals(userId)
          && delegation.at(when)
          && concerned(question, delegation.from()) == null
          && mayHimself(directory, question, delegation.from(), when)
          && holds(
              directory, rolesOf(directory, question, delegation.from(), when), userId, when)) {
        return new Authority.Given(delegation.from());
      }
    }
    return new Authority.Missing(
        "This is decided by a person who has held one of the roles %s since before it was asked for, or by such a person's delegate."
            .formatted(names(question.kind().approvers())));
  }

  /** Whether somebody may reject: whoever may approve, and of one that waits all privileged. */
  public static Authority reject(
      AccessSnapshot directory,
      Question question,
      ApprovalState state,
      Collection<Delegation> delegations,
      String userId,
      Instant when) {
    Authority approver = approve(directory, question, delegations, userId, when);
    if (approver instanceof Authority.Missing
        && state == ApprovalState.WAITING
        && !userId.equals(question.askedBy())
        && holds(directory, PRIVILEGED, userId, when)) {
      return new Authority.Given(null);
    }
    return approver;
  }

  /** Whether there is anybody who may approve. */
  public static boolean isDecidable(
      AccessSnapshot directory,
      Question question,
      Collection<Delegation> delegations,
      Instant when) {
    return directory.people().keySet().stream()
        .anyMatch(
            user ->
                approve(directory, question, delegations, user, when) instanceof Authority.Given);
  }

  /**
   * Whether somebody may review what another did by a sealed code: a privileged person, and one who
   * was so before, unless there is none of these left. Else whoever used it could make a reviewer.
   */
  public static boolean mayReview(
      AccessSnapshot directory, String usedBy, Instant usedAt, String userId, Instant when) {
    return !userId.equals(usedBy)
        && holds(directory, PRIVILEGED, userId, when)
        && (holds(directory, PRIVILEGED, userId, usedAt)
            || directory.people().keySet().stream()
                .filter(each -> !each.equals(usedBy))
                .noneMatch(
                    each ->
                        holds(directory, PRIVILEGED, each, usedAt)
                            && holds(directory, PRIVILEGED, each, when)));
  }

  /** Whether an active person holds one of these roles. */
  public static boolean holds(
      AccessSnapshot directory, Set<Role> roles, String userId, Instant when) {
    Person person = directory.people().get(userId);
    return person != null
        && person.isActive(when)
        && person.roles(when).stream().anyMatch(roles::contains);
  }

  private static Authority.@Nullable Missing concerned(Question question, String userId) {
    if (userId.equals(question.askedBy())) {
      return new Authority.Missing("Nobody decides what he or she asked for.");
    }
    if (question.benefits().contains(userId)) {
      return new Authority.Missing("Nobody decides what benefits himself or herself.");
    }
    return null;
  }

  /** Also at the time of asking, so that nobody makes an approver for what is asked already. */
  private static boolean mayHimself(
      AccessSnapshot directory, Question question, String userId, Instant when) {
    Set<Role> approvers = question.kind().approvers();
    return holds(directory, approvers, userId, when)
        && holds(directory, approvers, userId, question.askedAt());
  }

  /** By which of the approvers' roles somebody decides. */
  private static Set<Role> rolesOf(
      AccessSnapshot directory, Question question, String userId, Instant when) {
    return directory.rolesOf(userId, when).stream()
        .filter(question.kind().approvers()::contains)
        .collect(Collectors.toUnmodifiableSet());
  }

  /** Roles as people read them. */
  public static String names(Set<Role> roles) {
    List<String> names = roles.stream().sorted().map(Role::wireName).toList();
    return String.join(", ", names);
  }
}
