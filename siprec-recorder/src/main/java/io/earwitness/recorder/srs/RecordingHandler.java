package io.earwitness.recorder.srs;

import io.earwitness.call.CallFlag;
import io.earwitness.call.Deviation;
import io.earwitness.call.DeviationFound;
import io.earwitness.call.RecorderSnapshot;
import io.earwitness.recorder.announcement.AnnouncementRefusedException;
import io.earwitness.recorder.announcement.AnnouncementService;
import io.earwitness.recorder.sip.SipAnswer;
import io.earwitness.recorder.sip.SipCall;
import io.earwitness.recorder.sip.SipExchange;
import io.earwitness.recorder.sip.SipHandler;
import io.earwitness.recorder.sip.SipRequest;
import java.net.InetSocketAddress;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns requests into recordings. */
final class RecordingHandler implements SipHandler {
  private static final Logger LOG = LoggerFactory.getLogger(RecordingHandler.class);
  private final RecordingServerSettings settings;
  private final Supplier<RecorderConfiguration> configuration;
  private final Admission admission;
  private final Refusals refusals;
  private final Recordings recordings;
  private final AnnouncementService announcements;
  private final DialogRequests inDialog;
  private final InstantSource clock;

  RecordingHandler(
      RecordingServerSettings settings,
      Supplier<RecorderConfiguration> configuration,
      Admission admission,
      Refusals refusals,
      Recordings recordings,
      AnnouncementService announcements,
      InstantSource clock) {
    this.settings = settings;
    this.configuration = configuration;
    this.admission = admission;
    this.refusals = refusals;
    this.recordings = recordings;
    this.announcements = announcements;
    this.inDialog = new DialogRequests(recordings, clock);
    this.clock = clock;
  }

  @Override
  public void onRequest(SipExchange exchange) {
    SipRequest request = exchange.request();
    Recordings.@Nullable Running running = recordings.of(exchange.call());
    if (running != null) {
      inDialog.handle(exchange, running);
      return;
    }
    if (announcements.handle(exchange)) {
      return;
    }
    switch (request.method()) {
      case "INVITE" -> {
        if (request.toTag() == null && AnnouncementService.isFor(request)) {
          announce(exchange);
        } else {
          begin(exchange);
        }
      }
      case "OPTIONS" -> options(exchange);
      case "UPDATE", "INFO", "BYE" -> exchange.answer(Answers.noSuchCall());
      default -> exchange.answer(Answers.methodNotAllowed());
    }
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

  /**
   * Has a prompt played to whoever may send calls here. What is played is told of elsewhere; what
   * can't be is entered like any INVITE that was refused.
   */
  private void announce(SipExchange exchange) {
    SipRequest request = exchange.request();
    RecorderConfiguration current = configuration.get();
    CallKnowledge knowledge = new CallKnowledge(current, request, settings.node());
    try {
      RecorderSnapshot.Src src =
          Profiles.src(request, current)
              .filter(known -> Profiles.isProven(request, known))
              .orElse(null);
      if (src == null) {
        knowledge.untrusted("no known SRC, or not proven");
        throw new RefusedException(
            403,
            "Forbidden",
            "%s is no known SRC, or has not proven to be one; only SRCs are played announcements"
                .formatted(request.source().getAddress().getHostAddress()));
      }
      knowledge.of(src);
      knowledge.learn(RecordingRequest.of(request));
      recordings.demandRoomBeside();
      announcements.begin(exchange, src.tenant(), knowledge.live().callIds());
    } catch (AnnouncementRefusedException e) {
      refusals.refuse(
          exchange, knowledge, new RefusedException(e.status(), e.phrase(), e.reason()));
    } catch (RefusedException e) {
      refusals.refuse(exchange, knowledge, e);
    } catch (RuntimeException e) {
      LOG.error("An INVITE of call {} for an announcement failed", request.callId(), e);
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
      sent = exchange.answer(Answers.ok(admitted.description()));
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

  private void options(SipExchange exchange) {
    SipRequest request = exchange.request();
    RecorderSnapshot.Src src =
        Profiles.src(request, configuration.get())
            .filter(known -> Profiles.isProven(request, known))
            .orElse(null);
    if (src == null) {
      exchange.answer(SipAnswer.of(403, "Forbidden"));
    } else if (!src.profile().options() || recordings.isClosed()) {
      // Whoever asks whether it may send calls here is told to send them elsewhere
      exchange.answer(refusals.unavailable());
    } else {
      exchange.answer(Answers.capabilities());
    }
  }

  @Override
  public void onAck(SipCall call, SipRequest ack) {
    Recordings.@Nullable Running running = recordings.of(call);
    if (running != null) {
      inDialog.acknowledged(ack, running);
    } else {
      announcements.acknowledged(call, ack);
    }
  }

  @Override
  public void onAckMissing(SipCall call) {
    Recordings.@Nullable Running running = recordings.of(call);
    if (running == null) {
      announcements.lost(call, "no ACK came");
      return;
    }
    RecordingSession session = running.session();
    ackMissing(session, "no ACK within 32 s of our 200");
    if (session.isFirstAnswerAwaited()) {
      String reason = "no ACK came, and with it no answer to our offer";
      recordings.endLater(running, reason, CallFlag.NO_BYE, clock.instant());
    } else if (session.hasMedia()) {
      session.unanswered();
      session.note("the SRC never acknowledged our answer", clock.instant());
    } else {
      recordings.endLater(running, "no ACK and no media came", CallFlag.NO_BYE, clock.instant());
    }
  }

  private void ackMissing(RecordingSession session, String detail) {
    session.deviates(List.of(new DeviationFound(Deviation.ACK_MISSING, detail)));
    session.conformance(clock.instant());
  }

  @Override
  public void onMerged(SipExchange exchange, SipCall call, SipAnswer answer) {
    SipRequest request = exchange.request();
    Recordings.@Nullable Running running = recordings.of(call);
    if (running == null && AnnouncementService.isFor(request)) {
      exchange.answer(answer);
    } else if (running == null) {
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
      inDialog.answer(exchange, running, answer);
      String line = "an INVITE of this call came once more, by another way, and was answered %d";
      running.session().note(line.formatted(answer.status()), request.received());
    }
  }

  @Override
  public void onOutOfOrder(SipExchange exchange, SipCall call, SipAnswer answer) {
    SipRequest request = exchange.request();
    Recordings.@Nullable Running running = recordings.of(call);
    if (running == null) {
      exchange.answer(answer);
    } else {
      running.session().keep(request);
      inDialog.answer(exchange, running, answer);
      String line = "%s CSeq %d came after a later request, and was answered %d";
      running
          .session()
          .note(
              line.formatted(request.method(), request.sequence(), answer.status()),
              request.received());
    }
  }

  @Override
  public void onBegunAnew(SipCall call) {
    Recordings.@Nullable Running running = recordings.of(call);
    if (running != null) {
      ackMissing(running.session(), "the INVITE came anew instead");
      String reason = "begun anew by the SRC, which never acknowledged our answer";
      recordings.end(running, reason, CallFlag.NO_BYE, clock.instant(), false);
    } else {
      announcements.lost(call, "begun anew by the peer");
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
