package io.earwitness.recorder.srs;

import io.earwitness.call.CallFlag;
import io.earwitness.recorder.sip.DialogId;
import io.earwitness.recorder.sip.SipCall;
import io.earwitness.recorder.sip.SipHeaders;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The recordings that run, and the watch over them. Thread-safe. */
final class Recordings {
  private static final Logger LOG = LoggerFactory.getLogger(Recordings.class);

  /** A recording and its dialog. */
  record Running(SipCall call, RecordingSession session) {}

  private final RecordingServerSettings settings;
  private final CallObserver observer;
  private final InstantSource clock;
  private final Map<DialogId, Running> running = new ConcurrentHashMap<>();
  private final AtomicInteger places = new AtomicInteger();
  private volatile boolean stopped;

  Recordings(RecordingServerSettings settings, CallObserver observer, InstantSource clock) {
    this.settings = settings;
    this.observer = observer;
    this.clock = clock;
  }

  /** Takes one of the places for recordings; to be given back if none begins. */
  void takePlace() throws RefusedException {
    if (stopped) {
      throw Admission.unavailable("the recorder is being stopped");
    }
    if (places.incrementAndGet() > settings.maxCalls()) {
      places.decrementAndGet();
      throw Admission.unavailable(
          "%d calls are being recorded, and no more are allowed".formatted(settings.maxCalls()));
    }
  }

  void giveBackPlace() {
    places.decrementAndGet();
  }

  /** Adds a recording whose INVITE was answered. */
  void add(SipCall call, RecordingSession session) {
    running.put(call.id(), new Running(call, session));
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
    observer.updated(session.id());
  }

  int count() {
    return running.size();
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
   * @param sayBye whether to tell the SRC; whatever it answers, the recording is over
   */
  void end(Running one, String reason, @Nullable CallFlag flag, Instant at, boolean sayBye) {
    if (sayBye && one.session().mayHangUp()) {
      sayBye(one, at);
      one.call().end();
    }
    one.session().end(reason, flag, at);
    // Last: whoever finds it running and ends it too waits until its capture is closed
    if (running.remove(one.call().id(), one)) {
      places.decrementAndGet();
      observer.closed(one.session().id());
    }
  }

  private static void sayBye(Running one, Instant at) {
    SipCall call = one.call();
    try {
      SipCall.Sent bye = call.bye(SipHeaders.NONE);
      one.session().sent(bye.raw(), call.transport().name(), call.remoteTarget(), at);
    } catch (IOException | RuntimeException e) {
      LOG.info("Could not send a BYE for recording {}: {}", one.session().id(), e.getMessage());
    }
  }

  /** Writes statistics that are due and ends recordings whose SRC has vanished. */
  void watch() {
    Instant now = clock.instant();
    for (Running one : running.values()) {
      try {
        one.session().statistics(now, settings.statisticsInterval());
        Optional<String> vanished = one.session().vanished(now, settings);
        // Apart: a BYE to an address that is gone may wait for its connection
        vanished.ifPresent(
            reason ->
                Thread.startVirtualThread(() -> end(one, reason, CallFlag.NO_BYE, now, true)));
      } catch (RuntimeException e) {
        LOG.error("Watching recording {} failed", one.session().id(), e);
      }
    }
  }
}
