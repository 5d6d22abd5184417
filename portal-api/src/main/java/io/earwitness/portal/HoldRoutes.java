package io.earwitness.portal;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.earwitness.access.Person;
import io.earwitness.archive.catalog.ProvisionedPeople;
import io.earwitness.archive.catalog.ProvisionedPeople.Hold;
import io.earwitness.archive.catalog.ProvisionedPeople.Removal;
import io.javalin.http.Context;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What an identity provider removed, or was kept from removing, and what is done about it. */
final class HoldRoutes {
  private static final int MOST = 1_000_000;

  private final ProvisionedPeople people;
  private final Acts acts;

  HoldRoutes(PeopleParts parts, Acts acts) {
    this.people = parts.provisioned();
    this.acts = acts;
  }

  @JsonInclude(JsonInclude.Include.ALWAYS)
  private record HoldView(
      UUID id,
      Instant openedAt,
      int active,
      int removed,
      int allowed,
      List<AccessViews.PersonView> people,
      @Nullable Instant decidedAt,
      @Nullable String decidedBy,
      @Nullable Integer further) {
    static HoldView of(Principal asking, Hold hold) {
      return new HoldView(
          hold.id(),
          hold.openedAt(),
          hold.active(),
          hold.removed(),
          hold.allowed(),
          hold.people().stream()
              .map(id -> person(asking, id))
              .sorted(Comparator.comparing(AccessViews.PersonView::name))
              .toList(),
          hold.decidedAt(),
          hold.decidedBy(),
          hold.further());
    }
  }

  private record RemovalView(AccessViews.PersonView user, Instant at, String by) {}

  private static AccessViews.PersonView person(Principal asking, String id) {
    Person person = asking.directory().people().get(id);
    return person == null
        ? new AccessViews.PersonView(id, id, id)
        : AccessViews.PersonView.of(person);
  }

  Route.Prepared list(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of());
    Principal asking = Objects.requireNonNull(principal);
    return Route.Prepared.of(_ -> show(http, asking));
  }

  private void show(Context http, Principal asking) {
    SessionRoutes.json(
        http,
        200,
        new AccessViews.Items<>(
            people.holds(asking.slug()).stream().map(hold -> HoldView.of(asking, hold)).toList()));
  }

  private record Decision(@Nullable Integer further) {}

  Route.Prepared decide(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of());
    Principal asking = signedIn(principal);
    UUID id = AccessRequest.uuid(http.pathParam("hold"));
    Integer further = Request.body(http, Decision.class, null).further();
    if (further == null || further < 0 || further > MOST) {
      throw ProblemException.malformed(
          "further",
          ("Member 'further' says how many more people may be put out of use within the next 24"
                  + " hours: 0 to %d.")
              .formatted(MOST));
    }
    return new Route.Prepared(
        "provisioning-hold:" + id,
        Map.of("further", further.toString()),
        _ -> {
          if (people.holds(asking.slug()).stream().noneMatch(hold -> hold.id().equals(id))) {
            throw ProblemException.notFound("There is no such hold.");
          }
          if (!AccessRequest.change(
              () -> people.decide(asking.slug(), id, further, asking.actor()))) {
            throw ProblemException.conflict("decided", "The hold was decided already.");
          }
          show(http, asking);
        });
  }

  Route.Prepared removals(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of());
    Principal asking = Objects.requireNonNull(principal);
    return Route.Prepared.of(
        _ ->
            SessionRoutes.json(
                http,
                200,
                new AccessViews.Items<>(
                    people.removals(asking.slug()).stream()
                        .map(
                            removal ->
                                new RemovalView(
                                    person(asking, removal.userId()),
                                    removal.at(),
                                    removal.actor()))
                        .toList())));
  }

  private record Undo(@Nullable List<String> users) {}

  private record Undone(List<AccessViews.PersonView> undone) {}

  /** One act for each person, beside the one for all. */
  Route.Prepared undo(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of());
    Principal asking = signedIn(principal);
    List<String> users = Request.body(http, Undo.class, null).users();
    return new Route.Prepared(
        null,
        Map.of("people", users == null ? "all" : Integer.toString(users.size())),
        _ -> {
          Set<String> removed = new LinkedHashSet<>();
          people.removals(asking.slug()).stream().map(Removal::userId).forEach(removed::add);
          if (users != null && !removed.containsAll(users)) {
            throw ProblemException.malformed(
                "users",
                "users: one of them was not put out of use by a sync of the last 7 days:"
                    + " GET /api/v1/provisioning/removals lists those who were.");
          }
          List<AccessViews.PersonView> undone = new ArrayList<>();
          for (String id : users == null ? removed : new LinkedHashSet<>(users)) {
            if (undo(asking, id)) {
              undone.add(person(asking, id));
            }
          }
          SessionRoutes.json(http, 200, new Undone(undone));
        });
  }

  private boolean undo(Principal asking, String id) {
    Acts.Act act =
        acts.begin(
            asking.slug(),
            asking.actor(),
            "user.undo-removal",
            "user:" + person(asking, id).name(),
            Map.of());
    try {
      boolean done = AccessRequest.change(() -> people.undo(asking.slug(), id, asking.actor()));
      acts.end(act, Acts.DONE);
      return done;
    } catch (RuntimeException e) {
      acts.end(act, Problems.of(e).outcome());
      throw e;
    }
  }

  /** What a token's sync did is not for a token to allow. */
  private static Principal signedIn(@Nullable Principal principal) {
    Principal asking = Objects.requireNonNull(principal);
    if (asking.byToken()) {
      throw ProblemException.forbidden(
          "session-needed", "A person who is signed in must decide this; a token can't.");
    }
    return asking;
  }
}
