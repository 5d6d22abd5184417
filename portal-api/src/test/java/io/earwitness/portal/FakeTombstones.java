package io.earwitness.portal;

import io.earwitness.archive.catalog.Tombstones;
import io.earwitness.call.RecordingId;
import io.earwitness.call.TenantSlug;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Nothing was disposed of. */
final class FakeTombstones implements Tombstones {
  @Override
  public Optional<Tombstone> find(TenantSlug tenant, RecordingId recording) {
    return Optional.empty();
  }

  @Override
  public List<Tombstone> ofRun(TenantSlug tenant, UUID run) {
    return List.of();
  }

  @Override
  public List<Tombstone> withToken(TenantSlug tenant, String token, int limit) {
    return List.of();
  }

  @Override
  public Map<RecordingId, String> cdr(TenantSlug tenant, Collection<RecordingId> recordings) {
    return Map.of();
  }
}
