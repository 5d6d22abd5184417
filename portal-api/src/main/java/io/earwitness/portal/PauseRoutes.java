package io.earwitness.portal;

import static io.javalin.http.HandlerType.GET;
import static io.javalin.http.HandlerType.POST;
import static io.javalin.http.HandlerType.PUT;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.earwitness.archive.catalog.CallCatalog;
import io.earwitness.archive.catalog.CallCatalog.CallEntry;
import io.earwitness.archive.catalog.Pauses;
import io.earwitness.call.CallState;
import io.earwitness.call.CallSummary;
import io.earwitness.call.PauseSettings;
import io.earwitness.call.RecordingId;
import io.earwitness.call.WireName;
import io.earwitness.portal.Route.Rule.Needs;
import io.javalin.http.Context;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Pausing running calls, and how a tenant's recordings are paused. */
final class PauseRoutes {
  private static final int MAX_REASON = 500;
  private static final long LOOK_MILLIS = 100;

  /** A little longer than a recorder may take. */
  private static final Duration WAIT = Pauses.PATIENCE.plusSeconds(1);

  private final CallCatalog calls;
  private final Pauses pauses;

  private PauseRoutes(PortalParts parts) {
    this.calls = parts.calls();
    this.pauses = parts.pauses();
  }

  /** The table of routes. */
  static List<Route> all(PortalParts parts) {
    PauseRoutes routes = new PauseRoutes(parts);
    String recording = Routes.API + "/recordings/{id}";
    String settings = Routes.API + "/policies/pause";
    Needs pause = new Needs(Permission.PAUSE);
    return List.of(
        new Route(GET, recording + "/pause", pause, "recording.view-pause", routes::view),
        new Route(POST, recording + "/pause", pause, "recording.pause", routes::pause),
        new Route(POST, recording + "/resume", pause, "recording.resume", routes::resume),
        new Route(
            GET,
            settings,
            new Needs(Permission.ANNOUNCEMENTS_READ),
            "pause-settings.view",
            routes::viewSettings),
        new Route(
            PUT,
            settings,
            new Needs(Permission.ANNOUNCEMENTS),
            "pause-settings.set",
            routes::setSettings));
  }

  @JsonInclude(JsonInclude.Include.ALWAYS)
  private record PauseView(
      boolean paused, @Nullable String by, @Nullable String reason, @Nullable Instant since) {
    static PauseView of(Optional<Pauses.Paused> paused) {
      return paused
          .map(one -> new PauseView(true, one.by(), one.reason(), one.since()))
          .orElseGet(() -> new PauseView(false, null, null, null));
    }
  }

  private Route.Prepared view(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of());
    Principal asking = Objects.requireNonNull(principal);
    RecordingId id = Request.recording(http);
    return new Route.Prepared(
        "recording:" + id,
        Map.of(),
        _ -> {
          CallEntry entry = visible(asking, id);
          SessionRoutes.json(
              http, 200, PauseView.of(pauses.paused(asking.slug(), entry.summary().id())));
        });
  }

  private CallEntry visible(Principal asking, RecordingId id) {
    return calls
        .find(asking.slug(), id)
        .filter(entry -> Access.sees(asking, entry.summary()))
        .orElseThrow(Request::noSuchRecording);
  }

  private record ReasonBody(@Nullable String reason) {}

  private Route.Prepared pause(Context http, @Nullable Principal principal) {
    return change(http, Objects.requireNonNull(principal), true);
  }

  private Route.Prepared resume(Context http, @Nullable Principal principal) {
    return change(http, Objects.requireNonNull(principal), false);
  }

  private Route.Prepared change(Context http, Principal asking, boolean pause) {
    Request.allowParameters(http, Set.of());
    RecordingId id = Request.recording(http);
    String given = Request.body(http, ReasonBody.class, new ReasonBody(null)).reason();
    String reason = given == null || given.isBlank() ? null : given.trim();
    if (reason == null && pause) {
      throw ProblemException.malformed("reason", "Say why the recording is to be paused: reason.");
    }
    if (reason != null && reason.length() > MAX_REASON) {
      throw ProblemException.malformed(
          "reason", "reason is longer than %d characters.".formatted(MAX_REASON));
    }
    return new Route.Prepared(
        "recording:" + id,
        reason == null ? Map.of() : Map.of("reason", reason),
        _ -> {
          CallSummary call = visible(asking, id).summary();
          if (call.parties().stream().anyMatch(one -> asking.user().id().equals(one.userId()))) {
            throw ProblemException.forbidden(
                "own-call", "Nobody switches the recording of an own call.");
          }
          if (call.state() != CallState.LIVE) {
            throw notRunning(call.state());
          }
          demandDone(ask(asking, call, pause, reason), call);
          SessionRoutes.json(http, 200, Map.of("id", id, "paused", pause));
        });
  }

  private static ProblemException notRunning(CallState state) {
    return ProblemException.conflict(
        "not-running", "The call is '%s': it runs no more.".formatted(state.wireName()));
  }

  private Pauses.Outcome ask(
      Principal asking, CallSummary call, boolean pause, @Nullable String reason)
      throws InterruptedException {
    UUID request = UUID.randomUUID();
    String by = asking.user().displayName() + " through the portal";
    pauses.ask(
        new Pauses.Request(request, asking.slug(), call.id(), pause, by, reason), call.node());
    long end = System.nanoTime() + WAIT.toNanos();
    while (System.nanoTime() < end) {
      Optional<Pauses.Outcome> outcome = pauses.outcome(asking.slug(), request);
      if (outcome.isPresent()) {
        return outcome.get();
      }
      Thread.sleep(LOOK_MILLIS);
    }
    return Pauses.Outcome.EXPIRED;
  }

  private static void demandDone(Pauses.Outcome outcome, CallSummary call) {
    switch (outcome) {
      case DONE, WAS_SO -> {}
      case NOT_RUNNING -> throw notRunning(CallState.CLOSED);
      case EXPIRED ->
          throw ProblemException.of(
              503,
              "recorder-silent",
              "The recorder does not answer",
              "The recorder '%s' did not take it within %d s; nothing was changed."
                  .formatted(call.node(), Pauses.PATIENCE.toSeconds()));
    }
  }

  private Route.Prepared viewSettings(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of());
    Principal asking = Objects.requireNonNull(principal);
    return Route.Prepared.of(
        _ -> SessionRoutes.json(http, 200, SettingsView.of(pauses.settings(asking.slug()))));
  }

  @JsonInclude(JsonInclude.Include.ALWAYS)
  private record SettingsView(
      int limitSeconds,
      boolean keepDigits,
      @Nullable String pauseCode,
      @Nullable String resumeCode,
      PauseSettings.CodeSide codeSide) {
    static SettingsView of(PauseSettings settings) {
      return new SettingsView(
          settings.limitSeconds(),
          settings.keepDigits(),
          settings.pauseCode(),
          settings.resumeCode(),
          settings.codeSide());
    }
  }

  /** All members; those that are missing are as for a tenant that made no settings. */
  private record SettingsBody(
      @Nullable Integer limitSeconds,
      @Nullable Boolean keepDigits,
      @Nullable String pauseCode,
      @Nullable String resumeCode,
      @Nullable String codeSide) {
    PauseSettings settings() {
      return new PauseSettings(
          Objects.requireNonNullElse(limitSeconds, PauseSettings.DEFAULT.limitSeconds()),
          Boolean.TRUE.equals(keepDigits),
          pauseCode,
          resumeCode,
          codeSide == null
              ? PauseSettings.CodeSide.OWN
              : WireName.parse(PauseSettings.CodeSide.class, codeSide));
    }
  }

  private Route.Prepared setSettings(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of());
    Principal asking = Objects.requireNonNull(principal);
    SettingsBody body = Request.body(http, SettingsBody.class, null);
    PauseSettings settings;
    try {
      settings = body.settings();
    } catch (IllegalArgumentException e) {
      throw ProblemException.malformed(null, AnnouncementRoutes.sentence(e));
    }
    return new Route.Prepared(
        "pause-settings:" + asking.slug(),
        details(settings),
        _ -> {
          pauses.setSettings(asking.slug(), settings, asking.actor());
          SessionRoutes.json(http, 200, SettingsView.of(settings));
        });
  }

  /** Without the codes themselves: whoever knows them can pause. */
  private static Map<String, String> details(PauseSettings settings) {
    Map<String, String> details = new TreeMap<>();
    details.put("limitSeconds", Integer.toString(settings.limitSeconds()));
    details.put("keepDigits", Boolean.toString(settings.keepDigits()));
    details.put("codes", Boolean.toString(settings.pauseCode() != null));
    details.put("codeSide", settings.codeSide().wireName());
    return details;
  }
}
