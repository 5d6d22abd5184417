package io.earwitness.portal;

import io.earwitness.archive.catalog.Guests;
import io.earwitness.archive.catalog.SupportRequests;
import io.earwitness.call.TenantSlug;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Support asks for nothing. Its requests are tested over the database. */
final class FakeSupportRequests implements SupportRequests {
  @Override
  public Request ask(
      TenantSlug tenant, UUID id, String personId, String personName, String reason, String actor) {
    throw new IllegalArgumentException("nothing is asked here");
  }

  @Override
  public Optional<Request> find(TenantSlug tenant, UUID id) {
    return Optional.empty();
  }

  @Override
  public List<Request> list(TenantSlug tenant) {
    return List.of();
  }

  @Override
  public List<Request> ofPlatform(@Nullable String personId, int limit) {
    return List.of();
  }

  @Override
  public boolean close(
      TenantSlug tenant, UUID id, Decision decision, @Nullable String note, String actor) {
    return false;
  }

  @Override
  public Optional<Guests.Guest> consent(
      TenantSlug tenant, UUID id, Guests.Terms terms, String actor) {
    return Optional.empty();
  }
}
