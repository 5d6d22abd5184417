package io.earwitness.portal;

import io.earwitness.archive.catalog.Directory;
import io.earwitness.archive.catalog.IdentityProviders.Provider;
import io.earwitness.archive.catalog.Sessions;
import io.earwitness.call.TenantSlug;
import io.earwitness.portal.OpenIdConnect.Identity;
import io.earwitness.portal.OpenIdConnect.OpenIdException;
import io.javalin.http.Context;
import io.javalin.http.HttpStatus;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Signing in through an OpenID provider. Browsers come here by links and redirects, so what goes
 * wrong is told by the sign-in page, to which they are sent with a word for it.
 */
final class OpenIdRoutes {
  private static final Logger LOG = LoggerFactory.getLogger(OpenIdRoutes.class);
  private static final String COOKIE = "earwitness-openid";

  private final OpenIdSignIn signIn;
  private final ProviderAccounts accounts;
  private final InvitationRoutes invitations;
  private final SessionOpener opener;
  private final Sessions sessions;
  private final Acts acts;
  private final boolean secure;
  private final boolean teams;

  OpenIdRoutes(PortalConfig config, PortalParts parts, Acts acts, InvitationRoutes invitations) {
    this.invitations = invitations;
    this.signIn = new OpenIdSignIn(config, parts);
    this.accounts = new ProviderAccounts(parts, acts);
    this.opener = new SessionOpener(config, parts);
    this.sessions = parts.sessions();
    this.acts = acts;
    this.secure = config.secure();
    this.teams = config.signIn().teams() != null;
  }

  private record Offered(String id, String name) {}

  /** The same for a tenant that has none and one that is none. */
  Route.Prepared list(Context http, @Nullable Principal nobody) {
    Request.allowParameters(http, Set.of("tenant"));
    String tenant = Request.parameter(http, "tenant", 40);
    List<Provider> providers = tenant == null ? List.of() : offered(tenant);
    return Route.Prepared.of(
        _ ->
            SessionRoutes.json(
                http,
                200,
                new AccessViews.Items<>(
                    providers.stream().map(each -> new Offered(each.id(), each.name())).toList())));
  }

  private List<Provider> offered(String tenant) {
    try {
      return signIn.offered(new TenantSlug(tenant));
    } catch (IllegalArgumentException _) {
      return List.of();
    }
  }

  Route.Prepared start(Context http, @Nullable Principal nobody) {
    return Route.Prepared.of(
        _ -> {
          try {
            letOpenerStay(http, challenge(http));
            OpenIdSignIn.Leaving leaving =
                signIn.begin(
                    slug(http),
                    http.pathParam("provider"),
                    Request.parameter(http, "invitation", 100),
                    challenge(http));
            // Not Strict: the way back begins at the provider's site
            http.header(
                "Set-Cookie",
                flowCookie(leaving.sealed(), "; Max-Age=" + OpenIdSignIn.PATIENCE.toSeconds()));
            http.redirect(leaving.location().toString());
          } catch (OpenIdException e) {
            LOG.warn("nobody can sign in through {}: {}", http.path(), e.getMessage());
            http.redirect(problem(page(challenge(http)), "unreachable"), HttpStatus.SEE_OTHER);
          } catch (RuntimeException e) {
            http.redirect(
                problem(page(challenge(http)), word(Problems.of(e))), HttpStatus.SEE_OTHER);
          }
        });
  }

  /** Of the page in Teams that opened this window; null where there is none. */
  private @Nullable String challenge(Context http) {
    return teams ? Request.parameter(http, "teams", 100) : null;
  }

  private static TenantSlug slug(Context http) {
    try {
      return new TenantSlug(http.pathParam("tenant"));
    } catch (IllegalArgumentException _) {
      throw ProblemException.notFound("There is no such identity provider.");
    }
  }

  private String flowCookie(String value, String attributes) {
    return "%s=%s; Path=%s; HttpOnly; SameSite=Lax%s%s"
        .formatted(COOKIE, value, OpenIdSignIn.FOLDER, secure ? "; Secure" : "", attributes);
  }

  Route.Prepared callback(Context http, @Nullable Principal nobody) {
    return Route.Prepared.of(
        _ -> {
          Optional<OpenIdSignIn.Begun> begun = signIn.begun(http.cookie(COOKIE));
          String challenge = begun.map(OpenIdSignIn.Begun::teams).orElse(null);
          letOpenerStay(http, challenge);
          String page = page(challenge);
          String where;
          try {
            String state = http.queryParam("state");
            // Somebody else's link must sign nobody in
            where =
                begun.isEmpty()
                        || state == null
                        || !SessionTokens.same(begun.get().flow().state(), state)
                    ? problem(page, "expired")
                    : arrive(http, begun.get(), page);
          } catch (RuntimeException e) {
            where = problem(page, word(Problems.of(e)));
          }
          // To the page, which asks for the session itself: then the cookie goes along
          http.redirect(where, HttpStatus.SEE_OTHER);
          http.res().addHeader("Set-Cookie", flowCookie("", "; Max-Age=0"));
        });
  }

  /**
   * Where the browser goes on.
   *
   * @param page the one that also tells what went wrong
   */
  private String arrive(Context http, OpenIdSignIn.Begun begun, String page) {
    Identity identity;
    Provider provider;
    try {
      provider = signIn.demand(begun.tenant(), begun.provider());
      demandAnswer(http, provider);
      identity = signIn.redeem(begun, String.valueOf(http.queryParam("code")));
    } catch (OpenIdException e) {
      LOG.warn("sign-in to {} through {}: {}", begun.tenant(), begun.provider(), e.getMessage());
      acts.end(
          begin(begun, OpenIdSignIn.unknown(begun.tenant()), null),
          "refused: %s.".formatted(e.getMessage()));
      return switch (e.kind()) {
        case UNREACHABLE -> problem(page, "unreachable");
        case REFUSED -> problem(page, "refused");
        case TOO_MANY_GROUPS -> problem(page, "too-many-groups");
      };
    }
    Acts.Act act =
        begin(begun, Principal.actor(begun.tenant(), OpenIdSignIn.name(identity)), identity);
    try {
      if (begun.invitation() != null) {
        invitations.accept(provider, begun.invitation(), identity);
      }
      Directory.User user = accounts.enter(provider, identity);
      Sessions.Through through = signIn.through(begun, identity);
      String challenge = begun.teams();
      String where = page;
      if (challenge == null) {
        opener.open(http, user, Sessions.Method.OIDC, through, false);
      } else {
        // The cookie belongs to the page in the frame, not to this window
        SessionOpener.Opened opened =
            opener.openWithoutCookie(http, user, Sessions.Method.OIDC, through, false);
        where += "#code=" + signIn.handOver(opened.cookie(), challenge);
      }
      acts.end(act, Acts.DONE);
      return where;
    } catch (RuntimeException e) {
      acts.end(act, Problems.of(e).outcome());
      throw e;
    }
  }

  /**
   * Refuses what is no answer of this provider (RFC 6749 section 4.1.2, RFC 9207).
   *
   * @throws OpenIdException with what the provider said
   */
  private static void demandAnswer(Context http, Provider provider) throws OpenIdException {
    String issuer = http.queryParam("iss");
    if (issuer != null && !issuer.equals(provider.issuer())) {
      throw new OpenIdException(
          OpenIdException.Kind.REFUSED, "another issuer than the one that was asked answered");
    }
    String error = http.queryParam("error");
    if (error != null || http.queryParam("code") == null) {
      String said = String.valueOf(error);
      throw new OpenIdException(
          OpenIdException.Kind.REFUSED,
          "the provider said " + said.substring(0, Math.min(said.length(), 100)));
    }
  }

  private Acts.Act begin(OpenIdSignIn.Begun begun, String actor, @Nullable Identity identity) {
    Map<String, String> details = new TreeMap<>();
    details.put("method", Sessions.Method.OIDC.wireName());
    details.put("provider", begun.provider());
    if (begun.teams() != null) {
      details.put("in", "teams");
    }
    if (identity != null) {
      details.put("issuer", identity.issuer());
      details.put("subject", identity.subject());
    }
    return acts.begin(begun.tenant(), actor, "session.create", null, details);
  }

  private static String word(ProblemException problem) {
    return switch (problem.type) {
      case "no-account", "inactive", "not-configured", "invitation-void", "guest-ended" ->
          problem.type;
      default -> problem.status == 404 ? "not-configured" : "unavailable";
    };
  }

  /** The window is to tell the page that opened it, from which other windows are cut off. */
  private static void letOpenerStay(Context http, @Nullable String challenge) {
    if (challenge != null) {
      http.header("Cross-Origin-Opener-Policy", "unsafe-none");
    }
  }

  /** Where a browser comes back to. */
  private static String page(@Nullable String challenge) {
    return challenge == null ? "/" : TeamsTab.FOLDER + "/signed-in";
  }

  private static String problem(String page, String word) {
    return page + "?sign-in=" + word;
  }

  /** OpenID Connect Back-Channel Logout 1.0: the provider itself tells, without a browser. */
  Route.Prepared loggedOut(Context http, @Nullable Principal nobody) {
    String token = http.formParam("logout_token");
    return Route.Prepared.of(
        _ -> {
          Provider provider = signIn.demand(slug(http), http.pathParam("provider"));
          if (token == null) {
            throw ProblemException.malformed("logout_token", "logout_token is missing.");
          }
          Acts.Act act =
              acts.begin(
                  provider.tenant(),
                  ProviderAccounts.actor(provider),
                  "session.end-by-provider",
                  null,
                  Map.of("provider", provider.id()));
          try {
            int ended = signIn.loggedOut(provider, sessions, token);
            acts.end(act, "done: %d sessions".formatted(ended));
            http.status(200);
          } catch (OpenIdException e) {
            acts.end(act, "refused: %s.".formatted(e.getMessage()));
            throw ProblemException.malformed("logout_token", e.getMessage() + ".");
          } catch (RuntimeException e) {
            acts.end(act, Problems.of(e).outcome());
            throw e;
          }
        });
  }
}
