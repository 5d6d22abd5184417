package io.earwitness.portal;

import static io.javalin.http.HandlerType.DELETE;
import static io.javalin.http.HandlerType.GET;
import static io.javalin.http.HandlerType.POST;

import io.earwitness.portal.Route.Rule;
import io.earwitness.portal.Route.Rule.Needs;
import java.util.List;

/** The table of routes for tokens, service accounts, and what keeps people in step. */
final class ProvisioningRoutes {
  private ProvisioningRoutes() {}

  static List<Route> all(PortalParts parts, Acts acts) {
    TokenRoutes tokens = new TokenRoutes(parts);
    ImportRoutes imports = new ImportRoutes(parts, acts);
    HoldRoutes holds = new HoldRoutes(parts.people(), acts);
    Rule own = new Needs(Permission.TOKENS);
    Rule seePeople = new Needs(Permission.PEOPLE_READ);
    Rule people = new Needs(Permission.PEOPLE);
    String ofUser = Routes.API + "/users/{user}/tokens";
    String provisioning = Routes.API + "/provisioning";
    return List.of(
        new Route(GET, Routes.API + "/tokens", own, "token.list", tokens::listOwn),
        new Route(POST, Routes.API + "/tokens", own, "token.create", tokens::createOwn),
        new Route(DELETE, Routes.API + "/tokens/{id}", own, "token.revoke", tokens::revokeOwn),
        new Route(GET, ofUser, seePeople, "user.list-tokens", tokens::listOfUser),
        new Route(POST, ofUser, people, "user.create-token", tokens::createOfUser),
        new Route(DELETE, ofUser + "/{token}", people, "user.revoke-token", tokens::revokeOfUser),
        new Route(GET, provisioning + "/holds", seePeople, "provisioning.list-holds", holds::list),
        new Route(
            POST,
            provisioning + "/holds/{hold}/decision",
            people,
            "provisioning.decide",
            holds::decide),
        new Route(
            GET,
            provisioning + "/removals",
            seePeople,
            "provisioning.list-removals",
            holds::removals),
        new Route(POST, provisioning + "/removals/undo", people, "provisioning.undo", holds::undo),
        new Route(POST, Routes.API + "/imports/{kind}", people, "people.import", imports::run));
  }
}
