package io.earwitness.portal;

import static io.javalin.http.HandlerType.GET;
import static io.javalin.http.HandlerType.POST;
import static io.javalin.http.HandlerType.PUT;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.earwitness.access.Right;
import io.earwitness.approval.ApprovalKind;
import io.earwitness.approval.AskedAct;
import io.earwitness.archive.catalog.CallCatalog;
import io.earwitness.archive.catalog.RecordingPolicies;
import io.earwitness.archive.catalog.RecordingPolicies.ConflictException;
import io.earwitness.archive.catalog.RecordingPolicies.Kept;
import io.earwitness.archive.catalog.RecordingPolicies.PolicyVersion;
import io.earwitness.call.CallSummary;
import io.earwitness.call.Direction;
import io.earwitness.call.Persona;
import io.earwitness.call.RecordingAction;
import io.earwitness.call.RecordingDecision;
import io.earwitness.call.RecordingId;
import io.earwitness.call.RecordingPolicy;
import io.earwitness.call.RecordingRule;
import io.earwitness.call.Weekday;
import io.earwitness.call.WireName;
import io.earwitness.portal.Route.Rule;
import io.earwitness.portal.Route.Rule.Needs;
import io.javalin.http.Context;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The tenant's policy of recording: read, changed and tried out; and calls kept by it. */
final class RecordingPolicyRoutes {
  private static final int MAX_PARTY = 200;
  private static final int MAX_REASON = 1_000;
  private static final int MAX_NAMES = 1_000;

  /** As far back as a dry run looks, and as it looks where nothing is said: a month. */
  private static final Duration MONTH = Duration.ofDays(31);

  private final RecordingPolicies policies;
  private final CallCatalog calls;
  private final RecordingSimulator simulator;
  private final AskRoutes ask;
  private final Clock clock;

  private RecordingPolicyRoutes(PortalParts parts) {
    this.policies = parts.recording();
    this.calls = parts.calls();
    this.simulator = new RecordingSimulator(parts.directory());
    this.ask = new AskRoutes(parts);
    this.clock = parts.clock();
  }

  /** The table of routes. */
  static List<Route> all(PortalParts parts) {
    RecordingPolicyRoutes routes = new RecordingPolicyRoutes(parts);
    Rule see = new Needs(Permission.RECORDING_POLICY_READ);
    String path = Routes.API + "/policies/recording";
    return List.of(
        new Route(GET, path, see, "recording-policy.view", routes::view),
        new Route(
            PUT, path, new Needs(Permission.RECORDING_POLICY), "recording-policy.set", routes::set),
        new Route(
            POST,
            path + "/reduce",
            new Needs(Permission.RECORDING_POLICY),
            "approval.ask",
            routes::reduce),
        new Route(POST, path + "/simulate", see, "recording-policy.simulate", routes::simulate),
        new Route(POST, path + "/dry-run", see, "recording-policy.dry-run", routes::dryRun),
        new Route(
            POST,
            Routes.API + "/recordings/{id}/keep",
            new Needs(Permission.KEEP),
            "recording.keep",
            routes::keep));
  }

  @JsonInclude(JsonInclude.Include.ALWAYS)
  private record VersionView(int version, Instant validFrom, String changedBy) {}

  /** A policy with its versions. */
  @JsonInclude(JsonInclude.Include.ALWAYS)
  private record PolicyView(
      int version, List<Persona> personas, List<RecordingRule> rules, List<VersionView> versions) {
    static PolicyView of(RecordingPolicy policy, List<PolicyVersion> versions) {
      return new PolicyView(
          policy.version(),
          policy.personas(),
          policy.rules(),
          versions.stream()
              .map(
                  version ->
                      new VersionView(
                          version.policy().version(), version.validFrom(), version.changedBy()))
              .toList());
    }
  }

  /** A rule as it comes; what is wrong with it is said by its name. */
  private record RuleBody(
      @Nullable String name,
      @Nullable Set<String> teams,
      @Nullable Set<String> persons,
      @Nullable String persona,
      @Nullable List<String> ownNumbers,
      @Nullable List<String> otherNumbers,
      @Nullable Set<String> directions,
      @Nullable Set<String> countries,
      @Nullable Set<String> weekdays,
      @Nullable String from,
      @Nullable String until,
      @Nullable String action,
      @Nullable Integer keepMinutes,
      @Nullable Integer percent) {
    RecordingRule rule() {
      Set<Direction> ways = new HashSet<>();
      for (String each : Objects.requireNonNullElse(directions, Set.<String>of())) {
        ways.add(WireName.parse(Direction.class, each));
      }
      Set<Weekday> days = new HashSet<>();
      for (String each : Objects.requireNonNullElse(weekdays, Set.<String>of())) {
        days.add(WireName.parse(Weekday.class, each));
      }
      return new RecordingRule(
          Objects.requireNonNullElse(name, ""),
          Objects.requireNonNullElse(teams, Set.of()),
          Objects.requireNonNullElse(persons, Set.of()),
          persona,
          Objects.requireNonNullElse(ownNumbers, List.of()),
          Objects.requireNonNullElse(otherNumbers, List.of()),
          ways,
          Objects.requireNonNullElse(countries, Set.of()),
          days,
          time(from),
          time(until),
          WireName.parse(RecordingAction.class, Objects.requireNonNullElse(action, "")),
          keepMinutes,
          percent);
    }

    private @Nullable LocalTime time(@Nullable String text) {
      try {
        return text == null ? null : LocalTime.parse(text);
      } catch (DateTimeParseException e) {
        throw new IllegalArgumentException(
            "rule '%s': '%s' is no time of day; write 08:00".formatted(name, text), e);
      }
    }
  }

  private record PersonaBody(@Nullable String name, @Nullable List<String> identities) {
    Persona persona() {
      return new Persona(
          Objects.requireNonNullElse(name, ""), Objects.requireNonNullElse(identities, List.of()));
    }
  }

  /**
   * @param version that was looked at, so that nobody's change is lost
   * @param reason for whoever decides on what may record less
   */
  private record PolicyBody(
      @Nullable Integer version,
      @Nullable List<PersonaBody> personas,
      @Nullable List<RuleBody> rules,
      @Nullable String reason) {
    /** Checked rule by rule, and then all of them together. */
    RecordingPolicy policy(int number) {
      List<Persona> known = new ArrayList<>();
      List<PersonaBody> named = Objects.requireNonNullElse(personas, List.<PersonaBody>of());
      AnnouncementRoutes.checked(
          "personas", () -> named.forEach(each -> known.add(each.persona())));
      List<RecordingRule> made = new ArrayList<>();
      List<RuleBody> asked = Objects.requireNonNullElse(rules, List.<RuleBody>of());
      List<RecordingPolicy> policy = new ArrayList<>();
      AnnouncementRoutes.checked(
          "rules",
          () -> {
            asked.forEach(each -> made.add(each.rule()));
            policy.add(new RecordingPolicy(number, known, made));
          });
      return policy.getFirst();
    }
  }

  private RecordingPolicy present(Principal asking) {
    return RecordingPolicyAct.newest(policies, asking.slug());
  }

  private Route.Prepared view(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of("version"));
    Principal asking = Objects.requireNonNull(principal);
    int wanted = (int) Request.number(http, "version", 0, Integer.MAX_VALUE, -1);
    return Route.Prepared.of(
        _ -> {
          List<PolicyVersion> versions = policies.versions(asking.slug());
          RecordingPolicy policy = wanted < 0 ? present(asking) : version(versions, wanted);
          SessionRoutes.json(http, 200, PolicyView.of(policy, versions));
        });
  }

  private static RecordingPolicy version(List<PolicyVersion> versions, int wanted) {
    return versions.stream()
        .map(PolicyVersion::policy)
        .filter(policy -> policy.version() == wanted)
        .findFirst()
        .orElseThrow(
            () -> ProblemException.notFound("The policy has no version %d.".formatted(wanted)));
  }

  private Route.Prepared set(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of());
    Principal asking = Objects.requireNonNull(principal);
    PolicyBody body = Request.body(http, PolicyBody.class, null);
    int expected = expected(body);
    RecordingPolicy next = body.policy(expected + 1);
    return new Route.Prepared(
        RecordingPolicyAct.object(asking.slug()),
        changes(present(asking), next),
        _ -> {
          RecordingPolicy present = present(asking);
          if (present.version() == expected && present.mayBeReducedBy(next)) {
            throw ProblemException.conflict(
                "needs-second-person",
                "It may record some calls less than before. That needs a second person: ask for it"
                    + " with a reason, by POST /api/v1/policies/recording/reduce.");
          }
          try {
            policies.set(asking.slug(), expected, next.personas(), next.rules(), asking.actor());
            List<PolicyVersion> versions = policies.versions(asking.slug());
            SessionRoutes.json(http, 200, PolicyView.of(present(asking), versions));
          } catch (ConflictException e) {
            throw ProblemException.conflict("changed-meanwhile", AnnouncementRoutes.sentence(e));
          }
        });
  }

  private static int expected(PolicyBody body) {
    Integer version = body.version();
    if (version == null || body.rules() == null) {
      throw ProblemException.malformed(
          version == null ? "version" : "rules",
          "The members 'version' (the one that was looked at) and 'rules' are needed.");
    }
    return version;
  }

  /** Asks for a change that may record less. */
  private Route.Prepared reduce(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of());
    Principal asking = Objects.requireNonNull(principal);
    PolicyBody body = Request.body(http, PolicyBody.class, null);
    int expected = expected(body);
    RecordingPolicy next = body.policy(expected + 1);
    String object = RecordingPolicyAct.object(asking.slug());
    return ask.ask(
        http,
        principal,
        ApprovalKind.RECORDING_POLICY_REDUCE,
        object,
        body.reason(),
        Set.of(),
        () -> {
          RecordingPolicy present = present(asking);
          if (present.version() != expected) {
            throw ProblemException.conflict(
                "changed-meanwhile",
                "The policy is at version %d by now, not %d; look at it again before you change it."
                    .formatted(present.version(), expected));
          }
          return new AskedAct(
              asking.slug(),
              object,
              RecordingPolicyAct.facts(present),
              RecordingPolicyAct.facts(next));
        });
  }

  /** What a change does, for the audit trail; both versions are kept whole beside it. */
  static Map<String, String> changes(RecordingPolicy before, RecordingPolicy after) {
    Map<String, RecordingRule> old = new HashMap<>();
    before.rules().forEach(rule -> old.put(rule.name(), rule));
    List<String> added = new ArrayList<>();
    List<String> changed = new ArrayList<>();
    for (RecordingRule rule : after.rules()) {
      RecordingRule was = old.remove(rule.name());
      if (was == null) {
        added.add(rule.name());
      } else if (!was.equals(rule)) {
        changed.add(rule.name());
      }
    }
    Map<String, String> details = new TreeMap<>();
    details.put("versionBefore", Integer.toString(before.version()));
    details.put("version", Integer.toString(after.version()));
    details.put("rulesBefore", names(before.rules().stream().map(RecordingRule::name).toList()));
    details.put("rules", names(after.rules().stream().map(RecordingRule::name).toList()));
    details.put("added", names(added));
    details.put("changed", names(changed));
    details.put("removed", names(old.keySet().stream().sorted().toList()));
    return details;
  }

  private static String names(List<String> names) {
    String all = names.isEmpty() ? "none" : String.join("; ", names);
    return all.length() <= MAX_NAMES ? all : all.substring(0, MAX_NAMES - 1) + "…";
  }

  /**
   * @param draft asked in place of the present policy, if given
   */
  private record SimulationBody(
      @Nullable String from,
      @Nullable String to,
      @Nullable String at,
      @Nullable String callId,
      @Nullable PolicyBody draft) {}

  @JsonInclude(JsonInclude.Include.ALWAYS)
  private record SimulationView(
      RecordingAction action,
      @Nullable Boolean recorded,
      @Nullable String rule,
      @Nullable Integer keepMinutes,
      String reason,
      int policyVersion,
      Direction direction,
      List<CallViews.PartyView> parties) {
    static SimulationView of(RecordingSimulator.Answer answer, boolean identified) {
      RecordingDecision decision = answer.decision();
      boolean open = decision.action() == RecordingAction.SELECTIVE && !identified;
      return new SimulationView(
          decision.action(),
          open ? null : decision.recorded(),
          decision.rule(),
          decision.keepMinutes(),
          decision.reason(),
          decision.policyVersion(),
          answer.direction(),
          answer.parties().stream().map(CallViews.PartyView::of).toList());
    }
  }

  private Route.Prepared simulate(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of());
    Principal asking = Objects.requireNonNull(principal);
    SimulationBody body = Request.body(http, SimulationBody.class, null);
    if (body.from() == null && body.to() == null) {
      throw ProblemException.malformed("from", "Give 'from', 'to' or both: numbers or addresses.");
    }
    Instant at = AccessRequest.instant("at", body.at());
    RecordingSimulator.Planned call =
        new RecordingSimulator.Planned(
            optional("from", body.from()),
            optional("to", body.to()),
            at == null ? clock.instant() : at,
            optional("callId", body.callId()));
    PolicyBody given = body.draft();
    RecordingPolicy draft = given == null ? null : given.policy(0);
    return Route.Prepared.of(
        _ ->
            SessionRoutes.json(
                http,
                200,
                SimulationView.of(
                    simulator.simulate(
                        asking.slug(), draft == null ? present(asking) : draft, call),
                    call.callId() != null)));
  }

  private static @Nullable String optional(String name, @Nullable String text) {
    return text == null || text.isBlank() ? null : AccessRequest.required(name, text, MAX_PARTY);
  }

  private record DryRunBody(
      @Nullable List<PersonaBody> personas,
      @Nullable List<RuleBody> rules,
      @Nullable String from,
      @Nullable String until) {}

  private Route.Prepared dryRun(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of());
    Principal asking = Objects.requireNonNull(principal);
    DryRunBody body = Request.body(http, DryRunBody.class, null);
    if (body.rules() == null) {
      throw ProblemException.malformed("rules", "The member 'rules' is needed: the draft's.");
    }
    RecordingPolicy draft = new PolicyBody(null, body.personas(), body.rules(), null).policy(0);
    Instant givenUntil = AccessRequest.instant("until", body.until());
    Instant until = givenUntil == null ? clock.instant() : givenUntil;
    Instant givenFrom = AccessRequest.instant("from", body.from());
    Instant from = givenFrom == null ? until.minus(MONTH) : givenFrom;
    if (!from.isBefore(until) || from.plus(MONTH).isBefore(until)) {
      throw ProblemException.malformed(
          "from", "A dry run looks at 31 days at most: 'from' must lie that much before 'until'.");
    }
    return Route.Prepared.of(
        _ ->
            SessionRoutes.json(
                http,
                200,
                DryRunView.of(
                    RecordingSimulator.dryRun(
                        calls, asking.slug(), present(asking), draft, from, until))));
  }

  @JsonInclude(JsonInclude.Include.ALWAYS)
  private record ChangeView(
      String before, String after, long calls, List<RecordingSimulator.Example> examples) {}

  private record DryRunView(Instant from, Instant until, long calls, List<ChangeView> changes) {
    static DryRunView of(RecordingSimulator.DryRun run) {
      return new DryRunView(
          run.from(),
          run.until(),
          run.calls(),
          run.changes().stream()
              .map(
                  change ->
                      new ChangeView(
                          word(change.before()),
                          word(change.after()),
                          change.calls(),
                          change.examples()))
              .toList());
    }

    private static String word(RecordingSimulator.Fate fate) {
      return fate.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  private record KeepBody(@Nullable String reason) {}

  private Route.Prepared keep(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of());
    Principal asking = Objects.requireNonNull(principal);
    RecordingId id = Request.recording(http);
    String reason =
        AccessRequest.required(
            "reason", Request.body(http, KeepBody.class, null).reason(), MAX_REASON);
    return new Route.Prepared(
        "recording:" + id,
        Map.of("reason", reason),
        _ -> {
          CallSummary call =
              calls
                  .find(asking.slug(), id)
                  .map(CallCatalog.CallEntry::summary)
                  .filter(each -> Access.sees(asking, each))
                  .orElseThrow(Request::noSuchRecording);
          Access.demand(asking, Right.HOLD, call);
          if (policies.keep(asking.slug(), id, asking.actor(), reason) == Kept.NOT_HELD) {
            throw ProblemException.conflict(
                "not-held",
                "This call is not held: it is recorded or not without a mark, or the time to mark it is over.");
          }
          SessionRoutes.json(
              http,
              200,
              Objects.requireNonNull(
                  RecordingPolicyView.of(calls.find(asking.slug(), id).orElseThrow())));
        });
  }
}
