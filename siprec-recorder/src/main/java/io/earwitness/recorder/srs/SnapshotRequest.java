package io.earwitness.recorder.srs;

import io.earwitness.recorder.sip.SipBody;
import io.earwitness.recorder.sip.SipCall;
import io.earwitness.recorder.sip.SipHeaders;
import io.earwitness.recorder.sip.SipResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks an SRC for a full metadata snapshot by an UPDATE without an offer (RFC 7866 §9.2). The
 * snapshot itself comes in a request of the SRC's. Whatever is answered, the recording goes on.
 */
final class SnapshotRequest {
  private static final Logger LOG = LoggerFactory.getLogger(SnapshotRequest.class);

  /** Longer than a transaction lasts (RFC 3261 §17.1.2.2: 64 T1), so only a last resort. */
  private static final Duration PATIENCE = Duration.ofSeconds(40);

  private static final int TRIES = 3;
  private static final int LONGEST_RETRY_SECONDS = 10;

  private SnapshotRequest() {}

  /**
   * Asks, and waits for the answer. To be run on a thread that may wait.
   *
   * @param type the media type under which the SRC sends its own metadata
   * @param reason for the SRC
   */
  static void ask(
      SipCall call, RecordingSession session, String type, String reason, InstantSource clock) {
    boolean refused = false;
    String problem = "the SRC did not answer the request for a full metadata snapshot";
    try {
      SipResponse answer = send(call, session, type, reason, clock);
      for (int i = 1; i < TRIES && !session.isClosed(); i++) {
        long delay = retryMillis(answer);
        if (delay < 0) {
          break;
        }
        Thread.sleep(delay);
        answer = send(call, session, type, reason, clock);
      }
      refused = answer.status() == 405 || answer.status() == 501;
      problem =
          answer.isSuccess()
              ? ""
              : "the SRC answered the request for a full metadata snapshot with " + answer.status();
    } catch (IOException | ExecutionException | TimeoutException e) {
      LOG.debug("Asking the SRC of recording {} for metadata", session.id(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      session.snapshotAsked(refused);
    }
    if (!problem.isEmpty()) {
      session.note(problem, clock.instant());
    }
  }

  private static SipResponse send(
      SipCall call, RecordingSession session, String type, String reason, InstantSource clock)
      throws IOException, InterruptedException, ExecutionException, TimeoutException {
    SipHeaders headers = SipHeaders.of("Content-Disposition", "recording-session");
    SipCall.Sent sent = call.request("UPDATE", headers, new SipBody(type, document(reason)));
    String transport = call.transport().name();
    session.sent(sent.raw(), transport, call.remoteTarget(), clock.instant());
    SipResponse answer = sent.response().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    session.keep(answer, transport, call.remoteTarget(), clock.instant());
    return answer;
  }

  private static byte[] document(String reason) {
    String text = reason.replace("&", "&amp;").replace("<", "&lt;");
    return ("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\r\n"
            + "<requestsnapshot xmlns=\"urn:ietf:params:xml:ns:recording:1\">"
            + "<requestreason xml:lang=\"en\">"
            + text
            + "</requestreason></requestsnapshot>\r\n")
        .getBytes(StandardCharsets.UTF_8);
  }

  /** After how long to try again; negative if not. */
  private static long retryMillis(SipResponse answer) {
    if (answer.status() == 491) {
      // RFC 3261 §14.1, for who did not draw the Call-ID: 0 to 2 s in steps of 10 ms
      return 10L * ThreadLocalRandom.current().nextInt(201);
    }
    String after = answer.headers().first("Retry-After").orElse("");
    if (answer.status() == 500 && after.matches("[0-9]{1,2}")) {
      int seconds = Integer.parseInt(after);
      return seconds <= LONGEST_RETRY_SECONDS ? 1000L * seconds : -1;
    }
    return -1;
  }
}
