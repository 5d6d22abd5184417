package io.earwitness.call;

import static org.assertj.core.api.Assertions.assertThat;

import io.earwitness.call.RecordingOracle.Answer;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RecordingComparisonTest {
  private static final RecordingRule EMERGENCY =
      RandomPolicies.other(RandomPolicies.rule("emergency", RecordingAction.NEVER), "112");
  private static final RecordingRule DESK =
      RandomPolicies.persons(RandomPolicies.rule("desk", RecordingAction.ALWAYS), "u-a", "u-b");
  private static final RecordingRule SAMPLE =
      RandomPolicies.own(RandomPolicies.selective("sample", 20), "+4930*");
  private static final RecordingRule NOBODY =
      RandomPolicies.rule("all others", RecordingAction.NEVER);

  private static RecordingPolicy policy(RecordingRule... rules) {
    return new RecordingPolicy(1, List.of(), List.of(rules));
  }

  private static boolean reduces(RecordingPolicy before, RecordingPolicy after) {
    return before.mayBeReducedBy(after);
  }

  @Test
  void whatTakesSomethingAwayNeedsASecondPerson() {
    RecordingPolicy usual = policy(EMERGENCY, DESK, SAMPLE, NOBODY);
    assertThat(reduces(policy(), policy(EMERGENCY))).isTrue();
    assertThat(reduces(policy(EMERGENCY), policy(EMERGENCY, NOBODY))).isTrue();
    assertThat(reduces(usual, policy(EMERGENCY, SAMPLE, NOBODY))).as("a desk less").isTrue();
    assertThat(reduces(usual, policy(EMERGENCY, SAMPLE, DESK, NOBODY))).as("reordered").isTrue();
    assertThat(
            reduces(usual, policy(EMERGENCY, RandomPolicies.persons(DESK, "u-a"), SAMPLE, NOBODY)))
        .as("a narrower desk")
        .isTrue();
    assertThat(reduces(policy(EMERGENCY), policy(RandomPolicies.other(EMERGENCY, "112", "110"))))
        .as("more that is not recorded")
        .isTrue();
    assertThat(
            reduces(
                policy(SAMPLE),
                policy(RandomPolicies.own(RandomPolicies.selective("sample", 19), "+4930*"))))
        .isTrue();
    assertThat(
            reduces(
                policy(RandomPolicies.onDemand("held", 60)),
                policy(RandomPolicies.onDemand("held", 59))))
        .isTrue();
    assertThat(
            reduces(
                policy(RandomPolicies.onDemand("held", 60)),
                policy(RandomPolicies.selective("held", 60))))
        .isTrue();
    Persona one = new Persona("p", List.of("+49*"));
    Persona other = new Persona("p", List.of("+4930*"));
    RecordingRule as = RandomPolicies.persona(EMERGENCY, one);
    assertThat(
            reduces(
                new RecordingPolicy(1, List.of(other), List.of(as)),
                new RecordingPolicy(2, List.of(one), List.of(as))))
        .as("a persona that is more")
        .isTrue();
  }

  @Test
  void whatOnlyAddsDoesNot() {
    RecordingPolicy usual = policy(EMERGENCY, DESK, SAMPLE, NOBODY);
    assertThat(reduces(usual, usual)).isFalse();
    assertThat(reduces(usual, policy())).as("everything").isFalse();
    assertThat(reduces(usual, policy(EMERGENCY, DESK, SAMPLE))).as("no last rule").isFalse();
    assertThat(
            reduces(
                usual,
                policy(
                    RandomPolicies.times(
                        RandomPolicies.rule("nights", RecordingAction.ALWAYS),
                        Set.of(),
                        LocalTime.of(22, 0),
                        LocalTime.of(6, 0)),
                    EMERGENCY,
                    DESK,
                    SAMPLE,
                    NOBODY)))
        .as("one more that records")
        .isFalse();
    assertThat(
            reduces(
                usual,
                policy(
                    EMERGENCY,
                    RandomPolicies.persons(DESK, "u-a", "u-b", "u-c"),
                    RandomPolicies.own(RandomPolicies.selective("sample", 30), "+4930*"),
                    NOBODY)))
        .as("a wider desk, a larger sample")
        .isFalse();
    assertThat(
            reduces(
                policy(RandomPolicies.other(EMERGENCY, "11*"), DESK),
                policy(RandomPolicies.other(EMERGENCY, "112", "110"), DESK)))
        .as("less that is not recorded")
        .isFalse();
  }

  /**
   * As long as parties are not known, a rule that asks for them has a call recorded. Without it,
   * the last rule would decide at once.
   */
  @Test
  void aRuleThatWaitsForPartiesIsMissedByCallsWhosePartiesAreNotKnown() {
    RecordingRule never = RandomPolicies.persons(NOBODY, "u-a");
    RecordingRule rest = RandomPolicies.rule("rest", RecordingAction.NEVER);
    assertThat(reduces(policy(never, rest), policy(rest))).isTrue();
    assertThat(reduces(policy(never, rest), policy(never, rest))).isFalse();
  }

  /** Wherever it is denied that a change reduces, no call is recorded less. */
  @Test
  void whatDoesNotReduceRecordsNoCallLess() {
    Random random = new Random(33);
    List<RecordingPolicy.Call> calls = new ArrayList<>();
    for (int i = 0; i < 5_000; i++) {
      calls.add(RandomPolicies.call(random, i));
    }
    int denied = 0;
    int changes = 0;
    while (denied < 600) {
      RecordingPolicy before = RandomPolicies.policy(random);
      RecordingPolicy after = changed(random, before);
      changes++;
      if (before.mayBeReducedBy(after) || after.rules().equals(before.rules())) {
        continue;
      }
      denied++;
      // Every call for some changes, and some calls for every change
      int from = denied % 20 == 0 ? 0 : random.nextInt(calls.size() - 150);
      int until = denied % 20 == 0 ? calls.size() : from + 150;
      for (RecordingPolicy.Call call : calls.subList(from, until)) {
        assertThat(isLess(before, after, call)).as("%s%n%s%n%s", before, after, call).isFalse();
      }
    }
    assertThat(changes).as("changes, of which some reduce").isGreaterThan(900);
  }

  private static boolean isLess(
      RecordingPolicy before, RecordingPolicy after, RecordingPolicy.Call call) {
    Answer was = RecordingOracle.answer(before, call);
    Answer is = RecordingOracle.answer(after, call);
    if (!was.recorded()) {
      return false;
    }
    if (!is.recorded()) {
      return true;
    }
    return is.action().equals("on-demand")
        && (!was.action().equals("on-demand") || minutes(after, is) < minutes(before, was));
  }

  private static int minutes(RecordingPolicy policy, Answer answer) {
    return policy.rules().stream()
        .filter(rule -> rule.name().equals(answer.rule()))
        .map(RecordingRule::keepMinutes)
        .mapToInt(each -> each == null ? 0 : each)
        .findFirst()
        .orElse(0);
  }

  /** A policy that is like another one, but for up to three changes. */
  private static RecordingPolicy changed(Random random, RecordingPolicy before) {
    List<RecordingRule> rules = new ArrayList<>(before.rules());
    int count = 1 + random.nextInt(3);
    for (int i = 0; i < count; i++) {
      List<RecordingRule> others = RandomPolicies.policy(random).rules();
      RecordingRule other = others.isEmpty() ? null : named(others.getFirst(), "new " + i);
      int at = rules.isEmpty() ? 0 : random.nextInt(rules.size());
      switch (random.nextInt(6)) {
        case 0 -> {
          if (other != null) {
            rules.add(at, other);
          }
        }
        case 1 -> {
          if (!rules.isEmpty()) {
            rules.remove(at);
          }
        }
        case 2 -> {
          if (rules.size() > 1) {
            rules.add(random.nextInt(rules.size()), rules.remove(at));
          }
        }
        case 3 -> {
          if (!rules.isEmpty() && other != null) {
            rules.set(at, acting(rules.get(at), other));
          }
        }
        default -> {
          if (!rules.isEmpty()) {
            rules.set(at, wider(random, rules.get(at), other));
          }
        }
      }
    }
    return new RecordingPolicy(before.version() + 1, before.personas(), rules);
  }

  private static RecordingRule named(RecordingRule rule, String name) {
    return made(name, rule, rule, rule.otherNumbers(), rule.directions());
  }

  private static RecordingRule acting(RecordingRule rule, RecordingRule as) {
    return made(rule.name(), rule, as, rule.otherNumbers(), rule.directions());
  }

  private static RecordingRule wider(
      Random random, RecordingRule rule, @Nullable RecordingRule other) {
    List<String> numbers = random.nextBoolean() || other == null ? List.of() : other.otherNumbers();
    return made(
        rule.name(), rule, rule, numbers, random.nextBoolean() ? Set.of() : rule.directions());
  }

  private static RecordingRule made(
      String name,
      RecordingRule conditions,
      RecordingRule action,
      List<String> otherNumbers,
      Set<Direction> directions) {
    return new RecordingRule(
        name,
        conditions.teams(),
        conditions.persons(),
        conditions.persona(),
        conditions.ownNumbers(),
        otherNumbers,
        directions,
        conditions.countries(),
        conditions.weekdays(),
        conditions.from(),
        conditions.until(),
        action.action(),
        action.keepMinutes(),
        action.percent());
  }
}
