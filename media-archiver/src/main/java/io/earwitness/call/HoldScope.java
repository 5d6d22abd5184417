package io.earwitness.call;

import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which calls a legal hold is on. A call is in the scope if it began between two moments and has
 * any of the persons, teams or numbers, or is found by the query; where none of these and no
 * recordings are named, every call between the moments is. Recordings that are named are in it
 * whenever they began. Immutable.
 *
 * @param persons ids of users
 * @param teams ids of teams, as of the call's start
 * @param numbers {@linkplain NumberPattern as rules name them}
 * @param query answered by the search index; null for none
 * @param recordings single ones
 * @param from the first start of a call; null for all before {@code until}
 * @param until exclusive; null for all since {@code from}
 */
public record HoldScope(
    Set<String> persons,
    Set<String> teams,
    List<String> numbers,
    @Nullable HoldQuery query,
    Set<RecordingId> recordings,
    @Nullable Instant from,
    @Nullable Instant until) {
  /** The most that any part of a scope names. */
  public static final int MOST = 1_000;

  public HoldScope {
    persons = Set.copyOf(Objects.requireNonNullElse(persons, Set.of()));
    teams = Set.copyOf(Objects.requireNonNullElse(teams, Set.of()));
    numbers = List.copyOf(Objects.requireNonNullElse(numbers, List.of()));
    recordings = Set.copyOf(Objects.requireNonNullElse(recordings, Set.of()));
    numbers.forEach(NumberPattern::demand);
    for (Collection<?> part : List.of(persons, teams, numbers, recordings)) {
      if (part.size() > MOST) {
        throw new IllegalArgumentException(
            "a hold names at most %,d of each: persons, teams, numbers, recordings; place another one for the rest"
                .formatted(MOST));
      }
    }
    if (from != null && until != null && !until.isAfter(from)) {
      throw new IllegalArgumentException(
          "the hold is on calls until %s, which is not after %s".formatted(until, from));
    }
  }

  /** A scope without a query and single recordings. */
  public HoldScope(
      Set<String> persons,
      Set<String> teams,
      List<String> numbers,
      @Nullable Instant from,
      @Nullable Instant until) {
    this(persons, teams, numbers, null, Set.of(), from, until);
  }

  /** Single recordings, and no other call ever. */
  public static HoldScope of(Set<RecordingId> recordings) {
    if (recordings.isEmpty()) {
      throw new IllegalArgumentException("a hold on single recordings names at least one");
    }
    return new HoldScope(Set.of(), Set.of(), List.of(), null, recordings, null, null);
  }

  /** Whether a call that began then is between the moments. */
  public boolean isBetween(Instant start) {
    return (from == null || !start.isBefore(from)) && (until == null || start.isBefore(until));
  }

  /** Whether every call between the moments is in it. */
  public boolean isOnAllCalls() {
    return persons.isEmpty()
        && teams.isEmpty()
        && numbers.isEmpty()
        && query == null
        && recordings.isEmpty();
  }

  /**
   * Whether a call is in it, whatever the query finds.
   *
   * @param callPersons ids of users among its parties
   * @param callTeams ids of the teams of its parties
   * @param callNumbers of its parties
   */
  public boolean covers(
      RecordingId id,
      Instant start,
      Set<String> callPersons,
      Set<String> callTeams,
      Set<String> callNumbers) {
    if (recordings.contains(id)) {
      return true;
    }
    return isBetween(start)
        && (isOnAllCalls()
            || !Collections.disjoint(persons, callPersons)
            || !Collections.disjoint(teams, callTeams)
            || NumberPattern.anyNames(numbers, callNumbers));
  }
}
