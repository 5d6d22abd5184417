package io.earwitness.recorder.srs;

import io.earwitness.call.CallFlag;
import io.earwitness.call.PlayedAnnouncement;
import io.earwitness.call.RecordingId;
import io.earwitness.call.TenantSlug;
import io.earwitness.capture.CaptureWriter;
import io.earwitness.recorder.announcement.AnnouncementService;
import io.earwitness.recorder.announcement.PromptLibrary;
import io.earwitness.recorder.rtp.MediaPlane;
import io.earwitness.recorder.sip.SipEndpoint;
import io.earwitness.recorder.sip.SipEndpointConfig;
import io.earwitness.recorder.sip.SipHandler;
import io.earwitness.recorder.sip.Transport;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A session recording server (RFC 7866): listens for session recording clients and records what
 * they send. Thread-safe; closing it ends running recordings in order.
 */
public final class RecordingServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RecordingServer.class);
  private static final int WAITING_REFUSALS = 10_000;

  private final SipEndpoint endpoint;
  private final Recordings recordings;
  private final RefusalQueue refusals;
  private final AnnouncementService announcements;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("recordings-watch").factory());

  private RecordingServer(
      SipEndpoint endpoint,
      Recordings recordings,
      RefusalQueue refusals,
      AnnouncementService announcements) {
    this.endpoint = endpoint;
    this.recordings = recordings;
    this.refusals = refusals;
    this.announcements = announcements;
  }

  /**
   * Which announcements are played beside the recordings.
   *
   * @param evidence told of each that was played, once it has ended; must return at once
   */
  public record Announcing(
      AnnouncementService.Settings settings,
      PromptLibrary library,
      Consumer<PlayedAnnouncement> evidence) {}

  /** Opens a server that plays no announcements: whoever asks for one is answered 404. */
  public static RecordingServer open(
      RecordingServerSettings settings,
      SipEndpointConfig sip,
      Supplier<RecorderConfiguration> configuration,
      CaptureWriter captures,
      MediaPlane media,
      OverloadGuard guard,
      CallObserver observer,
      InstantSource clock)
      throws IOException {
    return open(
        settings,
        sip,
        configuration,
        captures,
        media,
        guard,
        observer,
        new Announcing(
            new AnnouncementService.Settings(
                settings.node(), settings.mediaAddress(), 1024, 65_535, 1),
            PromptLibrary.NONE,
            _ -> {}),
        clock);
  }

  /**
   * Opens the server; when this returns, it takes calls.
   *
   * @param sip where to listen; its Contact parameters and the addresses that it may connect to are
   *     set here
   * @param configuration the configuration snapshot to use for a new call, asked for each
   * @param captures and {@code media} and {@code guard} are used, not closed
   * @param guard says when the recorder is too busy for more calls
   * @param announcing which announcements are played beside
   * @throws IOException if a SIP port can't be had
   */
  public static RecordingServer open(
      RecordingServerSettings settings,
      SipEndpointConfig sip,
      Supplier<RecorderConfiguration> configuration,
      CaptureWriter captures,
      MediaPlane media,
      OverloadGuard guard,
      CallObserver observer,
      Announcing announcing,
      InstantSource clock)
      throws IOException {
    Recordings recordings = new Recordings(settings, guard, observer, clock);
    RefusalQueue refusals = new RefusalQueue(captures, observer, WAITING_REFUSALS);
    AnnouncementService announcements =
        new AnnouncementService(
            announcing.settings(),
            announcing.library(),
            play -> {
              recordings.announcementPlayed(play);
              announcing.evidence().accept(play);
            },
            clock);
    SipHandler handler =
        new RecordingHandler(
            settings,
            configuration,
            new Admission(settings, captures, media),
            new Refusals(settings, configuration, refusals),
            recordings,
            announcements,
            clock);
    SipEndpointConfig own =
        sip.withContactParameters("+sip.srs")
            .withOmission(settings.metadata())
            .withMayConnect(peer -> configuration.get().matcher().isKnown(peer));
    SipEndpoint endpoint;
    try {
      endpoint = SipEndpoint.open(own, handler, clock);
    } catch (IOException | RuntimeException e) {
      announcements.close();
      throw e;
    }
    RecordingServer server = new RecordingServer(endpoint, recordings, refusals, announcements);
    server.timer.scheduleWithFixedDelay(server::watchOn, 1, 1, TimeUnit.SECONDS);
    return server;
  }

  /**
   * The SIP port of a transport.
   *
   * @throws IllegalArgumentException if it is not spoken
   */
  public int port(Transport transport) {
    return endpoint.port(transport);
  }

  /** Recordings that run now. */
  public int activeRecordings() {
    return recordings.count();
  }

  /**
   * Begins to drain: INVITEs that would begin a recording, and OPTIONS outside of a dialog, are
   * answered 503 with Retry-After, so that SRCs send their calls elsewhere; recordings that run go
   * on to their ends. While it drains already, nothing changes.
   */
  public void drain() {
    recordings.drain(true);
  }

  /** Takes new calls again. */
  public void undrain() {
    recordings.drain(false);
  }

  /** Whether it was told to drain. */
  public boolean isDraining() {
    return recordings.isDraining();
  }

  /** Whether no recording runs, no INVITE is about to begin one, and no announcement is played. */
  public boolean isIdle() {
    return recordings.isIdle() && announcements.count() == 0;
  }

  /** Announcements that are played now. */
  public int activeAnnouncements() {
    return announcements.count();
  }

  /** Refusals that could not be entered anywhere since the start. */
  public long lostRefusals() {
    return refusals.lost();
  }

  /** Recordings that run now and whose media does so. */
  public int activeRecordings(MediaHealth health) {
    return recordings.withHealth(health);
  }

  /** Recordings of a tenant that run now, oldest first. */
  public List<RunningRecording> running(TenantSlug tenant) {
    return recordings.of(tenant);
  }

  /**
   * Pauses a running recording: when this returns, no more of it is written, and digits that are
   * pressed are not kept, until it is resumed. Its capture's time line says so. Waits for nothing
   * outside of this process.
   *
   * @param tenant whose recording it must be
   * @param by who does it, for people who read the time line
   * @param reason that was given; null for none
   */
  public PauseOutcome pause(TenantSlug tenant, RecordingId id, String by, @Nullable String reason) {
    return recordings.setPaused(true, tenant, id, by, reason);
  }

  /** A paused recording that runs, and whose it is. */
  public record Paused(TenantSlug tenant, RunningRecording recording) {}

  /** All running recordings that are paused as a whole, each tenant's of a call for itself. */
  public List<Paused> paused() {
    return recordings.paused();
  }

  /**
   * Ends a pause, whoever began it. What the SRC's session description pauses stays paused. Waits
   * for nothing outside of this process.
   *
   * @param tenant whose recording it must be
   * @param by who does it, for people who read the time line
   * @param reason that was given; null for none
   */
  public PauseOutcome resume(
      TenantSlug tenant, RecordingId id, String by, @Nullable String reason) {
    return recordings.setPaused(false, tenant, id, by, reason);
  }

  /**
   * Takes in that a running recording's announcement has been played to its end: its time line says
   * so, and a gate that waited for it opens. The first word of it counts. Waits for nothing outside
   * of this process.
   *
   * @param tenant whose recording it must be
   * @param by who says so, for people who read the time line
   */
  public PauseOutcome announcementEnded(TenantSlug tenant, RecordingId id, String by) {
    return recordings.announcementEnded(tenant, id, by);
  }

  /**
   * Takes in that an announcement was played, here or by another node: what runs, or will soon run,
   * and is the call that it was played in has it on its time line, and one that was played whole
   * counts as {@link #announcementEnded}. Told twice it is the same as once. Waits for nothing
   * outside of this process.
   */
  public void announcementPlayed(PlayedAnnouncement play) {
    recordings.announcementPlayed(play);
  }

  /** SIP dialogs that stand now. */
  int dialogs() {
    return endpoint.dialogs();
  }

  /** Recordings that run and whose SRC has closed its connection. */
  int withLostConnection() {
    return recordings.withLostConnection();
  }

  /**
   * Does at once what is otherwise done each second.
   *
   * @return done when all that it began has ended
   */
  CompletableFuture<Void> watch() {
    refusals.retry();
    return recordings.watch();
  }

  private void watchOn() {
    try {
      // Nobody waits for it here: the next look must not be late for one SRC that doesn't answer
      var _ = watch();
    } catch (Throwable e) {
      // One that got out would be the timer's last
      LOG.error("Watching the recordings failed", e);
    }
  }

  /**
   * Stops: new calls are refused with 503, running recordings end with the flag {@link
   * CallFlag#RECORDER_INTERRUPTED}, and their SRCs get a BYE so that they can go on elsewhere.
   */
  @Override
  public void close() {
    recordings.stop();
    announcements.close();
    recordings.interruptAll();
    timer.shutdownNow();
    endpoint.close();
    // Calls whose INVITE was being answered meanwhile
    recordings.interruptAll();
    refusals.close();
  }
}
