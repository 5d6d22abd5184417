package io.earwitness.portal.imports;

import io.earwitness.archive.catalog.Directory;
import io.earwitness.archive.catalog.Directory.NumberRange;
import io.earwitness.archive.catalog.DirectoryImport;
import io.earwitness.archive.numbering.E164;
import io.earwitness.call.TenantSlug;
import io.earwitness.portal.imports.AllocationPlan.Change;
import io.earwitness.portal.imports.CsvTable.Row;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Rows that give numbers to tenants: a number, all that begin so ({@code +4930*}), or a span
 * ({@code +4930100..+4930199}).
 */
final class AllocatedNumbers {
  private final Instant now;
  private final List<BadCell> bad;
  private final List<Change> changes;
  private final Tenants tenants;
  private final List<NumberRange> taken = new ArrayList<>();

  AllocatedNumbers(Directory directory, Instant now, List<BadCell> bad, List<Change> changes) {
    this.now = now;
    this.bad = bad;
    this.changes = changes;
    this.tenants = new Tenants(directory);
    tenants.all().forEach(slug -> taken.addAll(directory.numbers(slug)));
  }

  void read(List<Row> rows) {
    for (Row row : rows) {
      Optional<TenantSlug> tenant = tenants.named(row, bad);
      for (String piece : pieces(row)) {
        tenant.ifPresent(slug -> range(row, piece, slug));
      }
    }
  }

  /** Whole numbers, and prefixes with an asterisk. */
  private List<String> pieces(Row row) {
    String cell = row.cell("number");
    int span = cell.indexOf("..");
    try {
      if (span > 0) {
        return E164.span(digits(cell.substring(0, span)), digits(cell.substring(span + 2)));
      }
      boolean prefix = cell.endsWith("*");
      return List.of(
          digits(prefix ? cell.substring(0, cell.length() - 1) : cell) + (prefix ? "*" : ""));
    } catch (IllegalArgumentException e) {
      bad.add(row.bad("number", String.valueOf(e.getMessage())));
      return List.of();
    }
  }

  private static String digits(String written) {
    return DirectoryImport.digits(written)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "1 to 32 digits, a leading + for E.164; * at the end for all that begin so, or a span as +4930100..+4930199"));
  }

  private void range(Row row, String piece, TenantSlug tenant) {
    boolean prefix = piece.endsWith("*");
    String digits = prefix ? piece.substring(0, piece.length() - 1) : piece;
    Optional<String> problem = E164.problem(digits, prefix);
    if (problem.isPresent()) {
      bad.add(row.bad("number", problem.get()));
      return;
    }
    NumberRange wanted = new NumberRange(tenant, digits, prefix, null, now);
    boolean there = false;
    for (NumberRange other : taken) {
      if (!other.tenant().equals(tenant) && overlap(wanted, other)) {
        bad.add(
            row.bad(
                "number",
                "no overlap with %s of tenant %s".formatted(text(other), other.tenant())));
        return;
      }
      there |= other.digits().equals(digits) && other.prefix() == prefix;
    }
    if (!there) {
      taken.add(wanted);
      changes.add(
          new Change(
              "number.add",
              "number:" + piece,
              tenant,
              Map.of("tenant", tenant.value()),
              "",
              "%s → %s".formatted(piece, tenant),
              wanted,
              null));
    }
  }

  private static boolean overlap(NumberRange one, NumberRange other) {
    return within(one, other) || within(other, one);
  }

  private static boolean within(NumberRange inner, NumberRange outer) {
    return outer.prefix()
        ? inner.digits().startsWith(outer.digits())
        : !inner.prefix() && inner.digits().equals(outer.digits());
  }

  private static String text(NumberRange range) {
    return range.digits() + (range.prefix() ? "*" : "");
  }
}
