package io.earwitness.portal;

import io.earwitness.archive.catalog.IdentityProviders;
import io.earwitness.call.TenantSlug;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** Providers as a test puts them here, to which nobody is linked. */
final class FakeIdentityProviders implements IdentityProviders {
  final List<Provider> providers = new CopyOnWriteArrayList<>();

  @Override
  public List<Provider> list(TenantSlug tenant) {
    return providers.stream().filter(each -> each.tenant().equals(tenant)).toList();
  }

  @Override
  public Optional<Provider> find(TenantSlug tenant, String id) {
    return list(tenant).stream().filter(each -> each.id().equals(id)).findFirst();
  }

  @Override
  public boolean set(Provider provider, String actor) {
    remove(provider.tenant(), provider.id(), actor);
    return providers.add(provider);
  }

  @Override
  public boolean remove(TenantSlug tenant, String id, String actor) {
    return providers.removeIf(
        provider -> provider.tenant().equals(tenant) && provider.id().equals(id));
  }

  @Override
  public List<Link> links(TenantSlug tenant, String userId) {
    return List.of();
  }

  @Override
  public Optional<String> linked(
      TenantSlug tenant, String provider, String issuer, String subject) {
    return Optional.empty();
  }

  @Override
  public boolean mark(TenantSlug tenant, String userId, String provider, String actor) {
    throw new UnsupportedOperationException();
  }

  @Override
  public boolean link(
      TenantSlug tenant,
      String userId,
      String provider,
      String issuer,
      String subject,
      String actor) {
    throw new UnsupportedOperationException();
  }

  @Override
  public boolean unlink(TenantSlug tenant, String userId, String provider, String actor) {
    throw new UnsupportedOperationException();
  }
}
