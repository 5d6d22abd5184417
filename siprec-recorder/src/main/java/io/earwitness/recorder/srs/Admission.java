package io.earwitness.recorder.srs;

import io.earwitness.call.CallFlag;
import io.earwitness.call.CallSummary;
import io.earwitness.call.RecorderSnapshot;
import io.earwitness.call.RecordingDecision;
import io.earwitness.call.StreamDescription;
import io.earwitness.capture.CaptureEvent;
import io.earwitness.capture.CaptureWriter;
import io.earwitness.recorder.rtp.MediaPlane;
import io.earwitness.recorder.sip.SipExchange;
import io.earwitness.recorder.sip.SipRequest;
import io.earwitness.recorder.sip.Transport;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Decides on an INVITE that begins a call and, if it is to be recorded, gets everything ready
 * before it is answered: ports are bound and the capture is in the kernel's hands.
 */
final class Admission {
  private final RecordingServerSettings settings;
  private final CaptureWriter captures;
  private final MediaPlane media;

  Admission(RecordingServerSettings settings, CaptureWriter captures, MediaPlane media) {
    this.settings = settings;
    this.captures = captures;
    this.media = media;
  }

  /**
   * An INVITE that may be recorded.
   *
   * @param offer null if the SRC wants one from us (RFC 7866 §7.2)
   */
  record Candidate(
      SipRequest invite,
      RecorderSnapshot.Src src,
      @Nullable Offer offer,
      CallKnowledge.Learnt metadata) {}

  /** A recording that has begun and the SDP for the 200: an answer, or an offer of ours. */
  record Admitted(RecordingSession session, byte[] description) {}

  /**
   * Looks whether an INVITE may be recorded; takes nothing yet.
   *
   * @param knowledge of this INVITE; whatever it tells of the call is in it afterwards, also when
   *     it is refused, here or later: who may look for the refusal follows from it
   */
  Candidate consider(
      SipExchange exchange, RecorderConfiguration configuration, CallKnowledge knowledge)
      throws RefusedException {
    RecordingRequest request = RecordingRequest.of(exchange.request());
    Learnt learnt = learn(request, configuration, knowledge);
    if (request.sip().toTag() != null) {
      throw new RefusedException(
          481,
          "Call/Transaction Does Not Exist",
          "an INVITE within a call that this recorder doesn't know (any more)");
    }
    if (learnt.src == null) {
      throw new RefusedException(
          403,
          "Forbidden",
          "%s is no known session recording client; if it is one, add it to the SRCs"
              .formatted(request.sip().source().getAddress().getHostAddress()));
    }
    Profiles.check(request, learnt.src);
    Offer offer = learnt.offer == null ? offer(request) : learnt.offer;
    if (offer != null && offer.storable() == 0) {
      throw new RefusedException(488, "Not Acceptable Here", offer.whyNothingCanBeStored());
    }
    demandRecorded(learnt.src, knowledge.live());
    if (exchange.isCancelled()) {
      throw new RefusedException(487, "Request Terminated", "cancelled by the SRC");
    }
    return new Candidate(request.sip(), learnt.src, offer, learnt.metadata);
  }

  /** Refuses a call that nobody has recorded, if its SRC wants that rather than silence. */
  private static void demandRecorded(RecorderSnapshot.Src src, CallSummary call)
      throws RefusedException {
    Integer status = src.profile().notRecordedStatus();
    RecordingDecision policy = call.policy();
    if (status != null && policy != null && call.recordedForNobody()) {
      throw new RefusedException(
          status, "Not Recorded by Policy", "not recorded by policy: " + policy.reason());
    }
  }

  /**
   * What an INVITE tells.
   *
   * @param src null for a stranger; one that was not proven is to be refused
   * @param offer null if there is none that can be read
   * @param metadata what its metadata told
   */
  record Learnt(
      RecorderSnapshot.@Nullable Src src, @Nullable Offer offer, CallKnowledge.Learnt metadata) {}

  /**
   * Takes in what an INVITE of a known SRC tells of its call. What a stranger tells, or who does
   * not prove to be that SRC, counts for nothing.
   */
  Learnt learn(
      RecordingRequest request, RecorderConfiguration configuration, CallKnowledge knowledge) {
    Optional<RecorderSnapshot.Src> src = Profiles.src(request.sip(), configuration);
    if (src.isEmpty()) {
      knowledge.untrusted("no known SRC");
      return new Learnt(null, null, CallKnowledge.Learnt.NOTHING);
    }
    knowledge.of(src.get());
    if (!Profiles.isProven(request.sip(), src.get())) {
      knowledge.untrusted("SRC %s, not proven".formatted(src.get().name()));
      return new Learnt(src.get(), null, CallKnowledge.Learnt.NOTHING);
    }
    knowledge.deviations().addAll(request.deviations());
    Offer offer = null;
    try {
      offer = offer(request);
    } catch (RefusedException e) {
      // Then there are no labels; whether that matters is not decided here
    }
    if (offer != null) {
      knowledge.offered(offer);
    }
    CallKnowledge.Learnt metadata = knowledge.learn(request);
    if (offer != null) {
      knowledge.deviations().addAll(offer.deviations(0));
    }
    return new Learnt(src.get(), offer, metadata);
  }

  /** The offer, or null if there is none. */
  private static @Nullable Offer offer(RecordingRequest request) throws RefusedException {
    byte[] sdp = request.sdp().orElse(null);
    return sdp == null ? null : Offer.parse(sdp, request.sip().source().getAddress());
  }

  /**
   * Begins to record. Whatever goes wrong, nothing stays behind that nobody would end: no ports and
   * no open capture.
   */
  Admitted begin(Candidate candidate, CallKnowledge knowledge) throws RefusedException {
    MediaPlane.Reservation reservation;
    try {
      Offer offer = candidate.offer;
      reservation = media.reserve(offer == null ? OwnOffer.STREAMS : offer.storable());
    } catch (MediaPlane.NoPortsException e) {
      throw noPorts(e);
    }
    try {
      return open(candidate, knowledge, reservation);
    } catch (Throwable e) {
      reservation.release();
      throw e;
    }
  }

  private Admitted open(
      Candidate candidate, CallKnowledge knowledge, MediaPlane.Reservation reservation)
      throws RefusedException {
    Offer offer = candidate.offer;
    if (offer != null) {
      List<StreamDescription> streams = offer.streams(List.of());
      if (Offer.hasUndecodable(streams)) {
        knowledge.flag(CallFlag.CODEC_NOT_DECODABLE);
      }
      knowledge.checkMetadata(streams);
    }
    List<String> contradictions = knowledge.contradictions();
    CallSummary summary = knowledge.live();
    CaptureWriter.Session capture;
    try {
      capture = captures.open(summary);
    } catch (IOException e) {
      throw unavailable("the spool can't take a capture: " + e.getMessage());
    }
    try {
      return receive(candidate, knowledge, reservation, capture, summary, contradictions);
    } catch (Throwable e) {
      String reason = "could not begin: " + e;
      capture.close(new CaptureEvent.Closed(candidate.invite.received(), reason, List.of()));
      throw e;
    }
  }

  private Admitted receive(
      Candidate candidate,
      CallKnowledge knowledge,
      MediaPlane.Reservation reservation,
      CaptureWriter.Session capture,
      CallSummary summary,
      List<String> contradictions)
      throws RefusedException {
    SipRequest invite = candidate.invite;
    MediaPlane.Reception reception = reservation.receive(knowledge.id(), capture);
    try {
      RecordingSession session =
          new RecordingSession(
              knowledge,
              capture,
              reception,
              media.hasKernelTimeStamps(),
              settings.mediaAddress(),
              candidate.src.profile().answer(),
              summary,
              invite,
              candidate.offer == null ? OwnOffer.STREAMS : candidate.offer.labels().size(),
              settings.health(),
              media.dtlsFingerprint());
      Instant at = invite.received();
      session.received(invite);
      Offer offer = candidate.offer;
      byte[] description = offer == null ? session.firstOffer() : session.offer(offer, at);
      session.started(
          "recording session from %s (%s)%s"
              .formatted(candidate.src.name(), invite.peer(), proof(invite)),
          at);
      if (offer == null) {
        session.note("the INVITE holds no offer; the recorder has made one of two streams", at);
      }
      session.taken(candidate.metadata, at);
      contradictions.forEach(line -> session.note(line, at));
      session.begun(at);
      return new Admitted(session, description);
    } catch (MediaPlane.NoPortsException e) {
      reception.close();
      throw noPorts(e);
    } catch (Throwable e) {
      reception.close();
      throw e;
    }
  }

  /** How safely the session came, and who its SRC has proven to be. */
  private static String proof(SipRequest invite) {
    if (invite.transport() != Transport.TLS) {
      return "";
    }
    return invite.certificate() == null
        ? " over TLS"
        : " over TLS, client certificate " + invite.certificate().subject();
  }

  private static RefusedException noPorts(MediaPlane.NoPortsException e) {
    return unavailable("no RTP ports are free: " + e.getMessage());
  }

  static RefusedException unavailable(String reason) {
    return new RefusedException(503, "Service Unavailable", reason);
  }
}
