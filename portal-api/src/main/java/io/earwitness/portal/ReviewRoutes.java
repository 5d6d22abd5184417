package io.earwitness.portal;

import io.earwitness.access.AccessRules;
import io.earwitness.access.AccessSnapshot;
import io.earwitness.access.AccessedCall;
import io.earwitness.access.Decision;
import io.earwitness.access.Person;
import io.earwitness.access.Right;
import io.earwitness.archive.catalog.CallCatalog;
import io.earwitness.archive.catalog.CallCatalog.CallEntry;
import io.earwitness.archive.catalog.MisplacedCalls;
import io.earwitness.call.CallSummary;
import io.earwitness.call.RecordingId;
import io.javalin.http.Context;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Who can hear what, now or on a past date, and why. */
final class ReviewRoutes {
  private static final String EXAMPLE = "01930d3a-7c00-7a5b-8c1d-2e3f4a5b6c7d";

  private final CallCatalog calls;
  private final MisplacedCalls misplaced;

  ReviewRoutes(PortalParts parts) {
    this.calls = parts.calls();
    this.misplaced = parts.approvals().handOvers().calls();
  }

  /**
   * What is asked about.
   *
   * @param begins when the call began; null for any call of a person or a team
   */
  private record Asked(AccessedCall call, @Nullable Instant begins) {
    /** What is to be said of an answer about a time before there was such a call. */
    @Nullable String note(Instant at) {
      return begins == null || !at.isBefore(begins)
          ? null
          : "The call began at %s; before that there was nothing to hear.".formatted(begins);
    }
  }

  Route.Prepared decision(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of("user", "right", "recording", "at"));
    Principal asking = Objects.requireNonNull(principal);
    String user = required(http, "user");
    Right right = right(http);
    RecordingId recording = recordingId(http);
    Instant at = AccessRequest.at(http, asking);
    return new Route.Prepared(
        "recording:" + recording,
        Map.of("user", user, "right", right.wireName(), "at", at.toString()),
        _ -> {
          Person person = AccessRequest.person(asking.directory(), user);
          Asked asked = recording(asking, recording, at);
          Decision decision = AccessRules.decide(asking.directory(), user, right, asked.call(), at);
          String note = asked.note(at);
          SessionRoutes.json(
              http,
              200,
              new AccessViews.DecisionView(
                  AccessViews.PersonView.of(person),
                  right,
                  "recording:" + recording,
                  at,
                  note == null && decision.allowed(),
                  note == null
                      ? AccessViews.ReasonView.of(decision)
                      : List.of(new AccessViews.ReasonView(note, null))));
        });
  }

  Route.Prepared review(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of("recording", "user", "team", "right", "at"));
    Principal asking = Objects.requireNonNull(principal);
    List<String> given =
        Stream.of("recording", "user", "team")
            .filter(name -> Request.parameter(http, name, 200) != null)
            .toList();
    if (given.size() != 1) {
      throw ProblemException.malformed(
          null, "Give one of recording, user and team, not %d of them.".formatted(given.size()));
    }
    String kind = given.getFirst();
    String id = kind.equals("recording") ? recordingId(http).toString() : required(http, kind);
    Right right = right(http);
    Instant at = AccessRequest.at(http, asking);
    Map<String, String> details = new TreeMap<>();
    details.put("right", right.wireName());
    details.put("at", at.toString());
    return new Route.Prepared(
        kind + ":" + id,
        details,
        _ -> {
          Asked asked = asked(asking, kind, id, at);
          String note = asked.note(at);
          SessionRoutes.json(
              http,
              200,
              new AccessViews.ReviewView(
                  right,
                  kind + ":" + id,
                  at,
                  note == null ? allowed(asking.directory(), right, asked.call(), at) : List.of(),
                  note));
        });
  }

  private Asked asked(Principal asking, String kind, String id, Instant at) {
    AccessSnapshot directory = asking.directory();
    return switch (kind) {
      case "user" ->
          new Asked(directory.callOfUser(AccessRequest.person(directory, id).id(), at), null);
      case "team" ->
          new Asked(directory.callOfTeam(AccessRequest.team(directory, id).id(), at), null);
      default -> recording(asking, RecordingId.parse(id), at);
    };
  }

  private static List<AccessViews.AllowedView> allowed(
      AccessSnapshot directory, Right right, AccessedCall call, Instant at) {
    List<AccessViews.AllowedView> allowed = new ArrayList<>();
    directory.people().values().stream()
        .sorted(Comparator.comparing(Person::name))
        .forEach(
            person -> {
              Decision decision = AccessRules.decide(directory, person.id(), right, call, at);
              if (decision.allowed()) {
                allowed.add(
                    new AccessViews.AllowedView(
                        AccessViews.PersonView.of(person), AccessViews.ReasonView.of(decision)));
              }
            });
    return allowed;
  }

  private Asked recording(Principal asking, RecordingId id, Instant at) {
    CallEntry entry = calls.find(asking.slug(), id).orElseThrow(Request::noSuchRecording);
    CallCatalog.Block block = entry.block();
    if (block != null && at.isBefore(block.at())) {
      // Then it was not blocked, and others than now could hear it
      entry = misplaced.whole(asking.slug(), id).orElseThrow(Request::noSuchRecording);
    }
    CallSummary call = entry.summary();
    return new Asked(AccessedCall.of(call), call.start());
  }

  /**
   * Whoever reviews access types it in, so that a mistyped one is told apart from a missing call.
   */
  private static RecordingId recordingId(Context http) {
    String text = required(http, "recording");
    try {
      return RecordingId.parse(text);
    } catch (IllegalArgumentException _) {
      throw ProblemException.malformed(
          "recording",
          "recording: '%s' is no recording id; one is such as %s."
              .formatted(text.substring(0, Math.min(text.length(), 60)), EXAMPLE));
    }
  }

  private static Right right(Context http) {
    String text = Request.parameter(http, "right", 20);
    return text == null ? Right.LISTEN : AccessRequest.parse("right", text, Right.class);
  }

  private static String required(Context http, String name) {
    String value = Request.parameter(http, name, 200);
    if (value == null) {
      throw ProblemException.malformed(name, "The parameter '%s' is missing.".formatted(name));
    }
    return value;
  }
}
