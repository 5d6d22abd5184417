package io.earwitness.recorder.srs;

import io.earwitness.call.CallFlag;
import io.earwitness.call.Deviation;
import io.earwitness.call.DeviationFound;
import io.earwitness.call.PlayedAnnouncement;
import io.earwitness.call.RecorderSnapshot;
import io.earwitness.call.RecordingId;
import io.earwitness.call.TenantSlug;
import io.earwitness.recorder.sip.DialogId;
import io.earwitness.recorder.sip.SipCall;
import io.earwitness.recorder.sip.SipHeaders;
import io.earwitness.recorder.sip.SipResponse;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The recordings that run, and the watch over them. Thread-safe. */
final class Recordings {
  private static final Logger LOG = LoggerFactory.getLogger(Recordings.class);

  /** A recording and its dialog. */
  record Running(SipCall call, RecordingSession session, Places.Place place) {}

  /** Within so long an SRC that can be reached has answered a BYE. */
  private static final Duration BYE_PATIENCE = Duration.ofSeconds(1);

  private final RecordingServerSettings settings;
  private final CallObserver observer;
  private final InstantSource clock;
  private final Map<DialogId, Running> running = new ConcurrentHashMap<>();
  private final Map<DialogId, CompletableFuture<Void>> probes = new ConcurrentHashMap<>();
  private final Map<RecordingId, Places.Place> placeOf = new ConcurrentHashMap<>();
  private final PlayedAnnouncements played = new PlayedAnnouncements();
  private final OverloadGuard guard;
  private final Places places;
  private volatile boolean draining;
  private volatile boolean stopped;

  Recordings(
      RecordingServerSettings settings,
      OverloadGuard guard,
      CallObserver observer,
      InstantSource clock) {
    this.settings = settings;
    this.guard = guard;
    this.observer = observer;
    this.clock = clock;
    this.places = new Places(settings.maxCalls());
  }

  /**
   * Takes one of the places for recordings; to be given back if none begins.
   *
   * @throws RefusedException 503 if there is none for a call of this tenant now, saying why
   */
  Places.Place takePlace(TenantSlug tenant, RecorderSnapshot snapshot) throws RefusedException {
    if (stopped) {
      throw Admission.unavailable("the recorder is being stopped");
    }
    if (draining) {
      throw Admission.unavailable("the recorder is being drained: it takes no new calls");
    }
    OverloadGuard.Overload overload = guard.overload();
    if (overload != null && !overload.sparesGuaranteed()) {
      throw Admission.unavailable(overload.reason());
    }
    return places.take(tenant, snapshot, overload == null ? null : overload.reason());
  }

  /**
   * Demands that there is room for what is done beside recordings.
   *
   * @throws RefusedException 503 if there is none, saying why
   */
  void demandRoomBeside() throws RefusedException {
    if (isClosed()) {
      throw Admission.unavailable("the recorder takes no new calls: it is drained, or stopped");
    }
    OverloadGuard.Overload overload = guard.overload();
    if (overload != null) {
      throw Admission.unavailable(overload.reason());
    }
  }

  void giveBack(Places.Place place) {
    places.giveBack(place);
  }

  /** Adds a recording whose INVITE was answered. */
  void add(SipCall call, RecordingSession session, Places.Place place) {
    running.put(call.id(), new Running(call, session, place));
    placeOf.put(session.id(), place);
    tellPlayed(session);
    observer.opened(session.id());
  }

  /** Ends a recording that was never answered. */
  void endUnanswered(RecordingSession session, String reason) {
    session.end(reason, null, clock.instant());
    observer.closed(session.id());
  }

  @Nullable Running of(@Nullable SipCall call) {
    return call == null ? null : running.get(call.id());
  }

  void updated(RecordingSession session) {
    Places.Place place = placeOf.get(session.id());
    if (place != null) {
      places.move(place, session.tenant());
    }
    tellPlayed(session);
    observer.updated(session.id());
  }

  /** What of a tenant runs now, oldest first. */
  List<RunningRecording> of(TenantSlug tenant) {
    return running.values().stream()
        .flatMap(one -> one.session().running(tenant).stream())
        .sorted(Comparator.comparing(RunningRecording::start))
        .toList();
  }

  /** A paused recording that runs, and its tenant. */
  List<RecordingServer.Paused> paused() {
    List<RecordingServer.Paused> paused = new ArrayList<>();
    for (Running one : running.values()) {
      for (TenantSlug tenant : one.session().tenants()) {
        one.session()
            .running(tenant)
            .filter(RunningRecording::paused)
            .ifPresent(recording -> paused.add(new RecordingServer.Paused(tenant, recording)));
      }
    }
    return paused;
  }

  PauseOutcome setPaused(
      boolean pause, TenantSlug tenant, RecordingId id, String by, @Nullable String reason) {
    return first(session -> session.setPaused(pause, tenant, id, by, reason, clock.instant()));
  }

  PauseOutcome announcementEnded(TenantSlug tenant, RecordingId id, String by) {
    return first(session -> session.announcementEnded(tenant, id, by, clock.instant()));
  }

  /** What the one session says that has the recording. */
  private PauseOutcome first(Function<RecordingSession, PauseOutcome> act) {
    for (Running one : running.values()) {
      PauseOutcome outcome = act.apply(one.session());
      if (outcome != PauseOutcome.NOT_RUNNING) {
        return outcome;
      }
    }
    return PauseOutcome.NOT_RUNNING;
  }

  /** Takes in that an announcement was played; once more is the same as once. */
  void announcementPlayed(PlayedAnnouncement play) {
    Instant now = clock.instant();
    if (played.add(play, now)) {
      running.values().forEach(one -> one.session().announcementPlayed(play, now));
    }
  }

  /** What was played before it began, or before its call's ids or numbers were known. */
  private void tellPlayed(RecordingSession session) {
    Instant now = clock.instant();
    played.maybeOf(session.summary()).forEach(play -> session.announcementPlayed(play, now));
  }

  int count() {
    return running.size();
  }

  /** Whether no recording runs and none is about to. */
  boolean isIdle() {
    return places.taken() == 0;
  }

  /** Whether new recordings begin; while draining they don't, and those that run go on. */
  void drain(boolean drain) {
    draining = drain;
  }

  boolean isDraining() {
    return draining;
  }

  /** Whether INVITEs that would begin a recording are refused, whosever they are. */
  boolean isClosed() {
    return draining || stopped;
  }

  /** Recordings that run and whose media does so. */
  int withHealth(MediaHealth health) {
    return (int) running.values().stream().filter(one -> one.session().health() == health).count();
  }

  /** Recordings that run and whose SRC has closed its connection. */
  int withLostConnection() {
    return (int)
        running.values().stream().filter(one -> one.session().hasLostItsConnection()).count();
  }

  /** From here on no recording begins, but for those whose INVITE is being answered. */
  void stop() {
    stopped = true;
  }

  /** Ends all that run because the recorder is being stopped. */
  void interruptAll() {
    // At the same time: an SRC that can't be reached for its BYE keeps no other call waiting
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Running one : running.values()) {
        threads.execute(
            () ->
                end(one, "recorder stopped", CallFlag.RECORDER_INTERRUPTED, clock.instant(), true));
      }
    }
  }

  void connectionClosed(InetSocketAddress peer) {
    running.values().forEach(one -> one.session().connectionClosed(peer));
  }

  /**
   * Ends a recording; when this returns, its capture is closed, whoever did it.
   *
   * @param sayBye whether to tell the SRC; whatever it answers, the recording is over, after a
   *     second at the latest. Then not for a thread that its answer comes by: {@link #endLater}
   */
  void end(Running one, String reason, @Nullable CallFlag flag, Instant at, boolean sayBye) {
    if (sayBye && one.session().mayHangUp()) {
      sayBye(one, at);
    }
    finish(one, reason, flag, at);
  }

  /**
   * Ends a recording with a BYE, on a thread of its own, since this one may be that which the
   * answer comes by.
   */
  void endLater(Running one, String reason, @Nullable CallFlag flag, Instant at) {
    Thread.startVirtualThread(() -> end(one, reason, flag, at, true));
  }

  private void finish(Running one, String reason, @Nullable CallFlag flag, Instant at) {
    try {
      one.session().end(reason, flag, at);
    } finally {
      // Last: whoever finds it running and ends it too waits until its capture is closed
      if (running.remove(one.call().id(), one)) {
        placeOf.remove(one.session().id());
        places.giveBack(one.place());
        observer.closed(one.session().id());
      }
    }
  }

  /** Tells the SRC, and hears what it says to that: no longer than a moment, and whatever it is. */
  private void sayBye(Running one, Instant at) {
    SipCall call = one.call();
    RecordingSession session = one.session();
    try {
      SipCall.Sent bye = call.bye(SipHeaders.NONE);
      String transport = call.transport().name();
      session.sent(bye.raw(), transport, call.remoteTarget(), at);
      SipResponse answer = bye.response().get(BYE_PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
      session.keep(answer, transport, call.remoteTarget(), clock.instant());
      if (isRefusal(answer.status())) {
        String detail = "BYE answered with " + answer.status();
        session.deviates(List.of(new DeviationFound(Deviation.BYE_REFUSED, detail)));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      LOG.debug("No answer to the BYE for recording {}", session.id(), e);
    } catch (Throwable e) {
      // Whatever is wrong with it, the recording must end
      LOG.info("Could not send a BYE for recording {}: {}", session.id(), e.toString());
    }
    call.end();
  }

  /** RFC 3261 §15.1.1: 481 and 408 say that the dialog is over, which is what was wanted. */
  private static boolean isRefusal(int status) {
    return status >= 300 && status != 481 && status != 408;
  }

  /**
   * Writes statistics that are due, looks how the media does, asks the SRCs of recordings of which
   * nothing is heard, and ends those whose SRC has vanished.
   *
   * @return done when every SRC that is being asked has answered, or was given up
   */
  CompletableFuture<Void> watch() {
    Instant now = clock.instant();
    for (Running one : running.values()) {
      try {
        one.session().statistics(now, settings.statisticsInterval());
        one.session().look(now, settings).ifPresent(reason -> ask(one, reason));
        tellHealth(one);
        askForSnapshot(one);
        askForFullFrame(one);
      } catch (RuntimeException e) {
        LOG.error("Watching recording {} failed", one.session().id(), e);
      }
    }
    return CompletableFuture.allOf(probes.values().toArray(CompletableFuture[]::new));
  }

  private void tellHealth(Running one) {
    RecordingSession session = one.session();
    observer.health(session.id(), session.tenant(), session.health());
    if (!running.containsKey(one.call().id())) {
      observer.closed(session.id()); // it ended meanwhile: that is to be heard last
    }
  }

  /** On a thread of its own: what is sent to an address that is gone may wait for a connection. */
  private void ask(Running one, String suspicion) {
    DialogId id = one.call().id();
    CompletableFuture<Void> asked = new CompletableFuture<>();
    if (probes.putIfAbsent(id, asked) != null) {
      return;
    }
    Thread.startVirtualThread(
        () -> {
          try {
            LifeProbe.whyOver(one.call(), one.session(), clock)
                // Whatever came meanwhile is a sign of life
                .filter(_ -> one.session().suspicion(clock.instant(), settings).isPresent())
                .ifPresent(why -> endVanished(one, suspicion + "; " + why));
          } catch (RuntimeException e) {
            LOG.error("Asking the SRC of recording {}", one.session().id(), e);
          } finally {
            probes.remove(id);
            asked.complete(null);
          }
        });
  }

  /**
   * Asks the SRC of a recording for a full metadata snapshot if one is needed and may be asked for
   * now. At once back: what is sent may have to wait for a connection.
   */
  void askForSnapshot(Running one) {
    RecordingSession session = one.session();
    session
        .snapshotReason(clock.instant())
        .ifPresent(
            reason ->
                Thread.startVirtualThread(
                    () ->
                        SnapshotRequest.ask(
                            one.call(), session, session.metadataType(), reason, clock)));
  }

  private void askForFullFrame(Running one) {
    if (one.session().needsFullFrame(clock.instant())) {
      Thread.startVirtualThread(() -> FullFrameRequest.ask(one.call(), one.session(), clock));
    }
  }

  private void endVanished(Running one, String reason) {
    one.session().deviates(List.of(new DeviationFound(Deviation.BYE_MISSING, reason)));
    end(one, reason, CallFlag.NO_BYE, clock.instant(), true);
  }
}
