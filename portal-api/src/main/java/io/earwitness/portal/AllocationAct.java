package io.earwitness.portal;

import com.fasterxml.jackson.core.type.TypeReference;
import io.earwitness.approval.AskedAct;
import io.earwitness.archive.catalog.Directory;
import io.earwitness.call.WireName;
import io.earwitness.json.Json;
import io.earwitness.portal.imports.AllocationKind;
import io.earwitness.portal.imports.AllocationPlan;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Does what a file gives out. What is approved is the file's rows; what they change is found again
 * when it is done, and must still be what was shown.
 */
final class AllocationAct implements ApprovedAct {
  /** So many changes can be asked for at once. */
  static final int MOST = 200;

  private static final String ROWS = "rows";
  private static final String KIND = "allocation";

  private final Directory directory;
  private final InstantSource clock;

  AllocationAct(Directory directory, InstantSource clock) {
    this.directory = directory;
    this.clock = clock;
  }

  /** Whether an act is one of these. */
  static boolean is(AskedAct act) {
    return act.after().containsKey(KIND);
  }

  static AskedAct asked(AllocationPlan plan) {
    SortedMap<String, String> before = facts(plan, false);
    SortedMap<String, String> after = facts(plan, true);
    after.put(KIND, plan.kind().wireName());
    after.put(ROWS, Json.text(plan.given()));
    return new AskedAct(plan.tenant(), "allocation:" + plan.kind().wireName(), before, after);
  }

  private static SortedMap<String, String> facts(AllocationPlan plan, boolean after) {
    TreeMap<String, String> facts = new TreeMap<>();
    int number = 0;
    for (AllocationPlan.Change change : plan.changes()) {
      number++;
      facts.put(
          "change %03d: %s".formatted(number, change.object()),
          after ? change.after() : change.before());
    }
    return facts;
  }

  private AllocationPlan plan(AskedAct act) {
    try {
      List<Map<String, String>> rows =
          Json.mapper().readValue(Facts.required(act.after(), ROWS), new TypeReference<>() {});
      return AllocationPlan.of(
          rows,
          WireName.parse(AllocationKind.class, Facts.required(act.after(), KIND)),
          directory,
          clock.instant());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public SortedMap<String, String> present(AskedAct act) {
    AllocationPlan plan = plan(act);
    return plan.bad().isEmpty() && plan.changes().isEmpty()
        ? new TreeMap<>(act.after())
        : facts(plan, false);
  }

  @Override
  public void run(AskedAct act, String actor) {
    AllocationPlan plan = plan(act);
    if (!plan.bad().isEmpty()) {
      throw new IllegalArgumentException(plan.bad().getFirst().text());
    }
    plan.apply(
        directory,
        (tenant, _, _) -> {
          throw new IllegalArgumentException("tenant " + tenant.slug() + " can't be made so");
        },
        actor);
  }

  @Override
  public String action(AskedAct act) {
    return "allocation.set";
  }

  @Override
  public Map<String, String> details(AskedAct act) {
    TreeMap<String, String> details = new TreeMap<>(act.after());
    details.remove(ROWS);
    return details;
  }
}
