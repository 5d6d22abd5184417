package io.earwitness.portal;

import io.earwitness.archive.catalog.LegalHolds;
import io.earwitness.archive.catalog.ObjectHolds;
import io.earwitness.call.RecordingId;
import io.earwitness.call.TenantSlug;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** No hold, and none can be placed: what is held is tested with a database. */
final class FakeHolds implements LegalHolds {
  @Override
  public Hold place(TenantSlug tenant, NewHold hold, Collection<RecordingId> found, String actor) {
    throw new UnsupportedOperationException();
  }

  @Override
  public boolean release(TenantSlug tenant, UUID hold, String actor) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Optional<Hold> find(TenantSlug tenant, UUID hold) {
    return Optional.empty();
  }

  @Override
  public List<Hold> inEffect(TenantSlug tenant) {
    return List.of();
  }

  @Override
  public List<Hold> list(
      TenantSlug tenant, boolean released, @Nullable String by, @Nullable UUID after, int limit) {
    return List.of();
  }

  @Override
  public List<RecordingId> recordings(
      TenantSlug tenant, UUID hold, @Nullable RecordingId after, int limit) {
    return List.of();
  }

  @Override
  public Map<RecordingId, Set<UUID>> of(TenantSlug tenant, Collection<RecordingId> recordings) {
    return Map.of();
  }

  @Override
  public int add(TenantSlug tenant, UUID hold, Collection<RecordingId> recordings, String actor) {
    return 0;
  }

  @Override
  public List<RecordingId> missing(
      TenantSlug tenant, UUID hold, Collection<RecordingId> recordings) {
    return List.of();
  }

  @Override
  public void examined(TenantSlug tenant, Collection<UUID> holds, Instant until) {}

  @Override
  public List<Examined> examined(TenantSlug tenant) {
    return List.of();
  }

  @Override
  public boolean end(TenantSlug tenant, UUID hold, String actor) {
    return false;
  }

  @Override
  public void forEach(
      TenantSlug tenant, @Nullable Instant archivedSince, Consumer<List<Candidate>> consumer) {}

  @Override
  public ObjectHolds objects() {
    throw new UnsupportedOperationException();
  }

  @Override
  public boolean alone(Runnable work) {
    return false;
  }
}
