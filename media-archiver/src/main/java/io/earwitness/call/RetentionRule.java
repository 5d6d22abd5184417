package io.earwitness.call;

import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * One rule of a {@link RetentionPolicy}. It applies to a call that meets all its conditions; an
 * empty condition is met by every call. Immutable.
 *
 * @param name for people; 1 to 80 characters
 * @param teams ids of teams of which a party was a member at the call's start, ancestors included
 * @param numbers {@linkplain NumberPattern as rules name them}; any party's number
 * @param licences under which a party's number was recorded at the call's start
 * @param keep for how long
 */
public record RetentionRule(
    String name,
    Set<String> teams,
    List<String> numbers,
    Set<Direction> directions,
    Set<Licence> licences,
    RetentionClass keep) {
  private static final int MOST_NAME = 80;

  public RetentionRule {
    teams = Set.copyOf(Objects.requireNonNullElse(teams, Set.of()));
    numbers = List.copyOf(Objects.requireNonNullElse(numbers, List.of()));
    directions = Set.copyOf(Objects.requireNonNullElse(directions, Set.of()));
    licences = Set.copyOf(Objects.requireNonNullElse(licences, Set.of()));
    if (name == null || name.isBlank() || name.length() > MOST_NAME) {
      throw new IllegalArgumentException("a rule needs a name of 1 to 80 characters");
    }
    if (keep == null) {
      throw new IllegalArgumentException(
          "rule '%s' needs to say for how long: keep is 1-year, 7-years, 180-days or indefinite"
              .formatted(name));
    }
    for (String number : numbers) {
      try {
        NumberPattern.demand(number);
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException("rule '%s': %s".formatted(name, e.getMessage()), e);
      }
    }
  }

  /** Whether it applies to a call. */
  boolean appliesTo(RetentionPolicy.Question call) {
    return (directions.isEmpty() || directions.contains(call.direction()))
        && (licences.isEmpty() || anyOf(call.licences(), licences))
        && (teams.isEmpty() || anyOf(call.teams(), teams))
        && (numbers.isEmpty() || NumberPattern.anyNames(numbers, call.numbers()));
  }

  private static <T> boolean anyOf(Set<T> some, Set<T> wanted) {
    for (T each : some) {
      if (wanted.contains(each)) {
        return true;
      }
    }
    return false;
  }

  /** Whether it has the same conditions, whatever its name and class. */
  boolean isLike(RetentionRule other) {
    return teams.equals(other.teams)
        && Set.copyOf(numbers).equals(Set.copyOf(other.numbers))
        && directions.equals(other.directions)
        && licences.equals(other.licences);
  }
}
