package io.earwitness.recorder.srs;

import io.earwitness.recorder.rtp.MediaPlane;
import io.earwitness.recorder.sip.SipAnswer;
import io.earwitness.recorder.sip.SipExchange;
import io.earwitness.recorder.sip.SipRequest;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Requests in the dialog of a recording that runs. Thread-safe. */
final class DialogRequests {
  private static final Logger LOG = LoggerFactory.getLogger(DialogRequests.class);

  /** RFC 3261 §14.2, RFC 3311 §5.2. */
  private static final int LONGEST_RETRY_SECONDS = 10;

  private final Recordings recordings;
  private final InstantSource clock;

  DialogRequests(Recordings recordings, InstantSource clock) {
    this.recordings = recordings;
    this.clock = clock;
  }

  /** Keeps any request but ACK and CANCEL, does what it asks for, and answers it. */
  void handle(SipExchange exchange, Recordings.Running running) {
    if (exchange.request().method().equals("BYE")) {
      bye(exchange, running);
      return;
    }
    running.session().received(exchange.request());
    switch (exchange.request().method()) {
      case "INVITE", "UPDATE" -> change(exchange, running);
      case "INFO" -> info(exchange, running);
      case "OPTIONS" -> answer(exchange, running, Answers.capabilities());
      default -> answer(exchange, running, Answers.methodNotAllowed());
    }
  }

  /** A re-INVITE or UPDATE: new streams, new metadata, both, or nothing new at all. */
  private void change(SipExchange exchange, Recordings.Running running) {
    RecordingRequest request = RecordingRequest.of(exchange.request());
    RecordingSession session = running.session();
    Instant at = request.sip().received();
    session.deviates(request.deviations());
    boolean offers = request.sdp().isPresent() || request.sip().method().equals("INVITE");
    if (exchange.isOverlapping()) {
      int seconds = ThreadLocalRandom.current().nextInt(LONGEST_RETRY_SECONDS + 1);
      answer(
          exchange,
          running,
          SipAnswer.of(500, "Earlier Request Not Answered Yet")
              .withHeader("Retry-After", Integer.toString(seconds)));
      session.overlapped(request, at);
      return;
    }
    if (offers && session.isAnswerAwaited()) {
      answer(exchange, running, SipAnswer.of(491, "Request Pending"));
      session.note(
          "an offer of the SRC was refused with 491: ours had no answer yet; the SRC is to try again",
          at);
      return;
    }
    SipAnswer answer = Answers.ok();
    try {
      if (request.sdp().isPresent()) {
        answer = Answers.ok(session.offer(offerOf(request), at));
      } else if (request.sip().method().equals("INVITE")) {
        answer = Answers.ok(session.ownOffer());
      }
      session.learn(request);
    } catch (RefusedException e) {
      answer = SipAnswer.of(e.status(), e.phrase());
      session.note("a change was refused: " + e.getMessage(), at);
    } catch (MediaPlane.NoPortsException e) {
      answer = SipAnswer.of(500, "Server Internal Error");
      session.note("a change was refused: " + e.getMessage(), at);
    }
    answer(exchange, running, answer);
    changed(running, at);
  }

  private static Offer offerOf(RecordingRequest request) throws RefusedException {
    return Offer.parse(request.sdp().orElseThrow(), request.sip().source().getAddress());
  }

  /**
   * The ACK for our 2xx to an INVITE or re-INVITE, with the answer if the offer was ours, and
   * perhaps with metadata.
   */
  void acknowledged(SipRequest ack, Recordings.Running running) {
    RecordingRequest request = RecordingRequest.of(ack);
    RecordingSession session = running.session();
    session.received(ack);
    boolean awaited = session.isAnswerAwaited();
    boolean first = session.isFirstAnswerAwaited();
    String problem = awaited ? answered(request, session) : null;
    session.learn(request);
    if (problem != null && first) {
      recordings.endLater(running, problem + ", so nothing can be received", null, ack.received());
      return;
    }
    if (problem != null) {
      session.note(problem + "; the streams stay as they were", ack.received());
    }
    if (awaited || request.metadata().isPresent()) {
      changed(running, ack.received());
    } else {
      recordings.askForSnapshot(running);
    }
  }

  /** What is wrong with the answer to our offer; null if nothing is. */
  private static @Nullable String answered(RecordingRequest request, RecordingSession session) {
    try {
      if (request.sdp().isEmpty()) {
        session.unanswered();
        return "the SRC's ACK holds no answer to our offer";
      }
      session.answered(offerOf(request), request.sip().received());
      return null;
    } catch (RefusedException | MediaPlane.NoPortsException e) {
      session.unanswered();
      return "the SRC's answer to our offer can't be used: " + e.getMessage();
    }
  }

  /** In a dialog every INFO is answered 200: a recorder must not break a call. */
  private void info(SipExchange exchange, Recordings.Running running) {
    try {
      running.session().info(exchange.request());
    } catch (RuntimeException e) {
      LOG.error("Taking an INFO of call {}", exchange.request().callId(), e);
    }
    answer(exchange, running, Answers.ok());
  }

  private void bye(SipExchange exchange, Recordings.Running running) {
    SipRequest request = exchange.request();
    Instant received = request.received();
    String cause = request.headers().first("Reason").map(text -> " (" + text + ")").orElse("");
    String reason = "ended by the SRC" + cause;
    // Before the answer: who has seen it may count on how the call ended
    running.session().hungUp(reason, received);
    try {
      running.session().received(request);
      // RFC 8068 §3.2.4: the last metadata may come with the BYE
      RecordingRequest bye = RecordingRequest.of(request);
      running.session().deviates(bye.deviations());
      running.session().learn(bye);
      answer(exchange, running, SipAnswer.of(200, "OK"));
    } finally {
      recordings.end(running, reason, null, received, false);
    }
  }

  private void changed(Recordings.Running running, Instant at) {
    running.session().conformance(at);
    if (running.session().summarize(at)) {
      recordings.updated(running.session());
    }
    recordings.askForSnapshot(running);
  }

  /** Answers, and keeps the answer in the call's capture. */
  void answer(SipExchange exchange, Recordings.Running running, SipAnswer answer) {
    SipExchange.Sent sent = exchange.answer(answer);
    SipRequest request = exchange.request();
    running.session().sent(sent.raw(), request.transport().name(), request.peer(), clock.instant());
  }
}
