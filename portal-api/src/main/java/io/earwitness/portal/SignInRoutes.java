package io.earwitness.portal;

import static io.javalin.http.HandlerType.DELETE;
import static io.javalin.http.HandlerType.GET;
import static io.javalin.http.HandlerType.POST;
import static io.javalin.http.HandlerType.PUT;

import io.earwitness.portal.Route.Rule;
import io.earwitness.portal.Route.Rule.Needs;
import java.util.List;

/** The table of routes for sessions, second factors, locked accounts and OpenID providers. */
final class SignInRoutes {
  private SignInRoutes() {}

  static List<Route> all(
      PortalConfig config, PortalParts parts, Acts acts, InvitationRoutes invitations) {
    SignInAttempts attempts = new SignInAttempts(config, parts, acts);
    SessionListRoutes sessions = new SessionListRoutes(config, parts);
    TotpRoutes totp = new TotpRoutes(config, parts, attempts);
    UserSignInRoutes users = new UserSignInRoutes(parts, attempts);
    OpenIdRoutes openId = new OpenIdRoutes(config, parts, acts, invitations);
    Rule open = new Rule.Open();
    Rule signedIn = new Rule.SignedIn();
    Rule enrolling = new Rule.Enrolling();
    Rule people = new Needs(Permission.PEOPLE);
    String own = Routes.API + "/sessions";
    String second = Routes.API + "/totp";
    String user = Routes.API + "/users/{user}";
    String provider = OpenIdSignIn.FOLDER + "/{tenant}/{provider}";
    return List.of(
        new Route(GET, own, signedIn, "session.list", sessions::own),
        new Route(DELETE, own + "/{session}", signedIn, "session.revoke", sessions::revokeOwn),
        new Route(GET, user + "/sessions", people, "session.list", sessions::ofUser),
        new Route(DELETE, user + "/sessions", people, "session.revoke", sessions::revokeAllOfUser),
        new Route(
            DELETE, user + "/sessions/{session}", people, "session.revoke", sessions::revokeOfUser),
        new Route(GET, second, enrolling, null, totp::view),
        new Route(POST, second, enrolling, "totp.begin", totp::begin),
        new Route(PUT, second, enrolling, "totp.enrol", totp::enrol),
        new Route(POST, second + "/removal", signedIn, "totp.remove", totp::remove),
        new Route(
            POST,
            second + "/recovery-codes",
            signedIn,
            "totp.renew-recovery-codes",
            totp::newRecoveryCodes),
        new Route(GET, user + "/sign-in", people, "user.view-sign-in", users::view),
        new Route(DELETE, user + "/lock", people, "user.unlock", users::unlock),
        new Route(DELETE, user + "/totp", people, "user.reset-totp", users::resetTotp),
        new Route(GET, Routes.API + "/sign-in/providers", open, null, openId::list),
        new Route(GET, provider, open, null, openId::start),
        new Route(GET, OpenIdSignIn.CALLBACK, open, null, openId::callback),
        new Route(POST, provider + "/logout", open, null, openId::loggedOut));
  }
}
