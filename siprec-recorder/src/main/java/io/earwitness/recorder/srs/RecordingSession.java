package io.earwitness.recorder.srs;

import io.earwitness.call.AnswerMode;
import io.earwitness.call.CallFlag;
import io.earwitness.call.CallSummary;
import io.earwitness.call.DeviationFound;
import io.earwitness.call.RecordingId;
import io.earwitness.call.Side;
import io.earwitness.call.StreamQuality;
import io.earwitness.call.TenantSlug;
import io.earwitness.call.TimelineEvent;
import io.earwitness.capture.CaptureEvent;
import io.earwitness.capture.CaptureWriter;
import io.earwitness.recorder.dtls.Fingerprint;
import io.earwitness.recorder.metadata.MetadataChange;
import io.earwitness.recorder.rtp.MediaPlane;
import io.earwitness.recorder.rtp.SrtpCounts;
import io.earwitness.recorder.rtp.StreamPulse;
import io.earwitness.recorder.sip.SipRequest;
import io.earwitness.recorder.sip.SipResponse;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One recording while it runs: keeps its state and writes every change into its capture. */
final class RecordingSession {
  private static final Logger LOG = LoggerFactory.getLogger(RecordingSession.class);

  private final CallKnowledge knowledge;
  private final CaptureWriter.Session capture;
  private final MediaPlane.Reception reception;
  private final boolean jitterMeasured;
  private final SessionStreams streams;
  private final SnapshotNeed snapshots = new SnapshotNeed();
  private final FullFrameNeed fullFrames = new FullFrameNeed();
  private CallSummary summary;
  private final HealthWatch health;
  private final LifeSigns life;
  private Instant lastStatistics;
  private Instant lookedAt;
  private @Nullable Hangup hangup;
  private boolean byeSent;
  private boolean closed;

  /** How the SRC ended the call. */
  private record Hangup(String reason, Instant at) {}

  RecordingSession(
      CallKnowledge knowledge,
      CaptureWriter.Session capture,
      MediaPlane.Reception reception,
      boolean jitterMeasured,
      InetAddress mediaAddress,
      AnswerMode answerMode,
      CallSummary opened,
      SipRequest invite,
      HealthLimits healthLimits,
      Fingerprint fingerprint) {
    this.knowledge = knowledge;
    this.capture = capture;
    this.reception = reception;
    this.jitterMeasured = jitterMeasured;
    this.streams =
        new SessionStreams(
            knowledge,
            reception,
            mediaAddress,
            answerMode,
            fingerprint,
            invite.received().getEpochSecond(),
            event -> append(event));
    this.summary = opened;
    this.life = new LifeSigns(invite);
    this.lastStatistics = invite.received();
    this.lookedAt = invite.received();
    this.health = new HealthWatch(healthLimits, invite.received(), this::healthChanged);
  }

  RecordingId id() {
    return knowledge.id();
  }

  /** Whose call it is by what was written last. */
  synchronized TenantSlug tenant() {
    return summary.tenant();
  }

  /** Keeps a message that came in; also a sign of life. */
  synchronized void received(SipRequest message) {
    life.heard(message);
    snapshots.heard(message);
    fullFrames.heard(message);
    keep(message);
  }

  /** Keeps a message that came in; digits that were pressed during a pause are not kept. */
  synchronized void keep(SipRequest message) {
    boolean mayHaveDigits = message.method().equals("INFO") || message.method().equals("NOTIFY");
    byte[] raw = SecretMask.mask(message.raw());
    append(
        new CaptureEvent.Message(
            message.received(),
            true,
            message.transport().name(),
            message.peer(),
            mayHaveDigits && streams.isAnyPaused() ? SecretMask.maskBody(raw) : raw));
  }

  /** Keeps an answer to a request of ours. */
  synchronized void keep(SipResponse answer, String transport, String from, Instant at) {
    append(new CaptureEvent.Message(at, true, transport, from, SecretMask.mask(answer.raw())));
  }

  /** Keeps a message that went out. */
  synchronized void sent(byte[] raw, String transport, String to, Instant at) {
    append(new CaptureEvent.Message(at, false, transport, to, SecretMask.mask(raw)));
  }

  /**
   * Takes in an offer and returns our answer. Streams that no port is left for are rejected.
   *
   * @throws MediaPlane.NoPortsException only for the first offer, whose ports are reserved
   */
  synchronized byte[] offer(Offer offer, Instant at) throws MediaPlane.NoPortsException {
    return streams.offer(offer, at);
  }

  /**
   * Our offer to an SRC whose first INVITE has none.
   *
   * @throws MediaPlane.NoPortsException if its reserved ports can't be had
   */
  synchronized byte[] firstOffer() throws MediaPlane.NoPortsException {
    return streams.firstOffer();
  }

  /** Our own view of the streams, for a re-INVITE without an offer (RFC 3261 §14.2). */
  synchronized byte[] ownOffer() {
    return streams.ownOffer();
  }

  /** Whether an offer of ours has no answer yet. */
  synchronized boolean isAnswerAwaited() {
    return streams.isAnswerAwaited();
  }

  /** Whether that offer is the call's first, so that no stream is known before its answer. */
  synchronized boolean isFirstAnswerAwaited() {
    return streams.isFirstAnswerAwaited();
  }

  /** The SRC's answer to {@link #firstOffer} or {@link #ownOffer}. */
  synchronized void answered(Offer answer, Instant at) throws MediaPlane.NoPortsException {
    streams.answered(answer, at);
  }

  /** No answer to our offer will come any more. */
  synchronized void unanswered() {
    streams.unanswered();
  }

  /**
   * Pauses the recording: from here on no packet is written, and digits that are pressed are not
   * kept, until {@link #resume}; a stream is paused also while its session description says so.
   *
   * @param by who did it, for people, such as {@code the SRC (X-AC-Action: pause-siprec)}
   * @return false if it was paused already, or has ended
   */
  synchronized boolean pause(String by, Instant at) {
    return !closed && streams.pause(by, at);
  }

  /**
   * Ends a {@link #pause}.
   *
   * @param by who did it, for people
   * @return false if it was not paused, or has ended
   */
  synchronized boolean resume(String by, Instant at) {
    return !closed && streams.resume(by, at);
  }

  /** {@link #pause} or {@link #resume}, if the recording runs and is this tenant's now. */
  synchronized PauseOutcome setPaused(boolean pause, TenantSlug owner, String by, Instant at) {
    if (closed || !summary.tenant().equals(owner)) {
      return PauseOutcome.NOT_RUNNING;
    }
    boolean changed = pause ? streams.pause(by, at) : streams.resume(by, at);
    return changed ? PauseOutcome.DONE : PauseOutcome.WAS_SO;
  }

  /** What is to be told of it while it runs; empty if it has ended or is another tenant's. */
  synchronized Optional<RunningRecording> running(TenantSlug owner) {
    return closed || !summary.tenant().equals(owner)
        ? Optional.empty()
        : Optional.of(
            new RunningRecording(
                knowledge.id(),
                summary.start(),
                summary.callIds(),
                streams.isRecordingPaused(),
                health.state()));
  }

  /** Does what an INFO says. */
  synchronized void info(SipRequest info) {
    for (String line : CallInfo.digits(info, streams.isAnyPaused())) {
      line(new TimelineEvent(info.received(), TimelineEvent.Type.DTMF, null, line));
    }
    CallInfo.Action action = CallInfo.action(info);
    if (action != null) {
      String by = "the SRC (X-AC-Action: " + action.word() + ")";
      if (action.pauses()) {
        pause(by, info.received());
      } else {
        resume(by, info.received());
      }
    }
  }

  /** Takes in what a request's metadata and headers tell, and writes what it changed for whom. */
  synchronized void learn(RecordingRequest request) {
    taken(knowledge.learn(request), request.sip().received());
  }

  /** Writes what metadata brought, and remembers whether a snapshot is needed. */
  synchronized void taken(CallKnowledge.Learnt learnt, Instant at) {
    if (learnt.isWhole() && snapshots.met()) {
      note("the SRC sent a full metadata snapshot, as it was asked to", at);
    }
    lines(learnt.changes(), at);
    String hole = learnt.hole();
    if (hole != null) {
      snapshots.arise(hole).ifPresent(text -> note(text, at));
    }
  }

  /** A change was refused because it came before the one before it was answered. */
  synchronized void overlapped(RecordingRequest request, Instant at) {
    note("a change that came before the one before it was answered was refused with 500", at);
    if (request.metadata().isPresent()) {
      snapshots.arise("metadata came with a change that was refused").ifPresent(t -> note(t, at));
    }
  }

  /** Why the SRC is to be asked for a snapshot now; {@link #snapshotAsked} must follow then. */
  synchronized Optional<String> snapshotReason(Instant now) {
    return closed ? Optional.empty() : snapshots.take(now);
  }

  /** Under which media type the SRC sends metadata. */
  synchronized String metadataType() {
    return knowledge.metadataType();
  }

  synchronized void snapshotAsked(boolean refused) {
    snapshots.done(refused);
  }

  /** Whether the SRC is to be asked for a full video frame now; then {@link #fullFrameAsked}. */
  synchronized boolean needsFullFrame(Instant now) {
    return !closed && hangup == null && fullFrames.take(now);
  }

  synchronized void fullFrameAsked(boolean refused) {
    fullFrames.done(refused);
  }

  synchronized boolean isClosed() {
    return closed;
  }

  private void lines(List<MetadataChange> changes, Instant at) {
    for (MetadataChange change : changes) {
      Side side = knowledge.side(change.label());
      TimelineEvent.Type type =
          switch (change.kind()) {
            case JOINED -> TimelineEvent.Type.JOINED;
            case LEFT -> TimelineEvent.Type.LEFT;
            case TRANSFERRED -> TimelineEvent.Type.TRANSFERRED;
            case HELD -> TimelineEvent.Type.HELD;
            case RESUMED -> TimelineEvent.Type.RESUMED;
            case IDENTIFIED, SESSION_BEGAN, SESSION_ENDED, TOLD -> TimelineEvent.Type.NOTE;
          };
      boolean joined = type == TimelineEvent.Type.JOINED && side != null;
      String where = joined ? " on the " + Objects.requireNonNull(side).wireName() : "";
      line(new TimelineEvent(at, type, side, change.text() + where));
    }
  }

  /** Writes the summary if it changed; true if so. */
  synchronized boolean summarize(Instant at) {
    knowledge.checkMetadata(streams.list());
    knowledge.contradictions().forEach(line -> note(line, at));
    CallSummary now = knowledge.live();
    if (closed || now.equals(summary)) {
      return false;
    }
    summary = now;
    append(new CaptureEvent.Updated(at, now));
    return true;
  }

  /** The SRC did something that is tolerated. */
  synchronized void deviates(List<DeviationFound> found) {
    knowledge.deviations().addAll(found);
  }

  /** Writes which SRC sent the call, and in what its INVITE deviated. */
  synchronized void begun(Instant at) {
    knowledge
        .freshFindings()
        .ifPresent(findings -> append(new CaptureEvent.Conformance(at, findings)));
  }

  /** Writes in what the SRC deviated since this was called last, if it did. */
  synchronized void conformance(Instant at) {
    knowledge
        .freshFindings()
        .filter(findings -> !findings.deviations().isEmpty())
        .ifPresent(findings -> append(new CaptureEvent.Conformance(at, findings)));
  }

  synchronized void note(String text, Instant at) {
    line(new TimelineEvent(at, TimelineEvent.Type.NOTE, null, text));
  }

  synchronized void started(String text, Instant at) {
    line(new TimelineEvent(at, TimelineEvent.Type.STARTED, null, text));
  }

  /** A connection ended; matters if it was the one that the SRC last used. */
  synchronized void connectionClosed(InetSocketAddress closedPeer) {
    life.connectionClosed(closedPeer);
  }

  /** The SRC has shown that it holds the call. */
  synchronized void isAlive(Instant at) {
    life.isAlive(at);
  }

  synchronized boolean hasLostItsConnection() {
    return life.hasLostItsConnection();
  }

  synchronized boolean hasMedia() {
    return reception.statistics().stream().anyMatch(stream -> stream.packets() > 0);
  }

  /** Writes statistics when they are due. */
  synchronized void statistics(Instant now, Duration interval) {
    if (!closed && !now.isBefore(lastStatistics.plus(interval))) {
      lastStatistics = now;
      append(new CaptureEvent.Statistics(now, reception.statistics()));
    }
  }

  /**
   * Looks how the media does, and whether the SRC may have vanished: what {@link #suspicion} says.
   */
  synchronized Optional<String> look(Instant now, RecordingServerSettings settings) {
    List<StreamPulse> pulses = reception.pulses();
    if (!closed && hangup == null) {
      lookedAt = now;
      health.look(now, streams.list(), knowledge.isAnybodyOnHold(), pulses);
      fullFrames.look(pulses).ifPresent(text -> note(text, now));
    }
    return suspicion(now, settings, pulses);
  }

  private void healthChanged(@Nullable Side side, boolean begins, String text) {
    TimelineEvent.Type type = begins ? TimelineEvent.Type.ALARM : TimelineEvent.Type.ALARM_OVER;
    line(new TimelineEvent(lookedAt, type, side, text));
    LOG.warn("{}: recording {}: {}", begins ? "alarm" : "alarm over", knowledge.id(), text);
  }

  /** How its media does; {@link MediaHealth#GOOD} once it has ended. */
  synchronized MediaHealth health() {
    return closed ? MediaHealth.GOOD : health.state();
  }

  /** Why the SRC may have vanished and is to be asked; empty while there is no reason to. */
  synchronized Optional<String> suspicion(Instant now, RecordingServerSettings settings) {
    return suspicion(now, settings, reception.pulses());
  }

  private Optional<String> suspicion(
      Instant now, RecordingServerSettings settings, List<StreamPulse> pulses) {
    // An SRC may say in the metadata alone that a call is on hold (RFC 8068 §3.2.2)
    boolean mediaExpected = streams.isMediaExpected() && !knowledge.isAnybodyOnHold();
    Optional<Instant> lastHeard =
        pulses.stream()
            .map(StreamPulse::lastHeard)
            .filter(Objects::nonNull)
            .max(Comparator.naturalOrder());
    return life.suspicion(now, settings, lastHeard, mediaExpected);
  }

  /**
   * The SRC has ended the call. From here on that is how the recording ended, whoever comes first
   * to end it: a recorder that is being stopped did not interrupt it.
   */
  synchronized void hungUp(String reason, Instant at) {
    hangup = new Hangup(reason, at);
  }

  /** Whether a BYE of ours makes sense: true once, and not after the SRC's. */
  synchronized boolean mayHangUp() {
    boolean may = hangup == null && !closed && !byeSent;
    byeSent = true;
    return may;
  }

  /**
   * Ends the recording; a second call does nothing.
   *
   * @param reason and {@code flag}: why, unless the SRC has hung up
   */
  synchronized void end(String reason, @Nullable CallFlag flag, Instant at) {
    if (closed) {
      return;
    }
    if (hangup != null) {
      close(hangup.reason(), hangup.at());
      return;
    }
    if (flag != null) {
      knowledge.flag(flag);
    }
    close(reason, at);
  }

  private void close(String reason, Instant at) {
    try {
      List<StreamQuality> quality = reception.close();
      List<SrtpCounts> srtp = reception.srtp();
      QualityFlags.of(streams.list(), quality, srtp, jitterMeasured).forEach(knowledge::flag);
      knowledge.deviations().addAll(QualityFlags.deviations(streams.list(), quality));
      append(new CaptureEvent.Statistics(at, quality));
      QualityFlags.refusedBySrtp(srtp).forEach(line -> note(line, at));
      knowledge.contradictions().forEach(line -> note(line, at));
      line(new TimelineEvent(at, TimelineEvent.Type.ENDED, null, reason));
      append(new CaptureEvent.Updated(at, knowledge.closed(at)));
      conformance(at);
    } finally {
      closed = true;
      streams.forget();
      capture.close(new CaptureEvent.Closed(at, reason, List.copyOf(knowledge.flags())));
    }
  }

  private void line(TimelineEvent event) {
    append(new CaptureEvent.Timeline(event.at(), event));
  }

  private void append(CaptureEvent event) {
    if (!closed) {
      capture.append(event);
    }
  }
}
