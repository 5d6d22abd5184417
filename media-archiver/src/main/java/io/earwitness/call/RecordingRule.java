package io.earwitness.call;

import java.time.DayOfWeek;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One rule of a {@link RecordingPolicy}. It applies to a call that meets all its conditions; an
 * empty condition is met by every call. The call is looked at from the side of each of the tenant's
 * own parties: all conditions on the own party must be met by the same one, and all on the other
 * party by one and the same of the others.
 *
 * @param name for people; 1 to 80 characters
 * @param teams ids of teams of which the own party is a member
 * @param persons ids of users, one of whom the own party is
 * @param persona the name of a {@link Persona} of the policy, as which the own party appears
 * @param ownNumbers the own party's number; digits with or without {@code +}, a trailing {@code *}
 *     for all that begin so
 * @param otherNumbers the other party's, written likewise
 * @param directions inbound, outbound, internal
 * @param countries of the other party's number: ISO 3166-1 alpha-2, or {@link
 *     AnnouncementRule#UNKNOWN} for none that is known
 * @param weekdays on which the call begins, in the tenant's zone; with hours past midnight the day
 *     on which the hours begin
 * @param from the call begins at this time of day or later, in the tenant's zone; null for midnight
 * @param until the call begins before this time of day, the next day's if it is not after {@code
 *     from}; null for midnight
 * @param keepMinutes within how many minutes of its end an on-demand call is to be marked: 1 to
 *     {@value #MOST_MINUTES}; null for other actions
 * @param percent how many of a hundred calls are recorded: 0 to 100; null unless selective
 */
public record RecordingRule(
    String name,
    Set<String> teams,
    Set<String> persons,
    @Nullable String persona,
    List<String> ownNumbers,
    List<String> otherNumbers,
    Set<Direction> directions,
    Set<String> countries,
    Set<Weekday> weekdays,
    @Nullable LocalTime from,
    @Nullable LocalTime until,
    RecordingAction action,
    @Nullable Integer keepMinutes,
    @Nullable Integer percent) {
  /** A week: what is held is neither archived nor deleted, and takes room in the spool. */
  public static final int MOST_MINUTES = 7 * 24 * 60;

  private static final int MOST_NAME = 80;
  private static final int MOST = 1_000;

  public RecordingRule {
    teams = Set.copyOf(Objects.requireNonNullElse(teams, Set.of()));
    persons = Set.copyOf(Objects.requireNonNullElse(persons, Set.of()));
    ownNumbers = List.copyOf(Objects.requireNonNullElse(ownNumbers, List.of()));
    otherNumbers = List.copyOf(Objects.requireNonNullElse(otherNumbers, List.of()));
    directions = Set.copyOf(Objects.requireNonNullElse(directions, Set.of()));
    countries = Set.copyOf(Objects.requireNonNullElse(countries, Set.of()));
    weekdays = Set.copyOf(Objects.requireNonNullElse(weekdays, Set.of()));
    if (name == null || name.isBlank() || name.length() > MOST_NAME) {
      throw new IllegalArgumentException("a rule needs a name of 1 to 80 characters");
    }
    if (action == null) {
      throw new IllegalArgumentException(
          "rule '%s' needs an action: always, never, on-demand or selective".formatted(name));
    }
    if (ownNumbers.size() + otherNumbers.size() + teams.size() + persons.size() > MOST) {
      throw new IllegalArgumentException(
          "rule '%s' names more than %d numbers, teams and persons; make several rules of it"
              .formatted(name, MOST));
    }
    for (String number : ownNumbers) {
      NumberPattern.demand(name, number);
    }
    for (String number : otherNumbers) {
      NumberPattern.demand(name, number);
    }
    if (directions.contains(Direction.UNKNOWN)) {
      throw new IllegalArgumentException(
          "rule '%s': directions are inbound, outbound and internal".formatted(name));
    }
    for (String country : countries) {
      if (!country.equals(AnnouncementRule.UNKNOWN)
          && (country.length() != 2 || !Jurisdiction.isCode(country))) {
        throw new IllegalArgumentException(
            "rule '%s': '%s' is no country; write ISO 3166-1 (DE, US) or %s"
                .formatted(name, country, AnnouncementRule.UNKNOWN));
      }
    }
    demandNumber(
        name, action == RecordingAction.ON_DEMAND, "keepMinutes", keepMinutes, 1, MOST_MINUTES);
    demandNumber(name, action == RecordingAction.SELECTIVE, "percent", percent, 0, 100);
  }

  private static void demandNumber(
      String rule, boolean needed, String member, @Nullable Integer value, int least, int most) {
    if (needed && (value == null || value < least || value > most)) {
      throw new IllegalArgumentException(
          "rule '%s': %s must be %d to %d".formatted(rule, member, least, most));
    }
    if (!needed && value != null) {
      throw new IllegalArgumentException(
          "rule '%s': %s has no meaning for this action; leave it out".formatted(rule, member));
    }
  }

  /** Whether the rule asks anything about the parties, or which of them called. */
  boolean asksForParties() {
    return asksForOwn() || asksForOther() || !directions.isEmpty();
  }

  boolean asksForOwn() {
    return !teams.isEmpty() || !persons.isEmpty() || persona != null || !ownNumbers.isEmpty();
  }

  boolean asksForOther() {
    return !otherNumbers.isEmpty() || !countries.isEmpty();
  }

  /** Whether a call that begins then meets the rule's condition on time. */
  boolean namesTime(LocalDateTime start) {
    LocalTime begin = from == null ? LocalTime.MIDNIGHT : from;
    LocalTime end = until == null ? LocalTime.MIDNIGHT : until;
    LocalTime time = start.toLocalTime();
    boolean begun = !time.isBefore(begin) && namesDay(start.getDayOfWeek());
    if (end.equals(LocalTime.MIDNIGHT)) {
      return begun;
    }
    return end.isAfter(begin)
        ? begun && time.isBefore(end)
        : begun || (time.isBefore(end) && namesDay(start.getDayOfWeek().minus(1)));
  }

  private boolean namesDay(DayOfWeek day) {
    return weekdays.isEmpty() || weekdays.contains(Weekday.of(day));
  }

  boolean namesOther(Party party, @Nullable String country) {
    return (otherNumbers.isEmpty()
            || otherNumbers.stream().anyMatch(each -> NumberPattern.matches(each, party.number())))
        && (countries.isEmpty()
            || countries.contains(country == null ? AnnouncementRule.UNKNOWN : country));
  }

  /**
   * @param appearing the persona that the rule names; null if it names none
   */
  boolean namesOwn(Party party, @Nullable Persona appearing) {
    return (teams.isEmpty() || party.teamIds().stream().anyMatch(teams::contains))
        && (persons.isEmpty() || (party.userId() != null && persons.contains(party.userId())))
        && (appearing == null || appearing.is(party))
        && (ownNumbers.isEmpty()
            || ownNumbers.stream().anyMatch(each -> NumberPattern.matches(each, party.number())));
  }
}
