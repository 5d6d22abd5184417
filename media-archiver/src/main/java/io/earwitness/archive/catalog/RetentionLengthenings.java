package io.earwitness.archive.catalog;

import io.earwitness.call.RecordingId;
import io.earwitness.call.RetentionBasis;
import io.earwitness.call.TenantSlug;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is done for versions of a policy that also lengthen the recordings that are there: these are
 * gone through in batches, and whatever stopped it, it goes on where it was. Nothing is ever
 * shortened by it. Thread-safe, but a batch is for one at a time ({@link RetentionLocks#alone}).
 */
public interface RetentionLengthenings {
  /**
   * How far a lengthening came.
   *
   * @param recordings that it lengthened so far
   * @param bytes of their audio
   */
  record Progress(
      int policyVersion,
      Instant askedAt,
      String askedBy,
      long recordings,
      long bytes,
      @Nullable Instant finishedAt) {}

  /** The newest one of a tenant; empty if there was none. */
  Optional<Progress> newest(TenantSlug tenant);

  /**
   * A recording that is kept for longer from now on.
   *
   * @param basis by what that was decided
   * @param bytes of its audio
   */
  record Change(RecordingId recording, Instant keepUntil, RetentionBasis basis, long bytes) {}

  /**
   * Recordings that were looked at together.
   *
   * @param changes those of them that become later; none if all are kept for long enough
   * @param last whether there are no more behind them
   */
  record Batch(
      TenantSlug tenant,
      int policyVersion,
      RecordingId from,
      RecordingId to,
      List<Change> changes,
      boolean last) {
    public Batch {
      changes = List.copyOf(changes);
    }
  }

  /** Looks at the next recordings of the oldest lengthening that is not finished. */
  Optional<Batch> next(int size);

  /** Lengthens them, and has their locks renewed; if it was done before, nothing happens. */
  void apply(Batch batch, String actor);
}
