package io.earwitness.portal;

import static io.javalin.http.HandlerType.GET;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.earwitness.archive.catalog.StoredBytes;
import io.earwitness.archive.catalog.StoredBytes.Due;
import io.earwitness.archive.catalog.StoredBytes.Stored;
import io.earwitness.archive.catalog.StoredBytes.Sum;
import io.earwitness.archive.catalog.StoredBytes.Usage;
import io.earwitness.portal.Route.Rule.Needs;
import io.javalin.http.Context;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** How much is stored, and when it falls due. */
final class StorageRoutes {
  private final StoredBytes stored;

  private StorageRoutes(PortalParts parts) {
    this.stored = parts.stored();
  }

  static List<Route> all(PortalParts parts) {
    StorageRoutes routes = new StorageRoutes(parts);
    return List.of(
        new Route(
            GET,
            Routes.API + "/storage",
            new Needs(Permission.RETENTION_READ),
            "storage.view",
            routes::own),
        new Route(
            GET,
            Routes.API + "/platform/storage",
            new Needs(Permission.LICENCES),
            "storage.view",
            routes::every));
  }

  @JsonInclude(JsonInclude.Include.ALWAYS)
  private record StoredView(@Nullable String keep, String month, long recordings, long bytes) {
    static StoredView of(Stored stored) {
      return new StoredView(
          stored.keep(), stored.month().toString(), stored.recordings(), stored.bytes());
    }
  }

  private record DueView(String month, long recordings, long bytes) {
    static DueView of(Due due) {
      return new DueView(due.month().toString(), due.recordings(), due.bytes());
    }
  }

  private record UsageView(
      Sum total, List<StoredView> stored, List<DueView> due, Sum overdue, Sum later, Sum endless) {
    static UsageView of(Usage usage) {
      return new UsageView(
          usage.total(),
          usage.stored().stream().map(StoredView::of).toList(),
          usage.due().stream().map(DueView::of).toList(),
          usage.overdue(),
          usage.later(),
          usage.endless());
    }
  }

  private Route.Prepared own(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of());
    Principal asking = Objects.requireNonNull(principal);
    return Route.Prepared.of(
        _ -> SessionRoutes.json(http, 200, UsageView.of(stored.of(asking.slug()))));
  }

  private Route.Prepared every(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of());
    return Route.Prepared.of(
        _ -> SessionRoutes.json(http, 200, new AccessViews.Items<>(stored.all())));
  }
}
