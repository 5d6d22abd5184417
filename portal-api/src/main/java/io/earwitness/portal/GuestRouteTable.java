package io.earwitness.portal;

import static io.javalin.http.HandlerType.DELETE;
import static io.javalin.http.HandlerType.GET;
import static io.javalin.http.HandlerType.POST;
import static io.javalin.http.HandlerType.PUT;

import io.earwitness.portal.Route.Rule;
import io.earwitness.portal.Route.Rule.Needs;
import java.util.List;

/** The table of routes for guests, their invitations, and support as a guest. */
final class GuestRouteTable {
  private GuestRouteTable() {}

  static List<Route> all(
      PortalConfig config,
      PortalParts parts,
      Authentication authentication,
      Acts acts,
      InvitationRoutes invitations) {
    GuestRoutes guests = new GuestRoutes(config, parts);
    SupportRoutes support = new SupportRoutes(config, parts, authentication, acts);
    Rule open = new Rule.Open();
    Rule see = new Needs(Permission.PEOPLE_READ);
    Rule people = new Needs(Permission.PEOPLE);
    Rule platform = new Needs(Permission.SUPPORT);
    String all = Routes.API + "/guests";
    String guest = all + "/{user}";
    String asked = Routes.API + "/support-requests";
    String asking = asked + "/{tenant}/{request}";
    String consents = Routes.API + "/support-consents";
    String consent = consents + "/{request}";
    return List.of(
        new Route(GET, all, see, "guest.list", guests::list),
        new Route(POST, all, people, "guest.invite", guests::invite),
        new Route(POST, guest + "/invitation", people, "guest.renew-invitation", guests::renew),
        new Route(PUT, guest, people, "guest.extend", guests::extend),
        new Route(DELETE, guest, people, "guest.end", guests::end),
        new Route(POST, Routes.API + "/invitations/view", open, null, invitations::view),
        new Route(POST, Routes.API + "/invitations/accept", open, null, invitations::accept),
        new Route(GET, asked, platform, "support.list", support::asked),
        new Route(POST, asked, platform, "support.ask", support::ask),
        new Route(POST, asking + "/withdraw", platform, "support.withdraw", support::withdraw),
        new Route(POST, asking + "/enter", platform, "support.enter", support::enter),
        new Route(GET, consents, see, "support.list", support::list),
        new Route(POST, consent + "/consent", people, "support.consent", support::consent),
        new Route(POST, consent + "/refuse", people, "support.refuse", support::refuse),
        new Route(DELETE, consent, people, "support.end", support::end));
  }
}
