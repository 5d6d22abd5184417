package io.earwitness.retention;

import io.earwitness.call.NumberPattern;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Keeps all calls of its scope, those to come too, until it is released and its grace has passed.
 * Immutable.
 *
 * <p>A call is in its scope if it began between two moments and has any of the persons, teams or
 * numbers; where none of these is named, every call does.
 *
 * @param name for people
 * @param placedAt when it began
 * @param releasedAt when it was released; null while it is in force
 * @param grace how long after that nothing falls due; at least 7 days
 * @param persons ids of users
 * @param teams ids of teams, as of the call's start
 * @param numbers {@linkplain NumberPattern as rules name them}
 * @param from the first start of a call; null for all before {@code until}
 * @param until exclusive; null for all since {@code from}
 */
public record LegalHold(
    String name,
    Instant placedAt,
    @Nullable Instant releasedAt,
    Duration grace,
    Set<String> persons,
    Set<String> teams,
    List<String> numbers,
    @Nullable Instant from,
    @Nullable Instant until) {
  /** The least that a release takes to have an effect. */
  public static final Duration SHORTEST_GRACE = Duration.ofDays(7);

  public LegalHold {
    persons = Set.copyOf(persons);
    teams = Set.copyOf(teams);
    numbers = List.copyOf(numbers);
    numbers.forEach(NumberPattern::demand);
    if (grace.compareTo(SHORTEST_GRACE) < 0) {
      throw new IllegalArgumentException(
          "the grace of the hold '%s' is %s; at least 7 days are needed".formatted(name, grace));
    }
    if (releasedAt != null && releasedAt.isBefore(placedAt)) {
      throw new IllegalArgumentException(
          "the hold '%s' was released at %s, before it was placed at %s"
              .formatted(name, releasedAt, placedAt));
    }
    if (from != null && until != null && !until.isAfter(from)) {
      throw new IllegalArgumentException(
          "the hold '%s' is on calls until %s, which is not after %s".formatted(name, until, from));
    }
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

  /** Whether a call is in its scope. */
  boolean covers(KeptCall call) {
    if ((from != null && call.start().isBefore(from))
        || (until != null && !call.start().isBefore(until))) {
      return false;
    }
    return (persons.isEmpty() && teams.isEmpty() && numbers.isEmpty())
        || !Collections.disjoint(persons, call.persons())
        || !Collections.disjoint(teams, call.facts().teams())
        || NumberPattern.anyNames(numbers, call.facts().numbers());
  }
}
