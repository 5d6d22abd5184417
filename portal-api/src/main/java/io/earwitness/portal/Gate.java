package io.earwitness.portal;

import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What every request passes: who asks, may they, enter it, do it, enter the outcome. There is no
 * other way to a route's work.
 */
final class Gate {
  private static final Pattern PARAMETER = Pattern.compile("\\{([a-z]+)\\}");
  private static final Set<HandlerType> SAFE = Set.of(HandlerType.GET, HandlerType.HEAD);

  private final Authentication authentication;
  private final RequestLimiter limiter;
  private final ReadOnlyTenants readOnly;
  private final Acts acts;
  private final MeterRegistry metrics;

  Gate(
      Authentication authentication,
      RequestLimiter limiter,
      ReadOnlyTenants readOnly,
      Acts acts,
      MeterRegistry metrics) {
    this.authentication = authentication;
    this.limiter = limiter;
    this.readOnly = readOnly;
    this.acts = acts;
    this.metrics = metrics;
  }

  void handle(Route route, Context http) {
    Timer.Sample sample = Timer.start(metrics);
    try {
      pass(route, http);
    } catch (Exception e) {
      if (route.path().startsWith(ScimExchange.BASE)) {
        ScimExchange.refuse(http, Problems.of(e));
      } else {
        Problems.write(http, Problems.of(e));
      }
    } finally {
      sample.stop(
          Timer.builder("earwitness.http.requests")
              .description("Requests by route and status")
              .tag("method", route.method().name())
              .tag("route", route.path())
              .tag("status", Integer.toString(http.statusCode()))
              .register(metrics));
    }
  }

  private void pass(Route route, Context http) throws Exception {
    Principal principal =
        switch (route.rule()) {
          case Route.Rule.Open _ -> null;
          case Route.Rule.Enrolling _ -> signedIn(route, http);
          case Route.Rule.SignedIn _ -> enrolled(route, http, "signed-in");
          case Route.Rule.Needs needs -> {
            Permission first = needs.anyOf().getFirst();
            Principal asking = enrolled(route, http, first.wireName());
            if (needs.anyOf().stream().noneMatch(asking::may)) {
              throw denied(
                  route,
                  http,
                  asking,
                  first.wireName(),
                  ProblemException.forbidden(
                      "forbidden",
                      (asking.byToken() ? "The token's scopes or its owner's roles" : "Your roles")
                          + " do not include the permission '%s'.".formatted(first.wireName())));
            }
            yield asking;
          }
        };
    if (principal != null) {
      refuseWhereReadOnly(route, http, principal);
    }
    Route.Prepared prepared = route.handling().prepare(http, principal);
    if (route.action() == null || principal == null) {
      prepared.work().run(null);
      return;
    }
    Acts.Act act =
        acts.begin(
            principal.slug(),
            principal.actor(),
            route.action(),
            prepared.object(),
            prepared.details());
    String outcome = Acts.DONE;
    try {
      prepared.work().run(act);
    } catch (Exception e) {
      ProblemException problem = Problems.of(e);
      outcome = problem.outcome();
      throw problem;
    } finally {
      acts.end(act, outcome);
    }
  }

  private Principal signedIn(Route route, Context http) {
    Principal principal = authentication.require(http);
    limiter.count(principal.credential());
    if (!SAFE.contains(route.method()) && !principal.byToken()) {
      String given = http.header("X-CSRF-Token");
      if (given == null || !SessionTokens.same(principal.csrf(), given)) {
        throw ProblemException.forbidden(
            "csrf",
            "The header X-CSRF-Token must carry the csrf of the session: GET /api/v1/session.");
      }
    }
    return principal;
  }

  private Principal enrolled(Route route, Context http, String needed) {
    Principal principal = signedIn(route, http);
    if (principal.enrolmentDue()) {
      throw denied(
          route,
          http,
          principal,
          needed,
          ProblemException.forbidden(
              "enrolment-needed",
              "Your roles need a second factor. Set it up first: POST /api/v1/totp."));
    }
    return principal;
  }

  private void refuseWhereReadOnly(Route route, Context http, Principal principal) {
    try {
      readOnly.refuse(route, principal.slug());
    } catch (ProblemException e) {
      throw denied(route, http, principal, "signed-in", e);
    }
  }

  /** What was tried is entered too. */
  private ProblemException denied(
      Route route, Context http, Principal principal, String needed, ProblemException problem) {
    String action = route.action() == null ? needed : route.action();
    acts.end(
        acts.begin(principal.slug(), principal.actor(), action, object(route, http), Map.of()),
        problem.outcome());
    return problem;
  }

  /** The first thing that the address names, such as {@code user:…}; null if it names none. */
  private static @Nullable String object(Route route, Context http) {
    Matcher named = PARAMETER.matcher(route.path());
    if (!named.find()) {
      return null;
    }
    String name = named.group(1);
    String kind =
        switch (name) {
          case "id" -> route.path().contains("/tokens/") ? "token" : "recording";
          case "name" -> "src";
          case "entry" -> "audit-entry";
          default -> name;
        };
    String value = http.pathParam(name);
    return kind + ":" + value.substring(0, Math.min(value.length(), 64));
  }
}
