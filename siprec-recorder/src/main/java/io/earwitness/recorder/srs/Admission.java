package io.earwitness.recorder.srs;

import io.earwitness.call.CallFlag;
import io.earwitness.call.CallSummary;
import io.earwitness.call.RecorderSnapshot;
import io.earwitness.call.StreamDescription;
import io.earwitness.capture.CaptureEvent;
import io.earwitness.capture.CaptureWriter;
import io.earwitness.recorder.metadata.MetadataChange;
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

  /** An INVITE that may be recorded. */
  record Candidate(
      SipRequest invite, RecorderSnapshot.Src src, Offer offer, List<MetadataChange> changes) {}

  /** A recording that has begun and the SDP to answer with. */
  record Admitted(RecordingSession session, byte[] answer) {}

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
    if (!request.isRecordingSession()) {
      throw new RefusedException(
          403,
          "Not A Recording Session",
          "not a recording session: neither siprec in Require or Supported, nor +sip.src in"
              + " Contact, nor recording metadata. This is a session recording server (RFC 7866).");
    }
    Offer offer = learnt.offer == null ? offer(request) : learnt.offer;
    if (offer.storable() == 0) {
      throw new RefusedException(488, "Not Acceptable Here", offer.whyNothingCanBeStored());
    }
    if (exchange.isCancelled()) {
      throw new RefusedException(487, "Request Terminated", "cancelled by the SRC");
    }
    return new Candidate(request.sip(), learnt.src, offer, learnt.changes);
  }

  /**
   * What an INVITE tells.
   *
   * @param src null for a stranger
   * @param offer null if there is none that can be read
   * @param changes what its metadata changed
   */
  record Learnt(
      RecorderSnapshot.@Nullable Src src, @Nullable Offer offer, List<MetadataChange> changes) {}

  /**
   * Takes in what an INVITE of a known SRC tells of its call. What a stranger tells counts for
   * nothing.
   */
  Learnt learn(
      RecordingRequest request, RecorderConfiguration configuration, CallKnowledge knowledge) {
    Optional<RecorderSnapshot.Src> src =
        configuration.matcher().src(request.sip().source().getAddress());
    if (src.isEmpty()) {
      knowledge.ofStranger();
      return new Learnt(null, null, List.of());
    }
    List<MetadataChange> changes =
        request.metadata().isPresent() ? knowledge.metadata(request.metadata().get()) : List.of();
    Offer offer = null;
    try {
      offer = offer(request);
    } catch (RefusedException e) {
      // Then there are no labels; whether that matters is not decided here
    }
    knowledge.labels(offer == null ? List.of() : offer.labels());
    return new Learnt(src.get(), offer, changes);
  }

  private static Offer offer(RecordingRequest request) throws RefusedException {
    Optional<byte[]> sdp = request.sdp();
    if (sdp.isEmpty()) {
      throw new RefusedException(
          488,
          "Not Acceptable Here",
          "the INVITE has no session description; an SRC must offer its streams in it");
    }
    return Offer.parse(sdp.get(), request.sip().source().getAddress());
  }

  /**
   * Begins to record. Whatever goes wrong, nothing stays behind that nobody would end: no ports and
   * no open capture.
   */
  Admitted begin(Candidate candidate, CallKnowledge knowledge) throws RefusedException {
    MediaPlane.Reservation reservation;
    try {
      reservation = media.reserve(candidate.offer.storable());
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
    List<StreamDescription> streams = candidate.offer.streams(List.of());
    if (Offer.hasUndecodable(streams)) {
      knowledge.flag(CallFlag.CODEC_NOT_DECODABLE);
    }
    knowledge.checkMetadata(streams);
    CallSummary summary = knowledge.live();
    CaptureWriter.Session capture;
    try {
      capture = captures.open(summary);
    } catch (IOException e) {
      throw unavailable("the spool can't take a capture: " + e.getMessage());
    }
    try {
      return receive(candidate, knowledge, reservation, capture, summary);
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
      CallSummary summary)
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
              summary,
              invite,
              settings.health(),
              media.dtlsFingerprint());
      Instant at = invite.received();
      session.received(invite);
      byte[] answer = session.offer(candidate.offer, at);
      session.started(
          "recording session from %s (%s)%s"
              .formatted(candidate.src.name(), invite.peer(), proof(invite)),
          at);
      session.lines(candidate.changes, at);
      return new Admitted(session, answer);
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
        : " over TLS, client certificate " + invite.certificate();
  }

  private static RefusedException noPorts(MediaPlane.NoPortsException e) {
    return unavailable("no RTP ports are free: " + e.getMessage());
  }

  static RefusedException unavailable(String reason) {
    return new RefusedException(503, "Service Unavailable", reason);
  }
}
