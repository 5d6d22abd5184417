package io.earwitness.portal;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.earwitness.archive.catalog.Nodes;
import io.javalin.http.Context;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The recorders' nodes, for those who operate the platform. */
final class NodeRoutes {
  private final Nodes nodes;

  NodeRoutes(Nodes nodes) {
    this.nodes = nodes;
  }

  @JsonInclude(JsonInclude.Include.ALWAYS)
  private record NodeView(
      String name,
      String region,
      String state,
      String version,
      Instant startedAt,
      Instant heartbeatAt,
      int runningCalls,
      @Nullable Long spoolFreeBytes,
      @Nullable Long spoolUsedBytes,
      @Nullable Double spoolFullInHours,
      @Nullable Long clockOffsetMs) {
    static NodeView of(Nodes.Node node) {
      Nodes.Heartbeat said = node.said();
      Duration fullIn = said.spoolFullIn();
      Duration offset = said.clockOffset();
      return new NodeView(
          said.name(),
          said.region(),
          node.absent() ? "absent" : "present",
          said.version(),
          said.startedAt(),
          node.heartbeatAt(),
          said.runningCalls(),
          said.spoolFreeBytes(),
          said.spoolUsedBytes(),
          fullIn == null ? null : fullIn.toSeconds() / 3600.0,
          offset == null ? null : offset.toMillis());
    }
  }

  private record NodesView(List<NodeView> items) {}

  Route.Prepared list(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of());
    return Route.Prepared.of(
        _ ->
            SessionRoutes.json(
                http, 200, new NodesView(nodes.list().stream().map(NodeView::of).toList())));
  }
}
