package io.earwitness.portal;

import io.earwitness.archive.catalog.LockModes;
import io.earwitness.call.TenantSlug;

/** Every tenant as it began: modes are tested with a database. */
final class FakeLockModes implements LockModes {
  @Override
  public Setting of(TenantSlug tenant) {
    return Setting.DEFAULT;
  }

  @Override
  public boolean comply(TenantSlug tenant, boolean existing, String actor) {
    throw new UnsupportedOperationException();
  }
}
