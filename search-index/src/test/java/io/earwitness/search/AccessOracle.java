package io.earwitness.search;

import io.earwitness.access.AccessSnapshot;
import io.earwitness.access.Grant;
import io.earwitness.access.Holder;
import io.earwitness.access.Matter;
import io.earwitness.access.MatterKind;
import io.earwitness.access.Person;
import io.earwitness.access.Right;
import io.earwitness.access.Role;
import io.earwitness.access.Target;
import io.earwitness.access.Team;
import io.earwitness.access.Validity;
import io.earwitness.archive.catalog.CallCatalog.CallEntry;
import io.earwitness.call.CallState;
import io.earwitness.call.Party;
import io.earwitness.call.RecordingId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A made-up tenant with random people, teams, grants and matters over some days, and an evaluation
 * of {@code docs/operations/access.md} by looking at each rule for each call. It shares no code
 * with what it is compared with: its own tables, times as numbers, names as text.
 */
final class AccessOracle {
  static final Instant BEGIN = Calls.NOON;
  static final int SECONDS = 10 * 86_400;
  private static final int NEVER = Integer.MAX_VALUE;
  private static final String[] ROLES = {
    "operator",
    "tenant-admin",
    "recording-admin",
    "compliance-officer",
    "supervisor",
    "analyst",
    "auditor",
    "user"
  };
  private static final String[] RIGHTS = {
    "search", "listen", "download", "annotate", "hold", "produce"
  };

  /** Something that holds from a second on, until before another. */
  private record Row(String a, @Nullable String b, int from, int until) {
    boolean now(int when) {
      return from <= when && when < until;
    }
  }

  private record GrantRow(
      String holder, Set<String> rights, String kind, String on, int from, int until) {}

  /** A call with all that is compared. */
  record CallRow(CallEntry entry, Set<String> users, Set<String> teams, boolean blocked) {}

  private final Random random;
  final List<String> users = new ArrayList<>();
  final List<CallRow> calls = new ArrayList<>();
  private final List<String> teams = new ArrayList<>();
  private final List<String> matters = new ArrayList<>();
  private final List<Row> active = new ArrayList<>();
  private final List<Row> roles = new ArrayList<>();
  private final List<Row> members = new ArrayList<>();
  private final List<Row> places = new ArrayList<>();
  private final List<Row> matterTimes = new ArrayList<>();
  private final List<Row> listed = new ArrayList<>();
  private final List<Row> ownCalls = new ArrayList<>();
  private final List<GrantRow> grants = new ArrayList<>();

  AccessOracle(long seed, int people, int grantCount, int callCount) {
    random = new Random(seed);
    for (int i = 0; i < people / 4; i++) {
      team("t" + i);
    }
    for (int i = 0; i < people; i++) {
      person("u" + i);
    }
    for (int i = 0; i < callCount; i++) {
      calls.add(call());
    }
    for (int i = 0; i < people / 8; i++) {
      matter(new UUID(7, i).toString());
    }
    ownCalls.add(new Row("", null, SECONDS / 3, 2 * SECONDS / 3));
    for (int i = 0; i < grantCount; i++) {
      grant();
    }
  }

  /** Some seconds on, or for ever; now and then an end that is not after the beginning. */
  private int end(int from, int longest) {
    return random.nextInt(4) == 0
        ? NEVER
        : random.nextInt(50) == 0 ? from : from + 1 + random.nextInt(longest);
  }

  private void team(String id) {
    teams.add(id);
    int from = 0;
    // A tree at any moment: only older teams are above
    while (from < SECONDS) {
      int until = from + 1 + random.nextInt(SECONDS);
      String parent =
          teams.size() < 2 || random.nextInt(3) == 0
              ? null
              : teams.get(random.nextInt(teams.size() - 1));
      places.add(new Row(id, parent, from, until));
      from = until;
    }
  }

  private void person(String id) {
    users.add(id);
    int left = random.nextInt(5) == 0 ? random.nextInt(SECONDS) : NEVER;
    active.add(new Row(id, null, 0, left));
    for (int i = 0; i < 1 + random.nextInt(2); i++) {
      int from = random.nextInt(2) * random.nextInt(SECONDS);
      roles.add(new Row(id, ROLES[random.nextInt(ROLES.length)], from, end(from, SECONDS)));
    }
    for (int i = 0; i < random.nextInt(3); i++) {
      int from = random.nextInt(2) * random.nextInt(SECONDS);
      String team = teams.get(random.nextInt(teams.size()));
      members.add(new Row(id, team, from, end(from, SECONDS)));
    }
  }

  private CallRow call() {
    Set<String> holders = new HashSet<>();
    Set<String> theirTeams = new HashSet<>();
    List<Party> parties = new ArrayList<>();
    for (int i = 0; i < random.nextInt(3); i++) {
      String user = random.nextInt(4) == 0 ? null : users.get(random.nextInt(users.size()));
      Set<String> of = new HashSet<>();
      for (int j = 0; j < random.nextInt(4); j++) {
        of.add(teams.get(random.nextInt(teams.size())));
      }
      parties.add(Calls.holder("Agent", "+1202555" + i, user, List.copyOf(of)));
      if (user != null) {
        holders.add(user);
      }
      theirTeams.addAll(of);
    }
    Instant start = BEGIN.plusSeconds(random.nextInt(SECONDS));
    CallEntry entry =
        Calls.call(Calls.ACME, start, Duration.ofMinutes(1), parties, CallState.ARCHIVED);
    boolean blocked = random.nextInt(20) == 0;
    return new CallRow(blocked ? Calls.blocked(entry) : entry, holders, theirTeams, blocked);
  }

  private void matter(String id) {
    matters.add(id);
    matterTimes.add(new Row(id, null, 0, end(0, SECONDS)));
    for (int i = 0; i < 30; i++) {
      String call = calls.get(random.nextInt(calls.size())).entry().summary().id().toString();
      int from = random.nextInt(SECONDS);
      listed.add(new Row(id, call, from, end(from, SECONDS)));
    }
  }

  private void grant() {
    Set<String> rights = new HashSet<>();
    for (int i = 0; i < 1 + random.nextInt(3); i++) {
      rights.add(RIGHTS[random.nextInt(RIGHTS.length)]);
    }
    // Some people and teams hold none, so that officers can be without
    int holders = random.nextInt(2) == 0 ? users.size() / 2 : users.size() / 8;
    String holder =
        random.nextInt(3) == 0
            ? "team:" + teams.get(random.nextInt(teams.size()))
            : "user:" + users.get(random.nextInt(holders));
    int kind = random.nextInt(20);
    int from = random.nextInt(SECONDS);
    // Short, so that few of so many hold at a time
    int until = random.nextInt(50) == 0 ? from : from + 1 + random.nextInt(SECONDS / 30);
    if (kind < 8) {
      grants.add(new GrantRow(holder, rights, "user", any(users), from, until));
    } else if (kind < 13) {
      grants.add(new GrantRow(holder, rights, "team", any(teams), from, until));
    } else if (kind < 19) {
      grants.add(new GrantRow(holder, rights, "matter", any(matters), from, until));
    } else {
      grants.add(new GrantRow(holder, rights, "tenant", "", from, until));
    }
  }

  private String any(List<String> all) {
    return all.get(random.nextInt(all.size()));
  }

  /** What the text says of one call. */
  boolean may(String user, String right, CallRow call, int when) {
    return asks(user, right, when).test(call);
  }

  /** What the text says of each call, for one person, right and moment. */
  Predicate<CallRow> asks(String user, String right, int when) {
    if (active.stream().noneMatch(row -> row.a().equals(user) && row.now(when))) {
      return _ -> false;
    }
    Set<String> is = new HashSet<>();
    for (Row row : roles) {
      if (row.a().equals(user) && row.now(when)) {
        is.add(String.valueOf(row.b()));
      }
    }
    if (is.contains("operator")) {
      return _ -> false;
    }
    boolean seesBlocked =
        right.equals("search") && (is.contains("compliance-officer") || is.contains("auditor"));
    if (is.contains("compliance-officer") && !everGranted(user, when)) {
      return call -> seesBlocked || !call.blocked();
    }
    Set<String> own = new HashSet<>();
    for (Row row : members) {
      if (row.a().equals(user) && row.now(when)) {
        own.add(String.valueOf(row.b()));
      }
    }
    boolean byMatterOnly =
        is.contains("auditor") && !is.contains("compliance-officer") && !is.contains("supervisor");
    List<GrantRow> held = new ArrayList<>();
    for (GrantRow grant : grants) {
      if (grant.rights().contains(right)
          && grant.from() <= when
          && when < grant.until()
          && (!byMatterOnly || grant.kind().equals("matter"))
          && holds(grant.holder(), user, own, when)) {
        held.add(grant);
      }
    }
    boolean hearsTeams =
        is.contains("supervisor") && List.of("search", "listen", "annotate").contains(right);
    boolean hearsItself =
        is.contains("user")
            && List.of("search", "listen").contains(right)
            && ownCalls.stream().anyMatch(row -> row.now(when));
    return call ->
        (seesBlocked || !call.blocked())
            && ((hearsTeams && call.teams().stream().anyMatch(own::contains))
                || (hearsItself && call.users().contains(user))
                || held.stream().anyMatch(grant -> isOn(grant, call, when)));
  }

  private boolean everGranted(String user, int when) {
    return grants.stream()
        .anyMatch(
            grant ->
                grant.holder().equals("user:" + user)
                    && grant.from() <= when
                    && grant.until() > grant.from());
  }

  private boolean holds(String holder, String user, Set<String> own, int when) {
    if (holder.equals("user:" + user)) {
      return true;
    }
    for (String team : own) {
      String each = team;
      while (each != null) {
        if (holder.equals("team:" + each)) {
          return true;
        }
        String below = each;
        each = null;
        for (Row row : places) {
          if (row.a().equals(below) && row.now(when)) {
            each = row.b();
          }
        }
      }
    }
    return false;
  }

  private boolean isOn(GrantRow grant, CallRow call, int when) {
    return switch (grant.kind()) {
      case "user" -> call.users().contains(grant.on());
      case "team" -> call.teams().contains(grant.on());
      case "matter" -> {
        String id = call.entry().summary().id().toString();
        yield matterTimes.stream().anyMatch(row -> row.a().equals(grant.on()) && row.now(when))
            && listed.stream()
                .anyMatch(row -> row.a().equals(grant.on()) && id.equals(row.b()) && row.now(when));
      }
      default -> true;
    };
  }

  private static Validity validity(int from, int until) {
    return new Validity(BEGIN.plusSeconds(from), until == NEVER ? null : BEGIN.plusSeconds(until));
  }

  private static Validity validity(Row row) {
    return validity(row.from(), row.until());
  }

  /** The same, as the product holds it. */
  AccessSnapshot snapshot() {
    Map<String, Person> people =
        users.stream()
            .collect(
                Collectors.toMap(
                    id -> id,
                    id ->
                        new Person(
                            id,
                            id,
                            id,
                            of(active, id).map(AccessOracle::validity).toList(),
                            of(roles, id)
                                .map(
                                    row ->
                                        new Person.RoleHeld(
                                            role(String.valueOf(row.b())), validity(row)))
                                .toList(),
                            of(members, id)
                                .map(
                                    row ->
                                        new Person.Membership(
                                            String.valueOf(row.b()), validity(row)))
                                .toList())));
    Map<String, Team> byTeam =
        teams.stream()
            .collect(
                Collectors.toMap(
                    id -> id,
                    id ->
                        new Team(
                            id,
                            id,
                            of(places, id)
                                .map(row -> new Team.Placement(row.b(), validity(row)))
                                .toList())));
    Map<UUID, Matter> byMatter = new HashMap<>();
    for (Row row : matterTimes) {
      Map<RecordingId, Set<Validity>> recordings = new HashMap<>();
      of(listed, row.a())
          .forEach(
              each ->
                  recordings
                      .computeIfAbsent(
                          RecordingId.parse(String.valueOf(each.b())), _ -> new HashSet<>())
                      .add(validity(each)));
      UUID id = UUID.fromString(row.a());
      byMatter.put(id, new Matter(id, row.a(), MatterKind.SAMPLE, validity(row), recordings));
    }
    return new AccessSnapshot(
        Calls.ACME,
        1,
        BEGIN,
        people,
        byTeam,
        AccessSnapshot.byHolder(grants.stream().map(AccessOracle::grant)),
        byMatter,
        ownCalls.stream().map(AccessOracle::validity).toList());
  }

  private static java.util.stream.Stream<Row> of(List<Row> rows, String a) {
    return rows.stream().filter(row -> row.a().equals(a));
  }

  private static Role role(String name) {
    return io.earwitness.call.WireName.parse(Role.class, name);
  }

  private static Grant grant(GrantRow row) {
    String id = row.holder().substring(5);
    return new Grant(
        UUID.randomUUID(),
        row.holder().startsWith("user:") ? new Holder.OfUser(id) : new Holder.OfTeam(id),
        row.rights().stream()
            .map(right -> io.earwitness.call.WireName.parse(Right.class, right))
            .collect(Collectors.toSet()),
        switch (row.kind()) {
          case "user" -> new Target.OfUser(row.on());
          case "team" -> new Target.OfTeam(row.on());
          case "matter" -> new Target.InMatter(UUID.fromString(row.on()));
          default -> new Target.WholeTenant();
        },
        validity(row.from(), row.until()));
  }
}
