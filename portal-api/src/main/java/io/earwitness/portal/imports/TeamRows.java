package io.earwitness.portal.imports;

import static io.earwitness.portal.imports.ImportPlan.MAX_NAME;
import static io.earwitness.portal.imports.ImportPlan.NONE;

import io.earwitness.access.AccessSnapshot;
import io.earwitness.access.SeparationOfDuties;
import io.earwitness.access.Team;
import io.earwitness.archive.catalog.DirectoryImport.Step;
import io.earwitness.portal.imports.CsvTable.Row;
import io.earwitness.portal.imports.ImportPlan.Change;
import io.earwitness.portal.imports.ImportPlan.Limits;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Rows about teams; one may be put below another that the file makes, wherever that stands. */
final class TeamRows {
  private final AccessSnapshot directory;
  private final Instant now;
  private final Limits limits;
  private final List<BadCell> bad;
  private final List<Change> changes;

  /** Ids by name, of the teams that are there and of those that the file makes. */
  private final Map<String, String> ids = new HashMap<>();

  private final Map<String, @Nullable String> parents = new HashMap<>();

  TeamRows(
      AccessSnapshot directory,
      Instant now,
      Limits limits,
      List<BadCell> bad,
      List<Change> changes) {
    this.directory = directory;
    this.now = now;
    this.limits = limits;
    this.bad = bad;
    this.changes = changes;
    for (Team team : directory.teams().values()) {
      ids.put(team.name(), team.id());
      parents.put(team.id(), team.parent(now));
    }
  }

  void read(List<Row> rows) {
    Set<String> seen = new HashSet<>();
    for (Row row : rows) {
      String name = row.cell("team");
      if (name.isEmpty() || name.length() > MAX_NAME || name.equals(NONE)) {
        bad.add(row.bad("team", "a team's name of at most %d characters".formatted(MAX_NAME)));
      } else if (!seen.add(name)) {
        bad.add(row.bad("team", "each team once in the file"));
      } else {
        ids.computeIfAbsent(name, _ -> UUID.randomUUID().toString());
      }
    }
    if (!bad.isEmpty()) {
      return;
    }
    for (Row row : rows) {
      place(row);
    }
    for (Row row : rows) {
      refuseCircle(row);
    }
    if (bad.isEmpty()) {
      // Each team after the one that it is to be below
      rows.stream().sorted(Comparator.comparing(this::depth)).forEach(this::change);
    }
  }

  private String id(Row row) {
    return Objects.requireNonNull(ids.get(row.cell("team")));
  }

  private void place(Row row) {
    String parent = row.cell("parent");
    if (parent.isEmpty()) {
      return;
    }
    String above = parent.equals(NONE) ? null : ids.get(parent);
    if (above == null && !parent.equals(NONE)) {
      bad.add(row.bad("parent", "a team that is there or in this file, or - for the top"));
      return;
    }
    parents.put(id(row), above);
  }

  private void refuseCircle(Row row) {
    String id = id(row);
    Set<String> passed = new HashSet<>(Set.of(id));
    for (String above = parents.get(id); above != null; above = parents.get(above)) {
      if (!passed.add(above)) {
        bad.add(row.bad("parent", "a team that isn't below this one"));
        return;
      }
    }
  }

  private int depth(Row row) {
    int depth = 0;
    for (String above = parents.get(id(row)); above != null; above = parents.get(above)) {
      depth++;
    }
    return depth;
  }

  private void change(Row row) {
    String name = row.cell("team");
    String id = id(row);
    Team present = directory.teams().get(id);
    String before = present == null ? null : present.parent(now);
    String after = parents.get(id);
    TreeMap<String, String> details = new TreeMap<>();
    List<Step> steps = new ArrayList<>();
    if (!Objects.equals(before, after)) {
      ImportPlan.changes(details, "parent", name(before), after == null ? NONE : name(after));
    }
    if (present == null) {
      steps.add(new Step.AddTeam(id, name, after));
    } else if (!Objects.equals(before, after)) {
      steps.add(new Step.MoveTeam(id, after));
      if (limits.actorId() != null && isThere(after)) {
        SeparationOfDuties.move(directory, limits.actorId(), id, after, now)
            .ifPresent(problem -> bad.add(row.bad("parent", "another place: " + problem)));
      }
    }
    if (!steps.isEmpty()) {
      changes.add(new Change("team.import", "team:" + name, details, steps, null));
    }
  }

  private boolean isThere(@Nullable String team) {
    return team == null || directory.teams().containsKey(team);
  }

  private String name(@Nullable String id) {
    return ids.entrySet().stream()
        .filter(each -> each.getValue().equals(id))
        .map(Map.Entry::getKey)
        .findFirst()
        .orElse("");
  }
}
