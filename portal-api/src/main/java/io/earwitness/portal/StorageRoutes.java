package io.earwitness.portal;

import static io.javalin.http.HandlerType.GET;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.earwitness.archive.catalog.LegalHolds;
import io.earwitness.archive.catalog.LegalHolds.Hold;
import io.earwitness.archive.catalog.StoredBytes;
import io.earwitness.archive.catalog.StoredBytes.Due;
import io.earwitness.archive.catalog.StoredBytes.Held;
import io.earwitness.archive.catalog.StoredBytes.Stored;
import io.earwitness.archive.catalog.StoredBytes.Sum;
import io.earwitness.archive.catalog.StoredBytes.Usage;
import io.earwitness.call.TenantSlug;
import io.earwitness.portal.Route.Rule.Needs;
import io.javalin.http.Context;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** How much is stored, and when it falls due. */
final class StorageRoutes {
  private final StoredBytes stored;
  private final LegalHolds holds;
  private final @Nullable StoragePrice price;

  private StorageRoutes(PortalParts parts) {
    this.stored = parts.stored();
    this.holds = parts.retention().holds().catalog();
    this.price = parts.storagePrice();
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

  private record HeldView(UUID id, String name, Sum all, Sum pastDue) {}

  /** What legal holds keep; {@code holds} is null for who may not read them. */
  @JsonInclude(JsonInclude.Include.ALWAYS)
  private record HoldsView(Sum all, Sum pastDue, @Nullable List<HeldView> holds) {}

  @JsonInclude(JsonInclude.Include.ALWAYS)
  private record UsageView(
      Sum total,
      List<StoredView> stored,
      List<DueView> due,
      Sum overdue,
      Sum later,
      Sum endless,
      HoldsView held,
      @Nullable StoragePrice price) {
    static UsageView of(Usage usage, @Nullable List<HeldView> holds, @Nullable StoragePrice price) {
      return new UsageView(
          usage.total(),
          usage.stored().stream().map(StoredView::of).toList(),
          usage.due().stream().map(DueView::of).toList(),
          usage.overdue(),
          usage.later(),
          usage.endless(),
          new HoldsView(usage.held(), usage.pastDue(), holds),
          price);
    }
  }

  private Route.Prepared own(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of());
    Principal asking = Objects.requireNonNull(principal);
    return Route.Prepared.of(
        _ -> {
          Usage usage = stored.of(asking.slug());
          boolean named = asking.may(Permission.HOLDS_READ);
          SessionRoutes.json(
              http, 200, UsageView.of(usage, named ? named(asking.slug(), usage) : null, price));
        });
  }

  private List<HeldView> named(TenantSlug tenant, Usage usage) {
    List<HeldView> named = new ArrayList<>();
    for (Held held : usage.holds()) {
      String name = holds.find(tenant, held.hold()).map(Hold::name).orElse("");
      named.add(new HeldView(held.hold(), name, held.all(), held.pastDue()));
    }
    return named;
  }

  private Route.Prepared every(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of());
    return Route.Prepared.of(
        _ -> SessionRoutes.json(http, 200, new AccessViews.Items<>(stored.all())));
  }
}
