package io.earwitness.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.earwitness.call.RetentionPolicy.Decision;
import io.earwitness.call.RetentionPolicy.Question;
import io.earwitness.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class RetentionPolicyTest {
  private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
  private static final Instant END = Instant.parse("2025-05-03T10:00:00Z");
  private static final RetentionRule TRADERS =
      rule("Traders", Set.of("team-1"), List.of(), Set.of(), Set.of(), RetentionClass.SEVEN_YEARS);
  private static final RetentionRule PAID =
      rule(
          "Extended licence",
          Set.of(),
          List.of(),
          Set.of(),
          Set.of(Licence.EXTENDED),
          RetentionClass.years(5));
  private static final RetentionRule SUPPORT =
      rule(
          "Support",
          Set.of(),
          List.of("+49301*"),
          Set.of(Direction.INBOUND),
          Set.of(),
          RetentionClass.days(90));
  private static final RetentionPolicy POLICY =
      new RetentionPolicy(3, false, RetentionClass.ONE_YEAR, List.of(SUPPORT, PAID, TRADERS));

  private static RetentionRule rule(
      String name,
      Set<String> teams,
      List<String> numbers,
      Set<Direction> directions,
      Set<Licence> licences,
      RetentionClass keep) {
    return new RetentionRule(name, teams, numbers, directions, licences, keep);
  }

  private static Question call(
      Direction direction, Set<String> teams, String number, Set<Licence> licences) {
    return new Question(direction, teams, Set.of(number, "+4420"), licences);
  }

  @Test
  void theLongestOfAllRulesThatApplyWins() {
    Question all =
        call(Direction.INBOUND, Set.of("team-1", "team-9"), "+493012", Set.of(Licence.EXTENDED));

    Decision decision = POLICY.decide(all, END, BERLIN);

    assertThat(decision)
        .isEqualTo(
            new Decision(
                3, RetentionClass.SEVEN_YEARS, "Traders", Instant.parse("2032-05-03T10:00:00Z")));
    assertThat(decision.reason()).contains("'Traders'", "version 3", "7-years");
  }

  @Test
  void aRuleMayBeShorterThanTheStandard() {
    Question support = call(Direction.INBOUND, Set.of(), "+493012", Set.of());
    Question outbound = call(Direction.OUTBOUND, Set.of(), "+493012", Set.of());

    assertThat(POLICY.decide(support, END, BERLIN).rule()).isEqualTo("Support");
    assertThat(POLICY.decide(outbound, END, BERLIN))
        .isEqualTo(
            new Decision(3, RetentionClass.ONE_YEAR, null, Instant.parse("2026-05-03T10:00:00Z")));
  }

  @Test
  void onlyALaterVersionThatExtendsReachesCallsThatWere() {
    RetentionPolicy shorter = new RetentionPolicy(2, false, RetentionClass.days(30), List.of());
    RetentionPolicy longer = new RetentionPolicy(3, true, RetentionClass.years(3), List.of());
    RetentionPolicy shortAgain = new RetentionPolicy(4, true, RetentionClass.days(10), List.of());
    Instant[] from = new Instant[4];
    for (int i = 0; i < from.length; i++) {
      from[i] = END.plusSeconds(3_600L * i - 1);
    }
    RetentionHistory history =
        new RetentionHistory(
            1,
            BERLIN,
            List.of(
                new RetentionHistory.Version(shortAgain, from[3], "a"),
                new RetentionHistory.Version(longer, from[2], "a"),
                new RetentionHistory.Version(shorter, from[1], "a"),
                new RetentionHistory.Version(
                    new RetentionPolicy(1, false, RetentionClass.years(2), List.of()),
                    from[0],
                    "a")));
    Question any = call(Direction.INBOUND, Set.of(), "+1", Set.of());

    assertThat(history.decide(any, END, from[1]).policyVersion()).isEqualTo(1);
    assertThat(history.decide(any, END, from[2]).policyVersion()).isEqualTo(3);
    assertThat(history.decide(any, END, from[3]).policyVersion()).isEqualTo(3);
    assertThat(history.at(from[0].minusSeconds(1))).isEqualTo(RetentionPolicy.none(1));
    // a call that ends later is of the last one alone
    assertThat(history.decide(any, from[3].plusSeconds(1), from[3].plusSeconds(2)).keep())
        .isEqualTo(RetentionClass.days(10));
  }

  /** Whoever puts a tag on a call can't have it deleted earlier. */
  @Test
  void aRuleThatNamesTagsOnlyLengthens() {
    RetentionRule fraud = tagged("Fraud", RetentionClass.years(10), "Fraud ", "probe");
    RetentionRule spam = tagged("Spam", RetentionClass.days(3), "spam");
    RetentionPolicy policy =
        new RetentionPolicy(4, false, RetentionClass.ONE_YEAR, List.of(SUPPORT, spam, fraud));
    Question support = call(Direction.INBOUND, Set.of(), "+493012", Set.of());

    assertThat(policy.decide(support, END, BERLIN).rule()).isEqualTo("Support");
    assertThat(policy.decide(support.with(Set.of("spam")), END, BERLIN).rule())
        .isEqualTo("Support");
    assertThat(policy.decide(support.with(Set.of("spam", "fraud")), END, BERLIN))
        .isEqualTo(
            new Decision(
                4, RetentionClass.years(10), "Fraud", Instant.parse("2035-05-03T10:00:00Z")));
    RetentionPolicy without =
        new RetentionPolicy(5, false, RetentionClass.ONE_YEAR, List.of(SUPPORT));
    assertThat(policy.mayBeShortenedBy(without)).isTrue();
    assertThat(without.mayBeShortenedBy(policy)).isFalse();
    assertThatThrownBy(() -> tagged("Bad", RetentionClass.ONE_YEAR, "no,commas"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("rule 'Bad'")
        .hasMessageContaining("'no,commas' is no tag");
  }

  private static RetentionRule tagged(String name, RetentionClass keep, String... tags) {
    return new RetentionRule(name, Set.of(), List.of(), Set.of(), Set.of(), keep, Set.of(tags));
  }

  /** Where it is denied that a policy may shorten, it shortens no call. */
  @Test
  void whatDoesNotShortenShortensNoCall() {
    Random random = new Random(11);
    int denied = 0;
    for (int i = 0; i < 20_000; i++) {
      RetentionPolicy before = draw(random);
      RetentionPolicy after = random.nextBoolean() ? draw(random) : lengthened(random, before);
      if (before.mayBeShortenedBy(after)) {
        continue;
      }
      denied++;
      for (int j = 0; j < 10; j++) {
        Question call =
            call(
                Direction.values()[random.nextInt(3)],
                Set.of("team-" + random.nextInt(3)),
                "+49" + random.nextInt(3),
                random.nextBoolean() ? Set.of(Licence.EXTENDED) : Set.of());
        assertThat(before.decide(call, END, BERLIN).isLongerThan(after.decide(call, END, BERLIN)))
            .as("%s before %s for %s", before, after, call)
            .isFalse();
      }
    }
    assertThat(denied).isGreaterThan(1_000);
    assertThat(POLICY.mayBeShortenedBy(POLICY)).isFalse();
    assertThat(
            POLICY.mayBeShortenedBy(
                new RetentionPolicy(4, false, RetentionClass.ONE_YEAR, List.of(SUPPORT, PAID))))
        .isTrue();
  }

  private static RetentionPolicy draw(Random random) {
    List<RetentionRule> rules = new ArrayList<>();
    int count = random.nextInt(4);
    for (int i = 0; i < count; i++) {
      rules.add(
          rule(
              "rule " + i,
              random.nextBoolean() ? Set.of("team-" + random.nextInt(3)) : Set.of(),
              random.nextInt(3) == 0 ? List.of("+49" + random.nextInt(3)) : List.of(),
              Set.of(),
              random.nextInt(3) == 0 ? Set.of(Licence.EXTENDED) : Set.of(),
              RetentionClass.days(1 + random.nextInt(900))));
    }
    return new RetentionPolicy(1, false, RetentionClass.days(1 + random.nextInt(900)), rules);
  }

  private static RetentionPolicy lengthened(Random random, RetentionPolicy policy) {
    List<RetentionRule> rules = new ArrayList<>();
    for (RetentionRule rule : policy.rules()) {
      rules.add(
          rule(
              rule.name(),
              rule.teams(),
              rule.numbers(),
              rule.directions(),
              rule.licences(),
              RetentionClass.days(rule.keep().count() + random.nextInt(3))));
    }
    return new RetentionPolicy(2, false, policy.standard(), rules);
  }

  @Test
  void isReadAsItIsWritten() throws IOException {
    byte[] json = Json.bytes(POLICY);

    assertThat(Json.read(json, RetentionPolicy.class)).isEqualTo(POLICY);
    assertThat(new String(json, StandardCharsets.UTF_8))
        .contains("\"standard\":\"1-year\"", "\"keep\":\"90-days\"", "\"licences\":[\"extended\"]");
  }

  @Test
  void aBasisIsReadAsManifestsHaveIt() {
    RetentionBasis ruled =
        RetentionBasis.of(
            POLICY.decide(
                call(Direction.INBOUND, Set.of(), "+1", Set.of(Licence.EXTENDED)), END, BERLIN),
            Set.of(Licence.EXTENDED));
    RetentionBasis without =
        RetentionBasis.of(
            RetentionPolicy.none(7)
                .decide(call(Direction.INBOUND, Set.of(), "+1", Set.of()), END, BERLIN),
            Set.of());

    assertThat(RetentionBasis.of(ruled.policies())).isEqualTo(ruled);
    assertThat(ruled.policies())
        .containsEntry("retention", "5-years")
        .containsEntry("retentionPolicy", "3")
        .containsEntry("retentionRule", "Extended licence")
        .containsEntry("retentionLicences", "extended");
    assertThat(without.policies()).containsOnlyKeys("retention").containsValue("calendar-years-7");
    assertThat(RetentionBasis.of(without.policies())).isEqualTo(without);
  }

  @Test
  void whatFitsNotIsRefusedWithItsName() {
    assertThatThrownBy(
            () ->
                rule("Desk", Set.of(), List.of("abc"), Set.of(), Set.of(), RetentionClass.ONE_YEAR))
        .hasMessageContaining("rule 'Desk'")
        .hasMessageContaining("'abc' is no number");
    assertThatThrownBy(
            () -> new RetentionPolicy(1, false, RetentionClass.ONE_YEAR, List.of(TRADERS, TRADERS)))
        .hasMessageContaining("two rules are called 'Traders'");
  }
}
