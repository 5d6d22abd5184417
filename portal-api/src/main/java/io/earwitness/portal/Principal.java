package io.earwitness.portal;

import io.earwitness.access.AccessSnapshot;
import io.earwitness.archive.catalog.ApiTokens;
import io.earwitness.archive.catalog.Directory;
import io.earwitness.archive.catalog.Sessions;
import io.earwitness.call.TenantSlug;
import java.time.Instant;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Who asks, as found for this one request: a role taken away counts from the next request on.
 *
 * @param session null for a bearer token
 * @param credential the hash of the cookie or token that was shown
 * @param expires when that is over
 * @param actor as in the audit trail
 * @param directory what the tenant's access rests on, as it was when this was asked
 * @param asked the moment for which access is decided
 * @param csrf what unsafe requests must carry; empty for a bearer token, which needs none
 */
record Principal(
    Directory.Tenant tenant,
    Directory.User user,
    Sessions.@Nullable Session session,
    String credential,
    Instant expires,
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

  /** Whether a second factor is to be set up before all else. */
  boolean enrolmentDue() {
    return session != null && session.enrolmentDue();
  }

  /** The same as far as the scopes of a token go, with its name in the trail. */
  Principal by(ApiTokens.ApiToken token) {
    Set<String> scopes = token.scopes();
    Set<Permission> within =
        scopes == null
            ? permissions
            : permissions.stream()
                .filter(permission -> scopes.contains(permission.wireName()))
                .collect(Collectors.toUnmodifiableSet());
    String actor =
        "token:%s:%s/%s"
            .formatted(
                token.hash().substring(0, 12), token.name(), actor(tenant.slug(), user.name()));
    return new Principal(
        tenant, user, session, credential, expires, within, actor, directory, asked, csrf);
  }

  boolean may(Permission permission) {
    return permissions.contains(permission);
  }

  /** A person, as the audit trail names one. */
  static String actor(TenantSlug tenant, String userName) {
    return "user:%s@%s".formatted(userName, tenant);
  }
}
