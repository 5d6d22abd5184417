package io.earwitness.archive.catalog;

import io.earwitness.call.HoldScope;
import io.earwitness.call.RecordingId;
import io.earwitness.call.TenantSlug;
import java.util.List;

/** What is gone already, for a hold that comes too late. */
@FunctionalInterface
public interface DisposedRecordings {
  /** By what numbers stand in tombstones. */
  @FunctionalInterface
  interface NumberTokens {
    String of(TenantSlug tenant, String number);
  }

  /**
   * Recordings of a scope that were disposed of or are being disposed of, the newest first. Of what
   * was disposed of only times and whole numbers are known: what persons, teams, the begin of a
   * number or a query would have found is not among them.
   *
   * @param limit the most that are given
   */
  List<RecordingId> of(TenantSlug tenant, HoldScope scope, int limit);
}
