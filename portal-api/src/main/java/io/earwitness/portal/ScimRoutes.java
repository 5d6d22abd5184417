package io.earwitness.portal;

import static io.javalin.http.HandlerType.DELETE;
import static io.javalin.http.HandlerType.GET;
import static io.javalin.http.HandlerType.PATCH;
import static io.javalin.http.HandlerType.POST;
import static io.javalin.http.HandlerType.PUT;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.earwitness.portal.Route.Rule;
import io.earwitness.portal.Route.Rule.Needs;
import io.earwitness.portal.scim.ScimDocuments;
import io.earwitness.portal.scim.ScimException;
import io.javalin.http.Context;
import java.util.List;
import java.util.function.Function;

/** The table of the SCIM service's routes (RFC 7644 section 3.2). */
final class ScimRoutes {
  private ScimRoutes() {}

  static List<Route> all(PortalConfig config, PortalParts parts) {
    ScimExchange exchange = new ScimExchange(config);
    ScimUsers users = new ScimUsers(parts.people(), exchange);
    ScimGroups groups = new ScimGroups(parts.people(), exchange);
    Rule rule = new Needs(Permission.PROVISIONING);
    String base = ScimExchange.BASE;
    String allUsers = base + "/Users";
    String user = allUsers + "/{user}";
    String allGroups = base + "/Groups";
    String group = allGroups + "/{team}";
    return List.of(
        new Route(
            GET,
            base + "/ServiceProviderConfig",
            rule,
            null,
            document(http -> ScimDocuments.serviceProviderConfig(exchange.base(http)))),
        new Route(
            GET,
            base + "/ResourceTypes",
            rule,
            null,
            document(http -> list(ScimDocuments.resourceTypes(exchange.base(http))))),
        new Route(
            GET,
            base + "/ResourceTypes/{id}",
            rule,
            null,
            document(http -> one(ScimDocuments.resourceTypes(exchange.base(http)), http))),
        new Route(
            GET,
            base + "/Schemas",
            rule,
            null,
            document(http -> list(ScimDocuments.schemas(exchange.base(http))))),
        new Route(
            GET,
            base + "/Schemas/{id}",
            rule,
            null,
            document(http -> one(ScimDocuments.schemas(exchange.base(http)), http))),
        new Route(GET, allUsers, rule, "scim.list-users", users::list),
        new Route(POST, allUsers, rule, "scim.create-user", users::create),
        new Route(GET, user, rule, "scim.view-user", users::view),
        new Route(PUT, user, rule, "scim.replace-user", users::replace),
        new Route(PATCH, user, rule, "scim.patch-user", users::patch),
        new Route(DELETE, user, rule, "scim.delete-user", users::delete),
        new Route(GET, allGroups, rule, "scim.list-groups", groups::list),
        new Route(POST, allGroups, rule, "scim.create-group", groups::create),
        new Route(GET, group, rule, "scim.view-group", groups::view),
        new Route(PUT, group, rule, "scim.replace-group", groups::replace),
        new Route(PATCH, group, rule, "scim.patch-group", groups::patch),
        new Route(DELETE, group, rule, "scim.delete-group", groups::delete));
  }

  private static Route.Handling document(Function<Context, ObjectNode> document) {
    return (http, _) ->
        Route.Prepared.of(_ -> ScimExchange.answer(http, 200, document.apply(http)));
  }

  private static ObjectNode list(List<ObjectNode> documents) {
    return ScimDocuments.list(documents.size(), 1, documents);
  }

  private static ObjectNode one(List<ObjectNode> documents, Context http) {
    return ScimDocuments.byId(documents, http.pathParam("id"))
        .orElseThrow(() -> new ScimException(404, null, "There is nothing of that name."));
  }
}
