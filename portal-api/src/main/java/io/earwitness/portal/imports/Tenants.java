package io.earwitness.portal.imports;

import io.earwitness.archive.catalog.Directory;
import io.earwitness.call.TenantSlug;
import io.earwitness.portal.imports.CsvTable.Row;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The tenants that rows name. */
final class Tenants {
  private final Set<TenantSlug> slugs;

  Tenants(Directory directory) {
    slugs = directory.tenants().stream().map(Directory.Tenant::slug).collect(Collectors.toSet());
  }

  List<TenantSlug> all() {
    return slugs.stream().sorted().toList();
  }

  /** The tenant in a row; one that is not there is noted as bad. */
  Optional<TenantSlug> named(Row row, List<BadCell> bad) {
    String cell = row.cell("tenant");
    Optional<TenantSlug> found =
        slugs.stream().filter(slug -> slug.value().equals(cell)).findFirst();
    if (found.isEmpty()) {
      bad.add(row.bad("tenant", "a tenant that is there"));
    } else if (found.get().equals(TenantSlug.PLATFORM)) {
      bad.add(row.bad("tenant", "a tenant; the platform has no calls but the quarantine"));
      return Optional.empty();
    }
    return found;
  }
}
