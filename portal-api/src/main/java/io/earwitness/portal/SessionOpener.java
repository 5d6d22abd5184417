package io.earwitness.portal;

import io.earwitness.archive.catalog.Directory;
import io.earwitness.archive.catalog.Sessions;
import io.javalin.http.Context;
import java.time.Clock;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Opens sessions of people who proved who they are, and keeps their cookie. Thread-safe. */
final class SessionOpener {
  private static final int MAX_USER_AGENT = 200;

  private final PortalConfig config;
  private final Sessions sessions;
  private final Clock clock;
  private final ClientAddress addresses;
  private final GuestAccess guests;

  SessionOpener(PortalConfig config, PortalParts parts) {
    this.config = config;
    this.sessions = parts.sessions();
    this.clock = parts.clock();
    this.addresses = new ClientAddress(config.exposure().trustedProxies());
    this.guests = new GuestAccess(parts);
  }

  /** A session with the text of its cookie, which is kept nowhere. */
  record Opened(Sessions.Session session, String cookie) {}

  /**
   * Opens a session.
   *
   * @throws ProblemException 403 for a guest whose time is over
   */
  Opened open(
      Context http,
      Directory.User user,
      Sessions.Method method,
      Sessions.@Nullable Through through,
      boolean enrolmentDue) {
    Opened opened = openWithoutCookie(http, user, method, through, enrolmentDue);
    setCookie(http, opened.cookie(), "");
    return opened;
  }

  /** Opens a session whose cookie is set later, or by another request. */
  Opened openWithoutCookie(
      Context http,
      Directory.User user,
      Sessions.Method method,
      Sessions.@Nullable Through through,
      boolean enrolmentDue) {
    String cookie = SessionTokens.draw();
    Instant now = clock.instant();
    Sessions.Session session =
        new Sessions.Session(
            SessionTokens.cookieHash(cookie),
            user.tenant(),
            user.id(),
            now,
            now,
            guests.end(user, now.plus(config.sessionMax())),
            start(http, Sessions.Kind.BROWSER, null, method, through),
            enrolmentDue);
    sessions.create(session);
    return new Opened(session, cookie);
  }

  Sessions.Start start(
      Context http,
      Sessions.Kind kind,
      @Nullable String name,
      Sessions.Method method,
      Sessions.@Nullable Through through) {
    String userAgent = http.userAgent() == null ? "" : http.userAgent();
    return new Sessions.Start(
        kind,
        name,
        addresses.of(http),
        userAgent.substring(0, Math.min(userAgent.length(), MAX_USER_AGENT)),
        method,
        through);
  }

  /** Ends a session, in the browser too. */
  void end(Context http, Sessions.Session session) {
    sessions.revoke(session);
    setCookie(http, "", "; Max-Age=0");
    if (http.cookie(Authentication.FRAMED_COOKIE) != null) {
      setFramedCookie(http, "", "; Max-Age=0");
    }
  }

  /** For a page in a frame of Teams: kept apart for each site in whose frame it is (CHIPS). */
  void setFramedCookie(Context http, String value) {
    setFramedCookie(http, value, "");
  }

  private static void setFramedCookie(Context http, String value, String attributes) {
    http.res()
        .addHeader(
            "Set-Cookie",
            "%s=%s; Path=%s; HttpOnly; SameSite=None; Secure; Partitioned%s"
                .formatted(Authentication.FRAMED_COOKIE, value, Routes.API, attributes));
  }

  private void setCookie(Context http, String value, String attributes) {
    http.header(
        "Set-Cookie",
        "%s=%s; Path=/; HttpOnly; SameSite=Strict%s%s"
            .formatted(
                Authentication.COOKIE, value, config.secure() ? "; Secure" : "", attributes));
  }
}
