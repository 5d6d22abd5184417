package io.earwitness.portal;

import static io.javalin.http.HandlerType.DELETE;
import static io.javalin.http.HandlerType.GET;
import static io.javalin.http.HandlerType.POST;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.earwitness.approval.ApprovalKind;
import io.earwitness.approval.AskedAct;
import io.earwitness.archive.ObjectKeys;
import io.earwitness.archive.catalog.Closings;
import io.earwitness.archive.catalog.Closings.Closing;
import io.earwitness.archive.catalog.Closings.Inventory;
import io.earwitness.archive.catalog.Closings.Progress;
import io.earwitness.archive.catalog.Closings.State;
import io.earwitness.archive.catalog.Closings.Verification;
import io.earwitness.archive.catalog.Deliveries;
import io.earwitness.archive.catalog.Directory;
import io.earwitness.call.TenantSlug;
import io.earwitness.json.Json;
import io.earwitness.portal.Route.Rule;
import io.earwitness.portal.Route.Rule.Needs;
import io.earwitness.retention.delivery.InventoryCheck.Receipt;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.InputStream;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Tenants that are closed: asked for by operators, and followed by the tenant's own people. */
final class ClosingRoutes {
  private static final int PASSWORD_BYTES = 18;
  private static final int NAME = 40;

  private final ClosingParts parts;
  private final Closings closings;
  private final Deliveries deliveries;
  private final Directory directory;
  private final AskRoutes ask;
  private final BreakGlassGuard guard;
  private final Clock clock;
  private final SecureRandom random = new SecureRandom();

  private ClosingRoutes(PortalParts parts) {
    this.parts = parts.closing();
    this.closings = parts.closing().closings();
    this.deliveries = parts.delivery().deliveries();
    this.directory = parts.directory();
    this.ask = new AskRoutes(parts);
    this.guard = new BreakGlassGuard(parts.approvals());
    this.clock = parts.clock();
  }

  /** The table of routes. */
  static List<Route> all(PortalParts parts) {
    ClosingRoutes routes = new ClosingRoutes(parts);
    Rule operate = new Needs(Permission.TENANT_MATCHING);
    Rule see = new Needs(Permission.RETENTION_READ);
    String all = Routes.API + "/platform/closings";
    String one = all + "/{tenant}";
    String own = Routes.API + "/closing";
    return List.of(
        new Route(GET, all, operate, "tenant-closing.list", routes::list),
        new Route(POST, one, operate, "approval.ask", routes::close),
        new Route(DELETE, one, operate, "tenant.withdraw-closing", routes::withdraw),
        new Route(
            GET,
            one + "/certificate",
            operate,
            "tenant-closing.download-certificate",
            routes::certificate),
        new Route(GET, own, see, "tenant-closing.view", routes::own),
        new Route(
            GET, own + "/inventory", see, "tenant-closing.download-inventory", routes::inventory),
        new Route(
            POST,
            own + "/keys",
            new Needs(Permission.KEYS),
            "tenant-closing.export-keys",
            routes::keys),
        new Route(
            POST,
            own + "/verification",
            new Needs(Permission.DELIVERY_TARGETS),
            "tenant.verify-export",
            routes::verify));
  }

  /**
   * A closing.
   *
   * @param unarchived calls that are running, or not archived yet
   * @param undelivered recordings that are not at the target yet that has most of them
   * @param remaining recordings that were not disposed of
   */
  @JsonInclude(JsonInclude.Include.ALWAYS)
  private record ClosingView(
      TenantSlug tenant,
      State state,
      Instant stopAt,
      Closings.Keys keys,
      Instant begunAt,
      String begunBy,
      long unarchived,
      @Nullable Long undelivered,
      long remaining,
      @Nullable Inventory inventory,
      @Nullable Verification verification,
      @Nullable Instant keysDestroyedAt,
      @Nullable Instant closedAt) {}

  private ClosingView view(Closing closing) {
    TenantSlug tenant = closing.tenant();
    Progress progress = closings.progress(tenant);
    return new ClosingView(
        tenant,
        closing.state(clock.instant()),
        closing.stopAt(),
        closing.keys(),
        closing.begunAt(),
        closing.begunBy(),
        progress.unarchived(),
        undelivered(tenant),
        progress.remaining(),
        closing.inventory(),
        closing.verification(),
        closing.keysDestroyedAt(),
        closing.closedAt());
  }

  /** Null if there is no target any more. */
  private @Nullable Long undelivered(TenantSlug tenant) {
    return deliveries.list(tenant).stream()
        .map(status -> closings.undelivered(tenant, status.target().name()))
        .min(Long::compare)
        .orElse(null);
  }

  private Route.Prepared list(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of());
    return Route.Prepared.of(
        _ ->
            SessionRoutes.json(
                http,
                200,
                new AccessViews.Items<>(closings.all().stream().map(this::view).toList())));
  }

  private TenantSlug tenant(Context http) {
    try {
      TenantSlug slug = new TenantSlug(http.pathParam("tenant"));
      if (!slug.equals(TenantSlug.PLATFORM) && directory.tenant(slug).isPresent()) {
        return slug;
      }
    } catch (IllegalArgumentException _) {
      // said below
    }
    throw ProblemException.notFound("There is no such tenant.");
  }

  private record CloseBody(
      @Nullable String stopAt, @Nullable String keys, @Nullable String reason) {}

  /** Asks another operator. */
  private Route.Prepared close(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of());
    TenantSlug tenant = tenant(http);
    CloseBody body = Request.body(http, CloseBody.class, null);
    Instant stopAt =
        Objects.requireNonNull(
            AccessRequest.instant("stopAt", AccessRequest.required("stopAt", body.stopAt(), NAME)));
    Closings.Keys keys =
        AccessRequest.parse(
            "keys", AccessRequest.required("keys", body.keys(), NAME), Closings.Keys.class);
    return ask.ask(
        http,
        principal,
        ApprovalKind.TENANT_CLOSE,
        TenantCloseAct.object(tenant),
        body.reason(),
        Set.of(),
        () -> {
          if (closings.of(tenant).isPresent()) {
            throw ProblemException.conflict("exists", "The tenant is being closed already.");
          }
          if (stopAt.isBefore(clock.instant().plus(Closings.NOTICE))) {
            throw ProblemException.malformed(
                "stopAt", "stopAt: it must be a day ahead at least, for the tenant's people.");
          }
          if (deliveries.list(tenant).isEmpty()) {
            throw ProblemException.conflict(
                "no-delivery-target",
                "The tenant has no storage of its own to which its recordings are exported. A"
                    + " tenant admin sets it up under Delivery first.");
          }
          return new AskedAct(
              tenant,
              TenantCloseAct.object(tenant),
              TenantCloseAct.present(closings, tenant),
              TenantCloseAct.facts(stopAt, keys));
        });
  }

  private Route.Prepared withdraw(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of());
    Principal asking = Objects.requireNonNull(principal);
    TenantSlug tenant = tenant(http);
    return new Route.Prepared(
        TenantCloseAct.object(tenant),
        Map.of(),
        _ -> {
          if (!closings.withdraw(tenant, asking.actor())) {
            throw ProblemException.conflict(
                "too-late",
                closings.of(tenant).isEmpty()
                    ? "The tenant is not being closed."
                    : "Recording has stopped already; the closing can't be withdrawn any more.");
          }
          http.status(204);
        });
  }

  private Route.Prepared certificate(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of());
    TenantSlug tenant = tenant(http);
    return new Route.Prepared(
        TenantCloseAct.object(tenant),
        Map.of(),
        _ -> {
          Closing closing = closings.of(tenant).orElse(null);
          String version = closing == null ? null : closing.certificateVersion();
          if (closing == null || version == null) {
            throw ProblemException.notFound("The tenant is not closed, or not to its end yet.");
          }
          send(
              http,
              ObjectKeys.closingCertificate(tenant, closing.id()),
              version,
              "closing-%s.p7".formatted(tenant));
        });
  }

  private void send(Context http, String key, String version, String name) throws IOException {
    try (InputStream in =
        parts
            .documents()
            .open(key, version)
            .orElseThrow(() -> ProblemException.notFound("It is not in the store any more."))) {
      RecordingRoutes.attachment(http, name);
      http.contentType("application/pkcs7-mime").result(in.readAllBytes());
    }
  }

  private Closing demand(TenantSlug tenant) {
    return closings
        .of(tenant)
        .orElseThrow(() -> ProblemException.notFound("The tenant is not being closed."));
  }

  /** No closing is an answer too. */
  @JsonInclude(JsonInclude.Include.ALWAYS)
  private record OwnView(@Nullable ClosingView closing) {}

  private Route.Prepared own(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of());
    Principal asking = Objects.requireNonNull(principal);
    return Route.Prepared.of(
        _ ->
            SessionRoutes.json(
                http, 200, new OwnView(closings.of(asking.slug()).map(this::view).orElse(null))));
  }

  private static Inventory inventory(Closing closing) {
    Inventory inventory = closing.inventory();
    if (inventory == null) {
      throw ProblemException.conflict(
          "not-exported", "Not all recordings are delivered yet; the inventory is made then.");
    }
    return inventory;
  }

  private Route.Prepared inventory(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of());
    TenantSlug tenant = Objects.requireNonNull(principal).slug();
    return new Route.Prepared(
        TenantCloseAct.object(tenant),
        Map.of(),
        _ -> {
          Closing closing = demand(tenant);
          send(
              http,
              ObjectKeys.closingInventory(tenant, closing.id()),
              inventory(closing).versionId(),
              "inventory-%s.p7".formatted(tenant));
        });
  }

  /** Shown once. */
  private record KeysView(String file, String content, String password) {}

  private Route.Prepared keys(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of());
    Principal asking = Objects.requireNonNull(principal);
    TenantSlug tenant = asking.slug();
    return new Route.Prepared(
        TenantCloseAct.object(tenant),
        Map.of(),
        _ -> {
          guard.refuseGiving(asking);
          inventory(demand(tenant));
          byte[] drawn = new byte[PASSWORD_BYTES];
          random.nextBytes(drawn);
          String password = Base64.getUrlEncoder().withoutPadding().encodeToString(drawn);
          byte[] keys =
              parts
                  .keys()
                  .export(tenant, password.toCharArray(), asking.actor())
                  .orElseThrow(
                      () ->
                          ProblemException.conflict(
                              "no-managed-keys",
                              "The platform has no private key of the tenant (any more)."));
          SessionRoutes.json(
              http,
              200,
              new KeysView(
                  "keys-%s.p12".formatted(tenant),
                  Base64.getEncoder().encodeToString(keys),
                  password));
        });
  }

  /** By the receipt of {@code earwitness verify-delivery}. */
  private Route.Prepared verify(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of());
    Principal asking = Objects.requireNonNull(principal);
    TenantSlug tenant = asking.slug();
    Receipt receipt = Request.body(http, Receipt.class, null);
    return new Route.Prepared(
        TenantCloseAct.object(tenant),
        Map.of(
            "inventory",
            String.valueOf(receipt.inventorySha256()),
            "recordings",
            Long.toString(receipt.recordings()),
            "problems",
            Long.toString(receipt.problems())),
        _ -> {
          Closing closing = demand(tenant);
          Inventory inventory = inventory(closing);
          if (!tenant.equals(receipt.tenant())
              || !inventory.sha256().equals(receipt.inventorySha256())
              || inventory.recordings() != receipt.recordings()) {
            throw ProblemException.malformed(
                "inventorySha256",
                "The receipt is of another inventory; the one of this closing has the SHA-256 %s."
                    .formatted(inventory.sha256()));
          }
          if (!receipt.isComplete()) {
            throw ProblemException.conflict(
                "not-complete",
                "The receipt says that not all is there (%d problems). Have it delivered again, and verify again."
                    .formatted(receipt.problems()));
          }
          if (!closings.verified(tenant, Json.text(receipt), asking.actor())) {
            throw ProblemException.conflict("exists", "It was verified already.");
          }
          SessionRoutes.json(http, 200, new OwnView(view(demand(tenant))));
        });
  }
}
