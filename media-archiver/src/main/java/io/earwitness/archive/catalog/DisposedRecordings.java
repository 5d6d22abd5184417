package io.earwitness.archive.catalog;

import io.earwitness.call.HoldScope;
import io.earwitness.call.RecordingId;
import io.earwitness.call.TenantSlug;
import java.util.List;

/** What is gone already, for a hold that comes too late. */
@FunctionalInterface
public interface DisposedRecordings {
  /** Nothing is disposed of yet. */
  DisposedRecordings NONE = (_, _, _) -> List.of();

  /**
   * Recordings of a scope that were disposed of or are being disposed of, the newest first; what a
   * query would have found is not among them.
   *
   * @param limit the most that are given
   */
  List<RecordingId> of(TenantSlug tenant, HoldScope scope, int limit);
}
