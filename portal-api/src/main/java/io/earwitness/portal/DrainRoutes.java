package io.earwitness.portal;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.earwitness.archive.catalog.Drains;
import io.javalin.http.Context;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Taking a recorder out for maintenance, and back in. */
final class DrainRoutes {
  private static final int MAX_NAME = 255;

  private final Drains drains;

  DrainRoutes(Drains drains) {
    this.drains = drains;
  }

  @JsonInclude(JsonInclude.Include.ALWAYS)
  private record DrainView(
      String node,
      boolean drainWanted,
      @Nullable Instant since,
      @Nullable String by,
      boolean draining,
      int calls,
      Instant seenAt) {
    static DrainView of(Drains.Drain drain) {
      return new DrainView(
          drain.node(),
          drain.since() != null,
          drain.since(),
          drain.by(),
          drain.draining(),
          drain.calls(),
          drain.seenAt());
    }
  }

  Route.Prepared view(Context http, @Nullable Principal principal) {
    return onNode(http, _ -> {});
  }

  Route.Prepared drain(Context http, @Nullable Principal principal) {
    Principal asking = Objects.requireNonNull(principal);
    return onNode(http, node -> drains.drain(node, asking.actor()));
  }

  Route.Prepared undrain(Context http, @Nullable Principal principal) {
    return onNode(http, drains::undrain);
  }

  @FunctionalInterface
  private interface Change {
    void make(String node);
  }

  /** Makes a change, which may be none, and answers with what is then. */
  private Route.Prepared onNode(Context http, Change change) {
    Request.allowParameters(http, Set.of());
    String node = http.pathParam("node");
    String object = "node:" + node.substring(0, Math.min(node.length(), MAX_NAME));
    return new Route.Prepared(
        object,
        Map.of(),
        _ -> {
          try {
            change.make(node);
            SessionRoutes.json(http, 200, DrainView.of(drains.of(node)));
          } catch (IllegalArgumentException e) {
            throw ProblemException.notFound(
                "There is no such recorder: %s.".formatted(e.getMessage()));
          }
        });
  }
}
