package io.earwitness.recorder.srs;

import io.earwitness.call.AnnouncedParties;
import io.earwitness.call.RecorderSnapshot;
import io.earwitness.call.RecordingPolicy;
import io.earwitness.call.SnapshotTenantMatcher;
import io.earwitness.call.TenantMatcher;
import io.earwitness.call.TenantSlug;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/**
 * One version of the configuration snapshot, ready for use.
 *
 * @param countries of numbers, for policies that ask for them; must answer at once
 */
public record RecorderConfiguration(
    RecorderSnapshot snapshot, TenantMatcher matcher, AnnouncedParties.Countries countries) {
  /**
   * Prepares a snapshot.
   *
   * @throws IllegalArgumentException if it contradicts itself
   */
  public static RecorderConfiguration of(
      RecorderSnapshot snapshot, AnnouncedParties.Countries countries) {
    return new RecorderConfiguration(snapshot, new SnapshotTenantMatcher(snapshot), countries);
  }

  /** What a tenant has recorded; everything for a tenant that is not in the snapshot. */
  RecordingPolicy recording(TenantSlug slug) {
    RecorderSnapshot.Tenant tenant = tenant(slug);
    return tenant == null ? RecordingPolicy.none() : tenant.policy();
  }

  /** A tenant; null if it is not in the snapshot (quarantine). */
  RecorderSnapshot.@Nullable Tenant tenant(TenantSlug slug) {
    return snapshot.tenants().stream()
        .filter(candidate -> candidate.slug().equals(slug))
        .findFirst()
        .orElse(null);
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
