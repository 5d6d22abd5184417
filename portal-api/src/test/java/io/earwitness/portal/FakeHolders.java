package io.earwitness.portal;

import io.earwitness.archive.catalog.NumberHolding;
import io.earwitness.call.TenantSlug;
import java.util.List;

/** Numbers that nobody holds. */
final class FakeHolders implements NumberHolding {
  @Override
  public List<Holding> list(TenantSlug tenant) {
    return List.of();
  }

  @Override
  public Effect preview(TenantSlug tenant, Change change) {
    return new Effect(false, 0, 0, 0, 0, List.of());
  }

  @Override
  public Effect apply(TenantSlug tenant, Change change, String actor) {
    return preview(tenant, change);
  }
}
