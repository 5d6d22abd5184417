package io.earwitness.app;

import io.earwitness.archive.catalog.Directory;
import io.earwitness.archive.store.ObjectStore;
import io.earwitness.archive.store.ObjectStore.LockMode;
import io.earwitness.call.KeepUntil;
import java.time.Instant;
import java.time.ZoneOffset;

/**
 * How long copies of the audit logs are locked: a year longer than the longest retention of any
 * tenant, and {@value #LEAST_YEARS} years at least, so that they outlive the recordings that they
 * speak of.
 */
final class AuditRetention {
  private static final int LEAST_YEARS = 10;

  private final Directory directory;

  AuditRetention(Directory directory) {
    this.directory = directory;
  }

  ObjectStore.Lock lock(Instant written) {
    int longest =
        directory.tenants().stream().mapToInt(Directory.Tenant::retentionYears).max().orElse(0);
    return new ObjectStore.Lock(
        LockMode.GOVERNANCE,
        KeepUntil.calendarYears(written, Math.max(LEAST_YEARS, longest + 1), ZoneOffset.UTC));
  }
}
