package io.earwitness.portal;

import io.earwitness.access.Role;
import io.earwitness.archive.catalog.AccessDirectory;
import io.javalin.http.Context;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Whether the tenant lets its users hear their own calls. */
final class OwnCallsRoutes {
  private final AccessDirectory access;
  private final BreakGlassGuard guard;

  OwnCallsRoutes(PortalParts parts) {
    this.access = parts.access();
    this.guard = new BreakGlassGuard(parts.approvals());
  }

  private record OwnCalls(@Nullable Boolean allowed) {}

  private static boolean allowed(Principal asking) {
    return asking.directory().ownCalls().stream().anyMatch(each -> each.at(asking.asked()));
  }

  Route.Prepared view(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of());
    Principal asking = Objects.requireNonNull(principal);
    return Route.Prepared.of(_ -> SessionRoutes.json(http, 200, new OwnCalls(allowed(asking))));
  }

  Route.Prepared set(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of());
    Principal asking = Objects.requireNonNull(principal);
    Boolean allowed = Request.body(http, OwnCalls.class, null).allowed();
    if (allowed == null) {
      throw ProblemException.malformed("allowed", "Member 'allowed' is missing.");
    }
    return new Route.Prepared(
        "tenant:" + asking.slug(),
        Map.of("before", Boolean.toString(allowed(asking)), "after", allowed.toString()),
        _ -> {
          if (allowed) {
            guard.refuseGiving(asking);
            if (asking
                .directory()
                .rolesOf(asking.user().id(), asking.asked())
                .contains(Role.USER)) {
              throw ProblemException.forbidden(
                  "separation-of-duties",
                  "It would let you hear your own calls, and nobody gives a right to himself or herself. Another tenant admin without the role user can do it.");
            }
          }
          access.allowOwnCalls(asking.slug(), allowed, asking.actor());
          SessionRoutes.json(http, 200, new OwnCalls(allowed));
        });
  }
}
