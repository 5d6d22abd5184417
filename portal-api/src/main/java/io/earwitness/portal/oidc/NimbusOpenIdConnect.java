package io.earwitness.portal.oidc;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jwt.JWTParser;
import com.nimbusds.jwt.SignedJWT;
import com.nimbusds.oauth2.sdk.AuthorizationCode;
import com.nimbusds.oauth2.sdk.AuthorizationCodeGrant;
import com.nimbusds.oauth2.sdk.ErrorObject;
import com.nimbusds.oauth2.sdk.ParseException;
import com.nimbusds.oauth2.sdk.ResponseType;
import com.nimbusds.oauth2.sdk.Scope;
import com.nimbusds.oauth2.sdk.TokenRequest;
import com.nimbusds.oauth2.sdk.TokenResponse;
import com.nimbusds.oauth2.sdk.auth.ClientAuthentication;
import com.nimbusds.oauth2.sdk.auth.ClientAuthenticationMethod;
import com.nimbusds.oauth2.sdk.auth.ClientSecretBasic;
import com.nimbusds.oauth2.sdk.auth.ClientSecretPost;
import com.nimbusds.oauth2.sdk.auth.Secret;
import com.nimbusds.oauth2.sdk.http.HTTPRequest;
import com.nimbusds.oauth2.sdk.id.ClientID;
import com.nimbusds.oauth2.sdk.id.State;
import com.nimbusds.oauth2.sdk.pkce.CodeChallengeMethod;
import com.nimbusds.oauth2.sdk.pkce.CodeVerifier;
import com.nimbusds.oauth2.sdk.token.AccessToken;
import com.nimbusds.openid.connect.sdk.AuthenticationRequest;
import com.nimbusds.openid.connect.sdk.LogoutRequest;
import com.nimbusds.openid.connect.sdk.Nonce;
import com.nimbusds.openid.connect.sdk.OIDCScopeValue;
import com.nimbusds.openid.connect.sdk.OIDCTokenResponse;
import com.nimbusds.openid.connect.sdk.OIDCTokenResponseParser;
import com.nimbusds.openid.connect.sdk.claims.AuthorizedParty;
import com.nimbusds.openid.connect.sdk.claims.IDTokenClaimsSet;
import com.nimbusds.openid.connect.sdk.claims.LogoutTokenClaimsSet;
import com.nimbusds.openid.connect.sdk.op.OIDCProviderMetadata;
import io.earwitness.archive.catalog.IdentityProviders.Provider;
import io.earwitness.portal.OpenIdConnect;
import io.earwitness.portal.OpenIdConnect.OpenIdException.Kind;
import java.io.IOException;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** {@link OpenIdConnect} by Nimbus' library. */
public final class NimbusOpenIdConnect implements OpenIdConnect {
  /** What Teams asks Entra ID for in a page's name. */
  private static final String SCOPE = "access_as_user";

  private final Issuers issuers = new Issuers();

  @Override
  public URI authorization(Provider provider, Flow flow, URI callback) throws OpenIdException {
    OIDCProviderMetadata metadata = issuers.of(provider).metadata();
    Scope scope = new Scope(OIDCScopeValue.OPENID);
    provider.scopes().forEach(scope::add);
    return new AuthenticationRequest.Builder(
            ResponseType.CODE, scope, new ClientID(provider.clientId()), callback)
        .endpointURI(metadata.getAuthorizationEndpointURI())
        .state(new State(flow.state()))
        .nonce(new Nonce(flow.nonce()))
        .codeChallenge(new CodeVerifier(flow.verifier()), CodeChallengeMethod.S256)
        .build()
        .toURI();
  }

  @Override
  public Identity redeem(
      Provider provider, @Nullable String clientSecret, String code, Flow flow, URI callback)
      throws OpenIdException {
    Issuers.Issuer issuer = issuers.of(provider);
    AuthorizationCodeGrant grant =
        new AuthorizationCodeGrant(
            new AuthorizationCode(code), callback, new CodeVerifier(flow.verifier()));
    URI endpoint = issuer.metadata().getTokenEndpointURI();
    ClientID client = new ClientID(provider.clientId());
    TokenRequest request =
        clientSecret == null
            ? new TokenRequest.Builder(endpoint, client, grant).build()
            : new TokenRequest.Builder(
                    endpoint, authentication(issuer.metadata(), client, clientSecret), grant)
                .build();
    OIDCTokenResponse tokens = send(request.toHTTPRequest());
    var idToken = tokens.getOIDCTokens().getIDToken();
    if (idToken == null) {
      throw new OpenIdException(Kind.REFUSED, "the provider gave no ID token");
    }
    try {
      IDTokenClaimsSet claims = issuer.idTokens(client).validate(idToken, new Nonce(flow.nonce()));
      demandParty(provider, claims);
      return Claims.identity(
          provider, claims, all(provider, issuer, tokens, claims), idToken.serialize());
    } catch (BadJOSEException | JOSEException e) {
      throw Issuers.untrusted("ID token", e);
    }
  }

  /** The ID token's claims, and of those that it lacks what the UserInfo endpoint says. */
  private static Map<String, Object> all(
      Provider provider, Issuers.Issuer issuer, OIDCTokenResponse tokens, IDTokenClaimsSet token)
      throws OpenIdException {
    Map<String, Object> claims = token.toJSONObject();
    AccessToken access = tokens.getOIDCTokens().getAccessToken();
    URI endpoint = issuer.metadata().getUserInfoEndpointURI();
    Claims.demandAllGroups(provider, claims);
    if (!Claims.lacks(provider, claims) || endpoint == null || access == null) {
      return claims;
    }
    Map<String, Object> more = new HashMap<>(UserInfo.ask(endpoint, access, token.getSubject()));
    Claims.demandAllGroups(provider, more);
    more.putAll(claims);
    return more;
  }

  /** OpenID Connect Core section 3.1.3.7, 4 and 5, which the library leaves to us. */
  private static void demandParty(Provider provider, IDTokenClaimsSet claims)
      throws OpenIdException {
    AuthorizedParty party = claims.getAuthorizedParty();
    boolean ours =
        party == null
            ? claims.getAudience().size() == 1
            : party.getValue().equals(provider.clientId());
    if (!ours) {
      throw new OpenIdException(
          Kind.REFUSED,
          "the provider's ID token can't be trusted: its authorised party (azp) is another client");
    }
  }

  /** As the provider wants it; the specification's default is the first. */
  private static ClientAuthentication authentication(
      OIDCProviderMetadata metadata, ClientID client, String secret) {
    List<ClientAuthenticationMethod> taken = metadata.getTokenEndpointAuthMethods();
    boolean inBody =
        taken != null
            && !taken.contains(ClientAuthenticationMethod.CLIENT_SECRET_BASIC)
            && taken.contains(ClientAuthenticationMethod.CLIENT_SECRET_POST);
    return inBody
        ? new ClientSecretPost(client, new Secret(secret))
        : new ClientSecretBasic(client, new Secret(secret));
  }

  private static OIDCTokenResponse send(HTTPRequest request) throws OpenIdException {
    request.setConnectTimeout(Issuers.TIMEOUT_MILLIS);
    request.setReadTimeout(Issuers.TIMEOUT_MILLIS);
    request.setFollowRedirects(false);
    TokenResponse response;
    try {
      response = OIDCTokenResponseParser.parse(request.send());
    } catch (IOException | ParseException e) {
      throw new OpenIdException(
          Kind.UNREACHABLE, "the provider's token endpoint does not answer: " + e.getMessage());
    }
    if (response instanceof OIDCTokenResponse success) {
      return success;
    }
    ErrorObject error = response.toErrorResponse().getErrorObject();
    throw new OpenIdException(
        Kind.REFUSED,
        "the provider's token endpoint refused: %s (%s)"
            .formatted(error.getCode(), error.getDescription()));
  }

  @Override
  public Identity accessToken(Provider provider, String token, Set<String> audiences)
      throws OpenIdException {
    try {
      SignedJWT signed = SignedJWT.parse(token);
      List<String> audience = signed.getJWTClaimsSet().getAudience();
      if (audience.size() != 1 || !audiences.contains(audience.getFirst())) {
        throw new OpenIdException(
            Kind.REFUSED, "the provider's access token can't be trusted: it is for another client");
      }
      // What an ID token must say, Entra ID's access tokens for one's own application say too
      IDTokenClaimsSet claims =
          issuers.of(provider).idTokens(new ClientID(audience.getFirst())).validate(signed, null);
      String scopes = claims.getStringClaim("scp");
      if (scopes == null || !List.of(scopes.split(" ")).contains(SCOPE)) {
        throw new OpenIdException(
            Kind.REFUSED, "the provider's access token can't be trusted: its scopes lack " + SCOPE);
      }
      return Claims.identity(provider, claims, claims.toJSONObject(), token);
    } catch (java.text.ParseException | BadJOSEException | JOSEException e) {
      throw Issuers.untrusted("access token", e);
    }
  }

  @Override
  public Optional<URI> endSession(Provider provider, String idToken, URI back)
      throws OpenIdException {
    URI endpoint = issuers.of(provider).metadata().getEndSessionEndpointURI();
    if (endpoint == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(new LogoutRequest(endpoint, JWTParser.parse(idToken), back, null).toURI());
    } catch (java.text.ParseException e) {
      throw new OpenIdException(Kind.REFUSED, "the kept ID token can't be read");
    }
  }

  @Override
  public LoggedOut loggedOut(Provider provider, String logoutToken) throws OpenIdException {
    try {
      LogoutTokenClaimsSet claims =
          issuers
              .of(provider)
              .logoutTokens(new ClientID(provider.clientId()))
              .validate(JWTParser.parse(logoutToken));
      return new LoggedOut(
          Objects.requireNonNull(claims.getIssuer()).getValue(),
          claims.getSubject() == null ? null : claims.getSubject().getValue(),
          claims.getSessionID() == null ? null : claims.getSessionID().getValue());
    } catch (java.text.ParseException | BadJOSEException | JOSEException e) {
      throw Issuers.untrusted("logout token", e);
    }
  }
}
