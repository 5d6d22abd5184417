package io.earwitness.portal;

import io.earwitness.access.Right;
import io.earwitness.archive.ObjectKeys;
import io.earwitness.archive.catalog.Attempts;
import io.earwitness.archive.catalog.CallCatalog;
import io.earwitness.archive.catalog.CallCatalog.ArchivedCall;
import io.earwitness.archive.catalog.CallCatalog.CallEntry;
import io.earwitness.archive.catalog.Restrictions;
import io.earwitness.archive.catalog.Restrictions.Opening;
import io.earwitness.archive.store.ObjectStore.ObjectStoreException;
import io.earwitness.call.CallFlag;
import io.earwitness.call.CallRecord;
import io.earwitness.call.CallSummary;
import io.earwitness.call.Generation;
import io.earwitness.call.Interactions;
import io.earwitness.call.RecordingId;
import io.earwitness.json.Json;
import io.earwitness.portal.MediaAccess.Content;
import io.earwitness.portal.MediaAccess.Part;
import io.earwitness.portal.MediaAccess.Requester;
import io.earwitness.portal.MediaAccess.RestrictedException;
import io.earwitness.search.CallSearch;
import io.javalin.http.Context;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finding calls and showing one with what is stored of it, but for its audio. */
final class RecordingRoutes {
  private static final Logger LOG = LoggerFactory.getLogger(RecordingRoutes.class);
  private static final Map<Permission, Right> OF_A_CALL =
      Map.of(
          Permission.SEARCH,
          Right.SEARCH,
          Permission.LISTEN,
          Right.LISTEN,
          Permission.DOWNLOAD,
          Right.DOWNLOAD,
          Permission.KEEP,
          Right.HOLD,
          Permission.ANNOTATE,
          Right.ANNOTATE);

  /** Call records and waveforms are far smaller; what is not is not read into memory. */
  private static final long MAX_IN_MEMORY = 64L << 20;

  /** The parameter that asks for the original of a restricted recording. */
  static final String ORIGINAL = "original";

  private final CallCatalog calls;
  private final CallSearch search;
  private final Attempts attempts;
  private final MediaAccess media;
  private final PortalConfig config;
  private final GuestAccess guests;
  private final Restrictions restrictions;

  RecordingRoutes(PortalConfig config, PortalParts parts) {
    this.calls = parts.calls();
    this.search = parts.search();
    this.attempts = parts.attempts();
    this.media = parts.media();
    this.config = config;
    this.guests = new GuestAccess(parts);
    this.restrictions = parts.retention().restrictions();
  }

  Route.Prepared list(Context http, @Nullable Principal principal) {
    Principal asking = Objects.requireNonNull(principal);
    SearchParameters parameters = SearchParameters.read(http, asking);
    return new Route.Prepared(
        null, parameters.details, _ -> SessionRoutes.json(http, 200, page(asking, parameters)));
  }

  private CallViews.PageView page(Principal principal, SearchParameters parameters) {
    CallSearch.Page page;
    try {
      page = search.search(Access.scope(principal, Right.SEARCH), parameters.query);
    } catch (IllegalArgumentException e) {
      throw ProblemException.malformed(null, Objects.requireNonNullElse(e.getMessage(), "?"));
    }
    Map<RecordingId, CallEntry> found = new HashMap<>();
    for (CallEntry entry : calls.find(principal.slug(), page.ids())) {
      // Checked again, since the catalog is what holds.
      // Nor is found by what was said in it what was blocked since the index was written.
      if (Access.sees(principal, entry.summary())
          && hasTags(principal, entry, parameters.query.tagged())
          && (entry.block() == null || !parameters.query.asksWhatIsHidden(entry.summary().id()))) {
        found.put(entry.summary().id(), entry);
      }
    }
    return new CallViews.PageView(
        page.ids().stream()
            .map(found::get)
            .filter(Objects::nonNull)
            .map(CallViews.RecordingView::of)
            .toList(),
        page.next(),
        new CallViews.TotalView(page.total(), page.exact()));
  }

  private static boolean hasTags(
      Principal principal, CallEntry entry, CallSearch.@Nullable Tagged asked) {
    return asked == null
        || (entry.tags().containsAll(asked.tags()) && Access.seesNotes(principal, entry.summary()));
  }

  Route.Prepared detail(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of());
    Principal asking = Objects.requireNonNull(principal);
    RecordingId id = Request.recording(http);
    return onRecording(
        id,
        act -> {
          CallEntry entry = visible(asking, id);
          CallViews.EvidenceView evidence = null;
          String problem = null;
          List<MediaAccess.AudioPart> parts = List.of();
          ArchivedCall archive = entry.archive();
          if (archive != null && entry.block() == null && entry.summary().state().hasCallRecord()) {
            try {
              parts = media.parts(archive);
              byte[] record = read(archive, Part.CALL, new Requester(asking.actor(), act.id()));
              evidence = CallViews.EvidenceView.of(Json.read(record, CallRecord.class), archive);
            } catch (IOException | ObjectStoreException e) {
              // What the catalog knows is shown all the same.
              LOG.warn("call record of {} can't be read", id, e);
              problem = Objects.requireNonNullElse(e.getMessage(), e.toString());
            }
          }
          EnumSet<Permission> permissions = EnumSet.noneOf(Permission.class);
          OF_A_CALL.forEach(
              (permission, right) -> {
                if (asking.may(permission)
                    && Access.decide(asking, right, entry.summary()).allowed()) {
                  permissions.add(permission);
                }
              });
          if (entry.block() == null && Access.seesNotes(asking, entry.summary())) {
            permissions.add(Permission.NOTES_READ);
          }
          SessionRoutes.json(
              http,
              200,
              CallViews.DetailView.of(
                  entry,
                  interaction(asking, entry),
                  otherAttempts(asking, entry),
                  parts,
                  evidence,
                  problem,
                  permissions,
                  config.playReasonRequired().contains(asking.slug())));
        });
  }

  /** Those recordings of the same conversation that this person may see. */
  private CallViews.@Nullable InteractionView interaction(Principal principal, CallEntry entry) {
    Interactions.Place place = entry.place();
    if (place == null) {
      return null;
    }
    return CallViews.InteractionView.of(
        place,
        calls.interaction(principal.slug(), place.interaction()).stream()
            .filter(other -> Access.sees(principal, other.summary()))
            .toList());
  }

  /** Other attempts at recording the same conversation, of those that this person may see. */
  private List<RecordingId> otherAttempts(Principal asking, CallEntry entry) {
    return attempts.of(entry.summary()).stream()
        .map(CallEntry::summary)
        .filter(call -> Access.sees(asking, call))
        .map(CallSummary::id)
        .toList();
  }

  Route.Prepared waveform(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of(ORIGINAL));
    Principal asking = Objects.requireNonNull(principal);
    RecordingId id = Request.recording(http);
    boolean original = Request.flag(http, ORIGINAL);
    return onRecording(
        id,
        act -> {
          Audible audible = audible(asking, Right.LISTEN, id, original);
          byte[] peaks =
              readOrProblem(audible.archive(), Part.WAVEFORM, audible.requester(asking, act.id()));
          http.contentType("application/octet-stream").result(peaks);
        });
  }

  Route.Prepared manifest(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of());
    Principal asking = Objects.requireNonNull(principal);
    RecordingId id = Request.recording(http);
    return onRecording(
        id,
        _ -> {
          ArchivedCall archive = committed(unblocked(visible(asking, id)));
          try {
            byte[] manifest = media.manifest(archive);
            attachment(http, "%s-manifest-%d.p7".formatted(id, archive.generation()));
            http.contentType("application/pkcs7-mime").result(manifest);
          } catch (IOException e) {
            throw unreadable(id, e);
          }
        });
  }

  Route.Prepared object(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of("part"));
    Principal asking = Objects.requireNonNull(principal);
    RecordingId id = Request.recording(http);
    int part = Request.part(http);
    return onRecording(
        id,
        _ -> {
          ArchivedCall archive = audible(asking, Right.DOWNLOAD, id, false).archive();
          guests.countDownload(asking);
          MediaAccess.Stored object;
          try {
            object = media.stored(archive, audioPart(archive, part));
          } catch (IOException e) {
            throw unreadable(id, e);
          }
          try (InputStream content = object.content()) {
            attachment(http, id + "-" + ObjectKeys.media(part));
            http.contentType("application/cms");
            http.res().setContentLengthLong(object.size());
            content.transferTo(http.res().getOutputStream());
          }
        });
  }

  /** Work on a recording, under an act that names it. */
  private static Route.Prepared onRecording(RecordingId id, RecordingWork work) {
    return new Route.Prepared(
        "recording:" + id, Map.of(), act -> work.run(Objects.requireNonNull(act)));
  }

  @FunctionalInterface
  private interface RecordingWork {
    void run(Acts.Act act) throws Exception;
  }

  /**
   * The call, if this person may see it.
   *
   * @throws ProblemException 404 otherwise
   */
  CallEntry visible(Principal principal, RecordingId id) {
    return calls
        .find(principal.slug(), id)
        .filter(entry -> Access.sees(principal, entry.summary()))
        .orElseThrow(Request::noSuchRecording);
  }

  /**
   * The call, if it is not blocked.
   *
   * @throws ProblemException 403 otherwise
   */
  static CallEntry unblocked(CallEntry entry) {
    if (entry.block() != null) {
      throw ProblemException.forbidden(
          "blocked", "The recording is blocked, since it may be another tenant's.");
    }
    return entry;
  }

  /**
   * The call, if this person may see it and has this right on it.
   *
   * @throws ProblemException 404 if it may not be seen, 403 with the reason without the right
   */
  CallEntry visible(Principal principal, Right right, RecordingId id) {
    CallEntry entry = visible(principal, id);
    Access.demand(principal, right, entry.summary());
    return entry;
  }

  /**
   * The audio of a call that somebody may have.
   *
   * @param opening by which it is the original of a restricted recording; null for anything else
   */
  record Audible(CallEntry call, ArchivedCall archive, @Nullable UUID opening) {
    Requester requester(Principal asking, UUID act) {
      return new Requester(asking.actor(), act, opening);
    }
  }

  /**
   * The audio of a call, if this person has this right on it: of a restricted one its masked
   * derivative, or what it was made of, if that is asked for and open for this person.
   *
   * @throws ProblemException as {@link #visible}; 403 if it is restricted; 409 if there is none
   */
  Audible audible(Principal asking, Right right, RecordingId id, boolean original) {
    CallEntry entry = visible(asking, right, id);
    ArchivedCall archive = stored(entry);
    if (!entry.summary().flags().contains(CallFlag.RESTRICTED)) {
      return new Audible(entry, archive, null);
    }
    if (original) {
      Opening opening =
          restrictions
              .opening(asking.slug(), id, asking.user().id())
              .orElseThrow(RecordingRoutes::restricted);
      return new Audible(
          entry,
          restrictions.original(asking.slug(), id).orElseThrow(RecordingRoutes::restricted),
          opening.id());
    }
    if (archive.generation() < Generation.MASKED) {
      throw restricted();
    }
    return new Audible(entry, archive, null);
  }

  private static ProblemException restricted() {
    return ProblemException.forbidden(
        "recording-restricted", String.valueOf(new RestrictedException().getMessage()));
  }

  /**
   * The stored audio of a call.
   *
   * @throws ProblemException 409 if there is none
   */
  private static ArchivedCall stored(CallEntry entry) {
    ArchivedCall archive = committed(entry);
    if (!entry.summary().state().hasMedia()) {
      throw ProblemException.conflict(
          "no-media",
          "The call is '%s': no audio of it is stored."
              .formatted(entry.summary().state().wireName()));
    }
    return archive;
  }

  /**
   * What is stored of a call, be it a record without audio.
   *
   * @throws ProblemException 409 if nothing is
   */
  private static ArchivedCall committed(CallEntry entry) {
    ArchivedCall archive = entry.archive();
    if (archive == null || !entry.summary().state().hasCallRecord()) {
      throw ProblemException.conflict(
          "no-media",
          "The call is '%s': nothing of it is stored."
              .formatted(entry.summary().state().wireName()));
    }
    return archive;
  }

  /**
   * A part of a call's audio.
   *
   * @throws ProblemException 404 if there are not so many
   */
  Part audioPart(ArchivedCall archive, int number) throws IOException {
    if (number > 1) {
      int parts = media.parts(archive).size();
      if (number > parts) {
        throw ProblemException.notFound(
            "The audio has no part %d; its last is %d.".formatted(number, parts));
      }
    }
    return Part.media(number);
  }

  /** Reads a small object into memory. */
  private byte[] read(ArchivedCall archive, Part part, Requester requester) throws IOException {
    Content content = media.open(archive, part, requester);
    if (content.length() > MAX_IN_MEMORY) {
      throw new IOException(
          "%s has %d bytes, more than is read into memory"
              .formatted(part.objectName(), content.length()));
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream((int) content.length());
    content.transferTo(0, content.length(), bytes);
    return bytes.toByteArray();
  }

  private byte[] readOrProblem(ArchivedCall archive, Part part, Requester requester) {
    try {
      return read(archive, part, requester);
    } catch (IOException e) {
      throw unreadable(archive.id(), e);
    }
  }

  /** What an object that can't be had means to the one who asked. */
  static ProblemException unreadable(RecordingId id, IOException e) {
    String message = Objects.requireNonNullElse(e.getMessage(), e.toString());
    if (e instanceof MediaAccess.KeyNotHeldException) {
      return ProblemException.conflict("key-not-held", message);
    }
    if (e instanceof RestrictedException) {
      return restricted();
    }
    LOG.warn("recording {} can't be read", id, e);
    return ProblemException.of(502, "unreadable", "The stored recording can't be read", message);
  }

  static void attachment(Context http, String fileName) {
    http.header("Content-Disposition", "attachment; filename=\"" + fileName + '"');
  }
}
