package io.earwitness.portal.imports;

import io.earwitness.archive.catalog.Directory;
import io.earwitness.archive.catalog.Directory.NumberRange;
import io.earwitness.call.TenantSlug;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a file of the platform operator's would change. If anything in it is bad, nothing of it is
 * done; what is so already is no change, so the same file may be given again.
 *
 * @param rows how many the file has
 * @param given the rows as they were read, to be read again later
 */
public record AllocationPlan(
    AllocationKind kind,
    int rows,
    List<Map<String, String>> given,
    List<BadCell> bad,
    List<Change> changes) {
  public AllocationPlan {
    given = List.copyOf(given);
    bad = List.copyOf(bad);
    changes = List.copyOf(changes);
  }

  /** One thing that is done. */
  @FunctionalInterface
  interface Work {
    void run(Directory directory, TenantMaker tenants, String actor);
  }

  /**
   * One change.
   *
   * @param action and the rest as in the audit trail
   * @param tenant whom it concerns
   * @param before what is so now, in one line; empty if there is nothing
   * @param after what will be so, in one line
   * @param number one that is to be given out: all of a file's are given out at once
   * @param work anything else that is to be done
   */
  public record Change(
      String action,
      String object,
      TenantSlug tenant,
      Map<String, String> details,
      String before,
      String after,
      @Nullable NumberRange number,
      @Nullable Work work) {}

  /** Works out what a CSV file would change. */
  public static AllocationPlan of(
      byte[] file, AllocationKind kind, Directory directory, Instant now) {
    return of(CsvTable.parse(file, kind.columns()), kind, directory, now);
  }

  /** The same from rows that are no file. */
  public static AllocationPlan of(
      List<Map<String, String>> rows, AllocationKind kind, Directory directory, Instant now) {
    return of(CsvTable.of(rows, kind.columns()), kind, directory, now);
  }

  private static AllocationPlan of(
      CsvTable table, AllocationKind kind, Directory directory, Instant now) {
    List<BadCell> bad = new ArrayList<>(table.bad());
    List<Change> changes = new ArrayList<>();
    List<CsvTable.Row> rows = table.rows();
    // A file that can't be read has no rows, which for rules would mean that there are to be none
    if (bad.isEmpty()) {
      switch (kind) {
        case TENANTS -> new AllocatedTenants(directory, bad, changes).read(rows);
        case NUMBERS -> new AllocatedNumbers(directory, now, bad, changes).read(rows);
        case RULES -> new AllocatedRules(directory, bad, changes).read(rows);
        case SRCS -> new AllocatedSrcs(directory, bad, changes).read(rows);
      }
    }
    return new AllocationPlan(
        kind,
        rows.size(),
        rows.stream().map(CsvTable.Row::cells).toList(),
        bad,
        bad.isEmpty() ? changes : List.of());
  }

  /** The only tenant that the changes concern; the platform if there are several, or none. */
  public TenantSlug tenant() {
    List<TenantSlug> all = changes.stream().map(Change::tenant).distinct().toList();
    return all.size() == 1 ? all.getFirst() : TenantSlug.PLATFORM;
  }

  /**
   * Does it. Numbers are given out all at once or not at all.
   *
   * @throws IllegalArgumentException if something has changed meanwhile so that it can't be done;
   *     what is then done already is found so by the next try
   */
  public void apply(Directory directory, TenantMaker tenants, String actor) {
    List<NumberRange> numbers = new ArrayList<>();
    for (Change change : changes) {
      if (change.work() != null) {
        change.work().run(directory, tenants, actor);
      }
      if (change.number() != null) {
        numbers.add(change.number());
      }
    }
    if (!numbers.isEmpty()) {
      directory.addNumbers(numbers, actor);
    }
  }
}
