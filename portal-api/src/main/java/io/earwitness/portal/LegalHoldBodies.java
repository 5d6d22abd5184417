package io.earwitness.portal;

import io.earwitness.access.Matter;
import io.earwitness.access.Person;
import io.earwitness.access.Team;
import io.earwitness.call.Direction;
import io.earwitness.call.HoldQuery;
import io.earwitness.call.HoldScope;
import io.earwitness.call.RecordingId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What is said of a legal hold in a request; people, teams and matters by their id or name. */
final class LegalHoldBodies {
  private static final int MAX_QUERY = 200;

  private LegalHoldBodies() {}

  /** A query as it comes. */
  record QueryBody(
      @Nullable String text,
      @Nullable String number,
      @Nullable String person,
      @Nullable String team,
      @Nullable String direction,
      @Nullable String callId) {
    HoldQuery query(Principal asking) {
      return new HoldQuery(
          limited("query.text", text),
          limited("query.number", number),
          person == null ? null : personId(asking, person),
          team == null ? null : teamId(asking, team),
          direction == null
              ? null
              : AccessRequest.parse("query.direction", direction, Direction.class),
          limited("query.callId", callId));
    }

    private static @Nullable String limited(String member, @Nullable String value) {
      return value == null || value.isBlank()
          ? null
          : AccessRequest.required(member, value, MAX_QUERY);
    }
  }

  /** A scope as it comes; people and teams by their id or name. */
  record ScopeBody(
      @Nullable List<String> persons,
      @Nullable List<String> teams,
      @Nullable List<String> numbers,
      @Nullable QueryBody query,
      @Nullable List<String> recordings,
      @Nullable String from,
      @Nullable String until) {
    HoldScope scope(Principal asking) {
      Set<String> people = each(persons, text -> personId(asking, text));
      Set<String> groups = each(teams, text -> teamId(asking, text));
      Set<RecordingId> ids = each(recordings, ScopeBody::recording);
      Instant first = AccessRequest.instant("from", from);
      Instant last = AccessRequest.instant("until", until);
      List<HoldScope> made = new ArrayList<>();
      AnnouncementRoutes.checked(
          "scope",
          () ->
              made.add(
                  new HoldScope(
                      people,
                      groups,
                      Objects.requireNonNullElse(numbers, List.of()),
                      query == null ? null : query.query(asking),
                      ids,
                      first,
                      last)));
      return made.getFirst();
    }

    private static <T> Set<T> each(@Nullable List<String> texts, Function<String, T> read) {
      Set<T> all = new HashSet<>();
      Objects.requireNonNullElse(texts, List.<String>of())
          .forEach(text -> all.add(read.apply(String.valueOf(text).strip())));
      return all;
    }

    private static RecordingId recording(String text) {
      try {
        return RecordingId.parse(text);
      } catch (IllegalArgumentException _) {
        throw ProblemException.malformed(
            "recordings", "recordings: '%s' is no id of a recording.".formatted(text));
      }
    }
  }

  static String personId(Principal asking, String text) {
    Map<String, Person> people = asking.directory().people();
    if (people.containsKey(text)) {
      return text;
    }
    return people.values().stream()
        .filter(person -> person.name().equalsIgnoreCase(text))
        .map(Person::id)
        .findFirst()
        .orElseThrow(
            () ->
                ProblemException.malformed(
                    "persons", "persons: there is no user '%s'.".formatted(text)));
  }

  private static String teamId(Principal asking, String text) {
    Map<String, Team> teams = asking.directory().teams();
    if (teams.containsKey(text)) {
      return text;
    }
    return teams.values().stream()
        .filter(team -> team.name().equalsIgnoreCase(text))
        .map(Team::id)
        .findFirst()
        .orElseThrow(
            () ->
                ProblemException.malformed(
                    "teams", "teams: there is no team '%s'.".formatted(text)));
  }

  /**
   * A scope that is needed.
   *
   * @throws ProblemException 400 if it is missing or something in it is wrong
   */
  static HoldScope scope(Principal asking, @Nullable ScopeBody body) {
    if (body == null) {
      throw ProblemException.malformed(
          "scope", "The member 'scope' is needed; {} is on every call of the tenant.");
    }
    return body.scope(asking);
  }

  /** An open matter by its id or name; null for none. */
  static @Nullable Matter matter(Principal asking, @Nullable String text) {
    if (text == null || text.isBlank()) {
      return null;
    }
    Map<UUID, Matter> matters = asking.directory().matters();
    Matter byId = matters.get(AccessRequest.uuid(text));
    return byId != null
        ? byId
        : matters.values().stream()
            .filter(matter -> matter.name().equalsIgnoreCase(text.strip()))
            .findFirst()
            .orElseThrow(
                () ->
                    ProblemException.malformed(
                        "matter", "matter: there is no matter '%s'.".formatted(text)));
  }
}
