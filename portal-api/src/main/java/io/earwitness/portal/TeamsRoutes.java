package io.earwitness.portal;

import static io.javalin.http.HandlerType.GET;
import static io.javalin.http.HandlerType.POST;

import io.earwitness.archive.catalog.Directory;
import io.earwitness.archive.catalog.IdentityProviders.Provider;
import io.earwitness.archive.catalog.Sessions;
import io.earwitness.call.TenantSlug;
import io.earwitness.portal.OpenIdConnect.Identity;
import io.earwitness.portal.OpenIdConnect.OpenIdException;
import io.javalin.http.Context;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sessions of the tab in Teams: for the token that Teams gives the page, or, where it gives none,
 * for what a pop-up window brought back from the identity provider.
 */
final class TeamsRoutes {
  private static final Logger LOG = LoggerFactory.getLogger(TeamsRoutes.class);
  private static final int MAX_TOKEN = 16_384;

  private final @Nullable TeamsTab tab;
  private final @Nullable URI publicUrl;
  private final OpenIdConnect openId;
  private final OpenIdSignIn signIn;
  private final ProviderAccounts accounts;
  private final SessionOpener opener;
  private final Authentication authentication;
  private final Directory directory;
  private final Sessions sessions;
  private final Acts acts;

  private TeamsRoutes(
      PortalConfig config, PortalParts parts, Authentication authentication, Acts acts) {
    this.tab = config.signIn().teams();
    this.publicUrl = config.signIn().publicUrl();
    this.openId = parts.signIn().openId();
    this.signIn = new OpenIdSignIn(config, parts);
    this.accounts = new ProviderAccounts(parts, acts);
    this.opener = new SessionOpener(config, parts);
    this.authentication = authentication;
    this.directory = parts.directory();
    this.sessions = parts.sessions();
    this.acts = acts;
  }

  static List<Route> all(
      PortalConfig config, PortalParts parts, Authentication authentication, Acts acts) {
    TeamsRoutes teams = new TeamsRoutes(config, parts, authentication, acts);
    Route.Rule open = new Route.Rule.Open();
    String base = Routes.API + "/teams-tab";
    return List.of(
        new Route(GET, base, open, null, teams::settings),
        new Route(POST, base + "/session", open, null, teams::exchange),
        new Route(POST, base + "/pop-up-session", open, null, teams::takeOver));
  }

  private TeamsTab demandTab() {
    if (tab == null) {
      throw ProblemException.notFound("The tab in Teams is not switched on here.");
    }
    return tab;
  }

  /**
   * What the page in the frame needs to know.
   *
   * @param origins whose messages it may trust
   */
  private record Settings(List<String> origins) {}

  Route.Prepared settings(Context http, @Nullable Principal nobody) {
    Request.allowParameters(http, Set.of());
    return Route.Prepared.of(
        _ -> SessionRoutes.json(http, 200, new Settings(demandTab().origins())));
  }

  private record Exchange(
      @Nullable String tenant, @Nullable String provider, @Nullable String token) {
    @Override
    public String toString() {
      return "Exchange";
    }
  }

  Route.Prepared exchange(Context http, @Nullable Principal nobody) {
    Request.allowParameters(http, Set.of());
    Exchange body = Request.body(http, Exchange.class, null);
    String tenant = AccessRequest.required("tenant", body.tenant(), 40);
    String provider = AccessRequest.required("provider", body.provider(), 40);
    String token = AccessRequest.required("token", body.token(), MAX_TOKEN);
    return Route.Prepared.of(
        _ -> {
          demandTab();
          demandOwnPage(http);
          exchange(http, signIn.demand(slug(tenant), provider), token);
        });
  }

  /** Another page must not sign somebody in here, be it with the own token. */
  private static void demandOwnPage(Context http) {
    if (!Authentication.isSameOrigin(http)) {
      throw ProblemException.forbidden(
          "not-same-origin", "This is asked by the portal's own page, in a frame of Teams.");
    }
  }

  private static TenantSlug slug(String text) {
    try {
      return new TenantSlug(text);
    } catch (IllegalArgumentException _) {
      throw ProblemException.notFound("There is no such identity provider.");
    }
  }

  private void exchange(Context http, Provider provider, String token) {
    Identity identity;
    try {
      identity =
          openId.accessToken(
              provider,
              token,
              Set.of(
                  provider.clientId(),
                  TeamsTab.audience(Objects.requireNonNull(publicUrl), provider.clientId())));
    } catch (OpenIdException e) {
      LOG.warn(
          "sign-in in Teams to {} through {}: {}",
          provider.tenant(),
          provider.id(),
          e.getMessage());
      acts.end(
          begin(provider, OpenIdSignIn.unknown(provider.tenant()), null),
          "refused: %s.".formatted(e.getMessage()));
      throw switch (e.kind()) {
        case UNREACHABLE ->
            ProblemException.unavailable("The identity provider can't be reached at present.");
        case REFUSED ->
            ProblemException.of(
                401, "wrong-token", "Not signed in", "The token that Teams gave is not taken.");
        case TOO_MANY_GROUPS ->
            ProblemException.of(
                401,
                "too-many-groups",
                "Not signed in",
                "The identity provider leaves out your groups, as you are in too many. An"
                    + " administrator has to have it send only those that are assigned to"
                    + " Earwitness.");
      };
    }
    Acts.Act act =
        begin(provider, Principal.actor(provider.tenant(), OpenIdSignIn.name(identity)), identity);
    try {
      Directory.User user = accounts.enter(provider, identity);
      SessionOpener.Opened opened =
          opener.openWithoutCookie(
              http,
              user,
              Sessions.Method.OIDC,
              new Sessions.Through(provider.id(), identity.session(), null),
              false);
      enter(http, user, opened);
      acts.end(act, Acts.DONE);
    } catch (RuntimeException e) {
      acts.end(act, Problems.of(e).outcome());
      throw e;
    }
  }

  private Acts.Act begin(Provider provider, String actor, @Nullable Identity identity) {
    Map<String, String> details = new TreeMap<>();
    details.put("method", Sessions.Method.OIDC.wireName());
    details.put("provider", provider.id());
    details.put("in", "teams");
    if (identity != null) {
      details.put("issuer", identity.issuer());
      details.put("subject", identity.subject());
    }
    return acts.begin(provider.tenant(), actor, "session.create", null, details);
  }

  private void enter(Context http, Directory.User user, SessionOpener.Opened opened) {
    opener.setFramedCookie(http, opened.cookie());
    SessionRoutes.json(
        http,
        201,
        authentication.current(
            authentication.principal(
                directory.tenant(user.tenant()).orElseThrow(),
                user,
                opened.session(),
                opened.cookie())));
  }

  private record TakeOver(@Nullable String code, @Nullable String verifier) {
    @Override
    public String toString() {
      return "TakeOver";
    }
  }

  /** The session began in the pop-up window, and its act was entered there. */
  Route.Prepared takeOver(Context http, @Nullable Principal nobody) {
    Request.allowParameters(http, Set.of());
    TakeOver body = Request.body(http, TakeOver.class, null);
    String code = AccessRequest.required("code", body.code(), 2_000);
    String verifier = AccessRequest.required("verifier", body.verifier(), 100);
    return Route.Prepared.of(
        _ -> {
          demandTab();
          demandOwnPage(http);
          String cookie =
              signIn
                  .handedOver(code, verifier)
                  .orElseThrow(
                      () ->
                          ProblemException.of(
                              401,
                              "wrong-code",
                              "Not signed in",
                              "The sign-in in the other window is not this page's, or too old."
                                  + " Try again."));
          Sessions.Session session =
              sessions
                  .find(SessionTokens.cookieHash(cookie))
                  .orElseThrow(() -> ProblemException.unauthorized("The session is over."));
          Directory.User user =
              directory.userById(session.tenant(), session.userId()).orElseThrow();
          enter(http, user, new SessionOpener.Opened(session, cookie));
        });
  }
}
