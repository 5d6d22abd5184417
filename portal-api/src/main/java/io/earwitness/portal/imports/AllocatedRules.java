package io.earwitness.portal.imports;

import io.earwitness.archive.catalog.Directory;
import io.earwitness.call.MatchingRule;
import io.earwitness.call.TenantSlug;
import io.earwitness.call.WireName;
import io.earwitness.portal.imports.AllocationPlan.Change;
import io.earwitness.portal.imports.CsvTable.Row;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Rows that are all rules which say whose a call is, in their order. */
final class AllocatedRules {
  private static final String KINDS =
      Arrays.stream(MatchingRule.Kind.values())
          .map(WireName::wireName)
          .collect(Collectors.joining(", "));

  private final Directory directory;
  private final List<BadCell> bad;
  private final List<Change> changes;
  private final Tenants tenants;

  AllocatedRules(Directory directory, List<BadCell> bad, List<Change> changes) {
    this.directory = directory;
    this.bad = bad;
    this.changes = changes;
    this.tenants = new Tenants(directory);
  }

  void read(List<Row> rows) {
    List<MatchingRule> rules = new ArrayList<>();
    Map<String, MatchingRule> names = new HashMap<>();
    for (Row row : rows) {
      rule(row).ifPresent(rule -> take(row, rule, rules, names));
    }
    List<MatchingRule> present = directory.rules();
    if (!bad.isEmpty() || rules.equals(present)) {
      return;
    }
    List<TenantSlug> concerned =
        Stream.concat(present.stream(), rules.stream())
            .map(MatchingRule::tenant)
            .distinct()
            .toList();
    changes.add(
        new Change(
            "matching-rules.set",
            "matching-rules",
            concerned.size() == 1 ? concerned.getFirst() : TenantSlug.PLATFORM,
            Map.of("rules", text(rules)),
            text(present),
            text(rules),
            null,
            (there, _, actor) -> there.setRules(rules, actor)));
  }

  private void take(
      Row row, MatchingRule rule, List<MatchingRule> rules, Map<String, MatchingRule> names) {
    if (names.put(rule.name().toLowerCase(Locale.ROOT), rule) != null) {
      bad.add(row.bad("rule", "each name once"));
      return;
    }
    for (MatchingRule before : rules) {
      if (before.isSameCondition(rule)) {
        bad.add(row.bad("value", "something else than rule '" + before.name() + "' looks for"));
        return;
      }
    }
    rules.add(rule);
  }

  private Optional<MatchingRule> rule(Row row) {
    Optional<TenantSlug> tenant = tenants.named(row, bad);
    MatchingRule.Kind kind;
    try {
      kind = WireName.parse(MatchingRule.Kind.class, row.cell("looks-at"));
    } catch (IllegalArgumentException _) {
      bad.add(row.bad("looks-at", "one of " + KINDS));
      return Optional.empty();
    }
    if (tenant.isEmpty()) {
      return Optional.empty();
    }
    String header = row.cell("header");
    try {
      return Optional.of(
          new MatchingRule(
              row.cell("rule"),
              kind,
              header.isEmpty() ? null : header,
              row.cell("value"),
              tenant.get()));
    } catch (IllegalArgumentException e) {
      bad.add(row.bad("value", String.valueOf(e.getMessage())));
      return Optional.empty();
    }
  }

  /** All rules in their order, one a line. */
  private static String text(List<MatchingRule> rules) {
    StringBuilder lines = new StringBuilder();
    for (MatchingRule rule : rules) {
      lines
          .append(lines.isEmpty() ? "" : "\n")
          .append("%s: %s".formatted(rule.name(), rule.text()));
    }
    return lines.toString();
  }
}
