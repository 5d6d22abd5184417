package io.earwitness.portal;

import io.javalin.http.Context;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Health, metrics, and the API's own description. Nothing here tells of tenants. */
final class ServiceRoutes {
  /** Load balancers wait about as long. */
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final PortalParts parts;
  private final Readiness readiness;
  private final byte[] openApi;

  ServiceRoutes(PortalParts parts) {
    this.parts = parts;
    this.readiness = new Readiness(parts.readiness(), PATIENCE);
    try (InputStream in = ServiceRoutes.class.getResourceAsStream("openapi.json")) {
      if (in == null) {
        throw new IllegalStateException("openapi.json is missing beside " + ServiceRoutes.class);
      }
      this.openApi = in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private record Health(String status, List<String> problems) {}

  Route.Prepared health(Context http, @Nullable Principal nobody) {
    return Route.Prepared.of(_ -> SessionRoutes.json(http, 200, new Health("up", List.of())));
  }

  Route.Prepared readiness(Context http, @Nullable Principal nobody) {
    return Route.Prepared.of(
        _ -> {
          List<String> problems = readiness.problems();
          SessionRoutes.json(
              http,
              problems.isEmpty() ? 200 : 503,
              new Health(problems.isEmpty() ? "up" : "down", problems));
        });
  }

  Route.Prepared metrics(Context http, @Nullable Principal nobody) {
    return Route.Prepared.of(
        _ ->
            http.contentType("text/plain; version=0.0.4; charset=utf-8")
                .result(parts.metrics().scrape()));
  }

  Route.Prepared openApi(Context http, @Nullable Principal nobody) {
    Request.allowParameters(http, Set.of());
    return Route.Prepared.of(_ -> http.contentType("application/json").result(openApi));
  }
}
