package io.earwitness.portal;

import io.earwitness.access.AccessSnapshot;
import io.earwitness.access.Role;
import io.earwitness.archive.catalog.AccessDirectory;
import io.earwitness.archive.catalog.ApiTokens;
import io.earwitness.archive.catalog.BreakGlass;
import io.earwitness.archive.catalog.Directory;
import io.earwitness.archive.catalog.Sessions;
import io.javalin.http.Context;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Finds out who asks, by cookie or bearer token. */
final class Authentication {
  static final String COOKIE = "earwitness-session";
  static final String FRAMED_COOKIE = "earwitness-teams";
  private static final String BEARER = "Bearer ";

  /** A session in use is noted so often, not at each of a page's many requests. */
  private static final Duration TOUCH = Duration.ofMinutes(1);

  private final Directory directory;
  private final AccessDirectory access;
  private final Sessions sessions;
  private final ApiTokens tokens;
  private final BreakGlass glass;
  private final GuestAccess guests;
  private final Clock clock;
  private final Duration idle;
  private final boolean teams;

  /**
   * @param teams whether there are sessions of a page in a frame of Teams
   */
  Authentication(PortalParts parts, Duration idle, boolean teams) {
    this.teams = teams;
    this.directory = parts.directory();
    this.access = parts.access();
    this.sessions = parts.sessions();
    this.tokens = parts.people().tokens();
    this.glass = parts.approvals().glass();
    this.guests = new GuestAccess(parts);
    this.clock = parts.clock();
    this.idle = idle;
  }

  /**
   * Who asks.
   *
   * @throws ProblemException 401 if nobody does
   */
  Principal require(Context http) {
    String authorization = http.header("Authorization");
    if (authorization != null) {
      if (!authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
        throw ProblemException.unauthorized("Authorization must be a bearer token.");
      }
      String hash = SessionTokens.bearerHash(authorization.substring(BEARER.length()).trim());
      return token(hash)
          .or(() -> principal(hash, null))
          .orElseThrow(
              () -> ProblemException.unauthorized("The bearer token is unknown, revoked or over."));
    }
    String cookie = cookie(http);
    if (cookie == null) {
      throw ProblemException.unauthorized("Sign in first: POST /api/v1/session.");
    }
    return principal(SessionTokens.cookieHash(cookie), cookie)
        .orElseThrow(() -> ProblemException.unauthorized("The session is over. Sign in again."));
  }

  private @Nullable String cookie(Context http) {
    String usual = http.cookie(COOKIE);
    if (usual != null || !teams) {
      return usual;
    }
    // Frames of other sites beside ours in the same page have this cookie sent, too
    return isSameOrigin(http) ? http.cookie(FRAMED_COOKIE) : null;
  }

  /** Whether the browser says that the portal's own page asks (Fetch Metadata). */
  static boolean isSameOrigin(Context http) {
    return "same-origin".equals(http.header("Sec-Fetch-Site"));
  }

  private Optional<Principal> token(String hash) {
    Optional<ApiTokens.ApiToken> found = tokens.find(hash);
    Instant now = clock.instant();
    found
        .filter(token -> token.lastUsed().plus(TOUCH).isBefore(now))
        .ifPresent(token -> tokens.touch(token, now));
    return found.flatMap(
        token ->
            directory
                .tenant(token.tenant())
                .flatMap(
                    tenant ->
                        directory
                            .userById(token.tenant(), token.userId())
                            .filter(guests::admits)
                            .map(user -> principal(tenant, user, token))));
  }

  private Optional<Principal> principal(String hash, @Nullable String cookie) {
    Optional<Sessions.Session> found = sessions.find(hash);
    if (found.isEmpty()) {
      return Optional.empty();
    }
    Sessions.Session session = found.get();
    Instant now = clock.instant();
    if (cookie != null && session.lastUsed().plus(idle).isBefore(now)) {
      sessions.revoke(session);
      return Optional.empty();
    }
    if (session.lastUsed().plus(TOUCH).isBefore(now)) {
      sessions.touch(session, now);
    }
    return directory
        .tenant(session.tenant())
        .flatMap(
            tenant ->
                directory
                    .userById(session.tenant(), session.userId())
                    .filter(guests::admits)
                    .map(user -> principal(tenant, user, session, cookie)));
  }

  /** The session of whoever asks, as the API shows it. */
  SessionViews.Current current(Principal asking) {
    return SessionViews.Current.of(asking, guests.active(asking.user()).orElse(null));
  }

  Principal principal(
      Directory.Tenant tenant,
      Directory.User user,
      Sessions.Session session,
      @Nullable String cookie) {
    String person = Principal.actor(tenant.slug(), user.name());
    AccessSnapshot known = access.snapshot(tenant.slug());
    Instant asked = known.present(clock.instant());
    return new Principal(
        tenant,
        user,
        session,
        session.tokenHash(),
        session.expires(),
        session.enrolmentDue() ? Set.of() : permissions(user, known, asked),
        cookie == null
            ? "token:%s/%s".formatted(session.tokenHash().substring(0, 12), person)
            : person,
        known,
        asked,
        cookie == null ? "" : SessionTokens.csrf(cookie));
  }

  private Principal principal(
      Directory.Tenant tenant, Directory.User user, ApiTokens.ApiToken token) {
    AccessSnapshot known = access.snapshot(tenant.slug());
    Instant asked = known.present(clock.instant());
    return new Principal(
            tenant,
            user,
            null,
            token.hash(),
            token.expires(),
            permissions(user, known, asked),
            Principal.actor(tenant.slug(), user.name()),
            known,
            asked,
            "")
        .by(token);
  }

  private Set<Permission> permissions(Directory.User user, AccessSnapshot known, Instant asked) {
    Set<Permission> allowed = Access.permissions(user, known, asked);
    boolean byCode =
        known.rolesOf(user.id(), asked).contains(Role.TENANT_ADMIN)
            && glass.isHeld(user.tenant(), user.id());
    return byCode ? Access.withoutCalls(allowed) : allowed;
  }
}
