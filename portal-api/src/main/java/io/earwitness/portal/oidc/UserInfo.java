package io.earwitness.portal.oidc;

import com.nimbusds.oauth2.sdk.ParseException;
import com.nimbusds.oauth2.sdk.http.HTTPRequest;
import com.nimbusds.oauth2.sdk.id.Subject;
import com.nimbusds.oauth2.sdk.token.AccessToken;
import com.nimbusds.openid.connect.sdk.UserInfoRequest;
import com.nimbusds.openid.connect.sdk.UserInfoResponse;
import io.earwitness.portal.OpenIdConnect.OpenIdException;
import io.earwitness.portal.OpenIdConnect.OpenIdException.Kind;
import java.io.IOException;
import java.net.URI;
import java.util.Map;

/** Asks a provider's UserInfo endpoint (OpenID Connect Core 1.0 §5.3). */
final class UserInfo {
  private UserInfo() {}

  /**
   * The claims that it gives of whom an ID token is about, as plain JSON.
   *
   * @throws OpenIdException if it doesn't, or speaks of somebody else (§5.3.2)
   */
  static Map<String, Object> ask(URI endpoint, AccessToken token, Subject subject)
      throws OpenIdException {
    HTTPRequest request = new UserInfoRequest(endpoint, token).toHTTPRequest();
    request.setConnectTimeout(Issuers.TIMEOUT_MILLIS);
    request.setReadTimeout(Issuers.TIMEOUT_MILLIS);
    request.setFollowRedirects(false);
    UserInfoResponse response;
    try {
      response = UserInfoResponse.parse(request.send());
    } catch (IOException | ParseException e) {
      throw new OpenIdException(
          Kind.UNREACHABLE, "the provider's UserInfo endpoint does not answer: " + e.getMessage());
    }
    if (!response.indicatesSuccess()) {
      throw new OpenIdException(
          Kind.REFUSED,
          "the provider's UserInfo endpoint refused: "
              + response.toErrorResponse().getErrorObject().getCode());
    }
    var claims = response.toSuccessResponse().getUserInfo();
    if (claims == null) {
      throw new OpenIdException(
          Kind.REFUSED,
          "the provider's UserInfo endpoint answers with a signed token; have it answer with JSON, or put the groups in the ID token");
    }
    if (!subject.equals(claims.getSubject())) {
      throw new OpenIdException(
          Kind.REFUSED, "the provider's UserInfo endpoint speaks of somebody else");
    }
    return claims.toJSONObject();
  }
}
