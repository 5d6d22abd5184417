package io.earwitness.access;

import io.earwitness.call.TenantSlug;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * All that decisions about one tenant's calls rest on, present and past, as of one state of the
 * directory.
 *
 * @param version grows with every change
 * @param changedAt when the last change was made, by the clock of the node that made it
 * @param people by id
 * @param teams by id
 * @param grants by holder, revoked and expired ones too
 * @param matters by id, closed ones too
 * @param ownCalls when the tenant let its users hear their own calls
 */
public record AccessSnapshot(
    TenantSlug tenant,
    long version,
    Instant changedAt,
    Map<String, Person> people,
    Map<String, Team> teams,
    Map<Holder, List<Grant>> grants,
    Map<UUID, Matter> matters,
    List<Validity> ownCalls) {
  public AccessSnapshot {
    people = Map.copyOf(people);
    teams = Map.copyOf(teams);
    grants =
        grants.entrySet().stream()
            .collect(
                Collectors.toUnmodifiableMap(Map.Entry::getKey, e -> List.copyOf(e.getValue())));
    matters = Map.copyOf(matters);
    ownCalls = List.copyOf(ownCalls);
  }

  /** Groups grants by their holders. */
  public static Map<Holder, List<Grant>> byHolder(Stream<Grant> grants) {
    return grants.collect(Collectors.groupingBy(Grant::holder));
  }

  /**
   * The present, for decisions: never before the last change, so that a change made by a node whose
   * clock is ahead counts at once.
   */
  public Instant present(Instant clock) {
    return clock.isBefore(changedAt) ? changedAt : clock;
  }

  public Stream<Grant> allGrants() {
    return grants.values().stream().flatMap(List::stream);
  }

  public @Nullable Grant grant(UUID id) {
    return allGrants().filter(each -> each.id().equals(id)).findFirst().orElse(null);
  }

  /** These teams and all that they belong to at a moment; a circle of teams ends. */
  public Set<String> withAncestors(Set<String> teamIds, Instant when) {
    Set<String> all = new HashSet<>();
    for (String id : teamIds) {
      String each = id;
      while (each != null && all.add(each)) {
        Team team = teams.get(each);
        each = team == null ? null : team.parent(when);
      }
    }
    return all;
  }

  /** The teams of a person at a moment, ancestors included; none for one who isn't there. */
  public Set<String> teamsOf(String userId, Instant when) {
    Person person = people.get(userId);
    return person == null ? Set.of() : withAncestors(person.teams(when), when);
  }

  /** The roles of a person at a moment; none for one who isn't there. */
  public Set<Role> rolesOf(String userId, Instant when) {
    Person person = people.get(userId);
    return person == null ? Set.of() : person.roles(when);
  }

  /** What any call of a person is that begins at this moment. */
  public AccessedCall callOfUser(String userId, Instant when) {
    return new AccessedCall(tenant, null, Set.of(userId), teamsOf(userId, when));
  }

  /** What any call of a team is that begins at this moment. */
  public AccessedCall callOfTeam(String teamId, Instant when) {
    return new AccessedCall(tenant, null, Set.of(), withAncestors(Set.of(teamId), when));
  }

  /** What people call a holder. */
  public String name(Holder holder) {
    return switch (holder) {
      case Holder.OfUser user -> userName(user.id());
      case Holder.OfTeam team -> "team " + teamName(team.id());
    };
  }

  /** What people call these calls. */
  public String name(Target target) {
    return switch (target) {
      case Target.OfUser user -> "calls of " + userName(user.id());
      case Target.OfTeam team -> "calls of team " + teamName(team.id());
      case Target.InMatter in -> {
        Matter matter = matters.get(in.id());
        yield "matter " + (matter == null ? in.id() : matter.name());
      }
      case Target.WholeTenant _ -> "the whole tenant";
    };
  }

  /** A grant for the audit trail: its parts by name, those without a value left out. */
  public Map<String, String> describe(
      Holder holder,
      Set<Right> rights,
      Target on,
      @Nullable Instant from,
      @Nullable Instant until) {
    Map<String, String> parts = new TreeMap<>();
    parts.put("holder", "%s (%s)".formatted(holder.text(), name(holder)));
    parts.put(
        "rights", rights.stream().sorted().map(Right::wireName).collect(Collectors.joining(",")));
    parts.put("on", "%s (%s)".formatted(on.text(), name(on)));
    if (from != null) {
      parts.put("from", from.toString());
    }
    if (until != null) {
      parts.put("until", until.toString());
    }
    return parts;
  }

  public Map<String, String> describe(Grant grant) {
    return describe(
        grant.holder(),
        grant.rights(),
        grant.on(),
        grant.validity().from(),
        grant.validity().until());
  }

  String userName(String id) {
    Person person = people.get(id);
    return person == null ? id : person.displayName();
  }

  String teamName(String id) {
    return Objects.requireNonNullElse(teams.get(id), new Team(id, id, List.of())).name();
  }
}
