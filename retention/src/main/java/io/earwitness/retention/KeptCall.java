package io.earwitness.retention;

import io.earwitness.call.RecordingId;
import io.earwitness.call.RetentionPolicy.Question;
import java.time.Instant;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A recording as the planner sees it.
 *
 * @param end of the call; not before {@code start}
 * @param facts what rules ask about it
 * @param persons ids of the tenant's users among its parties
 * @param decidedUntil until when it is kept by what was decided when it was archived, and never
 *     shorter; null if that is not known
 * @param holds ids of the holds that it was added to, by a query for instance; others are found by
 *     their scope
 * @param lockedUntil until when the store refuses to delete it; null if it is not locked
 */
public record KeptCall(
    RecordingId id,
    Instant start,
    Instant end,
    Question facts,
    Set<String> persons,
    Set<UUID> holds,
    @Nullable Instant decidedUntil,
    @Nullable Instant lockedUntil) {
  public KeptCall {
    persons = Set.copyOf(persons);
    holds = Set.copyOf(holds);
  }

  /** One that was added to no hold. */
  public KeptCall(
      RecordingId id,
      Instant start,
      Instant end,
      Question facts,
      Set<String> persons,
      @Nullable Instant decidedUntil,
      @Nullable Instant lockedUntil) {
    this(id, start, end, facts, persons, Set.of(), decidedUntil, lockedUntil);
  }
}
