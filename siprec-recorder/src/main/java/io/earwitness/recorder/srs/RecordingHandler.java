package io.earwitness.recorder.srs;

import io.earwitness.call.CallFlag;
import io.earwitness.recorder.rtp.MediaPlane;
import io.earwitness.recorder.sip.SipAnswer;
import io.earwitness.recorder.sip.SipBody;
import io.earwitness.recorder.sip.SipCall;
import io.earwitness.recorder.sip.SipExchange;
import io.earwitness.recorder.sip.SipHandler;
import io.earwitness.recorder.sip.SipRequest;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns requests into recordings. */
final class RecordingHandler implements SipHandler {
  private static final Logger LOG = LoggerFactory.getLogger(RecordingHandler.class);
  private static final String ALLOW = "INVITE, ACK, CANCEL, BYE, OPTIONS, UPDATE";
  private static final String ACCEPT =
      "application/sdp, application/rs-metadata+xml, application/rs-metadata, multipart/mixed";

  private final RecordingServerSettings settings;
  private final Supplier<RecorderConfiguration> configuration;
  private final Admission admission;
  private final Refusals refusals;
  private final Recordings recordings;
  private final InstantSource clock;

  RecordingHandler(
      RecordingServerSettings settings,
      Supplier<RecorderConfiguration> configuration,
      Admission admission,
      Refusals refusals,
      Recordings recordings,
      InstantSource clock) {
    this.settings = settings;
    this.configuration = configuration;
    this.admission = admission;
    this.refusals = refusals;
    this.recordings = recordings;
    this.clock = clock;
  }

  @Override
  public void onRequest(SipExchange exchange) {
    SipRequest request = exchange.request();
    Recordings.@Nullable Running running = recordings.of(exchange.call());
    if (running != null && !request.method().equals("BYE")) {
      running.session().received(request);
    }
    switch (request.method()) {
      case "INVITE" -> {
        if (running == null) {
          begin(exchange);
        } else {
          change(exchange, running);
        }
      }
      case "UPDATE" -> {
        if (running == null) {
          exchange.answer(noSuchCall());
        } else {
          change(exchange, running);
        }
      }
      case "BYE" -> {
        if (running == null) {
          exchange.answer(noSuchCall());
        } else {
          bye(exchange, running);
        }
      }
      case "OPTIONS" -> options(exchange, running);
      default ->
          answer(
              exchange,
              running,
              SipAnswer.of(405, "Method Not Allowed").withHeader("Allow", ALLOW));
    }
  }

  private static SipAnswer noSuchCall() {
    return SipAnswer.of(481, "Call/Transaction Does Not Exist");
  }

  private void begin(SipExchange exchange) {
    SipRequest request = exchange.request();
    RecorderConfiguration current = configuration.get();
    CallKnowledge knowledge = new CallKnowledge(current, request, settings.node());
    try {
      Admission.Candidate candidate = admission.consider(exchange, current, knowledge);
      Places.Place place = recordings.takePlace(knowledge.tenant(), current.snapshot());
      boolean begun = false;
      try {
        begun = answer(exchange, admission.begin(candidate, knowledge), place);
      } finally {
        if (!begun) {
          recordings.giveBack(place);
        }
      }
    } catch (RefusedException e) {
      refusals.refuse(exchange, knowledge, e);
    } catch (Throwable e) {
      // Errors too: what overflows on one message's content must not cost its outcome
      LOG.error("An INVITE of call {} could not be handled", request.callId(), e);
      if (!exchange.isAnswered()) {
        refusals.refuse(
            exchange,
            knowledge,
            new RefusedException(500, "Server Internal Error", "internal error: " + e));
      }
    }
  }

  /** Answers 200; false if the call was cancelled meanwhile. */
  private boolean answer(SipExchange exchange, Admission.Admitted admitted, Places.Place place) {
    SipRequest request = exchange.request();
    RecordingSession session = admitted.session();
    SipExchange.Sent sent;
    try {
      sent = exchange.answer(ok(admitted.answer()));
    } catch (Throwable e) {
      recordings.endUnanswered(session, "internal error: " + e);
      throw e;
    }
    SipCall call = sent.call();
    if (call != null) {
      recordings.add(call, session, place);
    }
    try {
      session.sent(sent.raw(), request.transport().name(), request.peer(), clock.instant());
    } catch (Throwable e) {
      // The answer is out: the recording goes on without a copy of it
      LOG.error("Our answer to call {} could not be kept", request.callId(), e);
    }
    if (call == null) {
      recordings.endUnanswered(session, "cancelled by the SRC before the answer");
    }
    return call != null;
  }

  private static SipAnswer ok(byte[] sdp) {
    return SipAnswer.of(200, "OK")
        .withHeader("Allow", ALLOW)
        .withHeader("Accept", ACCEPT)
        .withHeader("Supported", "siprec")
        .withBody(new SipBody("application/sdp", sdp));
  }

  /** A re-INVITE or UPDATE: new streams, new metadata, both, or nothing new at all. */
  private void change(SipExchange exchange, Recordings.Running running) {
    RecordingRequest request = RecordingRequest.of(exchange.request());
    RecordingSession session = running.session();
    SipAnswer answer =
        SipAnswer.of(200, "OK").withHeader("Allow", ALLOW).withHeader("Supported", "siprec");
    try {
      if (request.sdp().isPresent()) {
        answer = ok(session.offer(offerOf(request), request.sip().received()));
      } else if (request.sip().method().equals("INVITE")) {
        answer = ok(session.ownOffer());
      }
      if (request.metadata().isPresent()) {
        session.metadata(request.metadata().get(), request.sip().received());
      }
    } catch (RefusedException e) {
      answer = SipAnswer.of(e.status(), e.phrase());
      session.note("a change was refused: " + e.getMessage(), request.sip().received());
    } catch (MediaPlane.NoPortsException e) {
      answer = SipAnswer.of(500, "Server Internal Error");
      session.note("a change was refused: " + e.getMessage(), request.sip().received());
    }
    answer(exchange, running, answer);
    if (session.summarize(request.sip().received())) {
      recordings.updated(session);
    }
  }

  private static Offer offerOf(RecordingRequest request) throws RefusedException {
    return Offer.parse(request.sdp().orElseThrow(), request.sip().source().getAddress());
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
      RecordingRequest.of(request)
          .metadata()
          .ifPresent(xml -> running.session().metadata(xml, received));
      answer(exchange, running, SipAnswer.of(200, "OK"));
    } finally {
      recordings.end(running, reason, null, received, false);
    }
  }

  private void options(SipExchange exchange, Recordings.@Nullable Running running) {
    boolean known =
        configuration.get().matcher().src(exchange.request().source().getAddress()).isPresent();
    answer(
        exchange,
        running,
        !known
            ? SipAnswer.of(403, "Forbidden")
            : running == null && recordings.isClosed()
                // Whoever asks whether it may send calls here is told to send them elsewhere
                ? refusals.unavailable()
                : SipAnswer.of(200, "OK")
                    .withHeader("Allow", ALLOW)
                    .withHeader("Accept", ACCEPT)
                    .withHeader("Supported", "siprec"));
  }

  private void answer(
      SipExchange exchange, Recordings.@Nullable Running running, SipAnswer answer) {
    SipExchange.Sent sent = exchange.answer(answer);
    if (running != null) {
      SipRequest request = exchange.request();
      running
          .session()
          .sent(sent.raw(), request.transport().name(), request.peer(), clock.instant());
    }
  }

  @Override
  public void onAck(SipCall call, SipRequest ack) {
    Recordings.@Nullable Running running = recordings.of(call);
    if (running == null) {
      return;
    }
    running.session().received(ack);
    RecordingRequest request = RecordingRequest.of(ack);
    if (request.sdp().isPresent()) {
      try {
        running.session().answered(offerOf(request), ack.received());
      } catch (RefusedException | MediaPlane.NoPortsException e) {
        running.session().note("the SRC's answer can't be used: " + e.getMessage(), ack.received());
      }
    }
  }

  @Override
  public void onAckMissing(SipCall call) {
    Recordings.@Nullable Running running = recordings.of(call);
    if (running == null) {
      return;
    }
    if (running.session().hasMedia()) {
      running.session().note("the SRC never acknowledged our answer", clock.instant());
    } else {
      recordings.end(running, "no ACK and no media came", CallFlag.NO_BYE, clock.instant(), true);
    }
  }

  @Override
  public void onMerged(SipExchange exchange, SipCall call, SipAnswer answer) {
    SipRequest request = exchange.request();
    Recordings.@Nullable Running running = recordings.of(call);
    if (running == null) {
      RecorderConfiguration current = configuration.get();
      CallKnowledge knowledge = new CallKnowledge(current, request, settings.node());
      admission.learn(RecordingRequest.of(request), current, knowledge);
      refusals.refuse(
          exchange,
          knowledge,
          new RefusedException(
              answer.status(), answer.reason(), "a copy of an INVITE whose call has ended"));
    } else {
      running.session().keep(request);
      answer(exchange, running, answer);
      String line = "an INVITE of this call came once more, by another way, and was answered %d";
      running.session().note(line.formatted(answer.status()), request.received());
    }
  }

  @Override
  public void onOutOfOrder(SipExchange exchange, SipCall call, SipAnswer answer) {
    SipRequest request = exchange.request();
    Recordings.@Nullable Running running = recordings.of(call);
    if (running != null) {
      running.session().keep(request);
      String line = "%s CSeq %d came after a later request, and was answered %d";
      running
          .session()
          .note(
              line.formatted(request.method(), request.sequence(), answer.status()),
              request.received());
    }
    answer(exchange, running, answer);
  }

  @Override
  public void onBegunAnew(SipCall call) {
    Recordings.@Nullable Running running = recordings.of(call);
    if (running != null) {
      String reason = "begun anew by the SRC, which never acknowledged our answer";
      recordings.end(running, reason, CallFlag.NO_BYE, clock.instant(), false);
    }
  }

  @Override
  public void onConnectionClosed(InetSocketAddress peer) {
    recordings.connectionClosed(peer);
  }

  @Override
  public void onUnreadable(Unreadable message) {
    refusals.unreadable(message);
  }
}
