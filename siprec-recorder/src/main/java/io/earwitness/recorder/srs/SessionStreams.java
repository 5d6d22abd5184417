package io.earwitness.recorder.srs;

import io.earwitness.call.AnswerMode;
import io.earwitness.call.CallFlag;
import io.earwitness.call.StreamDescription;
import io.earwitness.call.TimelineEvent;
import io.earwitness.capture.CaptureEvent;
import io.earwitness.recorder.dtls.DtlsTerms;
import io.earwitness.recorder.dtls.Fingerprint;
import io.earwitness.recorder.rtp.MediaPlane;
import io.earwitness.recorder.rtp.StreamTerms;
import io.earwitness.recorder.srtp.SrtpKey;
import java.net.InetAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * The streams of a recording: what offers and answers agree on (RFC 3264), whether they are paused,
 * and what the media plane is told of them. Writes each change into the capture. Not thread-safe.
 */
final class SessionStreams {
  private final CallKnowledge knowledge;
  private final MediaPlane.Reception reception;
  private final InetAddress mediaAddress;
  private final AnswerMode answerMode;

  /** Of our certificate for DTLS. */
  private final Fingerprint fingerprint;

  private final long sdpSession;
  private final Consumer<CaptureEvent> capture;
  private long sdpVersion = 1;

  /** What an offer of ours asked for whose answer is not here yet and was the call's first. */
  private List<StreamDescription> reserved = List.of();

  /** As the session descriptions say. */
  private List<StreamDescription> agreed = List.of();

  /** The same, and those paused that no tenant may have: as received and written. */
  private List<StreamDescription> received = List.of();

  private StreamKeys keys = StreamKeys.NONE;
  private Map<Integer, Offer.Reports> reports = Map.of();
  private boolean answerAwaited;
  private boolean unrecorded;
  private Set<Integer> withheld = Set.of();
  private boolean staysPaused;

  /**
   * Begins without streams.
   *
   * @param answerMode which of the codecs are answered
   * @param fingerprint of our certificate for DTLS
   * @param sdpSession the session id in our descriptions
   * @param capture where changes go
   */
  SessionStreams(
      CallKnowledge knowledge,
      MediaPlane.Reception reception,
      InetAddress mediaAddress,
      AnswerMode answerMode,
      Fingerprint fingerprint,
      long sdpSession,
      Consumer<CaptureEvent> capture) {
    this.knowledge = knowledge;
    this.reception = reception;
    this.mediaAddress = mediaAddress;
    this.answerMode = answerMode;
    this.fingerprint = fingerprint;
    this.sdpSession = sdpSession;
    this.capture = capture;
  }

  /** As received and written. */
  List<StreamDescription> list() {
    return received;
  }

  /**
   * Takes in an offer and returns our answer. Streams that no port is left for are rejected.
   *
   * @throws MediaPlane.NoPortsException only for the first offer, whose ports are reserved
   */
  byte[] offer(Offer offer, Instant at) throws MediaPlane.NoPortsException {
    knowledge.offered(offer);
    knowledge.deviations().addAll(offer.deviations(agreed.size()));
    agree(offer, offer.streams(agreed), keys.answering(offer), at);
    return offer.answer(
        sdpSession,
        sdpVersion,
        mediaAddress,
        answerMode,
        agreed,
        keys.attributes(fingerprint),
        !unrecorded);
  }

  /**
   * Our offer to an SRC that made none in its first INVITE. The ports are open from here on, and
   * are read once the answer tells who sends to them.
   *
   * @throws MediaPlane.NoPortsException if they can't be had
   */
  byte[] firstOffer() throws MediaPlane.NoPortsException {
    reserved = reception.update(OwnOffer.firstStreams());
    knowledge.labels(reserved.stream().map(StreamDescription::label).toList());
    answerAwaited = true;
    return ownOffer(AnswerMode.ALL_CODECS, reserved);
  }

  /** Our own view of the streams, for a re-INVITE without an offer (RFC 3261 §14.2). */
  byte[] ownOffer() {
    answerAwaited = true;
    return ownOffer(answerMode, agreed);
  }

  private byte[] ownOffer(AnswerMode mode, List<StreamDescription> streams) {
    return OwnOffer.write(
        sdpSession,
        sdpVersion,
        mediaAddress,
        mode,
        streams,
        keys,
        keys.attributes(fingerprint),
        reports,
        !unrecorded);
  }

  /** Whether an offer of ours has no answer yet (RFC 3264 §4: no other may be made meanwhile). */
  boolean isAnswerAwaited() {
    return answerAwaited;
  }

  /** Whether that is so, and nothing was ever agreed on. */
  boolean isFirstAnswerAwaited() {
    return answerAwaited && agreed.isEmpty();
  }

  /** No answer will come any more. */
  void unanswered() {
    answerAwaited = false;
  }

  /** The SRC's answer to an offer of ours. */
  void answered(Offer answer, Instant at) throws MediaPlane.NoPortsException {
    answerAwaited = false;
    List<StreamDescription> offered = agreed.isEmpty() ? reserved : agreed;
    List<StreamDescription> wanted = answer.answersTo(offered, keys);
    knowledge.labels(wanted.stream().map(StreamDescription::label).toList());
    agree(answer, wanted, keys.answeredBy(answer), at);
    if (agreed.stream().allMatch(stream -> stream.remotePort() == 0)) {
      note("the SRC's answer rejects every stream that was offered", at);
    }
  }

  private void agree(
      Offer description, List<StreamDescription> wanted, StreamKeys newKeys, Instant at)
      throws MediaPlane.NoPortsException {
    List<StreamDescription> before = agreed;
    Map<Integer, Offer.Reports> reportsBefore = reports;
    reports = description.reports();
    List<StreamDescription> after = tell(wanted, newKeys);
    List<String> remarks = newKeys.changesSince(keys);
    boolean rekeyed = !newKeys.attributes(fingerprint).equals(keys.attributes(fingerprint));
    keys = newKeys;
    agreed = after;
    if (Offer.hasUndecodable(after)) {
      knowledge.flag(CallFlag.CODEC_NOT_DECODABLE);
    }
    write(at);
    if (!after.equals(before)) {
      if (!before.isEmpty()) {
        sdpVersion++;
        StreamChanges.between(before, after, at).forEach(this::change);
      }
      description.withoutAddress().forEach(text -> note(text, at));
      description.withoutKey().forEach(text -> note(text, at));
    } else if (rekeyed || !reports.equals(reportsBefore)) {
      sdpVersion++;
    }
    remarks.forEach(text -> note(text, at));
  }

  /** Tells the media plane; returns the same streams with their ports. */
  private List<StreamDescription> tell(List<StreamDescription> wanted, StreamKeys newKeys)
      throws MediaPlane.NoPortsException {
    try {
      return withPorts(wanted, reception.update(withPause(wanted), terms(newKeys)));
    } catch (MediaPlane.NoPortsException e) {
      if (agreed.isEmpty()) {
        throw e;
      }
      List<StreamDescription> known = new ArrayList<>();
      for (StreamDescription stream : wanted) {
        known.add(stream.localPort() == 0 ? changed(stream, stream.paused(), 0, 0) : stream);
      }
      return withPorts(known, reception.update(withPause(known), terms(newKeys)));
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
                    handshakes.get(index),
                    one.feedback().fullIntraRequest(),
                    one.feedback().pictureLoss())));
    return terms;
  }

  private void write(Instant at) {
    List<StreamDescription> now = withPause(agreed);
    if (!now.equals(received)) {
      received = now;
      capture.accept(new CaptureEvent.Streams(at, now));
    }
  }

  /**
   * Whether anything is written at all, as the tenants' policies say. If not, all streams are
   * inactive in our session descriptions from the next one on, and what comes all the same is not
   * written.
   */
  void setRecorded(boolean recorded, Instant at) {
    if (recorded == unrecorded) {
      unrecorded = !recorded;
      apply(at);
    }
  }

  /**
   * From here on nothing of these streams is written, whatever the session descriptions say.
   *
   * @param now indexes, also of streams that there are not yet
   * @param paused whether the recording as a whole is paused, for people
   */
  void withhold(Set<Integer> now, boolean paused, Instant at) {
    withheld = Set.copyOf(now);
    staysPaused = paused;
    apply(at);
  }

  /** Indexes of the streams that are paused by the session description. */
  Set<Integer> paused() {
    return agreed.stream()
        .filter(SessionStreams::isPaused)
        .map(StreamDescription::index)
        .collect(Collectors.toSet());
  }

  /** Indexes of the streams that the session description lets flow. */
  Set<Integer> flowing() {
    return agreed.stream()
        .filter(stream -> stream.remotePort() != 0 && !stream.paused())
        .map(StreamDescription::index)
        .collect(Collectors.toSet());
  }

  private void apply(Instant at) {
    if (!agreed.isEmpty()) {
      try {
        reception.update(withPause(agreed), terms(keys));
      } catch (MediaPlane.NoPortsException e) {
        throw new IllegalStateException("all these streams have their ports", e);
      }
      write(at);
    }
  }

  /** Whether the session description pauses any stream, or nothing is recorded. */
  boolean isAnyPaused() {
    return unrecorded || agreed.stream().anyMatch(SessionStreams::isPaused);
  }

  /** Whether some stream is to carry media now. */
  boolean isMediaExpected() {
    return received.stream().anyMatch(stream -> stream.remotePort() != 0 && !stream.paused());
  }

  private static boolean isPaused(StreamDescription stream) {
    return stream.remotePort() != 0 && stream.paused();
  }

  /** The recording has ended: keys are no longer needed. */
  void forget() {
    keys = StreamKeys.NONE;
  }

  private List<StreamDescription> withPause(List<StreamDescription> streams) {
    return streams.stream()
        .map(
            stream ->
                unrecorded || withheld.contains(stream.index()) ? stream.withPaused(true) : stream)
        .toList();
  }

  private static List<StreamDescription> withPorts(
      List<StreamDescription> streams, List<StreamDescription> open) {
    List<StreamDescription> result = new ArrayList<>();
    for (int i = 0; i < streams.size(); i++) {
      StreamDescription stream = streams.get(i);
      result.add(changed(stream, stream.paused(), open.get(i).localPort(), stream.remotePort()));
    }
    return result;
  }

  private static StreamDescription changed(
      StreamDescription stream, boolean paused, int localPort, int remotePort) {
    return new StreamDescription(
        stream.index(),
        stream.media(),
        stream.label(),
        stream.codecs(),
        paused,
        localPort,
        stream.remoteAddress(),
        remotePort);
  }

  private void change(TimelineEvent event) {
    boolean stays = staysPaused && event.type() == TimelineEvent.Type.STREAM_RESUMED;
    String text = event.text() + (stays ? "; the recording stays paused" : "");
    line(new TimelineEvent(event.at(), event.type(), event.side(), text));
  }

  private void note(String text, Instant at) {
    line(new TimelineEvent(at, TimelineEvent.Type.NOTE, null, text));
  }

  private void line(TimelineEvent event) {
    capture.accept(new CaptureEvent.Timeline(event.at(), event));
  }
}
