package io.earwitness.portal;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.earwitness.access.Role;
import io.earwitness.archive.catalog.Guests;
import io.earwitness.archive.catalog.Sessions;
import io.earwitness.call.TenantSlug;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Sessions as the API shows them. */
final class SessionViews {
  private SessionViews() {}

  /**
   * The session of the person who asks.
   *
   * @param method null for a bearer token
   * @param guest null for whoever is none
   */
  @JsonInclude(JsonInclude.Include.ALWAYS)
  record Current(
      String csrf,
      TenantSlug tenant,
      String tenantName,
      String user,
      String displayName,
      List<Role> roles,
      List<Permission> permissions,
      ZoneId zone,
      Instant expiresAt,
      Sessions.@Nullable Method method,
      @Nullable String provider,
      boolean enrolmentDue,
      GuestViews.@Nullable OwnView guest) {
    static Current of(Principal principal, Guests.@Nullable Guest guest) {
      Sessions.Session session = principal.session();
      return new Current(
          principal.csrf(),
          principal.slug(),
          principal.tenant().name(),
          principal.user().name(),
          principal.user().displayName(),
          principal.user().roles().stream().sorted().toList(),
          principal.permissions().stream().sorted().toList(),
          principal.tenant().zone(),
          principal.expires(),
          session == null ? null : session.start().method(),
          session == null ? null : providerOf(session),
          principal.enrolmentDue(),
          guest == null ? null : GuestViews.OwnView.of(principal.directory(), guest));
    }
  }

  private static @Nullable String providerOf(Sessions.Session session) {
    Sessions.Through through = session.start().through();
    return through == null ? null : through.id();
  }

  /** One of a list. */
  @JsonInclude(JsonInclude.Include.ALWAYS)
  record Listed(
      String id,
      Sessions.Kind kind,
      @Nullable String name,
      Instant startedAt,
      Instant lastUsedAt,
      Instant expiresAt,
      String address,
      String userAgent,
      Sessions.Method method,
      @Nullable String provider,
      boolean current) {
    static Listed of(Sessions.Session session, Principal asking) {
      Sessions.Start start = session.start();
      return new Listed(
          session.tokenHash(),
          start.kind(),
          start.name(),
          session.created(),
          session.lastUsed(),
          session.expires(),
          start.address(),
          start.userAgent(),
          start.method(),
          providerOf(session),
          session.tokenHash().equals(asking.credential()));
    }
  }
}
