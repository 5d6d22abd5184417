package io.earwitness.archive.catalog;

import io.earwitness.call.RecordingId;
import io.earwitness.call.TenantSlug;
import java.time.Duration;
import java.util.List;

/**
 * What changed in the catalog, in an order without gaps. Events carry ids only; readers fetch the
 * present state, so reading one again does no harm.
 */
public interface ChangeFeed {
  /** Changes when the database was restored: every reader then starts anew from 0. */
  String epoch();

  /** Changes behind a position, in order. Positions are dense and begin at 1. */
  List<Change> read(long after, int max);

  /** Waits until something behind the position may be there, or the time is over. */
  void await(long after, Duration atMost) throws InterruptedException;

  /** A call that changed. */
  record Change(long position, TenantSlug tenant, RecordingId id) {}
}
