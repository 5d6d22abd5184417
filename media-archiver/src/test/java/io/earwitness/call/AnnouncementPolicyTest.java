package io.earwitness.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.earwitness.call.AnnouncementPolicy.Decision;
import io.earwitness.call.AnnouncementPolicy.Question;
import java.time.LocalDate;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class AnnouncementPolicyTest {
  private static final String OWN = "+442079460101";
  private static final Jurisdiction CALIFORNIA =
      new Jurisdiction(
          "US-CA", "California", List.of("+1415"), "Penal Code § 632", LocalDate.of(2026, 1, 2));
  private static final Jurisdiction GERMANY =
      new Jurisdiction("DE", "Germany", List.of(), "StGB § 201", LocalDate.of(2026, 1, 3));

  private static AnnouncementRule rule(
      String name,
      Set<String> teams,
      List<String> numbers,
      Set<Direction> directions,
      Set<String> countries,
      Set<String> languages) {
    return new AnnouncementRule(
        name,
        teams,
        numbers,
        directions,
        countries,
        languages,
        AnnouncementMode.ANNOUNCE,
        "recording",
        null,
        false,
        AnnouncementFallback.CONNECT_FLAGGED);
  }

  private static AnnouncementRule inCountries(String... countries) {
    return rule("places", Set.of(), List.of(), Set.of(), Set.of(countries), Set.of());
  }

  private static AnnouncementPolicy policy(AnnouncementRule... rules) {
    return new AnnouncementPolicy(7, List.of(CALIFORNIA, GERMANY), List.of(rules));
  }

  private static Question call(@Nullable String other, @Nullable String country) {
    return new Question(Direction.OUTBOUND, OWN, Set.of("t-desk"), other, country, "en-GB");
  }

  private static @Nullable String decidedBy(AnnouncementPolicy policy, Question question) {
    AnnouncementRule rule = policy.decide(question).rule();
    return rule == null ? null : rule.name();
  }

  @Test
  void theFirstRuleThatAppliesDecidesAndSaysSo() {
    AnnouncementRule inbound =
        rule("in", Set.of(), List.of(), Set.of(Direction.INBOUND), Set.of(), Set.of());
    AnnouncementRule all = rule("all", Set.of(), List.of(), Set.of(), Set.of(), Set.of());
    AnnouncementRule later = rule("later", Set.of(), List.of(), Set.of(), Set.of(), Set.of());
    Decision decision = policy(inbound, all, later).decide(call("+331", "FR"));
    assertThat(decision.rule()).isEqualTo(all);
    assertThat(decision.mode()).isEqualTo(AnnouncementMode.ANNOUNCE);
    assertThat(decision.policyVersion()).isEqualTo(7);
    assertThat(decision.reason()).isEqualTo("rule 2, 'all', applies to this outbound call");
  }

  @Test
  void whereNoRuleAppliesNothingIsAnnounced() {
    Decision none = policy(inCountries("FR")).decide(call("+4930", "DE"));
    assertThat(none.mode()).isEqualTo(AnnouncementMode.NONE);
    assertThat(none.reason()).isEqualTo("no rule applies to this call");
    assertThat(AnnouncementPolicy.none().decide(call("+4930", "DE")).reason())
        .isEqualTo("the tenant has no rules of announcement");
  }

  @Test
  void aCountryIsKnownByItsCodeAndAPartOfOneByTheBeginningsOfItsNumbers() {
    AnnouncementPolicy anyOfTable = policy(inCountries(AnnouncementRule.ALL_PARTY));
    assertThat(decidedBy(anyOfTable, call("+14155550100", "US"))).isEqualTo("places");
    assertThat(decidedBy(anyOfTable, call("+12025550100", "US"))).isNull();
    assertThat(decidedBy(anyOfTable, call("+4930123456", "DE"))).isEqualTo("places");
    assertThat(anyOfTable.decide(call("+14155550100", "US")).reason())
        .contains("California")
        .contains("Penal Code § 632, as of 2026-01-02");
    AnnouncementPolicy california = policy(inCountries("US-CA"));
    assertThat(decidedBy(california, call("+14155550100", "US"))).isEqualTo("places");
    assertThat(decidedBy(california, call("+4930123456", "DE"))).isNull();
    // One that the table does not list
    assertThat(decidedBy(policy(inCountries("FR")), call("+331", "FR"))).isEqualTo("places");
    AnnouncementPolicy unknown = policy(inCountries(AnnouncementRule.UNKNOWN));
    assertThat(decidedBy(unknown, call(null, null))).isEqualTo("places");
    assertThat(decidedBy(unknown, call("+331", "FR"))).isNull();
  }

  @Test
  void numbersTeamsAndLanguagesAreConditionsToo() {
    AnnouncementPolicy numbers =
        policy(rule("n", Set.of(), List.of("+3317*", OWN + "0"), Set.of(), Set.of(), Set.of()));
    assertThat(decidedBy(numbers, call("+33170000", "FR"))).isEqualTo("n");
    assertThat(decidedBy(numbers, call("+33180000", "FR"))).isNull();
    AnnouncementPolicy own =
        policy(rule("n", Set.of(), List.of(OWN), Set.of(), Set.of(), Set.of()));
    assertThat(decidedBy(own, call(null, null))).isEqualTo("n");
    assertThat(
            decidedBy(
                policy(rule("t", Set.of("t-desk"), List.of(), Set.of(), Set.of(), Set.of())),
                call(null, null)))
        .isEqualTo("t");
    assertThat(
            decidedBy(
                policy(rule("t", Set.of("t-other"), List.of(), Set.of(), Set.of(), Set.of())),
                call(null, null)))
        .isNull();
    assertThat(
            decidedBy(
                policy(rule("l", Set.of(), List.of(), Set.of(), Set.of(), Set.of("en"))),
                call(null, null)))
        .isEqualTo("l");
    assertThat(
            decidedBy(
                policy(rule("l", Set.of(), List.of(), Set.of(), Set.of(), Set.of("en-US"))),
                call(null, null)))
        .isNull();
  }

  @Test
  void whoMustHearItFollowsFromDirectionAndRule() {
    CallSummary call = TestSummaries.inbound();
    Decision others = policy(inCountries()).decide(AnnouncedParties.question(call, _ -> null));
    assertThat(AnnouncedParties.hearers(call, others)).containsExactly(true, false);
    AnnouncementRule everybody =
        new AnnouncementRule(
            "all",
            Set.of(),
            List.of(),
            Set.of(),
            Set.of(),
            Set.of(),
            AnnouncementMode.ANNOUNCE,
            "recording",
            null,
            true,
            AnnouncementFallback.DO_NOT_CONNECT);
    Decision all = policy(everybody).decide(AnnouncedParties.question(call, _ -> null));
    assertThat(AnnouncedParties.hearers(call, all)).containsExactly(true, true);
    Decision nobody = AnnouncementPolicy.none().decide(AnnouncedParties.question(call, _ -> null));
    assertThat(AnnouncedParties.hearers(call, nobody)).containsExactly(false, false);
  }

  @Test
  void theQuestionOnARecordedCallIsAboutItsOtherParty() {
    Question question =
        AnnouncedParties.question(TestSummaries.inbound(), number -> "of " + number);
    assertThat(question.otherNumber()).isEqualTo("+14155550123");
    assertThat(question.otherCountry()).isEqualTo("of +14155550123");
    assertThat(question.ownNumber()).isEqualTo(OWN);
    assertThat(question.direction()).isEqualTo(Direction.INBOUND);
  }

  @Test
  void rulesThatCanNotBeAreRefusedByName() {
    assertThatThrownBy(() -> inCountries("Germany")).hasMessageContaining("'Germany'");
    assertThatThrownBy(() -> rule("x", Set.of(), List.of("12-34"), Set.of(), Set.of(), Set.of()))
        .hasMessageContaining("rule 'x': '12-34' is no number");
    assertThatThrownBy(() -> rule("x", Set.of(), List.of(), Set.of(), Set.of(), Set.of("xx")))
        .hasMessageContaining("'xx' is no language");
    assertThatThrownBy(() -> rule(" ", Set.of(), List.of(), Set.of(), Set.of(), Set.of()))
        .hasMessageContaining("needs a name");
    assertThatThrownBy(
            () ->
                new AnnouncementRule(
                    "x",
                    Set.of(),
                    List.of(),
                    Set.of(),
                    Set.of(),
                    Set.of(),
                    AnnouncementMode.ANNOUNCE,
                    null,
                    null,
                    false,
                    AnnouncementFallback.CONNECT_FLAGGED))
        .hasMessageContaining("a prompt is needed to announce");
    AnnouncementRule same = inCountries();
    assertThatThrownBy(() -> policy(same, same)).hasMessageContaining("two rules are called");
    assertThatThrownBy(
            () -> new Jurisdiction("US-CA", "C", List.of(), "x", LocalDate.of(2026, 1, 1)))
        .hasMessageContaining("needs the beginnings of its numbers");
    for (String wrong : List.of("english", "e", "en_GB", "zz", "")) {
      assertThatThrownBy(() -> AnnouncementRule.demandLanguage(wrong)).as(wrong).isNotNull();
    }
    for (String right : List.of("en", "de-CH", "pt-BR", "zh-Hant-TW")) {
      AnnouncementRule.demandLanguage(right);
    }
  }

  @Test
  void theTableThatTenantsBeginWithNamesASourceForEachEntry() {
    assertThat(AnnouncementPolicy.usualJurisdictions())
        .hasSizeGreaterThan(10)
        .allSatisfy(entry -> assertThat(entry.source()).isNotBlank());
    AnnouncementPolicy usual =
        new AnnouncementPolicy(
            1,
            AnnouncementPolicy.usualJurisdictions(),
            List.of(inCountries(AnnouncementRule.ALL_PARTY)));
    assertThat(decidedBy(usual, call("+12135550100", "US"))).isEqualTo("places");
    assertThat(decidedBy(usual, call("+12125550100", "US"))).isNull();
  }
}
