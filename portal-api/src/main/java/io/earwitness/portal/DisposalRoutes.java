package io.earwitness.portal;

import static io.javalin.http.HandlerType.GET;
import static io.javalin.http.HandlerType.POST;
import static io.javalin.http.HandlerType.PUT;

import io.earwitness.access.AccessSnapshot;
import io.earwitness.access.Person;
import io.earwitness.access.Right;
import io.earwitness.approval.ApprovalKind;
import io.earwitness.approval.AskedAct;
import io.earwitness.archive.catalog.CallCatalog;
import io.earwitness.archive.catalog.Disposals;
import io.earwitness.archive.catalog.Disposals.CdrFate;
import io.earwitness.archive.catalog.Disposals.Item;
import io.earwitness.archive.catalog.Disposals.ItemState;
import io.earwitness.archive.catalog.Disposals.Mode;
import io.earwitness.archive.catalog.Disposals.Run;
import io.earwitness.archive.catalog.Disposals.Settings;
import io.earwitness.archive.catalog.LegalHolds;
import io.earwitness.archive.catalog.LegalHolds.Hold;
import io.earwitness.archive.catalog.RetentionPolicies.ConflictException;
import io.earwitness.archive.catalog.Tombstones;
import io.earwitness.archive.catalog.Tombstones.Tombstone;
import io.earwitness.call.CallSummary;
import io.earwitness.call.RecordingId;
import io.earwitness.call.TenantSlug;
import io.earwitness.portal.DisposalViews.ClassView;
import io.earwitness.portal.DisposalViews.ItemView;
import io.earwitness.portal.DisposalViews.ItemsView;
import io.earwitness.portal.DisposalViews.PreviewView;
import io.earwitness.portal.DisposalViews.RunView;
import io.earwitness.portal.DisposalViews.SettingsView;
import io.earwitness.portal.DisposalViews.TombstoneView;
import io.earwitness.portal.LegalHoldViews.NamedView;
import io.earwitness.portal.Route.Rule;
import io.earwitness.portal.Route.Rule.Needs;
import io.earwitness.retention.FallingDue;
import io.javalin.http.Context;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Disposal: how a tenant wants it, what falls due, what became of it, and objections to it. */
final class DisposalRoutes {
  private static final String PATH = Routes.API + "/disposal";
  private static final int MAX_REASON = 1_000;
  private static final int NEWEST = 200;
  private static final int MOST_OFFICERS = 50;
  private static final int SHOWN = 100;
  private static final long LOOKED_AT = 200_000;

  private final Disposals disposals;
  private final Tombstones tombstones;
  private final DisposalParts parts;
  private final LegalHolds holds;
  private final FallingDue due;
  private final CallCatalog calls;
  private final AskRoutes ask;
  private final Clock clock;

  private DisposalRoutes(PortalParts all) {
    this.parts = all.retention().disposal();
    this.disposals = parts.disposals();
    this.tombstones = parts.tombstones();
    this.holds = all.retention().holds().catalog();
    this.due = new FallingDue(disposals, all.retention().policies(), holds);
    this.calls = all.calls();
    this.ask = new AskRoutes(all);
    this.clock = all.clock();
  }

  /** The table of routes. */
  static List<Route> all(PortalParts parts) {
    DisposalRoutes routes = new DisposalRoutes(parts);
    Rule see = new Needs(Permission.RETENTION_READ);
    Rule change = new Needs(Permission.RETENTION);
    Rule object = new Needs(Permission.KEEP);
    Rule find = new Needs(Permission.SEARCH);
    String settings = PATH + "/settings";
    String run = PATH + "/runs/{run}";
    return List.of(
        new Route(GET, settings, see, "disposal-settings.view", routes::settings),
        new Route(PUT, settings, change, "disposal-settings.set", routes::set),
        new Route(POST, settings + "/ask", change, "approval.ask", routes::askSettings),
        new Route(GET, PATH + "/preview", see, "disposal.preview", routes::preview),
        new Route(GET, PATH + "/runs", see, "disposal-run.list", routes::runs),
        new Route(GET, run, see, "disposal-run.view", routes::run),
        new Route(GET, run + "/items", see, "disposal-run.list-items", routes::items),
        new Route(GET, run + "/certificate", see, "disposal-run.download", routes::certificate),
        new Route(POST, run + "/approval", change, "approval.ask", routes::askRun),
        new Route(POST, PATH + "/items/{id}/veto", object, "recording.veto-disposal", routes::veto),
        new Route(GET, PATH + "/tombstones", find, "disposal.find", routes::find),
        new Route(
            GET,
            Routes.API + "/recordings/{id}/tombstone",
            find,
            "recording.view-tombstone",
            routes::tombstone));
  }

  private Route.Prepared settings(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of());
    Principal asking = Objects.requireNonNull(principal);
    return Route.Prepared.of(_ -> answer(http, asking, disposals.settings(asking.slug())));
  }

  private static void answer(Context http, Principal asking, Settings settings) {
    SessionRoutes.json(http, 200, SettingsView.of(settings, asking.directory()));
  }

  /**
   * @param version that was looked at, so that nobody's change is lost
   * @param officers ids or names of users
   * @param reason for whoever decides on what deletes more
   */
  private record SettingsBody(
      @Nullable Integer version,
      @Nullable String mode,
      @Nullable List<String> officers,
      @Nullable String cdr,
      @Nullable Integer everyDays,
      @Nullable String reason) {
    Settings settings(AccessSnapshot directory) {
      Integer seen = version;
      if (seen == null) {
        throw ProblemException.malformed(
            "version", "The member 'version' is needed: the one that was looked at.");
      }
      Mode wanted =
          AccessRequest.parse("mode", AccessRequest.required("mode", mode, 20), Mode.class);
      CdrFate fate =
          AccessRequest.parse("cdr", AccessRequest.required("cdr", cdr, 20), CdrFate.class);
      List<String> told = new ArrayList<>();
      for (String officer : Objects.requireNonNullElse(officers, List.<String>of())) {
        told.add(person(directory, officer));
      }
      if (told.size() > MOST_OFFICERS) {
        throw ProblemException.malformed(
            "officers", "At most %d officers can be told.".formatted(MOST_OFFICERS));
      }
      List<Settings> made = new ArrayList<>();
      AnnouncementRoutes.checked(
          "settings",
          () ->
              made.add(
                  new Settings(
                      seen,
                      wanted,
                      told.stream().distinct().sorted().toList(),
                      fate,
                      Objects.requireNonNullElse(everyDays, Settings.NONE.everyDays()),
                      null,
                      null)));
      return made.getFirst();
    }

    private static String person(AccessSnapshot directory, String named) {
      return directory.people().values().stream()
          .filter(person -> person.id().equals(named) || person.name().equals(named))
          .map(Person::id)
          .findFirst()
          .orElseThrow(
              () ->
                  ProblemException.malformed(
                      "officers", "officers: there is no user '%s'.".formatted(named)));
    }
  }

  /** Makes a change that lets no more be deleted; another one is to be asked for. */
  private Route.Prepared set(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of());
    Principal asking = Objects.requireNonNull(principal);
    Settings wanted = Request.body(http, SettingsBody.class, null).settings(asking.directory());
    return new Route.Prepared(
        DisposalSettingsAct.object(asking.slug()),
        DisposalSettingsAct.facts(wanted),
        _ -> {
          Settings present = disposals.settings(asking.slug());
          if (present.deletesLessThan(wanted)) {
            throw ProblemException.conflict(
                "needs-second-person",
                "It lets more be deleted than before, or tells fewer. That needs a second person:"
                    + " ask for it with a reason, by POST /api/v1/disposal/settings/ask.");
          }
          try {
            answer(http, asking, disposals.set(asking.slug(), wanted, asking.actor()));
          } catch (ConflictException e) {
            throw ProblemException.conflict("changed-meanwhile", AnnouncementRoutes.sentence(e));
          }
        });
  }

  private Route.Prepared askSettings(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of());
    Principal asking = Objects.requireNonNull(principal);
    SettingsBody body = Request.body(http, SettingsBody.class, null);
    Settings wanted = body.settings(asking.directory());
    String object = DisposalSettingsAct.object(asking.slug());
    return ask.ask(
        http,
        principal,
        ApprovalKind.DISPOSAL_SETTINGS,
        object,
        body.reason(),
        Set.of(),
        () -> {
          Settings present = disposals.settings(asking.slug());
          if (present.version() != wanted.version()) {
            throw ProblemException.conflict(
                "changed-meanwhile",
                "The settings are at version %d by now, not %d; look at them again before you change them."
                    .formatted(present.version(), wanted.version()));
          }
          Settings next =
              new Settings(
                  wanted.version() + 1,
                  wanted.mode(),
                  wanted.officers(),
                  wanted.cdr(),
                  wanted.everyDays(),
                  null,
                  null);
          return new AskedAct(
              asking.slug(),
              object,
              DisposalSettingsAct.facts(present),
              DisposalSettingsAct.facts(next));
        });
  }

  private Route.Prepared preview(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of("days"));
    Principal asking = Objects.requireNonNull(principal);
    long days = Request.number(http, "days", 0, 3_650, Disposals.NOTICE.toDays());
    return Route.Prepared.of(
        _ -> {
          Instant until = clock.instant().plus(Duration.ofDays(days));
          SessionRoutes.json(http, 200, preview(asking.slug(), until));
        });
  }

  private PreviewView preview(TenantSlug tenant, Instant until) {
    Map<String, ClassView> classes = new TreeMap<>();
    List<ItemView> shown = new ArrayList<>();
    long[] sums = new long[2];
    due.forEach(
        tenant,
        until,
        item -> {
          sums[0]++;
          sums[1] += item.bytes();
          classes.merge(
              item.basis().keep(),
              new ClassView(item.basis().keep(), 1, item.bytes()),
              (one, other) ->
                  new ClassView(
                      one.keep(),
                      one.recordings() + other.recordings(),
                      one.bytes() + other.bytes()));
          if (shown.size() < SHOWN) {
            shown.add(ItemView.of(item, List.of()));
          }
          return sums[0] < LOOKED_AT;
        });
    return new PreviewView(
        until, sums[0], sums[1], sums[0] == LOOKED_AT, List.copyOf(classes.values()), shown);
  }

  private Route.Prepared runs(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of());
    Principal asking = Objects.requireNonNull(principal);
    return Route.Prepared.of(
        _ ->
            SessionRoutes.json(
                http,
                200,
                new AccessViews.Items<>(
                    disposals.runs(asking.slug(), NEWEST).stream().map(this::view).toList())));
  }

  private RunView view(Run run) {
    return RunView.of(run, disposals.counts(run.tenant(), run.id()));
  }

  private static UUID id(Context http) {
    return AccessRequest.uuid(http.pathParam("run"));
  }

  private Run found(Principal asking, UUID id) {
    return disposals
        .run(asking.slug(), id)
        .orElseThrow(() -> ProblemException.notFound("There is no such run of disposal."));
  }

  private Route.Prepared run(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of());
    Principal asking = Objects.requireNonNull(principal);
    UUID id = id(http);
    return new Route.Prepared(
        DisposalRunAct.object(id),
        Map.of(),
        _ -> SessionRoutes.json(http, 200, view(found(asking, id))));
  }

  private Route.Prepared items(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of("state", "after", "limit"));
    Principal asking = Objects.requireNonNull(principal);
    UUID id = id(http);
    int limit = (int) Request.number(http, "limit", 1, 1_000, SHOWN);
    String named = Request.parameter(http, "state", 20);
    ItemState state = named == null ? null : AccessRequest.parse("state", named, ItemState.class);
    String text = Request.parameter(http, "after", 40);
    List<RecordingId> after = new ArrayList<>();
    if (text != null) {
      AnnouncementRoutes.checked("after", () -> after.add(RecordingId.parse(text)));
    }
    return new Route.Prepared(
        DisposalRunAct.object(id),
        Map.of(),
        _ -> {
          found(asking, id);
          List<Item> page =
              disposals.items(
                  asking.slug(), id, state, after.isEmpty() ? null : after.getFirst(), limit);
          String next = page.size() < limit ? null : page.getLast().recording().toString();
          SessionRoutes.json(
              http,
              200,
              new ItemsView(
                  ItemView.of(
                      page, asking.may(Permission.HOLDS_READ) ? holding(asking, page) : Map.of()),
                  next));
        });
  }

  /** The holds on recordings of a page. */
  private Map<RecordingId, List<NamedView>> holding(Principal asking, List<Item> page) {
    Map<RecordingId, Set<UUID>> ids =
        holds.of(asking.slug(), page.stream().map(Item::recording).toList());
    if (ids.isEmpty()) {
      return Map.of();
    }
    List<Hold> inEffect = holds.inEffect(asking.slug());
    Map<RecordingId, List<NamedView>> named = new HashMap<>();
    ids.forEach(
        (recording, on) ->
            named.put(
                recording,
                inEffect.stream()
                    .filter(hold -> on.contains(hold.id()))
                    .map(hold -> new NamedView(hold.id().toString(), hold.name()))
                    .toList()));
    return named;
  }

  private Route.Prepared certificate(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of());
    Principal asking = Objects.requireNonNull(principal);
    UUID id = id(http);
    return new Route.Prepared(
        DisposalRunAct.object(id),
        Map.of(),
        _ -> {
          byte[] certificate =
              disposals
                  .certificate(asking.slug(), id)
                  .orElseThrow(
                      () ->
                          ProblemException.notFound(
                              "There is no such run of disposal, or it is not done yet."));
          RecordingRoutes.attachment(http, "disposal-%s.p7".formatted(id));
          http.contentType("application/pkcs7-mime").result(certificate);
        });
  }

  private record ReasonBody(@Nullable String reason) {}

  private Route.Prepared askRun(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of());
    Principal asking = Objects.requireNonNull(principal);
    UUID id = id(http);
    return ask.ask(
        http,
        principal,
        ApprovalKind.DISPOSAL_RUN,
        DisposalRunAct.object(id),
        Request.body(http, ReasonBody.class, new ReasonBody(null)).reason(),
        Set.of(),
        () -> {
          Run run = found(asking, id);
          if (run.state() != Disposals.RunState.ANNOUNCED || run.approvedBy() != null) {
            throw ProblemException.conflict(
                "not-open", "The run needs no approval: it is approved, or over.");
          }
          return DisposalRunAct.asked(run, disposals.counts(asking.slug(), id));
        });
  }

  private void demandHold(Principal asking, RecordingId id) {
    CallSummary call =
        calls
            .find(asking.slug(), id)
            .map(CallCatalog.CallEntry::summary)
            .filter(each -> Access.sees(asking, each))
            .orElseThrow(Request::noSuchRecording);
    Access.demand(asking, Right.HOLD, call);
  }

  private Route.Prepared veto(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of());
    Principal asking = Objects.requireNonNull(principal);
    RecordingId id = Request.recording(http);
    String reason =
        AccessRequest.required(
            "reason",
            Request.body(http, ReasonBody.class, new ReasonBody(null)).reason(),
            MAX_REASON);
    UUID hold = UUID.randomUUID();
    return new Route.Prepared(
        "recording:" + id,
        Map.of("reason", reason, "hold", hold.toString()),
        _ -> {
          demandHold(asking, id);
          try {
            Hold placed = disposals.veto(asking.slug(), id, hold, reason, asking.actor());
            SessionRoutes.json(
                http, 201, LegalHoldViews.HoldView.of(asking.directory(), placed, clock.instant()));
          } catch (IllegalArgumentException e) {
            throw ProblemException.conflict("not-possible", AnnouncementRoutes.sentence(e));
          }
        });
  }

  private boolean sees(Principal asking, RecordingId id) {
    return calls
        .find(asking.slug(), id)
        .filter(found -> Access.sees(asking, found.summary()))
        .isPresent();
  }

  private Route.Prepared find(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of("number"));
    Principal asking = Objects.requireNonNull(principal);
    String number = Request.parameter(http, "number", 40);
    if (number == null) {
      throw ProblemException.malformed("number", "The parameter 'number' is missing.");
    }
    String token = parts.tokens().apply(asking.slug()).number(number);
    return new Route.Prepared(
        null,
        Map.of("token", token),
        _ -> {
          List<Tombstone> stones = tombstones.withToken(asking.slug(), token, NEWEST);
          SessionRoutes.json(
              http,
              200,
              new AccessViews.Items<>(
                  stones.stream()
                      .filter(stone -> sees(asking, stone.recording()))
                      .map(TombstoneView::of)
                      .toList()));
        });
  }

  private Route.Prepared tombstone(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of());
    Principal asking = Objects.requireNonNull(principal);
    RecordingId id = Request.recording(http);
    return new Route.Prepared(
        "recording:" + id,
        Map.of(),
        _ -> {
          if (!sees(asking, id)) {
            throw Request.noSuchRecording();
          }
          Tombstone stone =
              tombstones
                  .find(asking.slug(), id)
                  .orElseThrow(
                      () -> ProblemException.notFound("The recording was not disposed of."));
          SessionRoutes.json(http, 200, TombstoneView.of(stone));
        });
  }
}
