package io.earwitness.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.earwitness.json.Json;
import java.io.IOException;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RecordingPolicyTest {
  private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

  /** Friday, 13:30 in Berlin. */
  private static final Instant FRIDAY = Instant.parse("2026-11-27T12:30:00Z");

  private static final Party ANNA =
      party("+4930100", "sip:anna@acme.example", "u-anna", "t-trading", "t-all");
  private static final Party BEN = party("+4930200", "sip:ben@acme.example", "u-ben", "t-all");
  private static final Party CUSTOMER = party("+41441234567", null, null);

  private static Party party(
      @Nullable String number, @Nullable String aor, @Nullable String user, String... teams) {
    return new Party(null, number, null, aor, user, List.of(teams));
  }

  private static @Nullable String country(@Nullable String number) {
    return number == null
        ? null
        : number.startsWith("+41") ? "CH" : number.startsWith("+49") ? "DE" : null;
  }

  private static RecordingRule rule(String name, RecordingAction action) {
    return RandomPolicies.rule(name, action);
  }

  private static RecordingDecision decide(
      List<RecordingRule> rules, Direction direction, Party... parties) {
    return new RecordingPolicy(3, List.of(), rules)
        .decide(
            new RecordingPolicy.Call("call-1", FRIDAY, BERLIN, direction, List.of(parties)),
            RecordingPolicyTest::country);
  }

  @Test
  void the_first_rule_that_applies_decides_and_says_so() {
    RecordingRule emergency = RandomPolicies.other(rule("emergency", RecordingAction.NEVER), "112");
    RecordingRule council =
        RandomPolicies.persons(rule("works council", RecordingAction.NEVER), "u-ben");

    RecordingDecision decision =
        decide(List.of(emergency, council), Direction.OUTBOUND, BEN, CUSTOMER);

    assertThat(decision)
        .isEqualTo(
            new RecordingDecision(
                3,
                RecordingAction.NEVER,
                false,
                "works council",
                null,
                "rule 2, 'works council', applies to this outbound call: it is not recorded"));
    assertThat(decide(List.of(emergency, council), Direction.OUTBOUND, ANNA, CUSTOMER).recorded())
        .isTrue();
    assertThat(
            decide(List.of(emergency, council), Direction.OUTBOUND, ANNA, party("112", null, null))
                .rule())
        .isEqualTo("emergency");
  }

  @Test
  void an_internal_call_is_looked_at_from_both_sides() {
    RecordingRule council =
        RandomPolicies.persons(rule("works council", RecordingAction.NEVER), "u-ben");
    assertThat(decide(List.of(council), Direction.INTERNAL, ANNA, BEN).recorded()).isFalse();
    assertThat(decide(List.of(council), Direction.INTERNAL, BEN, ANNA).recorded()).isFalse();
  }

  @Test
  void conditions_on_one_side_must_be_met_by_one_and_the_same_party() {
    RecordingRule rule =
        RandomPolicies.own(
            RandomPolicies.persons(rule("r", RecordingAction.NEVER), "u-ben"), "+4930100");
    assertThat(decide(List.of(rule), Direction.INTERNAL, ANNA, BEN).recorded()).isTrue();
  }

  @Test
  void what_is_not_known_is_recorded_until_it_is() {
    RecordingRule anna = RandomPolicies.persons(rule("traders", RecordingAction.ALWAYS), "u-anna");
    RecordingRule nobody = rule("all others", RecordingAction.NEVER);

    RecordingDecision early = decide(List.of(anna, nobody), Direction.UNKNOWN);

    assertThat(early.recorded()).isTrue();
    assertThat(early.action()).isEqualTo(RecordingAction.ALWAYS);
    assertThat(early.reason())
        .isEqualTo(
            "rule 'traders' may apply, but the call's parties are not known; what is not known is recorded");
    assertThat(decide(List.of(anna, nobody), Direction.OUTBOUND, BEN, CUSTOMER).recorded())
        .isFalse();
    // Nothing that may become known changes this one
    assertThat(decide(List.of(nobody), Direction.UNKNOWN).recorded()).isFalse();
  }

  @Test
  void a_person_has_other_rules_under_another_identity() {
    Persona trading =
        new Persona("Anna, trading", List.of("+4930100", "Anna.Trading@acme.example"));
    RecordingRule always = RandomPolicies.persona(rule("desk", RecordingAction.ALWAYS), trading);
    RecordingRule never =
        RandomPolicies.persons(rule("private line", RecordingAction.NEVER), "u-anna");
    RecordingPolicy policy = new RecordingPolicy(1, List.of(trading), List.of(always, never));
    Party atHerDesk = party("+4930100", null, "u-anna");
    Party byAddress = party(null, "sip:anna.trading@acme.example:5060;user=phone", "u-anna");
    Party privately = party("+4930199", null, "u-anna");

    assertThat(outbound(policy, atHerDesk).rule()).isEqualTo("desk");
    assertThat(outbound(policy, byAddress).rule()).isEqualTo("desk");
    assertThat(outbound(policy, privately).recorded()).isFalse();
  }

  private static RecordingDecision outbound(RecordingPolicy policy, Party own) {
    return policy.decide(
        new RecordingPolicy.Call(
            "call-1", FRIDAY, BERLIN, Direction.OUTBOUND, List.of(own, CUSTOMER)),
        RecordingPolicyTest::country);
  }

  @Test
  void hours_past_midnight_belong_to_the_day_on_which_they_begin() {
    RecordingRule night =
        RandomPolicies.times(
            rule("Friday night", RecordingAction.NEVER),
            Set.of(Weekday.FRIDAY),
            LocalTime.of(22, 0),
            LocalTime.of(6, 0));
    assertThat(recorded(night, "2026-11-27T20:59:59Z")).isTrue();
    assertThat(recorded(night, "2026-11-27T21:00:00Z")).isFalse();
    assertThat(recorded(night, "2026-11-28T04:59:59Z")).isFalse();
    assertThat(recorded(night, "2026-11-28T05:00:00Z")).isTrue();
    assertThat(recorded(night, "2026-11-27T04:00:00Z")).isTrue();
  }

  private static boolean recorded(RecordingRule rule, String at) {
    return new RecordingPolicy(1, List.of(), List.of(rule))
        .decide(
            new RecordingPolicy.Call(
                "c", Instant.parse(at), BERLIN, Direction.OUTBOUND, List.of(ANNA, CUSTOMER)),
            RecordingPolicyTest::country)
        .recorded();
  }

  @Test
  void a_percentage_is_that_of_many_calls_and_the_same_for_the_same_call() {
    RecordingPolicy policy =
        new RecordingPolicy(1, List.of(), List.of(RandomPolicies.selective("some", 30)));
    int recorded = 0;
    for (int i = 0; i < 10_000; i++) {
      RecordingPolicy.Call call =
          new RecordingPolicy.Call(
              "id-" + i, FRIDAY, BERLIN, Direction.INBOUND, List.of(CUSTOMER, ANNA));
      RecordingDecision decision = policy.decide(call, RecordingPolicyTest::country);
      assertThat(policy.decide(call, RecordingPolicyTest::country)).isEqualTo(decision);
      recorded += decision.recorded() ? 1 : 0;
    }
    assertThat(recorded).isBetween(2_800, 3_200);
  }

  @Test
  void what_makes_no_sense_is_refused_by_name() {
    assertThatThrownBy(() -> RandomPolicies.own(rule("r", RecordingAction.NEVER), "030/123"))
        .hasMessageContaining("rule 'r': '030/123' is no number");
    assertThatThrownBy(() -> RandomPolicies.selective("r", 101))
        .hasMessage("rule 'r': percent must be 0 to 100");
    assertThatThrownBy(() -> RandomPolicies.onDemand("r", 0))
        .hasMessage("rule 'r': keepMinutes must be 1 to 10080");
    assertThatThrownBy(
            () ->
                new RecordingPolicy(
                    1,
                    List.of(),
                    List.of(
                        RandomPolicies.persona(
                            rule("r", RecordingAction.NEVER), new Persona("p", List.of("+49"))))))
        .hasMessage("rule 'r' names the persona 'p', which the policy does not have");
    assertThatThrownBy(() -> new Persona("p", List.of("nobody")))
        .hasMessageContaining("neither a number");
  }

  @Test
  void it_is_the_same_after_it_was_written_and_read() throws IOException {
    Random random = new Random(7);
    for (int i = 0; i < 200; i++) {
      RecordingPolicy policy = RandomPolicies.policy(random);
      assertThat(Json.read(Json.bytes(policy), RecordingPolicy.class)).isEqualTo(policy);
    }
  }

  @Test
  void five_thousand_random_decisions_equal_the_oracles() {
    Random random = new Random(20261127);
    Set<String> kinds = new HashSet<>();
    List<String> wrong = new ArrayList<>();
    for (int i = 0; i < 5_000; i++) {
      RecordingPolicy policy = RandomPolicies.policy(random);
      RecordingPolicy.Call call = RandomPolicies.call(random, i);
      RecordingDecision decision = policy.decide(call, RecordingPolicyTest::country);
      RecordingOracle.Answer expected = RecordingOracle.answer(policy, call);
      RecordingOracle.Answer actual =
          new RecordingOracle.Answer(
              decision.action().wireName(), decision.recorded(), decision.rule());
      kinds.add(decision.action() + " " + decision.recorded() + (decision.rule() == null));
      if (!actual.equals(expected)) {
        wrong.add("%s%n%s%nexpected %s, was %s".formatted(policy, call, expected, decision));
      }
    }
    assertThat(wrong).isEmpty();
    // Every kind of answer came up: the comparison is not one of defaults alone
    assertThat(kinds)
        .contains(
            "ALWAYS truetrue",
            "ALWAYS truefalse",
            "NEVER falsefalse",
            "ON_DEMAND truefalse",
            "SELECTIVE truefalse",
            "SELECTIVE falsefalse");
  }
}
