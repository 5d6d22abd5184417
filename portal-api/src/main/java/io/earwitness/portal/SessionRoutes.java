package io.earwitness.portal;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.earwitness.access.Role;
import io.earwitness.archive.catalog.Directory;
import io.earwitness.archive.catalog.Sessions;
import io.earwitness.call.TenantSlug;
import io.earwitness.json.Json;
import io.javalin.http.Context;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Signing in and out, and bearer tokens. */
final class SessionRoutes {
  /** One answer for all that can be wrong, so that nobody learns which accounts there are. */
  private static final String WRONG = "Tenant, user name or password is wrong.";

  private final Directory directory;
  private final Sessions sessions;
  private final Authentication authentication;
  private final Acts acts;
  private final Clock clock;
  private final PortalConfig config;
  private final PasswordHasher hasher = new PasswordHasher();
  private final AttemptLimiter limiter;

  SessionRoutes(PortalConfig config, PortalParts parts, Authentication authentication, Acts acts) {
    this.directory = parts.directory();
    this.sessions = parts.sessions();
    this.clock = parts.clock();
    this.authentication = authentication;
    this.acts = acts;
    this.config = config;
    this.limiter = new AttemptLimiter(clock);
  }

  private record SignIn(
      @Nullable String tenant, @Nullable String user, @Nullable String password) {}

  @JsonInclude(JsonInclude.Include.ALWAYS)
  private record SessionView(
      String csrf,
      TenantSlug tenant,
      String tenantName,
      String user,
      String displayName,
      List<Role> roles,
      List<Permission> permissions,
      ZoneId zone,
      Instant expiresAt) {
    static SessionView of(Principal principal) {
      return new SessionView(
          principal.csrf(),
          principal.slug(),
          principal.tenant().name(),
          principal.user().name(),
          principal.user().displayName(),
          principal.user().roles().stream().sorted().toList(),
          principal.permissions().stream().sorted().toList(),
          principal.tenant().zone(),
          principal.session().expires());
    }
  }

  Route.Prepared signIn(Context http, @Nullable Principal nobody) {
    Request.allowParameters(http, Set.of());
    SignIn body = Request.body(http, SignIn.class, null);
    String tenant = member("tenant", body.tenant(), 40);
    String user = member("user", body.user(), 200);
    String password = member("password", body.password(), 1000);
    return Route.Prepared.of(_ -> signIn(http, tenant, user, password));
  }

  private void signIn(Context http, String tenantText, String userName, String password) {
    Optional<Directory.Tenant> tenant = tenant(tenantText);
    // Attempts at tenants that don't exist belong to the platform: they have no trail of their own.
    Acts.Act act =
        acts.begin(
            tenant.map(Directory.Tenant::slug).orElse(TenantSlug.PLATFORM),
            "user:%s@%s".formatted(userName, tenantText),
            "session.create",
            null,
            Map.of());
    try {
      String account = (tenantText + '\n' + userName).toLowerCase(Locale.ROOT);
      limiter.attempt(account);
      Optional<Directory.User> user =
          tenant.flatMap(t -> directory.user(t.slug(), userName)).filter(Directory.User::active);
      // The hash is computed for unknown users too, so that time tells nothing.
      String phc = user.map(Directory.User::passwordHash).orElse(null);
      boolean right = hasher.verify(password.toCharArray(), phc);
      if (!right || user.isEmpty() || tenant.isEmpty()) {
        throw ProblemException.of(401, "wrong-credentials", "Not signed in", WRONG);
      }
      limiter.succeeded(account);
      open(http, tenant.get(), user.get());
      acts.end(act, Acts.DONE);
    } catch (RuntimeException e) {
      acts.end(act, Problems.of(e).outcome());
      throw e;
    }
  }

  private void open(Context http, Directory.Tenant tenant, Directory.User user) {
    String cookie = SessionTokens.draw();
    Instant now = clock.instant();
    Sessions.Session session =
        new Sessions.Session(
            SessionTokens.cookieHash(cookie),
            tenant.slug(),
            user.id(),
            now,
            now,
            now.plus(config.sessionMax()));
    sessions.create(session);
    setCookie(http, cookie, "");
    json(http, 201, SessionView.of(authentication.principal(tenant, user, session, cookie)));
  }

  private Optional<Directory.Tenant> tenant(String text) {
    try {
      return directory.tenant(new TenantSlug(text));
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  Route.Prepared current(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of());
    Principal asking = Objects.requireNonNull(principal);
    return Route.Prepared.of(_ -> json(http, 200, SessionView.of(asking)));
  }

  Route.Prepared signOut(Context http, @Nullable Principal principal) {
    Principal asking = Objects.requireNonNull(principal);
    return Route.Prepared.of(
        _ -> {
          sessions.revoke(asking.session());
          setCookie(http, "", "; Max-Age=0");
          http.status(204);
        });
  }

  private record TokenRequest(@Nullable String name, @Nullable Integer days) {}

  private record NewToken(String id, String name, String token, Instant expiresAt) {}

  Route.Prepared createToken(Context http, @Nullable Principal principal) {
    Principal asking = byCookie(principal);
    TokenRequest body = Request.body(http, TokenRequest.class, null);
    String name = member("name", body.name(), 100);
    int days = body.days() == null ? 90 : body.days();
    if (days < 1 || days > 366) {
      throw ProblemException.malformed("days", "days is %d; 1 to 366 are allowed.".formatted(days));
    }
    String token = SessionTokens.BEARER_PREFIX + SessionTokens.draw();
    String id = SessionTokens.bearerHash(token);
    return new Route.Prepared(
        "token:" + id.substring(0, 12),
        Map.of("name", name, "days", Integer.toString(days)),
        _ -> {
          Instant now = clock.instant();
          Instant expires = now.plus(Duration.ofDays(days));
          sessions.create(
              new Sessions.Session(id, asking.slug(), asking.user().id(), now, now, expires));
          json(http, 201, new NewToken(id, name, token, expires));
        });
  }

  Route.Prepared revokeToken(Context http, @Nullable Principal principal) {
    Principal asking = byCookie(principal);
    String id = http.pathParam("id");
    return new Route.Prepared(
        "token:" + id.substring(0, Math.min(12, id.length())),
        Map.of(),
        _ -> {
          Sessions.Session token =
              sessions
                  .find(id)
                  .filter(found -> found.tenant().equals(asking.slug()))
                  .filter(found -> found.userId().equals(asking.user().id()))
                  .orElseThrow(() -> ProblemException.notFound("There is no such token of yours."));
          sessions.revoke(token);
          http.status(204);
        });
  }

  /** A token that leaked must not make more of its kind. */
  private static Principal byCookie(@Nullable Principal principal) {
    Principal asking = Objects.requireNonNull(principal);
    if (asking.byToken()) {
      throw ProblemException.forbidden(
          "session-needed", "Tokens are made and revoked by a signed-in person, not by a token.");
    }
    return asking;
  }

  private static String member(String name, @Nullable String value, int maxLength) {
    if (value == null || value.isBlank()) {
      throw ProblemException.malformed(name, "Member '%s' is missing.".formatted(name));
    }
    if (value.length() > maxLength) {
      throw ProblemException.malformed(
          name, "Member '%s' is longer than %d characters.".formatted(name, maxLength));
    }
    return value;
  }

  private void setCookie(Context http, String value, String attributes) {
    http.header(
        "Set-Cookie",
        "%s=%s; Path=/; HttpOnly; SameSite=Strict%s%s"
            .formatted(
                Authentication.COOKIE, value, config.secure() ? "; Secure" : "", attributes));
  }

  static void json(Context http, int status, Object value) {
    http.status(status).contentType("application/json").result(Json.bytes(value));
  }
}
