package io.earwitness.portal;

import io.earwitness.archive.catalog.ProvisionedPeople;
import io.earwitness.call.TenantSlug;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.UnaryOperator;

/** Nobody that an identity provider could see; whom it makes is forgotten at once. */
final class FakeProvisioned implements ProvisionedPeople {
  @Override
  public Page<Profile> users(TenantSlug tenant, Sought sought, int offset, int limit) {
    return new Page<>(0, List.of());
  }

  @Override
  public Optional<Profile> user(TenantSlug tenant, String id) {
    return Optional.empty();
  }

  @Override
  public Profile addUser(TenantSlug tenant, Profile wanted, String actor) {
    return wanted;
  }

  @Override
  public Optional<Profile> changeUser(
      TenantSlug tenant,
      String id,
      UnaryOperator<Profile> change,
      RemovalLimit limit,
      String actor) {
    return Optional.empty();
  }

  @Override
  public boolean removeUser(
      TenantSlug tenant,
      String id,
      UnaryOperator<Profile> check,
      RemovalLimit limit,
      String actor) {
    return false;
  }

  @Override
  public Page<Group> groups(TenantSlug tenant, Sought sought, int offset, int limit) {
    return new Page<>(0, List.of());
  }

  @Override
  public Optional<Group> group(TenantSlug tenant, String id) {
    return Optional.empty();
  }

  @Override
  public Group addGroup(TenantSlug tenant, Group wanted, String actor) {
    return wanted;
  }

  @Override
  public Optional<Group> changeGroup(
      TenantSlug tenant, String id, UnaryOperator<Group> change, String actor) {
    return Optional.empty();
  }

  @Override
  public boolean removeGroup(
      TenantSlug tenant, String id, UnaryOperator<Group> check, String actor) {
    return false;
  }

  @Override
  public List<Hold> holds(TenantSlug tenant) {
    return List.of();
  }

  @Override
  public boolean decide(TenantSlug tenant, UUID hold, int further, String actor) {
    return false;
  }

  @Override
  public List<Removal> removals(TenantSlug tenant) {
    return List.of(new Removal("u-nobody", Instant.EPOCH, "test"));
  }

  @Override
  public boolean undo(TenantSlug tenant, String userId, String actor) {
    return false;
  }
}
