package io.earwitness.call;

import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Policies and calls that meet one another often enough to be worth comparing. */
final class RandomPolicies {
  private static final List<String> NUMBERS =
      List.of("+4930100", "+4930200", "+41441234567", "112", "0049309", "493010055", "4711");
  private static final List<String> PATTERNS =
      List.of("+4930*", "+4930100", "+41*", "112", "47*", "4711", "+49*", "+493010055");
  private static final List<String> TEAMS = List.of("t-a", "t-b", "t-c");
  private static final List<String> USERS = List.of("u-a", "u-b", "u-c");
  private static final List<String> ADDRESSES =
      List.of("sip:anna@acme.example", "SIPS:Ben@Acme.Example:5061;transport=tls", "sip:112@gw");
  private static final List<Persona> PERSONAS =
      List.of(
          new Persona("desk", List.of("+4930100", "anna@acme.example")),
          new Persona("line", List.of("+41*", "BEN@acme.example")));

  private RandomPolicies() {}

  static RecordingRule rule(String name, RecordingAction action) {
    return rule(name, action, null, null);
  }

  static RecordingRule selective(String name, int percent) {
    return rule(name, RecordingAction.SELECTIVE, null, percent);
  }

  static RecordingRule onDemand(String name, int minutes) {
    return rule(name, RecordingAction.ON_DEMAND, minutes, null);
  }

  private static RecordingRule rule(
      String name, RecordingAction action, @Nullable Integer minutes, @Nullable Integer percent) {
    return new RecordingRule(
        name, Set.of(), Set.of(), null, List.of(), List.of(), Set.of(), Set.of(), Set.of(), null,
        null, action, minutes, percent);
  }

  private static RecordingRule with(
      RecordingRule rule,
      Set<String> teams,
      Set<String> persons,
      @Nullable String persona,
      List<String> own,
      List<String> other,
      Set<Direction> directions,
      Set<String> countries,
      Set<Weekday> days,
      @Nullable LocalTime from,
      @Nullable LocalTime until) {
    return new RecordingRule(
        rule.name(),
        teams,
        persons,
        persona,
        own,
        other,
        directions,
        countries,
        days,
        from,
        until,
        rule.action(),
        rule.keepMinutes(),
        rule.percent());
  }

  static RecordingRule persons(RecordingRule rule, String... ids) {
    return with(
        rule,
        Set.of(),
        Set.of(ids),
        null,
        List.of(),
        List.of(),
        Set.of(),
        Set.of(),
        Set.of(),
        null,
        null);
  }

  static RecordingRule persona(RecordingRule rule, Persona persona) {
    return with(
        rule,
        Set.of(),
        Set.of(),
        persona.name(),
        List.of(),
        List.of(),
        Set.of(),
        Set.of(),
        Set.of(),
        null,
        null);
  }

  static RecordingRule own(RecordingRule rule, String... numbers) {
    return with(
        rule,
        rule.teams(),
        rule.persons(),
        null,
        List.of(numbers),
        List.of(),
        Set.of(),
        Set.of(),
        Set.of(),
        null,
        null);
  }

  static RecordingRule other(RecordingRule rule, String... numbers) {
    return with(
        rule,
        Set.of(),
        Set.of(),
        null,
        List.of(),
        List.of(numbers),
        Set.of(),
        Set.of(),
        Set.of(),
        null,
        null);
  }

  static RecordingRule times(
      RecordingRule rule, Set<Weekday> days, LocalTime from, LocalTime until) {
    return with(
        rule, Set.of(), Set.of(), null, List.of(), List.of(), Set.of(), Set.of(), days, from,
        until);
  }

  static RecordingPolicy policy(Random random) {
    List<RecordingRule> rules = new ArrayList<>();
    int count = random.nextInt(6);
    for (int i = 0; i < count; i++) {
      RecordingRule plain =
          switch (random.nextInt(4)) {
            case 0 -> rule("r" + i, RecordingAction.ALWAYS);
            case 1 -> rule("r" + i, RecordingAction.NEVER);
            case 2 -> onDemand("r" + i, 1 + random.nextInt(60));
            default -> selective("r" + i, random.nextInt(101));
          };
      rules.add(
          with(
              plain,
              some(random, TEAMS, 5),
              some(random, USERS, 5),
              random.nextInt(6) == 0 ? PERSONAS.get(random.nextInt(2)).name() : null,
              List.copyOf(some(random, PATTERNS, 4)),
              List.copyOf(some(random, PATTERNS, 4)),
              some(random, List.of(Direction.INBOUND, Direction.OUTBOUND, Direction.INTERNAL), 3),
              some(random, List.of("DE", "CH", "unknown"), 5),
              some(random, List.of(Weekday.values()), 5),
              time(random),
              time(random)));
    }
    return new RecordingPolicy(random.nextInt(9), PERSONAS, rules);
  }

  private static @Nullable LocalTime time(Random random) {
    return random.nextInt(3) > 0 ? null : LocalTime.of(random.nextInt(24), 30 * random.nextInt(2));
  }

  private static <T> Set<T> some(Random random, List<T> all, int oneIn) {
    Set<T> some = new HashSet<>();
    if (random.nextInt(oneIn) == 0) {
      int count = 1 + random.nextInt(3);
      for (int i = 0; i < count; i++) {
        some.add(all.get(random.nextInt(all.size())));
      }
    }
    return some;
  }

  static RecordingPolicy.Call call(Random random, int number) {
    List<Party> parties = new ArrayList<>();
    int count = random.nextInt(10) == 0 ? random.nextInt(2) : 2 + random.nextInt(2);
    for (int i = 0; i < count; i++) {
      String user = random.nextInt(3) == 0 ? USERS.get(random.nextInt(USERS.size())) : null;
      parties.add(
          new Party(
              null,
              random.nextInt(8) == 0 ? null : NUMBERS.get(random.nextInt(NUMBERS.size())),
              null,
              random.nextInt(3) == 0 ? ADDRESSES.get(random.nextInt(ADDRESSES.size())) : null,
              user,
              user == null ? List.of() : List.copyOf(some(random, TEAMS, 2))));
    }
    return new RecordingPolicy.Call(
        random.nextInt(20) == 0 ? null : "call-" + number,
        Instant.ofEpochSecond(1_790_000_000L + random.nextInt(1_000_000)),
        ZoneId.of(random.nextBoolean() ? "Europe/Berlin" : "America/New_York"),
        count < 2
            ? Direction.UNKNOWN
            : Direction.values()[random.nextInt(Direction.values().length)],
        parties);
  }
}
