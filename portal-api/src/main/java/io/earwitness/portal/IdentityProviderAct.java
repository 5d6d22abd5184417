package io.earwitness.portal;

import com.fasterxml.jackson.core.type.TypeReference;
import io.earwitness.access.AccessSnapshot;
import io.earwitness.access.Role;
import io.earwitness.access.Team;
import io.earwitness.approval.AskedAct;
import io.earwitness.archive.catalog.AccessDirectory;
import io.earwitness.archive.catalog.IdentityProviders;
import io.earwitness.archive.catalog.IdentityProviders.Provider;
import io.earwitness.call.TenantSlug;
import io.earwitness.json.Json;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Sets or removes an OpenID provider through which a tenant's people sign in. */
final class IdentityProviderAct implements ApprovedAct {
  static final String OBJECT = "identity-provider:";

  /** Whose value is sealed, and "none" for a public client. */
  static final String SECRET = "clientSecret";

  private static final String NONE = "none";
  private static final TypeReference<Map<String, Set<Role>>> ROLES = new TypeReference<>() {};
  private static final TypeReference<Map<String, Set<String>>> TEAMS = new TypeReference<>() {};

  private final IdentityProviders providers;
  private final AccessDirectory access;

  IdentityProviderAct(IdentityProviders providers, AccessDirectory access) {
    this.providers = providers;
    this.access = access;
  }

  /** All that is set, and the names of its teams for whoever decides. */
  static SortedMap<String, String> facts(Provider provider, AccessSnapshot directory) {
    TreeMap<String, String> facts = new TreeMap<>();
    facts.put("name", provider.name());
    facts.put("issuer", provider.issuer());
    facts.put("clientId", provider.clientId());
    String secret = provider.clientSecret();
    facts.put(SECRET, secret == null ? NONE : secret);
    facts.put("scopes", String.join(" ", new TreeSet<>(provider.scopes())));
    facts.put("userClaim", provider.userClaim());
    facts.put("groupsClaim", provider.groupsClaim());
    facts.put("roles", json(provider.roles()));
    facts.put("teams", json(provider.teams()));
    facts.put(
        "teamNames",
        provider.teams().values().stream()
            .flatMap(Set::stream)
            .distinct()
            .map(id -> name(directory.teams().get(id), id))
            .sorted()
            .collect(Collectors.joining(", ")));
    facts.put("provisions", Boolean.toString(provider.provisions()));
    facts.put("enabled", Boolean.toString(provider.enabled()));
    facts.values().removeIf(String::isEmpty);
    return facts;
  }

  private static String name(@Nullable Team team, String id) {
    return team == null ? id : team.name();
  }

  private static <T> String json(Map<String, Set<T>> mapping) {
    TreeMap<String, Set<T>> sorted = new TreeMap<>();
    mapping.forEach((group, values) -> sorted.put(group, new TreeSet<>(values)));
    return sorted.isEmpty() ? "" : Json.text(sorted);
  }

  private static String id(AskedAct act) {
    return act.object().substring(OBJECT.length());
  }

  SortedMap<String, String> present(TenantSlug tenant, String id) {
    AccessSnapshot directory = access.snapshot(tenant);
    return providers
        .find(tenant, id)
        .map(provider -> facts(provider, directory))
        .orElseGet(TreeMap::new);
  }

  @Override
  public SortedMap<String, String> present(AskedAct act) {
    return present(act.tenant(), id(act));
  }

  private static Provider provider(AskedAct act) {
    SortedMap<String, String> facts = act.after();
    String secret = Facts.required(facts, SECRET);
    String scopes = facts.getOrDefault("scopes", "");
    return new Provider(
        act.tenant(),
        id(act),
        Facts.required(facts, "name"),
        Facts.required(facts, "issuer"),
        Facts.required(facts, "clientId"),
        secret.equals(NONE) ? null : secret,
        scopes.isEmpty() ? List.of() : List.of(scopes.split(" ")),
        facts.getOrDefault("userClaim", ""),
        Facts.required(facts, "groupsClaim"),
        mapping(facts.getOrDefault("roles", "{}"), ROLES),
        mapping(facts.getOrDefault("teams", "{}"), TEAMS),
        Boolean.parseBoolean(Facts.required(facts, "provisions")),
        Boolean.parseBoolean(Facts.required(facts, "enabled")));
  }

  private static <T> T mapping(String json, TypeReference<T> type) {
    try {
      return Json.mapper().readValue(json, type);
    } catch (IOException e) {
      throw new IllegalArgumentException("what was asked for says groups that can't be read", e);
    }
  }

  @Override
  public void run(AskedAct act, String actor) {
    if (act.after().isEmpty()) {
      providers.remove(act.tenant(), id(act), actor);
    } else {
      providers.set(provider(act), actor);
    }
  }

  @Override
  public String action(AskedAct act) {
    return act.after().isEmpty() ? "identity-provider.remove" : "identity-provider.set";
  }

  @Override
  public Map<String, String> details(AskedAct act) {
    TreeMap<String, String> details = new TreeMap<>(act.after());
    details.computeIfPresent(SECRET, (_, value) -> value.equals(NONE) ? NONE : "set");
    return details;
  }
}
