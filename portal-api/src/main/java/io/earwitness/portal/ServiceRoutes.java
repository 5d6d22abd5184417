package io.earwitness.portal;

import io.javalin.http.Context;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Health, metrics, and the API's own description. Nothing here tells of tenants. */
final class ServiceRoutes {
  private static final Logger LOG = LoggerFactory.getLogger(ServiceRoutes.class);

  private final PortalParts parts;
  private final byte[] openApi;

  ServiceRoutes(PortalParts parts) {
    this.parts = parts;
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
          List<String> problems = new ArrayList<>();
          for (PortalParts.ReadinessCheck part : parts.readiness()) {
            try {
              part.check().run();
            } catch (Exception e) {
              LOG.warn("not ready: {}: {}", part.name(), e.toString());
              problems.add(part.name());
            }
          }
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
