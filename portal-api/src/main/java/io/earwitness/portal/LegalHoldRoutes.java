package io.earwitness.portal;

import static io.javalin.http.HandlerType.GET;
import static io.javalin.http.HandlerType.POST;

import io.earwitness.access.CallScope;
import io.earwitness.access.Matter;
import io.earwitness.access.Right;
import io.earwitness.approval.ApprovalKind;
import io.earwitness.approval.AskedAct;
import io.earwitness.archive.catalog.CallCatalog;
import io.earwitness.archive.catalog.CallCatalog.CallEntry;
import io.earwitness.archive.catalog.LegalHolds;
import io.earwitness.archive.catalog.LegalHolds.Hold;
import io.earwitness.archive.catalog.LegalHolds.NewHold;
import io.earwitness.call.HoldScope;
import io.earwitness.call.RecordingId;
import io.earwitness.portal.Route.Rule;
import io.earwitness.portal.Route.Rule.Needs;
import io.earwitness.retention.HoldMatching;
import io.javalin.http.Context;
import java.time.Clock;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Legal holds: previewed, placed, read, and asked to be released. */
final class LegalHoldRoutes {
  private static final int MAX_NAME = 200;
  private static final int MAX_REASON = 1_000;
  private static final int MOST = 200;
  private static final int MAX_GRACE = 3_650;

  private final LegalHolds holds;
  private final HoldMatching matching;
  private final CallCatalog calls;
  private final AskRoutes ask;
  private final Clock clock;

  private LegalHoldRoutes(PortalParts parts) {
    this.holds = parts.retention().holds().catalog();
    this.matching = parts.retention().holds().matching();
    this.calls = parts.calls();
    this.ask = new AskRoutes(parts);
    this.clock = parts.clock();
  }

  /** The table of routes. */
  static List<Route> all(PortalParts parts) {
    LegalHoldRoutes routes = new LegalHoldRoutes(parts);
    Rule see = new Needs(Permission.HOLDS, Permission.HOLDS_READ);
    Rule change = new Needs(Permission.HOLDS);
    String path = Routes.API + "/holds";
    return List.of(
        new Route(GET, path, see, "hold.list", routes::list),
        new Route(POST, path, change, "hold.place", routes::place),
        new Route(POST, path + "/preview", change, "hold.preview", routes::preview),
        new Route(GET, path + "/{hold}", see, "hold.view", routes::view),
        new Route(
            GET, path + "/{hold}/recordings", see, "hold.list-recordings", routes::recordings),
        new Route(POST, path + "/{hold}/release", change, "approval.ask", routes::release));
  }

  /** Whoever may only hold what was granted sees of holds those that are his own. */
  private static @Nullable String onlyBy(Principal asking) {
    return asking.may(Permission.HOLDS_READ) ? null : asking.actor();
  }

  private Route.Prepared list(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of("state", "limit", "cursor"));
    Principal asking = Objects.requireNonNull(principal);
    boolean released =
        Request.choice(http, "state", List.of("in-force", "released")).equals("released");
    int limit = (int) Request.number(http, "limit", 1, MOST, 50);
    String cursor = Request.parameter(http, "cursor", 40);
    UUID after = cursor == null ? null : AccessRequest.uuid(cursor);
    return Route.Prepared.of(
        _ -> {
          List<Hold> found = holds.list(asking.slug(), released, onlyBy(asking), after, limit + 1);
          List<Hold> page = found.subList(0, Math.min(limit, found.size()));
          SessionRoutes.json(
              http,
              200,
              new LegalHoldViews.PageView(
                  page.stream().map(hold -> shown(asking, hold)).toList(),
                  found.size() > limit ? page.getLast().id().toString() : null));
        });
  }

  private LegalHoldViews.HoldView shown(Principal asking, Hold hold) {
    return LegalHoldViews.HoldView.of(asking.directory(), hold, clock.instant());
  }

  private record PreviewBody(LegalHoldBodies.@Nullable ScopeBody scope) {}

  private Route.Prepared preview(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of());
    Principal asking = Objects.requireNonNull(principal);
    HoldScope scope =
        LegalHoldBodies.scope(asking, Request.body(http, PreviewBody.class, null).scope());
    return Route.Prepared.of(
        _ -> {
          demand(asking, scope);
          SessionRoutes.json(
              http,
              200,
              LegalHoldViews.PreviewView.of(
                  AccessRequest.change(() -> matching.preview(asking.slug(), scope))));
        });
  }

  private record HoldBody(
      @Nullable String name,
      @Nullable String matter,
      @Nullable String reason,
      @Nullable Integer graceDays,
      LegalHoldBodies.@Nullable ScopeBody scope) {}

  private Route.Prepared place(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of());
    Principal asking = Objects.requireNonNull(principal);
    HoldBody body = Request.body(http, HoldBody.class, null);
    Matter matter = LegalHoldBodies.matter(asking, body.matter());
    String name =
        AccessRequest.required(
            "name", body.name() == null && matter != null ? matter.name() : body.name(), MAX_NAME);
    String reason = AccessRequest.required("reason", body.reason(), MAX_REASON);
    int grace = Objects.requireNonNullElse(body.graceDays(), LegalHolds.SHORTEST_GRACE_DAYS);
    if (grace < LegalHolds.SHORTEST_GRACE_DAYS || grace > MAX_GRACE) {
      throw ProblemException.malformed(
          "graceDays",
          "graceDays is %d; from %d to %d are possible."
              .formatted(grace, LegalHolds.SHORTEST_GRACE_DAYS, MAX_GRACE));
    }
    HoldScope scope = LegalHoldBodies.scope(asking, body.scope());
    UUID id = UUID.randomUUID();
    NewHold hold = new NewHold(id, name, matter == null ? null : matter.id(), reason, grace, scope);
    Map<String, String> details = new TreeMap<>();
    details.put("name", name);
    details.put("reason", reason);
    details.put("graceDays", Integer.toString(grace));
    if (matter != null) {
      details.put("matter", matter.name());
    }
    return new Route.Prepared(
        LegalHoldAct.object(id),
        details,
        _ -> {
          demand(asking, scope);
          HoldMatching.Placed placed =
              AccessRequest.change(() -> matching.place(asking.slug(), hold, asking.actor()));
          SessionRoutes.json(
              http, 201, LegalHoldViews.PlacedView.of(asking.directory(), placed, clock.instant()));
        });
  }

  /** Refuses what reaches further than the right to hold does. */
  private void demand(Principal asking, HoldScope scope) {
    if (!scope.recordings().isEmpty()) {
      Set<RecordingId> visible = new HashSet<>();
      for (CallEntry entry : calls.find(asking.slug(), scope.recordings())) {
        if (Access.sees(asking, entry.summary())) {
          Access.demand(asking, Right.HOLD, entry.summary());
          visible.add(entry.summary().id());
        }
      }
      if (!visible.containsAll(scope.recordings())) {
        throw Request.noSuchRecording();
      }
    }
    boolean within =
        switch (Access.scope(asking, Right.HOLD)) {
          case CallScope.WholeTenant _ -> true;
          case CallScope.Of of ->
              scope.numbers().isEmpty()
                  && scope.query() == null
                  && !scope.isOnAllCalls()
                  && isWithin(scope.persons(), of.userIds())
                  && isWithin(scope.teams(), of.teamIds());
        };
    if (!within) {
      throw ProblemException.forbidden(
          "not-granted",
          "Your right to hold calls is on certain persons, teams or recordings: name those. Numbers,"
              + " a query and all calls need the right on the whole tenant.");
    }
  }

  private static boolean isWithin(Collection<String> asked, Set<String> granted) {
    return granted.containsAll(asked);
  }

  @FunctionalInterface
  private interface HoldWork {
    void run(Hold hold) throws Exception;
  }

  private Route.Prepared on(Context http, Principal asking, HoldWork work) {
    UUID id = AccessRequest.uuid(http.pathParam("hold"));
    return new Route.Prepared(LegalHoldAct.object(id), Map.of(), _ -> work.run(find(asking, id)));
  }

  private Hold find(Principal asking, UUID id) {
    String by = onlyBy(asking);
    return holds
        .find(asking.slug(), id)
        .filter(hold -> by == null || hold.placedBy().equals(by))
        .orElseThrow(() -> ProblemException.notFound("There is no such hold."));
  }

  private Route.Prepared view(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of());
    Principal asking = Objects.requireNonNull(principal);
    return on(http, asking, hold -> SessionRoutes.json(http, 200, shown(asking, hold)));
  }

  private Route.Prepared recordings(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of("limit", "cursor"));
    Principal asking = Objects.requireNonNull(principal);
    int limit = (int) Request.number(http, "limit", 1, MOST, 50);
    String cursor = Request.parameter(http, "cursor", 40);
    RecordingId after = cursor == null ? null : new RecordingId(AccessRequest.uuid(cursor));
    return on(
        http,
        asking,
        hold -> {
          List<RecordingId> ids = holds.recordings(asking.slug(), hold.id(), after, limit);
          List<CallEntry> shown =
              calls.find(asking.slug(), ids).stream()
                  .filter(entry -> Access.sees(asking, entry.summary()))
                  .sorted(Comparator.comparing(entry -> entry.summary().id()))
                  .toList();
          SessionRoutes.json(
              http,
              200,
              new LegalHoldViews.RecordingsView(
                  shown.stream().map(CallViews.RecordingView::of).toList(),
                  ids.size() - shown.size(),
                  hold.recordings(),
                  ids.size() < limit ? null : ids.getLast().toString()));
        });
  }

  private record ReleaseBody(@Nullable String reason) {}

  /** Asks another person to release it. */
  private Route.Prepared release(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of());
    Principal asking = Objects.requireNonNull(principal);
    UUID id = AccessRequest.uuid(http.pathParam("hold"));
    return ask.ask(
        http,
        principal,
        ApprovalKind.HOLD_RELEASE,
        LegalHoldAct.object(id),
        Request.body(http, ReleaseBody.class, null).reason(),
        Set.of(),
        () -> {
          Hold hold = find(asking, id);
          if (hold.releasedAt() != null) {
            throw ProblemException.conflict(
                "released",
                "The hold was released on %s and ends on %s."
                    .formatted(hold.releasedAt(), hold.ends()));
          }
          return new AskedAct(
              asking.slug(),
              LegalHoldAct.object(id),
              LegalHoldAct.facts(hold, false),
              LegalHoldAct.facts(hold, true));
        });
  }
}
