package io.earwitness.portal;

import io.earwitness.archive.catalog.AccessDirectory;
import io.earwitness.archive.catalog.Directory;
import io.earwitness.archive.catalog.DirectoryImport;
import io.earwitness.portal.imports.BadCell;
import io.earwitness.portal.imports.ImportKind;
import io.earwitness.portal.imports.ImportPlan;
import io.javalin.http.Context;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Import of people, teams and numbers from CSV: a dry run first, then all of it or nothing. */
final class ImportRoutes {
  private static final int MAX_FILE = 5 << 20;
  private static final int SHOWN = 1_000;

  private final Directory directory;
  private final AccessDirectory access;
  private final DirectoryImport imports;
  private final Acts acts;
  private final Clock clock;
  private final BreakGlassGuard guard;

  ImportRoutes(PortalParts parts, Acts acts) {
    this.directory = parts.directory();
    this.access = parts.access();
    this.imports = parts.people().imports();
    this.acts = acts;
    this.clock = parts.clock();
    this.guard = new BreakGlassGuard(parts.approvals());
  }

  private record ChangeView(String object, Map<String, String> details) {}

  /** At most 1,000 bad cells and changes are shown; the counts are of all. */
  private record ImportView(
      ImportKind kind,
      int rows,
      boolean applied,
      int badCount,
      List<BadCell> bad,
      int changeCount,
      List<ChangeView> changes) {
    static ImportView of(ImportKind kind, ImportPlan plan, boolean applied) {
      return new ImportView(
          kind,
          plan.rows(),
          applied,
          plan.bad().size(),
          plan.bad().stream().limit(SHOWN).toList(),
          plan.changes().size(),
          plan.changes().stream()
              .limit(SHOWN)
              .map(change -> new ChangeView(change.object(), change.details()))
              .toList());
    }
  }

  Route.Prepared run(Context http, @Nullable Principal principal) throws Exception {
    Request.allowParameters(http, Set.of("dryRun"));
    Principal asking = Objects.requireNonNull(principal);
    ImportKind kind = kind(http);
    boolean dry = Request.flag(http, "dryRun");
    String type = String.valueOf(http.contentType()).split(";", 2)[0].strip();
    if (!type.toLowerCase(Locale.ROOT).equals("text/csv")) {
      throw ProblemException.of(415, "not-csv", "Not CSV", "The body must be text/csv.");
    }
    byte[] file = Request.bytes(http, MAX_FILE);
    Map<String, String> details = new TreeMap<>();
    details.put("bytes", Integer.toString(file.length));
    details.put("dryRun", Boolean.toString(dry));
    return new Route.Prepared(
        "import:" + kind.wireName(),
        details,
        _ -> {
          guard.refuseGiving(asking);
          ImportPlan plan =
              ImportPlan.of(
                  file,
                  kind,
                  access.snapshot(asking.slug()),
                  kind == ImportKind.NUMBERS ? directory.numbers(asking.slug()) : List.of(),
                  clock.instant(),
                  new ImportPlan.Limits(asking.user().id(), true));
          if (!dry) {
            apply(asking, plan);
          }
          SessionRoutes.json(http, 200, ImportView.of(kind, plan, !dry));
        });
  }

  private static ImportKind kind(Context http) {
    try {
      return io.earwitness.call.WireName.parse(ImportKind.class, http.pathParam("kind"));
    } catch (IllegalArgumentException _) {
      throw ProblemException.notFound("Imports are of people, teams or numbers.");
    }
  }

  /** Enters each change before any is made, and each outcome after. */
  private void apply(Principal asking, ImportPlan plan) {
    if (!plan.bad().isEmpty()) {
      throw ProblemException.of(
          422,
          "bad-rows",
          "Not imported",
          "%d cells are wrong, so nothing was done; a dry run lists them. The first: %s."
              .formatted(plan.bad().size(), plan.bad().getFirst().text()));
    }
    List<Acts.Act> begun = new ArrayList<>();
    String outcome = "failed";
    try {
      for (ImportPlan.Change change : plan.changes()) {
        begun.add(
            acts.begin(
                asking.slug(), asking.actor(), change.action(), change.object(), change.details()));
      }
      AccessRequest.change(
          () -> {
            plan.apply(imports, asking.slug(), true, asking.actor());
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
