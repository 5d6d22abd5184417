package io.earwitness.recorder.srs;

import io.earwitness.recorder.sip.SipBody;
import io.earwitness.recorder.sip.SipCall;
import io.earwitness.recorder.sip.SipHeaders;
import io.earwitness.recorder.sip.SipResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks an SRC for a full frame of its video by INFO (RFC 5168), where RTCP can't (RFC 7866
 * §8.1.7.1.1). It names no stream: an encoder sends one more full frame than needed then.
 */
final class FullFrameRequest {
  private static final Logger LOG = LoggerFactory.getLogger(FullFrameRequest.class);

  static final String TYPE = "application/media_control+xml";

  private static final String BODY =
      "<?xml version=\"1.0\" encoding=\"utf-8\"?>\r\n"
          + "<media_control><vc_primitive><to_encoder><picture_fast_update/></to_encoder>"
          + "</vc_primitive></media_control>\r\n";

  /** Longer than a transaction lasts (RFC 3261 §17.1.2.2: 64 T1), so only a last resort. */
  private static final Duration PATIENCE = Duration.ofSeconds(40);

  /** The SRC knows no INFO, or not this one, and never will (RFC 3261 §21, RFC 6086 §4.2.2). */
  private static final Set<Integer> NEVER = Set.of(405, 415, 469, 488, 501);

  private FullFrameRequest() {}

  /** Asks, waits for the answer and keeps it. */
  static void ask(SipCall call, RecordingSession session, InstantSource clock) {
    boolean refused = false;
    try {
      SipBody body = new SipBody(TYPE, BODY.getBytes(StandardCharsets.UTF_8));
      SipCall.Sent sent = call.request("INFO", SipHeaders.NONE, body);
      String transport = call.transport().name();
      session.sent(sent.raw(), transport, call.remoteTarget(), clock.instant());
      SipResponse answer = sent.response().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      session.keep(answer, transport, call.remoteTarget(), clock.instant());
      refused = NEVER.contains(answer.status());
      if (refused) {
        session.note(
            "the SRC answered the request for a full video frame with " + answer.status(),
            clock.instant());
      }
    } catch (IOException | ExecutionException | TimeoutException e) {
      LOG.debug("Asking the SRC of recording {} for a full frame", session.id(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      session.fullFrameAsked(refused);
    }
  }
}
