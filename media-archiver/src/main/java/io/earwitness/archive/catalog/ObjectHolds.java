package io.earwitness.archive.catalog;

import io.earwitness.call.RecordingId;
import io.earwitness.call.TenantSlug;
import java.time.Instant;
import java.util.List;

/**
 * Of which recordings the store was told to hold the objects. What is to be done is noted before
 * the store is told, and that it was done after, so that whoever takes over does it again; the
 * store may be told the same any number of times. Thread-safe.
 */
public interface ObjectHolds {
  /**
   * A recording whose objects are held, or are to be.
   *
   * @param generation its newest
   */
  record Held(RecordingId recording, int generation) {}

  /** Recordings of holds in effect of which the store was not told yet, or not of all of them. */
  List<Held> unset(TenantSlug tenant, int limit);

  /** Notes that the store is being told. */
  void setting(TenantSlug tenant, Held held);

  /** Notes that the store holds them. */
  void set(TenantSlug tenant, Held held);

  /**
   * Recordings that no hold in effect is on any more; from then on they are noted as being freed.
   */
  List<RecordingId> clearing(TenantSlug tenant, int limit);

  /** Notes that the store holds them no more. */
  void cleared(TenantSlug tenant, RecordingId recording);

  /** Held recordings that were not compared with the store since a moment, the longest first. */
  List<Held> unchecked(TenantSlug tenant, Instant since, int limit);

  /**
   * Notes that they were compared.
   *
   * @param mended whether the store did not hold what it was told to
   */
  void checked(TenantSlug tenant, RecordingId recording, boolean mended);

  /** Of how many recordings the store was found not to hold the objects, since a moment. */
  int mendedSince(TenantSlug tenant, Instant since);
}
