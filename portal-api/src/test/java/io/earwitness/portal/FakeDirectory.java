package io.earwitness.portal;

import io.earwitness.archive.catalog.Directory;
import io.earwitness.call.RecorderSnapshot;
import io.earwitness.call.TenantSlug;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** Tenants, people and teams in memory. */
final class FakeDirectory implements Directory {
  private final Map<TenantSlug, Tenant> tenants = new ConcurrentHashMap<>();
  private final List<User> users = new CopyOnWriteArrayList<>();
  private final List<Team> teams = new CopyOnWriteArrayList<>();
  final List<NumberRange> numbers = new CopyOnWriteArrayList<>();
  final List<RecorderSnapshot.Src> srcs = new CopyOnWriteArrayList<>();
  final List<io.earwitness.call.MatchingRule> rules = new CopyOnWriteArrayList<>();
  final List<Key> keys = new CopyOnWriteArrayList<>();
  private final Map<String, Set<String>> members = new ConcurrentHashMap<>();

  @Override
  public List<Tenant> tenants() {
    return List.copyOf(tenants.values());
  }

  @Override
  public Optional<Tenant> tenant(TenantSlug slug) {
    return Optional.ofNullable(tenants.get(slug));
  }

  @Override
  public boolean addTenant(Tenant tenant, String actor) {
    return tenants.putIfAbsent(tenant.slug(), tenant) == null;
  }

  @Override
  public boolean setCallLimits(
      TenantSlug tenant, io.earwitness.call.CallLimits limits, String actor) {
    throw new UnsupportedOperationException();
  }

  @Override
  public List<User> users(TenantSlug tenant) {
    return users.stream().filter(user -> user.tenant().equals(tenant)).toList();
  }

  @Override
  public Optional<User> user(TenantSlug tenant, String name) {
    return users(tenant).stream().filter(user -> user.name().equals(name)).findFirst();
  }

  @Override
  public Optional<User> userById(TenantSlug tenant, String id) {
    return users(tenant).stream().filter(user -> user.id().equals(id)).findFirst();
  }

  @Override
  public boolean addUser(User user, String actor) {
    return users.add(user);
  }

  void replace(User user) {
    users.removeIf(each -> each.id().equals(user.id()));
    users.add(user);
  }

  @Override
  public List<Team> teams(TenantSlug tenant) {
    return teams.stream().filter(team -> team.tenant().equals(tenant)).toList();
  }

  @Override
  public boolean addTeam(Team team, String actor) {
    return teams.add(team);
  }

  @Override
  public boolean addMember(TenantSlug tenant, String team, String userName, String actor) {
    String id = user(tenant, userName).orElseThrow().id();
    return members.computeIfAbsent(id, _ -> ConcurrentHashMap.newKeySet()).add(team);
  }

  @Override
  public Set<String> memberships(TenantSlug tenant, String userId) {
    return members.getOrDefault(userId, Set.of());
  }

  @Override
  public Set<String> teamsOf(TenantSlug tenant, String userId) {
    Map<String, @Nullable String> parents = new HashMap<>();
    teams(tenant).forEach(team -> parents.put(team.id(), team.parent()));
    Set<String> all = new HashSet<>();
    for (String team : memberships(tenant, userId)) {
      for (String up = team; up != null && all.add(up); ) {
        up = parents.get(up);
      }
    }
    return all;
  }

  @Override
  public List<NumberRange> numbers(TenantSlug tenant) {
    return numbers.stream().filter(range -> range.tenant().equals(tenant)).toList();
  }

  @Override
  public boolean addNumber(NumberRange range, String actor) {
    return numbers.add(range);
  }

  @Override
  public boolean setNumberScreening(TenantSlug tenant, boolean screened, String actor) {
    throw new UnsupportedOperationException();
  }

  @Override
  public int addNumbers(List<NumberRange> ranges, String actor) {
    numbers.addAll(ranges);
    return ranges.size();
  }

  @Override
  public List<io.earwitness.call.MatchingRule> rules() {
    return List.copyOf(rules);
  }

  @Override
  public boolean setRules(List<io.earwitness.call.MatchingRule> wanted, String actor) {
    rules.clear();
    return rules.addAll(wanted);
  }

  @Override
  public List<RecorderSnapshot.Src> srcs() {
    return srcs;
  }

  @Override
  public boolean addSrc(RecorderSnapshot.Src src, String actor) {
    return srcs.add(src);
  }

  @Override
  public boolean setSrc(RecorderSnapshot.Src src, String actor) {
    return srcs.removeIf(each -> each.name().equals(src.name())) && srcs.add(src);
  }

  @Override
  public List<Key> keys(TenantSlug tenant) {
    return keys.stream().filter(key -> key.tenant().equals(tenant)).toList();
  }

  @Override
  public List<KeptKey> keptKeys(TenantSlug tenant) {
    return keys(tenant).stream().map(key -> new KeptKey(key, TestPortal.NOW)).toList();
  }

  @Override
  public boolean addKey(Key key, String actor) {
    return keys.add(key);
  }

  @Override
  public RecorderSnapshot snapshot() {
    throw new UnsupportedOperationException();
  }
}
