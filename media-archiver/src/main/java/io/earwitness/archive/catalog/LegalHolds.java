package io.earwitness.archive.catalog;

import io.earwitness.call.HoldScope;
import io.earwitness.call.RecordingId;
import io.earwitness.call.TenantSlug;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The tenants' legal holds and the recordings that they are on. Every change is written with its
 * journal entry in one transaction. Placing and releasing take the tenant's lock for holds
 * exclusively; whoever marks a recording as falling due takes it shared and asks the planner under
 * it, so that a hold that was placed before wins. Thread-safe.
 */
public interface LegalHolds {
  /** The least days that a release takes to have an effect. */
  int SHORTEST_GRACE_DAYS = 7;

  /**
   * A hold.
   *
   * @param matter the tenant's matter that it is for; null for none
   * @param graceDays after its release, for which it still holds; at least 7
   * @param releasedAt null, with by whom, while it is in force
   * @param endedAt when its grace had passed and it let its recordings go; null before
   * @param recordings how many it is on
   */
  record Hold(
      UUID id,
      String name,
      @Nullable UUID matter,
      String reason,
      int graceDays,
      HoldScope scope,
      Instant placedAt,
      String placedBy,
      @Nullable Instant releasedAt,
      @Nullable String releasedBy,
      @Nullable Instant endedAt,
      long recordings) {
    /** When nothing is held by it any more; null while it is in force. */
    public @Nullable Instant ends() {
      return releasedAt == null ? null : releasedAt.plus(Duration.ofDays(graceDays));
    }
  }

  /**
   * A hold to be placed.
   *
   * @param name for people
   */
  record NewHold(
      UUID id, String name, @Nullable UUID matter, String reason, int graceDays, HoldScope scope) {}

  /**
   * An archived recording, as far as holds go.
   *
   * @param persons ids of users among its parties
   * @param archivedAt its newest generation
   * @param bytes of its audio
   */
  record Candidate(
      RecordingId id,
      Instant start,
      Set<String> persons,
      Set<String> teams,
      Set<String> numbers,
      Instant archivedAt,
      Instant keepUntil,
      long bytes) {
    /** Whether a scope is on it, whatever its query finds. */
    public boolean isIn(HoldScope scope) {
      return scope.covers(id, start, persons, teams, numbers);
    }
  }

  /**
   * Places a hold: from then on all of its scope is held.
   *
   * @param found recordings that it is on from the first moment, by its query
   * @throws IllegalArgumentException if there is no such tenant or open matter, or something is
   *     wrong with it
   */
  Hold place(TenantSlug tenant, NewHold hold, Collection<RecordingId> found, String actor);

  /**
   * Releases a hold, which ends when its grace has passed.
   *
   * @return false if it was released before
   * @throws IllegalArgumentException if there is no such hold
   */
  boolean release(TenantSlug tenant, UUID hold, String actor);

  Optional<Hold> find(TenantSlug tenant, UUID hold);

  /** All that hold something: in force, or in their grace. Newest first. */
  List<Hold> inEffect(TenantSlug tenant);

  /**
   * A page of holds, the newest first.
   *
   * @param released whether those that were released, or else those in force
   * @param by who placed them; null for all
   * @param after the last one of the page before
   */
  List<Hold> list(
      TenantSlug tenant, boolean released, @Nullable String by, @Nullable UUID after, int limit);

  /** A page of the recordings that a hold is on, by id. */
  List<RecordingId> recordings(
      TenantSlug tenant, UUID hold, @Nullable RecordingId after, int limit);

  /** Ids of the holds in effect that a recording was added to. */
  default Set<UUID> of(TenantSlug tenant, RecordingId recording) {
    return of(tenant, List.of(recording)).getOrDefault(recording, Set.of());
  }

  /** The same of several; those that are on none are left out. */
  Map<RecordingId, Set<UUID>> of(TenantSlug tenant, Collection<RecordingId> recordings);

  /**
   * Adds recordings to a hold; others, and those that it is on already, are left out.
   *
   * @return how many were added
   */
  int add(TenantSlug tenant, UUID hold, Collection<RecordingId> recordings, String actor);

  /** Those of some recordings that are archived and that a hold is not on. */
  List<RecordingId> missing(TenantSlug tenant, UUID hold, Collection<RecordingId> recordings);

  /** Notes that all was looked at that was archived before a moment. */
  void examined(TenantSlug tenant, Collection<UUID> holds, Instant until);

  /** Since when each hold in effect has to look at what was archived; null for from the start. */
  List<Examined> examined(TenantSlug tenant);

  /** How far a hold has looked at what was archived. */
  record Examined(UUID hold, @Nullable Instant until) {}

  /**
   * Ends a hold whose grace has passed: recordings that it alone is on are free.
   *
   * @return false if it holds on, or was ended before
   */
  boolean end(TenantSlug tenant, UUID hold, String actor);

  /**
   * Gives archived recordings of a tenant, in no particular order.
   *
   * @param archivedSince only those with a generation that is not older; null for all
   */
  void forEach(
      TenantSlug tenant, @Nullable Instant archivedSince, Consumer<List<Candidate>> consumer);

  /** What the store was told, recording by recording. */
  ObjectHolds objects();

  /**
   * Has one node at a time do what holds need now and then.
   *
   * @return false if another one is at it
   */
  boolean alone(Runnable work);
}
