package io.earwitness.portal;

import static io.javalin.http.HandlerType.GET;
import static io.javalin.http.HandlerType.POST;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.earwitness.approval.ApprovalKind;
import io.earwitness.approval.ApprovalState;
import io.earwitness.approval.AskedAct;
import io.earwitness.archive.catalog.CallCatalog;
import io.earwitness.archive.catalog.CallCatalog.CallEntry;
import io.earwitness.archive.catalog.MisplacedCalls;
import io.earwitness.archive.catalog.MisplacedCalls.HandOver;
import io.earwitness.archive.catalog.MisplacedCalls.HandOverState;
import io.earwitness.call.RecordingId;
import io.earwitness.call.TenantSlug;
import io.earwitness.portal.Route.Rule.Needs;
import io.javalin.http.Context;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Recordings that may be another tenant's: blocked at once by an officer of the tenant that has
 * them or by the platform's operator, and handed over with the approval of both tenants.
 */
final class BlockRoutes {
  private static final int REASON = 1_000;
  private static final int MOST = 500;

  private final CallCatalog calls;
  private final MisplacedCalls misplaced;
  private final HandOverDesk desk;
  private final AskRoutes asks;
  private final Acts acts;
  private final Clock clock;

  private BlockRoutes(PortalParts parts, Acts acts) {
    this.calls = parts.calls();
    this.desk = parts.approvals().handOvers();
    this.misplaced = desk.calls();
    this.asks = new AskRoutes(parts);
    this.acts = acts;
    this.clock = parts.clock();
  }

  static List<Route> all(PortalParts parts, Acts acts) {
    BlockRoutes routes = new BlockRoutes(parts, acts);
    Route.Rule officer = new Needs(Permission.MATTERS);
    Route.Rule see = new Needs(Permission.MATTERS_READ);
    Route.Rule matching = new Needs(Permission.TENANT_MATCHING);
    String own = Routes.API + "/blocked-recordings";
    String all = Routes.API + "/platform/blocked-recordings";
    String handOvers = Routes.API + "/hand-overs";
    return List.of(
        new Route(GET, own, see, "recording.list-blocked", routes::list),
        new Route(POST, own, officer, "recording.block", routes::block),
        new Route(POST, own + "/lift", officer, "approval.ask", routes::unblock),
        new Route(GET, all, matching, "recording.list-blocked", routes::list),
        new Route(POST, all, matching, "recording.block", routes::block),
        new Route(POST, all + "/lift", matching, "approval.ask", routes::unblock),
        new Route(GET, handOvers, matching, "hand-over.list", routes::handOvers),
        new Route(POST, handOvers, matching, "hand-over.ask", routes::handOver),
        new Route(
            POST,
            handOvers + "/{handover}/withdraw",
            matching,
            "hand-over.withdraw",
            routes::withdraw));
  }

  private static boolean isPlatform(Principal asking) {
    return asking.slug().equals(TenantSlug.PLATFORM);
  }

  /**
   * A recording that is blocked.
   *
   * @param tenant who has it
   */
  @JsonInclude(JsonInclude.Include.ALWAYS)
  private record BlockedView(
      RecordingId id, TenantSlug tenant, Instant start, CallViews.@Nullable BlockView blocked) {
    static BlockedView of(CallEntry entry) {
      return new BlockedView(
          entry.summary().id(),
          entry.summary().tenant(),
          entry.summary().start(),
          CallViews.BlockView.of(entry.block()));
    }
  }

  private Route.Prepared list(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of());
    Principal asking = Objects.requireNonNull(principal);
    return Route.Prepared.of(
        _ ->
            SessionRoutes.json(
                http,
                200,
                new AccessViews.Items<>(
                    (isPlatform(asking)
                            ? misplaced.blocked(MOST)
                            : misplaced.blocked(asking.slug(), MOST))
                        .stream().map(BlockedView::of).toList())));
  }

  private record Which(@Nullable String recording, @Nullable String reason) {}

  private Route.Prepared block(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of());
    Principal asking = Objects.requireNonNull(principal);
    Which body = Request.body(http, Which.class, null);
    RecordingId id = recording(AccessRequest.required("recording", body.recording(), 40));
    String reason = AccessRequest.required("reason", body.reason(), REASON);
    return new Route.Prepared(
        "recording:" + id,
        Map.of("reason", reason),
        _ -> {
          TenantSlug tenant = isPlatform(asking) ? ofTenant(id) : visible(asking, id);
          CallCatalog.Block block =
              new CallCatalog.Block(
                  clock.instant(), asking.actor(), reason, isPlatform(asking), false);
          inTheTenantsLog(
              asking,
              tenant,
              "recording.block",
              id,
              Map.of("reason", reason),
              () ->
                  AccessRequest.change(
                      () -> {
                        misplaced.block(tenant, id, block);
                        return true;
                      }));
          SessionRoutes.json(
              http,
              200,
              BlockedView.of(calls.find(tenant, id).orElseThrow(Request::noSuchRecording)));
        });
  }

  /** What an operator does to a tenant's recording is in that tenant's log too. */
  private void inTheTenantsLog(
      Principal asking,
      TenantSlug tenant,
      String action,
      RecordingId id,
      Map<String, String> details,
      Runnable work) {
    if (tenant.equals(asking.slug())) {
      work.run();
      return;
    }
    Acts.Act act = acts.begin(tenant, asking.actor(), action, "recording:" + id, details);
    String outcome = "failed";
    try {
      work.run();
      outcome = Acts.DONE;
    } finally {
      acts.end(act, outcome);
    }
  }

  /** The tenant of a recording that an officer may see. */
  private TenantSlug visible(Principal asking, RecordingId id) {

    return calls
        .find(asking.slug(), id)
        .filter(entry -> Access.sees(asking, entry.summary()))
        .orElseThrow(Request::noSuchRecording)
        .summary()
        .tenant();
  }

  private TenantSlug ofTenant(RecordingId id) {
    TenantSlug tenant = misplaced.tenant(id).orElseThrow(Request::noSuchRecording);
    if (tenant.equals(TenantSlug.PLATFORM)) {
      throw ProblemException.conflict(
          "quarantined", "The call is in quarantine, where nobody hears it anyway.");
    }
    return tenant;
  }

  private Route.Prepared unblock(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of());
    Principal asking = Objects.requireNonNull(principal);
    Which body = Request.body(http, Which.class, null);
    RecordingId id = recording(AccessRequest.required("recording", body.recording(), 40));
    String object = "recording:" + id;
    return asks.ask(
        http,
        principal,
        ApprovalKind.RECORDING_UNBLOCK,
        object,
        body.reason(),
        Set.of(),
        () -> {
          TenantSlug tenant = isPlatform(asking) ? ofTenant(id) : visible(asking, id);
          CallCatalog.Block block =
              calls.find(tenant, id).orElseThrow(Request::noSuchRecording).block();
          if (block == null) {
            throw ProblemException.conflict("not-blocked", "The recording is not blocked.");
          }
          if (block.handedOver()) {
            throw ProblemException.conflict(
                "handed-over", "The recording was handed over, and stays blocked.");
          }
          if (block.byPlatform() != isPlatform(asking)) {
            throw ProblemException.forbidden(
                "not-yours",
                block.byPlatform()
                    ? "The platform's operator blocked it, and operators lift that."
                    : "An officer of the tenant blocked it, and officers lift that.");
          }
          return new AskedAct(tenant, object, UnblockAct.facts(block), new TreeMap<>());
        });
  }

  /**
   * A hand-over as the operator sees it.
   *
   * @param recording as the giving tenant has it
   * @param becomes the recording that it becomes
   * @param giving how far the giving tenant's approval has come
   * @param taking the same of the tenant whose call it is
   */
  @JsonInclude(JsonInclude.Include.ALWAYS)
  record HandOverView(
      UUID id,
      RecordingId recording,
      TenantSlug from,
      TenantSlug to,
      RecordingId becomes,
      Instant askedAt,
      String askedBy,
      String reason,
      HandOverState state,
      @Nullable Instant endedAt,
      @Nullable String problem,
      ApprovalState giving,
      ApprovalState taking) {}

  private HandOverView view(HandOver each) {
    return new HandOverView(
        each.id(),
        each.call(),
        each.from(),
        each.to(),
        each.newCall(),
        each.askedAt(),
        each.askedBy(),
        each.reason(),
        each.state(),
        each.endedAt(),
        each.problem(),
        desk.state(each.from(), each.giving()),
        desk.state(each.to(), each.taking()));
  }

  private Route.Prepared handOvers(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of());
    return Route.Prepared.of(
        _ ->
            SessionRoutes.json(
                http,
                200,
                new AccessViews.Items<>(
                    misplaced.handOvers(false, MOST).stream().map(this::view).toList())));
  }

  private record NewHandOver(
      @Nullable String recording, @Nullable String tenant, @Nullable String reason) {}

  private Route.Prepared handOver(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of());
    Principal asking = Objects.requireNonNull(principal);
    NewHandOver body = Request.body(http, NewHandOver.class, null);
    RecordingId id = recording(AccessRequest.required("recording", body.recording(), 40));
    TenantSlug to = tenant(AccessRequest.required("tenant", body.tenant(), 63));
    String reason = AccessRequest.required("reason", body.reason(), REASON);
    return new Route.Prepared(
        "recording:" + id,
        Map.of("tenant", to.value(), "reason", reason),
        _ ->
            SessionRoutes.json(
                http,
                201,
                view(
                    refusing(
                        () ->
                            desk.ask(
                                new HandOverDesk.Asking(asking.user().id(), asking.actor()),
                                id,
                                to,
                                reason)))));
  }

  private static RecordingId recording(String text) {
    try {
      return RecordingId.parse(text);
    } catch (IllegalArgumentException e) {
      throw ProblemException.malformed(
          "recording", "recording: '%s' is no id of a recording.".formatted(text));
    }
  }

  private static TenantSlug tenant(String text) {
    try {
      return new TenantSlug(text);
    } catch (IllegalArgumentException e) {
      throw ProblemException.malformed("tenant", "tenant: '%s' is no tenant.".formatted(text));
    }
  }

  private Route.Prepared withdraw(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of());
    Principal asking = Objects.requireNonNull(principal);
    UUID id = AccessRequest.uuid(http.pathParam("handover"));
    return new Route.Prepared(
        "hand-over:" + id,
        Map.of(),
        _ ->
            SessionRoutes.json(http, 200, view(refusing(() -> desk.takeBack(id, asking.actor())))));
  }

  private static HandOver refusing(Supplier<HandOver> work) {
    try {
      return work.get();
    } catch (HandOverDesk.RefusedException e) {
      String text = Objects.requireNonNullElse(e.getMessage(), "");
      throw switch (e.type()) {
        case "not-found" -> ProblemException.notFound(text);
        case "tenant" -> ProblemException.malformed("tenant", text);
        default -> ProblemException.conflict(e.type(), text);
      };
    }
  }
}
