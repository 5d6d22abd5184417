package io.earwitness.portal;

import static io.javalin.http.HandlerType.DELETE;
import static io.javalin.http.HandlerType.GET;
import static io.javalin.http.HandlerType.POST;
import static io.javalin.http.HandlerType.PUT;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.earwitness.archive.announcement.AnnouncementBook;
import io.earwitness.archive.catalog.Announcements;
import io.earwitness.archive.catalog.Announcements.ConflictException;
import io.earwitness.archive.catalog.Announcements.PolicyVersion;
import io.earwitness.call.AnnouncementFallback;
import io.earwitness.call.AnnouncementGate;
import io.earwitness.call.AnnouncementMode;
import io.earwitness.call.AnnouncementPolicy;
import io.earwitness.call.AnnouncementRule;
import io.earwitness.call.Direction;
import io.earwitness.call.Jurisdiction;
import io.earwitness.call.KeyConsent;
import io.earwitness.call.TenantSlug;
import io.earwitness.call.WireName;
import io.earwitness.portal.Route.Rule;
import io.earwitness.portal.Route.Rule.Needs;
import io.javalin.http.Context;
import java.time.Instant;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The tenant's policy of announcement: read, changed, and asked by whoever connects calls. */
final class AnnouncementRoutes {
  private static final int MAX_NUMBER = 40;

  /** How long a gate waits where nothing is said. */
  private static final int GATE_SECONDS = 60;

  private static final Pattern NUMBER = Pattern.compile("[+]?[0-9]{1,32}");

  private final Announcements catalog;
  private final AnnouncementBook book;

  private AnnouncementRoutes(AnnouncementParts parts) {
    this.catalog = parts.catalog();
    this.book = parts.book();
  }

  /** The table of routes. */
  static List<Route> all(PortalParts parts) {
    AnnouncementRoutes policy = new AnnouncementRoutes(parts.announcements());
    PromptRoutes prompts = new PromptRoutes(parts.announcements());
    Rule see = new Needs(Permission.ANNOUNCEMENTS_READ);
    Rule change = new Needs(Permission.ANNOUNCEMENTS);
    String path = Routes.API + "/announcements";
    String prompt = path + "/prompts/{name}/{language}/{version}";
    return List.of(
        new Route(GET, path + "/decision", see, "announcement.decide", policy::decision),
        new Route(
            GET,
            path + "/report",
            see,
            "announcement.report",
            new AnnouncementReportRoute(parts)::prepare),
        new Route(GET, path + "/policy", see, "announcement.view-policy", policy::view),
        new Route(PUT, path + "/policy", change, "announcement.set-policy", policy::set),
        new Route(GET, path + "/prompts", see, "announcement.list-prompts", prompts::list),
        new Route(POST, path + "/prompts", change, "announcement.add-prompt", prompts::speak),
        new Route(
            POST,
            path + "/prompts/{name}/{language}",
            change,
            "announcement.add-prompt",
            prompts::upload),
        new Route(GET, prompt + "/sound", see, "announcement.hear-prompt", prompts::sound),
        new Route(DELETE, prompt, change, "announcement.withdraw-prompt", prompts::withdraw));
  }

  @JsonInclude(JsonInclude.Include.ALWAYS)
  private record DecisionView(
      AnnouncementMode mode,
      Direction direction,
      @Nullable String prompt,
      @Nullable String language,
      @Nullable Integer version,
      @Nullable String sha256,
      @Nullable Long durationMs,
      @Nullable String play,
      @Nullable AnnouncementFallback fallback,
      boolean allParties,
      @Nullable String rule,
      int policyVersion,
      String reason) {
    static DecisionView of(TenantSlug tenant, AnnouncementBook.Answer answer) {
      AnnouncementRule rule = answer.decision().rule();
      Announcements.Prompt prompt = answer.prompt();
      return new DecisionView(
          answer.decision().mode(),
          answer.direction(),
          rule == null ? null : rule.prompt(),
          prompt == null ? null : prompt.key().language(),
          prompt == null ? null : prompt.key().version(),
          prompt == null ? null : prompt.sha256(),
          prompt == null ? null : prompt.durationMs(),
          prompt == null ? null : tenant + "/" + prompt.key(),
          rule == null || rule.prompt() == null ? null : rule.fallback(),
          rule != null && rule.allParties(),
          rule == null ? null : rule.name(),
          answer.decision().policyVersion(),
          answer.reason());
    }
  }

  /** From memory: the call waits for it. */
  private Route.Prepared decision(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of("from", "to", "direction", "language"));
    Principal asking = Objects.requireNonNull(principal);
    String language = Request.parameter(http, "language", 40);
    if (language != null) {
      checked("language", () -> AnnouncementRule.demandLanguage(language));
    }
    AnnouncementBook.Planned call =
        new AnnouncementBook.Planned(
            number(http, "from"), number(http, "to"), direction(http), language);
    return Route.Prepared.of(
        _ ->
            SessionRoutes.json(
                http, 200, DecisionView.of(asking.slug(), book.decide(asking.slug(), call))));
  }

  private static @Nullable String number(Context http, String name) {
    String number = Request.parameter(http, name, MAX_NUMBER);
    if (number != null && !NUMBER.matcher(number).matches()) {
      throw ProblemException.malformed(
          name,
          "%s is '%s'; digits are needed, for E.164 with a + in front (in an address it is written %%2B)."
              .formatted(name, number));
    }
    return number;
  }

  private static @Nullable Direction direction(Context http) {
    String text = Request.parameter(http, "direction", 20);
    return text == null ? null : AccessRequest.parse("direction", text, Direction.class);
  }

  @JsonInclude(JsonInclude.Include.ALWAYS)
  private record VersionView(int version, Instant validFrom, String changedBy) {}

  @JsonInclude(JsonInclude.Include.ALWAYS)
  private record PolicyView(
      int version,
      List<Jurisdiction> jurisdictions,
      List<AnnouncementRule> rules,
      List<VersionView> versions) {}

  private Route.Prepared view(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of("version"));
    Principal asking = Objects.requireNonNull(principal);
    int wanted = (int) Request.number(http, "version", 0, Integer.MAX_VALUE, -1);
    return Route.Prepared.of(
        _ -> {
          List<PolicyVersion> versions = catalog.policies(asking.slug());
          AnnouncementPolicy policy =
              wanted < 0
                  ? versions.isEmpty() ? AnnouncementPolicy.none() : versions.getFirst().policy()
                  : version(versions, wanted);
          SessionRoutes.json(http, 200, view(policy, versions));
        });
  }

  private static AnnouncementPolicy version(List<PolicyVersion> versions, int wanted) {
    return versions.stream()
        .map(PolicyVersion::policy)
        .filter(policy -> policy.version() == wanted)
        .findFirst()
        .orElseThrow(
            () -> ProblemException.notFound("The policy has no version %d.".formatted(wanted)));
  }

  private static PolicyView view(AnnouncementPolicy policy, List<PolicyVersion> versions) {
    return new PolicyView(
        policy.version(),
        policy.jurisdictions(),
        policy.rules(),
        versions.stream()
            .map(
                version ->
                    new VersionView(
                        version.policy().version(), version.validFrom(), version.changedBy()))
            .toList());
  }

  /** A rule as it comes; what is wrong with it is said by its name. */
  private record RuleBody(
      @Nullable String name,
      @Nullable Set<String> teams,
      @Nullable List<String> numbers,
      @Nullable Set<String> directions,
      @Nullable Set<String> countries,
      @Nullable Set<String> languages,
      @Nullable String mode,
      @Nullable String prompt,
      @Nullable String language,
      @Nullable Boolean allParties,
      @Nullable String fallback,
      @Nullable GateBody gate,
      @Nullable ConsentBody consent) {
    AnnouncementRule rule() {
      return bare()
          .with(gate == null ? null : gate.gate(), consent == null ? null : consent.consent());
    }

    private AnnouncementRule bare() {
      return new AnnouncementRule(
          Objects.requireNonNullElse(name, ""),
          orNone(teams),
          Objects.requireNonNullElse(numbers, List.of()),
          parsed(orNone(directions)),
          orNone(countries),
          orNone(languages),
          WireName.parse(AnnouncementMode.class, Objects.requireNonNullElse(mode, "")),
          prompt,
          language,
          Boolean.TRUE.equals(allParties),
          fallback == null
              ? AnnouncementFallback.CONNECT_FLAGGED
              : WireName.parse(AnnouncementFallback.class, fallback));
    }

    private static Set<String> orNone(@Nullable Set<String> values) {
      return Objects.requireNonNullElse(values, Set.of());
    }

    private static Set<Direction> parsed(Set<String> names) {
      return names.stream()
          .map(each -> WireName.parse(Direction.class, each))
          .collect(Collectors.toSet());
    }
  }

  private record GateBody(
      @Nullable String keep, @Nullable Integer limitSeconds, @Nullable String onTimeout) {
    AnnouncementGate gate() {
      return new AnnouncementGate(
          WireName.parse(AnnouncementGate.Keep.class, Objects.requireNonNullElse(keep, "")),
          Objects.requireNonNullElse(limitSeconds, GATE_SECONDS),
          onTimeout == null
              ? AnnouncementGate.OnTimeout.KEEP_AND_FLAG
              : WireName.parse(AnnouncementGate.OnTimeout.class, onTimeout));
    }
  }

  private record ConsentBody(
      @Nullable String kind, @Nullable String key, @Nullable String withdrawalKey) {
    KeyConsent consent() {
      return new KeyConsent(
          WireName.parse(KeyConsent.Kind.class, Objects.requireNonNullElse(kind, "")),
          key,
          withdrawalKey);
    }
  }

  private record JurisdictionBody(
      @Nullable String code,
      @Nullable String name,
      @Nullable List<String> prefixes,
      @Nullable String source,
      @Nullable String asOf) {
    Jurisdiction jurisdiction() {
      String day = Objects.requireNonNullElse(asOf, "");
      try {
        return new Jurisdiction(
            Objects.requireNonNullElse(code, ""),
            Objects.requireNonNullElse(name, ""),
            Objects.requireNonNullElse(prefixes, List.of()),
            Objects.requireNonNullElse(source, ""),
            LocalDate.parse(day));
      } catch (DateTimeParseException e) {
        throw new IllegalArgumentException(
            "the jurisdiction %s is as of '%s'; a day such as 2026-11-27 is needed"
                .formatted(code, day),
            e);
      }
    }
  }

  /**
   * @param version that was looked at, so that nobody's change is lost
   * @param jurisdictions null to leave the table as it is
   */
  private record PolicyBody(
      @Nullable Integer version,
      @Nullable List<JurisdictionBody> jurisdictions,
      @Nullable List<RuleBody> rules) {}

  private Route.Prepared set(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of());
    Principal asking = Objects.requireNonNull(principal);
    PolicyBody body = Request.body(http, PolicyBody.class, null);
    Integer version = body.version();
    List<RuleBody> asked = body.rules();
    if (version == null || asked == null) {
      throw ProblemException.malformed(
          version == null ? "version" : "rules",
          "The members 'version' (the one that was looked at) and 'rules' are needed.");
    }
    int expected = version;
    List<AnnouncementRule> rules = new ArrayList<>();
    checked("rules", () -> asked.forEach(rule -> rules.add(rule.rule())));
    List<JurisdictionBody> changed = body.jurisdictions();
    List<Jurisdiction> table = changed == null ? null : new ArrayList<>();
    if (changed != null) {
      checked(
          "jurisdictions",
          () -> changed.forEach(one -> Objects.requireNonNull(table).add(one.jurisdiction())));
    }
    Map<String, String> details = new TreeMap<>();
    details.put("version", Integer.toString(expected + 1));
    details.put("rules", Integer.toString(rules.size()));
    return new Route.Prepared(
        "announcement-policy:" + asking.slug(),
        details,
        _ -> {
          List<Jurisdiction> jurisdictions =
              table != null
                  ? table
                  : catalog.policies(asking.slug()).stream()
                      .findFirst()
                      .map(PolicyVersion::policy)
                      .orElseGet(AnnouncementPolicy::none)
                      .jurisdictions();
          try {
            AnnouncementPolicy policy =
                catalog.setPolicy(asking.slug(), expected, jurisdictions, rules, asking.actor());
            book.changed(asking.slug());
            SessionRoutes.json(http, 200, view(policy, catalog.policies(asking.slug())));
          } catch (ConflictException e) {
            throw ProblemException.conflict("changed-meanwhile", sentence(e));
          } catch (IllegalArgumentException e) {
            throw ProblemException.malformed("rules", sentence(e));
          }
        });
  }

  /** Has a wrong value refused by what it says of itself. */
  static void checked(String member, Runnable check) {
    try {
      check.run();
    } catch (IllegalArgumentException e) {
      throw ProblemException.malformed(member, sentence(e));
    }
  }

  static String sentence(Exception e) {
    String message = String.valueOf(e.getMessage());
    String upper = message.substring(0, 1).toUpperCase(Locale.ROOT) + message.substring(1);
    return upper.endsWith(".") ? upper : upper + ".";
  }
}
