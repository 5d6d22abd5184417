package io.earwitness.portal;

import io.earwitness.access.AccessRules;
import io.earwitness.access.AccessSnapshot;
import io.earwitness.access.AccessedCall;
import io.earwitness.access.AccountKind;
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
import java.util.List;
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
                  Permission.DRAIN,
                  Permission.ALARMS_READ,
                  Permission.ALARMS,
                  Permission.APPROVALS_READ,
                  Permission.APPROVALS,
                  Permission.LICENCES,
                  Permission.TENANT_MATCHING),
          Role.TENANT_ADMIN,
              Set.of(
                  Permission.AUDIT,
                  Permission.SRCS_OWN,
                  Permission.TOKENS,
                  Permission.PEOPLE_READ,
                  Permission.PEOPLE,
                  Permission.MATTERS_READ,
                  Permission.ACCESS_REVIEW,
                  Permission.ALARMS_READ,
                  Permission.ALARMS,
                  Permission.PROVISIONING,
                  Permission.APPROVALS_READ,
                  Permission.APPROVALS,
                  Permission.KEYS,
                  Permission.DELIVERY_TARGETS,
                  Permission.ANNOUNCEMENTS_READ,
                  Permission.RECORDING_POLICY_READ,
                  Permission.RETENTION_READ,
                  Permission.LICENCES_READ,
                  Permission.IDENTITY_PROVIDERS),
          Role.RECORDING_ADMIN,
              Set.of(
                  Permission.AUDIT,
                  Permission.SRCS_OWN,
                  Permission.TOKENS,
                  Permission.ACCESS_REVIEW,
                  Permission.ACCESS_SIGN_OFF,
                  Permission.ALARMS_READ,
                  Permission.ALARMS,
                  Permission.APPROVALS_READ,
                  Permission.APPROVALS,
                  Permission.ANNOUNCEMENTS_READ,
                  Permission.ANNOUNCEMENTS,
                  Permission.RECORDING_POLICY_READ,
                  Permission.RECORDING_POLICY,
                  Permission.RETENTION_READ,
                  Permission.LICENCES_READ,
                  Permission.RETENTION),
          Role.COMPLIANCE_OFFICER,
              Set.of(
                  Permission.SEARCH,
                  Permission.LISTEN,
                  Permission.DOWNLOAD,
                  Permission.AUDIT_OWN,
                  Permission.TOKENS,
                  Permission.MATTERS_READ,
                  Permission.MATTERS,
                  Permission.ALARMS_READ,
                  Permission.ALARMS,
                  Permission.APPROVALS_READ,
                  Permission.APPROVALS,
                  Permission.PAUSE,
                  Permission.ANNOUNCEMENTS_READ,
                  Permission.RECORDING_POLICY_READ,
                  Permission.KEEP,
                  Permission.HOLDS_READ,
                  Permission.HOLDS,
                  Permission.ANNOTATE,
                  Permission.NOTES_READ,
                  Permission.SUBJECT_REQUESTS,
                  Permission.RETENTION_READ),
          Role.SUPERVISOR,
              Set.of(
                  Permission.SEARCH,
                  Permission.LISTEN,
                  Permission.PAUSE,
                  Permission.ANNOTATE,
                  Permission.NOTES_READ,
                  Permission.TOKENS),
          Role.ANALYST, Set.of(Permission.TOKENS),
          Role.AUDITOR,
              Set.of(
                  Permission.AUDIT,
                  Permission.SRCS_OWN,
                  Permission.TOKENS,
                  Permission.PEOPLE_READ,
                  Permission.MATTERS_READ,
                  Permission.ACCESS_REVIEW,
                  Permission.ACCESS_SIGN_OFF,
                  Permission.ALARMS_READ,
                  Permission.APPROVALS_READ,
                  Permission.ANNOUNCEMENTS_READ,
                  Permission.RECORDING_POLICY_READ,
                  Permission.HOLDS_READ,
                  Permission.LICENCES_READ,
                  Permission.RETENTION_READ),
          Role.USER, Set.of(Permission.TOKENS));

  /** The permissions whose routes lead to calls, and the right on a call that each needs. */
  private static final Map<Permission, Right> CALLS =
      new EnumMap<>(
          Map.of(
              Permission.SEARCH, Right.SEARCH,
              Permission.LISTEN, Right.LISTEN,
              Permission.DOWNLOAD, Right.DOWNLOAD,
              Permission.KEEP, Right.HOLD,
              Permission.HOLDS, Right.HOLD,
              Permission.ANNOTATE, Right.ANNOTATE));

  /** Of these, those whose right matters need too. */
  private static final Set<Permission> OF_MATTERS_TOO =
      EnumSet.of(Permission.KEEP, Permission.HOLDS, Permission.ANNOTATE);

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
    if (allowed.contains(Permission.ANNOTATE)
        || (roles.contains(Role.AUDITOR) && allowed.contains(Permission.SEARCH))) {
      allowed.add(Permission.NOTES_READ);
    }
    if (roles.contains(Role.OPERATOR) || user.tenant().equals(TenantSlug.PLATFORM)) {
      allowed.removeAll(CALLS.keySet());
      allowed.remove(Permission.NOTES_READ);
      allowed.remove(Permission.MATTERS);
      allowed.remove(Permission.SUBJECT_REQUESTS);
      allowed.remove(Permission.PAUSE);
    }
    if (roles.contains(Role.TENANT_ADMIN)) {
      // Who gives access does not review it
      allowed.remove(Permission.ACCESS_SIGN_OFF);
    }
    if (!user.tenant().equals(TenantSlug.PLATFORM)) {
      // A tenant gives out its own roles, but SRCs that serve several tenants are the platform's
      allowed.remove(Permission.SRCS);
      // Recorders serve every tenant
      allowed.remove(Permission.NODES);
      allowed.remove(Permission.DRAIN);
      allowed.remove(Permission.LICENCES);
      allowed.remove(Permission.TENANT_MATCHING);
    } else if (user.kind() == AccountKind.PERSON) {
      // Whoever is not an operator may be let into a tenant, by its consent
      allowed.add(Permission.SUPPORT);
    }
    return allowed;
  }

  /** What remains to somebody who is an administrator by a sealed code: nothing of any call. */
  static Set<Permission> withoutCalls(Set<Permission> permissions) {
    EnumSet<Permission> remaining = EnumSet.noneOf(Permission.class);
    remaining.addAll(permissions);
    remaining.removeAll(CALLS.keySet());
    remaining.remove(Permission.NOTES_READ);
    remaining.remove(Permission.PAUSE);
    remaining.remove(Permission.SUBJECT_REQUESTS);
    // Teams that it fills may hold grants
    remaining.remove(Permission.PROVISIONING);
    return remaining;
  }

  /** The calls on which the asking person has a right. */
  static CallScope scope(Principal principal, Right right) {
    if (!inScopes(principal, right)) {
      return new CallScope.Of(principal.slug(), Set.of(), Set.of());
    }
    return AccessRules.scope(
        principal.directory(), principal.user().id(), right, principal.asked());
  }

  /** Whether the asking person has a right on a call, by the catalog: an index may be behind it. */
  static Decision decide(Principal principal, Right right, CallSummary call) {
    if (!inScopes(principal, right)) {
      return new Decision(
          false,
          List.of(
              new Decision.Reason(
                  "The right '%s' is not among the token's scopes.".formatted(right.wireName()),
                  null)));
    }
    return AccessRules.decide(
        principal.directory(),
        principal.user().id(),
        right,
        AccessedCall.of(call),
        principal.asked());
  }

  /** Whoever has a right on a call has its permission, unless a token's scopes leave it out. */
  private static boolean inScopes(Principal principal, Right right) {
    return CALLS.entrySet().stream()
        .filter(each -> each.getValue() == right)
        // Matters need the rights to hold and to annotate too, and no scope of those acts
        .filter(each -> !OF_MATTERS_TOO.contains(each.getKey()))
        .allMatch(each -> !principal.byToken() || principal.may(each.getKey()));
  }

  static boolean sees(Principal principal, CallSummary call) {
    return decide(principal, Right.SEARCH, call).allowed();
  }

  /** The calls whose notes and tags the asking person may see. */
  static CallScope notesScope(Principal principal) {
    if (!principal.may(Permission.NOTES_READ)) {
      return new CallScope.Of(principal.slug(), Set.of(), Set.of());
    }
    return scope(principal, isAuditor(principal) ? Right.SEARCH : Right.ANNOTATE);
  }

  /** Whether the asking person may see the notes and tags of a call. */
  static boolean seesNotes(Principal principal, CallSummary call) {
    return principal.may(Permission.NOTES_READ)
        && sees(principal, call)
        && (isAuditor(principal) || decide(principal, Right.ANNOTATE, call).allowed());
  }

  private static boolean isAuditor(Principal principal) {
    return principal
        .directory()
        .rolesOf(principal.user().id(), principal.asked())
        .contains(Role.AUDITOR);
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
