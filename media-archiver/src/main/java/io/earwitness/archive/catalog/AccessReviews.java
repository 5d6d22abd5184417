package io.earwitness.archive.catalog;

import io.earwitness.call.TenantSlug;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Reviews of who has access, each with its signed report. They are only ever added to. Thread-safe.
 */
public interface AccessReviews {
  /**
   * A review that was signed off.
   *
   * @param reviewer the person's name as it was then
   * @param statement what the person found
   * @param people who had access
   * @param grants in force
   * @param unused of these, those to listen that nobody used for 90 days
   */
  record AccessReview(
      UUID id,
      TenantSlug tenant,
      Instant at,
      String reviewerId,
      String reviewer,
      String statement,
      int people,
      int grants,
      int unused) {}

  /**
   * Keeps a review.
   *
   * @param report CMS SignedData (RFC 5652) with the report inside, in DER
   */
  void add(AccessReview review, byte[] report);

  /** The newest reviews of a tenant, the last one first. */
  List<AccessReview> list(TenantSlug tenant, int limit);

  /** The signed report of a review of a tenant. */
  Optional<byte[]> report(TenantSlug tenant, UUID id);
}
