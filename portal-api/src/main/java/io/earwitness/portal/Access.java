package io.earwitness.portal;

import io.earwitness.access.AccessRules;
import io.earwitness.access.AccessSnapshot;
import io.earwitness.access.AccessedCall;
import io.earwitness.access.CallScope;
import io.earwitness.access.Decision;
import io.earwitness.access.Right;
import io.earwitness.access.Role;
import io.earwitness.archive.catalog.Directory;
import io.earwitness.call.CallSummary;
import io.earwitness.call.TenantSlug;
import java.time.Instant;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/**
 * Which routes a person may use: a table of roles, and for those that lead to calls also what is
 * granted. On which calls, {@link AccessRules} decide, by what the request's {@link Principal}
 * carries.
 */
final class Access {
  private static final Map<Role, Set<Permission>> TABLE =
      Map.of(
          Role.OPERATOR,
              Set.of(
                  Permission.AUDIT_OWN,
                  Permission.SRCS,
                  Permission.SRCS_OWN,
                  Permission.TOKENS,
                  Permission.NODES,
                  Permission.DRAIN),
          Role.TENANT_ADMIN,
              Set.of(
                  Permission.AUDIT,
                  Permission.SRCS_OWN,
                  Permission.TOKENS,
                  Permission.PEOPLE_READ,
                  Permission.PEOPLE,
                  Permission.MATTERS_READ,
                  Permission.ACCESS_REVIEW),
          Role.RECORDING_ADMIN,
              Set.of(
                  Permission.AUDIT,
                  Permission.SRCS_OWN,
                  Permission.TOKENS,
                  Permission.ACCESS_REVIEW),
          Role.COMPLIANCE_OFFICER,
              Set.of(
                  Permission.SEARCH,
                  Permission.LISTEN,
                  Permission.DOWNLOAD,
                  Permission.AUDIT_OWN,
                  Permission.TOKENS,
                  Permission.MATTERS_READ,
                  Permission.MATTERS),
          Role.SUPERVISOR, Set.of(Permission.SEARCH, Permission.LISTEN, Permission.TOKENS),
          Role.ANALYST, Set.of(Permission.TOKENS),
          Role.AUDITOR,
              Set.of(
                  Permission.AUDIT,
                  Permission.SRCS_OWN,
                  Permission.TOKENS,
                  Permission.PEOPLE_READ,
                  Permission.MATTERS_READ,
                  Permission.ACCESS_REVIEW),
          Role.USER, Set.of(Permission.TOKENS));

  /** The permissions whose routes lead to calls, and the right on a call that each needs. */
  private static final Map<Permission, Right> CALLS =
      new EnumMap<>(
          Map.of(
              Permission.SEARCH, Right.SEARCH,
              Permission.LISTEN, Right.LISTEN,
              Permission.DOWNLOAD, Right.DOWNLOAD));

  private Access() {}

  /** What a person's roles and grants allow. */
  static Set<Permission> permissions(Directory.User user, AccessSnapshot directory, Instant at) {
    EnumSet<Permission> allowed = EnumSet.noneOf(Permission.class);
    Set<Role> roles = directory.rolesOf(user.id(), at);
    for (Role role : roles) {
      allowed.addAll(TABLE.getOrDefault(role, Set.of()));
    }
    CALLS.forEach(
        (permission, right) -> {
          if (AccessRules.anywhere(directory, user.id(), right, at)) {
            allowed.add(permission);
          }
        });
    if (roles.contains(Role.OPERATOR) || user.tenant().equals(TenantSlug.PLATFORM)) {
      allowed.removeAll(CALLS.keySet());
      allowed.remove(Permission.MATTERS);
    }
    if (!user.tenant().equals(TenantSlug.PLATFORM)) {
      // A tenant gives out its own roles, but SRCs that serve several tenants are the platform's
      allowed.remove(Permission.SRCS);
      // Recorders serve every tenant
      allowed.remove(Permission.NODES);
      allowed.remove(Permission.DRAIN);
    }
    return allowed;
  }

  /** The calls on which the asking person has a right. */
  static CallScope scope(Principal principal, Right right) {
    return AccessRules.scope(
        principal.directory(), principal.user().id(), right, principal.asked());
  }

  /** Whether the asking person has a right on a call, by the catalog: an index may be behind it. */
  static Decision decide(Principal principal, Right right, CallSummary call) {
    return AccessRules.decide(
        principal.directory(),
        principal.user().id(),
        right,
        AccessedCall.of(call),
        principal.asked());
  }

  static boolean sees(Principal principal, CallSummary call) {
    return decide(principal, Right.SEARCH, call).allowed();
  }

  /**
   * Refuses what a person who sees a call has no right to do with it.
   *
   * @throws ProblemException 403 with the reason
   */
  static void demand(Principal principal, Right right, CallSummary call) {
    Decision decision = decide(principal, right, call);
    if (!decision.allowed()) {
      throw ProblemException.forbidden("not-granted", decision.text());
    }
  }
}
