package io.earwitness.portal;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.earwitness.archive.catalog.Directory;
import io.earwitness.archive.catalog.SecondFactors;
import io.earwitness.archive.catalog.Sessions;
import io.javalin.http.Context;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One's own second factor: setting it up, new recovery codes, and doing without. */
final class TotpRoutes {
  private final Sessions sessions;
  private final SecondFactor factor;
  private final SignInAttempts attempts;
  private final SignInConfig config;
  private final PasswordHasher hasher = new PasswordHasher();

  TotpRoutes(PortalConfig config, PortalParts parts, SignInAttempts attempts) {
    this.sessions = parts.sessions();
    this.factor = new SecondFactor(parts);
    this.attempts = attempts;
    this.config = config.signIn();
  }

  /**
   * A second factor.
   *
   * @param possible whether the account has a password, beside which it stands
   * @param required whether the person's roles need one
   */
  @JsonInclude(JsonInclude.Include.ALWAYS)
  private record State(
      boolean possible, boolean required, @Nullable Instant enrolledAt, int recoveryCodes) {}

  Route.Prepared view(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of());
    Directory.User user = Objects.requireNonNull(principal).user();
    return Route.Prepared.of(
        _ ->
            SessionRoutes.json(
                http,
                200,
                new State(
                    user.passwordHash() != null,
                    SecondFactor.isRequired(config, user),
                    factor.of(user).map(SecondFactors.Totp::enrolledAt).orElse(null),
                    factor.recoveryCodes(user))));
  }

  private record Proof(@Nullable String password, @Nullable String code) {}

  private record Begun(String secret, String uri) {}

  /** Whoever found a browser signed in must not make the own telephone its second factor. */
  Route.Prepared begin(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of());
    Principal asking = SessionRoutes.byCookie(principal);
    Proof proof = Request.body(http, Proof.class, null);
    return Route.Prepared.of(
        _ -> {
          prove(http, asking, proof);
          byte[] secret = factor.begin(asking.user());
          String uri = Totp.uri(secret, asking.slug().value(), asking.user().name());
          SessionRoutes.json(http, 201, new Begun(Totp.base32(secret), uri));
        });
  }

  private record Code(@Nullable String code) {}

  private record RecoveryCodes(List<String> recoveryCodes) {}

  Route.Prepared enrol(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of());
    Principal asking = SessionRoutes.byCookie(principal);
    String code =
        SecondFactor.clean(
            AccessRequest.required("code", Request.body(http, Code.class, null).code(), 40));
    return Route.Prepared.of(
        _ -> {
          // The secret is the asker's own, so guessing its codes gains nothing
          Optional<List<String>> codes = factor.enrol(asking.user(), code, asking.actor());
          if (codes.isEmpty()) {
            throw ProblemException.malformed(
                "code",
                "The code is not one of the secret that is being set up. Take the newest one that"
                    + " the app shows, and look whether this device's clock is right.");
          }
          sessions.enrolled(SessionRoutes.session(asking));
          SessionRoutes.json(http, 200, new RecoveryCodes(codes.get()));
        });
  }

  Route.Prepared newRecoveryCodes(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of());
    Principal asking = SessionRoutes.byCookie(principal);
    Proof proof = Request.body(http, Proof.class, null);
    return Route.Prepared.of(
        _ -> {
          prove(http, asking, proof);
          List<String> codes =
              factor
                  .newRecoveryCodes(asking.user(), asking.actor())
                  .orElseThrow(TotpRoutes::notEnrolled);
          SessionRoutes.json(http, 200, new RecoveryCodes(codes));
        });
  }

  Route.Prepared remove(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of());
    Principal asking = SessionRoutes.byCookie(principal);
    Proof proof = Request.body(http, Proof.class, null);
    return Route.Prepared.of(
        _ -> {
          if (SecondFactor.isRequired(config, asking.user())) {
            throw ProblemException.forbidden(
                "totp-required", "Your roles need a second factor. You may set up another one.");
          }
          if (!factor.isEnrolled(asking.user())) {
            throw notEnrolled();
          }
          prove(http, asking, proof);
          factor.remove(asking.user(), asking.actor());
          http.status(204);
        });
  }

  private static ProblemException notEnrolled() {
    return ProblemException.conflict("not-enrolled", "There is no second factor.");
  }

  /** Refuses whoever can't show again what the account is entered with. */
  private void prove(Context http, Principal asking, Proof proof) {
    Directory.User user = asking.user();
    if (user.passwordHash() == null) {
      throw ProblemException.conflict(
          "no-password",
          "The account has no password. Its second factor is your identity provider's matter.");
    }
    String password = AccessRequest.required("password", proof.password(), 1_000);
    boolean enrolled = factor.isEnrolled(user);
    String code = enrolled ? AccessRequest.required("code", proof.code(), 40) : "";
    SignInAttempts.Attempt attempt = attempts.begin(http, asking.slug().value(), user.name(), user);
    boolean right =
        hasher.verify(password.toCharArray(), user.passwordHash())
            && (!enrolled || factor.takes(user, SecondFactor.clean(code)));
    if (!right) {
      attempt.failed();
      throw ProblemException.forbidden(
          "wrong-proof",
          enrolled
              ? "Password or code is wrong, or the code was used before."
              : "The password is wrong.");
    }
    attempt.succeeded(http);
  }
}
