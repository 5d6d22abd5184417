package io.earwitness.portal;

import io.earwitness.archive.catalog.CallCatalog.ArchivedCall;
import io.earwitness.archive.catalog.Restrictions;
import io.earwitness.call.MaskedSpan;
import io.earwitness.call.RecordingId;
import io.earwitness.call.TenantSlug;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/** Nothing is restricted, and nothing can be: that is tested with a database. */
final class FakeRestrictions implements Restrictions {
  @Override
  public Restricted restrict(
      TenantSlug tenant,
      RecordingId recording,
      Restriction restriction,
      @Nullable UUID approval,
      String actor) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Restricted correct(
      TenantSlug tenant,
      RecordingId recording,
      String reason,
      List<MaskedSpan> spans,
      UUID approval,
      String askedBy,
      String actor) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Optional<Instant> settling(TenantSlug tenant, RecordingId recording) {
    return Optional.empty();
  }

  @Override
  public List<Restricted> replaced(TenantSlug tenant, int limit) {
    return List.of();
  }

  @Override
  public @Nullable String removing(TenantSlug tenant, UUID restriction) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void removed(TenantSlug tenant, UUID restriction, String actor) {
    throw new UnsupportedOperationException();
  }

  @Override
  public boolean lift(TenantSlug tenant, RecordingId recording, String actor) {
    return false;
  }

  @Override
  public Optional<Restricted> of(TenantSlug tenant, RecordingId recording) {
    return Optional.empty();
  }

  @Override
  public List<Restricted> restricted(TenantSlug tenant, @Nullable RecordingId after, int limit) {
    return List.of();
  }

  @Override
  public Optional<ArchivedCall> original(TenantSlug tenant, RecordingId recording) {
    return Optional.empty();
  }

  @Override
  public void open(
      TenantSlug tenant,
      RecordingId recording,
      UUID approval,
      Set<String> users,
      Duration lasts,
      String reason,
      String legalBasis,
      String actor) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Optional<Opening> opening(TenantSlug tenant, RecordingId recording, String userId) {
    return Optional.empty();
  }

  @Override
  public List<Opening> openings(TenantSlug tenant, RecordingId recording) {
    return List.of();
  }

  @Override
  public List<TenantSlug> masking() {
    return List.of();
  }

  @Override
  public List<Restricted> wanted(TenantSlug tenant, int limit) {
    return List.of();
  }

  @Override
  public void made(TenantSlug tenant, UUID restriction, int generation, int source, String actor) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void notMade(
      TenantSlug tenant, UUID restriction, String problem, @Nullable Instant again) {
    throw new UnsupportedOperationException();
  }

  @Override
  public int alone(IntSupplier work) {
    return work.getAsInt();
  }
}
