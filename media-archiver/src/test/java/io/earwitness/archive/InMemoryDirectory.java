package io.earwitness.archive;

import io.earwitness.archive.catalog.Directory;
import io.earwitness.call.RecorderSnapshot;
import io.earwitness.call.TenantSlug;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Tenants and their keys in memory; people and numbers are none of the archiver's business. */
final class InMemoryDirectory implements Directory {
  private final List<Tenant> tenants = new ArrayList<>();
  private final List<Key> keys = new ArrayList<>();

  @Override
  public synchronized List<Tenant> tenants() {
    return List.copyOf(tenants);
  }

  @Override
  public synchronized Optional<Tenant> tenant(TenantSlug slug) {
    return tenants.stream().filter(tenant -> tenant.slug().equals(slug)).findFirst();
  }

  @Override
  public synchronized boolean addTenant(Tenant tenant, String actor) {
    return tenants.add(tenant);
  }

  @Override
  public synchronized List<Key> keys(TenantSlug tenant) {
    return keys.stream().filter(key -> key.tenant().equals(tenant)).toList();
  }

  @Override
  public List<KeptKey> keptKeys(TenantSlug tenant) {
    return keys(tenant).stream().map(key -> new KeptKey(key, Instant.EPOCH)).toList();
  }

  @Override
  public synchronized boolean addKey(Key key, String actor) {
    return keys.add(key);
  }

  @Override
  public boolean setCallLimits(
      TenantSlug tenant, io.earwitness.call.CallLimits limits, String actor) {
    throw new UnsupportedOperationException();
  }

  @Override
  public List<User> users(TenantSlug tenant) {
    return List.of();
  }

  @Override
  public Optional<User> user(TenantSlug tenant, String name) {
    return Optional.empty();
  }

  @Override
  public Optional<User> userById(TenantSlug tenant, String id) {
    return Optional.empty();
  }

  @Override
  public boolean addUser(User user, String actor) {
    return false;
  }

  @Override
  public List<Team> teams(TenantSlug tenant) {
    return List.of();
  }

  @Override
  public boolean addTeam(Team team, String actor) {
    return false;
  }

  @Override
  public boolean addMember(TenantSlug tenant, String team, String userName, String actor) {
    return false;
  }

  @Override
  public Set<String> memberships(TenantSlug tenant, String userId) {
    return Set.of();
  }

  @Override
  public Set<String> teamsOf(TenantSlug tenant, String userId) {
    return Set.of();
  }

  @Override
  public List<NumberRange> numbers(TenantSlug tenant) {
    return List.of();
  }

  @Override
  public boolean addNumber(NumberRange range, String actor) {
    return false;
  }

  @Override
  public boolean setNumberScreening(TenantSlug tenant, boolean screened, String actor) {
    return false;
  }

  @Override
  public int addNumbers(List<NumberRange> ranges, String actor) {
    return 0;
  }

  @Override
  public List<io.earwitness.call.MatchingRule> rules() {
    return List.of();
  }

  @Override
  public boolean setRules(List<io.earwitness.call.MatchingRule> rules, String actor) {
    return false;
  }

  @Override
  public List<RecorderSnapshot.Src> srcs() {
    return List.of();
  }

  @Override
  public boolean addSrc(RecorderSnapshot.Src src, String actor) {
    return false;
  }

  @Override
  public boolean setSrc(RecorderSnapshot.Src src, String actor) {
    return false;
  }

  @Override
  public RecorderSnapshot snapshot() {
    return new RecorderSnapshot("0", List.of(), List.of());
  }
}
