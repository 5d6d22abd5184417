package io.earwitness.portal;

import io.earwitness.archive.catalog.Directory;
import io.earwitness.archive.catalog.Role;
import io.earwitness.call.CallSummary;
import io.earwitness.call.TenantSlug;
import io.earwitness.search.CallSearch.Scope;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/**
 * Who may do what, as long as there are no grants: a table of roles.
 *
 * <p>Compliance officers search, hear and take away the calls of their tenant; supervisors search
 * and hear those of their own teams. Nobody else does: an auditor's access is by matter and a
 * user's to the own calls by leave of the tenant, and there are neither matters nor such leaves
 * yet. Whoever operates the platform hears nothing, whatever other roles that person has, and what
 * is quarantined in the platform's own tenant is heard by nobody.
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
          Role.TENANT_ADMIN, Set.of(Permission.AUDIT, Permission.SRCS_OWN, Permission.TOKENS),
          Role.RECORDING_ADMIN, Set.of(Permission.AUDIT, Permission.SRCS_OWN, Permission.TOKENS),
          Role.COMPLIANCE_OFFICER,
              Set.of(
                  Permission.SEARCH,
                  Permission.LISTEN,
                  Permission.DOWNLOAD,
                  Permission.AUDIT_OWN,
                  Permission.TOKENS),
          Role.SUPERVISOR, Set.of(Permission.SEARCH, Permission.LISTEN, Permission.TOKENS),
          Role.ANALYST, Set.of(Permission.TOKENS),
          Role.AUDITOR, Set.of(Permission.AUDIT, Permission.SRCS_OWN, Permission.TOKENS),
          Role.USER, Set.of(Permission.TOKENS));
  private static final Set<Permission> CALLS =
      Set.of(Permission.SEARCH, Permission.LISTEN, Permission.DOWNLOAD);

  private final Directory directory;

  Access(Directory directory) {
    this.directory = directory;
  }

  /** What a person's roles allow. */
  static Set<Permission> permissions(Directory.User user) {
    EnumSet<Permission> allowed = EnumSet.noneOf(Permission.class);
    for (Role role : user.roles()) {
      allowed.addAll(TABLE.getOrDefault(role, Set.of()));
    }
    if (user.roles().contains(Role.OPERATOR) || user.tenant().equals(TenantSlug.PLATFORM)) {
      allowed.removeAll(CALLS);
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

  /** Which calls a person who may search sees. */
  Scope scope(Directory.User user) {
    if (user.roles().contains(Role.COMPLIANCE_OFFICER)) {
      return new Scope.WholeTenant(user.tenant());
    }
    // A call carries its teams' ancestors, so this covers the teams below a supervisor's own.
    return new Scope.Of(user.tenant(), Set.of(), directory.memberships(user.tenant(), user.id()));
  }

  /** Whether a call is inside a scope, by the catalog: the index may be a moment behind it. */
  static boolean sees(Scope scope, CallSummary call) {
    if (!call.tenant().equals(scope.tenant())) {
      return false;
    }
    return switch (scope) {
      case Scope.WholeTenant _ -> true;
      case Scope.Of of ->
          call.parties().stream()
              .anyMatch(
                  party ->
                      (party.userId() != null && of.userIds().contains(party.userId()))
                          || party.teamIds().stream().anyMatch(of.teamIds()::contains));
    };
  }
}
