package io.earwitness.retention;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Calls, policies and holds over nine years, drawn at random, in words of their own: both the
 * planner's input and what {@link RetentionOracle} judges by.
 */
record Scenario(ZoneId zone, int years, List<Call> calls, List<Policy> policies, List<Hold> holds) {
  static final Instant BEGIN = Instant.parse("2018-01-01T00:00:00Z");
  static final Instant END = Instant.parse("2027-03-01T00:00:00Z");
  private static final Instant LAST_CALL = Instant.parse("2024-12-31T00:00:00Z");

  /**
   * @param extraLock until when somebody locked it beside; null if nobody did
   * @param tag that somebody put on it; null if nobody did
   */
  record Call(
      int index,
      Instant start,
      Instant end,
      String direction,
      Set<String> teams,
      Set<String> persons,
      Set<String> numbers,
      Set<String> licences,
      @Nullable Instant extraLock,
      @Nullable Tag tag) {}

  /**
   * A tag on a call, put and removed at the beginning of a day.
   *
   * @param removed null if it stays
   */
  record Tag(String word, Instant put, @Nullable Instant removed) {
    boolean isOn(Instant now) {
      return !put.isAfter(now) && (removed == null || now.isBefore(removed));
    }
  }

  /** A class of retention; {@code unit} is D, Y or I. */
  record Class(char unit, int count) {}

  record Rule(
      String name,
      Set<String> teams,
      List<String> numbers,
      Set<String> directions,
      Set<String> licences,
      Class keep,
      Set<String> tags) {}

  record Policy(
      int version, Instant validFrom, boolean extending, Class standard, List<Rule> rules) {}

  record Hold(
      String name,
      Instant placed,
      @Nullable Instant released,
      Duration grace,
      Set<String> persons,
      Set<String> teams,
      List<String> numbers,
      @Nullable Instant from,
      @Nullable Instant until) {}

  private static final String[] DIRECTIONS = {"inbound", "outbound", "internal"};
  private static final String[] TAGS = {"complaint", "fraud"};
  private static final String[] LICENCES = {"standard", "extended"};

  /** Times around which calendars are odd, in Berlin. */
  private static final LocalDateTime[] ODD = {
    LocalDateTime.of(2020, 2, 29, 12, 0),
    LocalDateTime.of(2024, 2, 29, 0, 30),
    LocalDateTime.of(2018, 10, 28, 1, 30),
    LocalDateTime.of(2019, 3, 31, 1, 30),
    LocalDateTime.of(2019, 10, 27, 0, 30),
    LocalDateTime.of(2019, 12, 31, 22, 59),
    LocalDateTime.of(2020, 3, 25, 1, 30)
  };

  static Scenario draw(Random random, int calls) {
    List<Policy> policies = new ArrayList<>();
    Instant from = BEGIN.plus(Duration.ofDays(200));
    for (int version = 1; version <= 7; version++) {
      policies.add(policy(random, version, from));
      from = from.plus(Duration.ofHours(3000 + random.nextInt(9000)));
    }
    List<Hold> holds = new ArrayList<>();
    for (int i = 0; i < 14; i++) {
      holds.add(hold(random, i));
    }
    List<Call> drawn = new ArrayList<>();
    for (int i = 0; i < calls; i++) {
      drawn.add(call(random, i));
    }
    return new Scenario(ZoneId.of("Europe/Berlin"), 1, drawn, policies, holds);
  }

  private static Instant between(Random random, Instant from, Instant until) {
    return from.plusMillis((long) (random.nextDouble() * Duration.between(from, until).toMillis()));
  }

  private static Call call(Random random, int index) {
    Instant end =
        random.nextInt(10) == 0
            ? ODD[random.nextInt(ODD.length)]
                .plusSeconds(random.nextInt(7200))
                .toInstant(ZoneOffset.UTC)
            : between(random, BEGIN, LAST_CALL);
    return new Call(
        index,
        end.minusSeconds(1 + random.nextInt(3600)),
        end,
        DIRECTIONS[random.nextInt(3)],
        random.nextInt(4) == 0 ? Set.of() : Set.of("team-" + random.nextInt(8), "all"),
        random.nextInt(4) == 0 ? Set.of() : Set.of("person-" + random.nextInt(40)),
        Set.of("+4930" + random.nextInt(1000), "+1212" + random.nextInt(100)),
        random.nextInt(3) == 0 ? Set.of() : Set.of(LICENCES[random.nextInt(2)]),
        random.nextInt(50) == 0 ? end.plus(Duration.ofDays(random.nextInt(1500))) : null,
        random.nextInt(3) == 0 ? tag(random, end) : null);
  }

  private static Tag tag(Random random, Instant end) {
    Instant put = end.truncatedTo(ChronoUnit.DAYS).plus(Duration.ofDays(1 + random.nextInt(400)));
    return new Tag(
        TAGS[random.nextInt(TAGS.length)],
        put,
        random.nextInt(3) == 0 ? null : put.plus(Duration.ofDays(1 + random.nextInt(500))));
  }

  private static Class keep(Random random) {
    return switch (random.nextInt(12)) {
      case 0 -> new Class('I', 0);
      case 1, 2, 3 -> new Class('Y', 1);
      case 4, 5 -> new Class('Y', 7);
      case 6 -> new Class('Y', 2 + random.nextInt(4));
      default -> new Class('D', 1 + random.nextInt(1200));
    };
  }

  private static Policy policy(Random random, int version, Instant from) {
    List<Rule> rules = new ArrayList<>();
    int count = random.nextInt(7);
    for (int i = 0; i < count; i++) {
      rules.add(
          new Rule(
              "rule " + i,
              random.nextInt(3) == 0 ? Set.of("team-" + random.nextInt(8)) : Set.of(),
              random.nextInt(3) == 0 ? List.of("+4930" + random.nextInt(10) + "*") : List.of(),
              random.nextInt(3) == 0 ? Set.of(DIRECTIONS[random.nextInt(3)]) : Set.of(),
              random.nextInt(2) == 0 ? Set.of(LICENCES[random.nextInt(2)]) : Set.of(),
              keep(random),
              random.nextInt(4) == 0 ? Set.of(TAGS[random.nextInt(TAGS.length)]) : Set.of()));
    }
    Class standard =
        random.nextInt(4) == 0 ? new Class('Y', 1) : new Class('D', 1 + random.nextInt(700));
    return new Policy(version, from, random.nextInt(2) == 0, standard, rules);
  }

  private static Hold hold(Random random, int index) {
    Instant placed = between(random, BEGIN, END);
    Instant released =
        random.nextInt(4) == 0 ? null : placed.plus(Duration.ofHours(random.nextInt(20_000)));
    Instant from = random.nextInt(2) == 0 ? between(random, BEGIN, placed) : null;
    return new Hold(
        "hold " + index,
        placed,
        released,
        Duration.ofDays(7 + random.nextInt(20)),
        random.nextInt(3) == 0 ? Set.of() : Set.of("person-" + random.nextInt(40)),
        random.nextInt(3) == 0 ? Set.of("team-" + random.nextInt(8)) : Set.of(),
        List.of("+1212" + random.nextInt(100)),
        from,
        random.nextInt(2) == 0
            ? (from == null ? placed : from).plus(Duration.ofDays(1 + random.nextInt(800)))
            : null);
  }
}
