package io.earwitness.archive.catalog;

import io.earwitness.access.Role;
import io.earwitness.call.TenantSlug;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * OpenID providers of tenants, and whose account may be entered through which. Every change is
 * written with its journal entry in one transaction; one that asks for what is so already changes
 * nothing and returns false. Thread-safe.
 */
public interface IdentityProviders {
  /**
   * A provider.
   *
   * @param id within the tenant: lower-case letters, digits and hyphens, at most 40
   * @param name for people, at the sign-in page
   * @param issuer as its ID tokens say it
   * @param clientSecret sealed; null for a public client
   * @param scopes asked for besides {@code openid}
   * @param userClaim whose value is the account's name; empty for {@code preferred_username}, or
   *     else a verified {@code email}
   * @param groupsClaim whose value names the person's groups
   * @param roles that a group gives; each named here is given and taken by the provider alone
   * @param teams ids of teams whose members a group's are, under the same condition
   * @param provisions whether accounts are made for people who have none
   */
  record Provider(
      TenantSlug tenant,
      String id,
      String name,
      String issuer,
      String clientId,
      @Nullable String clientSecret,
      List<String> scopes,
      String userClaim,
      String groupsClaim,
      Map<String, Set<Role>> roles,
      Map<String, Set<String>> teams,
      boolean provisions,
      boolean enabled) {
    public Provider {
      scopes = List.copyOf(scopes);
      roles = Map.copyOf(roles);
      teams = Map.copyOf(teams);
    }

    /**
     * Checks its texts.
     *
     * @throws IllegalArgumentException saying which is not as it must be
     */
    public void check() {
      if (!id.matches("[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?")) {
        throw new IllegalArgumentException(
            "the id '%s' is not of 1 to 40 lower-case letters, digits and inner hyphens"
                .formatted(id));
      }
      for (String text : List.of(name, clientId, groupsClaim)) {
        if (text.isBlank() || !Text.clean(text).equals(text)) {
          throw new IllegalArgumentException(
              "'%s' is no text for a name, a client id or a claim".formatted(text));
        }
      }
    }

    @Override
    public String toString() {
      return "Provider[%s/%s, %s]".formatted(tenant, id, issuer);
    }
  }

  /** Those of a tenant, by id. */
  List<Provider> list(TenantSlug tenant);

  Optional<Provider> find(TenantSlug tenant, String id);

  /**
   * Makes the provider of this id be as given from now on.
   *
   * @throws IllegalArgumentException if there is no such tenant or a text is not as it must be
   */
  boolean set(Provider provider, String actor);

  /** Ends it now. Accounts that were linked to it stay so, should it come again. */
  boolean remove(TenantSlug tenant, String id, String actor);

  /**
   * That an account may be entered through a provider.
   *
   * @param subject by which the provider knows the person; null until the first time
   */
  record Link(
      String provider,
      @Nullable String issuer,
      @Nullable String subject,
      Instant markedAt,
      @Nullable Instant linkedAt) {}

  List<Link> links(TenantSlug tenant, String userId);

  /** The id of the user whom the issuer calls so; empty if nobody is linked. */
  Optional<String> linked(TenantSlug tenant, String provider, String issuer, String subject);

  /**
   * Allows a provider to tell once who it is that has this account.
   *
   * @throws IllegalArgumentException if there is no such user
   */
  boolean mark(TenantSlug tenant, String userId, String provider, String actor);

  /** Links an account that is marked and not linked yet; false if it isn't that. */
  boolean link(
      TenantSlug tenant,
      String userId,
      String provider,
      String issuer,
      String subject,
      String actor);

  /** Takes mark and link away. */
  boolean unlink(TenantSlug tenant, String userId, String provider, String actor);
}
