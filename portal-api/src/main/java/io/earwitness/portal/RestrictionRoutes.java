package io.earwitness.portal;

import static io.javalin.http.HandlerType.GET;
import static io.javalin.http.HandlerType.POST;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.earwitness.access.Person;
import io.earwitness.approval.ApprovalKind;
import io.earwitness.approval.AskedAct;
import io.earwitness.archive.catalog.CallCatalog;
import io.earwitness.archive.catalog.CallCatalog.CallEntry;
import io.earwitness.archive.catalog.Restrictions;
import io.earwitness.archive.catalog.Restrictions.Correcting;
import io.earwitness.archive.catalog.Restrictions.Correction;
import io.earwitness.archive.catalog.Restrictions.Derivative;
import io.earwitness.archive.catalog.Restrictions.Opening;
import io.earwitness.archive.catalog.Restrictions.Restricted;
import io.earwitness.archive.catalog.Restrictions.Restriction;
import io.earwitness.call.MaskedSpan;
import io.earwitness.call.RecordingId;
import io.earwitness.call.Side;
import io.earwitness.portal.Route.Rule;
import io.earwitness.portal.Route.Rule.Needs;
import io.javalin.http.Context;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Recordings whose original nobody hears: seen, and asked to be restricted, opened or lifted. */
final class RestrictionRoutes {
  private static final int MAX_TEXT = 1_000;
  private static final int MAX_USERS = 20;
  private static final int MAX_SPANS = 500;
  private static final int MOST = 200;

  private final Restrictions restrictions;
  private final CallCatalog calls;
  private final AskRoutes asks;

  private RestrictionRoutes(PortalParts parts) {
    this.restrictions = parts.retention().restrictions();
    this.calls = parts.calls();
    this.asks = new AskRoutes(parts);
  }

  /** The table of routes. */
  static List<Route> all(PortalParts parts) {
    RestrictionRoutes routes = new RestrictionRoutes(parts);
    Rule officer = new Needs(Permission.MATTERS);
    String path = Routes.API + "/recordings/{id}/restriction";
    return List.of(
        new Route(
            GET, path, new Needs(Permission.SEARCH), "recording.view-restriction", routes::view),
        new Route(POST, path, officer, "approval.ask", routes::restrict),
        new Route(
            POST, Routes.API + "/recordings/{id}/removal", officer, "approval.ask", routes::remove),
        new Route(
            POST,
            Routes.API + "/recordings/{id}/replacement",
            officer,
            "approval.ask",
            routes::replace),
        new Route(POST, path + "/opening", officer, "approval.ask", routes::open),
        new Route(POST, path + "/lift", officer, "approval.ask", routes::lift),
        new Route(
            GET,
            Routes.API + "/restrictions",
            new Needs(Permission.MATTERS_READ),
            "recording.list-restricted",
            routes::list));
  }

  /** An original that was opened, for those who may read matters. */
  private record OpeningView(
      List<String> users, Instant openedAt, Instant until, String reason, String legalBasis) {
    static OpeningView of(Principal asking, Opening opening) {
      return new OpeningView(
          opening.users().stream().map(id -> name(asking, id)).sorted().toList(),
          opening.openedAt(),
          opening.until(),
          opening.reason(),
          opening.legalBasis());
    }
  }

  /**
   * How it stands with a recording.
   *
   * @param reason null, as are the following two, for those who may not read matters
   * @param openUntil until when the original is open for whoever asks; null if it is not
   * @param openings all that ever were
   * @param correction null if it is none
   * @param settlingUntil until when it can be corrected; null if it can't any more
   */
  @JsonInclude(JsonInclude.Include.ALWAYS)
  private record RestrictionView(
      RecordingId recording,
      boolean restricted,
      @Nullable Instant at,
      List<MaskedSpan> spans,
      @Nullable Derivative derivative,
      @Nullable String problem,
      @Nullable String reason,
      @Nullable String legalBasis,
      @Nullable String by,
      @Nullable Instant openUntil,
      List<OpeningView> openings,
      @Nullable CorrectionView correction,
      @Nullable Instant settlingUntil) {}

  /**
   * A correction within the settling time.
   *
   * @param askedBy null for those who may not read matters
   * @param removedAt when the original was removed; null before
   */
  @JsonInclude(JsonInclude.Include.ALWAYS)
  private record CorrectionView(
      Correction what, @Nullable String askedBy, Instant settlesAt, @Nullable Instant removedAt) {}

  private static String name(Principal asking, String id) {
    Person person = asking.directory().people().get(id);
    return person == null ? id : person.name();
  }

  private RestrictionView shown(Principal asking, RecordingId id, @Nullable Restricted restricted) {
    boolean reads = asking.may(Permission.MATTERS_READ);
    List<OpeningView> openings =
        reads
            ? restrictions.openings(asking.slug(), id).stream()
                .map(opening -> OpeningView.of(asking, opening))
                .toList()
            : List.of();
    if (restricted == null) {
      return new RestrictionView(
          id,
          false,
          null,
          List.of(),
          null,
          null,
          null,
          null,
          null,
          null,
          openings,
          null,
          restrictions.settling(asking.slug(), id).orElse(null));
    }
    Correcting correcting = restricted.correcting();
    Restriction what = restricted.restriction();
    return new RestrictionView(
        id,
        true,
        restricted.at(),
        what.spans(),
        restricted.derivative(),
        restricted.problem(),
        reads ? what.reason() : null,
        reads ? what.legalBasis() : null,
        reads ? restricted.by() : null,
        restrictions
            .opening(asking.slug(), id, asking.user().id())
            .map(Opening::until)
            .orElse(null),
        openings,
        correcting == null
            ? null
            : new CorrectionView(
                correcting.what(),
                reads ? correcting.askedBy() : null,
                correcting.settlesAt(),
                correcting.removedAt()),
        correcting == null ? restrictions.settling(asking.slug(), id).orElse(null) : null);
  }

  private CallEntry visible(Principal asking, RecordingId id) {
    return calls
        .find(asking.slug(), id)
        .filter(entry -> Access.sees(asking, entry.summary()))
        .map(RecordingRoutes::unblocked)
        .orElseThrow(Request::noSuchRecording);
  }

  private Route.Prepared view(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of());
    Principal asking = Objects.requireNonNull(principal);
    RecordingId id = Request.recording(http);
    return new Route.Prepared(
        object(id),
        Map.of(),
        _ -> {
          visible(asking, id);
          SessionRoutes.json(
              http, 200, shown(asking, id, restrictions.of(asking.slug(), id).orElse(null)));
        });
  }

  @JsonInclude(JsonInclude.Include.ALWAYS)
  private record PageView(List<RestrictionView> items, @Nullable String next) {}

  private Route.Prepared list(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of("limit", "cursor"));
    Principal asking = Objects.requireNonNull(principal);
    int limit = (int) Request.number(http, "limit", 1, MOST, 50);
    String cursor = Request.parameter(http, "cursor", 40);
    RecordingId after = cursor == null ? null : new RecordingId(AccessRequest.uuid(cursor));
    return Route.Prepared.of(
        _ -> {
          List<Restricted> found = restrictions.restricted(asking.slug(), after, limit);
          Set<RecordingId> visible =
              calls.find(asking.slug(), found.stream().map(Restricted::recording).toList()).stream()
                  .filter(entry -> Access.sees(asking, entry.summary()))
                  .map(entry -> entry.summary().id())
                  .collect(Collectors.toSet());
          SessionRoutes.json(
              http,
              200,
              new PageView(
                  found.stream()
                      .filter(each -> visible.contains(each.recording()))
                      .map(each -> shown(asking, each.recording(), each))
                      .toList(),
                  found.size() < limit ? null : found.getLast().recording().toString()));
        });
  }

  private static String object(RecordingId id) {
    return RestrictionAct.PREFIX + id;
  }

  /** A span as it comes. */
  private record SpanBody(
      @Nullable Long fromMs, @Nullable Long toMs, @Nullable List<String> sides) {
    MaskedSpan span() {
      if (fromMs == null || toMs == null) {
        throw new IllegalArgumentException("each span needs fromMs and toMs");
      }
      return new MaskedSpan(
          fromMs,
          toMs,
          Objects.requireNonNullElse(sides, List.<String>of()).stream()
              .map(side -> Side.parse(String.valueOf(side)))
              .collect(Collectors.toUnmodifiableSet()));
    }
  }

  private static List<MaskedSpan> spans(@Nullable List<SpanBody> given) {
    if (given == null) {
      throw ProblemException.malformed(
          "spans",
          "The member 'spans' is needed: what is to be silent, in milliseconds; [] restricts all of it.");
    }
    if (given.size() > MAX_SPANS) {
      throw ProblemException.malformed(
          "spans", "spans has %d; at most %d.".formatted(given.size(), MAX_SPANS));
    }
    try {
      return given.stream().map(SpanBody::span).toList();
    } catch (IllegalArgumentException e) {
      throw ProblemException.malformed("spans", "spans: %s.".formatted(e.getMessage()));
    }
  }

  private record RestrictBody(
      @Nullable String legalBasis, @Nullable List<SpanBody> spans, @Nullable String reason) {}

  private Route.Prepared restrict(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of());
    RestrictBody body = Request.body(http, RestrictBody.class, null);
    String basis = AccessRequest.required("legalBasis", body.legalBasis(), MAX_TEXT);
    List<MaskedSpan> spans = spans(body.spans());
    return ask(
        http,
        principal,
        ApprovalKind.RECORDING_RESTRICT,
        body.reason(),
        Set.of(),
        present -> RestrictionAct.restricted(basis, spans));
  }

  private record OpenBody(
      @Nullable String legalBasis,
      @Nullable List<String> persons,
      @Nullable Integer hours,
      @Nullable String reason) {}

  private Route.Prepared open(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of());
    Principal asking = Objects.requireNonNull(principal);
    OpenBody body = Request.body(http, OpenBody.class, null);
    String basis = AccessRequest.required("legalBasis", body.legalBasis(), MAX_TEXT);
    Set<String> users = users(asking, body.persons());
    long most = Restrictions.LONGEST_OPENING.toHours();
    int hours = Objects.requireNonNullElse(body.hours(), 0);
    if (hours < 1 || hours > most) {
      throw ProblemException.malformed(
          "hours", "hours is %d; from 1 to %d are possible.".formatted(hours, most));
    }
    String names =
        users.stream().map(id -> name(asking, id)).sorted().collect(Collectors.joining(", "));
    return ask(
        http,
        principal,
        ApprovalKind.RECORDING_OPEN_RESTRICTED,
        body.reason(),
        users,
        present -> {
          demandRestricted(present);
          return RestrictionAct.opened(
              present.orElseThrow(), basis, users, names, Duration.ofHours(hours));
        });
  }

  private static Set<String> users(Principal asking, @Nullable List<String> given) {
    Set<String> users = new HashSet<>();
    for (String text : Objects.requireNonNullElse(given, List.<String>of())) {
      users.add(LegalHoldBodies.personId(asking, String.valueOf(text).strip()));
    }
    if (users.isEmpty() || users.size() > MAX_USERS) {
      throw ProblemException.malformed(
          "persons",
          "persons names %d people; name those who are to hear the original, at most %d."
              .formatted(users.size(), MAX_USERS));
    }
    return users;
  }

  private record LiftBody(@Nullable String reason) {}

  private Route.Prepared lift(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of());
    return ask(
        http,
        principal,
        ApprovalKind.RECORDING_LIFT_RESTRICTION,
        Request.body(http, LiftBody.class, null).reason(),
        Set.of(),
        present -> {
          demandRestricted(present);
          return RestrictionAct.facts(Optional.empty());
        });
  }

  private record RemoveBody(@Nullable String reason) {}

  private Route.Prepared remove(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of());
    return correct(
        http,
        principal,
        ApprovalKind.RECORDING_REMOVE,
        Request.body(http, RemoveBody.class, null).reason(),
        List.of());
  }

  private record ReplaceBody(@Nullable List<SpanBody> spans, @Nullable String reason) {}

  private Route.Prepared replace(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of());
    ReplaceBody body = Request.body(http, ReplaceBody.class, null);
    List<MaskedSpan> spans = spans(body.spans());
    if (spans.isEmpty()) {
      throw ProblemException.malformed(
          "spans", "spans is empty: name what is to be silent, or have the recording removed.");
    }
    return correct(http, principal, ApprovalKind.RECORDING_REPLACE, body.reason(), spans);
  }

  private Route.Prepared correct(
      Context http,
      @Nullable Principal principal,
      ApprovalKind kind,
      @Nullable String reason,
      List<MaskedSpan> spans) {
    Principal asking = Objects.requireNonNull(principal);
    RecordingId id = Request.recording(http);
    return asks.ask(
        http,
        principal,
        kind,
        object(id),
        reason,
        Set.of(),
        () -> {
          visible(asking, id);
          Optional<Restricted> present = restrictions.of(asking.slug(), id);
          Optional<Instant> settling = restrictions.settling(asking.slug(), id);
          demandNotCorrected(present);
          if (settling.isEmpty()) {
            throw ProblemException.conflict(
                "settled",
                "The settling time of the recording is over, or there was none: restrict it instead.");
          }
          return new AskedAct(
              asking.slug(),
              object(id),
              CorrectingAct.facts(present, settling),
              CorrectingAct.corrected(spans));
        });
  }

  private static void demandNotCorrected(Optional<Restricted> present) {
    if (present.map(Restricted::correcting).isPresent()) {
      throw ProblemException.conflict(
          "corrected", "The recording was corrected within its settling time, which is for good.");
    }
  }

  private static void demandRestricted(Optional<Restricted> present) {
    if (present.isEmpty()) {
      throw ProblemException.conflict("not-restricted", "The recording is not restricted.");
    }
  }

  private Route.Prepared ask(
      Context http,
      @Nullable Principal principal,
      ApprovalKind kind,
      @Nullable String reason,
      Set<String> benefits,
      Function<Optional<Restricted>, SortedMap<String, String>> after) {
    Principal asking = Objects.requireNonNull(principal);
    RecordingId id = Request.recording(http);
    return asks.ask(
        http,
        principal,
        kind,
        object(id),
        reason,
        benefits,
        () -> {
          CallEntry entry = visible(asking, id);
          if (entry.archive() == null) {
            throw ProblemException.conflict("no-media", "Nothing of the call is stored.");
          }
          Optional<Restricted> present = restrictions.of(asking.slug(), id);
          demandNotCorrected(present);
          return new AskedAct(
              asking.slug(), object(id), RestrictionAct.facts(present), after.apply(present));
        });
  }
}
