package io.earwitness.portal;

import io.earwitness.access.AccessSnapshot;
import io.earwitness.access.Grant;
import io.earwitness.access.Holder;
import io.earwitness.access.Right;
import io.earwitness.access.SeparationOfDuties;
import io.earwitness.access.Target;
import io.earwitness.archive.catalog.AccessDirectory;
import io.javalin.http.Context;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Grants: listed, made and revoked. */
final class GrantRoutes {
  private final AccessDirectory access;
  private final GrantUse use;
  private final BreakGlassGuard guard;

  GrantRoutes(PortalParts parts) {
    this.access = parts.access();
    this.use = new GrantUse(parts);
    this.guard = new BreakGlassGuard(parts.approvals());
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
            found = use.unused(asking, found, Duration.ofDays(unusedDays));
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
          guard.refuseGiving(asking);
          if (holder instanceof Holder.OfUser user) {
            guard.refuseTo(asking, user.id());
          }
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
