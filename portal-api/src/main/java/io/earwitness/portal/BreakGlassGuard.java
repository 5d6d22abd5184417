package io.earwitness.portal;

import io.earwitness.access.Person;
import io.earwitness.access.Role;
import io.earwitness.approval.ApprovalKind;
import io.earwitness.archive.catalog.BreakGlass;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * As long as a sealed code makes somebody a tenant admin, that person neither gets nor gives a
 * right to hear calls; nor do accounts that this person makes tenant admins meanwhile, until the
 * use is reviewed.
 */
final class BreakGlassGuard {
  /**
   * Roles by which calls are heard, or may be where something is granted or the tenant allows it:
   * the widest of such sets, as a sealed code must lead to no call by any way.
   */
  static final Set<Role> HEARING =
      Set.copyOf(EnumSet.of(Role.COMPLIANCE_OFFICER, Role.SUPERVISOR, Role.AUDITOR, Role.USER));

  /** What lets somebody decrypt, or lets groups of a provider give such roles. */
  private static final Set<ApprovalKind> GIVING =
      Set.copyOf(
          EnumSet.of(
              ApprovalKind.ENCRYPTION_RECIPIENT_ADD,
              ApprovalKind.IDENTITY_PROVIDER_SET,
              ApprovalKind.RECORDING_OPEN_RESTRICTED,
              ApprovalKind.RECORDING_LIFT_RESTRICTION));

  private static final String TYPE = "break-glass";

  private final BreakGlass glass;

  BreakGlassGuard(ApprovalDesk desk) {
    this.glass = desk.glass();
  }

  /** Refuses what could give anybody a right to hear. */
  void refuseGiving(Principal asking) {
    if (isHeld(asking, asking.user().id())) {
      throw ProblemException.forbidden(
          TYPE,
          "You are a tenant admin by a sealed code, or by somebody who is; that gives nobody a right to hear calls.");
    }
  }

  /** Refuses to ask for or approve what could give anybody a right to hear. */
  void refuseGiving(Principal asking, ApprovalKind kind) {
    if (GIVING.contains(kind)) {
      refuseGiving(asking);
    }
  }

  /** Refuses what could give this person a right to hear. */
  void refuseTo(Principal asking, String userId) {
    if (isHeld(asking, userId)) {
      throw ProblemException.forbidden(
          TYPE,
          "That person is a tenant admin by a sealed code, or by somebody who is, and gets no right to hear calls meanwhile.");
    }
  }

  /**
   * Refuses new roles by which calls are heard.
   *
   * @param to null for somebody who is added
   */
  void refuseRoles(Principal asking, @Nullable Person to, Set<Role> roles) {
    Set<Role> more = EnumSet.noneOf(Role.class);
    roles.stream().filter(HEARING::contains).forEach(more::add);
    if (to != null) {
      more.removeAll(to.roles(asking.asked()));
    }
    if (!more.isEmpty()) {
      refuseGiving(asking);
      if (to != null) {
        refuseTo(asking, to.id());
      }
    }
  }

  /**
   * Has an account bound like whoever makes it, or makes it a tenant admin: else a second account,
   * or a program's, would do what the person may not. To be called before.
   */
  void bind(Principal asking, String userId) {
    if (isHeld(asking, asking.user().id())) {
      glass.bind(asking.slug(), asking.user().id(), userId, asking.actor());
    }
  }

  private boolean isHeld(Principal asking, String userId) {
    return asking.directory().rolesOf(userId, asking.asked()).contains(Role.TENANT_ADMIN)
        && glass.isHeld(asking.slug(), userId);
  }
}
