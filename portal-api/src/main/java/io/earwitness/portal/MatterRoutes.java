package io.earwitness.portal;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.earwitness.access.Matter;
import io.earwitness.access.MatterKind;
import io.earwitness.access.Right;
import io.earwitness.archive.catalog.AccessDirectory;
import io.earwitness.archive.catalog.CallCatalog;
import io.earwitness.archive.catalog.CallCatalog.CallEntry;
import io.earwitness.call.RecordingId;
import io.javalin.http.Context;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Matters: named lists of recordings. Whoever sees one sees of its recordings what may be found.
 */
final class MatterRoutes {
  private static final int MAX_NAME = 200;
  private static final int MAX_AT_ONCE = 500;
  private static final Comparator<RecordingId> NEWEST_FIRST =
      Comparator.comparing(RecordingId::toString).reversed();

  private final AccessDirectory access;
  private final CallCatalog calls;

  MatterRoutes(PortalParts parts) {
    this.access = parts.access();
    this.calls = parts.calls();
  }

  Route.Prepared list(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of());
    Principal asking = Objects.requireNonNull(principal);
    return Route.Prepared.of(
        _ ->
            SessionRoutes.json(
                http,
                200,
                new AccessViews.Items<>(
                    asking.directory().matters().values().stream()
                        .sorted(Comparator.comparing(Matter::name))
                        .map(AccessViews.MatterView::of)
                        .toList())));
  }

  private record NewMatter(@Nullable String name, @Nullable String kind) {}

  Route.Prepared add(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of());
    Principal asking = Objects.requireNonNull(principal);
    NewMatter body = Request.body(http, NewMatter.class, null);
    String name = AccessRequest.required("name", body.name(), MAX_NAME);
    MatterKind kind =
        AccessRequest.parse(
            "kind", AccessRequest.required("kind", body.kind(), 40), MatterKind.class);
    return new Route.Prepared(
        "matter:" + name,
        Map.of("kind", kind.wireName()),
        _ -> {
          AccessDirectory.Opened opened =
              AccessRequest.change(
                  () ->
                      access.addMatter(
                          asking.slug(), name, kind, asking.user().id(), asking.actor()));
          SessionRoutes.json(http, opened.isNew() ? 201 : 200, view(asking, opened.id()));
        });
  }

  /**
   * A matter with a page of its recordings.
   *
   * @param next cursor of the next page; null on the last
   */
  @JsonInclude(JsonInclude.Include.ALWAYS)
  private record PageView(
      @JsonUnwrapped AccessViews.MatterView matter,
      List<CallViews.RecordingView> recordings,
      @Nullable String next) {}

  Route.Prepared view(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of("limit", "cursor"));
    Principal asking = Objects.requireNonNull(principal);
    int limit = (int) Request.number(http, "limit", 1, MAX_AT_ONCE, 50);
    String cursor = Request.parameter(http, "cursor", 40);
    return on(
        http,
        asking,
        Map.of(),
        matter -> {
          List<RecordingId> ids =
              matter.recordings(asking.asked()).stream()
                  .sorted(NEWEST_FIRST)
                  .filter(id -> cursor == null || id.toString().compareTo(cursor) < 0)
                  .toList();
          List<CallEntry> shown = new ArrayList<>();
          for (int i = 0; i < ids.size() && shown.size() <= limit; i += MAX_AT_ONCE) {
            calls
                .find(asking.slug(), ids.subList(i, Math.min(ids.size(), i + MAX_AT_ONCE)))
                .stream()
                .filter(entry -> Access.sees(asking, entry.summary()))
                .sorted(Comparator.comparing(entry -> entry.summary().id(), NEWEST_FIRST))
                .forEach(shown::add);
          }
          boolean more = shown.size() > limit;
          List<CallEntry> page = shown.subList(0, Math.min(limit, shown.size()));
          SessionRoutes.json(
              http,
              200,
              new PageView(
                  AccessViews.MatterView.of(matter),
                  page.stream().map(CallViews.RecordingView::of).toList(),
                  more ? page.getLast().summary().id().toString() : null));
        });
  }

  private record Recordings(@Nullable List<String> recordings) {}

  private record Added(int added) {}

  Route.Prepared addRecordings(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of());
    Principal asking = Objects.requireNonNull(principal);
    List<String> texts =
        Objects.requireNonNullElse(
            Request.body(http, Recordings.class, null).recordings(), List.of());
    if (texts.isEmpty() || texts.size() > MAX_AT_ONCE) {
      throw ProblemException.malformed(
          "recordings",
          "recordings: 1 to %d ids are taken at once, not %d."
              .formatted(MAX_AT_ONCE, texts.size()));
    }
    List<RecordingId> ids = texts.stream().map(MatterRoutes::recording).distinct().toList();
    return on(
        http,
        asking,
        Map.of("recordings", String.join(",", ids.stream().map(RecordingId::toString).toList())),
        matter -> {
          List<CallEntry> found = calls.find(asking.slug(), ids);
          for (RecordingId id : ids) {
            demand(asking, id, found, matter.kind().needed());
          }
          int added =
              AccessRequest.change(
                  () -> access.addRecordings(asking.slug(), matter.id(), ids, asking.actor()));
          SessionRoutes.json(http, 200, new Added(added));
        });
  }

  private static void demand(
      Principal asking, RecordingId id, List<CallEntry> found, Right needed) {
    CallEntry entry =
        found.stream()
            .filter(each -> each.summary().id().equals(id))
            .filter(each -> Access.sees(asking, each.summary()))
            .findFirst()
            .orElseThrow(Request::noSuchRecording);
    Access.demand(asking, needed, entry.summary());
  }

  private static RecordingId recording(@Nullable String text) {
    try {
      return RecordingId.parse(String.valueOf(text));
    } catch (IllegalArgumentException _) {
      throw ProblemException.malformed(
          "recordings", "recordings: '%s' is no id of a recording.".formatted(text));
    }
  }

  Route.Prepared removeRecording(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of());
    Principal asking = Objects.requireNonNull(principal);
    RecordingId id = Request.recording(http);
    return on(
        http,
        asking,
        Map.of("recording", id.toString()),
        matter -> {
          demand(asking, id, calls.find(asking.slug(), List.of(id)), matter.kind().needed());
          if (!AccessRequest.change(
              () -> access.removeRecording(asking.slug(), matter.id(), id, asking.actor()))) {
            throw ProblemException.notFound("The matter does not list that recording.");
          }
          http.status(204);
        });
  }

  Route.Prepared close(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of());
    Principal asking = Objects.requireNonNull(principal);
    return on(
        http,
        asking,
        Map.of(),
        matter -> {
          AccessRequest.change(
              () -> access.closeMatter(asking.slug(), matter.id(), asking.actor()));
          SessionRoutes.json(http, 200, view(asking, matter.id()));
        });
  }

  @FunctionalInterface
  private interface MatterWork {
    void run(Matter matter) throws Exception;
  }

  /** Work on the matter that the path names, under an act that names it. */
  private static Route.Prepared on(
      Context http, Principal asking, Map<String, String> details, MatterWork work) {
    UUID id = AccessRequest.uuid(http.pathParam("matter"));
    Matter known = asking.directory().matters().get(id);
    return new Route.Prepared(
        "matter:" + (known == null ? id : known.name()),
        details,
        _ -> work.run(AccessRequest.matter(asking.directory(), http)));
  }

  /** As it is after a change. */
  private AccessViews.MatterView view(Principal asking, UUID id) {
    return AccessViews.MatterView.of(
        Objects.requireNonNull(access.snapshot(asking.slug()).matters().get(id)));
  }
}
