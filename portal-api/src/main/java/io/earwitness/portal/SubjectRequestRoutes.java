package io.earwitness.portal;

import static io.javalin.http.HandlerType.GET;
import static io.javalin.http.HandlerType.POST;

import io.earwitness.access.CallScope;
import io.earwitness.access.Right;
import io.earwitness.approval.ApprovalKind;
import io.earwitness.archive.catalog.SubjectRequests;
import io.earwitness.archive.catalog.SubjectRequests.Count;
import io.earwitness.archive.catalog.SubjectRequests.Decision;
import io.earwitness.archive.catalog.SubjectRequests.Item;
import io.earwitness.archive.catalog.SubjectRequests.Kind;
import io.earwitness.archive.catalog.SubjectRequests.NewRequest;
import io.earwitness.archive.catalog.SubjectRequests.State;
import io.earwitness.archive.catalog.SubjectRequests.Verdict;
import io.earwitness.archive.catalog.Tombstones;
import io.earwitness.archive.catalog.Tombstones.Tombstone;
import io.earwitness.call.RecordingId;
import io.earwitness.call.TenantSlug;
import io.earwitness.portal.Route.Rule;
import io.earwitness.portal.Route.Rule.Needs;
import io.earwitness.portal.SubjectRequestViews.ItemView;
import io.earwitness.portal.SubjectRequestViews.ItemsView;
import io.earwitness.portal.SubjectRequestViews.PageView;
import io.earwitness.portal.SubjectRequestViews.RequestView;
import io.earwitness.retention.ErasurePlans.Fate;
import io.javalin.http.Context;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Requests of people who were recorded: entered, looked for, decided and answered. */
final class SubjectRequestRoutes {
  static final String PATH = Routes.API + "/subject-requests";
  static final String ONE = PATH + "/{request}";
  private static final int MOST = 200;
  private static final int MOST_ITEMS = 100;
  private static final int MOST_TOMBSTONES = 10_000;

  private final SubjectRequests requests;
  private final SubjectRequestParts parts;
  private final Tombstones tombstones;
  private final DisposalParts disposal;
  private final AskRoutes ask;
  private final Clock clock;

  private SubjectRequestRoutes(PortalParts all) {
    this.parts = all.retention().subjects();
    this.requests = parts.catalog();
    this.disposal = all.retention().disposal();
    this.tombstones = disposal.tombstones();
    this.ask = new AskRoutes(all);
    this.clock = all.clock();
  }

  /** The table of routes. */
  static List<Route> all(PortalParts parts) {
    SubjectRequestRoutes routes = new SubjectRequestRoutes(parts);
    Rule rule = new Needs(Permission.SUBJECT_REQUESTS);
    return List.of(
        new Route(GET, PATH, rule, "subject-request.list", routes::list),
        new Route(POST, PATH, rule, "subject-request.open", routes::open),
        new Route(GET, ONE, rule, "subject-request.view", routes::view),
        new Route(GET, ONE + "/items", rule, "subject-request.list-items", routes::items),
        new Route(POST, ONE + "/extend", rule, "subject-request.extend", routes::extend),
        new Route(POST, ONE + "/identity", rule, "subject-request.identify", routes::identify),
        new Route(POST, ONE + "/find", rule, "subject-request.find", routes::find),
        new Route(POST, ONE + "/decisions", rule, "subject-request.decide", routes::decide),
        new Route(POST, ONE + "/execute", rule, "subject-request.execute", routes::execute),
        new Route(POST, ONE + "/erasure", rule, "approval.ask", routes::askErasure),
        new Route(POST, ONE + "/close", rule, "subject-request.close", routes::close),
        new Route(GET, ONE + "/answer", rule, "subject-request.view-answer", routes::answer));
  }

  /** A request may be about any call of the tenant, so that narrower rights are not enough. */
  static void demandWholeTenant(Principal asking) {
    if (!(Access.scope(asking, Right.PRODUCE) instanceof CallScope.WholeTenant)) {
      throw ProblemException.forbidden(
          "not-granted",
          "Requests of people who were recorded need the right 'produce' on the whole tenant;"
              + " yours is on certain calls.");
    }
  }

  static UUID id(Context http) {
    return AccessRequest.uuid(http.pathParam("request"));
  }

  /** The same for a missing one and another tenant's. */
  static SubjectRequests.Request found(SubjectRequests requests, Principal asking, UUID id) {
    demandWholeTenant(asking);
    return requests
        .find(asking.slug(), id)
        .orElseThrow(() -> ProblemException.notFound("There is no such request."));
  }

  /** Passes on what is refused, as the request is not that far. */
  static <T> T change(Supplier<T> change) {
    try {
      return change.get();
    } catch (IllegalArgumentException e) {
      throw ProblemException.conflict("not-possible", AnnouncementRoutes.sentence(e));
    }
  }

  private RequestView shown(Principal asking, SubjectRequests.Request request) {
    return RequestView.of(
        asking.directory(),
        request,
        requests.counts(request.tenant(), request.id()),
        clock.instant());
  }

  private void answer(Context http, int status, Principal asking, SubjectRequests.Request request) {
    SessionRoutes.json(http, status, shown(asking, request));
  }

  private Route.Prepared list(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of("state", "limit", "cursor"));
    Principal asking = Objects.requireNonNull(principal);
    boolean closed = Request.choice(http, "state", List.of("open", "closed")).equals("closed");
    int limit = (int) Request.number(http, "limit", 1, MOST, 50);
    String cursor = Request.parameter(http, "cursor", 40);
    UUID after = cursor == null ? null : AccessRequest.uuid(cursor);
    return Route.Prepared.of(
        _ -> {
          demandWholeTenant(asking);
          List<SubjectRequests.Request> found =
              requests.list(asking.slug(), closed, after, limit + 1);
          List<SubjectRequests.Request> page = found.subList(0, Math.min(limit, found.size()));
          SessionRoutes.json(
              http,
              200,
              new PageView(
                  page.stream().map(request -> shown(asking, request)).toList(),
                  found.size() > limit ? page.getLast().id().toString() : null));
        });
  }

  private Route.Prepared open(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of());
    Principal asking = Objects.requireNonNull(principal);
    UUID id = UUID.randomUUID();
    NewRequest wanted =
        Request.body(http, SubjectRequestBodies.RequestBody.class, null).request(asking, id, clock);
    return new Route.Prepared(
        SubjectErasureAct.object(id),
        Map.of("kind", wanted.kind().wireName(), "received", wanted.received().toString()),
        _ -> {
          demandWholeTenant(asking);
          answer(
              http,
              201,
              asking,
              change(() -> requests.open(asking.slug(), wanted, asking.actor())));
        });
  }

  @FunctionalInterface
  private interface OnRequest {
    void run(SubjectRequests.Request request);
  }

  private Route.Prepared on(
      Context http, Principal asking, Map<String, String> details, OnRequest work) {
    UUID id = id(http);
    return new Route.Prepared(
        SubjectErasureAct.object(id), details, _ -> work.run(found(requests, asking, id)));
  }

  /** A step that changes a request; answered is what it is then. */
  private Route.Prepared changed(
      Context http,
      Principal asking,
      Map<String, String> details,
      UnaryOperator<SubjectRequests.Request> step) {
    return on(
        http,
        asking,
        details,
        request -> answer(http, 200, asking, change(() -> step.apply(request))));
  }

  private Route.Prepared view(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of());
    Principal asking = Objects.requireNonNull(principal);
    return on(http, asking, Map.of(), request -> answer(http, 200, asking, request));
  }

  private Route.Prepared items(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of("after", "limit"));
    Principal asking = Objects.requireNonNull(principal);
    int limit = (int) Request.number(http, "limit", 1, MOST_ITEMS, 50);
    String text = Request.parameter(http, "after", 40);
    RecordingId after = text == null ? null : new RecordingId(AccessRequest.uuid(text));
    return on(
        http,
        asking,
        Map.of(),
        request -> {
          List<Item> page = requests.items(asking.slug(), request.id(), after, limit);
          SessionRoutes.json(
              http,
              200,
              new ItemsView(
                  page.stream().map(item -> ItemView.of(item, fate(request, item))).toList(),
                  page.size() < limit ? null : page.getLast().recording().toString()));
        });
  }

  /** What erasure would mean, as long as that may be decided. */
  private @Nullable Fate fate(SubjectRequests.Request request, Item item) {
    boolean open =
        request.kind().decisions().contains(Decision.ERASE)
            && item.pending()
            && item.decision() != Decision.RESTRICT;
    return open ? parts.fates().apply(request.tenant(), item.recording()) : null;
  }

  private record TextBody(
      @Nullable String reason, @Nullable String method, @Nullable String note) {}

  private Route.Prepared extend(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of());
    Principal asking = Objects.requireNonNull(principal);
    String reason =
        AccessRequest.required(
            "reason",
            Request.body(http, TextBody.class, null).reason(),
            SubjectRequestBodies.MAX_TEXT);
    return changed(
        http,
        asking,
        Map.of("reason", reason),
        request ->
            requests.extend(
                asking.slug(), request.id(), reason, asking.tenant().zone(), asking.actor()));
  }

  private Route.Prepared identify(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of());
    Principal asking = Objects.requireNonNull(principal);
    String method =
        AccessRequest.required(
            "method",
            Request.body(http, TextBody.class, null).method(),
            SubjectRequestBodies.MAX_TEXT);
    return changed(
        http,
        asking,
        Map.of("method", method),
        request -> requests.identify(asking.slug(), request.id(), method, asking.actor()));
  }

  private Route.Prepared find(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of());
    Principal asking = Objects.requireNonNull(principal);
    return changed(
        http,
        asking,
        Map.of(),
        request -> requests.find(asking.slug(), request.id(), disposed(request), asking.actor()));
  }

  /** What is left of recordings with the subject's numbers, by their keyed tokens. */
  private List<Tombstone> disposed(SubjectRequests.Request request) {
    TenantSlug tenant = request.tenant();
    return request.subject().numbers().stream()
        .map(disposal.tokens().apply(tenant)::number)
        .flatMap(token -> tombstones.withToken(tenant, token, MOST_TOMBSTONES).stream())
        .distinct()
        .toList();
  }

  private Route.Prepared decide(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of());
    Principal asking = Objects.requireNonNull(principal);
    SubjectRequestBodies.DecisionBody body =
        Request.body(http, SubjectRequestBodies.DecisionBody.class, null);
    Verdict verdict = body.verdict();
    List<RecordingId> ids = body.ids();
    Map<String, String> details = new HashMap<>();
    details.put("decision", verdict.decision().wireName());
    details.put("recordings", ids == null ? "all others" : Integer.toString(ids.size()));
    if (verdict.reason() != null) {
      details.put("reason", verdict.reason());
    }
    return changed(http, asking, details, request -> decided(asking, request.id(), ids, verdict));
  }

  private SubjectRequests.Request decided(
      Principal asking, UUID request, @Nullable List<RecordingId> ids, Verdict verdict) {
    if (ids == null) {
      return requests.decideRest(asking.slug(), request, verdict, asking.actor());
    }
    Map<RecordingId, Verdict> verdicts = new HashMap<>();
    ids.forEach(id -> verdicts.put(id, verdict));
    return requests.decide(asking.slug(), request, verdicts, asking.actor());
  }

  /** Lets what was decided be done, where nothing is to be erased. */
  private Route.Prepared execute(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of());
    Principal asking = Objects.requireNonNull(principal);
    return changed(
        http,
        asking,
        Map.of(),
        request -> requests.execute(asking.slug(), request.id(), null, asking.actor()));
  }

  /** Asks another person to let recordings be erased. */
  private Route.Prepared askErasure(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of());
    Principal asking = Objects.requireNonNull(principal);
    UUID id = id(http);
    return ask.ask(
        http,
        principal,
        ApprovalKind.SUBJECT_REQUEST_ERASE,
        SubjectErasureAct.object(id),
        Request.body(http, TextBody.class, null).reason(),
        Set.of(),
        () -> {
          SubjectRequests.Request request = found(requests, asking, id);
          List<Count> counts = requests.counts(asking.slug(), id);
          if (request.state() != State.DECIDED
              || counts.stream().noneMatch(count -> count.decision() == Decision.ERASE)) {
            throw ProblemException.conflict(
                "not-decided",
                "Decide of all recordings first; and where none is to be erased, no second person"
                    + " is needed.");
          }
          return SubjectErasureAct.asked(request, counts, asking.actor());
        });
  }

  private record CloseBody(@Nullable String state, @Nullable String note) {}

  private Route.Prepared close(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of());
    Principal asking = Objects.requireNonNull(principal);
    CloseBody body = Request.body(http, CloseBody.class, null);
    State state =
        AccessRequest.parse(
            "state", AccessRequest.required("state", body.state(), 20), State.class);
    if (!state.closed()) {
      throw ProblemException.malformed("state", "state: done, refused or withdrawn is needed.");
    }
    String note = AccessRequest.required("note", body.note(), SubjectRequestBodies.MAX_TEXT);
    return changed(
        http,
        asking,
        Map.of("state", state.wireName(), "note", note),
        request -> requests.close(asking.slug(), request.id(), state, note, asking.actor()));
  }

  private Route.Prepared answer(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of());
    Principal asking = Objects.requireNonNull(principal);
    return on(
        http,
        asking,
        Map.of(),
        request -> {
          List<Item> items = requests.items(asking.slug(), request.id(), null, Integer.MAX_VALUE);
          String text = SubjectAnswer.of(request, items, asking.tenant().zone());
          RecordingRoutes.attachment(http, "answer-%s.md".formatted(request.id()));
          http.contentType("text/markdown; charset=utf-8")
              .result(text.getBytes(StandardCharsets.UTF_8));
        });
  }

  /** Whether a request's copy is its matter. */
  static boolean isForCopy(SubjectRequests.Request request) {
    return request.kind() == Kind.ACCESS;
  }
}
