package io.earwitness.retention;

import io.earwitness.archive.catalog.LegalHolds.Hold;
import io.earwitness.call.HoldScope;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Keeps all calls of its scope, those to come too, until it is released and its grace has passed.
 * Immutable.
 *
 * @param id by which calls say that they were added to it
 * @param name for people
 * @param placedAt when it began
 * @param releasedAt when it was released; null while it is in force
 * @param grace how long after that nothing falls due; at least 7 days
 */
public record LegalHold(
    UUID id,
    String name,
    Instant placedAt,
    @Nullable Instant releasedAt,
    Duration grace,
    HoldScope scope) {
  /** The least that a release takes to have an effect. */
  public static final Duration SHORTEST_GRACE = Duration.ofDays(7);

  public LegalHold {
    if (grace.compareTo(SHORTEST_GRACE) < 0) {
      throw new IllegalArgumentException(
          "the grace of the hold '%s' is %s; at least 7 days are needed".formatted(name, grace));
    }
    if (releasedAt != null && releasedAt.isBefore(placedAt)) {
      throw new IllegalArgumentException(
          "the hold '%s' was released at %s, before it was placed at %s"
              .formatted(name, releasedAt, placedAt));
    }
  }

  /** One that no call was added to. */
  public LegalHold(
      String name,
      Instant placedAt,
      @Nullable Instant releasedAt,
      Duration grace,
      Set<String> persons,
      Set<String> teams,
      List<String> numbers,
      @Nullable Instant from,
      @Nullable Instant until) {
    this(
        UUID.randomUUID(),
        name,
        placedAt,
        releasedAt,
        grace,
        new HoldScope(persons, teams, numbers, from, until));
  }

  /** A hold of the catalog. */
  static LegalHold of(Hold hold) {
    return new LegalHold(
        hold.id(),
        hold.name(),
        hold.placedAt(),
        hold.releasedAt(),
        Duration.ofDays(hold.graceDays()),
        hold.scope());
  }

  /** When nothing is kept by it any more; null while it is in force. */
  public @Nullable Instant ends() {
    return releasedAt == null ? null : releasedAt.plus(grace);
  }

  /** Whether it keeps the calls of its scope at a moment. */
  boolean holdsAt(Instant now) {
    Instant ends = ends();
    return !placedAt.isAfter(now) && (ends == null || ends.isAfter(now));
  }

  /** Whether it was not released, or is released later than a moment. */
  boolean isInForce(Instant now) {
    return releasedAt == null || releasedAt.isAfter(now);
  }

  /** Whether a call is in its scope, or was added to it. */
  boolean covers(KeptCall call) {
    return call.holds().contains(id)
        || scope.covers(
            call.id(), call.start(), call.persons(), call.facts().teams(), call.facts().numbers());
  }
}
