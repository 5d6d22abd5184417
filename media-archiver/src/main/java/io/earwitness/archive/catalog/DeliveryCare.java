package io.earwitness.archive.catalog;

import io.earwitness.archive.catalog.Deliveries.Arrived;
import io.earwitness.call.RecordingId;
import io.earwitness.call.TenantSlug;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What comes after a recording was delivered: what a target is told of disposals and legal holds,
 * what is deleted there, and what is looked at again. Thread-safe; of each target one thread at a
 * time.
 */
public interface DeliveryCare {
  /**
   * That a recording was disposed of.
   *
   * @param run whose certificate names it
   * @param generations that there were of it
   */
  record Disposed(Instant at, UUID run, List<Integer> generations) {}

  /**
   * What a target is to be told of a recording: that it was disposed of, or else whether a legal
   * hold is on it now.
   *
   * @param objects as they arrived, of the newest generation; empty if it never did
   */
  record Untold(
      RecordingId recording, List<Arrived> objects, @Nullable Disposed disposed, boolean held) {}

  /**
   * An instruction, signed and sealed.
   *
   * @param sequence by which a target's are in order; not without gaps
   * @param recordings of how many it tells
   */
  record Instruction(long sequence, String key, int recordings, byte[] content) {}

  /** Writes an instruction. */
  @FunctionalInterface
  interface Writer {
    /**
     * Writes.
     *
     * @param previous the sequence of the one before; 0 if there is none
     */
    Instruction write(long sequence, long previous, List<Untold> untold);
  }

  /** Whether a target is to be told something. */
  boolean isUntold(DeliveryTarget target);

  /** The oldest instruction that is not there yet. */
  Optional<Instruction> unsent(DeliveryTarget target);

  /**
   * Has an instruction written of what the target is to be told, once for each change.
   *
   * @param most recordings in it
   * @return whether there was anything to tell, or to look at
   */
  boolean instruct(DeliveryTarget target, int most, Writer writer);

  /** An instruction is there. */
  void sent(DeliveryTarget target, Instruction instruction);

  /** Recordings that the target was told were disposed of, and that are to be deleted there now. */
  List<RecordingId> undeleted(DeliveryTarget target, int most);

  /** Nothing of a recording is there any more. */
  void deleted(DeliveryTarget target, RecordingId id);

  /**
   * The target does not let it be deleted.
   *
   * @param again not before
   */
  void refused(DeliveryTarget target, RecordingId id, Instant again, String problem);

  /**
   * A recording whose locks and legal holds at a target that is primary are not in step with ours,
   * or on which a legal hold is that was set while the target was primary.
   *
   * @param manifestKey of ours, whose lock says how ours is locked
   * @param disposed whether it was disposed of here, so that it needs no lock any more
   * @param held whether a legal hold is to be on it
   * @param holdSet whether one was set there
   */
  record Unprotected(
      RecordingId id,
      List<Arrived> objects,
      String manifestKey,
      String manifestVersionId,
      boolean disposed,
      boolean held,
      boolean holdSet) {}

  /** The next of them by id. */
  List<Unprotected> unprotected(DeliveryTarget target, @Nullable RecordingId after, int most);

  /**
   * A recording is locked and held there as here.
   *
   * @param until null if it is not locked
   */
  void inStep(DeliveryTarget target, Unprotected recording, @Nullable Instant until);

  /** Where a recording is read from first; empty if that is here. */
  Optional<DeliveryTarget> primary(TenantSlug tenant, RecordingId id, int generation);

  /** A recording as it arrived. */
  record There(RecordingId id, List<Arrived> objects) {}

  /** Recordings that were not looked at since an instant, the longest first. */
  List<There> unchecked(DeliveryTarget target, Instant since, int most);

  /** A recording is still there as it was delivered. */
  void checked(DeliveryTarget target, RecordingId id);

  /** A recording is not there any more as it was delivered, and so is to be delivered anew. */
  void damaged(DeliveryTarget target, RecordingId id, String problem);
}
