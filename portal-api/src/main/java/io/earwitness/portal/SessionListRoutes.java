package io.earwitness.portal;

import io.earwitness.access.Person;
import io.earwitness.archive.catalog.Sessions;
import io.javalin.http.Context;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Sessions and tokens that are open: one's own, and those of people of the tenant. */
final class SessionListRoutes {
  private final Sessions sessions;
  private final SessionOpener opener;
  private final Clock clock;
  private final Duration idle;

  SessionListRoutes(PortalConfig config, PortalParts parts) {
    this.sessions = parts.sessions();
    this.opener = new SessionOpener(config, parts);
    this.clock = parts.clock();
    this.idle = config.sessionIdle();
  }

  Route.Prepared own(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of());
    Principal asking = Objects.requireNonNull(principal);
    return Route.Prepared.of(_ -> list(http, asking, asking.user().id()));
  }

  Route.Prepared ofUser(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of());
    Principal asking = Objects.requireNonNull(principal);
    String id = http.pathParam("user");
    return new Route.Prepared(
        UserRoutes.object(asking.directory().people().get(id), id),
        Map.of(),
        _ -> list(http, asking, AccessRequest.person(asking.directory(), id).id()));
  }

  private void list(Context http, Principal asking, String userId) {
    SessionRoutes.json(
        http,
        200,
        new AccessViews.Items<>(
            open(asking, userId).stream()
                .map(session -> SessionViews.Listed.of(session, asking))
                .toList()));
  }

  /** A browser's session that was not used for long is over, although nobody ended it. */
  private List<Sessions.Session> open(Principal asking, String userId) {
    return sessions.list(asking.slug(), userId).stream()
        .filter(
            session ->
                session.start().kind() == Sessions.Kind.TOKEN
                    || session.lastUsed().plus(idle).isAfter(clock.instant()))
        .toList();
  }

  Route.Prepared revokeOwn(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of());
    Principal asking = SessionRoutes.byCookie(principal);
    String id = http.pathParam("session");
    return new Route.Prepared(
        object(id), Map.of(), _ -> revoke(http, asking, asking.user().id(), id));
  }

  Route.Prepared revokeOfUser(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of());
    Principal asking = SessionRoutes.byCookie(principal);
    String id = http.pathParam("session");
    Person person = asking.directory().people().get(http.pathParam("user"));
    return new Route.Prepared(
        object(id),
        person == null ? Map.of() : Map.of("user", person.name()),
        _ ->
            revoke(
                http,
                asking,
                AccessRequest.person(asking.directory(), http.pathParam("user")).id(),
                id));
  }

  private void revoke(Context http, Principal asking, String userId, String id) {
    Sessions.Session session =
        open(asking, userId).stream()
            .filter(each -> each.tokenHash().equals(id))
            .findFirst()
            .orElseThrow(() -> ProblemException.notFound("There is no such open session."));
    if (id.equals(asking.credential())) {
      opener.end(http, session);
    } else {
      sessions.revoke(session);
    }
    http.status(204);
  }

  Route.Prepared revokeAllOfUser(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of());
    Principal asking = SessionRoutes.byCookie(principal);
    String id = http.pathParam("user");
    return new Route.Prepared(
        UserRoutes.object(asking.directory().people().get(id), id),
        Map.of("sessions", "all"),
        _ -> {
          sessions.revokeAll(asking.slug(), AccessRequest.person(asking.directory(), id).id());
          http.status(204);
        });
  }

  private static String object(String id) {
    return "session:" + id.substring(0, Math.min(12, id.length()));
  }
}
