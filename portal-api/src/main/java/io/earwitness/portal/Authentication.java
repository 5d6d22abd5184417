package io.earwitness.portal;

import io.earwitness.access.AccessSnapshot;
import io.earwitness.archive.catalog.AccessDirectory;
import io.earwitness.archive.catalog.Directory;
import io.earwitness.archive.catalog.Sessions;
import io.javalin.http.Context;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Finds out who asks, by cookie or bearer token. */
final class Authentication {
  static final String COOKIE = "earwitness-session";
  private static final String BEARER = "Bearer ";

  /** A session in use is noted so often, not at each of a page's many requests. */
  private static final Duration TOUCH = Duration.ofMinutes(1);

  private final Directory directory;
  private final AccessDirectory access;
  private final Sessions sessions;
  private final Clock clock;
  private final Duration idle;

  Authentication(PortalParts parts, Duration idle) {
    this.directory = parts.directory();
    this.access = parts.access();
    this.sessions = parts.sessions();
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
      return principal(hash, null)
          .orElseThrow(
              () -> ProblemException.unauthorized("The bearer token is unknown, revoked or over."));
    }
    String cookie = http.cookie(COOKIE);
    if (cookie == null) {
      throw ProblemException.unauthorized("Sign in first: POST /api/v1/session.");
    }
    return principal(SessionTokens.cookieHash(cookie), cookie)
        .orElseThrow(() -> ProblemException.unauthorized("The session is over. Sign in again."));
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
                    .filter(Directory.User::active)
                    .map(user -> principal(tenant, user, session, cookie)));
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
        Access.permissions(user, known, asked),
        cookie == null
            ? "token:%s/%s".formatted(session.tokenHash().substring(0, 12), person)
            : person,
        known,
        asked,
        cookie == null ? "" : SessionTokens.csrf(cookie));
  }
}
