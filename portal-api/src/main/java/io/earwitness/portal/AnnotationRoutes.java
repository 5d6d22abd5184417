package io.earwitness.portal;

import static io.javalin.http.HandlerType.DELETE;
import static io.javalin.http.HandlerType.GET;
import static io.javalin.http.HandlerType.POST;
import static io.javalin.http.HandlerType.PUT;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.earwitness.access.Right;
import io.earwitness.archive.catalog.Annotations;
import io.earwitness.archive.catalog.Annotations.Author;
import io.earwitness.archive.catalog.Annotations.Note;
import io.earwitness.archive.catalog.Annotations.Tagging;
import io.earwitness.archive.catalog.CallCatalog;
import io.earwitness.archive.catalog.CallCatalog.CallEntry;
import io.earwitness.call.CallSummary;
import io.earwitness.call.RecordingId;
import io.earwitness.call.Tags;
import io.earwitness.portal.Route.Rule;
import io.earwitness.portal.Route.Rule.Needs;
import io.javalin.http.Context;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Notes and tags on calls. */
final class AnnotationRoutes {
  /** Longer than any call. */
  private static final long LAST_OFFSET = Duration.ofDays(30).toMillis();

  private final CallCatalog calls;
  private final Annotations annotations;

  private AnnotationRoutes(PortalParts parts) {
    this.calls = parts.calls();
    this.annotations = parts.annotations();
  }

  static List<Route> all(PortalParts parts) {
    AnnotationRoutes routes = new AnnotationRoutes(parts);
    Rule see = new Needs(Permission.NOTES_READ);
    Rule write = new Needs(Permission.ANNOTATE);
    String tags = Routes.API + "/recordings/{id}/tags";
    String notes = Routes.API + "/recordings/{id}/notes";
    return List.of(
        new Route(GET, tags, see, "recording.list-tags", routes::tags),
        new Route(POST, tags, write, "recording.tag", routes::tag),
        new Route(DELETE, tags + "/{tag}", write, "recording.untag", routes::untag),
        new Route(GET, notes, see, "recording.list-notes", routes::notes),
        new Route(POST, notes, write, "recording.note", routes::note),
        new Route(PUT, notes + "/{note}", write, "recording.change-note", routes::change),
        new Route(DELETE, notes + "/{note}", write, "recording.withdraw-note", routes::withdraw));
  }

  @JsonInclude(JsonInclude.Include.ALWAYS)
  private record TagView(
      String tag,
      Instant addedAt,
      String addedBy,
      @Nullable Instant removedAt,
      @Nullable String removedBy) {
    static TagView of(Tagging tagging) {
      return new TagView(
          tagging.tag(),
          tagging.addedAt(),
          tagging.addedBy(),
          tagging.removedAt(),
          tagging.removedBy());
    }
  }

  @JsonInclude(JsonInclude.Include.ALWAYS)
  private record VersionView(int version, Instant at, @Nullable String text) {}

  /** A note as it is now; its earlier texts are among the versions. */
  @JsonInclude(JsonInclude.Include.ALWAYS)
  private record NoteView(
      UUID id,
      String author,
      @Nullable Long offsetMs,
      Instant at,
      int version,
      @Nullable String text,
      boolean withdrawn,
      boolean own,
      List<VersionView> versions) {
    static NoteView of(Note note, Principal asking) {
      return new NoteView(
          note.id(),
          note.actor(),
          note.offsetMs(),
          note.versions().getFirst().at(),
          note.newest().version(),
          note.newest().text(),
          note.isWithdrawn(),
          note.author().equals(asking.user().id()),
          note.versions().stream()
              .map(each -> new VersionView(each.version(), each.at(), each.text()))
              .toList());
    }
  }

  /** The call, if this person may see its notes and tags. */
  private CallSummary readable(Principal asking, RecordingId id) {
    CallSummary call = visible(asking, id);
    if (!Access.seesNotes(asking, call)) {
      throw ProblemException.forbidden(
          "not-granted",
          "Notes and tags are seen by whoever has the right to annotate the call, and by auditors.");
    }
    return call;
  }

  private CallSummary visible(Principal asking, RecordingId id) {
    return calls
        .find(asking.slug(), id)
        .filter(entry -> Access.sees(asking, entry.summary()))
        .map(RecordingRoutes::unblocked)
        .map(CallEntry::summary)
        .orElseThrow(Request::noSuchRecording);
  }

  /** Demands that this person may write on a call. */
  private void demand(Principal asking, RecordingId id) {
    Access.demand(asking, Right.ANNOTATE, visible(asking, id));
  }

  private Route.Prepared tags(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of());
    Principal asking = Objects.requireNonNull(principal);
    RecordingId id = Request.recording(http);
    return new Route.Prepared(
        object(id),
        Map.of(),
        _ -> {
          readable(asking, id);
          showTags(http, 200, asking, id);
        });
  }

  private void showTags(Context http, int status, Principal asking, RecordingId id) {
    SessionRoutes.json(
        http,
        status,
        new AccessViews.Items<>(
            annotations.tags(asking.slug(), id).stream().map(TagView::of).toList()));
  }

  private record NewTag(@Nullable String tag) {}

  private Route.Prepared tag(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of());
    Principal asking = Objects.requireNonNull(principal);
    RecordingId id = Request.recording(http);
    String tag =
        normal(AccessRequest.required("tag", Request.body(http, NewTag.class, null).tag(), 200));
    return new Route.Prepared(
        object(id),
        Map.of("tag", tag),
        _ -> {
          demand(asking, id);
          boolean added =
              AccessRequest.change(() -> annotations.tag(asking.slug(), id, tag, asking.actor()));
          showTags(http, added ? 201 : 200, asking, id);
        });
  }

  private Route.Prepared untag(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of());
    Principal asking = Objects.requireNonNull(principal);
    RecordingId id = Request.recording(http);
    String tag = normal(http.pathParam("tag"));
    return new Route.Prepared(
        object(id),
        Map.of("tag", tag),
        _ -> {
          demand(asking, id);
          if (!AccessRequest.change(
              () -> annotations.untag(asking.slug(), id, tag, asking.actor()))) {
            throw ProblemException.notFound("The call has no tag '%s'.".formatted(tag));
          }
          showTags(http, 200, asking, id);
        });
  }

  private static String normal(String text) {
    try {
      return Tags.normal(text);
    } catch (IllegalArgumentException e) {
      throw ProblemException.malformed("tag", "tag: %s.".formatted(e.getMessage()));
    }
  }

  private Route.Prepared notes(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of());
    Principal asking = Objects.requireNonNull(principal);
    RecordingId id = Request.recording(http);
    return new Route.Prepared(
        object(id),
        Map.of(),
        _ -> {
          readable(asking, id);
          SessionRoutes.json(
              http,
              200,
              new AccessViews.Items<>(
                  annotations.notes(asking.slug(), id).stream()
                      .map(note -> NoteView.of(note, asking))
                      .toList()));
        });
  }

  private record NewNote(@Nullable String text, @Nullable Long offsetMs) {}

  private Route.Prepared note(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of());
    Principal asking = Objects.requireNonNull(principal);
    RecordingId id = Request.recording(http);
    NewNote body = Request.body(http, NewNote.class, null);
    String text = AccessRequest.required("text", body.text(), Annotations.LONGEST_NOTE);
    Long offset = body.offsetMs();
    if (offset != null && (offset < 0 || offset > LAST_OFFSET)) {
      throw ProblemException.malformed(
          "offsetMs", "offsetMs is %d; a place in the audio, in milliseconds.".formatted(offset));
    }
    Map<String, String> details = new TreeMap<>();
    details.put("characters", Integer.toString(text.length()));
    if (offset != null) {
      details.put("offsetMs", offset.toString());
    }
    return new Route.Prepared(
        object(id),
        details,
        _ -> {
          demand(asking, id);
          Note made =
              AccessRequest.change(
                  () -> annotations.note(asking.slug(), id, author(asking), text, offset));
          SessionRoutes.json(http, 201, NoteView.of(made, asking));
        });
  }

  /**
   * @param version the one that was looked at, so that nobody's change is lost
   */
  private record ChangedNote(@Nullable Integer version, @Nullable String text) {}

  private Route.Prepared change(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of());
    ChangedNote body = Request.body(http, ChangedNote.class, null);
    Integer version = body.version();
    if (version == null) {
      throw ProblemException.malformed(
          "version", "The member 'version' is needed: the one that was looked at.");
    }
    return changed(
        http,
        principal,
        version,
        AccessRequest.required("text", body.text(), Annotations.LONGEST_NOTE));
  }

  private Route.Prepared withdraw(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of("version"));
    int version = (int) Request.number(http, "version", 1, Integer.MAX_VALUE, 0);
    if (version == 0) {
      throw ProblemException.malformed(
          "version", "The parameter 'version' is needed: the one that was looked at.");
    }
    return changed(http, principal, version, null);
  }

  private Route.Prepared changed(
      Context http, @Nullable Principal principal, int version, @Nullable String text) {
    Principal asking = Objects.requireNonNull(principal);
    RecordingId id = Request.recording(http);
    UUID note = AccessRequest.uuid(http.pathParam("note"));
    return new Route.Prepared(
        object(id),
        Map.of("note", note.toString(), "version", Integer.toString(version)),
        _ -> {
          demand(asking, id);
          refuse(asking, id, note, version);
          Note made =
              AccessRequest.change(
                  () -> annotations.change(asking.slug(), id, note, version, author(asking), text));
          SessionRoutes.json(http, 200, NoteView.of(made, asking));
        });
  }

  /** Says what stands against a change; the catalog looks again. */
  private void refuse(Principal asking, RecordingId id, UUID note, int version) {
    Note present =
        annotations.notes(asking.slug(), id).stream()
            .filter(each -> each.id().equals(note))
            .findFirst()
            .orElseThrow(() -> ProblemException.notFound("The call has no such note."));
    if (!present.author().equals(asking.user().id())) {
      throw ProblemException.forbidden(
          "not-yours", "Only whoever wrote a note may change or withdraw it.");
    }
    if (present.newest().version() != version || present.isWithdrawn()) {
      throw ProblemException.conflict(
          "changed-meanwhile",
          "The note is at version %d by now, not %d; look at it again before you change it."
              .formatted(present.newest().version(), version));
    }
  }

  private static Author author(Principal asking) {
    return new Author(asking.user().id(), asking.actor());
  }

  private static String object(RecordingId id) {
    return "recording:" + id;
  }
}
