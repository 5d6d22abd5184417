package io.earwitness.portal;

import io.earwitness.archive.catalog.DirectoryImport;
import io.earwitness.call.TenantSlug;
import java.util.List;

/** Imports are for tests on a real database. */
final class FakeImport implements DirectoryImport {
  @Override
  public void apply(TenantSlug tenant, List<Step> steps, String actor) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void applyNumbers(
      TenantSlug tenant, List<Number> numbers, boolean ownRangesOnly, String actor) {
    throw new UnsupportedOperationException();
  }
}
