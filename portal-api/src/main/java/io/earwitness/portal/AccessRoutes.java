package io.earwitness.portal;

import static io.javalin.http.HandlerType.DELETE;
import static io.javalin.http.HandlerType.GET;
import static io.javalin.http.HandlerType.POST;
import static io.javalin.http.HandlerType.PUT;

import io.earwitness.portal.Route.Rule;
import io.earwitness.portal.Route.Rule.Needs;
import java.util.List;

/** The table of routes for people, teams, grants, matters and access review. */
final class AccessRoutes {
  private AccessRoutes() {}

  static List<Route> all(PortalParts parts) {
    UserRoutes users = new UserRoutes(parts);
    TeamRoutes teams = new TeamRoutes(parts);
    GrantRoutes grants = new GrantRoutes(parts);
    MatterRoutes matters = new MatterRoutes(parts);
    ReviewRoutes reviews = new ReviewRoutes(parts);
    Rule seePeople = new Needs(Permission.PEOPLE_READ);
    Rule people = new Needs(Permission.PEOPLE);
    Rule seeMatters = new Needs(Permission.MATTERS_READ);
    Rule keepMatters = new Needs(Permission.MATTERS);
    Rule review = new Needs(Permission.ACCESS_REVIEW);
    String user = Routes.API + "/users/{user}";
    String team = Routes.API + "/teams/{team}";
    String matter = Routes.API + "/matters/{matter}";
    SignOffRoutes reviewed = new SignOffRoutes(parts);
    Rule signOff = new Needs(Permission.ACCESS_SIGN_OFF);
    OwnCallsRoutes ownCalls = new OwnCallsRoutes(parts);
    String own = Routes.API + "/access/own-calls";
    String past = Routes.API + "/access/reviews";
    return List.of(
        new Route(GET, Routes.API + "/access/report", review, "access.report", reviewed::report),
        new Route(GET, own, review, "access.view-own-calls", ownCalls::view),
        new Route(PUT, own, people, "tenant.set-own-calls", ownCalls::set),
        new Route(GET, past, review, "access.list-reviews", reviewed::list),
        new Route(POST, past, signOff, "access.sign-off", reviewed::signOff),
        new Route(GET, past + "/{review}/report", review, "access.view-review", reviewed::download),
        new Route(GET, Routes.API + "/users", seePeople, "user.list", users::list),
        new Route(POST, Routes.API + "/users", people, "user.add", users::add),
        new Route(PUT, user + "/roles", people, "user.set-roles", users::setRoles),
        new Route(PUT, user + "/active", people, "user.set-active", users::setActive),
        new Route(GET, Routes.API + "/teams", seePeople, "team.list", teams::list),
        new Route(POST, Routes.API + "/teams", people, "team.add", teams::add),
        new Route(PUT, team + "/parent", people, "team.move", teams::move),
        new Route(POST, team + "/members", people, "team.add-member", teams::addMember),
        new Route(
            DELETE, team + "/members/{user}", people, "team.remove-member", teams::removeMember),
        new Route(GET, Routes.API + "/grants", seePeople, "grant.list", grants::list),
        new Route(POST, Routes.API + "/grants", people, "grant.add", grants::add),
        new Route(DELETE, Routes.API + "/grants/{grant}", people, "grant.revoke", grants::revoke),
        new Route(GET, Routes.API + "/matters", seeMatters, "matter.list", matters::list),
        new Route(POST, Routes.API + "/matters", keepMatters, "matter.add", matters::add),
        new Route(GET, matter, seeMatters, "matter.view", matters::view),
        new Route(DELETE, matter, keepMatters, "matter.close", matters::close),
        new Route(
            POST,
            matter + "/recordings",
            keepMatters,
            "matter.add-recordings",
            matters::addRecordings),
        new Route(
            DELETE,
            matter + "/recordings/{id}",
            keepMatters,
            "matter.remove-recording",
            matters::removeRecording),
        new Route(GET, Routes.API + "/access/decision", review, "access.decide", reviews::decision),
        new Route(GET, Routes.API + "/access/review", review, "access.review", reviews::review));
  }
}
