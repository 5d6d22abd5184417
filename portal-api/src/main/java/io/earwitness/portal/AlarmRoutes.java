package io.earwitness.portal;

import static io.javalin.http.HandlerType.DELETE;
import static io.javalin.http.HandlerType.GET;
import static io.javalin.http.HandlerType.POST;

import io.earwitness.alarm.AlarmKind;
import io.earwitness.alarm.AlarmObject;
import io.earwitness.alarm.AlarmSeverity;
import io.earwitness.alarm.Silence;
import io.earwitness.archive.catalog.AlarmRegister;
import io.earwitness.call.WireName;
import io.earwitness.portal.Route.Rule;
import io.earwitness.portal.Route.Rule.Needs;
import io.javalin.http.Context;
import java.time.Clock;
import java.time.Instant;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Alarms of the asking person's tenant, for operators the platform's: listed, acknowledged and
 * silenced.
 */
final class AlarmRoutes {
  private static final int DEFAULT_LIMIT = 100;
  private static final int MAX_LIMIT = 500;
  private static final int NOTE = 500;

  private final AlarmRegister alarms;
  private final Clock clock;

  private AlarmRoutes(PortalParts parts) {
    this.alarms = parts.alarms();
    this.clock = parts.clock();
  }

  /** The table of routes. */
  static List<Route> all(PortalParts parts) {
    AlarmRoutes alarms = new AlarmRoutes(parts);
    Rule see = new Needs(Permission.ALARMS_READ);
    Rule act = new Needs(Permission.ALARMS);
    String path = Routes.API + "/alarms";
    return List.of(
        new Route(GET, path, see, "alarm.list", alarms::list),
        // Asked for again and again by every open page, and tells figures only
        new Route(GET, path + "/summary", see, null, alarms::summary),
        new Route(
            POST, path + "/{alarm}/acknowledge", act, "alarm.acknowledge", alarms::acknowledge),
        new Route(GET, path + "/silences", see, "alarm.list-silences", alarms::silences),
        new Route(POST, path + "/silences", act, "alarm.silence", alarms::silence),
        new Route(
            DELETE, path + "/silences/{silence}", act, "alarm.end-silence", alarms::endSilence));
  }

  private Route.Prepared list(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of("state", "severity", "kind", "limit", "cursor"));
    Principal asking = Objects.requireNonNull(principal);
    String state = Request.choice(http, "state", List.of("open", "all"));
    String kind = Request.parameter(http, "kind", 60);
    AlarmRegister.Query query =
        new AlarmRegister.Query(
            asking.slug(),
            state.equals("open"),
            severities(Request.parameter(http, "severity", 60)),
            kind == null ? null : AccessRequest.parse("kind", kind, AlarmKind.class),
            Request.parameter(http, "cursor", 200),
            (int) Request.number(http, "limit", 1, MAX_LIMIT, DEFAULT_LIMIT));
    Map<String, String> details = new TreeMap<>(Map.of("state", state));
    if (kind != null) {
      details.put("kind", kind);
    }
    return new Route.Prepared(
        null,
        details,
        _ -> {
          AlarmRegister.Page page;
          try {
            page = alarms.list(query);
          } catch (IllegalArgumentException e) {
            throw ProblemException.malformed("cursor", "The cursor is none of ours.");
          }
          SessionRoutes.json(
              http,
              200,
              new AlarmViews.Page(
                  page.entries().stream().map(AlarmViews.Entry::of).toList(), page.next()));
        });
  }

  private static Set<AlarmSeverity> severities(@Nullable String text) {
    EnumSet<AlarmSeverity> all = EnumSet.noneOf(AlarmSeverity.class);
    if (text != null) {
      for (String one : text.split(",")) {
        all.add(AccessRequest.parse("severity", one.strip(), AlarmSeverity.class));
      }
    }
    return all;
  }

  private Route.Prepared summary(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of());
    Principal asking = Objects.requireNonNull(principal);
    return Route.Prepared.of(
        _ -> {
          Map<AlarmSeverity, AlarmRegister.Count> counts = alarms.counts(asking.slug());
          Map<String, AlarmRegister.Count> shown = new LinkedHashMap<>();
          for (AlarmSeverity severity : AlarmSeverity.values()) {
            shown.put(
                severity.wireName(), counts.getOrDefault(severity, new AlarmRegister.Count(0, 0)));
          }
          SessionRoutes.json(http, 200, shown);
        });
  }

  private record Note(@Nullable String note) {}

  private Route.Prepared acknowledge(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of());
    Principal asking = Objects.requireNonNull(principal);
    UUID id = AccessRequest.uuid(http.pathParam("alarm"));
    String given = Request.body(http, Note.class, new Note(null)).note();
    String note =
        given == null || given.isBlank() ? "" : AccessRequest.required("note", given, NOTE);
    return new Route.Prepared(
        "alarm:" + id,
        note.isEmpty() ? Map.of() : Map.of("note", note),
        _ -> {
          Optional<AlarmRegister.Entry> alarm =
              alarms.acknowledge(asking.slug(), id, asking.actor(), note);
          SessionRoutes.json(
              http,
              200,
              AlarmViews.Entry.of(
                  alarm.orElseThrow(() -> ProblemException.notFound("There is no such alarm."))));
        });
  }

  private Route.Prepared silences(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of());
    Principal asking = Objects.requireNonNull(principal);
    return Route.Prepared.of(
        _ ->
            SessionRoutes.json(
                http,
                200,
                new AccessViews.Items<>(
                    alarms.silences(asking.slug()).stream()
                        .map(AlarmViews.SilenceView::of)
                        .toList())));
  }

  private record NewSilence(
      @Nullable String kind,
      @Nullable String object,
      @Nullable String until,
      @Nullable String reason) {}

  private Route.Prepared silence(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of());
    Principal asking = Objects.requireNonNull(principal);
    NewSilence body = Request.body(http, NewSilence.class, null);
    Silence silence = silence(body, asking.actor());
    return new Route.Prepared(
        "silence:" + silence.id(),
        details(silence),
        _ -> {
          alarms.silence(asking.slug(), silence);
          SessionRoutes.json(http, 201, AlarmViews.SilenceView.of(silence));
        });
  }

  private Silence silence(NewSilence body, String by) {
    Instant until = AccessRequest.instant("until", body.until());
    if (until == null) {
      throw ProblemException.malformed("until", "Member 'until' is missing.");
    }
    String kind = body.kind();
    String object = body.object();
    try {
      return new Silence(
          UUID.randomUUID(),
          kind == null ? null : WireName.parse(AlarmKind.class, kind),
          object == null ? null : new AlarmObject(object),
          clock.instant(),
          until,
          body.reason() == null ? "" : body.reason().strip(),
          by);
    } catch (IllegalArgumentException e) {
      throw ProblemException.malformed(null, Objects.requireNonNullElse(e.getMessage(), "") + ".");
    }
  }

  private static Map<String, String> details(Silence silence) {
    Map<String, String> details = new TreeMap<>();
    AlarmKind kind = silence.kind();
    if (kind != null) {
      details.put("kind", kind.wireName());
    }
    AlarmObject object = silence.object();
    if (object != null) {
      details.put("object", object.text());
    }
    details.put("until", silence.until().toString());
    details.put("reason", silence.reason());
    return details;
  }

  private Route.Prepared endSilence(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of());
    Principal asking = Objects.requireNonNull(principal);
    UUID id = AccessRequest.uuid(http.pathParam("silence"));
    return new Route.Prepared(
        "silence:" + id,
        Map.of(),
        _ -> {
          if (!alarms.endSilence(asking.slug(), id, asking.actor())) {
            throw ProblemException.notFound("There is no such silence in force.");
          }
          http.status(204);
        });
  }
}
