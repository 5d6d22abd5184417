package io.earwitness.portal;

import io.earwitness.archive.catalog.StoredBytes;
import io.earwitness.call.TenantSlug;
import java.util.List;

/** Nothing is stored: sums are tested with a database. */
final class FakeStoredBytes implements StoredBytes {
  private static final Sum NONE = new Sum(0, 0);

  @Override
  public Usage of(TenantSlug tenant) {
    return new Usage(NONE, List.of(), List.of(), NONE, NONE, NONE, NONE, NONE, List.of());
  }

  @Override
  public List<OfTenant> all() {
    return List.of();
  }
}
