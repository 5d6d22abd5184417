package io.earwitness.app;

import io.earwitness.archive.catalog.CatalogDatabase;
import io.earwitness.archive.catalog.Directory;
import io.earwitness.archive.catalog.IdentityProviders;
import io.earwitness.archive.catalog.IdentityProviders.Provider;
import io.earwitness.call.TenantSlug;
import io.earwitness.call.WireName;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Changes of how people sign in, each as an audited act. */
final class SignInProvisioning {
  private final CatalogDatabase database;
  private final AuditedActs acts;

  SignInProvisioning(CatalogDatabase database, AuditedActs acts) {
    this.database = database;
    this.acts = acts;
  }

  /** Ends the locks of an account and forgets its failures; returns whether there were some. */
  boolean unlock(Directory.User user) {
    return acts.run(
        user.tenant(),
        "user.unlock",
        "user:" + user.name(),
        Map.of(),
        () -> database.signInFailures().unlock(user.tenant(), user.id()));
  }

  /** Takes a second factor away; returns whether there was one. */
  boolean resetTotp(Directory.User user) {
    return acts.run(
        user.tenant(),
        "user.reset-totp",
        "user:" + user.name(),
        Map.of(),
        () -> database.secondFactors().remove(user.tenant(), user.id(), acts.actor()));
  }

  /** Returns whether it was otherwise before. */
  boolean provider(Provider provider) {
    return acts.run(
        provider.tenant(),
        "identity-provider.set",
        "identity-provider:" + provider.id(),
        details(provider),
        () -> database.identityProviders().set(provider, acts.actor()));
  }

  private static Map<String, String> details(Provider provider) {
    Map<String, String> details = new TreeMap<>();
    details.put("issuer", provider.issuer());
    details.put("clientId", provider.clientId());
    details.put("clientSecret", provider.clientSecret() == null ? "none" : "set");
    details.put("roles", texts(provider.roles(), WireName::wireName));
    details.put("teams", texts(provider.teams(), team -> team));
    details.put("provisions", Boolean.toString(provider.provisions()));
    details.put("enabled", Boolean.toString(provider.enabled()));
    return details;
  }

  private static <T> String texts(Map<String, Set<T>> mapping, Function<T, String> text) {
    return new TreeMap<>(mapping)
        .entrySet().stream()
            .flatMap(
                entry ->
                    entry.getValue().stream()
                        .map(text)
                        .sorted()
                        .map(each -> entry.getKey() + "=" + each))
            .collect(Collectors.joining(","));
  }

  boolean removeProvider(TenantSlug tenant, String id) {
    return acts.run(
        tenant,
        "identity-provider.remove",
        "identity-provider:" + id,
        Map.of(),
        () -> database.identityProviders().remove(tenant, id, acts.actor()));
  }

  /** Lets a provider tell once who it is that has the account; returns whether that is new. */
  boolean mark(Directory.User user, String provider) {
    IdentityProviders providers = database.identityProviders();
    return acts.run(
        user.tenant(),
        "user.mark-provider",
        "user:" + user.name(),
        Map.of("provider", provider),
        () -> providers.mark(user.tenant(), user.id(), provider, acts.actor()));
  }

  /** Takes that, or the link that came of it, away; returns whether there was one. */
  boolean unlink(Directory.User user, String provider) {
    IdentityProviders providers = database.identityProviders();
    return acts.run(
        user.tenant(),
        "user.unlink-provider",
        "user:" + user.name(),
        Map.of("provider", provider),
        () -> providers.unlink(user.tenant(), user.id(), provider, acts.actor()));
  }
}
