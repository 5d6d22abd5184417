package io.earwitness.portal.oidc;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.RemoteKeySourceException;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.proc.JWSKeySelector;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.util.DefaultResourceRetriever;
import com.nimbusds.oauth2.sdk.GeneralException;
import com.nimbusds.oauth2.sdk.id.ClientID;
import com.nimbusds.openid.connect.sdk.op.OIDCProviderMetadata;
import com.nimbusds.openid.connect.sdk.validators.IDTokenValidator;
import com.nimbusds.openid.connect.sdk.validators.LogoutTokenValidator;
import io.earwitness.archive.catalog.IdentityProviders.Provider;
import io.earwitness.portal.OpenIdConnect.OpenIdException;
import io.earwitness.portal.OpenIdConnect.OpenIdException.Kind;
import java.io.IOException;
import java.net.MalformedURLException;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What issuers say of themselves (OpenID Connect Discovery 1.0) and the keys that they sign with.
 * Both are kept for an hour. A token that names a key which isn't known has the keys fetched again,
 * twice in half a minute at most. Thread-safe.
 */
final class Issuers {
  private static final Logger LOG = LoggerFactory.getLogger(Issuers.class);
  static final int TIMEOUT_MILLIS = 5_000;
  private static final int MAX_KEYS_BYTES = 1 << 20;
  private static final long KEPT_NANOS = TimeUnit.HOURS.toNanos(1);
  private static final long KEYS_KEPT_MILLIS = TimeUnit.HOURS.toMillis(1);
  private static final long KEYS_INTERVAL_MILLIS = 30_000;
  private static final int CLOCK_SKEW_SECONDS = 60;

  /**
   * Signatures by keys of which we have the public part. Neither none nor HMAC is among them: a
   * token that anybody who knows the client's secret could make proves nothing.
   */
  private static final Set<JWSAlgorithm> ALGORITHMS =
      Set.of(
          JWSAlgorithm.RS256,
          JWSAlgorithm.RS384,
          JWSAlgorithm.RS512,
          JWSAlgorithm.PS256,
          JWSAlgorithm.PS384,
          JWSAlgorithm.PS512,
          JWSAlgorithm.ES256,
          JWSAlgorithm.ES384,
          JWSAlgorithm.ES512);

  /** An issuer as it described itself. */
  record Issuer(OIDCProviderMetadata metadata, JWKSource<SecurityContext> keys, long readAtNanos) {
    private JWSKeySelector<SecurityContext> selector() {
      return new JWSVerificationKeySelector<>(ALGORITHMS, keys);
    }

    /** Checks signature, issuer, audience, authorised party, times and nonce. */
    IDTokenValidator idTokens(ClientID client) {
      IDTokenValidator validator =
          new IDTokenValidator(metadata.getIssuer(), client, selector(), null);
      validator.setMaxClockSkew(CLOCK_SKEW_SECONDS);
      return validator;
    }

    LogoutTokenValidator logoutTokens(ClientID client) {
      LogoutTokenValidator validator =
          new LogoutTokenValidator(metadata.getIssuer(), client, false, selector(), null);
      validator.setMaxClockSkew(CLOCK_SKEW_SECONDS);
      return validator;
    }
  }

  private final Map<String, Issuer> known = new ConcurrentHashMap<>();

  Issuer of(Provider provider) throws OpenIdException {
    Issuer issuer = known.get(provider.issuer());
    if (issuer != null && System.nanoTime() - issuer.readAtNanos() < KEPT_NANOS) {
      return issuer;
    }
    try {
      Issuer read = read(provider.issuer(), issuer);
      known.put(provider.issuer(), read);
      return read;
    } catch (GeneralException | IOException e) {
      if (issuer != null) {
        LOG.warn("{} can't be asked anew what it is: {}", provider.issuer(), e.getMessage());
        return issuer;
      }
      throw new OpenIdException(
          Kind.UNREACHABLE,
          "the issuer %s can't be asked what it is: %s"
              .formatted(provider.issuer(), e.getMessage()));
    }
  }

  /** Keys stay with their issuer as long as they are at the same address. */
  private static Issuer read(String name, @Nullable Issuer before)
      throws GeneralException, IOException {
    OIDCProviderMetadata metadata =
        OIDCProviderMetadata.resolve(
            new com.nimbusds.oauth2.sdk.id.Issuer(name), TIMEOUT_MILLIS, TIMEOUT_MILLIS);
    if (metadata.getAuthorizationEndpointURI() == null
        || metadata.getTokenEndpointURI() == null
        || metadata.getJWKSetURI() == null) {
      throw new GeneralException("it has no authorization code flow");
    }
    boolean same =
        before != null && metadata.getJWKSetURI().equals(before.metadata().getJWKSetURI());
    return new Issuer(
        metadata, same && before != null ? before.keys() : keys(metadata), System.nanoTime());
  }

  private static JWKSource<SecurityContext> keys(OIDCProviderMetadata metadata)
      throws MalformedURLException {
    return JWKSourceBuilder.create(
            metadata.getJWKSetURI().toURL(),
            new DefaultResourceRetriever(TIMEOUT_MILLIS, TIMEOUT_MILLIS, MAX_KEYS_BYTES))
        .cache(KEYS_KEPT_MILLIS, 2L * TIMEOUT_MILLIS)
        .refreshAheadCache(false)
        .rateLimited(KEYS_INTERVAL_MILLIS)
        .retrying(true)
        .build();
  }

  static OpenIdException untrusted(String what, Exception e) {
    return e instanceof RemoteKeySourceException
        ? new OpenIdException(
            Kind.UNREACHABLE, "the provider's keys can't be fetched: " + e.getMessage())
        : new OpenIdException(
            Kind.REFUSED, "the provider's %s can't be trusted: %s".formatted(what, e.getMessage()));
  }
}
