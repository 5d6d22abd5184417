package io.earwitness.portal;

import io.earwitness.archive.catalog.SrcReports;
import io.earwitness.archive.catalog.SrcReports.SrcReport;
import io.javalin.http.Context;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Session recording clients: all of them for operators, a tenant's own for its administrators. */
final class SrcRoutes {
  private static final int MAX_NAME = 200;

  private final SrcReports reports;

  SrcRoutes(SrcReports reports) {
    this.reports = reports;
  }

  private List<SrcReport> visible(Principal asking) {
    return asking.may(Permission.SRCS) ? reports.all() : reports.of(asking.slug());
  }

  Route.Prepared list(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of());
    Principal asking = Objects.requireNonNull(principal);
    return Route.Prepared.of(
        _ ->
            SessionRoutes.json(
                http,
                200,
                new SrcView.Items(visible(asking).stream().map(SrcView.Item::of).toList())));
  }

  Route.Prepared conformance(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of());
    Principal asking = Objects.requireNonNull(principal);
    String name = http.pathParam("name");
    return new Route.Prepared(
        "src:" + name.substring(0, Math.min(MAX_NAME, name.length())),
        Map.of(),
        _ -> {
          // The same for a missing one and one that may not be seen (law 5)
          SrcReport report =
              visible(asking).stream()
                  .filter(one -> one.src().name().equals(name))
                  .findFirst()
                  .orElseThrow(
                      () ->
                          ProblemException.notFound(
                              "There is no such session recording client, or it is not one that"
                                  + " you may see."));
          SessionRoutes.json(http, 200, SrcView.Conformance.of(report));
        });
  }
}
