package io.earwitness.portal;

import static io.javalin.http.HandlerType.GET;
import static io.javalin.http.HandlerType.POST;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.earwitness.approval.ApprovalKind;
import io.earwitness.approval.AskedAct;
import io.earwitness.archive.catalog.Directory;
import io.earwitness.archive.catalog.RetentionTrials;
import io.earwitness.archive.catalog.RetentionTrials.Trial;
import io.earwitness.call.MatchingRule;
import io.earwitness.call.TenantSlug;
import io.earwitness.call.WireName;
import io.earwitness.portal.Route.Rule.Needs;
import io.earwitness.portal.imports.AllocationKind;
import io.earwitness.portal.imports.AllocationPlan;
import io.earwitness.portal.imports.BadCell;
import io.javalin.http.Context;
import java.time.Clock;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Tenants, their quotas and numbers, and the rules that say whose a call is: given out by the
 * platform's operators, read by each tenant as far as it concerns it.
 */
final class AllocationRoutes {
  private static final int MAX_FILE = 1 << 20;
  private static final int SHOWN = 1_000;
  private static final int REASON = 1_000;

  private final Directory directory;
  private final WhoseCallParts parts;
  private final RetentionTrials trials;
  private final ApprovalDesk desk;
  private final Acts acts;
  private final Clock clock;

  private AllocationRoutes(PortalParts parts, Acts acts) {
    this.directory = parts.directory();
    this.parts = parts.whoseCall();
    this.trials = parts.retention().trials();
    this.desk = parts.approvals();
    this.acts = acts;
    this.clock = parts.clock();
  }

  static List<Route> all(PortalParts parts, Acts acts) {
    AllocationRoutes routes = new AllocationRoutes(parts, acts);
    String path = Routes.API + "/allocation";
    return List.of(
        new Route(
            GET,
            path,
            new Needs(Permission.TENANT_MATCHING, Permission.SRCS_OWN),
            "allocation.view",
            routes::view),
        new Route(
            POST,
            path + "/{kind}",
            new Needs(Permission.TENANT_MATCHING),
            "allocation.ask",
            routes::allocate));
  }

  @JsonInclude(JsonInclude.Include.ALWAYS)
  private record NumberView(String number, @Nullable String holder) {
    static NumberView of(Directory.NumberRange range) {
      return new NumberView(range.digits() + (range.prefix() ? "*" : ""), range.userName());
    }
  }

  /**
   * A tenant.
   *
   * @param numbers at most 1,000 are shown; the count is of all
   */
  @JsonInclude(JsonInclude.Include.ALWAYS)
  private record TenantView(
      TenantSlug tenant,
      String name,
      ZoneId zone,
      Set<String> domains,
      int retentionYears,
      int guaranteedCalls,
      @Nullable Integer maxCalls,
      boolean numberScreening,
      boolean onTrial,
      int numberCount,
      List<NumberView> numbers) {
    static TenantView of(
        Directory.Tenant tenant, boolean onTrial, List<Directory.NumberRange> numbers) {
      return new TenantView(
          tenant.slug(),
          tenant.name(),
          tenant.zone(),
          new TreeSet<>(tenant.domains()),
          tenant.retentionYears(),
          tenant.limits().guaranteed(),
          tenant.limits().max(),
          tenant.numberScreening(),
          onTrial,
          numbers.size(),
          numbers.stream().limit(SHOWN).map(NumberView::of).toList());
    }
  }

  /**
   * A rule.
   *
   * @param position among all rules, from 1
   */
  @JsonInclude(JsonInclude.Include.ALWAYS)
  private record RuleView(
      int position,
      String rule,
      MatchingRule.Kind looksAt,
      @Nullable String header,
      String value,
      TenantSlug tenant) {}

  private record AllocationView(List<TenantView> tenants, List<RuleView> rules) {}

  private Route.Prepared view(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of());
    Principal asking = Objects.requireNonNull(principal);
    boolean all = asking.may(Permission.TENANT_MATCHING);
    return Route.Prepared.of(
        _ -> {
          List<TenantView> tenants =
              directory.tenants().stream()
                  .filter(tenant -> all || tenant.slug().equals(asking.slug()))
                  .filter(tenant -> !tenant.slug().equals(TenantSlug.PLATFORM))
                  .map(
                      tenant ->
                          TenantView.of(
                              tenant,
                              trials.of(tenant.slug()).filter(Trial::running).isPresent(),
                              directory.numbers(tenant.slug())))
                  .toList();
          List<RuleView> rules = new ArrayList<>();
          int position = 0;
          for (MatchingRule rule : directory.rules()) {
            position++;
            if (all || rule.tenant().equals(asking.slug())) {
              rules.add(
                  new RuleView(
                      position,
                      rule.name(),
                      rule.kind(),
                      rule.header(),
                      rule.value(),
                      rule.tenant()));
            }
          }
          SessionRoutes.json(http, 200, new AllocationView(tenants, rules));
        });
  }

  private record ChangeView(String object, TenantSlug tenant, String before, String after) {}

  /**
   * At most 1,000 bad cells and changes are shown; the counts are of all.
   *
   * @param approval what is to be decided by another person, if something is
   */
  @JsonInclude(JsonInclude.Include.ALWAYS)
  private record PlanView(
      AllocationKind kind,
      int rows,
      boolean applied,
      int badCount,
      List<BadCell> bad,
      int changeCount,
      List<ChangeView> changes,
      ApprovalViews.@Nullable View approval) {
    static PlanView of(
        AllocationPlan plan, boolean applied, ApprovalViews.@Nullable View approval) {
      return new PlanView(
          plan.kind(),
          plan.rows(),
          applied,
          plan.bad().size(),
          plan.bad().stream().limit(SHOWN).toList(),
          plan.changes().size(),
          plan.changes().stream()
              .limit(SHOWN)
              .map(
                  change ->
                      new ChangeView(
                          change.object(), change.tenant(), change.before(), change.after()))
              .toList(),
          approval);
    }
  }

  private record JsonRows(@Nullable List<Map<String, String>> rows) {}

  private Route.Prepared allocate(Context http, @Nullable Principal principal) throws Exception {
    Request.allowParameters(http, Set.of("dryRun", "reason"));
    Principal asking = Objects.requireNonNull(principal);
    AllocationKind kind = kind(http);
    boolean dry = Request.flag(http, "dryRun");
    String reason = Request.parameter(http, "reason", REASON);
    if (!dry && kind.changesMatching() && reason == null) {
      throw ProblemException.malformed(
          "reason", "reason is missing: whoever decides is told it. A dry run needs none.");
    }
    String type = String.valueOf(http.contentType()).split(";", 2)[0].strip();
    boolean csv = type.toLowerCase(Locale.ROOT).equals("text/csv");
    byte[] file = csv ? Request.bytes(http, MAX_FILE) : new byte[0];
    List<Map<String, String>> rows =
        csv ? List.of() : rows(Request.body(http, JsonRows.class, null));
    UUID id = UUID.randomUUID();
    Map<String, String> details = new TreeMap<>();
    details.put("kind", kind.wireName());
    details.put("dryRun", Boolean.toString(dry));
    if (reason != null) {
      details.put("reason", reason);
    }
    return new Route.Prepared(
        "allocation:" + kind.wireName(),
        details,
        _ -> {
          AllocationPlan plan =
              csv
                  ? AllocationPlan.of(file, kind, directory, clock.instant())
                  : AllocationPlan.of(rows, kind, directory, clock.instant());
          if (dry) {
            SessionRoutes.json(http, 200, PlanView.of(plan, false, null));
            return;
          }
          refuseBad(plan);
          if (kind.changesMatching() && !plan.changes().isEmpty()) {
            SessionRoutes.json(
                http, 202, PlanView.of(plan, false, ask(asking, id, plan, String.valueOf(reason))));
          } else {
            apply(asking, plan);
            SessionRoutes.json(http, 200, PlanView.of(plan, true, null));
          }
        });
  }

  private static AllocationKind kind(Context http) {
    try {
      return WireName.parse(AllocationKind.class, http.pathParam("kind"));
    } catch (IllegalArgumentException _) {
      throw ProblemException.notFound(
          "What is allocated are tenants, numbers, rules or recording clients (srcs).");
    }
  }

  private static List<Map<String, String>> rows(JsonRows body) {
    List<Map<String, String>> rows = body.rows();
    if (rows == null) {
      throw ProblemException.malformed(
          "rows", "Member 'rows' is missing: a list of objects with the columns as members.");
    }
    for (Map<String, String> row : rows) {
      if (row == null || row.values().stream().anyMatch(Objects::isNull)) {
        throw ProblemException.malformed("rows", "A row, or a cell of one, is null.");
      }
    }
    return rows;
  }

  private static void refuseBad(AllocationPlan plan) {
    if (!plan.bad().isEmpty()) {
      throw ProblemException.of(
          422,
          "bad-rows",
          "Not allocated",
          "%d cells are wrong, so nothing was done; a dry run lists them. The first: %s."
              .formatted(plan.bad().size(), plan.bad().getFirst().text()));
    }
  }

  private ApprovalViews.View ask(Principal asking, UUID id, AllocationPlan plan, String reason) {
    if (plan.changes().size() > AllocationAct.MOST) {
      throw ProblemException.of(
          422,
          "too-many-changes",
          "Not asked for",
          "%d changes are more than a person can decide on at once; give at most %d, or the file on the command line."
              .formatted(plan.changes().size(), AllocationAct.MOST));
    }
    AskedAct act = AllocationAct.asked(plan);
    return desk.view(
        asking, desk.ask(asking, id, ApprovalKind.TENANT_MATCHING_SET, act, Set.of(), reason));
  }

  /** Enters each change before any is made, and each outcome after. */
  private void apply(Principal asking, AllocationPlan plan) {
    List<Acts.Act> begun = new ArrayList<>();
    String outcome = "failed";
    try {
      for (AllocationPlan.Change change : plan.changes()) {
        begun.add(
            acts.begin(
                change.tenant(),
                asking.actor(),
                change.action(),
                change.object(),
                change.details()));
      }
      AccessRequest.change(
          () -> {
            plan.apply(directory, parts.tenants(), asking.actor());
            return plan;
          });
      outcome = Acts.DONE;
    } catch (RuntimeException e) {
      outcome = Problems.of(e).outcome();
      throw e;
    } finally {
      for (Acts.Act act : begun) {
        acts.end(act, outcome);
      }
    }
  }
}
