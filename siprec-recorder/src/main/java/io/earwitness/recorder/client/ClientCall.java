package io.earwitness.recorder.client;

import io.earwitness.recorder.sip.SipBody;
import io.earwitness.recorder.sip.SipCall;
import io.earwitness.recorder.sip.SipHeaders;
import io.earwitness.recorder.sip.SipResponse;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** One call from INVITE to BYE. Runs on one thread; {@link #stop} may come from another. */
final class ClientCall {
  /** What all calls of a run share. */
  record Tools(InstantSource clock, RtpPacer pacer, Digests digests) {}

  /** Beyond timer B of RFC 3261 (32 s), after which the stack itself gives up. */
  private static final long ANSWER_SECONDS = 40;

  private static final long HOLD_MILLIS = 1000;
  private static final SipHeaders SIPREC =
      SipHeaders.of(
          "Require", "siprec",
          "Accept", "application/sdp, application/rs-metadata+xml",
          "Allow", "INVITE, ACK, CANCEL, BYE, OPTIONS, UPDATE",
          "MIME-Version", "1.0");

  private final int number;
  private final SipCall call;
  private final List<RtpStream> streams;
  private final RecordingSession session;
  private final G711 codec;
  private final @Nullable Long holdAfterMillis;
  private final Tools tools;
  private final CompletableFuture<Void> stopped = new CompletableFuture<>();
  private final CompletableFuture<SipResponse> connectionLost = new CompletableFuture<>();

  private int status;
  private @Nullable String error;
  private @Nullable Instant inviteSent;
  private @Nullable Instant answered;
  private @Nullable Double answerMillis;
  private @Nullable Instant mediaStart;
  private @Nullable Instant ended;
  private boolean established;

  /**
   * Prepares a call.
   *
   * @param streams closed when the call has ended
   * @param holdAfterMillis when after its start the caller is held; null for no hold
   */
  ClientCall(
      int number,
      SipCall call,
      List<RtpStream> streams,
      RecordingSession session,
      G711 codec,
      @Nullable Long holdAfterMillis,
      Tools tools) {
    this.number = number;
    this.call = call;
    this.streams = List.copyOf(streams);
    this.session = session;
    this.codec = codec;
    this.holdAfterMillis = holdAfterMillis;
    this.tools = tools;
  }

  String callId() {
    return call.callId();
  }

  /** Ends the call before its time: the recorder hung up. */
  void stop() {
    stopped.complete(null);
  }

  /**
   * The TLS connection has ended. If the recorder has not answered the call, that is what there is
   * to tell: with TLS 1.3 whoever is refused learns it only so. What came before the end may still
   * be on its way to the call.
   */
  void connectionClosed() {
    CompletableFuture.delayedExecutor(1, TimeUnit.SECONDS)
        .execute(
            () ->
                connectionLost.completeExceptionally(
                    new IOException(
                        "the recorder ended the TLS connection; does it trust our certificate?")));
  }

  /** Places the call and waits for its end. An interrupt ends it early, with a BYE. */
  ClientResult.Call run() {
    try (AutoCloseable _ = this::closeStreams) {
      place();
    } catch (InterruptedException e) {
      failed("interrupted");
      Thread.currentThread().interrupt();
    } catch (Exception e) {
      failed(describe(e));
    }
    List<ClientResult.Stream> sent =
        mediaStart == null
            ? List.of()
            : List.of(
                streams.get(0).result("left", tools.digests),
                streams.get(1).result("right", tools.digests));
    return new ClientResult.Call(
        number,
        call.callId(),
        status,
        error,
        inviteSent,
        answered,
        answerMillis,
        mediaStart,
        ended,
        sent);
  }

  private void place() throws IOException, InterruptedException {
    inviteSent = tools.clock.instant();
    long begin = System.nanoTime();
    SipCall.Sent sent = call.invite(SIPREC, session.complete(inviteSent));
    connectionLost.whenComplete((_, problem) -> sent.response().completeExceptionally(problem));
    SipResponse response = answer(sent, "INVITE");
    answerMillis = (System.nanoTime() - begin) / 1e6;
    answered = tools.clock.instant();
    status = response.status();
    if (!response.isSuccess()) {
      failed(refusal(response));
      return;
    }
    established = true;
    try {
      if (SdpAnswer.wantsNothing(response.body())) {
        // The tenant's policy: there is a recording session, but nothing to send
        return;
      }
      List<SdpAnswer.Stream> answers =
          SdpAnswer.streams(
              response.body(),
              streams.stream().map(RtpStream::keys).toList(),
              streams.getFirst().fingerprint() != null,
              codec);
      for (int i = 0; i < streams.size(); i++) {
        streams.get(i).connect(answers.get(i));
      }
      speak();
    } finally {
      bye();
    }
  }

  private void speak() throws IOException, InterruptedException {
    mediaStart = tools.clock.instant();
    RtpPacer.Media media = tools.pacer.start(streams);
    CompletableFuture<Object> end = CompletableFuture.anyOf(media.sent(), stopped);
    try {
      if (holdAfterMillis != null && !endsWithin(end, holdAfterMillis)) {
        streams.getFirst().pause(true);
        reinvite(true);
        endsWithin(end, HOLD_MILLIS);
        reinvite(false);
        streams.getFirst().pause(false);
      }
      end.get();
    } catch (ExecutionException e) {
      throw new IOException("sending media failed: " + describe(e), e);
    } finally {
      media.stop();
      leave();
    }
    if (stopped.isDone() && !media.sent().isDone()) {
      failed("the recorder ended the call");
    }
    for (RtpStream stream : streams) {
      if (stream.refused() > 0) {
        failed(
            "no socket at the recorder's port for label %s: %d packets were refused"
                .formatted(stream.label, stream.refused()));
      }
    }
  }

  private void leave() {
    for (RtpStream stream : streams) {
      try {
        stream.leave();
      } catch (IOException e) {
        failed("RTCP: " + describe(e));
      }
    }
  }

  private static boolean endsWithin(CompletableFuture<?> end, long millis)
      throws InterruptedException, ExecutionException {
    try {
      end.get(millis, TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    }
  }

  private void reinvite(boolean hold) throws IOException, InterruptedException {
    SipResponse response = invite(session.hold(hold));
    if (!response.isSuccess()) {
      failed("re-INVITE: " + refusal(response));
    }
  }

  private SipResponse invite(SipBody body) throws IOException, InterruptedException {
    return answer(call.invite(SIPREC, body), "INVITE");
  }

  private void bye() throws InterruptedException {
    ended = tools.clock.instant();
    if (!established || stopped.isDone()) {
      call.end();
      return;
    }
    try {
      SipResponse response = answer(call.bye(SipHeaders.NONE), "BYE");
      if (!response.isSuccess()) {
        failed("BYE: " + refusal(response));
      }
    } catch (IOException e) {
      failed(describe(e));
    }
  }

  private static SipResponse answer(SipCall.Sent sent, String method)
      throws IOException, InterruptedException {
    try {
      return sent.response().get(ANSWER_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new IOException("no answer to " + method + " within " + ANSWER_SECONDS + " s", e);
    } catch (ExecutionException e) {
      throw new IOException("no answer to " + method + ": " + describe(e), e);
    }
  }

  private static String refusal(SipResponse response) {
    String warning = response.headers().first("Warning").map(w -> " (" + w + ")").orElse("");
    return response.status() + " " + response.reason() + warning;
  }

  /** The first thing that went wrong is the one to tell. */
  private void failed(String what) {
    if (error == null) {
      error = what;
    }
  }

  private static String describe(Throwable thrown) {
    Throwable root = thrown;
    while (root instanceof ExecutionException && root.getCause() != null) {
      root = root.getCause();
    }
    String message = root.getMessage();
    return message == null ? root.getClass().getSimpleName() : message;
  }

  private void closeStreams() throws IOException {
    for (RtpStream stream : streams) {
      stream.close();
    }
  }
}
