package io.earwitness.app;

import io.earwitness.access.Matter;
import io.earwitness.archive.catalog.Directory;
import io.earwitness.call.TenantSlug;

/** Finds by their names what people name on the command line. */
final class Names {
  private Names() {}

  static Directory.User user(Installation installation, TenantSlug tenant, String name) {
    return installation
        .directory()
        .user(tenant, name)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "tenant %s has no user '%s'; see 'user list'".formatted(tenant, name)));
  }

  /** By name, or else by id. */
  static Directory.Team team(Installation installation, TenantSlug tenant, String name) {
    var teams = installation.directory().teams(tenant);
    return teams.stream()
        .filter(team -> team.name().equals(name))
        .findFirst()
        .or(() -> teams.stream().filter(team -> team.id().equals(name)).findFirst())
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "tenant %s has no team '%s'; see 'team list'".formatted(tenant, name)));
  }

  static Matter matter(Installation installation, TenantSlug tenant, String name) {
    return installation.database().access().snapshot(tenant).matters().values().stream()
        .filter(matter -> matter.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "tenant %s has no matter '%s'; see 'matter list'".formatted(tenant, name)));
  }
}
