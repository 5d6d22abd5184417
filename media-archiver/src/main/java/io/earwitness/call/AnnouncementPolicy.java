package io.earwitness.call;

import java.time.LocalDate;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A tenant's rules of announcement, in their order: the first that applies to a call decides; where
 * none does, nothing is announced. Pure: recorder, archiver and portal decide alike. Immutable.
 *
 * @param version 1, 2 … with each change; 0 is the policy of a tenant that made none
 * @param jurisdictions where all parties must agree
 */
public record AnnouncementPolicy(
    int version, List<Jurisdiction> jurisdictions, List<AnnouncementRule> rules) {
  private static final int MOST = 500;

  public AnnouncementPolicy {
    jurisdictions = List.copyOf(jurisdictions);
    rules = List.copyOf(rules);
    if (rules.size() > MOST || jurisdictions.size() > MOST) {
      throw new IllegalArgumentException(
          "a policy has at most %d rules and %d jurisdictions".formatted(MOST, MOST));
    }
    Set<String> names = new HashSet<>();
    for (AnnouncementRule rule : rules) {
      if (!names.add(rule.name())) {
        throw new IllegalArgumentException(
            "two rules are called '%s'; give each a name of its own".formatted(rule.name()));
      }
    }
    Set<String> codes = new HashSet<>();
    for (Jurisdiction jurisdiction : jurisdictions) {
      if (!codes.add(jurisdiction.code())) {
        throw new IllegalArgumentException(
            "the jurisdiction %s is listed twice".formatted(jurisdiction.code()));
      }
    }
  }

  /**
   * A call, or one that is to be made.
   *
   * @param ownNumber of the tenant's party; null if unknown
   * @param ownTeams ids of that party's teams, ancestors included
   * @param otherNumber of the other party; null if unknown
   * @param otherCountry ISO 3166-1 alpha-2 of that number; null if it has none
   * @param language BCP 47 tag; null if unknown
   */
  public record Question(
      Direction direction,
      @Nullable String ownNumber,
      Set<String> ownTeams,
      @Nullable String otherNumber,
      @Nullable String otherCountry,
      @Nullable String language) {
    public Question {
      ownTeams = Set.copyOf(ownTeams);
    }
  }

  /**
   * What is to be announced, and why.
   *
   * @param rule the rule that decided; null if none applies
   * @param reason for people
   */
  public record Decision(
      int policyVersion, AnnouncementMode mode, @Nullable AnnouncementRule rule, String reason) {}

  /** What a tenant has that made no policy: nothing is announced. */
  public static AnnouncementPolicy none() {
    return new AnnouncementPolicy(0, usualJurisdictions(), List.of());
  }

  /** The decision on a call. */
  public Decision decide(Question question) {
    for (int i = 0; i < rules.size(); i++) {
      AnnouncementRule rule = rules.get(i);
      String place = place(rule, question);
      if (place != null
          && (rule.directions().isEmpty() || rule.directions().contains(question.direction()))
          && (rule.teams().isEmpty()
              || question.ownTeams().stream().anyMatch(rule.teams()::contains))
          && rule.namesNumber(question.ownNumber(), question.otherNumber())
          && rule.namesLanguage(question.language())) {
        return new Decision(
            version,
            rule.mode(),
            rule,
            "rule %d, '%s', applies to this %s call%s"
                .formatted(i + 1, rule.name(), question.direction().wireName(), place));
      }
    }
    return new Decision(
        version,
        AnnouncementMode.NONE,
        null,
        rules.isEmpty()
            ? "the tenant has no rules of announcement"
            : "no rule applies to this call");
  }

  /** By what a rule's condition on the country is met; null if it isn't. */
  private @Nullable String place(AnnouncementRule rule, Question question) {
    if (rule.countries().isEmpty()) {
      return "";
    }
    String country = question.otherCountry();
    if (country == null && rule.countries().contains(AnnouncementRule.UNKNOWN)) {
      return ": the other party's country is not known";
    }
    for (Jurisdiction jurisdiction : jurisdictions) {
      boolean named =
          rule.countries().contains(AnnouncementRule.ALL_PARTY)
              || rule.countries().contains(jurisdiction.code());
      if (named && jurisdiction.covers(question.otherNumber(), country)) {
        return ": the other party is in %s, where all parties must agree (%s, as of %s)"
            .formatted(jurisdiction.name(), jurisdiction.source(), jurisdiction.asOf());
      }
    }
    return country != null && rule.countries().contains(country)
        ? ": the other party's country is %s".formatted(country)
        : null;
  }

  /**
   * The table that a tenant begins with. It is no legal advice and not complete: whoever answers
   * for the tenant's recordings checks it and says when.
   */
  public static List<Jurisdiction> usualJurisdictions() {
    LocalDate read = LocalDate.of(2026, 11, 27);
    return List.of(
        state(
            "US-CA",
            "California",
            "Cal. Penal Code § 632",
            read,
            "209",
            "213",
            "279",
            "310",
            "323",
            "341",
            "350",
            "408",
            "415",
            "424",
            "442",
            "510",
            "530",
            "559",
            "562",
            "619",
            "626",
            "628",
            "650",
            "657",
            "661",
            "669",
            "707",
            "714",
            "747",
            "760",
            "805",
            "818",
            "820",
            "831",
            "840",
            "858",
            "909",
            "916",
            "925",
            "949",
            "951"),
        state(
            "US-CT", "Connecticut", "Conn. Gen. Stat. § 52-570d", read, "203", "475", "860", "959"),
        state("US-DE", "Delaware", "Del. Code tit. 11 § 1335", read, "302"),
        state(
            "US-FL",
            "Florida",
            "Fla. Stat. § 934.03",
            read,
            "239",
            "305",
            "321",
            "324",
            "352",
            "386",
            "407",
            "448",
            "561",
            "645",
            "656",
            "689",
            "727",
            "728",
            "754",
            "772",
            "786",
            "813",
            "850",
            "863",
            "904",
            "941",
            "954"),
        state(
            "US-IL",
            "Illinois",
            "720 ILCS 5/14-2",
            read,
            "217",
            "224",
            "309",
            "312",
            "331",
            "447",
            "464",
            "618",
            "630",
            "708",
            "730",
            "773",
            "779",
            "815",
            "847",
            "861",
            "872"),
        state(
            "US-MD",
            "Maryland",
            "Md. Code, Cts. & Jud. Proc. § 10-402",
            read,
            "227",
            "240",
            "301",
            "410",
            "443",
            "667"),
        state(
            "US-MA",
            "Massachusetts",
            "Mass. Gen. Laws ch. 272 § 99",
            read,
            "339",
            "351",
            "413",
            "508",
            "617",
            "774",
            "781",
            "857",
            "978"),
        state("US-MT", "Montana", "Mont. Code § 45-8-213", read, "406"),
        state("US-NV", "Nevada", "Nev. Rev. Stat. § 200.620", read, "702", "725", "775"),
        state("US-NH", "New Hampshire", "N.H. Rev. Stat. § 570-A:2", read, "603"),
        state(
            "US-PA",
            "Pennsylvania",
            "18 Pa. Cons. Stat. § 5704",
            read,
            "215",
            "223",
            "267",
            "272",
            "412",
            "445",
            "484",
            "570",
            "582",
            "610",
            "717",
            "724",
            "814",
            "835",
            "878"),
        state(
            "US-WA",
            "Washington",
            "Wash. Rev. Code § 9.73.030",
            read,
            "206",
            "253",
            "360",
            "425",
            "509",
            "564"),
        country("DE", "Germany", "Strafgesetzbuch § 201", read),
        country("CH", "Switzerland", "Strafgesetzbuch Art. 179bis, 179ter", read),
        country("AT", "Austria", "Strafgesetzbuch § 120", read),
        country("FR", "France", "Code pénal art. 226-1", read));
  }

  private static Jurisdiction country(String code, String name, String source, LocalDate read) {
    return new Jurisdiction(code, name, List.of(), source, read);
  }

  private static Jurisdiction state(
      String code, String name, String source, LocalDate read, String... areaCodes) {
    return new Jurisdiction(
        code, name, Arrays.stream(areaCodes).map(area -> "+1" + area).toList(), source, read);
  }
}
