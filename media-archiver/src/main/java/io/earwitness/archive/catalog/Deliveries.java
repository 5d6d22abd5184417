package io.earwitness.archive.catalog;

import io.earwitness.call.CallSummary;
import io.earwitness.call.RecordingId;
import io.earwitness.call.TenantSlug;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Where recordings are delivered to, and how far that is. Thread-safe; changes of targets are
 * written with their journal entry in one transaction.
 */
public interface Deliveries {
  /**
   * A target and how far it is.
   *
   * @param waiting how many recordings are not there yet
   * @param waitingBytes of their audio
   * @param oldest since when the first of them has waited; null if none waits
   * @param queueing whether recordings that were there before it are still being counted in
   * @param delivered how many are there
   * @param deliveredAt when one last arrived; null if never
   * @param failingSince since when the target has taken nothing; null if it takes them
   * @param problem why, in a line
   * @param after how it is with what was delivered
   */
  record Status(
      DeliveryTarget target,
      Instant addedAt,
      @Nullable Instant pausedAt,
      long waiting,
      long waitingBytes,
      @Nullable Instant oldest,
      boolean queueing,
      long delivered,
      @Nullable Instant deliveredAt,
      @Nullable Instant failingSince,
      @Nullable String problem,
      After after) {}

  /**
   * How it is with what was delivered.
   *
   * @param untold of how many recordings a disposal or hold is to be told
   * @param instructedAt when an instruction last arrived; null if none did
   * @param undeleted how many that were disposed of are still to be deleted there; 0 if the target
   *     is only told
   * @param checked how many were read back again
   * @param damaged how many of them were not what was delivered, and so were delivered anew
   */
  record After(
      long untold,
      @Nullable Instant instructedAt,
      long undeleted,
      long checked,
      @Nullable Instant checkedAt,
      long damaged,
      @Nullable Instant damagedAt) {}

  /**
   * A recording that waits.
   *
   * @param attempts how often it was tried
   * @param problem what went wrong last; null if nothing did
   */
  record Waiting(
      RecordingId id,
      int generation,
      String manifestKey,
      String manifestVersionId,
      int attempts,
      @Nullable String problem) {}

  /** An object as it arrived; its name below the recording's folder. */
  record Arrived(String name, long size, String sha256) {}

  /** A recording that is there. */
  record Delivered(
      CallSummary call,
      int generation,
      long durationMs,
      Instant keepUntil,
      Instant at,
      List<Arrived> objects) {}

  /** Of one tenant, by name. */
  List<Status> list(TenantSlug tenant);

  /** The targets of all tenants that are not paused. */
  List<DeliveryTarget> active();

  Optional<DeliveryTarget> find(TenantSlug tenant, String name);

  /**
   * Adds a target, or makes the one of this name be as given. One that goes elsewhere than before
   * gets all recordings anew.
   *
   * @return whether something changed
   * @throws IllegalArgumentException if there is no such tenant, or audio would be moved, or was,
   *     so that it can't be set so
   */
  boolean set(DeliveryTarget target, String actor);

  /**
   * Removes a target, and what is known of its deliveries; false if there is none.
   *
   * @throws InUseException if audio was moved there
   */
  boolean remove(TenantSlug tenant, String name, String actor);

  /**
   * Stops deliveries, or lets them go on; false if it is so already.
   *
   * @throws IllegalArgumentException if there is no such target
   */
  boolean pause(TenantSlug tenant, String name, boolean paused, String actor);

  /** Recordings of a target that failed last, or are not deleted there, the latest first. */
  List<Waiting> failing(TenantSlug tenant, String target, int most);

  /** Queues what was archived since, for all targets; returns whether there may be more. */
  boolean queue();

  /** What is to be delivered next: the longest waiting first, but none that has to wait longer. */
  List<Waiting> next(DeliveryTarget target, int most);

  /** A recording arrived; nothing if there is a newer generation of it by now. */
  void delivered(DeliveryTarget target, RecordingId id, int generation, List<Arrived> objects);

  /**
   * An attempt failed.
   *
   * @param again not before
   * @param ofTarget whether the target, and not the recording, is the trouble
   */
  void failed(
      DeliveryTarget target, RecordingId id, Instant again, String problem, boolean ofTarget);

  /** The target itself can't be used. */
  void failed(DeliveryTarget target, String problem);

  /** The target was used, and nothing is wrong with it. */
  void works(DeliveryTarget target);

  /** Under which versions files beside recordings arrived, by key. */
  Map<String, String> files(DeliveryTarget target);

  void fileDelivered(DeliveryTarget target, String key, String version);

  /**
   * Days (UTC) whose index is not written, or lacks deliveries.
   *
   * @param before of the present day only if it was written before this instant, or never
   */
  List<LocalDate> unindexed(DeliveryTarget target, Instant before);

  /** What arrived on a day (UTC), by time and id, behind the one given. */
  List<Delivered> arrived(
      DeliveryTarget target, LocalDate day, @Nullable Delivered after, int most);

  /** The index of a day says all deliveries up to an instant; null if none of it is left. */
  void indexed(DeliveryTarget target, LocalDate day, @Nullable Instant newest);

  /** Audio that was moved to a target would be lost with it; nothing was changed. */
  final class InUseException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    InUseException(String message) {
      super(message);
    }
  }

  /** What comes after. */
  DeliveryCare care();

  /** Audio that is kept at a target instead of here. */
  MediaMoves moves();

  /** Has one node at a time deliver; returns what the work returns, 0 if another one is at it. */
  int alone(IntSupplier work);
}
