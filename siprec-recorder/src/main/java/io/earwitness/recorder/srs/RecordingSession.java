package io.earwitness.recorder.srs;

import io.earwitness.call.AnswerMode;
import io.earwitness.call.CallFlag;
import io.earwitness.call.CallSummary;
import io.earwitness.call.DeviationFound;
import io.earwitness.call.PlayedAnnouncement;
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
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One recording while it runs: keeps its state and writes every change into its capture. */
final class RecordingSession {
  private static final Logger LOG = LoggerFactory.getLogger(RecordingSession.class);

  /** What keys do is done beside the receive thread, in their order. */
  private static final ExecutorService KEYS =
      Executors.newSingleThreadExecutor(
          Thread.ofPlatform().daemon().name("keys-pressed").factory());

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
  private final Map<TenantSlug, TenantKeeping> keepings = new LinkedHashMap<>();
  private final Map<TenantSlug, CaptureEvent.Withheld> withheld = new HashMap<>();
  private final Set<UUID> playsTold = new HashSet<>();
  private Set<Integer> withheldForAll = Set.of();
  private int streamCount;
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
      int streamCount,
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
    this.streams.setRecorded(!opened.recordedForNobody(), invite.received());
    this.summary = opened;
    this.life = new LifeSigns(invite);
    this.lastStatistics = invite.received();
    this.lookedAt = invite.received();
    this.health = new HealthWatch(healthLimits, invite.received(), this::healthChanged);
    this.streamCount = streamCount;
    keepFor(opened, invite.received());
  }

  /** Whose call it is, and how it is known: what may be kept for each of its tenants follows. */
  private void keepFor(CallSummary now, Instant at) {
    List<CallSummary> all = new ArrayList<>(now.others());
    all.addFirst(now);
    Map<TenantSlug, TenantKeeping> before = new LinkedHashMap<>(keepings);
    keepings.clear();
    for (CallSummary call : all) {
      TenantKeeping keeping = before.remove(call.tenant());
      if (keeping == null) {
        TenantSlug tenant = call.tenant();
        keeping =
            new TenantKeeping(
                call,
                knowledge.configuration(),
                event -> append(new CaptureEvent.Timeline(event.at(), event, tenant)));
      } else {
        keeping.know(call, at);
      }
      keepings.put(call.tenant(), keeping);
    }
    // A call that was nobody's before is now the tenant's, with its pause
    for (TenantKeeping gone : before.values()) {
      Objects.requireNonNull(keepings.get(now.tenant())).inherit(gone);
    }
    applyKeeping(at);
  }

  /**
   * Lets the streams flow into the capture that at least one tenant may have, and notes what each
   * may not: before anything of it is written, or after all that was withheld has come.
   */
  private void applyKeeping(Instant at) {
    List<Integer> all = IntStream.range(0, streamCount).boxed().toList();
    Set<Integer> forAll = new TreeSet<>(all);
    List<CaptureEvent.Withheld> later = new ArrayList<>();
    for (TenantKeeping keeping : keepings.values()) {
      Set<Integer> own = keeping.withheld(all);
      forAll.retainAll(own);
      CaptureEvent.Withheld now =
          new CaptureEvent.Withheld(at, keeping.tenant(), List.copyOf(own), keeping.notKept());
      CaptureEvent.Withheld before = withheld.get(keeping.tenant());
      List<Integer> streamsBefore = before == null ? List.of() : before.streams();
      String notKeptBefore = before == null ? null : before.notKept();
      if (!now.streams().equals(streamsBefore) || !Objects.equals(now.notKept(), notKeptBefore)) {
        withheld.put(keeping.tenant(), now);
        if (own.containsAll(streamsBefore)) {
          append(now);
        } else {
          later.add(now);
        }
      }
    }
    if (!forAll.equals(withheldForAll) || !later.isEmpty()) {
      withheldForAll = forAll;
      streams.withhold(forAll, keepings.values().stream().allMatch(one -> one.pause() != null), at);
    }
    later.forEach(this::append);
    boolean keys = keepings.values().stream().anyMatch(TenantKeeping::wantsKeys);
    reception.keys(isAnyDigitMasked(), keys ? this::pressed : null);
  }

  private boolean isAnyDigitMasked() {
    return keepings.values().stream().anyMatch(TenantKeeping::masksDigits);
  }

  /** Called by the receive thread, which must not wait for this recording. */
  private void pressed(int stream, char key, Instant at) {
    KEYS.execute(() -> key(stream, key, at));
  }

  private synchronized void key(@Nullable Integer stream, char key, Instant at) {
    boolean changed = false;
    for (TenantKeeping keeping : keepings.values()) {
      changed |= !closed && keeping.key(stream, key, at);
    }
    if (changed) {
      applyKeeping(at);
    }
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
            mayHaveDigits && isDigitMasked() ? SecretMask.maskBody(raw) : raw,
            message.certificate()));
  }

  private boolean isDigitMasked() {
    return streams.isAnyPaused() || isAnyDigitMasked();
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
    return flowing(offer.labels().size(), at, () -> streams.offer(offer, at));
  }

  /** Something that changes what streams there are, and which of them flow. */
  @FunctionalInterface
  private interface StreamChange<T> {
    T make() throws MediaPlane.NoPortsException;
  }

  private <T> T flowing(int count, Instant at, StreamChange<T> change)
      throws MediaPlane.NoPortsException {
    if (count > streamCount) {
      streamCount = count;
      applyKeeping(at);
    }
    Set<Integer> paused = streams.paused();
    T result = change.make();
    if (streams.flowing().stream().anyMatch(paused::contains)) {
      announced("the SRC, whose streams flow again", at);
    }
    return result;
  }

  /** The SRC says in signalling that the announcement has ended, to those who wait for it. */
  private void announced(String by, Instant at) {
    boolean changed = false;
    for (TenantKeeping keeping : keepings.values()) {
      changed |= keeping.awaitsAnnouncement() && keeping.announcementEnded(by, at);
    }
    if (changed) {
      applyKeeping(at);
    }
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
    flowing(
        answer.labels().size(),
        at,
        () -> {
          streams.answered(answer, at);
          return true;
        });
  }

  /** No answer to our offer will come any more. */
  synchronized void unanswered() {
    streams.unanswered();
  }

  /**
   * Pauses the recording for all its tenants: from here on no packet is written, and digits that
   * are pressed are not kept, until {@link #resume}; a stream is paused also while its session
   * description says so.
   *
   * @param by who did it, for people, such as {@code the SRC (X-AC-Action: pause-siprec)}
   */
  private void pause(String by, Instant at) {
    boolean changed = false;
    for (TenantKeeping keeping : keepings.values()) {
      changed |= keeping.pause(by, null, at);
    }
    if (changed) {
      applyKeeping(at);
      line(paused(by, null, at));
    }
  }

  /** Ends a {@link #pause}, whoever began it. */
  private void resume(String by, Instant at) {
    boolean changed = false;
    for (TenantKeeping keeping : keepings.values()) {
      changed |= keeping.resume();
    }
    if (changed) {
      applyKeeping(at);
      line(resumed(by, null, at));
    }
  }

  private static TimelineEvent paused(String by, @Nullable String reason, Instant at) {
    String text = "recording paused by " + by + (reason == null ? "" : ": " + reason);
    return new TimelineEvent(at, TimelineEvent.Type.STREAM_PAUSED, null, text);
  }

  private TimelineEvent resumed(String by, @Nullable String reason, Instant at) {
    String still =
        streams.isAnyPaused() ? "; what the SRC's session description pauses stays paused" : "";
    String text = "recording resumed by " + by + (reason == null ? "" : ": " + reason) + still;
    return new TimelineEvent(at, TimelineEvent.Type.STREAM_RESUMED, null, text);
  }

  /** The recording of one tenant; null if it has none of this call, or it has ended. */
  private @Nullable TenantKeeping running(TenantSlug owner, RecordingId recording) {
    TenantKeeping keeping = closed ? null : keepings.get(owner);
    return keeping != null && keeping.id().equals(recording) ? keeping : null;
  }

  /**
   * Pauses or resumes the recording for one tenant, if it runs and is this tenant's now. Another
   * tenant's recording of the same call goes on as it does.
   */
  synchronized PauseOutcome setPaused(
      boolean pause,
      TenantSlug owner,
      RecordingId recording,
      String by,
      @Nullable String reason,
      Instant at) {
    TenantKeeping keeping = running(owner, recording);
    if (keeping == null) {
      return PauseOutcome.NOT_RUNNING;
    }
    if (!(pause ? keeping.pause(by, reason, at) : keeping.resume())) {
      return PauseOutcome.WAS_SO;
    }
    applyKeeping(at);
    TimelineEvent event = pause ? paused(by, reason, at) : resumed(by, reason, at);
    append(new CaptureEvent.Timeline(at, event, owner));
    return PauseOutcome.DONE;
  }

  /**
   * Writes down that a prompt was played, if it was so in this call and was not written yet; one
   * that was played whole has ended then.
   */
  synchronized void announcementPlayed(PlayedAnnouncement play, Instant at) {
    TenantKeeping keeping = closed ? null : keepings.get(play.tenant());
    if (keeping == null || !play.isOf(keeping.call()) || !playsTold.add(play.id())) {
      return;
    }
    TimelineEvent line = new TimelineEvent(at, TimelineEvent.Type.NOTE, null, play.line());
    append(new CaptureEvent.Timeline(at, line, play.tenant()));
    if (play.complete()
        && keeping.announcementEnded("the announcement service of " + play.node(), at)) {
      applyKeeping(at);
    }
  }

  /** What is known of the call now. */
  synchronized CallSummary summary() {
    return summary;
  }

  /**
   * Takes in that an announcement has been played to its end, if the recording runs and is this
   * tenant's now. The first word of it counts.
   */
  synchronized PauseOutcome announcementEnded(
      TenantSlug owner, RecordingId recording, String by, Instant at) {
    TenantKeeping keeping = running(owner, recording);
    if (keeping == null) {
      return PauseOutcome.NOT_RUNNING;
    }
    if (!keeping.announcementEnded(by, at)) {
      return PauseOutcome.WAS_SO;
    }
    applyKeeping(at);
    return PauseOutcome.DONE;
  }

  /** What is to be told of it while it runs; empty if it has ended or is others' alone. */
  synchronized Optional<RunningRecording> running(TenantSlug owner) {
    TenantKeeping keeping = closed ? null : keepings.get(owner);
    return keeping == null
        ? Optional.empty()
        : Optional.of(
            new RunningRecording(
                keeping.id(),
                summary.start(),
                summary.callIds(),
                keeping.pause(),
                !keeping.isOpen(),
                keeping.notKept(),
                health.state()));
  }

  /** The tenants that have a recording of it, while it runs. */
  synchronized Set<TenantSlug> tenants() {
    return closed ? Set.of() : Set.copyOf(keepings.keySet());
  }

  /** Does what an INFO says. */
  synchronized void info(SipRequest info) {
    for (String line : CallInfo.digits(info, isDigitMasked())) {
      line(new TimelineEvent(info.received(), TimelineEvent.Type.DTMF, null, line));
    }
    CallInfo.keys(info).forEach(pressed -> key(null, pressed, info.received()));
    CallInfo.Action action = CallInfo.action(info);
    if (action != null) {
      String by = "the SRC (X-AC-Action: " + action.word() + ")";
      if (action.pauses()) {
        pause(by, info.received());
      } else {
        announced(by, info.received());
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
    CallSummary live = knowledge.live();
    if (closed) {
      return false;
    }
    CallSummary now = flagged(live, false);
    if (now.equals(summary)) {
      return false;
    }
    summary = now;
    streams.setRecorded(!now.recordedForNobody(), at);
    append(new CaptureEvent.Updated(at, now));
    keepFor(now, at);
    return true;
  }

  /** With the flags that are each tenant's own. */
  private CallSummary flagged(CallSummary call, boolean ended) {
    return call.withFlags(
        tenant -> {
          TenantKeeping keeping = keepings.get(tenant);
          return keeping == null ? Set.of() : keeping.flags(ended);
        });
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
      lookAtLimits(now);
    }
    return suspicion(now, settings, pulses);
  }

  private void lookAtLimits(Instant now) {
    boolean changed = false;
    for (TenantKeeping keeping : keepings.values()) {
      changed |= keeping.look(now);
    }
    if (changed) {
      applyKeeping(now);
    }
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
      append(new CaptureEvent.Updated(at, flagged(knowledge.closed(at), true)));
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
