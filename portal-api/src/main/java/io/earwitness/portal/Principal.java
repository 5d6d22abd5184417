package io.earwitness.portal;

import io.earwitness.access.AccessSnapshot;
import io.earwitness.archive.catalog.Directory;
import io.earwitness.archive.catalog.Sessions;
import io.earwitness.call.TenantSlug;
import java.time.Instant;
import java.util.Set;

/**
 * Who asks, as found for this one request: a role taken away counts from the next request on.
 *
 * @param session the session, or the bearer token, which is kept as one
 * @param actor as in the audit trail
 * @param directory what the tenant's access rests on, as it was when this was asked
 * @param asked the moment for which access is decided
 * @param csrf what unsafe requests must carry; empty for a bearer token, which needs none
 */
record Principal(
    Directory.Tenant tenant,
    Directory.User user,
    Sessions.Session session,
    Set<Permission> permissions,
    String actor,
    AccessSnapshot directory,
    Instant asked,
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
