package io.earwitness.portal;

import io.earwitness.access.Person;
import io.earwitness.access.SeparationOfDuties;
import io.earwitness.access.Team;
import io.earwitness.archive.catalog.AccessDirectory;
import io.earwitness.archive.catalog.Directory;
import io.javalin.http.Context;
import java.time.Instant;
import java.util.Comparator;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Teams of a tenant, their tree, and their members. */
final class TeamRoutes {
  private static final int MAX_NAME = 200;

  private final Directory directory;
  private final AccessDirectory access;
  private final BreakGlassGuard guard;

  TeamRoutes(PortalParts parts) {
    this.directory = parts.directory();
    this.access = parts.access();
    this.guard = new BreakGlassGuard(parts.approvals());
  }

  Route.Prepared list(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of("at"));
    Principal asking = Objects.requireNonNull(principal);
    Instant at = AccessRequest.at(http, asking);
    return Route.Prepared.of(
        _ ->
            SessionRoutes.json(
                http,
                200,
                new AccessViews.Items<>(
                    asking.directory().teams().values().stream()
                        .sorted(Comparator.comparing(Team::name))
                        .map(team -> AccessViews.TeamView.of(asking.directory(), team, at))
                        .toList())));
  }

  private record NewTeam(@Nullable String name, @Nullable String parent) {}

  Route.Prepared add(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of());
    Principal asking = Objects.requireNonNull(principal);
    NewTeam body = Request.body(http, NewTeam.class, null);
    String name = AccessRequest.required("name", body.name(), MAX_NAME);
    String parent = body.parent();
    String id = UUID.randomUUID().toString();
    return new Route.Prepared(
        "team:" + name,
        parent == null ? Map.of() : Map.of("parent", teamName(asking, parent)),
        _ -> {
          if (parent != null && !asking.directory().teams().containsKey(parent)) {
            throw ProblemException.malformed(
                "parent",
                "parent is no id of a team of this tenant: GET /api/v1/teams lists them.");
          }
          Directory.Team team = new Directory.Team(id, asking.slug(), name, parent);
          if (!AccessRequest.change(() -> directory.addTeam(team, asking.actor()))) {
            throw ProblemException.conflict(
                "exists", "There is a team '%s' already.".formatted(name));
          }
          SessionRoutes.json(http, 201, view(asking, id));
        });
  }

  private record Parent(@Nullable String parent) {}

  Route.Prepared move(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of());
    Principal asking = Objects.requireNonNull(principal);
    String id = http.pathParam("team");
    String parent = Request.body(http, Parent.class, null).parent();
    Team team = asking.directory().teams().get(id);
    String before = team == null ? null : team.parent(asking.asked());
    return new Route.Prepared(
        "team:" + teamName(asking, id),
        Map.of(
            "before",
            before == null ? "" : teamName(asking, before),
            "after",
            parent == null ? "" : teamName(asking, parent)),
        _ -> {
          AccessRequest.team(asking.directory(), id);
          AccessRequest.refuse(
              SeparationOfDuties.move(
                  asking.directory(), asking.user().id(), id, parent, asking.asked()));
          guard.refuseGiving(asking);
          AccessRequest.change(() -> access.moveTeam(asking.slug(), id, parent, asking.actor()));
          SessionRoutes.json(http, 200, view(asking, id));
        });
  }

  private record NewMember(@Nullable String user, @Nullable String until) {}

  Route.Prepared addMember(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of());
    Principal asking = Objects.requireNonNull(principal);
    String id = http.pathParam("team");
    NewMember body = Request.body(http, NewMember.class, null);
    String user = AccessRequest.required("user", body.user(), 200);
    Instant until = AccessRequest.instant("until", body.until());
    Map<String, String> details = new TreeMap<>();
    details.put("user", userName(asking, user));
    if (until != null) {
      details.put("until", until.toString());
    }
    return new Route.Prepared(
        "team:" + teamName(asking, id),
        details,
        _ -> {
          AccessRequest.team(asking.directory(), id);
          AccessRequest.refuse(
              SeparationOfDuties.member(
                  asking.directory(), asking.user().id(), id, user, asking.asked()));
          guard.refuseGiving(asking);
          guard.refuseTo(asking, user);
          AccessRequest.change(
              () -> access.addMember(asking.slug(), id, user, until, asking.actor()));
          SessionRoutes.json(http, 200, view(asking, id));
        });
  }

  Route.Prepared removeMember(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of());
    Principal asking = Objects.requireNonNull(principal);
    String id = http.pathParam("team");
    String user = http.pathParam("user");
    return new Route.Prepared(
        "team:" + teamName(asking, id),
        Map.of("user", userName(asking, user)),
        _ -> {
          AccessRequest.team(asking.directory(), id);
          AccessRequest.person(asking.directory(), user);
          AccessRequest.refuse(SeparationOfDuties.person(asking.user().id(), user));
          if (!AccessRequest.change(
              () -> access.removeMember(asking.slug(), id, user, asking.actor()))) {
            throw ProblemException.notFound("That person is no member of the team.");
          }
          SessionRoutes.json(http, 200, view(asking, id));
        });
  }

  /** As it is after a change. */
  private AccessViews.TeamView view(Principal asking, String id) {
    var now = access.snapshot(asking.slug());
    return AccessViews.TeamView.of(now, AccessRequest.team(now, id), now.present(asking.asked()));
  }

  private static String teamName(Principal asking, String id) {
    Team team = asking.directory().teams().get(id);
    return team == null ? shortened(id) : team.name();
  }

  private static String userName(Principal asking, String id) {
    Person person = asking.directory().people().get(id);
    return person == null ? shortened(id) : person.name();
  }

  private static String shortened(String id) {
    return id.substring(0, Math.min(id.length(), 64));
  }
}
