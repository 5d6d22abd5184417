package io.earwitness.portal;

import io.earwitness.archive.catalog.RetentionLengthenings;
import io.earwitness.archive.catalog.RetentionLocks;
import io.earwitness.archive.catalog.RetentionTrials;
import io.earwitness.call.RecordingId;
import io.earwitness.call.TenantSlug;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.IntSupplier;

/** No locks, no lengthening and no trial: what is locked is tested with a database. */
final class FakeLocks implements RetentionLocks, RetentionLengthenings, RetentionTrials {
  @Override
  public int alone(IntSupplier work) {
    throw new UnsupportedOperationException();
  }

  @Override
  public List<Due> due(int limit) {
    return List.of();
  }

  @Override
  public void renewed(Due due, Instant until) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void failed(Due due, String problem, Instant again) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Optional<State> state(TenantSlug tenant, RecordingId recording) {
    return Optional.empty();
  }

  @Override
  public Counts counts(TenantSlug tenant) {
    return new Counts(0, 0);
  }

  @Override
  public Optional<Progress> newest(TenantSlug tenant) {
    return Optional.empty();
  }

  @Override
  public Optional<Batch> next(int size) {
    return Optional.empty();
  }

  @Override
  public void apply(Batch batch, String actor) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Optional<Trial> of(TenantSlug tenant) {
    return Optional.empty();
  }

  @Override
  public boolean begin(TenantSlug tenant, String actor) {
    throw new UnsupportedOperationException();
  }

  @Override
  public boolean goLive(TenantSlug tenant, String signedBy, String reason, String actor) {
    throw new UnsupportedOperationException();
  }
}
