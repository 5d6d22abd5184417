package io.earwitness.call;

import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * One rule of a {@link RetentionPolicy}. It applies to a call that meets all its conditions; an
 * empty condition is met by every call. Immutable.
 *
 * @param name for people; 1 to 80 characters
 * @param teams ids of teams of which a party was a member at the call's start, ancestors included
 * @param numbers {@linkplain NumberPattern as rules name them}; any party's number
 * @param licences under which a party's number was recorded at the call's start
 * @param keep for how long
 * @param tags any of which people put on the call, at any time; such a rule never shortens
 */
public record RetentionRule(
    String name,
    Set<String> teams,
    List<String> numbers,
    Set<Direction> directions,
    Set<Licence> licences,
    RetentionClass keep,
    Set<String> tags) {
  private static final int MOST_NAME = 80;

  private static final int MOST_TAGS = 100;

  /** A rule that asks for no tags. */
  public RetentionRule(
      String name,
      Set<String> teams,
      List<String> numbers,
      Set<Direction> directions,
      Set<Licence> licences,
      RetentionClass keep) {
    this(name, teams, numbers, directions, licences, keep, Set.of());
  }

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
    try {
      tags =
          Objects.requireNonNullElse(tags, Set.<String>of()).stream()
              .map(Tags::normal)
              .collect(Collectors.toUnmodifiableSet());
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("rule '%s': %s".formatted(name, e.getMessage()), e);
    }
    if (tags.size() > MOST_TAGS) {
      throw new IllegalArgumentException(
          "rule '%s' names more than %d tags; make several rules of it".formatted(name, MOST_TAGS));
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
        && (tags.isEmpty() || anyOf(call.tags(), tags))
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
        && licences.equals(other.licences)
        && tags.equals(other.tags);
  }
}
