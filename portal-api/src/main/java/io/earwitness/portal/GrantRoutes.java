package io.earwitness.portal;

import io.earwitness.access.AccessRules;
import io.earwitness.access.AccessSnapshot;
import io.earwitness.access.AccessedCall;
import io.earwitness.access.Grant;
import io.earwitness.access.Holder;
import io.earwitness.access.Right;
import io.earwitness.access.SeparationOfDuties;
import io.earwitness.access.Target;
import io.earwitness.archive.catalog.AccessDirectory;
import io.earwitness.archive.catalog.CallCatalog;
import io.earwitness.archive.catalog.Plays;
import io.earwitness.call.RecordingId;
import io.javalin.http.Context;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Grants: listed, made and revoked. */
final class GrantRoutes {
  private static final int AT_ONCE = 500;

  private final AccessDirectory access;
  private final Plays plays;
  private final CallCatalog calls;

  GrantRoutes(PortalParts parts) {
    this.access = parts.access();
    this.plays = parts.plays();
    this.calls = parts.calls();
  }

  Route.Prepared list(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of("holder", "on", "at", "unusedDays"));
    Principal asking = Objects.requireNonNull(principal);
    String holder = Request.parameter(http, "holder", 200);
    String on = Request.parameter(http, "on", 200);
    Instant at = AccessRequest.at(http, asking);
    int unusedDays = (int) Request.number(http, "unusedDays", 1, 3_660, 0);
    if (unusedDays > 0 && http.queryParam("at") != null) {
      throw ProblemException.malformed(
          "unusedDays", "unusedDays asks for the present; leave at out with it.");
    }
    return Route.Prepared.of(
        _ -> {
          List<Grant> found =
              asking
                  .directory()
                  .allGrants()
                  .filter(grant -> grant.validity().at(at))
                  .filter(grant -> holder == null || grant.holder().text().equals(holder))
                  .filter(grant -> on == null || grant.on().text().equals(on))
                  .sorted(
                      Comparator.comparing((Grant g) -> g.validity().from())
                          .thenComparing(Grant::id))
                  .toList();
          if (unusedDays > 0) {
            found = unused(asking, found, Duration.ofDays(unusedDays));
          }
          SessionRoutes.json(
              http,
              200,
              new AccessViews.Items<>(
                  found.stream()
                      .map(grant -> AccessViews.GrantView.of(asking.directory(), grant))
                      .toList()));
        });
  }

  /** Those to listen that are so old, and of whose calls no holder has played one since. */
  private List<Grant> unused(Principal asking, List<Grant> grants, Duration age) {
    Instant since = asking.asked().minus(age);
    List<Grant> old =
        grants.stream()
            .filter(grant -> grant.rights().contains(Right.LISTEN))
            .filter(grant -> !grant.validity().from().isAfter(since))
            .toList();
    if (old.isEmpty()) {
      return old;
    }
    List<Plays.Heard> heard = plays.heard(asking.slug(), since);
    Map<RecordingId, AccessedCall> facts = new HashMap<>();
    List<RecordingId> ids = heard.stream().map(Plays.Heard::recording).distinct().toList();
    for (int i = 0; i < ids.size(); i += AT_ONCE) {
      calls
          .find(asking.slug(), ids.subList(i, Math.min(ids.size(), i + AT_ONCE)))
          .forEach(e -> facts.put(e.summary().id(), AccessedCall.of(e.summary())));
    }
    return old.stream()
        .filter(
            grant -> heard.stream().noneMatch(play -> uses(asking.directory(), play, grant, facts)))
        .toList();
  }

  private static boolean uses(
      AccessSnapshot directory,
      Plays.Heard play,
      Grant grant,
      Map<RecordingId, AccessedCall> facts) {
    AccessedCall call = facts.get(play.recording());
    boolean holds =
        switch (grant.holder()) {
          case Holder.OfUser user -> user.id().equals(play.userId());
          case Holder.OfTeam team ->
              directory.teamsOf(play.userId(), play.last()).contains(team.id());
        };
    return holds && call != null && AccessRules.covers(directory, grant.on(), call, play.last());
  }

  private record NewGrant(
      AccessRequest.@Nullable Named holder,
      @Nullable List<String> rights,
      AccessRequest.@Nullable Named on,
      @Nullable String from,
      @Nullable String until) {}

  Route.Prepared add(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of());
    Principal asking = Objects.requireNonNull(principal);
    NewGrant body = Request.body(http, NewGrant.class, null);
    Holder holder = AccessRequest.holder(body.holder());
    Target on = AccessRequest.target(body.on());
    Set<Right> rights = AccessRequest.set("rights", body.rights(), Right.class);
    if (rights.isEmpty()) {
      throw ProblemException.malformed("rights", "rights: a grant needs at least one.");
    }
    AccessDirectory.NewGrant grant =
        new AccessDirectory.NewGrant(
            UUID.randomUUID(),
            holder,
            rights,
            on,
            AccessRequest.instant("from", body.from()),
            AccessRequest.instant("until", body.until()));
    AccessSnapshot directory = asking.directory();
    return new Route.Prepared(
        "grant:" + grant.id(),
        directory.describe(holder, rights, on, grant.from(), grant.until()),
        _ -> {
          AccessRequest.refuse(
              SeparationOfDuties.grant(directory, asking.user().id(), holder, asking.asked()));
          AccessDirectory.Granted made =
              AccessRequest.change(() -> access.addGrant(asking.slug(), grant, asking.actor()));
          SessionRoutes.json(
              http,
              made.isNew() ? 201 : 200,
              AccessViews.GrantView.of(access.snapshot(asking.slug()), made.grant()));
        });
  }

  Route.Prepared revoke(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of());
    Principal asking = Objects.requireNonNull(principal);
    UUID id = AccessRequest.uuid(http.pathParam("grant"));
    Grant grant = asking.directory().grant(id);
    return new Route.Prepared(
        "grant:" + id,
        grant == null ? Map.of() : asking.directory().describe(grant),
        _ -> {
          if (grant == null) {
            throw ProblemException.notFound("There is no such grant.");
          }
          AccessRequest.change(() -> access.revokeGrant(asking.slug(), id, asking.actor()));
          http.status(204);
        });
  }
}
