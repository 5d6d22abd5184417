package io.earwitness.recorder.srs;

import io.earwitness.recorder.sip.SipBody;
import io.earwitness.recorder.sip.SipCall;
import io.earwitness.recorder.sip.SipHeaders;
import io.earwitness.recorder.sip.SipResponse;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Asks an SRC of which nothing is heard whether the call still stands, by an OPTIONS in its dialog
 * (RFC 3261 §11.2). Silence alone tells nothing: a call on hold may have no media for hours, and
 * SRCs neither refresh nor keep connections.
 */
final class LifeProbe {
  /** Longer than a transaction lasts (RFC 3261 §17.1.2.2: 64 T1), so only a last resort. */
  private static final Duration PATIENCE = Duration.ofSeconds(40);

  private LifeProbe() {}

  /**
   * Asks, and waits for the answer.
   *
   * @return why the dialog is over (RFC 3261 §12.2.1.2: 481, 408, or nobody answers); empty if it
   *     stands, which every other answer says
   */
  static Optional<String> whyOver(SipCall call, RecordingSession session, InstantSource clock) {
    try {
      SipCall.Sent sent = call.request("OPTIONS", SipHeaders.NONE, SipBody.NONE);
      String transport = call.transport().name();
      session.sent(sent.raw(), transport, call.remoteTarget(), clock.instant());
      SipResponse answer = sent.response().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      session.keep(answer, transport, call.remoteTarget(), clock.instant());
      session.deviates(RecordingRequest.inContact(answer.headers(), "answer to OPTIONS"));
      session.conformance(clock.instant());
      if (answer.status() == 481 || answer.status() == 408) {
        return Optional.of("the SRC answered OPTIONS with " + answer.status());
      }
      session.isAlive(clock.instant());
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of("the SRC can't be reached");
    } catch (ExecutionException | TimeoutException e) {
      return Optional.of("the SRC doesn't answer OPTIONS");
    } catch (InterruptedException e) {
      // Nobody knows then
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }
}
