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
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

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

  /** A recording that has begun and the SDP to answer with. */
  record Admitted(RecordingSession session, byte[] answer) {}

  /**
   * Admits or refuses.
   *
   * @param knowledge of this INVITE; whatever was learnt of the call is in it afterwards, also when
   *     it is refused
   */
  Admitted admit(SipExchange exchange, RecorderConfiguration configuration, CallKnowledge knowledge)
      throws RefusedException {
    RecordingRequest request = RecordingRequest.of(exchange.request());
    RecorderSnapshot.Src src = allowedSrc(request, configuration, knowledge);
    if (!request.isRecordingSession()) {
      throw new RefusedException(
          403,
          "Not A Recording Session",
          "not a recording session: neither siprec in Require or Supported, nor +sip.src in Contact,"
              + " nor recording metadata. This is a session recording server (RFC 7866).");
    }
    List<MetadataChange> changes =
        request.metadata().isPresent() ? knowledge.metadata(request.metadata().get()) : List.of();
    Offer offer = offer(request);
    knowledge.labels(offer.labels());
    if (offer.storable() == 0) {
      throw new RefusedException(488, "Not Acceptable Here", offer.whyNothingCanBeStored());
    }
    if (exchange.isCancelled()) {
      throw new RefusedException(487, "Request Terminated", "cancelled by the SRC");
    }
    Admitted admitted = begin(request, knowledge, offer);
    Instant at = request.sip().received();
    admitted.session.started(
        "recording session from %s (%s)".formatted(src.name(), request.sip().peer()), at);
    admitted.session.lines(changes, at);
    return admitted;
  }

  private static RecorderSnapshot.Src allowedSrc(
      RecordingRequest request, RecorderConfiguration configuration, CallKnowledge knowledge)
      throws RefusedException {
    Optional<RecorderSnapshot.Src> src =
        configuration.matcher().src(request.sip().source().getAddress());
    if (src.isEmpty()) {
      knowledge.ofStranger();
      throw new RefusedException(
          403,
          "Forbidden",
          "%s is no known session recording client; if it is one, add it to the SRCs"
              .formatted(request.sip().source().getAddress().getHostAddress()));
    }
    return src.get();
  }

  private static Offer offer(RecordingRequest request) throws RefusedException {
    Optional<byte[]> sdp = request.sdp();
    if (sdp.isEmpty()) {
      throw new RefusedException(
          488,
          "Not Acceptable Here",
          "the INVITE has no session description; an SRC must offer its streams in it");
    }
    return Offer.parse(sdp.get());
  }

  private Admitted begin(RecordingRequest request, CallKnowledge knowledge, Offer offer)
      throws RefusedException {
    MediaPlane.Reservation reservation;
    try {
      reservation = media.reserve(offer.storable());
    } catch (MediaPlane.NoPortsException e) {
      throw unavailable("no RTP ports are free: " + e.getMessage());
    }
    List<StreamDescription> streams = offer.streams(List.of());
    if (Offer.hasUndecodable(streams)) {
      knowledge.flag(CallFlag.CODEC_NOT_DECODABLE);
    }
    knowledge.checkMetadata(streams);
    CallSummary summary = knowledge.live();
    CaptureWriter.Session capture;
    try {
      capture = captures.open(summary);
    } catch (IOException e) {
      reservation.release();
      throw unavailable("the spool can't take a capture: " + e.getMessage());
    }
    Instant at = request.sip().received();
    MediaPlane.Reception reception = reservation.receive(knowledge.id(), capture);
    RecordingSession session =
        new RecordingSession(
            knowledge,
            capture,
            reception,
            media.hasKernelTimeStamps(),
            settings.mediaAddress(),
            summary,
            request.sip());
    session.received(request.sip());
    try {
      return new Admitted(session, session.offer(offer, at));
    } catch (MediaPlane.NoPortsException e) {
      // Cannot be: the ports are reserved. The capture is there, so it tells the outcome
      reception.close();
      capture.close(new CaptureEvent.Closed(at, "no ports: " + e.getMessage(), List.of()));
      throw unavailable("no RTP ports are free: " + e.getMessage());
    }
  }

  static RefusedException unavailable(String reason) {
    return new RefusedException(503, "Service Unavailable", reason);
  }
}
