package io.earwitness.portal;

import static io.javalin.http.HandlerType.GET;
import static io.javalin.http.HandlerType.POST;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.earwitness.archive.QuarantineRelease;
import io.earwitness.archive.catalog.CallCatalog.CallEntry;
import io.earwitness.call.CallState;
import io.earwitness.call.CallSummary;
import io.earwitness.call.Party;
import io.earwitness.call.RecordingId;
import io.earwitness.call.TenantSlug;
import io.earwitness.portal.Route.Rule.Needs;
import io.javalin.http.Context;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Calls that are nobody's: listed without anything of what was said, and given to their tenants.
 */
final class QuarantineRoutes {
  private final QuarantineDesk desk;
  private final Acts acts;

  private QuarantineRoutes(QuarantineDesk desk, Acts acts) {
    this.desk = desk;
    this.acts = acts;
  }

  static List<Route> all(PortalParts parts, Acts acts) {
    QuarantineRoutes routes = new QuarantineRoutes(parts.whoseCall().quarantine(), acts);
    String path = Routes.API + "/quarantine";
    Route.Rule matching = new Needs(Permission.TENANT_MATCHING);
    return List.of(
        new Route(GET, path, matching, "quarantine.list", routes::list),
        new Route(POST, path + "/run", matching, "quarantine.run", routes::run));
  }

  /**
   * A call in quarantine.
   *
   * @param tenant null; the tenant if its release was begun and not finished
   */
  @JsonInclude(JsonInclude.Include.ALWAYS)
  private record HeldView(
      RecordingId id,
      @Nullable TenantSlug tenant,
      CallState state,
      Instant start,
      @Nullable Instant end,
      List<String> numbers,
      List<String> callIds,
      String node,
      String rule,
      boolean releasable) {
    static HeldView of(CallEntry entry) {
      CallSummary call = entry.summary();
      return new HeldView(
          call.id(),
          call.tenant().equals(TenantSlug.PLATFORM) ? null : call.tenant(),
          call.state(),
          call.start(),
          call.end(),
          call.parties().stream().map(Party::number).filter(Objects::nonNull).toList(),
          call.callIds(),
          call.node(),
          call.matchedRule(),
          QuarantineRelease.isReleasable(entry));
    }
  }

  private Route.Prepared list(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of());
    return Route.Prepared.of(
        _ ->
            SessionRoutes.json(
                http,
                200,
                new AccessViews.Items<>(
                    desk.list(QuarantineDesk.MOST).stream().map(HeldView::of).toList())));
  }

  private record Run(@Nullable List<String> recordings) {}

  @JsonInclude(JsonInclude.Include.ALWAYS)
  private record OutcomeView(
      RecordingId id,
      @Nullable TenantSlug tenant,
      String rule,
      boolean released,
      @Nullable String problem) {
    static OutcomeView of(QuarantineDesk.Outcome outcome) {
      return new OutcomeView(
          outcome.id(), outcome.tenant(), outcome.rule(), outcome.released(), outcome.problem());
    }
  }

  private Route.Prepared run(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of("dryRun"));
    Principal asking = Objects.requireNonNull(principal);
    boolean dry = Request.flag(http, "dryRun");
    Set<RecordingId> chosen = chosen(Request.body(http, Run.class, new Run(null)).recordings());
    return new Route.Prepared(
        "quarantine",
        Map.of(
            "dryRun",
            Boolean.toString(dry),
            "recordings",
            chosen.isEmpty() ? "all" : String.join(",", texts(chosen))),
        _ ->
            SessionRoutes.json(
                http,
                200,
                new AccessViews.Items<>(
                    desk
                        .run(
                            chosen,
                            asking.actor(),
                            dry ? null : QuarantineDesk.entering(acts, asking.actor()))
                        .stream()
                        .map(OutcomeView::of)
                        .toList())));
  }

  private static TreeSet<String> texts(Set<RecordingId> ids) {
    TreeSet<String> texts = new TreeSet<>();
    ids.forEach(id -> texts.add(id.toString()));
    return texts;
  }

  private static Set<RecordingId> chosen(@Nullable List<String> texts) {
    Set<RecordingId> ids = new HashSet<>();
    for (String text : texts == null ? List.<String>of() : texts) {
      try {
        ids.add(RecordingId.parse(String.valueOf(text)));
      } catch (IllegalArgumentException e) {
        throw ProblemException.malformed(
            "recordings", "recordings: '%s' is no id of a recording.".formatted(text));
      }
    }
    if (ids.size() > QuarantineDesk.MOST) {
      throw ProblemException.malformed(
          "recordings", "recordings: at most %d at once.".formatted(QuarantineDesk.MOST));
    }
    return ids;
  }
}
