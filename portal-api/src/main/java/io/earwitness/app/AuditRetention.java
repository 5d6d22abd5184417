package io.earwitness.app;

import io.earwitness.archive.catalog.CatalogDatabase;
import io.earwitness.archive.catalog.Directory;
import io.earwitness.archive.catalog.LockModes;
import io.earwitness.archive.store.ObjectStore;
import io.earwitness.call.KeepUntil;
import io.earwitness.call.TenantSlug;
import java.time.Instant;
import java.time.ZoneOffset;

/**
 * How long copies of the audit logs are locked: a year longer than the longest retention of any
 * tenant, and {@value #LEAST_YEARS} years at least, so that they outlive the recordings that they
 * speak of; in the mode of the tenant whose log it is.
 */
final class AuditRetention {
  private static final int LEAST_YEARS = 10;

  private final Directory directory;
  private final LockModes modes;

  AuditRetention(CatalogDatabase database) {
    this.directory = database.directory();
    this.modes = database.lockModes();
  }

  ObjectStore.Lock lock(TenantSlug tenant, Instant written) {
    int longest =
        directory.tenants().stream().mapToInt(Directory.Tenant::retentionYears).max().orElse(0);
    return new ObjectStore.Lock(
        modes.of(tenant).mode(),
        KeepUntil.calendarYears(written, Math.max(LEAST_YEARS, longest + 1), ZoneOffset.UTC));
  }
}
