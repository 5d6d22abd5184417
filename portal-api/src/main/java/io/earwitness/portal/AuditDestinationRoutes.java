package io.earwitness.portal;

import static io.javalin.http.HandlerType.DELETE;
import static io.javalin.http.HandlerType.GET;
import static io.javalin.http.HandlerType.PUT;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.earwitness.approval.ApprovalKind;
import io.earwitness.approval.AskedAct;
import io.earwitness.archive.catalog.AuditForwarding;
import io.earwitness.archive.catalog.AuditForwarding.Destination;
import io.earwitness.portal.Route.Rule;
import io.earwitness.portal.Route.Rule.Needs;
import io.javalin.http.Context;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Where the tenant's audit entries are forwarded to: seen, and changed by a second person. */
final class AuditDestinationRoutes {
  private final AuditForwarding forwarding;
  private final AskRoutes asks;
  private final AuditDestinationAct act;

  private AuditDestinationRoutes(PortalParts parts) {
    this.forwarding = parts.approvals().forwarding();
    this.asks = new AskRoutes(parts);
    this.act = new AuditDestinationAct(forwarding);
  }

  /** The table of routes. */
  static List<Route> all(PortalParts parts) {
    AuditDestinationRoutes routes = new AuditDestinationRoutes(parts);
    Rule ask = new Needs(Permission.DELIVERY_TARGETS);
    String all = Routes.API + "/audit/destinations";
    String one = all + "/{destination}";
    return List.of(
        new Route(GET, all, new Needs(Permission.AUDIT), "audit-destination.list", routes::list),
        new Route(PUT, one, ask, "approval.ask", routes::set),
        new Route(DELETE, one, ask, "approval.ask", routes::remove));
  }

  @JsonInclude(JsonInclude.Include.ALWAYS)
  private record View(
      String name,
      String address,
      boolean masked,
      long nextLeaf,
      long waiting,
      @Nullable Instant oldestWaiting,
      @Nullable Instant lastSentAt,
      @Nullable Instant failingSince,
      @Nullable String problem) {
    static View of(AuditForwarding.Status status) {
      return new View(
          status.destination().name(),
          status.destination().address(),
          status.destination().masked(),
          status.next(),
          status.waiting(),
          status.oldest(),
          status.sentAt(),
          status.failingSince(),
          status.problem());
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
                    forwarding.list(asking.slug()).stream().map(View::of).toList())));
  }

  private record Wanted(
      @Nullable String address, @Nullable Boolean masked, @Nullable String reason) {}

  private Route.Prepared set(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of());
    Principal asking = Objects.requireNonNull(principal);
    String name = http.pathParam("destination");
    Wanted body = Request.body(http, Wanted.class, null);
    Destination wanted =
        AccessRequest.change(
            () ->
                new Destination(
                    asking.slug(),
                    name,
                    AccessRequest.required("address", body.address(), 2_000),
                    Boolean.TRUE.equals(body.masked())));
    String object = AuditDestinationAct.OBJECT + name;
    return asks.ask(
        http,
        principal,
        ApprovalKind.AUDIT_DESTINATION_SET,
        object,
        body.reason(),
        Set.of(),
        () ->
            new AskedAct(
                asking.slug(),
                object,
                act.present(asking.slug(), name),
                AuditDestinationAct.facts(wanted)));
  }

  private Route.Prepared remove(Context http, @Nullable Principal principal) {
    return asks.askRemoval(
        http,
        principal,
        ApprovalKind.AUDIT_DESTINATION_REMOVE,
        AuditDestinationAct.OBJECT,
        http.pathParam("destination"),
        act::present,
        "There is no such receiver of audit entries.");
  }
}
