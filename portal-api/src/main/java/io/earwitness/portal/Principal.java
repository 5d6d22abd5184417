package io.earwitness.portal;

import io.earwitness.archive.catalog.Directory;
import io.earwitness.archive.catalog.Sessions;
import io.earwitness.call.TenantSlug;
import java.util.Set;

/**
 * Who asks, as found for this one request: a role taken away counts from the next request on.
 *
 * @param session the session, or the bearer token, which is kept as one
 * @param actor as in the audit trail
 * @param csrf what unsafe requests must carry; empty for a bearer token, which needs none
 */
record Principal(
    Directory.Tenant tenant,
    Directory.User user,
    Sessions.Session session,
    Set<Permission> permissions,
    String actor,
    String csrf) {
  TenantSlug slug() {
    return tenant.slug();
  }

  boolean byToken() {
    return csrf.isEmpty();
  }

  boolean may(Permission permission) {
    return permissions.contains(permission);
  }

  /** A person, as the audit trail names one. */
  static String actor(TenantSlug tenant, String userName) {
    return "user:%s@%s".formatted(userName, tenant);
  }
}
