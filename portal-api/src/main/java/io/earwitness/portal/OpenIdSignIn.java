package io.earwitness.portal;

import io.earwitness.archive.catalog.IdentityProviders;
import io.earwitness.archive.catalog.IdentityProviders.Provider;
import io.earwitness.archive.catalog.Sessions;
import io.earwitness.call.TenantSlug;
import io.earwitness.json.Json;
import io.earwitness.portal.OpenIdConnect.Flow;
import io.earwitness.portal.OpenIdConnect.Identity;
import io.earwitness.portal.OpenIdConnect.OpenIdException;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way to an OpenID provider and back. What ties both together is in the browser, sealed, so
 * that any node takes it up. Thread-safe.
 */
final class OpenIdSignIn {
  private static final Logger LOG = LoggerFactory.getLogger(OpenIdSignIn.class);
  static final String FOLDER = "/sign-in/oidc";
  static final String CALLBACK = FOLDER + "/callback";

  /** How long somebody may take at the provider. */
  static final Duration PATIENCE = Duration.ofMinutes(10);

  private static final String FLOW = "openid-flow";
  private static final String HAND_OVER = "teams-hand-over";
  private static final Duration HAND_OVER_PATIENCE = Duration.ofMinutes(1);

  private final IdentityProviders providers;
  private final OpenIdConnect openId;
  private final SignInKey key;
  private final Clock clock;
  private final @Nullable URI publicUrl;

  OpenIdSignIn(PortalConfig config, PortalParts parts) {
    this.providers = parts.signIn().providers();
    this.openId = parts.signIn().openId();
    this.key = parts.signIn().key();
    this.clock = parts.clock();
    this.publicUrl = config.signIn().publicUrl();
  }

  /**
   * A way that was begun.
   *
   * @param invitation the code of the invitation that is accepted so; null for none
   * @param teams the challenge of the page in Teams that opened this window; null for none
   */
  record Begun(
      TenantSlug tenant,
      String provider,
      Flow flow,
      Instant until,
      @Nullable String invitation,
      @Nullable String teams) {}

  /** A session's cookie on its way from a pop-up window to the page that opened it. */
  private record HandOver(String cookie, String challenge, Instant until) {
    @Override
    public String toString() {
      return "HandOver";
    }
  }

  /** Where the browser goes, and what it is to bring back. */
  record Leaving(URI location, String sealed) {}

  /** Through which one can sign in to a tenant. */
  List<Provider> offered(TenantSlug tenant) {
    return publicUrl == null
        ? List.of()
        : providers.list(tenant).stream().filter(Provider::enabled).toList();
  }

  Leaving begin(TenantSlug tenant, String id, @Nullable String invitation, @Nullable String teams)
      throws OpenIdException {
    Provider provider = demand(tenant, id);
    Flow flow = new Flow(SessionTokens.draw(), SessionTokens.draw(), SessionTokens.draw());
    URI location = openId.authorization(provider, flow, callback());
    Begun begun = new Begun(tenant, id, flow, clock.instant().plus(PATIENCE), invitation, teams);
    return new Leaving(location, key.seal(FLOW, Json.bytes(begun)));
  }

  /** What a browser brings back; empty if it is not ours or too old. */
  Optional<Begun> begun(@Nullable String sealed) {
    if (sealed == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(Json.read(key.open(FLOW, sealed), Begun.class))
          .filter(begun -> begun.until().isAfter(clock.instant()));
    } catch (IllegalArgumentException | IOException _) {
      return Optional.empty();
    }
  }

  /**
   * What a pop-up window tells the page that opened it: worth nothing without that page's verifier,
   * and only for a minute.
   */
  String handOver(String cookie, String challenge) {
    return key.seal(
        HAND_OVER,
        Json.bytes(new HandOver(cookie, challenge, clock.instant().plus(HAND_OVER_PATIENCE))));
  }

  /** The cookie, if this is what {@link #handOver} gave for the challenge of this verifier. */
  Optional<String> handedOver(String code, String verifier) {
    try {
      return Optional.of(Json.read(key.open(HAND_OVER, code), HandOver.class))
          .filter(each -> each.until().isAfter(clock.instant()))
          .filter(each -> SessionTokens.same(each.challenge(), SessionTokens.challenge(verifier)))
          .map(HandOver::cookie);
    } catch (IllegalArgumentException | IOException _) {
      return Optional.empty();
    }
  }

  Identity redeem(Begun begun, String code) throws OpenIdException {
    Provider provider = demand(begun.tenant(), begun.provider());
    String sealed = provider.clientSecret();
    String secret =
        sealed == null
            ? null
            : new String(
                key.open(SignInKey.clientSecretPurpose(provider.tenant(), provider.id()), sealed),
                StandardCharsets.UTF_8);
    return openId.redeem(provider, secret, code, begun.flow(), callback());
  }

  /**
   * A provider that can be used.
   *
   * @throws ProblemException 404 if there is no such one, 503 if the portal does not know its own
   *     address
   */
  Provider demand(TenantSlug tenant, String id) {
    Provider provider =
        providers
            .find(tenant, id)
            .filter(Provider::enabled)
            .orElseThrow(() -> ProblemException.notFound("There is no such identity provider."));
    callback();
    return provider;
  }

  private URI callback() {
    if (publicUrl == null) {
      throw ProblemException.of(
          503,
          "not-configured",
          "Not available",
          "The portal does not know its own address: set portal.publicUrl to where browsers reach"
              + " it, such as https://recordings.example.com.");
    }
    return publicUrl.resolve(CALLBACK);
  }

  Sessions.Through through(Begun begun, Identity identity) {
    return new Sessions.Through(
        begun.provider(),
        identity.session(),
        key.seal(
            hintPurpose(begun.tenant(), begun.provider()),
            identity.idToken().getBytes(StandardCharsets.US_ASCII)));
  }

  private static String hintPurpose(TenantSlug tenant, String provider) {
    return "logout-hint|%s|%s".formatted(tenant, provider);
  }

  /** Where the browser goes on, once its session here has ended, to end the provider's too. */
  Optional<URI> leave(Sessions.Session session) {
    Sessions.Through through = session.start().through();
    if (through == null || through.logoutHint() == null || publicUrl == null) {
      return Optional.empty();
    }
    try {
      Optional<Provider> provider = providers.find(session.tenant(), through.id());
      if (provider.isEmpty()) {
        return Optional.empty();
      }
      byte[] idToken = key.open(hintPurpose(session.tenant(), through.id()), through.logoutHint());
      return openId.endSession(
          provider.get(), new String(idToken, StandardCharsets.US_ASCII), publicUrl.resolve("/"));
    } catch (OpenIdException | IllegalArgumentException e) {
      LOG.warn("a session at the provider {} is left open: {}", through.id(), e.getMessage());
      return Optional.empty();
    }
  }

  /** Ends the sessions of which a provider says that they are over. Returns how many. */
  int loggedOut(Provider provider, Sessions sessions, String logoutToken) throws OpenIdException {
    OpenIdConnect.LoggedOut over = openId.loggedOut(provider, logoutToken);
    if (over.session() != null) {
      return sessions.revokeThrough(provider.tenant(), provider.id(), null, over.session());
    }
    String subject = over.subject();
    return subject == null
        ? 0
        : providers
            .linked(provider.tenant(), provider.id(), over.issuer(), subject)
            .map(id -> sessions.revokeThrough(provider.tenant(), provider.id(), id, null))
            .orElse(0);
  }

  /** For the trail: how somebody is called whom a provider told of. */
  static String name(Identity identity) {
    return identity.userName() == null ? identity.subject() : identity.userName();
  }

  /** The actor of an attempt of which it is not known whose it is. */
  static String unknown(TenantSlug tenant) {
    return Principal.actor(tenant, "unknown");
  }
}
