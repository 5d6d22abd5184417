package io.earwitness.portal;

import io.earwitness.archive.catalog.Guests;
import io.earwitness.call.TenantSlug;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Nobody is a guest. Guests are tested over the database. */
final class FakeGuests implements Guests {
  @Override
  public Guest invite(Invitation invitation, String actor) {
    throw new IllegalArgumentException("there are no guests here");
  }

  @Override
  public List<Guest> list(TenantSlug tenant) {
    return List.of();
  }

  @Override
  public Optional<Guest> find(TenantSlug tenant, String userId) {
    return Optional.empty();
  }

  @Override
  public Optional<Guest> invited(TenantSlug tenant, String codeHash) {
    return Optional.empty();
  }

  @Override
  public Guest renew(TenantSlug tenant, String userId, String codeHash, String actor) {
    throw new IllegalArgumentException("there are no guests here");
  }

  @Override
  public Optional<Guest> accept(TenantSlug tenant, String codeHash, Acceptance by, String actor) {
    return Optional.empty();
  }

  @Override
  public Guest extend(TenantSlug tenant, String userId, Instant ends, int plays, String actor) {
    throw new IllegalArgumentException("there are no guests here");
  }

  @Override
  public boolean end(TenantSlug tenant, String userId, String actor) {
    throw new IllegalArgumentException("there are no guests here");
  }

  @Override
  public void countDownload(TenantSlug tenant, String userId) {}

  @Override
  public List<Guest> overdue(Instant now, int limit) {
    return List.of();
  }
}
