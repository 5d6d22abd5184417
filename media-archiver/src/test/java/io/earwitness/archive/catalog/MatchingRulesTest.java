package io.earwitness.archive.catalog;

import static io.earwitness.archive.catalog.TestCalls.ACME;
import static io.earwitness.archive.catalog.TestCalls.GLOBEX;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.earwitness.archive.catalog.Directory.NumberRange;
import io.earwitness.call.MatchingRule;
import io.earwitness.call.MatchingRule.Kind;
import io.earwitness.call.TenantSlug;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What of the operator's rules and ranges is kept, and what is refused. */
class MatchingRulesTest {
  private static CatalogDatabase database;
  private static Directory directory;

  @BeforeAll
  static void open() {
    database = CatalogDatabase.open(TestServer.bundled().newDatabase(), Clock.systemUTC());
    directory = database.directory();
    for (TenantSlug tenant : List.of(ACME, GLOBEX)) {
      directory.addTenant(
          new Directory.Tenant(
              tenant, tenant.value(), ZoneOffset.UTC, Set.of(tenant + ".example"), 1),
          "t");
    }
    directory.addNumber(new NumberRange(ACME, "+4930", true, null, Instant.now()), "t");
  }

  @AfterAll
  static void close() {
    database.close();
  }

  private static MatchingRule rule(
      String name, Kind kind, @Nullable String header, String value, TenantSlug tenant) {
    return new MatchingRule(name, kind, header, value, tenant);
  }

  @Test
  void rules_are_kept_in_their_order_and_reach_the_recorders() {
    List<MatchingRule> rules =
        List.of(
            rule("by header", Kind.HEADER, "X-Tenant", "globex*", GLOBEX),
            rule("by address", Kind.SOURCE, null, "192.0.2.0/24", ACME));
    String before = directory.snapshot().version();
    assertThat(directory.setRules(rules, "t")).isTrue();
    assertThat(directory.setRules(rules, "t")).as("the same again").isFalse();
    assertThat(directory.rules()).isEqualTo(rules);
    assertThat(directory.snapshot().rules()).isEqualTo(rules);
    assertThat(directory.setRules(rules.reversed(), "t")).as("the order counts").isTrue();
    assertThat(directory.rules()).isEqualTo(rules.reversed());
    assertThat(directory.snapshot().version()).isNotEqualTo(before);
    assertThat(directory.setRules(List.of(), "t")).isTrue();
    assertThat(directory.snapshot().version()).isEqualTo(before);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        "source | 192.0.2.0/24 | 192.0.2.7 | overlaps rule 'first'",
        "source | 192.0.2.7 | 192.0.0.0/16 | overlaps rule 'first'",
        "number | +4420* | +44201* | overlaps rule 'first'",
        "request-uri | srs@* | SRS@* | looks for the same",
        "metadata-domain | a.example | *.example | takes the domain acme.example",
      })
  void what_overlaps_between_tenants_is_refused_by_name(
      String kind, String first, String second, String message) {
    Kind parsed = io.earwitness.call.WireName.parse(Kind.class, kind);
    List<MatchingRule> rules =
        List.of(
            rule("first", parsed, null, first, ACME), rule("second", parsed, null, second, GLOBEX));
    assertThatThrownBy(() -> directory.setRules(rules, "t"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("second")
        .hasMessageContaining(message);
    assertThat(directory.rules()).as("nothing was done").isEmpty();
  }

  @Test
  void a_rule_takes_no_number_of_another_tenant_and_a_range_none_of_a_rule() {
    MatchingRule foreign = rule("foreign", Kind.NUMBER, null, "+493012*", GLOBEX);
    assertThatThrownBy(() -> directory.setRules(List.of(foreign), "t"))
        .hasMessageContaining("rule 'foreign'")
        .hasMessageContaining("overlaps the range +4930… of tenant acme");
    directory.setRules(List.of(rule("london", Kind.NUMBER, null, "+4420*", ACME)), "t");
    try {
      assertThatThrownBy(
              () ->
                  directory.addNumbers(
                      List.of(
                          new NumberRange(GLOBEX, "+1202", true, null, Instant.now()),
                          new NumberRange(GLOBEX, "+44207", true, null, Instant.now())),
                      "t"))
          .hasMessageContaining("overlaps rule 'london'");
      assertThat(directory.numbers(GLOBEX))
          .as("all or none")
          .noneMatch(range -> range.digits().equals("+1202"));
    } finally {
      directory.setRules(List.of(), "t");
    }
  }

  @Test
  void numbers_are_given_out_all_at_once_and_only_once() {
    List<NumberRange> ranges =
        List.of(
            new NumberRange(GLOBEX, "+3312", true, null, Instant.now()),
            new NumberRange(GLOBEX, "+3313", false, null, Instant.now()));
    assertThat(directory.addNumbers(ranges, "t")).isEqualTo(2);
    assertThat(directory.addNumbers(ranges, "t")).isZero();
  }

  @Test
  void screening_is_on_until_it_is_switched_off() {
    assertThat(directory.tenant(ACME).orElseThrow().numberScreening()).isTrue();
    assertThat(directory.setNumberScreening(ACME, false, "t")).isTrue();
    assertThat(directory.setNumberScreening(ACME, false, "t")).isFalse();
    assertThat(directory.snapshot().tenants())
        .filteredOn(tenant -> tenant.slug().equals(ACME))
        .singleElement()
        .satisfies(tenant -> assertThat(tenant.numberScreening()).isFalse());
    directory.setNumberScreening(ACME, true, "t");
  }
}
