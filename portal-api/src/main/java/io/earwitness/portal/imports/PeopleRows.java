package io.earwitness.portal.imports;

import static io.earwitness.portal.imports.ImportPlan.MAX_NAME;
import static io.earwitness.portal.imports.ImportPlan.NONE;

import io.earwitness.access.AccessSnapshot;
import io.earwitness.access.AccountKind;
import io.earwitness.access.Person;
import io.earwitness.access.Role;
import io.earwitness.access.SeparationOfDuties;
import io.earwitness.access.Team;
import io.earwitness.archive.catalog.Directory;
import io.earwitness.archive.catalog.DirectoryImport.Step;
import io.earwitness.call.TenantSlug;
import io.earwitness.call.WireName;
import io.earwitness.portal.imports.CsvTable.Row;
import io.earwitness.portal.imports.ImportPlan.Change;
import io.earwitness.portal.imports.ImportPlan.Limits;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Rows about people. */
final class PeopleRows {
  private final AccessSnapshot directory;
  private final Instant now;
  private final Limits limits;
  private final List<BadCell> bad;
  private final List<Change> changes;
  private final Map<String, Person> byName;
  private final Map<String, Team> teams;
  private final Set<String> seen = new HashSet<>();

  PeopleRows(
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
    this.byName = byName(directory);
    this.teams = directory.teams().values().stream().collect(Collectors.toMap(Team::name, t -> t));
  }

  /** People by their names in lower case. */
  static Map<String, Person> byName(AccessSnapshot directory) {
    return directory.people().values().stream()
        .collect(
            Collectors.toMap(
                person -> person.name().toLowerCase(Locale.ROOT),
                person -> person,
                (one, _) -> one));
  }

  void read(List<Row> rows) {
    for (Row row : rows) {
      int before = bad.size();
      Wanted wanted = wanted(row);
      if (bad.size() == before && wanted != null) {
        change(row, wanted);
      }
    }
  }

  /** What a row asks for; null is as it is. */
  private record Wanted(
      String name,
      @Nullable Person present,
      @Nullable String displayName,
      @Nullable Set<Role> roles,
      @Nullable Set<String> teamIds,
      @Nullable Boolean active) {}

  private @Nullable Wanted wanted(Row row) {
    String name = row.cell("user");
    if (name.isEmpty() || name.length() > MAX_NAME) {
      bad.add(row.bad("user", "an account's name of at most %d characters".formatted(MAX_NAME)));
      return null;
    }
    if (!seen.add(name.toLowerCase(Locale.ROOT))) {
      bad.add(row.bad("user", "each account once in the file"));
      return null;
    }
    Person present = byName.get(name.toLowerCase(Locale.ROOT));
    if (present != null && !present.name().equals(name)) {
      bad.add(row.bad("user", "'%s', as the account is written".formatted(present.name())));
    }
    if (present != null && present.kind() != AccountKind.PERSON) {
      bad.add(
          row.bad(
              "user",
              "a person's account; this is a %s account".formatted(present.kind().wireName())));
    }
    String display = row.cell("name");
    if (display.length() > MAX_NAME) {
      bad.add(row.bad("name", "at most %d characters".formatted(MAX_NAME)));
    }
    return new Wanted(
        name, present, display.isEmpty() ? null : display, roles(row), teams(row), active(row));
  }

  private static List<String> parts(String cell) {
    return cell.equals(NONE)
        ? List.of()
        : Arrays.stream(cell.split("\\|")).map(String::strip).toList();
  }

  private @Nullable Set<Role> roles(Row row) {
    String cell = row.cell("roles");
    if (cell.isEmpty()) {
      return null;
    }
    EnumSet<Role> roles = EnumSet.noneOf(Role.class);
    for (String part : parts(cell)) {
      try {
        roles.add(WireName.parse(Role.class, part));
      } catch (IllegalArgumentException _) {
        bad.add(
            row.bad(
                "roles",
                "of %s those wanted, parted by |, or - for none"
                    .formatted(
                        Arrays.stream(Role.values())
                            .map(Role::wireName)
                            .collect(Collectors.joining(", ")))));
        return null;
      }
    }
    if (roles.contains(Role.OPERATOR) && !directory.tenant().equals(TenantSlug.PLATFORM)) {
      bad.add(row.bad("roles", "no operator: those belong to the platform's own tenant"));
    }
    return roles;
  }

  private @Nullable Set<String> teams(Row row) {
    String cell = row.cell("teams");
    if (cell.isEmpty()) {
      return null;
    }
    Set<String> ids = new TreeSet<>();
    for (String part : parts(cell)) {
      Team team = teams.get(part);
      if (team == null) {
        bad.add(row.bad("teams", "names of teams that are there, parted by |, or - for none"));
        return null;
      }
      ids.add(team.id());
    }
    return ids;
  }

  private @Nullable Boolean active(Row row) {
    String cell = row.cell("active").toLowerCase(Locale.ROOT);
    return switch (cell) {
      case "" -> null;
      case "true" -> true;
      case "false" -> false;
      default -> {
        bad.add(row.bad("active", "true or false"));
        yield null;
      }
    };
  }

  private void change(Row row, Wanted wanted) {
    TreeMap<String, String> details = new TreeMap<>();
    List<Step> steps = new ArrayList<>();
    Person present = wanted.present();
    String id = present == null ? UUID.randomUUID().toString() : present.id();
    Set<Role> held = present == null ? Set.of() : present.roles(now);
    Set<Role> roles = wanted.roles() == null ? held : wanted.roles();
    boolean was = present != null && present.isActive(now);
    boolean active = wanted.active() == null ? present == null || was : wanted.active();
    if (present == null) {
      String display = wanted.displayName() == null ? wanted.name() : wanted.displayName();
      steps.add(
          new Step.AddUser(
              new Directory.User(
                  id, directory.tenant(), wanted.name(), display, null, roles, active)));
      details.put("name", display);
    } else if (wanted.displayName() != null
        && ImportPlan.changes(details, "name", present.displayName(), wanted.displayName())) {
      steps.add(new Step.Rename(id, wanted.displayName()));
    }
    if (ImportPlan.changes(details, "roles", text(held), text(roles)) && present != null) {
      steps.add(new Step.SetRoles(id, roles));
    }
    members(row, wanted, id, details, steps);
    if (ImportPlan.changes(
            details, "active", present == null ? "" : Boolean.toString(was), "" + active)
        && present != null) {
      steps.add(new Step.SetActive(id, active));
    }
    if (steps.isEmpty()) {
      return;
    }
    boolean only = steps.stream().allMatch(step -> step instanceof Step.Rename);
    if (id.equals(limits.actorId()) && !only) {
      bad.add(row.bad("user", "another person: nobody changes the own roles, teams or account"));
      return;
    }
    changes.add(new Change("user.import", "user:" + wanted.name(), details, steps, null));
  }

  private void members(
      Row row, Wanted wanted, String id, TreeMap<String, String> details, List<Step> steps) {
    Set<String> before = wanted.present() == null ? Set.of() : wanted.present().teams(now);
    Set<String> after = wanted.teamIds();
    if (after == null || !ImportPlan.changes(details, "teams", names(before), names(after))) {
      return;
    }
    for (String team : new TreeSet<>(before)) {
      if (!after.contains(team)) {
        steps.add(new Step.RemoveMember(team, id));
      }
    }
    for (String team : new TreeSet<>(after)) {
      if (!before.contains(team)) {
        steps.add(new Step.AddMember(team, id));
        if (limits.actorId() != null) {
          SeparationOfDuties.member(directory, limits.actorId(), team, id, now)
              .ifPresent(problem -> bad.add(row.bad("teams", "other teams: " + problem)));
        }
      }
    }
  }

  private static String text(Set<Role> roles) {
    return roles.stream().sorted().map(Role::wireName).collect(Collectors.joining("|"));
  }

  private String names(Set<String> ids) {
    return ids.stream()
        .map(
            id -> {
              Team team = directory.teams().get(id);
              return team == null ? id : team.name();
            })
        .sorted()
        .collect(Collectors.joining("|"));
  }
}
