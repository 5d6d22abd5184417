package io.earwitness.portal;

import static io.javalin.http.HandlerType.DELETE;
import static io.javalin.http.HandlerType.GET;
import static io.javalin.http.HandlerType.POST;
import static io.javalin.http.HandlerType.PUT;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.earwitness.approval.ApprovalKind;
import io.earwitness.approval.AskedAct;
import io.earwitness.archive.catalog.Deliveries;
import io.earwitness.archive.catalog.Deliveries.Status;
import io.earwitness.archive.catalog.DeliveryTarget;
import io.earwitness.archive.catalog.DeliveryTarget.Terms;
import io.earwitness.archive.catalog.DeliveryTarget.Terms.OnDisposal;
import io.earwitness.call.RecordingId;
import io.earwitness.portal.Route.Rule;
import io.earwitness.portal.Route.Rule.Needs;
import io.javalin.http.Context;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Storage of the tenant's own: how far deliveries are, and targets, set by a second person. */
final class DeliveryRoutes {
  private static final int NAME = 40;
  private static final int SECRET = 20_000;
  private static final int FAILURES = 20;

  private final Deliveries deliveries;
  private final DeliveryParts.Prober prober;
  private final SignInKey key;
  private final AskRoutes asks;
  private final DeliveryTargetAct act;

  private DeliveryRoutes(PortalParts parts) {
    this.deliveries = parts.delivery().deliveries();
    this.prober = parts.delivery().prober();
    this.key = parts.signIn().key();
    this.asks = new AskRoutes(parts);
    this.act = new DeliveryTargetAct(deliveries);
  }

  /** The table of routes. */
  static List<Route> all(PortalParts parts) {
    DeliveryRoutes routes = new DeliveryRoutes(parts);
    Rule see = new Needs(Permission.RETENTION_READ);
    Rule change = new Needs(Permission.DELIVERY_TARGETS);
    String all = Routes.API + "/deliveries";
    String one = all + "/targets/{target}";
    return List.of(
        new Route(GET, all, see, "delivery.view", routes::state),
        new Route(GET, all + "/targets", see, "delivery-target.list", routes::list),
        new Route(PUT, one, change, "approval.ask", routes::set),
        new Route(DELETE, one, change, "delivery-target.remove", routes::remove),
        new Route(POST, one + "/pause", change, "delivery-target.pause", routes::pause),
        new Route(POST, one + "/resume", change, "delivery-target.resume", routes::resume));
  }

  @JsonInclude(JsonInclude.Include.ALWAYS)
  private record TargetView(
      String name,
      DeliveryTarget.Kind kind,
      Terms.Mode mode,
      String address,
      String account,
      String region,
      String hostKey,
      @Nullable Long bytesPerSecond,
      boolean lake,
      boolean decrypted,
      OnDisposal onDisposal,
      int recheckDays,
      Instant addedAt,
      @Nullable Instant pausedAt) {
    static TargetView of(Status status) {
      DeliveryTarget target = status.target();
      return new TargetView(
          target.name(),
          target.kind(),
          target.terms().mode(),
          target.address(),
          target.account(),
          target.region(),
          target.hostKey(),
          target.bytesPerSecond(),
          target.lake(),
          target.terms().decrypted(),
          target.terms().onDisposal(),
          target.terms().recheckDays(),
          status.addedAt(),
          status.pausedAt());
    }
  }

  @JsonInclude(JsonInclude.Include.ALWAYS)
  private record Failure(RecordingId recording, int attempts, @Nullable String problem) {
    static Failure of(Deliveries.Waiting waiting) {
      return new Failure(waiting.id(), waiting.attempts(), waiting.problem());
    }
  }

  @JsonInclude(JsonInclude.Include.ALWAYS)
  private record StateView(
      String target,
      @Nullable Instant pausedAt,
      long waiting,
      long waitingBytes,
      @Nullable Instant oldestWaiting,
      boolean queueing,
      long delivered,
      @Nullable Instant lastDeliveredAt,
      @Nullable Instant failingSince,
      @Nullable String problem,
      long untold,
      @Nullable Instant lastInstructedAt,
      long undeleted,
      long checked,
      @Nullable Instant lastCheckedAt,
      long damaged,
      @Nullable Instant lastDamagedAt,
      List<Failure> failures) {
    static StateView of(Status status, List<Deliveries.Waiting> failures) {
      return new StateView(
          status.target().name(),
          status.pausedAt(),
          status.waiting(),
          status.waitingBytes(),
          status.oldest(),
          status.queueing(),
          status.delivered(),
          status.deliveredAt(),
          status.failingSince(),
          status.problem(),
          status.after().untold(),
          status.after().instructedAt(),
          status.after().undeleted(),
          status.after().checked(),
          status.after().checkedAt(),
          status.after().damaged(),
          status.after().damagedAt(),
          failures.stream().map(Failure::of).toList());
    }
  }

  private Route.Prepared state(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of());
    Principal asking = Objects.requireNonNull(principal);
    return Route.Prepared.of(
        _ ->
            SessionRoutes.json(
                http,
                200,
                new AccessViews.Items<>(
                    deliveries.list(asking.slug()).stream()
                        .map(
                            status ->
                                StateView.of(
                                    status,
                                    deliveries.failing(
                                        asking.slug(), status.target().name(), FAILURES)))
                        .toList())));
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
                    deliveries.list(asking.slug()).stream().map(TargetView::of).toList())));
  }

  private record Wanted(
      @Nullable String kind,
      @Nullable String mode,
      @Nullable String address,
      @Nullable String account,
      @Nullable String secret,
      @Nullable String region,
      @Nullable String hostKey,
      @Nullable Long bytesPerSecond,
      @Nullable Boolean lake,
      @Nullable Boolean decrypted,
      @Nullable String onDisposal,
      @Nullable Integer recheckDays,
      @Nullable String reason) {
    @Override
    public String toString() {
      return "Wanted";
    }
  }

  private Route.Prepared set(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of());
    Principal asking = Objects.requireNonNull(principal);
    String name = http.pathParam("target");
    Wanted body = Request.body(http, Wanted.class, null);
    DeliveryTarget wanted = AccessRequest.change(() -> target(asking, name, body));
    String object = DeliveryTargetAct.OBJECT + name;
    return asks.ask(
        http,
        principal,
        ApprovalKind.DELIVERY_TARGET_SET,
        object,
        body.reason(),
        Set.of(),
        () -> {
          DeliveryTarget sealed = withSecret(wanted, body.secret());
          probe(sealed);
          return new AskedAct(
              asking.slug(),
              object,
              act.present(asking.slug(), name),
              DeliveryTargetAct.facts(sealed));
        });
  }

  private static DeliveryTarget target(Principal asking, String name, Wanted body) {
    return new DeliveryTarget(
        asking.slug(),
        name,
        AccessRequest.parse(
            "kind", AccessRequest.required("kind", body.kind(), 20), DeliveryTarget.Kind.class),
        AccessRequest.required("address", body.address(), 2_000),
        Objects.requireNonNullElse(body.account(), "").strip(),
        null,
        Objects.requireNonNullElse(body.region(), "").strip(),
        Objects.requireNonNullElse(body.hostKey(), "").strip(),
        body.bytesPerSecond(),
        Boolean.TRUE.equals(body.lake()),
        new Terms(
            body.mode() == null ? Terms.USUAL.mode() : Terms.Mode.of(body.mode()),
            Boolean.TRUE.equals(body.decrypted()),
            body.onDisposal() == null
                ? Terms.USUAL.onDisposal()
                : AccessRequest.parse("onDisposal", body.onDisposal(), OnDisposal.class),
            Objects.requireNonNullElse(body.recheckDays(), Terms.USUAL.recheckDays())));
  }

  /** The present secret stays, but is given to no other server or account. */
  private DeliveryTarget withSecret(DeliveryTarget wanted, @Nullable String given) {
    if (wanted.kind() == DeliveryTarget.Kind.FOLDER) {
      return wanted;
    }
    if (given != null && !given.isBlank()) {
      String secret = AccessRequest.required("secret", given, SECRET);
      return wanted.withSecret(
          key.seal(
              SignInKey.deliveryPurpose(wanted.tenant(), wanted.name()),
              secret.getBytes(StandardCharsets.UTF_8)));
    }
    return deliveries
        .find(wanted.tenant(), wanted.name())
        .filter(wanted::sameAccount)
        .map(present -> wanted.withSecret(present.secret()))
        .orElseThrow(
            () ->
                ProblemException.malformed(
                    "secret", "secret: it is needed for a new target, server or account."));
  }

  private void probe(DeliveryTarget target) {
    try {
      prober.probe(target);
    } catch (IOException e) {
      throw ProblemException.conflict(
          "target-fails",
          "The target was tried out and does not work, so nothing was asked for: %s"
              .formatted(e.getMessage()));
    }
  }

  /** A change of a target, which may be none. */
  private interface Change {
    boolean make(Principal asking, String name);
  }

  private static Route.Prepared change(Context http, @Nullable Principal principal, Change change) {
    Request.allowParameters(http, Set.of());
    Principal asking = Objects.requireNonNull(principal);
    String name = http.pathParam("target");
    return new Route.Prepared(
        DeliveryTargetAct.OBJECT + name.substring(0, Math.min(name.length(), NAME)),
        Map.of(),
        _ -> {
          try {
            change.make(asking, name);
          } catch (Deliveries.InUseException e) {
            throw ProblemException.conflict(
                "target-in-use", "%s.".formatted(String.valueOf(e.getMessage())));
          } catch (IllegalArgumentException e) {
            throw ProblemException.notFound("There is no such delivery target.");
          }
          http.status(204);
        });
  }

  private Route.Prepared remove(Context http, @Nullable Principal principal) {
    return change(
        http,
        principal,
        (asking, name) -> {
          if (!deliveries.remove(asking.slug(), name, asking.actor())) {
            throw ProblemException.notFound("There is no such delivery target.");
          }
          return true;
        });
  }

  private Route.Prepared pause(Context http, @Nullable Principal principal) {
    return change(
        http,
        principal,
        (asking, name) -> deliveries.pause(asking.slug(), name, true, asking.actor()));
  }

  private Route.Prepared resume(Context http, @Nullable Principal principal) {
    return change(
        http,
        principal,
        (asking, name) -> deliveries.pause(asking.slug(), name, false, asking.actor()));
  }
}
