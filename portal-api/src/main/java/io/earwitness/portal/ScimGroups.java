package io.earwitness.portal;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.earwitness.access.Person;
import io.earwitness.access.SeparationOfDuties;
import io.earwitness.access.Team;
import io.earwitness.archive.catalog.ProvisionedPeople;
import io.earwitness.archive.catalog.ProvisionedPeople.Group;
import io.earwitness.archive.catalog.ProvisionedPeople.Page;
import io.earwitness.archive.catalog.ProvisionedPeople.Sought;
import io.earwitness.portal.scim.GroupResource;
import io.earwitness.portal.scim.ScimDocuments;
import io.earwitness.portal.scim.ScimException;
import io.earwitness.portal.scim.ScimPatch;
import io.earwitness.portal.scim.ScimProjection;
import io.javalin.http.Context;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The tenant's teams as SCIM Groups. */
final class ScimGroups {
  private static final String TYPE = "Group";
  private static final int NAMES_IN_TRAIL = 50;

  private final ProvisionedPeople people;
  private final ScimExchange exchange;

  ScimGroups(PeopleParts parts, ScimExchange exchange) {
    this.people = parts.provisioned();
    this.exchange = exchange;
  }

  Route.Prepared list(Context http, @Nullable Principal principal) {
    Principal asking = Objects.requireNonNull(principal);
    ScimProjection shown = ScimExchange.projection(http);
    int start = ScimExchange.number(http, "startIndex", 1, 1);
    int count =
        Math.min(
            ScimDocuments.MAX_RESULTS,
            ScimExchange.number(http, "count", 0, ScimDocuments.MAX_RESULTS));
    String filter = ScimExchange.blankIsNull(http.queryParam("filter"));
    Sought sought = ScimUsers.sought(filter, List.of("id", "externalid", "displayname"));
    return new Route.Prepared(
        null,
        filter == null ? Map.of() : Map.of("filter", filter),
        _ -> {
          Page<Group> page = people.groups(asking.slug(), sought, start - 1, count);
          ScimExchange.answer(
              http,
              200,
              ScimDocuments.list(
                  page.total(),
                  start,
                  page.items().stream().map(team -> document(http, asking, team, shown)).toList()));
        });
  }

  Route.Prepared view(Context http, @Nullable Principal principal) {
    Principal asking = Objects.requireNonNull(principal);
    ScimProjection shown = ScimExchange.projection(http);
    String id = http.pathParam("team");
    return new Route.Prepared(
        object(asking, id),
        Map.of(),
        _ -> {
          Group team = people.group(asking.slug(), id).orElseThrow(ScimGroups::missing);
          String version = ScimExchange.version(team);
          http.header("ETag", version);
          if (ScimExchange.isKnown(http, version)) {
            http.status(304);
          } else {
            ScimExchange.answer(http, 200, document(http, asking, team, shown));
          }
        });
  }

  Route.Prepared create(Context http, @Nullable Principal principal) {
    Principal asking = Objects.requireNonNull(principal);
    ScimProjection shown = ScimExchange.projection(http);
    Group wanted = GroupResource.group(null, ScimExchange.body(http));
    return new Route.Prepared(
        "team:" + wanted.displayName(),
        Map.of("added", names(asking, wanted.members(), Set.of())),
        _ -> {
          refuse(asking, "", wanted.members(), Set.of());
          Group made =
              ScimExchange.change(() -> people.addGroup(asking.slug(), wanted, asking.actor()));
          http.header("Location", location(http, made.id()));
          answer(http, asking, 201, made, shown);
        });
  }

  Route.Prepared replace(Context http, @Nullable Principal principal) {
    JsonNode body = ScimExchange.body(http);
    return change(http, principal, before -> GroupResource.group(before, body));
  }

  Route.Prepared patch(Context http, @Nullable Principal principal) {
    ScimPatch patch = ScimPatch.parse(ScimExchange.body(http));
    return change(
        http,
        principal,
        before -> GroupResource.group(before, patch.apply(GroupResource.attributes(before))));
  }

  private Route.Prepared change(
      Context http, @Nullable Principal principal, UnaryOperator<Group> change) {
    Principal asking = Objects.requireNonNull(principal);
    ScimProjection shown = ScimExchange.projection(http);
    String id = http.pathParam("team");
    Optional<Group> seen = people.group(asking.slug(), id);
    Map<String, String> details = new TreeMap<>();
    seen.ifPresent(
        before -> {
          Group after = change.apply(before);
          details.put("added", names(asking, after.members(), before.members()));
          details.put("removed", names(asking, before.members(), after.members()));
          if (!after.displayName().equals(before.displayName())) {
            details.put("displayName", after.displayName());
          }
        });
    return new Route.Prepared(
        object(asking, id),
        details,
        _ -> {
          Group made =
              ScimExchange.change(
                      () ->
                          people.changeGroup(
                              asking.slug(),
                              id,
                              before -> {
                                ScimExchange.demandMatch(http, ScimExchange.version(before));
                                Group after = change.apply(before);
                                refuse(asking, id, after.members(), before.members());
                                refuse(asking, id, before.members(), after.members());
                                return after;
                              },
                              asking.actor()))
                  .orElseThrow(ScimGroups::missing);
          answer(http, asking, 200, made, shown);
        });
  }

  /** A token acts for its owner, who widens no own access by it either. */
  private static void refuse(
      Principal asking, String team, Set<String> members, Set<String> others) {
    Set<String> changed = new TreeSet<>(members);
    changed.removeAll(others);
    if (changed.isEmpty()) {
      return;
    }
    String self = asking.user().id();
    String one = changed.contains(self) ? self : changed.iterator().next();
    AccessRequest.refuse(
        SeparationOfDuties.member(asking.directory(), self, team, one, asking.asked()));
  }

  Route.Prepared delete(Context http, @Nullable Principal principal) {
    Principal asking = Objects.requireNonNull(principal);
    String id = http.pathParam("team");
    return new Route.Prepared(
        object(asking, id),
        Map.of(),
        _ -> {
          boolean removed =
              ScimExchange.change(
                  () ->
                      people.removeGroup(
                          asking.slug(),
                          id,
                          before -> {
                            ScimExchange.demandMatch(http, ScimExchange.version(before));
                            refuse(asking, id, before.members(), Set.of());
                            return before;
                          },
                          asking.actor()));
          if (!removed) {
            throw missing();
          }
          http.status(204);
        });
  }

  /** The names of those who are in the one set and not in the other. */
  private static String names(Principal asking, Set<String> these, Set<String> others) {
    Set<String> only = new TreeSet<>(these);
    only.removeAll(others);
    String names =
        only.stream()
            .limit(NAMES_IN_TRAIL)
            .map(id -> name(asking, id))
            .collect(Collectors.joining(","));
    int more = only.size() - NAMES_IN_TRAIL;
    return more > 0 ? "%s and %d more".formatted(names, more) : names;
  }

  private static String name(Principal asking, String id) {
    Person person = asking.directory().people().get(id);
    return person == null ? id.substring(0, Math.min(64, id.length())) : person.name();
  }

  private static ScimException missing() {
    return new ScimException(404, null, "There is no such group.");
  }

  private static String object(Principal asking, String id) {
    Team team = asking.directory().teams().get(id);
    return "team:" + (team == null ? id.substring(0, Math.min(64, id.length())) : team.name());
  }

  private String location(Context http, String id) {
    return exchange.base(http) + "/Groups/" + id;
  }

  private void answer(
      Context http, Principal asking, int status, Group team, ScimProjection shown) {
    http.header("ETag", ScimExchange.version(team));
    ScimExchange.answer(http, status, document(http, asking, team, shown));
  }

  private ObjectNode document(Context http, Principal asking, Group team, ScimProjection shown) {
    ObjectNode group = ScimDocuments.resource(TYPE, team.id());
    group.setAll(GroupResource.attributes(team));
    if (shown.shows("members")) {
      String users = exchange.base(http) + "/Users/";
      ArrayNode members = group.putArray("members");
      for (String id : team.members()) {
        Person person = asking.directory().people().get(id);
        members
            .addObject()
            .put("value", id)
            .put("$ref", users + id)
            .put("type", "User")
            .put("display", person == null ? id : person.displayName());
      }
    }
    ScimExchange.meta(
        group,
        TYPE,
        location(http, team.id()),
        team.created(),
        team.modified(),
        ScimExchange.version(team));
    return shown.show(group);
  }
}
