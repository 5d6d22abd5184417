package io.earwitness.portal.imports;

import io.earwitness.access.AccessSnapshot;
import io.earwitness.archive.catalog.Directory;
import io.earwitness.archive.catalog.DirectoryImport;
import io.earwitness.archive.catalog.DirectoryImport.Step;
import io.earwitness.call.TenantSlug;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a file would change. If anything in it is bad, nothing of it is done.
 *
 * @param rows how many the file has
 * @param changes one for each person, team or number that isn't as the file says
 */
public record ImportPlan(int rows, List<BadCell> bad, List<Change> changes) {
  /** What stands in a cell for none; an empty one leaves things as they are. */
  static final String NONE = "-";

  static final int MAX_NAME = 200;

  public ImportPlan {
    bad = List.copyOf(bad);
    changes = List.copyOf(changes);
  }

  /**
   * One change.
   *
   * @param action and the rest as in the audit trail
   * @param details what was before and is after
   */
  public record Change(
      String action,
      String object,
      Map<String, String> details,
      List<Step> steps,
      DirectoryImport.@Nullable Number number) {}

  /**
   * On whose behalf.
   *
   * @param actorId the person who asks, who widens no own access; null for the host's administrator
   * @param ownRangesOnly whether numbers must lie in the tenant's ranges
   */
  public record Limits(@Nullable String actorId, boolean ownRangesOnly) {
    /** The host's administrator, who is no person of a tenant. */
    public static final Limits HOST = new Limits(null, false);
  }

  /**
   * Works out what a file would change.
   *
   * @param numbers the tenant's, at present; needed for a file about numbers
   */
  public static ImportPlan of(
      byte[] file,
      ImportKind kind,
      AccessSnapshot directory,
      List<Directory.NumberRange> numbers,
      Instant clock,
      Limits limits) {
    CsvTable table = CsvTable.parse(file, kind.columns());
    if (table.rows().isEmpty() && !table.bad().isEmpty()) {
      return new ImportPlan(0, table.bad(), List.of());
    }
    List<BadCell> bad = new ArrayList<>(table.bad());
    List<Change> changes = new ArrayList<>();
    Instant now = directory.present(clock);
    switch (kind) {
      case PEOPLE -> new PeopleRows(directory, now, limits, bad, changes).read(table.rows());
      case TEAMS -> new TeamRows(directory, now, limits, bad, changes).read(table.rows());
      case NUMBERS ->
          new NumberRows(directory, numbers, now, limits, bad, changes).read(table.rows());
    }
    return new ImportPlan(table.rows().size(), bad, bad.isEmpty() ? changes : List.of());
  }

  /**
   * Does it, all or nothing.
   *
   * @throws IllegalArgumentException if something has changed meanwhile so that it can't be done
   */
  public void apply(
      DirectoryImport imports, TenantSlug tenant, boolean ownRangesOnly, String actor) {
    List<Step> steps = new ArrayList<>();
    changes.forEach(change -> steps.addAll(change.steps()));
    if (!steps.isEmpty()) {
      imports.apply(tenant, steps, actor);
    }
    List<DirectoryImport.Number> numbers = new ArrayList<>();
    for (Change change : changes) {
      if (change.number() != null) {
        numbers.add(change.number());
      }
    }
    if (!numbers.isEmpty()) {
      imports.applyNumbers(tenant, numbers, ownRangesOnly, actor);
    }
  }

  /** Notes in details what changes, if it does. */
  static boolean changes(
      TreeMap<String, String> details, String what, String before, String after) {
    if (before.equals(after)) {
      return false;
    }
    details.put(what, before.isEmpty() ? after : "%s → %s".formatted(before, after));
    return true;
  }
}
