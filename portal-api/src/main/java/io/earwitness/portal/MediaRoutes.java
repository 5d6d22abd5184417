package io.earwitness.portal;

import io.earwitness.access.Right;
import io.earwitness.archive.catalog.CallCatalog.ArchivedCall;
import io.earwitness.archive.catalog.CallCatalog.CallEntry;
import io.earwitness.archive.catalog.Plays;
import io.earwitness.archive.catalog.Plays.Play;
import io.earwitness.archive.catalog.Restrictions;
import io.earwitness.archive.store.ObjectStore.ObjectStoreException;
import io.earwitness.call.RecordingId;
import io.earwitness.portal.MediaAccess.Content;
import io.earwitness.portal.MediaAccess.Requester;
import io.earwitness.portal.RecordingRoutes.Audible;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import io.micrometer.core.instrument.Counter;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listening. A play is opened once, with its audit entry, and then serves the many range requests
 * of a player with one use of the key for each part of the audio; a download is entered for itself.
 */
final class MediaRoutes {
  private static final Logger LOG = LoggerFactory.getLogger(MediaRoutes.class);
  private static final String DOWNLOAD = "recording.download";
  private static final int MAX_REASON = 500;

  /** Of a call, in seconds: a week. */
  private static final int MAX_HEARD = 7 * 86_400;

  private static final DateTimeFormatter FILE_TIME =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

  private final RecordingRoutes recordings;
  private final MediaAccess media;
  private final Plays plays;
  private final Acts acts;
  private final Clock clock;
  private final PortalConfig config;
  private final OpenContents open;
  private final PlayEnds ends;
  private final GuestAccess guests;
  private final Restrictions restrictions;
  private final Counter sent;
  private final Counter broken;

  MediaRoutes(
      PortalConfig config,
      PortalParts parts,
      RecordingRoutes recordings,
      Acts acts,
      PlayEnds ends) {
    this.recordings = recordings;
    this.media = parts.media();
    this.plays = parts.plays();
    this.acts = acts;
    this.clock = parts.clock();
    this.config = config;
    this.open = new OpenContents(clock);
    this.ends = ends;
    this.guests = new GuestAccess(parts);
    this.restrictions = parts.retention().restrictions();
    this.sent =
        Counter.builder("earwitness.portal.media.bytes")
            .description("Bytes of audio sent")
            .register(parts.metrics());
    this.broken =
        Counter.builder("earwitness.portal.media.broken")
            .description("Responses broken off since stored audio could not be read or verified")
            .register(parts.metrics());
  }

  private record PlayRequest(@Nullable String reason, @Nullable Boolean original) {}

  private record PlayView(UUID id, Instant expiresAt) {}

  /** {@code POST /recordings/{id}/plays}. */
  Route.Prepared openPlay(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of());
    Principal asking = Objects.requireNonNull(principal);
    RecordingId id = Request.recording(http);
    PlayRequest body = Request.body(http, PlayRequest.class, new PlayRequest(null, null));
    String given = body.reason();
    boolean original = Boolean.TRUE.equals(body.original());
    String reason = given == null || given.isBlank() ? null : given.trim();
    if (reason != null && reason.length() > MAX_REASON) {
      throw ProblemException.malformed(
          "reason", "reason is longer than %d characters.".formatted(MAX_REASON));
    }
    return new Route.Prepared(
        object(id),
        details(asking, id, reason, original),
        act -> {
          Audible audible = audio(recordings.audible(asking, Right.LISTEN, id, original));
          ArchivedCall archive = audible.archive();
          if (reason == null) {
            needNoReason(asking);
          }
          Play play = open(asking, id, reason, Objects.requireNonNull(act).id(), audible.opening());
          SessionRoutes.json(
              http, 201, new PlayView(play.id(), play.opened().plus(PlayEnds.lasts(archive))));
        });
  }

  /** Also by which approval the original of a restricted recording is heard. */
  private Map<String, String> details(
      Principal asking, RecordingId id, @Nullable String reason, boolean original) {
    Map<String, String> details = new TreeMap<>();
    if (reason != null) {
      details.put("reason", reason);
    }
    if (original) {
      details.put(
          "original",
          restrictions
              .opening(asking.slug(), id, asking.user().id())
              .map(opening -> "by approval " + opening.id())
              .orElse("not open"));
    }
    return details;
  }

  /**
   * What was heard of the call.
   *
   * @param from in seconds from its beginning
   * @param to in seconds
   */
  private record HeardSpan(double from, double to) {}

  private record CloseRequest(@Nullable List<HeardSpan> heard) {}

  /** {@code POST /recordings/{id}/plays/{play}/close}; enters the end itself. */
  Route.Prepared closePlay(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of());
    Principal asking = Objects.requireNonNull(principal);
    RecordingId id = Request.recording(http);
    UUID playId = AccessRequest.uuid(http.pathParam("play"));
    Spans heard = heard(Request.body(http, CloseRequest.class, new CloseRequest(null)));
    return Route.Prepared.of(
        _ -> {
          Play play =
              plays
                  .find(asking.slug(), playId)
                  .filter(found -> found.recording().equals(id))
                  .filter(found -> found.userId().equals(asking.user().id()))
                  .orElseThrow(() -> ProblemException.notFound("There is no such play of yours."));
          if (play.closed() != null) {
            throw ProblemException.conflict("play-closed", "The play is over already.");
          }
          ends.close(play, asking.actor(), heard);
          http.status(204);
        });
  }

  private static Spans heard(CloseRequest request) {
    Spans heard = new Spans();
    for (HeardSpan span : request.heard() == null ? List.<HeardSpan>of() : request.heard()) {
      if (!(span.from() >= 0 && span.from() <= span.to() && span.to() <= MAX_HEARD)) {
        throw ProblemException.malformed(
            "heard",
            "heard has a span from %s to %s; expected seconds from 0 to %d, from not after to."
                .formatted(span.from(), span.to(), MAX_HEARD));
      }
      heard.add(Math.round(span.from() * 1000), Math.round(span.to() * 1000));
    }
    return heard;
  }

  /** {@code GET} and {@code HEAD /recordings/{id}/media}; enters its acts itself. */
  Route.Prepared media(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of("download", "part", RecordingRoutes.ORIGINAL));
    Principal asking = Objects.requireNonNull(principal);
    RecordingId id = Request.recording(http);
    int part = Request.part(http);
    boolean download = Request.flag(http, "download");
    boolean original = Request.flag(http, RecordingRoutes.ORIGINAL);
    if (download && original) {
      throw ProblemException.malformed(
          RecordingRoutes.ORIGINAL, "An original is opened to be heard, not to be taken away.");
    }
    return Route.Prepared.of(
        _ -> {
          if (download) {
            download(http, asking, id, part);
          } else {
            play(http, asking, id, part, original);
          }
        });
  }

  private void download(Context http, Principal asking, RecordingId id, int part) throws Exception {
    Acts.Act act = acts.begin(asking.slug(), asking.actor(), DOWNLOAD, object(id), Map.of());
    String outcome = Acts.DONE;
    try {
      if (!asking.may(Permission.DOWNLOAD)) {
        throw ProblemException.forbidden(
            "forbidden", "Your roles do not include the permission 'download'.");
      }
      Audible audible = audio(recordings.audible(asking, Right.DOWNLOAD, id, false));
      CallEntry entry = audible.call();
      ArchivedCall archive = audible.archive();
      guests.countDownload(asking);
      Content content = content(archive, part, new Requester(asking.actor(), act.id()));
      RecordingRoutes.attachment(
          http,
          "%s-%s%s.%s"
              .formatted(
                  FILE_TIME.format(entry.summary().start()),
                  id,
                  suffix(part),
                  archive.codec().equals("opus") ? "webm" : "flac"));
      outcome = send(http, archive, part, content, (offset, length) -> {});
    } catch (RuntimeException e) {
      ProblemException problem = Problems.of(e);
      outcome = problem.outcome();
      throw problem;
    } finally {
      acts.end(act, outcome);
    }
  }

  private void play(Context http, Principal asking, RecordingId id, int part, boolean original)
      throws Exception {
    Play play;
    Audible audible;
    Map<String, String> details = details(asking, id, null, original);
    try {
      audible = audio(recordings.audible(asking, Right.LISTEN, id, original));
      Optional<Play> running =
          plays.findOpen(
              asking.slug(),
              id,
              asking.user().id(),
              PlayEnds.lasts(audible.archive()),
              audible.opening());
      if (running.isEmpty()) {
        needNoReason(asking);
      }
      play = running.orElseGet(() -> openWithoutReason(asking, id, details, audible.opening()));
    } catch (ProblemException e) {
      // Also what was tried in vain is entered.
      acts.end(
          acts.begin(asking.slug(), asking.actor(), PlayEnds.PLAY, object(id), details),
          e.outcome());
      throw e;
    }
    ArchivedCall archive = audible.archive();
    Requester requester = audible.requester(asking, play.id());
    Content content =
        open.get(play.id(), archive.attempt(), part, () -> content(archive, part, requester));
    String outcome =
        send(
            http,
            archive,
            part,
            content,
            (offset, length) -> ends.sent(play.id(), part, content.length(), offset, length));
    if (!outcome.equals(Acts.DONE)) {
      acts.end(
          new Acts.Act(play.id(), asking.slug(), asking.actor(), PlayEnds.PLAY, object(id)),
          outcome);
    }
  }

  private Play openWithoutReason(
      Principal asking, RecordingId id, Map<String, String> details, @Nullable UUID opening) {
    Acts.Act act = acts.begin(asking.slug(), asking.actor(), PlayEnds.PLAY, object(id), details);
    Play play = open(asking, id, null, act.id(), opening);
    acts.end(act, Acts.DONE);
    return play;
  }

  /** A play has the id of its act, so that what happens later can be entered under it. */
  private Play open(
      Principal asking, RecordingId id, @Nullable String reason, UUID act, @Nullable UUID opening) {
    Play play =
        new Play(
            act, asking.slug(), id, asking.user().id(), reason, clock.instant(), null, opening);
    try {
      plays.open(play);
    } catch (Plays.NoPlayLeftException e) {
      throw GuestAccess.noPlayLeft(e);
    }
    return play;
  }

  private void needNoReason(Principal asking) {
    if (config.playReasonRequired().contains(asking.slug())) {
      throw ProblemException.forbidden(
          "reason-required",
          "This tenant asks why you listen: open a play with a reason first, by POST to plays.");
    }
  }

  private Content content(ArchivedCall archive, int part, Requester requester) {
    try {
      return media.open(archive, recordings.audioPart(archive, part), requester);
    } catch (IOException e) {
      throw RecordingRoutes.unreadable(archive.id(), e);
    }
  }

  /** Hears which bytes left this server. */
  @FunctionalInterface
  private interface Sent {
    void bytes(long offset, long length);
  }

  /** Sends what is asked for. Returns how it ended, for the audit trail. */
  private String send(Context http, ArchivedCall archive, int part, Content content, Sent bytesSent)
      throws IOException {
    String tag = "\"" + archive.attempt() + suffix(part) + "\"";
    String ifRange = http.header("If-Range");
    ByteRange range =
        ifRange == null || ifRange.equals(tag)
            ? ByteRange.parse(http.header("Range"), content.length())
            : new ByteRange.Whole();
    http.header("Accept-Ranges", "bytes");
    http.header("ETag", tag);
    http.contentType(archive.codec().equals("opus") ? "audio/webm" : "audio/flac");
    return switch (range) {
      case ByteRange.Unsatisfiable _ -> {
        http.header("Content-Range", "bytes */" + content.length());
        throw ProblemException.of(
            416,
            "range-not-satisfiable",
            "Range not satisfiable",
            "The audio has %d bytes; none lies in the range.".formatted(content.length()));
      }
      case ByteRange.Part bytes -> {
        http.status(206);
        http.header(
            "Content-Range",
            "bytes %d-%d/%d".formatted(bytes.first(), bytes.last(), content.length()));
        yield transfer(http, archive, content, bytes.first(), bytes.length(), bytesSent);
      }
      case ByteRange.Whole _ -> transfer(http, archive, content, 0, content.length(), bytesSent);
    };
  }

  private String transfer(
      Context http, ArchivedCall archive, Content content, long offset, long length, Sent bytesSent)
      throws IOException {
    http.res().setContentLengthLong(length);
    if (http.method().equals(HandlerType.HEAD)) {
      return Acts.DONE;
    }
    ToClient client = new ToClient(http.res().getOutputStream(), offset, bytesSent);
    try {
      content.transferTo(offset, length, client);
      return Acts.DONE;
    } catch (IOException | ObjectStoreException e) {
      if (client.gone) {
        // Players drop a connection when they have enough or seek: that is how they work.
        return Acts.DONE;
      }
      broken.increment();
      LOG.error("recording {} broke off after byte {}", archive.id(), offset + client.count, e);
      if (!http.res().isCommitted()) {
        http.res().setContentLengthLong(-1);
        http.res().setHeader("Content-Range", null);
        throw e instanceof IOException io
            ? RecordingRoutes.unreadable(archive.id(), io)
            : Problems.of(e);
      }
      // Fewer bytes than announced were written, so the server cuts the connection: a player sees
      // an error, never the end of the audio.
      return "failed: " + e.getMessage();
    } finally {
      sent.increment(client.count);
    }
  }

  private static Audible audio(Audible audible) {
    if (audible.archive().channels() == 0) {
      throw ProblemException.conflict("no-media", "The call was archived without audio.");
    }
    return audible;
  }

  /** What tells the parts of a call apart; the first needs nothing. */
  static String suffix(int part) {
    return part == 1 ? "" : "-" + part;
  }

  private static String object(RecordingId id) {
    return "recording:" + id;
  }

  /** Tells what goes out, and a client that went away from an object that can't be read. */
  private static final class ToClient extends OutputStream {
    private final OutputStream out;
    private final long first;
    private final Sent bytesSent;
    private boolean gone;
    private long count;

    ToClient(OutputStream out, long first, Sent bytesSent) {
      this.out = out;
      this.first = first;
      this.bytesSent = bytesSent;
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      // Before they leave: a player that has the last ones may end its play at once.
      bytesSent.bytes(first + count, length);
      try {
        out.write(bytes, offset, length);
        count += length;
      } catch (IOException e) {
        gone = true;
        throw e;
      }
    }
  }
}
