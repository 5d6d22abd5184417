package io.earwitness.recorder.srs;

import io.earwitness.call.CallFlag;
import io.earwitness.call.CallSummary;
import io.earwitness.call.RecordingId;
import io.earwitness.call.Side;
import io.earwitness.call.StreamDescription;
import io.earwitness.call.StreamQuality;
import io.earwitness.call.TimelineEvent;
import io.earwitness.capture.CaptureEvent;
import io.earwitness.capture.CaptureWriter;
import io.earwitness.recorder.dtls.DtlsTerms;
import io.earwitness.recorder.dtls.Fingerprint;
import io.earwitness.recorder.metadata.MetadataChange;
import io.earwitness.recorder.rtp.MediaPlane;
import io.earwitness.recorder.rtp.SrtpCounts;
import io.earwitness.recorder.rtp.StreamPulse;
import io.earwitness.recorder.rtp.StreamTerms;
import io.earwitness.recorder.sip.SipRequest;
import io.earwitness.recorder.sip.SipResponse;
import io.earwitness.recorder.srtp.SrtpKey;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
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
  private final InetAddress mediaAddress;

  /** Of our certificate for DTLS. */
  private final Fingerprint fingerprint;

  private final long sdpSession;
  private long sdpVersion = 1;
  private List<StreamDescription> streams = List.of();
  private StreamKeys keys = StreamKeys.NONE;
  private Map<Integer, Offer.Reports> reports = Map.of();
  private CallSummary summary;
  private final HealthWatch health;
  private Instant lastSip;
  private Instant lastStatistics;
  private Instant lookedAt;
  private InetSocketAddress peer;
  private boolean connectionLost;
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
      CallSummary opened,
      SipRequest invite,
      HealthLimits healthLimits,
      Fingerprint fingerprint) {
    this.knowledge = knowledge;
    this.capture = capture;
    this.reception = reception;
    this.jitterMeasured = jitterMeasured;
    this.mediaAddress = mediaAddress;
    this.fingerprint = fingerprint;
    this.summary = opened;
    this.sdpSession = invite.received().getEpochSecond();
    this.lastSip = invite.received();
    this.lastStatistics = invite.received();
    this.lookedAt = invite.received();
    this.peer = invite.source();
    this.health = new HealthWatch(healthLimits, invite.received(), this::healthChanged);
  }

  RecordingId id() {
    return knowledge.id();
  }

  /** Keeps a message that came in; also a sign of life. */
  synchronized void received(SipRequest message) {
    lastSip = message.received();
    peer = message.source();
    connectionLost = false;
    keep(message);
  }

  /** Keeps a message that came in. */
  synchronized void keep(SipRequest message) {
    append(
        new CaptureEvent.Message(
            message.received(),
            true,
            message.transport().name(),
            message.peer(),
            SecretMask.mask(message.raw())));
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
    List<StreamDescription> before = streams;
    StreamKeys newKeys = keys.answering(offer);
    Map<Integer, Offer.Reports> reportsBefore = reports;
    reports = offer.reports();
    List<StreamDescription> after = updated(offer.streams(before), newKeys);
    List<String> remarks = newKeys.changesSince(keys);
    boolean rekeyed = !newKeys.attributes(fingerprint).equals(keys.attributes(fingerprint));
    keys = newKeys;
    knowledge.labels(offer.labels());
    if (Offer.hasUndecodable(after)) {
      knowledge.flag(CallFlag.CODEC_NOT_DECODABLE);
    }
    if (!after.equals(before)) {
      streams = after;
      append(new CaptureEvent.Streams(at, after));
      if (!before.isEmpty()) {
        sdpVersion++;
        StreamChanges.between(before, after, at).forEach(this::line);
      }
      offer.withoutAddress().forEach(line -> note(line, at));
      offer.withoutKey().forEach(line -> note(line, at));
    } else if (rekeyed || !reports.equals(reportsBefore)) {
      sdpVersion++;
    }
    remarks.forEach(line -> note(line, at));
    return offer.answer(
        sdpSession, sdpVersion, mediaAddress, streams, keys.attributes(fingerprint));
  }

  /** The SRC's answer to {@link #ownOffer}: it may have a new key. */
  synchronized void answered(Offer answer, Instant at) throws MediaPlane.NoPortsException {
    StreamKeys newKeys = keys.answeredBy(answer);
    if (!newKeys.receiving().equals(keys.receiving())
        || !newKeys.handshakes().equals(keys.handshakes())) {
      updated(streams, newKeys);
      newKeys.changesSince(keys).forEach(line -> note(line, at));
      keys = newKeys;
    }
  }

  private List<StreamDescription> updated(List<StreamDescription> wanted, StreamKeys newKeys)
      throws MediaPlane.NoPortsException {
    try {
      return reception.update(wanted, terms(newKeys));
    } catch (MediaPlane.NoPortsException e) {
      if (streams.isEmpty()) {
        throw e;
      }
      List<StreamDescription> known = new ArrayList<>();
      for (StreamDescription stream : wanted) {
        known.add(stream.localPort() == 0 ? withoutPort(stream) : stream);
      }
      return reception.update(known, terms(newKeys));
    }
  }

  private Map<Integer, StreamTerms> terms(StreamKeys newKeys) {
    Map<Integer, SrtpKey> theirs = newKeys.receiving();
    Map<Integer, SrtpKey> ours = newKeys.sending();
    Map<Integer, DtlsTerms> handshakes = newKeys.handshakes();
    Map<Integer, StreamTerms> terms = new TreeMap<>();
    reports.forEach(
        (index, one) ->
            terms.put(
                index,
                new StreamTerms(
                    theirs.get(index),
                    ours.get(index),
                    one.to(),
                    one.mux(),
                    handshakes.get(index))));
    return terms;
  }

  private static StreamDescription withoutPort(StreamDescription stream) {
    return new StreamDescription(
        stream.index(),
        stream.media(),
        stream.label(),
        stream.codecs(),
        stream.paused(),
        0,
        stream.remoteAddress(),
        0);
  }

  /** Our own view of the streams, for a re-INVITE without an offer (RFC 3261 §14.2). */
  synchronized byte[] ownOffer() {
    return OwnOffer.write(
        sdpSession, sdpVersion, mediaAddress, streams, keys, keys.attributes(fingerprint), reports);
  }

  /** Takes in metadata and writes what it changed for whom. */
  synchronized void metadata(byte[] document, Instant at) {
    lines(knowledge.metadata(document), at);
  }

  /** Writes lines for changes that metadata brought. */
  synchronized void lines(List<MetadataChange> changes, Instant at) {
    for (MetadataChange change : changes) {
      Side side = knowledge.side(change.label());
      TimelineEvent.Type type =
          switch (change.kind()) {
            case JOINED -> TimelineEvent.Type.JOINED;
            case LEFT -> TimelineEvent.Type.LEFT;
            case HELD -> TimelineEvent.Type.HELD;
            case RESUMED -> TimelineEvent.Type.RESUMED;
            case IDENTIFIED -> TimelineEvent.Type.NOTE;
          };
      boolean joined = type == TimelineEvent.Type.JOINED && side != null;
      String where = joined ? " on the " + Objects.requireNonNull(side).wireName() : "";
      line(new TimelineEvent(at, type, side, change.text() + where));
    }
  }

  /** Writes the summary if it changed; true if so. */
  synchronized boolean summarize(Instant at) {
    knowledge.checkMetadata(streams);
    CallSummary now = knowledge.live();
    if (closed || now.equals(summary)) {
      return false;
    }
    summary = now;
    append(new CaptureEvent.Updated(at, now));
    return true;
  }

  synchronized void note(String text, Instant at) {
    line(new TimelineEvent(at, TimelineEvent.Type.NOTE, null, text));
  }

  synchronized void started(String text, Instant at) {
    line(new TimelineEvent(at, TimelineEvent.Type.STARTED, null, text));
  }

  /** A connection ended; matters if it was the one that the SRC last used. */
  synchronized void connectionClosed(InetSocketAddress closedPeer) {
    connectionLost |= closedPeer.equals(peer);
  }

  /** The SRC has shown that it holds the call. */
  synchronized void isAlive(Instant at) {
    lastSip = at;
  }

  synchronized boolean hasLostItsConnection() {
    return connectionLost;
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
      health.look(now, streams, knowledge.isAnybodyOnHold(), pulses);
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

  /**
   * Why the SRC may have vanished and is to be asked; empty while there is no reason to. Neither a
   * missing session refresh nor a lost connection alone is one: SRCs don't refresh, and reconnect
   * at will.
   */
  synchronized Optional<String> suspicion(Instant now, RecordingServerSettings settings) {
    return suspicion(now, settings, reception.pulses());
  }

  private Optional<String> suspicion(
      Instant now, RecordingServerSettings settings, List<StreamPulse> pulses) {
    Instant alive = lastSip;
    for (StreamPulse pulse : pulses) {
      if (pulse.lastHeard() != null && pulse.lastHeard().isAfter(alive)) {
        alive = pulse.lastHeard();
      }
    }
    Duration silence = Duration.between(alive, now);
    // An SRC may say in the metadata alone that a call is on hold (RFC 8068 §3.2.2)
    boolean mediaExpected =
        streams.stream().anyMatch(s -> s.remotePort() != 0 && !s.paused())
            && !knowledge.isAnybodyOnHold();
    if (silence.compareTo(settings.silenceLimit()) >= 0) {
      return Optional.of("no media and no SIP for " + settings.silenceLimit().toMinutes() + " min");
    }
    if (connectionLost && mediaExpected && silence.compareTo(settings.lostLimit()) >= 0) {
      return Optional.of(
          "connection lost and no media for " + settings.lostLimit().toMinutes() + " min");
    }
    return Optional.empty();
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
      QualityFlags.of(streams, quality, srtp, jitterMeasured).forEach(knowledge::flag);
      append(new CaptureEvent.Statistics(at, quality));
      QualityFlags.refusedBySrtp(srtp).forEach(line -> note(line, at));
      line(new TimelineEvent(at, TimelineEvent.Type.ENDED, null, reason));
      append(new CaptureEvent.Updated(at, knowledge.closed(at)));
    } finally {
      closed = true;
      keys = StreamKeys.NONE;
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
