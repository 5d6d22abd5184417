package io.earwitness.portal;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.earwitness.access.Person;
import io.earwitness.access.SeparationOfDuties;
import io.earwitness.archive.catalog.Directory;
import io.earwitness.archive.catalog.IdentityProviders;
import io.earwitness.archive.catalog.SecondFactors;
import io.javalin.http.Context;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** How people of the tenant sign in, and what an administrator does when they can't. */
final class UserSignInRoutes {
  private final Directory directory;
  private final IdentityProviders providers;
  private final SecondFactor factor;
  private final SignInAttempts attempts;

  UserSignInRoutes(PortalParts parts, SignInAttempts attempts) {
    this.directory = parts.directory();
    this.providers = parts.signIn().providers();
    this.factor = new SecondFactor(parts);
    this.attempts = attempts;
  }

  @JsonInclude(JsonInclude.Include.ALWAYS)
  private record LinkView(String provider, @Nullable Instant linkedAt) {}

  @JsonInclude(JsonInclude.Include.ALWAYS)
  private record SignInView(
      boolean password,
      @Nullable Instant totpEnrolledAt,
      int recoveryCodes,
      @Nullable Instant lockedUntil,
      List<LinkView> providers) {}

  Route.Prepared view(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of());
    Principal asking = Objects.requireNonNull(principal);
    return prepared(
        http,
        asking,
        user ->
            SessionRoutes.json(
                http,
                200,
                new SignInView(
                    user.passwordHash() != null,
                    factor.of(user).map(SecondFactors.Totp::enrolledAt).orElse(null),
                    factor.recoveryCodes(user),
                    attempts.lockedUntil(user.tenant(), user.id()),
                    providers.links(user.tenant(), user.id()).stream()
                        .map(link -> new LinkView(link.provider(), link.linkedAt()))
                        .toList())));
  }

  Route.Prepared unlock(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of());
    Principal asking = SessionRoutes.byCookie(principal);
    return prepared(
        http,
        asking,
        user -> {
          attempts.unlock(user.tenant(), user.id());
          http.status(204);
        });
  }

  Route.Prepared resetTotp(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of());
    Principal asking = SessionRoutes.byCookie(principal);
    return prepared(
        http,
        asking,
        user -> {
          // Otherwise whoever finds an administrator's browser signed in needs no proof
          AccessRequest.refuse(SeparationOfDuties.person(asking.user().id(), user.id()));
          if (!factor.remove(user, asking.actor())) {
            throw ProblemException.conflict("not-enrolled", "There is no second factor.");
          }
          http.status(204);
        });
  }

  @FunctionalInterface
  private interface OnUser {
    void run(Directory.User user);
  }

  private Route.Prepared prepared(Context http, Principal asking, OnUser work) {
    String id = http.pathParam("user");
    Person person = asking.directory().people().get(id);
    return new Route.Prepared(
        UserRoutes.object(person, id),
        Map.of(),
        _ ->
            work.run(
                directory
                    .userById(asking.slug(), id)
                    .orElseThrow(() -> ProblemException.notFound("There is no such user."))));
  }
}
