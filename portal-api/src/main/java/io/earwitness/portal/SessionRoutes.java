package io.earwitness.portal;

import io.earwitness.archive.catalog.Directory;
import io.earwitness.archive.catalog.Sessions;
import io.earwitness.call.TenantSlug;
import io.earwitness.json.Json;
import io.javalin.http.Context;
import java.net.URI;
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
  private final Authentication authentication;
  private final Acts acts;
  private final PortalConfig config;
  private final PasswordHasher hasher = new PasswordHasher();
  private final SignInAttempts attempts;
  private final SecondFactor factor;
  private final SessionOpener opener;
  private final OpenIdSignIn openId;

  SessionRoutes(PortalConfig config, PortalParts parts, Authentication authentication, Acts acts) {
    this.directory = parts.directory();
    this.authentication = authentication;
    this.acts = acts;
    this.config = config;
    this.attempts = new SignInAttempts(config, parts, acts);
    this.factor = new SecondFactor(parts);
    this.opener = new SessionOpener(config, parts);
    this.openId = new OpenIdSignIn(config, parts);
  }

  private record SignIn(
      @Nullable String tenant,
      @Nullable String user,
      @Nullable String password,
      @Nullable String code) {}

  Route.Prepared signIn(Context http, @Nullable Principal nobody) {
    Request.allowParameters(http, Set.of());
    SignIn body = Request.body(http, SignIn.class, null);
    String tenant = member("tenant", body.tenant(), 40);
    String user = member("user", body.user(), 200);
    String password = member("password", body.password(), 1000);
    String code = body.code() == null ? null : SecondFactor.clean(member("code", body.code(), 40));
    return Route.Prepared.of(_ -> signIn(http, tenant, user, password, code));
  }

  private void signIn(
      Context http, String tenantText, String userName, String password, @Nullable String code) {
    Optional<Directory.Tenant> tenant = tenant(tenantText);
    Sessions.Method shown = shown(code);
    // Attempts at tenants that don't exist belong to the platform: they have no trail of their own.
    Acts.Act act =
        acts.begin(
            tenant.map(Directory.Tenant::slug).orElse(TenantSlug.PLATFORM),
            "user:%s@%s".formatted(userName, tenantText),
            "session.create",
            null,
            Map.of("method", shown.wireName()));
    try {
      Optional<Directory.User> user = tenant.flatMap(t -> directory.user(t.slug(), userName));
      SignInAttempts.Attempt attempt =
          attempts.begin(http, tenantText, userName, user.orElse(null));
      // The hash is computed for unknown users too, so that time tells nothing.
      String phc = user.map(Directory.User::passwordHash).orElse(null);
      boolean right = hasher.verify(password.toCharArray(), phc);
      if (!right || user.isEmpty() || !user.get().active() || tenant.isEmpty()) {
        attempt.failed();
        throw ProblemException.of(401, "wrong-credentials", "Not signed in", WRONG);
      }
      boolean enrolled = factor.isEnrolled(user.get());
      if (enrolled) {
        demandCode(user.get(), code, attempt);
      }
      open(http, tenant.get(), user.get(), enrolled ? shown : Sessions.Method.PASSWORD, enrolled);
      attempt.succeeded(http);
      acts.end(act, Acts.DONE);
    } catch (RuntimeException e) {
      acts.end(act, Problems.of(e).outcome());
      throw e;
    }
  }

  private static Sessions.Method shown(@Nullable String code) {
    if (code == null) {
      return Sessions.Method.PASSWORD;
    }
    return SecondFactor.isTotp(code) ? Sessions.Method.TOTP : Sessions.Method.RECOVERY_CODE;
  }

  private void demandCode(
      Directory.User user, @Nullable String code, SignInAttempts.Attempt attempt) {
    if (code == null) {
      attempt.halfway();
      throw ProblemException.of(
          401,
          "code-needed",
          "Not signed in",
          "The account has a second factor: give its code, or a recovery code, in 'code'.");
    }
    if (!factor.takes(user, code)) {
      attempt.failed();
      throw ProblemException.of(
          401, "wrong-code", "Not signed in", "The code is wrong, or it was used before.");
    }
  }

  private void open(
      Context http,
      Directory.Tenant tenant,
      Directory.User user,
      Sessions.Method method,
      boolean enrolled) {
    boolean due = !enrolled && SecondFactor.isRequired(config.signIn(), user);
    SessionOpener.Opened opened = opener.open(http, user, method, null, due);
    json(
        http,
        201,
        authentication.current(
            authentication.principal(tenant, user, opened.session(), opened.cookie())));
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
    return Route.Prepared.of(_ -> json(http, 200, authentication.current(asking)));
  }

  private record SignedOut(URI continueAt) {}

  Route.Prepared signOut(Context http, @Nullable Principal principal) {
    Sessions.Session session = session(Objects.requireNonNull(principal));
    return Route.Prepared.of(
        _ -> {
          opener.end(http, session);
          Optional<URI> continueAt = openId.leave(session);
          if (continueAt.isPresent()) {
            json(http, 200, new SignedOut(continueAt.get()));
          } else {
            http.status(204);
          }
        });
  }

  /** The session by which somebody asks; a token has none, and is revoked by its id. */
  static Sessions.Session session(Principal asking) {
    Sessions.Session session = asking.session();
    if (session == null) {
      throw sessionNeeded();
    }
    return session;
  }

  private static ProblemException sessionNeeded() {
    return ProblemException.forbidden(
        "session-needed", "This is done by a person who is signed in, not by a token.");
  }

  /** A token that leaked must not make more of its kind. */
  static Principal byCookie(@Nullable Principal principal) {
    Principal asking = Objects.requireNonNull(principal);
    if (asking.byToken()) {
      throw sessionNeeded();
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

  static void json(Context http, int status, Object value) {
    http.status(status).contentType("application/json").result(Json.bytes(value));
  }
}
