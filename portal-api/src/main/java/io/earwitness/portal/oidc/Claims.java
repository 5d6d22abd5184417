package io.earwitness.portal.oidc;

import com.nimbusds.openid.connect.sdk.claims.IDTokenClaimsSet;
import io.earwitness.archive.catalog.IdentityProviders.Provider;
import io.earwitness.portal.OpenIdConnect.Identity;
import io.earwitness.portal.OpenIdConnect.OpenIdException;
import io.earwitness.portal.OpenIdConnect.OpenIdException.Kind;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads of verified claims what a provider's settings ask for. Pure. */
final class Claims {
  private Claims() {}

  /** OpenID Connect Core 1.0 §5.6.2: claims that are to be fetched from elsewhere. */
  private static final String ELSEWHERE = "_claim_names";

  /**
   * @param claims those of the token, and others of the same person
   */
  static Identity identity(
      Provider provider, IDTokenClaimsSet token, Map<String, Object> claims, String idToken) {
    return new Identity(
        token.getIssuer().getValue(),
        token.getSubject().getValue(),
        userName(provider, claims),
        text(claims, "name"),
        texts(find(claims, provider.groupsClaim())),
        token.getSessionID() == null ? null : token.getSessionID().getValue(),
        idToken);
  }

  /** Whether something is missing that the settings ask for. */
  static boolean lacks(Provider provider, Map<String, Object> claims) {
    boolean mapped = !provider.roles().isEmpty() || !provider.teams().isEmpty();
    return mapped && find(claims, provider.groupsClaim()) == null
        || userName(provider, claims) == null;
  }

  /**
   * Refuses claims without groups that the provider says it has elsewhere, as Entra ID does from
   * 200 groups on: somebody would lose every role and team that groups give.
   */
  static void demandAllGroups(Provider provider, Map<String, Object> claims)
      throws OpenIdException {
    if (find(claims, provider.groupsClaim()) == null
        && claims.get(ELSEWHERE) instanceof Map<?, ?> names
        && names.containsKey(provider.groupsClaim())) {
      throw new OpenIdException(
          Kind.TOO_MANY_GROUPS,
          "the person is in so many groups that the provider leaves them out (claim %s); have it put only groups assigned to the application in the token, or use application roles"
              .formatted(ELSEWHERE));
    }
  }

  private static @Nullable String userName(Provider provider, Map<String, Object> claims) {
    if (!provider.userClaim().isEmpty()) {
      return find(claims, provider.userClaim()) instanceof String name && !name.isBlank()
          ? name
          : null;
    }
    String preferred = text(claims, "preferred_username");
    if (preferred != null) {
      return preferred;
    }
    // At many providers people enter any address; only a verified one is theirs
    return Boolean.TRUE.equals(claims.get("email_verified")) ? text(claims, "email") : null;
  }

  private static @Nullable String text(Map<String, Object> claims, String name) {
    return claims.get(name) instanceof String text && !text.isBlank() ? text : null;
  }

  /** A claim by its name, or along dots through objects, such as {@code realm_access.roles}. */
  static @Nullable Object find(Map<String, Object> claims, String name) {
    Object whole = claims.get(name);
    int dot = name.indexOf('.');
    if (whole != null || dot < 0) {
      return whole;
    }
    if (!(claims.get(name.substring(0, dot)) instanceof Map<?, ?> inner)) {
      return null;
    }
    Map<String, Object> members = new HashMap<>();
    inner.forEach((key, value) -> members.put(String.valueOf(key), value));
    return find(members, name.substring(dot + 1));
  }

  private static Set<String> texts(@Nullable Object value) {
    Set<String> texts = new LinkedHashSet<>();
    switch (value) {
      case null -> {}
      case String text -> texts.add(text);
      case List<?> list ->
          list.stream()
              .filter(String.class::isInstance)
              .map(String.class::cast)
              .forEach(texts::add);
      default -> {}
    }
    return texts;
  }
}
