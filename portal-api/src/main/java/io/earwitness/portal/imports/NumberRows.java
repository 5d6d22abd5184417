package io.earwitness.portal.imports;

import static io.earwitness.portal.imports.ImportPlan.NONE;

import io.earwitness.access.AccessSnapshot;
import io.earwitness.access.Person;
import io.earwitness.archive.catalog.Directory.NumberRange;
import io.earwitness.archive.catalog.DirectoryImport;
import io.earwitness.portal.imports.CsvTable.Row;
import io.earwitness.portal.imports.ImportPlan.Change;
import io.earwitness.portal.imports.ImportPlan.Limits;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Rows about numbers and their holders; a star at a number's end means all that begin so. */
final class NumberRows {
  private final Instant now;
  private final Limits limits;
  private final List<BadCell> bad;
  private final List<Change> changes;
  private final Map<String, Person> people;
  private final Map<String, NumberRange> present = new HashMap<>();

  NumberRows(
      AccessSnapshot directory,
      List<NumberRange> numbers,
      Instant now,
      Limits limits,
      List<BadCell> bad,
      List<Change> changes) {
    this.now = now;
    this.limits = limits;
    this.bad = bad;
    this.changes = changes;
    this.people = PeopleRows.byName(directory);
    numbers.forEach(range -> present.put(key(range.digits(), range.prefix()), range));
  }

  private static String key(String digits, boolean prefix) {
    return prefix ? digits + "*" : digits;
  }

  void read(List<Row> rows) {
    Set<String> seen = new HashSet<>();
    for (Row row : rows) {
      String cell = row.cell("number");
      boolean prefix = cell.endsWith("*");
      Optional<String> digits =
          DirectoryImport.digits(prefix ? cell.substring(0, cell.length() - 1) : cell);
      if (digits.isEmpty()) {
        bad.add(
            row.bad("number", "1 to 32 digits, a leading + for E.164, * at the end for a range"));
        continue;
      }
      String key = key(digits.get(), prefix);
      if (!seen.add(key)) {
        bad.add(row.bad("number", "each number once in the file"));
      } else if (limits.ownRangesOnly() && !covered(digits.get())) {
        bad.add(row.bad("number", "a number in a range of this tenant; ranges are the operator's"));
      } else {
        change(row, digits.get(), prefix, present.get(key));
      }
    }
  }

  /** Whether a number lies in one of the tenant's ranges: a prefix of it is one, or itself. */
  private boolean covered(String digits) {
    if (present.containsKey(key(digits, false))) {
      return true;
    }
    for (int length = digits.length(); length > 0; length--) {
      if (present.containsKey(key(digits.substring(0, length), true))) {
        return true;
      }
    }
    return false;
  }

  private void change(Row row, String digits, boolean prefix, @Nullable NumberRange there) {
    String cell = row.cell("user");
    String before = there == null || there.userName() == null ? "" : there.userName();
    String wanted = cell.isEmpty() ? before : cell.equals(NONE) ? "" : cell;
    if (there != null && wanted.equals(before)) {
      return;
    }
    Person holder = wanted.isEmpty() ? null : people.get(wanted.toLowerCase(Locale.ROOT));
    if (!wanted.isEmpty() && (holder == null || !holder.isActive(now))) {
      bad.add(row.bad("user", "an account that is there and can be used, or - for nobody"));
      return;
    }
    if (holder != null && holder.id().equals(limits.actorId())) {
      bad.add(row.bad("user", "another person: nobody takes a number on himself or herself"));
      return;
    }
    TreeMap<String, String> details = new TreeMap<>();
    ImportPlan.changes(details, "holder", before, holder == null ? NONE : holder.name());
    changes.add(
        new Change(
            "number.import",
            "number:" + key(digits, prefix),
            details,
            List.of(),
            new DirectoryImport.Number(digits, prefix, holder == null ? null : holder.id())));
  }
}
