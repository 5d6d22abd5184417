package io.earwitness.portal;

import io.earwitness.archive.catalog.LegalHolds;
import io.earwitness.retention.HoldMatching;

/**
 * Legal holds.
 *
 * @param catalog what was placed and released
 * @param matching which recordings a hold is on
 */
public record HoldParts(LegalHolds catalog, HoldMatching matching) {}
