package io.earwitness.archive.catalog;

import io.earwitness.archive.catalog.Deliveries.Arrived;
import io.earwitness.call.RecordingId;
import io.earwitness.call.TenantSlug;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Recordings whose audio moves to a tenant's own storage: first it is found verified there and
 * locked as long as it is kept, then our lock on it ends, then ours is removed. Thread-safe; of
 * each target one thread at a time.
 */
public interface MediaMoves {
  /**
   * A recording on its way.
   *
   * @param objects as they arrived
   * @param keepUntil until when it is to be locked there
   * @param manifestKey of ours, whose lock says how ours is locked
   */
  record Moving(
      RecordingId id,
      int generation,
      List<Arrived> objects,
      Instant keepUntil,
      String manifestKey,
      String manifestVersionId) {}

  /**
   * Delivered recordings whose short lock here is soon to be renewed, if they are not {@linkplain
   * #settled settled} before. None that a hold is on, that has several generations, or that is kept
   * hardly longer.
   */
  List<Moving> unsettled(DeliveryTarget target, Instant now, int most);

  /**
   * The audio is there, verified and locked as long as it is kept, so that our lock on it is not
   * renewed any more; false, and nothing, if that is not so any more.
   *
   * @param ends when the last of our locks on it ends
   */
  boolean settled(DeliveryTarget target, Moving moving, Instant ends);

  /** Recordings that are settled, whose audio here may be removed by now. */
  List<Moving> unmoved(DeliveryTarget target, Instant now, int most);

  /**
   * Ours can't be removed yet.
   *
   * @param again not before
   */
  void postponed(DeliveryTarget target, Moving moving, Instant again);

  /** Ours is removed. */
  void moved(DeliveryTarget target, Moving moving);

  /** It is not there any more as it was; ours is locked again at once, and stays. */
  void takenBack(DeliveryTarget target, Moving moving);

  /** Where the audio of a recording is kept and locked, if that is not here. */
  Optional<DeliveryTarget> place(TenantSlug tenant, RecordingId id, int generation);
}
