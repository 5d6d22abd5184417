package io.earwitness.archive.catalog;

import io.earwitness.call.LockTerm;
import io.earwitness.call.RecordingId;
import io.earwitness.call.TenantSlug;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The locks of archived recordings as far as the catalog knows them: until when the store said that
 * they last, and when they are to be renewed. None is ever noted as shorter than it was.
 * Thread-safe.
 */
public interface RetentionLocks {
  /**
   * Has one in the whole installation at a time look after locks.
   *
   * @return what the work returns; 0 if another one is at it
   */
  int alone(IntSupplier work);

  /**
   * A lock that is to be renewed.
   *
   * @param manifestVersionId of the manifest's copy in the lock bucket
   * @param lockedUntil as the store last confirmed
   * @param strengthen whether it is to become a COMPLIANCE one
   * @param failures attempts since then
   */
  record Due(
      TenantSlug tenant,
      RecordingId recording,
      int generation,
      String manifestVersionId,
      LockTerm term,
      Instant lockedUntil,
      boolean strengthen,
      int failures) {}

  /** Those that are to be renewed by now, of all tenants, the most urgent first. */
  List<Due> due(int limit);

  /** Notes until when the store confirmed that all of a recording is locked, as was due. */
  void renewed(Due due, Instant until);

  /**
   * Notes that a lock could not be renewed.
   *
   * @param again when that is tried again
   */
  void failed(Due due, String problem, Instant again);

  /**
   * The lock of a recording's newest generation.
   *
   * @param due when it is renewed, or tried again; null if it lasts as long as the recording is
   *     kept
   * @param problem why the last attempt failed; null if none did since the last that succeeded
   * @param movedTo the tenant's own storage where its audio is kept and locked; null if it is here
   */
  record State(
      LockTerm term,
      Instant lockedUntil,
      @Nullable Instant due,
      @Nullable String problem,
      @Nullable String movedTo) {}

  /** Empty if nothing of it is archived. */
  Optional<State> state(TenantSlug tenant, RecordingId recording);

  /**
   * The locks of a tenant's recordings.
   *
   * @param waiting how many are not locked yet for as long as they are kept
   * @param failing how many of them could not be renewed when they should have been
   */
  record Counts(long waiting, long failing) {}

  Counts counts(TenantSlug tenant);
}
