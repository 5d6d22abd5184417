package io.earwitness.portal;

import io.earwitness.archive.catalog.Disposals;
import io.earwitness.archive.catalog.Tombstones;
import io.earwitness.archive.cdr.Tokens;
import io.earwitness.call.TenantSlug;
import java.util.function.Function;

/**
 * What the portal says of disposal from.
 *
 * @param tokens of a tenant's numbers
 */
public record DisposalParts(
    Disposals disposals, Tombstones tombstones, Function<TenantSlug, Tokens> tokens) {}
