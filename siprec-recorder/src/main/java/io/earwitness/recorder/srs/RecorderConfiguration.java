package io.earwitness.recorder.srs;

import io.earwitness.call.RecorderSnapshot;
import io.earwitness.call.SnapshotTenantMatcher;
import io.earwitness.call.TenantMatcher;
import io.earwitness.call.TenantSlug;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** One version of the configuration snapshot, ready for use. */
public record RecorderConfiguration(RecorderSnapshot snapshot, TenantMatcher matcher) {
  public static RecorderConfiguration of(RecorderSnapshot snapshot) {
    return new RecorderConfiguration(snapshot, new SnapshotTenantMatcher(snapshot));
  }

  /** The tenant's zone; UTC for a tenant that is not in the snapshot (quarantine). */
  ZoneId zone(TenantSlug tenant) {
    return snapshot.tenants().stream()
        .filter(candidate -> candidate.slug().equals(tenant))
        .map(RecorderSnapshot.Tenant::zone)
        .findFirst()
        .orElse(ZoneOffset.UTC);
  }
}
