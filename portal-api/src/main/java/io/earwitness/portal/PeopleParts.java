package io.earwitness.portal;

import io.earwitness.archive.catalog.ApiTokens;
import io.earwitness.archive.catalog.DirectoryImport;
import io.earwitness.archive.catalog.Guests;
import io.earwitness.archive.catalog.ProvisionedPeople;
import io.earwitness.archive.catalog.SupportRequests;

/**
 * What the portal keeps accounts, and what acts in their names, with. Thread-safe.
 *
 * @param maxRemovalsPercent how many of its active people a tenant's identity provider may put out
 *     of use within an hour, 1 to 100
 */
public record PeopleParts(
    ApiTokens tokens,
    ProvisionedPeople provisioned,
    DirectoryImport imports,
    Guests guests,
    SupportRequests support,
    int maxRemovalsPercent) {
  /** What {@link #maxRemovalsPercent} is where nothing is set. */
  public static final int USUAL_MAX_REMOVALS_PERCENT = 10;
}
