package io.earwitness.recorder.srs;

import io.earwitness.call.CallFlag;
import io.earwitness.call.CallState;
import io.earwitness.call.CallSummary;
import io.earwitness.call.Direction;
import io.earwitness.call.RecordingId;
import io.earwitness.call.Refusal;
import io.earwitness.call.SrcFindings;
import io.earwitness.call.TenantSlug;
import io.earwitness.recorder.sip.SipAnswer;
import io.earwitness.recorder.sip.SipExchange;
import io.earwitness.recorder.sip.SipHandler;
import io.earwitness.recorder.sip.SipHeaders;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers INVITEs that are not recorded and enters them into the refusal log. Thread-safe. */
final class Refusals {
  private static final Logger LOG = LoggerFactory.getLogger(Refusals.class);

  private final RecordingServerSettings settings;
  private final Supplier<RecorderConfiguration> configuration;
  private final RefusalQueue queue;

  Refusals(
      RecordingServerSettings settings,
      Supplier<RecorderConfiguration> configuration,
      RefusalQueue queue) {
    this.settings = settings;
    this.configuration = configuration;
    this.queue = queue;
  }

  /** Logs first, so that no answered refusal is ever missing in the catalog; then answers. */
  void refuse(SipExchange exchange, CallKnowledge knowledge, RefusedException refused) {
    enter(
        knowledge.refused(refused.refusal(exchange.request().raw())),
        knowledge.freshFindings().orElse(null));
    exchange.answer(answer(refused));
  }

  /** An INVITE that could not even be read. */
  void unreadable(SipHandler.Unreadable message) {
    String start =
        new String(message.raw(), 0, Math.min(7, message.raw().length), StandardCharsets.US_ASCII);
    if (!start.equals("INVITE ")) {
      return;
    }
    String callId = SipHeaders.parse(message.raw()).first("Call-ID").orElse("");
    String reason =
        message.status() == 0 ? message.problem() + " (could not be answered)" : message.problem();
    enter(
        new CallSummary(
            RecordingId.draw(message.received()),
            TenantSlug.PLATFORM,
            CallState.REFUSED,
            message.received(),
            message.received(),
            ZoneOffset.UTC,
            Direction.UNKNOWN,
            List.of(),
            Set.of(CallFlag.TENANT_UNKNOWN),
            callId.isEmpty() ? List.of() : List.of(callId),
            settings.node(),
            "unreadable INVITE from " + message.source().getAddress().getHostAddress(),
            configuration.get().snapshot().version(),
            new Refusal(
                message.status() < 300 ? 400 : message.status(),
                reason,
                text(settings.metadata().mark(message.raw()))),
            null),
        null);
  }

  /** A message as text, secrets replaced. */
  static String text(byte[] raw) {
    return new String(SecretMask.mask(raw), StandardCharsets.UTF_8);
  }

  private void enter(CallSummary summary, @Nullable SrcFindings findings) {
    Refusal refusal = summary.refusal();
    LOG.info(
        "INVITE of call {} refused: {} {}",
        summary.callIds(),
        refusal == null ? 0 : refusal.status(),
        refusal == null ? "" : refusal.reason());
    queue.enter(summary, findings);
  }

  private SipAnswer answer(RefusedException refused) {
    // 399: a warning for people (RFC 3261 §20.43)
    String text = refused.reason().replaceAll("[^ -~]", "?").replaceAll("[\"\\\\]", "'");
    SipAnswer answer =
        SipAnswer.of(refused.status(), refused.phrase())
            .withHeader("Warning", "399 earwitness \"" + text + "\"");
    return refused.status() == 503 ? withRetryAfter(answer) : answer;
  }

  /** Says to somebody who begins no call that calls are better sent elsewhere for now. */
  SipAnswer unavailable() {
    return withRetryAfter(SipAnswer.of(503, "Service Unavailable"));
  }

  private SipAnswer withRetryAfter(SipAnswer answer) {
    return answer.withHeader("Retry-After", Long.toString(settings.retryAfter().toSeconds()));
  }
}
