package io.earwitness.portal;

import io.earwitness.archive.catalog.IdentityProviders.Provider;
import java.net.URI;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Speaks with OpenID providers: OpenID Connect Core 1.0, authorization code flow with PKCE (RFC
 * 7636). Secrets come here as they are, not sealed. Thread-safe.
 */
public interface OpenIdConnect {
  /**
   * What ties a browser's way to the provider and back together; fresh each time.
   *
   * @param state 43 URL-safe characters, as the others
   * @param verifier the PKCE code verifier
   */
  record Flow(String state, String nonce, String verifier) {}

  /**
   * Who the provider says it is, from an ID token that was verified, and what that lacks from its
   * UserInfo endpoint.
   *
   * @param userName the value of the provider's user claim; null if the token has none
   * @param displayName null if the token has none
   * @param groups empty if the token has none
   * @param session the provider's own name of its session (sid); null if it gave none
   */
  record Identity(
      String issuer,
      String subject,
      @Nullable String userName,
      @Nullable String displayName,
      Set<String> groups,
      @Nullable String session,
      String idToken) {}

  /**
   * Whose sessions are over at the provider (OpenID Connect Back-Channel Logout 1.0); one of both
   * is there.
   */
  record LoggedOut(String issuer, @Nullable String subject, @Nullable String session) {}

  /** Why it did not come to an identity; the message is for the audit trail and the log. */
  final class OpenIdException extends Exception {
    private static final long serialVersionUID = 1L;

    /** What can be done about it. */
    public enum Kind {
      /** The provider can't be reached, or does not answer as it should: try again, or ask it. */
      UNREACHABLE,
      /** It said no, or what it said can't be trusted. */
      REFUSED,
      /** It leaves the person's groups out because they are too many: its settings must change. */
      TOO_MANY_GROUPS
    }

    private final Kind kind;

    public OpenIdException(Kind kind, String message) {
      super(message);
      this.kind = kind;
    }

    public Kind kind() {
      return kind;
    }
  }

  /** Where the browser is sent to sign in. */
  URI authorization(Provider provider, Flow flow, URI callback) throws OpenIdException;

  /** Redeems the code with which the browser came back, and verifies what it is exchanged for. */
  Identity redeem(
      Provider provider, @Nullable String clientSecret, String code, Flow flow, URI callback)
      throws OpenIdException;

  /**
   * Verifies an access token that the provider made for the portal's page in another application's
   * frame: signature, issuer, times, the audience, and that it is for {@code access_as_user}.
   *
   * @param audiences one of which it must be for
   */
  Identity accessToken(Provider provider, String token, Set<String> audiences)
      throws OpenIdException;

  /** Where the browser is sent to sign out there too; empty if the provider knows no such thing. */
  Optional<URI> endSession(Provider provider, String idToken, URI back) throws OpenIdException;

  /** Verifies what a provider says of sessions that are over. */
  LoggedOut loggedOut(Provider provider, String logoutToken) throws OpenIdException;
}
