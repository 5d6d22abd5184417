package io.earwitness.portal;

import static io.javalin.http.HandlerType.DELETE;
import static io.javalin.http.HandlerType.GET;
import static io.javalin.http.HandlerType.PUT;

import io.earwitness.access.Role;
import io.earwitness.approval.ApprovalKind;
import io.earwitness.approval.AskedAct;
import io.earwitness.archive.catalog.IdentityProviders;
import io.earwitness.archive.catalog.IdentityProviders.Provider;
import io.earwitness.call.TenantSlug;
import io.earwitness.portal.Route.Rule;
import io.earwitness.portal.Route.Rule.Needs;
import io.javalin.http.Context;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The OpenID providers of the tenant: seen, and changed by a second person. */
public final class IdentityProviderRoutes {
  private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");
  private static final int TEXT = 500;

  private final IdentityProviders providers;
  private final SignInKey key;
  private final boolean usable;
  private final AskRoutes asks;
  private final IdentityProviderAct act;

  private IdentityProviderRoutes(PortalConfig config, PortalParts parts) {
    this.providers = parts.signIn().providers();
    this.key = parts.signIn().key();
    this.usable = config.signIn().publicUrl() != null;
    this.asks = new AskRoutes(parts);
    this.act = new IdentityProviderAct(providers, parts.access());
  }

  /** The table of routes. */
  static List<Route> all(PortalConfig config, PortalParts parts) {
    IdentityProviderRoutes routes = new IdentityProviderRoutes(config, parts);
    Rule ask = new Needs(Permission.IDENTITY_PROVIDERS);
    String all = Routes.API + "/identity-providers";
    String one = all + "/{provider}";
    return List.of(
        new Route(
            GET, all, new Needs(Permission.PEOPLE_READ), "identity-provider.list", routes::list),
        new Route(PUT, one, ask, "approval.ask", routes::set),
        new Route(DELETE, one, ask, "approval.ask", routes::remove));
  }

  /**
   * Checks an issuer: what goes there must not be read on the way, nor the answers be made up.
   *
   * @throws IllegalArgumentException if it is no {@code https} address without query and fragment;
   *     on this machine it may be {@code http}
   */
  public static void demandIssuer(String issuer) {
    try {
      URI uri = new URI(issuer);
      boolean loopback = "http".equals(uri.getScheme()) && LOOPBACK.contains("" + uri.getHost());
      if (uri.getHost() != null
          && ("https".equals(uri.getScheme()) || loopback)
          && uri.getQuery() == null
          && uri.getFragment() == null) {
        return;
      }
    } catch (URISyntaxException e) {
      // told below
    }
    throw new IllegalArgumentException(
        "the issuer '%s' is no address that begins with https://".formatted(issuer));
  }

  private record View(
      String id,
      String name,
      String issuer,
      String clientId,
      boolean clientSecret,
      List<String> scopes,
      String userClaim,
      String groupsClaim,
      Map<String, Set<Role>> roles,
      Map<String, Set<String>> teams,
      boolean provisions,
      boolean enabled) {
    static View of(Provider provider) {
      return new View(
          provider.id(),
          provider.name(),
          provider.issuer(),
          provider.clientId(),
          provider.clientSecret() != null,
          provider.scopes(),
          provider.userClaim(),
          provider.groupsClaim(),
          provider.roles(),
          provider.teams(),
          provider.provisions(),
          provider.enabled());
    }
  }

  /**
   * What there is.
   *
   * @param usable whether the portal knows its own address, without which nobody can come back
   */
  private record All(List<View> items, boolean usable) {}

  private Route.Prepared list(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of());
    Principal asking = Objects.requireNonNull(principal);
    return Route.Prepared.of(
        _ ->
            SessionRoutes.json(
                http,
                200,
                new All(providers.list(asking.slug()).stream().map(View::of).toList(), usable)));
  }

  private record Wanted(
      @Nullable String name,
      @Nullable String issuer,
      @Nullable String clientId,
      @Nullable String clientSecret,
      @Nullable Boolean publicClient,
      @Nullable List<String> scopes,
      @Nullable String userClaim,
      @Nullable String groupsClaim,
      @Nullable Map<String, List<String>> roles,
      @Nullable Map<String, List<String>> teams,
      @Nullable Boolean provisions,
      @Nullable Boolean enabled,
      @Nullable String reason) {
    @Override
    public String toString() {
      return "Wanted";
    }
  }

  private Route.Prepared set(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of());
    Principal asking = Objects.requireNonNull(principal);
    String id = http.pathParam("provider");
    Wanted body = Request.body(http, Wanted.class, null);
    AccessRequest.change(
        () -> {
          Provider wanted = provider(asking, id, body, null);
          demandIssuer(wanted.issuer());
          wanted.check();
          return wanted;
        });
    String object = IdentityProviderAct.OBJECT + id;
    return asks.ask(
        http,
        principal,
        ApprovalKind.IDENTITY_PROVIDER_SET,
        object,
        body.reason(),
        Set.of(),
        () -> {
          Provider wanted = provider(asking, id, body, secret(asking.slug(), id, body));
          return new AskedAct(
              asking.slug(),
              object,
              act.present(asking.slug(), id),
              IdentityProviderAct.facts(wanted, asking.directory()));
        });
  }

  private static Provider provider(
      Principal asking, String id, Wanted body, @Nullable String sealedSecret) {
    String name = body.name();
    String claim = body.userClaim();
    return new Provider(
        asking.slug(),
        id,
        name == null || name.isBlank() ? id : AccessRequest.required("name", name, 200),
        AccessRequest.required("issuer", body.issuer(), 2_000),
        AccessRequest.required("clientId", body.clientId(), TEXT),
        sealedSecret,
        scopes(body.scopes()),
        claim == null || claim.isBlank() ? "" : AccessRequest.required("userClaim", claim, TEXT),
        AccessRequest.required(
            "groupsClaim", Objects.requireNonNullElse(body.groupsClaim(), "groups"), TEXT),
        roles(asking.slug(), body.roles()),
        teams(asking, body.teams()),
        Boolean.TRUE.equals(body.provisions()),
        !Boolean.FALSE.equals(body.enabled()));
  }

  /** RFC 6749 §3.3: {@code scope-token = 1*( %x21 / %x23-5B / %x5D-7E )}. */
  private static List<String> scopes(@Nullable List<String> given) {
    Set<String> scopes = new TreeSet<>();
    (given == null ? List.of("profile") : given).forEach(each -> scopes.add(String.valueOf(each)));
    for (String scope : scopes) {
      if (!scope.matches("[\\x21\\x23-\\x5B\\x5D-\\x7E]{1,100}")) {
        throw ProblemException.malformed("scopes", "scopes: '%s' is none.".formatted(scope));
      }
    }
    return List.copyOf(scopes);
  }

  private static Map<String, Set<Role>> roles(
      TenantSlug tenant, @Nullable Map<String, List<String>> given) {
    Map<String, Set<Role>> roles = new TreeMap<>();
    (given == null ? Map.<String, List<String>>of() : given)
        .forEach(
            (group, names) -> {
              Set<Role> parsed = AccessRequest.set("roles", names, Role.class);
              if (parsed.contains(Role.OPERATOR) && !tenant.equals(TenantSlug.PLATFORM)) {
                throw ProblemException.malformed(
                    "roles",
                    "roles: a tenant has no operators; they belong to the platform's own tenant.");
              }
              if (!parsed.isEmpty()) {
                roles.put(AccessRequest.required("roles", group, TEXT), parsed);
              }
            });
    return roles;
  }

  private static Map<String, Set<String>> teams(
      Principal asking, @Nullable Map<String, List<String>> given) {
    Map<String, Set<String>> teams = new TreeMap<>();
    (given == null ? Map.<String, List<String>>of() : given)
        .forEach(
            (group, ids) -> {
              for (String each : ids == null ? List.<String>of() : ids) {
                String id = String.valueOf(each);
                if (!asking.directory().teams().containsKey(id)) {
                  throw ProblemException.malformed(
                      "teams", "teams: there is no such team as '%s'.".formatted(id));
                }
                teams
                    .computeIfAbsent(
                        AccessRequest.required("teams", group, TEXT), _ -> new TreeSet<>())
                    .add(id);
              }
            });
    return teams;
  }

  /**
   * Sealed. A present one stays, but goes to no other issuer than the one that it was given for.
   */
  private @Nullable String secret(TenantSlug tenant, String id, Wanted body) {
    String given = body.clientSecret();
    boolean isPublic = Boolean.TRUE.equals(body.publicClient());
    if (given != null && !given.isBlank()) {
      if (isPublic) {
        throw ProblemException.malformed("clientSecret", "clientSecret: a public client has none.");
      }
      String secret = AccessRequest.required("clientSecret", given, TEXT);
      return key.seal(
          SignInKey.clientSecretPurpose(tenant, id), secret.getBytes(StandardCharsets.UTF_8));
    }
    Provider present = providers.find(tenant, id).orElse(null);
    if (isPublic || present == null || present.clientSecret() == null) {
      return null;
    }
    if (!present.issuer().equals(body.issuer())) {
      throw ProblemException.malformed(
          "clientSecret",
          "clientSecret: for another issuer give its secret, or say publicClient; the present one was given for %s."
              .formatted(present.issuer()));
    }
    return present.clientSecret();
  }

  private Route.Prepared remove(Context http, @Nullable Principal principal) {
    return asks.askRemoval(
        http,
        principal,
        ApprovalKind.IDENTITY_PROVIDER_REMOVE,
        IdentityProviderAct.OBJECT,
        http.pathParam("provider"),
        act::present,
        "There is no such identity provider.");
  }
}
