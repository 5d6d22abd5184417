package io.earwitness.archive.catalog;

import io.earwitness.archive.store.ObjectStore.LockMode;
import io.earwitness.call.TenantSlug;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * In which mode the store locks what tenants record. A tenant begins with GOVERNANCE and may go
 * over to COMPLIANCE; nothing takes that back, as no store would. Every change is written with its
 * journal entry in one transaction. Thread-safe.
 */
public interface LockModes {
  /**
   * A tenant's mode.
   *
   * @param version 0 while nothing was set
   * @param existing whether what was recorded before is locked in it too
   * @param changedAt null while nothing was set
   */
  record Setting(
      int version,
      LockMode mode,
      boolean existing,
      @Nullable Instant changedAt,
      @Nullable String changedBy) {
    /** Until somebody chooses. */
    public static final Setting DEFAULT = new Setting(0, LockMode.GOVERNANCE, false, null, null);
  }

  Setting of(TenantSlug tenant);

  /**
   * Has a tenant's recordings locked in COMPLIANCE mode from now on.
   *
   * @param existing whether the locks of those that are there are strengthened too
   * @return whether that is new
   * @throws IllegalArgumentException if there is no such tenant, or it is on trial
   */
  boolean comply(TenantSlug tenant, boolean existing, String actor);
}
