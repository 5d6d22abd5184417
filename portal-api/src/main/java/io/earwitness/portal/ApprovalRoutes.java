package io.earwitness.portal;

import static io.javalin.http.HandlerType.DELETE;
import static io.javalin.http.HandlerType.GET;
import static io.javalin.http.HandlerType.POST;
import static io.javalin.http.HandlerType.PUT;

import io.earwitness.access.Person;
import io.earwitness.access.Role;
import io.earwitness.approval.Approval;
import io.earwitness.approval.ApprovalRules;
import io.earwitness.approval.Delegation;
import io.earwitness.portal.Route.Rule;
import io.earwitness.portal.Route.Rule.Needs;
import io.javalin.http.Context;
import java.time.Instant;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** Acts that need a second person: listed, decided and delegated. */
final class ApprovalRoutes {
  private static final int DEFAULT_LIMIT = 100;
  private static final int MAX_LIMIT = 500;
  private static final int NOTE = 1_000;

  private final ApprovalDesk desk;

  private ApprovalRoutes(PortalParts parts) {
    this.desk = parts.approvals();
  }

  /** The table of routes, with those by which acts are asked for and those of sealed codes. */
  static List<Route> all(PortalConfig config, PortalParts parts, Acts acts) {
    ApprovalRoutes approvals = new ApprovalRoutes(parts);
    AskRoutes asks = new AskRoutes(parts);
    BreakGlassRoutes glass = new BreakGlassRoutes(config, parts, acts);
    Rule see = new Needs(Permission.APPROVALS_READ);
    Rule act = new Needs(Permission.APPROVALS);
    Rule targets = new Needs(Permission.DELIVERY_TARGETS);
    String path = Routes.API + "/approvals";
    String one = path + "/{approval}";
    String target = Routes.API + "/delivery-targets/{target}";
    String breakGlass = Routes.API + "/break-glass";
    return List.of(
        new Route(GET, path, see, "approval.list", approvals::list),
        // Asked for again and again by every open page, and tells figures only
        new Route(GET, path + "/summary", see, null, approvals::summary),
        new Route(
            GET, path + "/delegations", see, "approval.list-delegations", approvals::delegations),
        new Route(POST, path + "/delegations", act, "approval.delegate", approvals::delegate),
        new Route(
            DELETE,
            path + "/delegations/{delegation}",
            act,
            "approval.end-delegation",
            approvals::endDelegation),
        new Route(GET, one, see, "approval.view", approvals::view),
        new Route(POST, one + "/approve", act, "approval.approve", approvals::approve),
        new Route(POST, one + "/reject", act, "approval.reject", approvals::reject),
        new Route(POST, one + "/withdraw", act, "approval.withdraw", approvals::withdraw),
        new Route(
            POST, Routes.API + "/keys", new Needs(Permission.KEYS), "approval.ask", asks::key),
        new Route(PUT, target, targets, "approval.ask", asks::setTarget),
        new Route(DELETE, target, targets, "approval.ask", asks::removeTarget),
        new Route(
            POST,
            Routes.API + "/tenant-matching",
            new Needs(Permission.TENANT_MATCHING),
            "approval.ask",
            asks::matching),
        new Route(GET, breakGlass, see, "break-glass.list", glass::list),
        // It enters its acts itself
        new Route(POST, breakGlass, new Rule.Open(), null, glass::use),
        new Route(POST, breakGlass + "/{use}/review", act, "break-glass.review", glass::review));
  }

  private Route.Prepared list(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of("scope", "state", "limit"));
    Principal asking = Objects.requireNonNull(principal);
    String scope = Request.choice(http, "scope", List.of("all", "decide", "asked"));
    String state = Request.choice(http, "state", List.of("open", "all"));
    int limit = (int) Request.number(http, "limit", 1, MAX_LIMIT, DEFAULT_LIMIT);
    return new Route.Prepared(
        null,
        Map.of("scope", scope, "state", state),
        _ ->
            SessionRoutes.json(
                http,
                200,
                new AccessViews.Items<>(
                    desk
                        .views(
                            asking,
                            desk.approvals().list(asking.slug(), state.equals("open"), MAX_LIMIT))
                        .stream()
                        .filter(view -> isIn(scope, asking, view))
                        .limit(limit)
                        .toList())));
  }

  private static boolean isIn(String scope, Principal asking, ApprovalViews.View view) {
    return switch (scope) {
      case "decide" -> view.mayApprove() || view.mayReject();
      case "asked" -> view.asker().id().equals(asking.user().id());
      default -> true;
    };
  }

  private Route.Prepared summary(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of());
    Principal asking = Objects.requireNonNull(principal);
    return Route.Prepared.of(
        _ ->
            SessionRoutes.json(
                http,
                200,
                new ApprovalViews.Summary(
                    desk
                        .views(asking, desk.approvals().list(asking.slug(), true, MAX_LIMIT))
                        .stream()
                        .filter(view -> view.mayApprove() || view.mayReject())
                        .count(),
                    desk.glass().uses(asking.slug()).stream()
                        .filter(use -> ApprovalViews.UseView.of(asking, use).mayReview())
                        .count())));
  }

  private Route.Prepared view(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of());
    Principal asking = Objects.requireNonNull(principal);
    UUID id = AccessRequest.uuid(http.pathParam("approval"));
    return new Route.Prepared(
        "approval:" + id,
        Map.of(),
        _ -> SessionRoutes.json(http, 200, desk.view(asking, desk.find(asking, id))));
  }

  private record Decision(@Nullable String sha256, @Nullable String note) {}

  private Route.Prepared approve(Context http, @Nullable Principal principal) {
    Decision body = Request.body(http, Decision.class, null);
    String sha256 = AccessRequest.required("sha256", body.sha256(), 64);
    String note = optional("note", body.note());
    return decide(
        http,
        principal,
        Map.of("sha256", sha256, "note", note),
        (asking, id) -> desk.approve(asking, id, sha256, note));
  }

  private record Rejection(@Nullable String reason) {}

  private Route.Prepared reject(Context http, @Nullable Principal principal) {
    String reason =
        AccessRequest.required("reason", Request.body(http, Rejection.class, null).reason(), NOTE);
    return decide(
        http, principal, Map.of("reason", reason), (asking, id) -> desk.reject(asking, id, reason));
  }

  private Route.Prepared withdraw(Context http, @Nullable Principal principal) {
    return decide(http, principal, Map.of(), desk::withdraw);
  }

  private static String optional(String name, @Nullable String text) {
    return text == null || text.isBlank() ? "" : AccessRequest.required(name, text, NOTE);
  }

  /** A decision is a person's: a program with that person's token, or its own, makes none. */
  private Route.Prepared decide(
      Context http,
      @Nullable Principal principal,
      Map<String, String> details,
      BiFunction<Principal, UUID, Approval> decision) {
    Request.allowParameters(http, Set.of());
    Principal asking = Objects.requireNonNull(principal);
    UUID id = AccessRequest.uuid(http.pathParam("approval"));
    return new Route.Prepared(
        "approval:" + id,
        details,
        _ -> {
          demandSession(asking);
          Approval decided = decision.apply(asking, id);
          SessionRoutes.json(http, 200, desk.view(asking, decided));
        });
  }

  static void demandSession(Principal asking) {
    if (asking.byToken()) {
      throw ProblemException.forbidden(
          "session-needed", "This is decided by a signed-in person, not by a token.");
    }
  }

  private Route.Prepared delegations(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of());
    Principal asking = Objects.requireNonNull(principal);
    return Route.Prepared.of(
        _ ->
            SessionRoutes.json(
                http,
                200,
                new ApprovalViews.Delegations(
                    desk.approvals().delegations(asking.slug()).stream()
                        .map(each -> ApprovalViews.DelegationView.of(asking, each))
                        .toList(),
                    asking.directory().people().values().stream()
                        .filter(person -> !person.id().equals(asking.user().id()))
                        .filter(person -> mayStandIn(asking, person.id()))
                        .sorted(Comparator.comparing(Person::displayName))
                        .map(person -> ApprovalViews.Named.of(asking.directory(), person.id()))
                        .toList())));
  }

  /** Only who holds one of the own privileged roles could decide in the asking person's place. */
  private static boolean mayStandIn(Principal asking, String userId) {
    Set<Role> own = EnumSet.noneOf(Role.class);
    asking.directory().rolesOf(asking.user().id(), asking.asked()).stream()
        .filter(ApprovalRules.PRIVILEGED::contains)
        .forEach(own::add);
    return ApprovalRules.holds(asking.directory(), own, userId, asking.asked());
  }

  private record NewDelegation(
      @Nullable String to, @Nullable String from, @Nullable String until) {}

  private Route.Prepared delegate(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of());
    Principal asking = Objects.requireNonNull(principal);
    NewDelegation body = Request.body(http, NewDelegation.class, null);
    String to = AccessRequest.required("to", body.to(), 200);
    Instant from = AccessRequest.instant("from", body.from());
    Instant begins = from == null ? asking.asked() : from;
    Instant ends =
        AccessRequest.instant("until", AccessRequest.required("until", body.until(), 40));
    UUID id = UUID.randomUUID();
    return new Route.Prepared(
        "delegation:" + id,
        Map.of(
            "to",
            ApprovalViews.Named.of(asking.directory(), to).name(),
            "from",
            begins.toString(),
            "until",
            String.valueOf(ends)),
        _ -> {
          demandSession(asking);
          AccessRequest.person(asking.directory(), to);
          if (!mayStandIn(asking, to)) {
            throw ProblemException.malformed(
                "to", "to: decisions are delegated to somebody who holds one of your roles too.");
          }
          Delegation delegation =
              AccessRequest.change(
                  () -> {
                    Delegation made =
                        new Delegation(
                            id,
                            asking.slug(),
                            asking.user().id(),
                            to,
                            begins,
                            Objects.requireNonNull(ends));
                    desk.approvals().delegate(made, asking.actor());
                    return made;
                  });
          SessionRoutes.json(http, 201, ApprovalViews.DelegationView.of(asking, delegation));
        });
  }

  private Route.Prepared endDelegation(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of());
    Principal asking = Objects.requireNonNull(principal);
    UUID id = AccessRequest.uuid(http.pathParam("delegation"));
    return new Route.Prepared(
        "delegation:" + id,
        Map.of(),
        _ -> {
          if (!desk.approvals()
              .endDelegation(asking.slug(), id, asking.user().id(), asking.actor())) {
            throw ProblemException.notFound("There is no such delegation of yours.");
          }
          http.status(204);
        });
  }
}
