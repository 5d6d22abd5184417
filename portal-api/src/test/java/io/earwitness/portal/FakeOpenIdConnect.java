package io.earwitness.portal;

import io.earwitness.archive.catalog.IdentityProviders.Provider;
import java.net.URI;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A provider that says what a test wants of whoever comes. */
final class FakeOpenIdConnect implements OpenIdConnect {
  volatile @Nullable Identity identity;
  volatile @Nullable OpenIdException failure;
  volatile @Nullable Flow flow;
  volatile @Nullable String clientSecret;
  volatile @Nullable LoggedOut loggedOut;

  private void fail() throws OpenIdException {
    OpenIdException present = failure;
    if (present != null) {
      throw present;
    }
  }

  private static <T> T there(@Nullable T value) throws OpenIdException {
    if (value == null) {
      throw new OpenIdException(OpenIdException.Kind.REFUSED, "nothing was put here");
    }
    return value;
  }

  @Override
  public URI authorization(Provider provider, Flow started, URI callback) throws OpenIdException {
    fail();
    flow = started;
    return URI.create(provider.issuer() + "/authorize?redirect_uri=" + callback);
  }

  @Override
  public Identity redeem(
      Provider provider, @Nullable String secret, String code, Flow returned, URI callback)
      throws OpenIdException {
    fail();
    clientSecret = secret;
    if (!returned.equals(flow)) {
      throw new OpenIdException(OpenIdException.Kind.REFUSED, "another flow's nonce");
    }
    return there(identity);
  }

  @Override
  public Identity accessToken(Provider provider, String token, Set<String> audiences)
      throws OpenIdException {
    fail();
    return there(identity);
  }

  @Override
  public Optional<URI> endSession(Provider provider, String idToken, URI back)
      throws OpenIdException {
    fail();
    return Optional.of(
        URI.create(provider.issuer() + "/logout?hint=%s&back=%s".formatted(idToken, back)));
  }

  @Override
  public LoggedOut loggedOut(Provider provider, String logoutToken) throws OpenIdException {
    fail();
    return there(loggedOut);
  }
}
