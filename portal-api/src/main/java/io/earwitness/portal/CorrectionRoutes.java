package io.earwitness.portal;

import static io.javalin.http.HandlerType.GET;
import static io.javalin.http.HandlerType.POST;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.earwitness.access.Right;
import io.earwitness.archive.catalog.CallCatalog;
import io.earwitness.archive.catalog.Corrections;
import io.earwitness.archive.catalog.Corrections.Correcting;
import io.earwitness.archive.catalog.Corrections.Correction;
import io.earwitness.archive.catalog.Corrections.Named;
import io.earwitness.call.CallSummary;
import io.earwitness.call.RecordingId;
import io.earwitness.portal.Route.Rule.Needs;
import io.javalin.http.Context;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Corrections of a call's parties; what was stays beside what became of it. */
final class CorrectionRoutes {
  private static final int REASON = 1_000;
  private static final int NAME = 200;

  private final CallCatalog calls;
  private final Corrections corrections;

  private CorrectionRoutes(PortalParts parts) {
    this.calls = parts.calls();
    this.corrections = parts.whoseCall().corrections();
  }

  static List<Route> all(PortalParts parts) {
    CorrectionRoutes routes = new CorrectionRoutes(parts);
    String path = Routes.API + "/recordings/{id}/corrections";
    return List.of(
        new Route(
            GET, path, new Needs(Permission.SEARCH), "recording.list-corrections", routes::list),
        new Route(POST, path, new Needs(Permission.MATTERS), "recording.correct", routes::correct));
  }

  @JsonInclude(JsonInclude.Include.ALWAYS)
  private record CorrectionView(
      int number,
      Instant at,
      String actor,
      String reason,
      List<CallViews.PartyView> before,
      List<CallViews.PartyView> after) {
    static CorrectionView of(Correction correction) {
      return new CorrectionView(
          correction.number(),
          correction.at(),
          correction.actor(),
          correction.reason(),
          correction.before().stream().map(CallViews.PartyView::of).toList(),
          correction.after().stream().map(CallViews.PartyView::of).toList());
    }
  }

  private CallSummary visible(Principal asking, RecordingId id) {
    return calls
        .find(asking.slug(), id)
        .filter(entry -> Access.sees(asking, entry.summary()))
        .map(RecordingRoutes::unblocked)
        .map(CallCatalog.CallEntry::summary)
        .orElseThrow(Request::noSuchRecording);
  }

  private Route.Prepared list(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of());
    Principal asking = Objects.requireNonNull(principal);
    RecordingId id = Request.recording(http);
    return new Route.Prepared(
        "recording:" + id,
        Map.of(),
        _ -> {
          visible(asking, id);
          SessionRoutes.json(
              http,
              200,
              new AccessViews.Items<>(
                  corrections.of(asking.slug(), id).stream().map(CorrectionView::of).toList()));
        });
  }

  private record NamedParty(
      @Nullable String number, @Nullable String name, @Nullable String userId) {}

  private record NewCorrection(
      @Nullable List<NamedParty> parties, @Nullable Boolean swapSides, @Nullable String reason) {}

  private Route.Prepared correct(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of());
    Principal asking = Objects.requireNonNull(principal);
    RecordingId id = Request.recording(http);
    NewCorrection body = Request.body(http, NewCorrection.class, null);
    Correcting wanted =
        new Correcting(
            parties(body.parties()),
            Boolean.TRUE.equals(body.swapSides()),
            AccessRequest.required("reason", body.reason(), REASON));
    Map<String, String> details = new TreeMap<>();
    details.put("reason", wanted.reason());
    details.put("swapSides", Boolean.toString(wanted.swapSides()));
    details.put("parties", wanted.parties() == null ? "unchanged" : "named anew");
    return new Route.Prepared(
        "recording:" + id,
        details,
        _ -> {
          CallSummary call = visible(asking, id);
          Access.demand(asking, Right.ANNOTATE, call);
          Correction made =
              AccessRequest.change(
                  () -> corrections.correct(asking.slug(), id, wanted, asking.actor()));
          SessionRoutes.json(http, 201, CorrectionView.of(made));
        });
  }

  private static @Nullable List<Named> parties(@Nullable List<NamedParty> given) {
    if (given == null) {
      return null;
    }
    List<Named> parties = new ArrayList<>();
    for (NamedParty party : given) {
      if (party == null) {
        throw ProblemException.malformed("parties", "A party is null.");
      }
      parties.add(
          new Named(
              optional("number", party.number(), 40),
              optional("name", party.name(), NAME),
              optional("userId", party.userId(), NAME)));
    }
    return parties;
  }

  private static @Nullable String optional(String name, @Nullable String text, int most) {
    return text == null || text.isBlank() ? null : AccessRequest.required(name, text, most);
  }
}
