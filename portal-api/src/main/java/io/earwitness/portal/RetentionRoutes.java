package io.earwitness.portal;

import static io.javalin.http.HandlerType.GET;
import static io.javalin.http.HandlerType.POST;
import static io.javalin.http.HandlerType.PUT;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.earwitness.approval.ApprovalKind;
import io.earwitness.approval.AskedAct;
import io.earwitness.archive.catalog.CallCatalog;
import io.earwitness.archive.catalog.CallCatalog.ArchivedCall;
import io.earwitness.archive.catalog.CallCatalog.CallEntry;
import io.earwitness.archive.catalog.Restrictions;
import io.earwitness.archive.catalog.Restrictions.Correcting;
import io.earwitness.archive.catalog.Restrictions.Correction;
import io.earwitness.archive.catalog.Restrictions.Restricted;
import io.earwitness.archive.catalog.RetentionLocks;
import io.earwitness.archive.catalog.RetentionPolicies;
import io.earwitness.archive.catalog.RetentionPolicies.ConflictException;
import io.earwitness.archive.store.ObjectStore.Lock;
import io.earwitness.archive.store.ObjectStore.LockMode;
import io.earwitness.archive.store.ObjectStore.ObjectStoreException;
import io.earwitness.call.CallSummary;
import io.earwitness.call.Direction;
import io.earwitness.call.Licence;
import io.earwitness.call.RecordingId;
import io.earwitness.call.RetentionBasis;
import io.earwitness.call.RetentionClass;
import io.earwitness.call.RetentionHistory;
import io.earwitness.call.RetentionPolicy;
import io.earwitness.call.RetentionPolicy.Decision;
import io.earwitness.call.RetentionRule;
import io.earwitness.call.WireName;
import io.earwitness.portal.RetentionLockRoutes.RenewalView;
import io.earwitness.portal.Route.Rule;
import io.earwitness.portal.Route.Rule.Needs;
import io.earwitness.retention.Lengthening;
import io.earwitness.retention.PolicyComparison;
import io.earwitness.retention.RetentionPlan;
import io.earwitness.retention.RetentionPlan.Act;
import io.earwitness.retention.RetentionPlan.Cause;
import io.earwitness.retention.RetentionPlan.Reason;
import io.earwitness.retention.RetentionPlans;
import io.javalin.http.Context;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The tenant's policy of retention: read, changed, tried out; and why a recording is kept. */
final class RetentionRoutes {
  private static final int MAX_CLASS = 20;

  private final RetentionPolicies policies;
  private final RetentionPlans plans;
  private final Restrictions restrictions;
  private final RetentionParts.Locks locks;
  private final RetentionLocks known;
  private final CallCatalog calls;
  private final AskRoutes ask;
  private final Clock clock;

  private RetentionRoutes(PortalParts parts) {
    this.policies = parts.retention().policies();
    this.restrictions = parts.retention().restrictions();
    this.plans = new RetentionPlans(policies, parts.retention().holds().catalog());
    this.locks = parts.retention().locks();
    this.known = parts.retention().known();
    this.calls = parts.calls();
    this.ask = new AskRoutes(parts);
    this.clock = parts.clock();
  }

  /** The table of routes. */
  static List<Route> all(PortalParts parts) {
    RetentionRoutes routes = new RetentionRoutes(parts);
    Rule see = new Needs(Permission.RETENTION_READ);
    Rule change = new Needs(Permission.RETENTION);
    String path = Routes.API + "/policies/retention";
    return List.of(
        new Route(GET, path, see, "retention-policy.view", routes::view),
        new Route(PUT, path, change, "retention-policy.set", routes::set),
        new Route(POST, path + "/shorten", change, "approval.ask", routes::shorten),
        new Route(POST, path + "/simulate", see, "retention-policy.simulate", routes::simulate),
        new Route(
            GET,
            Routes.API + "/recordings/{id}/retention",
            new Needs(Permission.SEARCH, Permission.RETENTION_READ),
            "recording.view-retention",
            routes::explain));
  }

  @JsonInclude(JsonInclude.Include.ALWAYS)
  private record VersionView(int version, Instant validFrom, String changedBy) {}

  /** A policy with its versions. */
  @JsonInclude(JsonInclude.Include.ALWAYS)
  private record PolicyView(
      int version,
      RetentionClass standard,
      List<RetentionRule> rules,
      int settlingDays,
      boolean extending,
      List<VersionView> versions) {
    static PolicyView of(RetentionPolicy policy, RetentionHistory history) {
      return new PolicyView(
          policy.version(),
          policy.standard(),
          policy.rules(),
          policy.settlingDays(),
          policy.extending(),
          history.versions().reversed().stream()
              .map(
                  version ->
                      new VersionView(
                          version.policy().version(), version.validFrom(), version.changedBy()))
              .toList());
    }
  }

  private Route.Prepared view(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of("version"));
    Principal asking = Objects.requireNonNull(principal);
    int wanted = (int) Request.number(http, "version", 0, Integer.MAX_VALUE, -1);
    return Route.Prepared.of(
        _ -> {
          RetentionHistory history = policies.history(asking.slug());
          RetentionPolicy policy =
              wanted < 0
                  ? history.newest()
                  : history.versions().stream()
                      .map(RetentionHistory.Version::policy)
                      .filter(each -> each.version() == wanted)
                      .findFirst()
                      .orElseThrow(
                          () ->
                              ProblemException.notFound(
                                  "The policy has no version %d.".formatted(wanted)));
          SessionRoutes.json(http, 200, PolicyView.of(policy, history));
        });
  }

  /** A rule as it comes; what is wrong with it is said by its name. */
  private record RuleBody(
      @Nullable String name,
      @Nullable Set<String> teams,
      @Nullable List<String> numbers,
      @Nullable Set<String> directions,
      @Nullable Set<String> licences,
      @Nullable Set<String> tags,
      @Nullable String keep) {
    RetentionRule rule() {
      if (keep == null) {
        throw new IllegalArgumentException(
            "rule '%s' needs 'keep': 1-year, 7-years, 180-days or indefinite".formatted(name));
      }
      return new RetentionRule(
          Objects.requireNonNullElse(name, ""),
          Objects.requireNonNullElse(teams, Set.of()),
          Objects.requireNonNullElse(numbers, List.of()),
          Objects.requireNonNullElse(directions, Set.<String>of()).stream()
              .map(each -> WireName.parse(Direction.class, each))
              .collect(Collectors.toSet()),
          Objects.requireNonNullElse(licences, Set.<String>of()).stream()
              .map(each -> WireName.parse(Licence.class, each))
              .collect(Collectors.toSet()),
          RetentionClass.parse(keep),
          Objects.requireNonNullElse(tags, Set.of()));
    }
  }

  /**
   * @param version that was looked at, so that nobody's change is lost
   * @param settlingDays none if missing
   * @param extending whether it also lengthens the recordings that are there
   * @param reason for whoever decides on what may shorten
   */
  private record PolicyBody(
      @Nullable Integer version,
      @Nullable String standard,
      @Nullable List<RuleBody> rules,
      @Nullable Integer settlingDays,
      @Nullable Boolean extending,
      @Nullable String reason) {
    RetentionPolicy policy(int number) {
      String otherwise = AccessRequest.required("standard", standard, MAX_CLASS);
      List<RuleBody> asked = rules;
      if (asked == null) {
        throw ProblemException.malformed("rules", "The member 'rules' is needed.");
      }
      List<RetentionClass> kept = new ArrayList<>();
      AnnouncementRoutes.checked("standard", () -> kept.add(RetentionClass.parse(otherwise)));
      List<RetentionPolicy> made = new ArrayList<>();
      AnnouncementRoutes.checked(
          "rules",
          () ->
              made.add(
                  new RetentionPolicy(
                      number,
                      Boolean.TRUE.equals(extending),
                      kept.getFirst(),
                      asked.stream().map(RuleBody::rule).toList(),
                      Objects.requireNonNullElse(settlingDays, 0))));
      return made.getFirst();
    }
  }

  private static int expected(PolicyBody body) {
    Integer version = body.version();
    if (version == null) {
      throw ProblemException.malformed(
          "version", "The member 'version' is needed: the one that was looked at.");
    }
    return version;
  }

  /** Makes a change that shortens nothing; another one is refused, and to be asked for. */
  private Route.Prepared set(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of());
    Principal asking = Objects.requireNonNull(principal);
    PolicyBody body = Request.body(http, PolicyBody.class, null);
    int expected = expected(body);
    RetentionPolicy next = body.policy(expected + 1);
    Map<String, String> details = new TreeMap<>();
    details.put("version", Integer.toString(next.version()));
    details.put("standard", next.standard().toString());
    details.put("rules", Integer.toString(next.rules().size()));
    details.put("settlingDays", Integer.toString(next.settlingDays()));
    details.put("extending", Boolean.toString(next.extending()));
    return new Route.Prepared(
        RetentionAct.object(asking.slug()),
        details,
        _ -> {
          RetentionPolicy present = policies.history(asking.slug()).newest();
          if (present.version() == expected && present.mayBeShortenedBy(next)) {
            throw ProblemException.conflict(
                "needs-second-person",
                "It may keep some calls for a shorter time than before, or lock them for a shorter"
                    + " time at first. That needs a second person:"
                    + " ask for it with a reason, by POST /api/v1/policies/retention/shorten.");
          }
          try {
            RetentionPolicy kept = policies.set(asking.slug(), expected, next, asking.actor());
            SessionRoutes.json(http, 200, PolicyView.of(kept, policies.history(asking.slug())));
          } catch (ConflictException e) {
            throw ProblemException.conflict("changed-meanwhile", AnnouncementRoutes.sentence(e));
          } catch (IllegalArgumentException e) {
            throw ProblemException.malformed("rules", AnnouncementRoutes.sentence(e));
          }
        });
  }

  /** Asks for a change that may shorten. */
  private Route.Prepared shorten(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of());
    Principal asking = Objects.requireNonNull(principal);
    PolicyBody body = Request.body(http, PolicyBody.class, null);
    int expected = expected(body);
    RetentionPolicy next = body.policy(expected + 1);
    String object = RetentionAct.object(asking.slug());
    return ask.ask(
        http,
        principal,
        ApprovalKind.RETENTION_SHORTEN,
        object,
        body.reason(),
        Set.of(),
        () -> {
          RetentionPolicy present = policies.history(asking.slug()).newest();
          if (present.version() != expected) {
            throw ProblemException.conflict(
                "changed-meanwhile",
                "The policy is at version %d by now, not %d; look at it again before you change it."
                    .formatted(present.version(), expected));
          }
          return new AskedAct(
              asking.slug(), object, RetentionAct.present(present), RetentionAct.facts(next));
        });
  }

  @JsonInclude(JsonInclude.Include.ALWAYS)
  private record DecisionView(
      int policyVersion, RetentionClass keep, @Nullable String rule, @Nullable Instant until) {
    static DecisionView of(Decision decision) {
      return new DecisionView(
          decision.policyVersion(), decision.keep(), decision.rule(), decision.until());
    }
  }

  @JsonInclude(JsonInclude.Include.ALWAYS)
  private record ExampleView(
      RecordingId id, Instant end, DecisionView before, DecisionView after) {}

  @JsonInclude(JsonInclude.Include.ALWAYS)
  private record ChangeView(
      long recordings, long bytes, long days, long endless, List<ExampleView> examples) {
    static ChangeView of(PolicyComparison.Change change) {
      return new ChangeView(
          change.recordings(),
          change.bytes(),
          change.days(),
          change.endless(),
          change.examples().stream()
              .map(
                  example ->
                      new ExampleView(
                          example.id(),
                          example.end(),
                          DecisionView.of(example.before()),
                          DecisionView.of(example.after())))
              .toList());
    }
  }

  @JsonInclude(JsonInclude.Include.ALWAYS)
  private record SimulationView(
      int policyVersion,
      boolean needsSecondPerson,
      ChangeView longer,
      ChangeView shorter,
      ChangeView same,
      @Nullable ChangeView lengthened) {}

  private Route.Prepared simulate(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of());
    Principal asking = Objects.requireNonNull(principal);
    PolicyBody body = Request.body(http, PolicyBody.class, null);
    RetentionPolicy draft = body.policy(0);
    return Route.Prepared.of(
        _ -> {
          RetentionHistory history = policies.history(asking.slug());
          RetentionPolicy present = history.newest();
          PolicyComparison comparison = new PolicyComparison(present, draft, history.zone());
          Lengthening lengthening = new Lengthening(history, draft);
          policies.forEach(
              asking.slug(),
              call -> {
                comparison.add(call.id(), call.end(), call.facts(), call.bytes());
                lengthening.add(call);
              });
          SessionRoutes.json(
              http,
              200,
              new SimulationView(
                  present.version(),
                  present.mayBeShortenedBy(draft),
                  ChangeView.of(comparison.longer()),
                  ChangeView.of(comparison.shorter()),
                  ChangeView.of(comparison.same()),
                  draft.extending() ? ChangeView.of(lengthening.change()) : null));
        });
  }

  @JsonInclude(JsonInclude.Include.ALWAYS)
  private record ReasonView(Cause cause, @Nullable Instant until, String what) {}

  @JsonInclude(JsonInclude.Include.ALWAYS)
  private record LockView(LockMode mode, Instant until) {}

  /** Why a recording can, or can't, be deleted; members without a value are null. */
  @JsonInclude(JsonInclude.Include.ALWAYS)
  private record ExplanationView(
      boolean deletable,
      @Nullable Instant until,
      String because,
      List<ReasonView> reasons,
      @Nullable RetentionBasis decidedBy,
      Instant keepUntil,
      @Nullable LockView lock,
      boolean lockKnown,
      boolean lockTooShort,
      @Nullable RenewalView renewal) {}

  private Route.Prepared explain(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of());
    Principal asking = Objects.requireNonNull(principal);
    RecordingId id = Request.recording(http);
    return new Route.Prepared(
        "recording:" + id,
        Map.of(),
        _ -> {
          CallEntry entry =
              calls
                  .find(asking.slug(), id)
                  .filter(found -> mayRead(asking, found.summary()))
                  .orElseThrow(Request::noSuchRecording);
          ArchivedCall archive = entry.archive();
          if (archive == null || entry.summary().end() == null) {
            throw ProblemException.conflict(
                "nothing-stored",
                "The call is '%s': nothing of it is stored, so nothing is kept."
                    .formatted(entry.summary().state().wireName()));
          }
          SessionRoutes.json(http, 200, explanation(asking, entry, archive));
        });
  }

  /** It tells nothing of a call's parties, so whoever looks after retention may read it. */
  private static boolean mayRead(Principal asking, CallSummary call) {
    return asking.permissions().contains(Permission.RETENTION_READ) || Access.sees(asking, call);
  }

  private ExplanationView explanation(Principal asking, CallEntry entry, ArchivedCall archive) {
    CallSummary call = entry.summary();
    Lock lock = null;
    boolean lockKnown = true;
    try {
      lock = locks.of(archive).orElse(null);
    } catch (ObjectStoreException e) {
      lockKnown = false;
    }
    // Without the store's word, what it was told to do is all that can be said
    Instant lockedUntil = lock != null ? lock.until() : lockKnown ? null : archive.keepUntil();
    Instant now = clock.instant();
    RetentionPlan plan =
        plans.planner(call.tenant()).plan(plans.kept(entry, archive, lockedUntil), now);
    RenewalView renewal =
        known.state(call.tenant(), call.id()).map(state -> RenewalView.of(state, now)).orElse(null);
    Correcting correcting =
        restrictions.of(call.tenant(), call.id()).map(Restricted::correcting).orElse(null);
    if (correcting != null && correcting.what() == Correction.REMOVE) {
      plan = plan.corrected(correcting.settlesAt(), now);
    }
    // A lock that is not renewed since the recording is to go ends too early on purpose
    boolean explained = correcting != null || (renewal != null && renewal.explains(lock, now));
    return new ExplanationView(
        plan.act() == Act.DISPOSE,
        plan.until(),
        because(asking, plan),
        plan.reasons().stream()
            .map(reason -> new ReasonView(reason.cause(), reason.until(), what(asking, reason)))
            .toList(),
        archive.retention(),
        archive.keepUntil(),
        lock == null ? null : new LockView(lock.mode(), lock.until()),
        lockKnown,
        lockKnown && plan.lockTooShort() && !explained,
        renewal);
  }

  /** Of a hold, only those who may read holds are told the name: it may warn somebody. */
  private static String what(Principal asking, Reason reason) {
    return switch (reason.cause()) {
      case HOLD, RELEASED_HOLD ->
          asking.may(Permission.HOLDS_READ)
              ? "the legal hold '%s'".formatted(reason.what())
              : "a legal hold";
      case POLICY, DECIDED, LOCK, CORRECTION -> reason.what();
    };
  }

  private static String because(Principal asking, RetentionPlan plan) {
    String what = what(asking, plan.deciding());
    if (plan.act() == Act.DISPOSE) {
      return "It may be deleted: what kept it has ended (%s).".formatted(what);
    }
    return plan.until() == null
        ? "It can't be deleted, and no end is known: %s.".formatted(what)
        : "It can't be deleted before %s: %s.".formatted(plan.until(), what);
  }
}
