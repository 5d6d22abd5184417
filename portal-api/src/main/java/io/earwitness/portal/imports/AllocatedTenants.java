package io.earwitness.portal.imports;

import io.earwitness.archive.catalog.Directory;
import io.earwitness.call.CallLimits;
import io.earwitness.call.TenantSlug;
import io.earwitness.portal.imports.AllocationPlan.Change;
import io.earwitness.portal.imports.CsvTable.Row;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Rows that are tenants. An empty cell leaves things as they are; name, zone, domains, retention
 * and whether it begins on trial are given when a tenant is made, and are not changed by a file.
 */
final class AllocatedTenants {
  private static final String NONE = ImportPlan.NONE;

  private final List<BadCell> bad;
  private final List<Change> changes;
  private final Map<TenantSlug, Directory.Tenant> present = new HashMap<>();
  private final Map<String, TenantSlug> domains = new HashMap<>();

  AllocatedTenants(Directory directory, List<BadCell> bad, List<Change> changes) {
    this.bad = bad;
    this.changes = changes;
    for (Directory.Tenant tenant : directory.tenants()) {
      present.put(tenant.slug(), tenant);
      tenant.domains().forEach(domain -> domains.put(domain, tenant.slug()));
    }
  }

  void read(List<Row> rows) {
    Set<TenantSlug> seen = new HashSet<>();
    for (Row row : rows) {
      TenantSlug slug = cell(row, "tenant", TenantSlug::new);
      if (slug == null) {
        continue;
      }
      if (!seen.add(slug)) {
        bad.add(row.bad("tenant", "each tenant once in the file"));
      } else if (slug.equals(TenantSlug.PLATFORM)) {
        bad.add(row.bad("tenant", "a tenant; the platform is none"));
      } else {
        tenant(row, slug);
      }
    }
  }

  private void tenant(Row row, TenantSlug slug) {
    Directory.Tenant now = present.get(slug);
    int before = bad.size();
    Directory.Tenant base =
        now == null ? new Directory.Tenant(slug, "", ZoneId.of("UTC"), Set.of(), 1) : now;
    String name = row.cell("name").isEmpty() ? base.name() : row.cell("name");
    ZoneId zone = or(cell(row, "zone", AllocatedTenants::zone), base.zone());
    Set<String> hosts = or(cell(row, "domains", AllocatedTenants::hosts), base.domains());
    int years =
        or(cell(row, "retention-years", text -> number(text, 1, 100)), base.retentionYears());
    Integer guaranteed = cell(row, "guaranteed-calls", text -> number(text, 0, 100_000));
    Integer max = base.limits().max();
    if (row.cell("max-calls").equals(NONE)) {
      max = null;
    } else if (!row.cell("max-calls").isEmpty()) {
      max = cell(row, "max-calls", text -> number(text, 1, 100_000));
    }
    boolean screened =
        or(cell(row, "number-screening", AllocatedTenants::truth), base.numberScreening());
    boolean trial = or(cell(row, "trial", AllocatedTenants::truth), false);
    CallLimits limits = null;
    try {
      limits = new CallLimits(or(guaranteed, base.limits().guaranteed()), max);
    } catch (IllegalArgumentException e) {
      bad.add(row.bad("max-calls", String.valueOf(e.getMessage())));
    }
    if (name.isEmpty() || name.length() > ImportPlan.MAX_NAME) {
      bad.add(row.bad("name", "a name for people of at most 200 characters"));
    }
    for (String host : hosts) {
      TenantSlug owner = domains.putIfAbsent(host, slug);
      if (owner != null && !owner.equals(slug)) {
        bad.add(
            row.bad("domains", "no domain of another tenant: %s is %s's".formatted(host, owner)));
      }
    }
    if (bad.size() > before || limits == null) {
      return;
    }
    Directory.Tenant wanted =
        new Directory.Tenant(slug, name, zone, hosts, years, limits, screened);
    if (now == null) {
      make(wanted, trial);
    } else {
      change(row, now, wanted);
    }
  }

  private void make(Directory.Tenant wanted, boolean trial) {
    changes.add(
        new Change(
            // Whoever makes it enters that it was added
            "tenant.allocate",
            "tenant:" + wanted.slug(),
            wanted.slug(),
            Map.of(
                "name", wanted.name(),
                "zone", wanted.zone().getId(),
                "trial", Boolean.toString(trial)),
            "",
            text(wanted) + (trial ? ", on trial" : ""),
            null,
            (_, tenants, actor) -> tenants.make(wanted, trial, actor)));
  }

  private void change(Row row, Directory.Tenant now, Directory.Tenant wanted) {
    int before = bad.size();
    fixed(row, "name", now.name().equals(wanted.name()), now.name());
    fixed(row, "zone", now.zone().equals(wanted.zone()), now.zone().getId());
    fixed(
        row,
        "domains",
        now.domains().equals(wanted.domains()),
        String.join("|", new TreeSet<>(now.domains())));
    fixed(
        row,
        "retention-years",
        now.retentionYears() == wanted.retentionYears(),
        Integer.toString(now.retentionYears()));
    if (bad.size() > before || now.equals(wanted)) {
      return;
    }
    TreeMap<String, String> details = new TreeMap<>();
    ImportPlan.changes(details, "calls", calls(now), calls(wanted));
    ImportPlan.changes(
        details,
        "numberScreening",
        Boolean.toString(now.numberScreening()),
        Boolean.toString(wanted.numberScreening()));
    changes.add(
        new Change(
            "tenant.set",
            "tenant:" + wanted.slug(),
            wanted.slug(),
            details,
            text(now),
            text(wanted),
            null,
            (directory, _, actor) -> {
              directory.setCallLimits(wanted.slug(), wanted.limits(), actor);
              directory.setNumberScreening(wanted.slug(), wanted.numberScreening(), actor);
            }));
  }

  private void fixed(Row row, String column, boolean same, String now) {
    if (!same) {
      bad.add(row.bad(column, "'%s', as it is; a file does not change it".formatted(now)));
    }
  }

  private static String calls(Directory.Tenant tenant) {
    Integer max = tenant.limits().max();
    return "%d guaranteed, at most %s"
        .formatted(tenant.limits().guaranteed(), max == null ? "any" : max.toString());
  }

  private static String text(Directory.Tenant tenant) {
    return "%s, calls: %s, numbers %sscreened"
        .formatted(tenant.name(), calls(tenant), tenant.numberScreening() ? "" : "not ");
  }

  /** What a cell says; null where it is empty, or bad, which is then noted. */
  private <T> @Nullable T cell(Row row, String column, Function<String, T> read) {
    String text = row.cell(column);
    if (text.isEmpty() && !column.equals("tenant")) {
      return null;
    }
    try {
      return read.apply(text);
    } catch (IllegalArgumentException | DateTimeException e) {
      bad.add(row.bad(column, String.valueOf(e.getMessage())));
      return null;
    }
  }

  private static <T> T or(@Nullable T given, T otherwise) {
    return given == null ? otherwise : given;
  }

  private static ZoneId zone(String text) {
    try {
      return ZoneId.of(text);
    } catch (DateTimeException e) {
      throw new IllegalArgumentException("an IANA zone, such as Europe/Berlin", e);
    }
  }

  private static Set<String> hosts(String text) {
    if (text.equals(NONE)) {
      return Set.of();
    }
    Set<String> hosts = new TreeSet<>();
    for (String host : Arrays.stream(text.split("\\|")).map(String::strip).toList()) {
      if (!host.matches("[A-Za-z0-9]([A-Za-z0-9.-]{0,250}[A-Za-z0-9])?")) {
        throw new IllegalArgumentException("host names, with | between them, or - for none");
      }
      hosts.add(host.toLowerCase(Locale.ROOT));
    }
    return hosts;
  }

  private static int number(String text, int least, int most) {
    String expected = "a whole number from %d to %d".formatted(least, most);
    try {
      int value = Integer.parseInt(text);
      if (value >= least && value <= most) {
        return value;
      }
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(expected, e);
    }
    throw new IllegalArgumentException(expected);
  }

  private static boolean truth(String text) {
    return switch (text) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new IllegalArgumentException("true or false");
    };
  }
}
