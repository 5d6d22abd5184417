package io.earwitness.portal;

import io.earwitness.archive.catalog.AccessReviews;
import io.earwitness.call.TenantSlug;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentSkipListMap;

/** Reviews in memory. */
final class FakeReviews implements AccessReviews {
  private record Kept(AccessReview review, byte[] report) {}

  private final Map<UUID, Kept> kept = new ConcurrentSkipListMap<>();

  @Override
  public void add(AccessReview review, byte[] report) {
    kept.put(review.id(), new Kept(review, report));
  }

  @Override
  public List<AccessReview> list(TenantSlug tenant, int limit) {
    return kept.values().stream()
        .map(Kept::review)
        .filter(review -> review.tenant().equals(tenant))
        .limit(limit)
        .toList();
  }

  @Override
  public Optional<byte[]> report(TenantSlug tenant, UUID id) {
    return Optional.ofNullable(kept.get(id))
        .filter(review -> review.review().tenant().equals(tenant))
        .map(Kept::report);
  }
}
