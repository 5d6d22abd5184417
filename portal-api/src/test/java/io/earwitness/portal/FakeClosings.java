package io.earwitness.portal;

import io.earwitness.archive.catalog.Closings;
import io.earwitness.call.RecordingId;
import io.earwitness.call.TenantSlug;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/** No tenant is closed, but read-only where a test says so: the rest is tested with a database. */
final class FakeClosings implements Closings {
  final Set<TenantSlug> readOnly = ConcurrentHashMap.newKeySet();

  @Override
  public int alone(IntSupplier work) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Optional<Closing> of(TenantSlug tenant) {
    return Optional.empty();
  }

  @Override
  public List<Closing> all() {
    return List.of();
  }

  @Override
  public boolean isReadOnly(TenantSlug tenant) {
    return readOnly.contains(tenant);
  }

  @Override
  public void begin(TenantSlug tenant, Instant stopAt, Keys keys, String actor) {
    throw new UnsupportedOperationException();
  }

  @Override
  public boolean withdraw(TenantSlug tenant, String actor) {
    return false;
  }

  @Override
  public Progress progress(TenantSlug tenant) {
    return new Progress(0, 0);
  }

  @Override
  public long undelivered(TenantSlug tenant, String target) {
    return 0;
  }

  @Override
  public List<Item> items(
      TenantSlug tenant, String target, @Nullable RecordingId after, int limit) {
    return List.of();
  }

  @Override
  public boolean exported(TenantSlug tenant, Inventory inventory, String actor) {
    throw new UnsupportedOperationException();
  }

  @Override
  public boolean verified(TenantSlug tenant, String receipt, String actor) {
    throw new UnsupportedOperationException();
  }

  @Override
  public boolean keysDestroyed(TenantSlug tenant, String actor) {
    throw new UnsupportedOperationException();
  }

  @Override
  public boolean closed(TenantSlug tenant, String versionId, String actor) {
    throw new UnsupportedOperationException();
  }
}
