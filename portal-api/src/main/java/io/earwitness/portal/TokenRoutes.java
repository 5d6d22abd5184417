package io.earwitness.portal;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.earwitness.access.AccountKind;
import io.earwitness.access.Person;
import io.earwitness.archive.catalog.ApiTokens;
import io.earwitness.archive.catalog.ApiTokens.ApiToken;
import io.earwitness.call.WireName;
import io.javalin.http.Context;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Bearer tokens: one's own, and those of service accounts. */
final class TokenRoutes {
  private static final int MAX_DAYS = 366;
  private static final int USUAL_DAYS = 90;

  /** The audit trail names a token by it, between a colon and a slash. */
  private static final Pattern NAME = Pattern.compile("[\\p{L}\\p{N} ._@()+-]{1,100}");

  private final ApiTokens tokens;
  private final Clock clock;
  private final BreakGlassGuard guard;

  TokenRoutes(PortalParts parts) {
    this.tokens = parts.people().tokens();
    this.clock = parts.clock();
    this.guard = new BreakGlassGuard(parts.approvals());
  }

  private record TokenRequest(
      @Nullable String name, @Nullable Integer days, @Nullable List<String> scopes) {}

  private record NewToken(String id, String name, String token, Instant expiresAt) {}

  @JsonInclude(JsonInclude.Include.ALWAYS)
  private record TokenView(
      String id,
      String name,
      @Nullable List<String> scopes,
      Instant createdAt,
      String createdBy,
      Instant lastUsedAt,
      Instant expiresAt) {
    static TokenView of(ApiToken token) {
      return new TokenView(
          token.hash(),
          token.name(),
          token.scopes() == null ? null : List.copyOf(new TreeSet<>(token.scopes())),
          token.created(),
          token.createdBy(),
          token.lastUsed(),
          token.expires());
    }
  }

  Route.Prepared listOwn(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of());
    Principal asking = Objects.requireNonNull(principal);
    return new Route.Prepared(
        "user:" + asking.user().name(), Map.of(), _ -> show(http, asking, asking.user().id()));
  }

  Route.Prepared listOfUser(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of());
    Principal asking = Objects.requireNonNull(principal);
    String user = http.pathParam("user");
    return new Route.Prepared(
        object(asking, user),
        Map.of(),
        _ -> show(http, asking, AccessRequest.person(asking.directory(), user).id()));
  }

  private void show(Context http, Principal asking, String user) {
    SessionRoutes.json(
        http,
        200,
        new AccessViews.Items<>(
            tokens.of(asking.slug(), user).stream().map(TokenView::of).toList()));
  }

  Route.Prepared createOwn(Context http, @Nullable Principal principal) {
    Principal asking = byCookie(principal);
    return create(http, asking, "token", asking.user().id(), asking.permissions());
  }

  /** A person's tokens are made by that person alone; a program can't make its own. */
  Route.Prepared createOfUser(Context http, @Nullable Principal principal) {
    Principal asking = byCookie(principal);
    String user = http.pathParam("user");
    Person account = asking.directory().people().get(user);
    Route.Prepared prepared =
        create(http, asking, object(asking, user) + "/token", user, Set.of(Permission.values()));
    return new Route.Prepared(
        prepared.object(),
        prepared.details(),
        act -> {
          AccessRequest.person(asking.directory(), user);
          guard.refuseGiving(asking);
          if (account == null || account.kind() != AccountKind.SERVICE) {
            throw ProblemException.conflict(
                "not-a-service-account",
                "A person makes own tokens: POST /api/v1/tokens. Others are made for service"
                    + " accounts only.");
          }
          if (!account.isActive(asking.asked())) {
            throw ProblemException.conflict(
                "inactive", "The account can't be used at present, so it gets no token.");
          }
          prepared.work().run(act);
        });
  }

  private Route.Prepared create(
      Context http, Principal asking, String prefix, String owner, Set<Permission> allowed) {
    Request.allowParameters(http, Set.of());
    TokenRequest body = Request.body(http, TokenRequest.class, null);
    String name = AccessRequest.required("name", body.name(), 100);
    if (!NAME.matcher(name).matches()) {
      throw ProblemException.malformed(
          "name", "name: letters, digits, blanks and . _ @ ( ) + - are allowed.");
    }
    int days = body.days() == null ? USUAL_DAYS : body.days();
    if (days < 1 || days > MAX_DAYS) {
      throw ProblemException.malformed(
          "days", "days is %d; 1 to %d are allowed.".formatted(days, MAX_DAYS));
    }
    Set<String> scopes = scopes(body.scopes(), allowed);
    String token = SessionTokens.BEARER_PREFIX + SessionTokens.draw();
    String id = SessionTokens.bearerHash(token);
    Map<String, String> details = new TreeMap<>();
    details.put("name", name);
    details.put("days", Integer.toString(days));
    details.put("scopes", scopes == null ? "all" : String.join(",", scopes));
    return new Route.Prepared(
        prefix + ":" + id.substring(0, 12),
        details,
        _ -> {
          Instant now = clock.instant();
          Instant expires = now.plus(Duration.ofDays(days));
          tokens.create(
              new ApiToken(
                  id, asking.slug(), owner, name, scopes, now, asking.actor(), now, expires));
          SessionRoutes.json(http, 201, new NewToken(id, name, token, expires));
        });
  }

  /** Null where nothing is said: all that the owner may. */
  private static @Nullable Set<String> scopes(
      @Nullable List<String> given, Set<Permission> allowed) {
    if (given == null) {
      return null;
    }
    Set<Permission> scopes = AccessRequest.set("scopes", given, Permission.class);
    if (scopes.isEmpty()) {
      throw ProblemException.malformed(
          "scopes", "scopes is empty, so the token could do nothing; leave it out for all.");
    }
    if (!allowed.containsAll(scopes)) {
      throw ProblemException.malformed(
          "scopes",
          "scopes: you don't have %s yourself."
              .formatted(
                  scopes.stream()
                      .filter(scope -> !allowed.contains(scope))
                      .map(Permission::wireName)
                      .collect(Collectors.joining(", "))));
    }
    return scopes.stream().map(WireName::wireName).collect(Collectors.toCollection(TreeSet::new));
  }

  Route.Prepared revokeOwn(Context http, @Nullable Principal principal) {
    Principal asking = byCookie(principal);
    String id = http.pathParam("id");
    return new Route.Prepared(
        "token:" + shortened(id),
        Map.of(),
        _ -> {
          revoke(asking, asking.user().id(), id, "There is no such token of yours.");
          http.status(204);
        });
  }

  Route.Prepared revokeOfUser(Context http, @Nullable Principal principal) {
    Principal asking = byCookie(principal);
    String user = http.pathParam("user");
    String id = http.pathParam("token");
    return new Route.Prepared(
        object(asking, user) + "/token:" + shortened(id),
        Map.of(),
        _ -> {
          AccessRequest.person(asking.directory(), user);
          revoke(asking, user, id, "There is no such token of that account.");
          http.status(204);
        });
  }

  private void revoke(Principal asking, String user, String id, String missing) {
    ApiToken token =
        tokens.of(asking.slug(), user).stream()
            .filter(each -> each.hash().equals(id))
            .findFirst()
            .orElseThrow(() -> ProblemException.notFound(missing));
    tokens.revoke(token, asking.actor());
  }

  private static String object(Principal asking, String user) {
    Person person = asking.directory().people().get(user);
    return "user:" + (person == null ? shortened(user) : person.name());
  }

  private static String shortened(String id) {
    return id.substring(0, Math.min(12, id.length()));
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
}
