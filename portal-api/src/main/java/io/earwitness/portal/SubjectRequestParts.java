package io.earwitness.portal;

import io.earwitness.archive.catalog.SubjectRequests;
import io.earwitness.call.RecordingId;
import io.earwitness.call.TenantSlug;
import io.earwitness.retention.ErasurePlans.Fate;
import java.util.function.BiFunction;

/**
 * Requests of people who were recorded.
 *
 * @param fates what erasure would mean for a recording now; throws {@code ObjectStoreException}
 *     where the store can't say what it locks
 */
public record SubjectRequestParts(
    SubjectRequests catalog, BiFunction<TenantSlug, RecordingId, Fate> fates) {}
