package io.earwitness.portal;

import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What every request passes: who asks, may they, enter it, do it, enter the outcome. There is no
 * other way to a route's work.
 */
final class Gate {
  private static final Set<HandlerType> SAFE = Set.of(HandlerType.GET, HandlerType.HEAD);

  private final Authentication authentication;
  private final Acts acts;
  private final MeterRegistry metrics;

  Gate(Authentication authentication, Acts acts, MeterRegistry metrics) {
    this.authentication = authentication;
    this.acts = acts;
    this.metrics = metrics;
  }

  void handle(Route route, Context http) {
    Timer.Sample sample = Timer.start(metrics);
    try {
      pass(route, http);
    } catch (Exception e) {
      Problems.write(http, Problems.of(e));
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
          case Route.Rule.SignedIn _ -> signedIn(route, http);
          case Route.Rule.Needs needs -> {
            Principal asking = signedIn(route, http);
            if (needs.anyOf().stream().noneMatch(asking::may)) {
              throw denied(route, http, asking, needs.anyOf().getFirst());
            }
            yield asking;
          }
        };
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

  /** What was tried is entered too. */
  private ProblemException denied(
      Route route, Context http, Principal principal, Permission permission) {
    ProblemException problem =
        ProblemException.forbidden(
            "forbidden",
            "Your roles do not include the permission '%s'.".formatted(permission.wireName()));
    String action = route.action() == null ? permission.wireName() : route.action();
    acts.end(
        acts.begin(principal.slug(), principal.actor(), action, object(http), Map.of()),
        problem.outcome());
    return problem;
  }

  private static @Nullable String object(Context http) {
    String id = http.pathParamMap().get("id");
    if (id == null) {
      return null;
    }
    return "recording:" + id.substring(0, Math.min(id.length(), 64));
  }
}
