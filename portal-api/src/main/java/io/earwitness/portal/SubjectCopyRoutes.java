package io.earwitness.portal;

import static io.javalin.http.HandlerType.GET;
import static io.javalin.http.HandlerType.POST;
import static io.javalin.http.HandlerType.PUT;

import io.earwitness.approval.ApprovalKind;
import io.earwitness.archive.catalog.Directory;
import io.earwitness.archive.catalog.SubjectRequests;
import io.earwitness.archive.catalog.SubjectRequests.CopyPlan;
import io.earwitness.archive.catalog.SubjectRequests.Decision;
import io.earwitness.archive.catalog.SubjectRequests.Item;
import io.earwitness.archive.catalog.SubjectRequests.Release;
import io.earwitness.archive.catalog.SubjectRequests.State;
import io.earwitness.archive.media.Pieces;
import io.earwitness.call.RecordingId;
import io.earwitness.call.TenantSlug;
import io.earwitness.portal.MediaAccess.Requester;
import io.earwitness.portal.Route.Rule;
import io.earwitness.portal.Route.Rule.Needs;
import io.earwitness.portal.SubjectRequestViews.CodeView;
import io.earwitness.portal.SubjectRequestViews.ItemView;
import io.javalin.http.Context;
import java.io.IOException;
import java.net.URI;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The copy for a subject: planned, listened to before it is released, fetched by officers, and by
 * the subject with a code. Nobody gets it after it expired.
 */
final class SubjectCopyRoutes {
  private static final int USUAL_DAYS = 14;
  private static final int MOST_DAYS = 60;
  private static final int USUAL_DOWNLOADS = 3;
  private static final int MOST_DOWNLOADS = 20;

  private final SubjectRequests requests;
  private final Directory directory;
  private final SubjectCopy copy;
  private final AskRoutes ask;
  private final Acts acts;
  private final Clock clock;
  private final @Nullable URI publicUrl;

  private SubjectCopyRoutes(PortalConfig config, PortalParts parts, Acts acts) {
    this.requests = parts.retention().subjects().catalog();
    this.directory = parts.directory();
    this.copy = new SubjectCopy(parts.media(), parts.calls());
    this.ask = new AskRoutes(parts);
    this.acts = acts;
    this.clock = parts.clock();
    this.publicUrl = config.signIn().publicUrl();
  }

  /** The table of routes. */
  static List<Route> all(PortalConfig config, PortalParts parts, Acts acts) {
    SubjectCopyRoutes routes = new SubjectCopyRoutes(config, parts, acts);
    Rule rule = new Needs(Permission.SUBJECT_REQUESTS);
    String one = SubjectRequestRoutes.ONE;
    String item = one + "/items/{id}";
    String whole = one + "/copy";
    return List.of(
        new Route(PUT, item + "/plan", rule, "subject-copy.plan", routes::plan),
        new Route(GET, item + "/audio", rule, "subject-copy.listen", routes::listen),
        new Route(POST, whole + "/release", rule, "approval.ask", routes::askRelease),
        new Route(GET, whole, rule, "subject-copy.download", routes::download),
        new Route(POST, whole + "/code", rule, "subject-copy.code", routes::code),
        new Route(
            POST, Routes.API + "/subject-copies", new Rule.Open(), null, routes::downloadByCode));
  }

  /** The recordings that are in a request's copy. */
  static List<Item> inCopy(SubjectRequests requests, TenantSlug tenant, UUID id) {
    return requests.items(tenant, id, null, Integer.MAX_VALUE).stream()
        .filter(item -> item.decision() == Decision.RELEASE)
        .toList();
  }

  private SubjectRequests.Request found(Principal asking, UUID id) {
    return SubjectRequestRoutes.found(requests, asking, id);
  }

  private Item item(Principal asking, UUID request, RecordingId recording) {
    return requests
        .item(asking.slug(), request, recording)
        .filter(item -> item.decision() == Decision.RELEASE)
        .orElseThrow(() -> ProblemException.notFound("The request's copy has no such recording."));
  }

  private Route.Prepared plan(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of());
    Principal asking = Objects.requireNonNull(principal);
    UUID id = SubjectRequestRoutes.id(http);
    RecordingId recording = Request.recording(http);
    CopyPlan plan = Request.body(http, SubjectRequestBodies.PlanBody.class, null).plan();
    Map<String, String> details = new HashMap<>();
    details.put("recording", recording.toString());
    details.put("opened", Integer.toString(plan.opened().size()));
    details.put("masked", Integer.toString(plan.masked().size()));
    return new Route.Prepared(
        SubjectErasureAct.object(id),
        details,
        _ -> {
          found(asking, id);
          item(asking, id, recording);
          SubjectRequestRoutes.change(
              () -> requests.plan(asking.slug(), id, Map.of(recording, plan), asking.actor()));
          SessionRoutes.json(http, 200, ItemView.of(item(asking, id, recording), null));
        });
  }

  /** Exactly what would be, or is, in the copy. */
  private Route.Prepared listen(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of("part"));
    Principal asking = Objects.requireNonNull(principal);
    UUID id = SubjectRequestRoutes.id(http);
    RecordingId recording = Request.recording(http);
    int part = Request.part(http);
    return new Route.Prepared(
        SubjectErasureAct.object(id),
        Map.of("recording", recording.toString(), "part", Integer.toString(part)),
        act -> {
          found(asking, id);
          Requester requester = new Requester(asking.actor(), Objects.requireNonNull(act).id());
          Pieces audio;
          try {
            audio = copy.audio(asking.slug(), item(asking, id, recording), part, requester);
          } catch (IOException e) {
            throw RecordingRoutes.unreadable(recording, e);
          }
          requests.heard(asking.slug(), id, audio.sha256(), asking.actor());
          http.contentType("audio/flac");
          http.res().setContentLengthLong(audio.size());
          audio.drain().transferTo(http.res().getOutputStream());
        });
  }

  private record ReleaseBody(
      @Nullable String reason, @Nullable Integer days, @Nullable Integer downloads) {}

  private static int within(String name, @Nullable Integer given, int usual, int most) {
    int value = Objects.requireNonNullElse(given, usual);
    if (value < 1 || value > most) {
      throw ProblemException.malformed(
          name, "%s is %d; from 1 to %d are possible.".formatted(name, value, most));
    }
    return value;
  }

  /** Makes the copy once, so that it is known what is reviewed, and asks another person for it. */
  private Route.Prepared askRelease(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of());
    Principal asking = Objects.requireNonNull(principal);
    UUID id = SubjectRequestRoutes.id(http);
    ReleaseBody body = Request.body(http, ReleaseBody.class, null);
    int days = within("days", body.days(), USUAL_DAYS, MOST_DAYS);
    int downloads = within("downloads", body.downloads(), USUAL_DOWNLOADS, MOST_DOWNLOADS);
    return ask.ask(
        http,
        principal,
        ApprovalKind.SUBJECT_COPY_RELEASE,
        SubjectErasureAct.object(id),
        body.reason(),
        Set.of(),
        () -> {
          SubjectRequests.Request request = found(asking, id);
          List<Item> items = inCopy(requests, asking.slug(), id);
          if (!SubjectRequestRoutes.isForCopy(request)
              || request.state() != State.DECIDED
              || items.isEmpty()) {
            throw ProblemException.conflict(
                "not-decided",
                "Decide of all recordings of a request for access first; at least one has to be in"
                    + " the copy.");
          }
          Map<RecordingId, CopyPlan> made = new HashMap<>();
          for (Item item : items) {
            made.put(item.recording(), made(asking, id, item));
          }
          SubjectRequests.Request planned =
              SubjectRequestRoutes.change(
                  () -> requests.plan(asking.slug(), id, made, asking.actor()));
          return SubjectCopyAct.asked(
              planned, inCopy(requests, asking.slug(), id), days, downloads, asking.actor());
        });
  }

  private CopyPlan made(Principal asking, UUID request, Item item) {
    CopyPlan plan = Objects.requireNonNullElse(item.plan(), CopyPlan.OWN);
    Acts.Act act =
        acts.begin(
            asking.slug(),
            asking.actor(),
            "subject-copy.make",
            SubjectErasureAct.object(request),
            Map.of("recording", item.recording().toString()));
    String outcome = "failed";
    try {
      List<String> hashes =
          copy.hashes(asking.slug(), item, new Requester(asking.actor(), act.id()));
      outcome = Acts.DONE;
      return new CopyPlan(plan.opened(), plan.masked(), hashes);
    } catch (IOException e) {
      ProblemException problem = RecordingRoutes.unreadable(item.recording(), e);
      outcome = problem.outcome();
      throw problem;
    } finally {
      acts.end(act, outcome);
    }
  }

  /** The release, while it lasts. */
  private Release released(SubjectRequests.Request request) {
    Release release = request.release();
    if (release == null) {
      throw ProblemException.conflict(
          "not-released", "The copy was not released: that needs a second person.");
    }
    boolean takenBack = request.state() == State.REFUSED || request.state() == State.WITHDRAWN;
    if (takenBack || !release.expires().isAfter(clock.instant())) {
      throw ProblemException.of(
          410,
          "expired",
          "Gone",
          takenBack
              ? "The request was taken back, and the copy with it."
              : "The copy was to be had until %s.".formatted(release.expires()));
    }
    return release;
  }

  private void send(Context http, SubjectRequests.Request request, Requester requester)
      throws IOException {
    List<Item> items = inCopy(requests, request.tenant(), request.id());
    RecordingRoutes.attachment(http, "recordings-%s.zip".formatted(request.id()));
    http.contentType("application/zip");
    try {
      copy.write(request, items, requester, http.res().getOutputStream());
    } catch (IOException e) {
      if (http.res().isCommitted()) {
        throw e;
      }
      http.res().reset();
      throw RecordingRoutes.unreadable(items.getFirst().recording(), e);
    }
  }

  /** For an officer, to hand it over. */
  private Route.Prepared download(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of());
    Principal asking = Objects.requireNonNull(principal);
    UUID id = SubjectRequestRoutes.id(http);
    return new Route.Prepared(
        SubjectErasureAct.object(id),
        Map.of(),
        act -> {
          SubjectRequests.Request request = found(asking, id);
          released(request);
          send(http, request, new Requester(asking.actor(), Objects.requireNonNull(act).id()));
        });
  }

  private Route.Prepared code(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of());
    Principal asking = Objects.requireNonNull(principal);
    UUID id = SubjectRequestRoutes.id(http);
    return new Route.Prepared(
        SubjectErasureAct.object(id),
        Map.of(),
        _ -> {
          Release release = released(found(asking, id));
          InvitationCode code = InvitationCode.draw();
          SubjectRequestRoutes.change(
              () -> requests.code(asking.slug(), id, code.hash(), asking.actor()));
          String page = "/subject-copy#tenant=%s&code=%s".formatted(asking.slug(), code.text());
          SessionRoutes.json(
              http,
              201,
              new CodeView(
                  code.text(),
                  publicUrl == null ? page : publicUrl.resolve(page).toString(),
                  release.expires(),
                  release.most()));
        });
  }

  private record CodeBody(@Nullable String tenant, @Nullable String code) {
    @Override
    public String toString() {
      return "CodeBody";
    }
  }

  /** {@code POST /subject-copies}; a POST, so that the code is in no address. */
  private Route.Prepared downloadByCode(Context http, @Nullable Principal nobody) {
    Request.allowParameters(http, Set.of());
    CodeBody body = Request.body(http, CodeBody.class, null);
    String named = AccessRequest.required("tenant", body.tenant(), 40);
    InvitationCode code = new InvitationCode(AccessRequest.required("code", body.code(), 100));
    return Route.Prepared.of(
        _ -> {
          Optional<TenantSlug> tenant = tenant(named);
          Optional<SubjectRequests.Request> request =
              tenant.flatMap(slug -> requests.byCode(slug, code.hash()));
          String object = request.map(each -> SubjectErasureAct.object(each.id())).orElse(null);
          String actor = object == null ? "user:unknown@" + named : object;
          Acts.Act act =
              acts.begin(
                  tenant.orElse(TenantSlug.PLATFORM),
                  actor,
                  "subject-copy.fetch",
                  object,
                  Map.of());
          String outcome = "failed: it broke off";
          try {
            fetch(http, request, actor, act);
            outcome = Acts.DONE;
          } catch (RuntimeException e) {
            outcome = Problems.of(e).outcome();
            throw e;
          } finally {
            acts.end(act, outcome);
          }
        });
  }

  private void fetch(
      Context http, Optional<SubjectRequests.Request> found, String actor, Acts.Act act)
      throws IOException {
    SubjectRequests.Request request =
        found.orElseThrow(
            () ->
                ProblemException.forbidden(
                    "code-void",
                    "The code leads to no copy: it was replaced, or is not whole. Ask whoever gave"
                        + " it to you."));
    released(request);
    if (requests.download(request.tenant(), request.id(), actor).isEmpty()) {
      throw ProblemException.of(
          410,
          "no-download-left",
          "Gone",
          "The copy was fetched as often as it may be. Ask whoever gave you the code for another.");
    }
    send(http, request, new Requester(actor, act.id()));
  }

  private Optional<TenantSlug> tenant(String text) {
    try {
      return directory.tenant(new TenantSlug(text)).map(Directory.Tenant::slug);
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }
}
