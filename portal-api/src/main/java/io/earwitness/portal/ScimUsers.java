package io.earwitness.portal;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.earwitness.access.Person;
import io.earwitness.access.SeparationOfDuties;
import io.earwitness.access.Team;
import io.earwitness.archive.catalog.ProvisionedPeople;
import io.earwitness.archive.catalog.ProvisionedPeople.Page;
import io.earwitness.archive.catalog.ProvisionedPeople.Profile;
import io.earwitness.archive.catalog.ProvisionedPeople.Sought;
import io.earwitness.json.Json;
import io.earwitness.portal.scim.ScimDocuments;
import io.earwitness.portal.scim.ScimException;
import io.earwitness.portal.scim.ScimFilter;
import io.earwitness.portal.scim.ScimPatch;
import io.earwitness.portal.scim.ScimProjection;
import io.earwitness.portal.scim.UserResource;
import io.javalin.http.Context;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The tenant's people as SCIM Users. */
final class ScimUsers {
  private static final String TYPE = "User";

  private final ProvisionedPeople people;
  private final ProvisionedPeople.RemovalLimit limit;
  private final ScimExchange exchange;

  ScimUsers(PeopleParts parts, ScimExchange exchange) {
    this.people = parts.provisioned();
    this.limit = new ProvisionedPeople.RemovalLimit(parts.maxRemovalsPercent());
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
    Sought sought =
        sought(filter, List.of("id", "username", "externalid", "displayname", "active"));
    return new Route.Prepared(
        null,
        filter == null ? Map.of() : Map.of("filter", filter),
        _ -> {
          Page<Profile> page = people.users(asking.slug(), sought, start - 1, count);
          ScimExchange.answer(
              http,
              200,
              ScimDocuments.list(
                  page.total(),
                  start,
                  page.items().stream()
                      .map(person -> document(http, asking, person, shown))
                      .toList()));
        });
  }

  /** What a filter looks for; what can't be looked for is refused. */
  static Sought sought(@Nullable String filter, List<String> attributes) {
    if (filter == null) {
      return Sought.ANY;
    }
    Map<String, JsonNode> values = new TreeMap<>();
    for (ScimFilter.Comparison each : ScimFilter.parse(filter).comparisons()) {
      if (!attributes.contains(each.attribute())) {
        throw new ScimException(
            400,
            "invalidFilter",
            "filter: '%s' can't be looked for; these can: %s."
                .formatted(each.attribute(), String.join(", ", attributes)));
      }
      JsonNode other = values.put(each.attribute(), each.value());
      if (other != null && !other.equals(each.value())) {
        throw new ScimException(
            400, "invalidFilter", "filter: '%s' is there twice.".formatted(each.attribute()));
      }
    }
    JsonNode active = values.get("active");
    if (active != null && !List.of("true", "false").contains(active.asText())) {
      throw new ScimException(400, "invalidFilter", "filter: active is true or false.");
    }
    return new Sought(
        text(values.get("id")),
        text(values.get("username")),
        text(values.get("displayname")),
        text(values.get("externalid")),
        active == null ? null : active.asBoolean());
  }

  private static @Nullable String text(@Nullable JsonNode value) {
    return value == null ? null : value.asText();
  }

  Route.Prepared view(Context http, @Nullable Principal principal) {
    Principal asking = Objects.requireNonNull(principal);
    ScimProjection shown = ScimExchange.projection(http);
    String id = http.pathParam("user");
    return new Route.Prepared(
        object(asking, id),
        Map.of(),
        _ -> {
          Profile person = people.user(asking.slug(), id).orElseThrow(ScimUsers::missing);
          String version = ScimExchange.version(person);
          http.header("ETag", version);
          if (ScimExchange.isKnown(http, version)) {
            http.status(304);
          } else {
            ScimExchange.answer(http, 200, document(http, asking, person, shown));
          }
        });
  }

  Route.Prepared create(Context http, @Nullable Principal principal) {
    Principal asking = Objects.requireNonNull(principal);
    ScimProjection shown = ScimExchange.projection(http);
    Profile wanted = UserResource.profile(null, ScimExchange.body(http));
    return new Route.Prepared(
        "user:" + wanted.userName(),
        Map.of("after", changed(UserResource.attributes(wanted), null)),
        _ -> {
          Profile made =
              ScimExchange.change(() -> people.addUser(asking.slug(), wanted, asking.actor()));
          http.header("Location", location(http, made.id()));
          answer(http, asking, 201, made, shown);
        });
  }

  Route.Prepared replace(Context http, @Nullable Principal principal) {
    JsonNode body = ScimExchange.body(http);
    return change(http, principal, before -> UserResource.profile(before, body));
  }

  Route.Prepared patch(Context http, @Nullable Principal principal) {
    ScimPatch patch = ScimPatch.parse(ScimExchange.body(http));
    return change(
        http,
        principal,
        before -> UserResource.profile(before, patch.apply(UserResource.attributes(before))));
  }

  private Route.Prepared change(
      Context http, @Nullable Principal principal, UnaryOperator<Profile> change) {
    Principal asking = Objects.requireNonNull(principal);
    ScimProjection shown = ScimExchange.projection(http);
    String id = http.pathParam("user");
    Optional<Profile> seen = people.user(asking.slug(), id);
    Map<String, String> details = new TreeMap<>();
    seen.ifPresent(
        before -> {
          ObjectNode is = UserResource.attributes(before);
          ObjectNode becomes = UserResource.attributes(change.apply(before));
          details.put("before", changed(is, becomes));
          details.put("after", changed(becomes, is));
        });
    return new Route.Prepared(
        object(asking, id),
        details,
        _ -> {
          Profile made =
              ScimExchange.change(
                      () ->
                          people.changeUser(
                              asking.slug(),
                              id,
                              before -> {
                                ScimExchange.demandMatch(http, ScimExchange.version(before));
                                Profile after = change.apply(before);
                                if (!after.equals(before)) {
                                  AccessRequest.refuse(
                                      SeparationOfDuties.person(asking.user().id(), id));
                                }
                                return after;
                              },
                              limit,
                              asking.actor()))
                  .orElseThrow(ScimUsers::missing);
          answer(http, asking, 200, made, shown);
        });
  }

  Route.Prepared delete(Context http, @Nullable Principal principal) {
    Principal asking = Objects.requireNonNull(principal);
    String id = http.pathParam("user");
    return new Route.Prepared(
        object(asking, id),
        Map.of(),
        _ -> {
          boolean removed =
              ScimExchange.change(
                  () ->
                      people.removeUser(
                          asking.slug(),
                          id,
                          before -> {
                            ScimExchange.demandMatch(http, ScimExchange.version(before));
                            AccessRequest.refuse(SeparationOfDuties.person(asking.user().id(), id));
                            return before;
                          },
                          limit,
                          asking.actor()));
          if (!removed) {
            throw missing();
          }
          http.status(204);
        });
  }

  /** The attributes that another form doesn't have, or has otherwise. */
  static String changed(ObjectNode attributes, @Nullable ObjectNode other) {
    ObjectNode changed = attributes.deepCopy();
    if (other != null) {
      other
          .properties()
          .forEach(
              each -> {
                if (each.getValue().equals(attributes.get(each.getKey()))) {
                  changed.remove(each.getKey());
                }
              });
    }
    String text = Json.text(changed);
    return text.length() <= 4_000 ? text : text.substring(0, 4_000) + "…";
  }

  private static ScimException missing() {
    return new ScimException(404, null, "There is no such user.");
  }

  private static String object(Principal asking, String id) {
    Person person = asking.directory().people().get(id);
    return "user:" + (person == null ? id.substring(0, Math.min(64, id.length())) : person.name());
  }

  private String location(Context http, String id) {
    return exchange.base(http) + "/Users/" + id;
  }

  private void answer(
      Context http, Principal asking, int status, Profile person, ScimProjection shown) {
    http.header("ETag", ScimExchange.version(person));
    ScimExchange.answer(http, status, document(http, asking, person, shown));
  }

  private ObjectNode document(
      Context http, Principal asking, Profile person, ScimProjection shown) {
    ObjectNode user = ScimDocuments.resource(TYPE, person.id());
    user.setAll(UserResource.attributes(person));
    Person known = asking.directory().people().get(person.id());
    if (known != null && shown.shows("groups")) {
      ArrayNode groups = user.putArray("groups");
      known.teams(asking.asked()).stream()
          .sorted()
          .forEach(
              id -> {
                Team team = asking.directory().teams().get(id);
                groups
                    .addObject()
                    .put("value", id)
                    .put("$ref", exchange.base(http) + "/Groups/" + id)
                    .put("display", team == null ? id : team.name());
              });
    }
    ScimExchange.meta(
        user,
        TYPE,
        location(http, person.id()),
        person.created(),
        person.modified(),
        ScimExchange.version(person));
    return shown.show(user);
  }
}
