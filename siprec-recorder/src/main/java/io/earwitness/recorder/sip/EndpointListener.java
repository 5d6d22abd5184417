package io.earwitness.recorder.sip;

import gov.nist.javax.sip.DialogTimeoutEvent;
import gov.nist.javax.sip.SipListenerExt;
import gov.nist.javax.sip.message.SIPRequest;
import gov.nist.javax.sip.message.SIPResponse;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import javax.sip.DialogTerminatedEvent;
import javax.sip.IOExceptionEvent;
import javax.sip.RequestEvent;
import javax.sip.ResponseEvent;
import javax.sip.ServerTransaction;
import javax.sip.SipException;
import javax.sip.TimeoutEvent;
import javax.sip.Transaction;
import javax.sip.TransactionAlreadyExistsException;
import javax.sip.TransactionTerminatedEvent;
import javax.sip.TransactionUnavailableException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hears the stack's events and passes them on in each call's order. Runs on the stack's threads:
 * never blocks, and lets nothing through that could end such a thread.
 */
final class EndpointListener implements SipListenerExt {
  private static final Logger LOG = LoggerFactory.getLogger(EndpointListener.class);

  /** Requests of one call that may wait for the one that is being handled. */
  static final int MAX_WAITING = 200;

  private final EndpointCore core;
  private final Intake intake;

  EndpointListener(EndpointCore core, Intake intake) {
    this.core = core;
    this.intake = intake;
  }

  @Override
  public void processRequest(RequestEvent event) {
    SIPRequest message = (SIPRequest) event.getRequest();
    try {
      SipRequest request = JainMessages.request(message, core.config().omission());
      if (core.order().isBusy(request.callId(), MAX_WAITING)) {
        refuse(message, 503, "Service Unavailable (too many requests of this call wait)");
        return;
      }
      if (request.method().equals("ACK")) {
        core.order().execute(request.callId(), () -> acknowledged(request));
        return;
      }
      ServerTransaction transaction = event.getServerTransaction();
      if (transaction == null) {
        transaction = core.provider().getNewServerTransaction(message);
      }
      if (request.method().equals("CANCEL")) {
        cancel(message, transaction, request);
        return;
      }
      SipExchange exchange = new SipExchange(core, message, transaction, request);
      if (request.method().equals("INVITE")) {
        core.pending(exchange);
      }
      SipCall dialog = core.dialogs().of(request);
      if (dialog != null && Set.of("INVITE", "UPDATE").contains(request.method())) {
        exchange.changes(dialog);
      }
      core.order().execute(request.callId(), () -> handle(exchange));
    } catch (TransactionAlreadyExistsException e) {
      LOG.debug("A SIP request came twice at the same time: {}", e.getMessage());
    } catch (TransactionUnavailableException e) {
      LOG.info("A SIP request was refused by the stack: {}", e.getMessage());
      refuse(message, 400, "Bad Request (" + e.getMessage() + ")");
    } catch (Throwable e) {
      LOG.warn("A SIP request could not be taken: {}", e.toString());
      if (message.getMethod().equals("INVITE")
          && message.getApplicationData() instanceof RawMessage raw) {
        intake.reject(raw, 500, "Server Internal Error (" + e + ")");
      }
    }
  }

  private void refuse(SIPRequest message, int status, String problem) {
    if (message.getApplicationData() instanceof RawMessage raw) {
      intake.reject(raw, status, problem);
    }
  }

  private void handle(SipExchange exchange) {
    SipRequest request = exchange.request();
    SipCall call = core.dialogs().of(request);
    exchange.place(call);
    boolean outOfOrder = call != null && !call.inOrder(request);
    try {
      boolean begins = request.method().equals("INVITE") && request.toTag() == null;
      if (call != null && outOfOrder) {
        SipAnswer answer = SipAnswer.of(500, "Request Out Of Order");
        core.handler().onOutOfOrder(exchange, call, answer);
      } else if (!begins || !isRepeated(exchange)) {
        core.handler().onRequest(exchange);
      }
    } catch (Throwable e) {
      LOG.error("Handling {} of call {} failed", request.method(), request.callId(), e);
    }
    if (!exchange.isAnswered()) {
      exchange.answer(SipAnswer.of(500, "Server Internal Error"));
    }
    if (request.method().equals("BYE") && call != null && !outOfOrder) {
      call.end();
    }
  }

  /**
   * Whether an INVITE begins no call because its caller has begun one already; then it is answered:
   * a copy of that INVITE with the same answer again.
   */
  private boolean isRepeated(SipExchange exchange) {
    SipRequest invite = exchange.request();
    SipCall made = core.dialogs().madeBy(invite);
    if (made == null) {
      return false;
    }
    SIPResponse earlier = made.earlierAnswer(invite);
    if (earlier != null) {
      exchange.repeat(earlier);
      return true;
    }
    if (invite.sequence() > made.firstSequence()) {
      if (!made.isAcknowledged()) {
        made.end();
        core.handler().onBegunAnew(made);
      }
      return false;
    }
    SipAnswer answer =
        invite.sequence() == made.firstSequence()
            ? SipAnswer.of(482, "Loop Detected")
            : SipAnswer.of(500, "Request Out Of Order");
    core.handler().onMerged(exchange, made, answer);
    return true;
  }

  private void acknowledged(SipRequest ack) {
    SipCall call = core.dialogs().of(ack);
    if (call != null && call.acknowledged(ack)) {
      core.handler().onAck(call, ack);
    }
  }

  private void cancel(SIPRequest message, ServerTransaction transaction, SipRequest request)
      throws SipException, javax.sip.InvalidArgumentException {
    SipExchange invite = core.cancelled(request);
    boolean known = invite != null || core.dialogs().madeBy(request) != null;
    // First: who sees the 200 may count on the INVITE being cancelled
    if (invite != null) {
      invite.cancel();
    }
    transaction.sendResponse(message.createResponse(known ? 200 : 481));
  }

  @Override
  public void processResponse(ResponseEvent event) {
    try {
      SIPResponse message = (SIPResponse) event.getResponse();
      SipResponse response = JainMessages.response(message, core.config().omission());
      if (response.status() < 200) {
        return;
      }
      EndpointCore.Waiting waiting = waiting(event.getClientTransaction());
      String callId = message.getCallId().getCallId();
      core.order().execute(callId, () -> responded(message, response, waiting));
    } catch (Throwable e) {
      LOG.warn("A SIP response could not be taken: {}", e.toString());
    }
  }

  private void responded(
      SIPResponse message, SipResponse response, EndpointCore.@Nullable Waiting waiting) {
    SipCall call =
        waiting != null
            ? waiting.call()
            : core.dialogs()
                .of(message.getCallId().getCallId(), message.getFromTag(), message.getToTag());
    if (call != null && response.isSuccess() && message.getCSeq().getMethod().equals("INVITE")) {
      try {
        call.answered(message, response);
      } catch (IOException e) {
        LOG.warn("Could not send the ACK of call {}: {}", call.callId(), e.getMessage());
      }
    }
    if (waiting != null) {
      waiting.response().complete(response);
    }
  }

  private static EndpointCore.@Nullable Waiting waiting(@Nullable Transaction transaction) {
    return transaction != null
            && transaction.getApplicationData() instanceof EndpointCore.Waiting waiting
        ? waiting
        : null;
  }

  @Override
  public void processTimeout(TimeoutEvent event) {
    if (!event.isServerTransaction()) {
      fail(event.getClientTransaction(), new TimeoutException("no response within 32 s"));
    }
  }

  @Override
  public void processTransactionTerminated(TransactionTerminatedEvent event) {
    if (!event.isServerTransaction()) {
      fail(event.getClientTransaction(), new IOException("the transaction ended unanswered"));
    }
  }

  private void fail(@Nullable Transaction transaction, Exception problem) {
    EndpointCore.Waiting waiting = waiting(transaction);
    if (waiting != null) {
      // In the call's order, so that a response which came before counts
      core.order()
          .execute(
              waiting.call().callId(),
              () ->
                  waiting
                      .response()
                      .completeExceptionally(
                          problem instanceof IOException
                              ? problem
                              : new IOException(problem.getMessage(), problem)));
    }
  }

  @Override
  public void processIOException(IOExceptionEvent event) {
    if (event instanceof JainStack.Stopped) {
      return;
    }
    LOG.info(
        "SIP transport error towards {}:{}/{}",
        event.getHost(),
        event.getPort(),
        event.getTransport());
  }

  @Override
  public void processDialogTerminated(DialogTerminatedEvent event) {}

  @Override
  public void processDialogTimeout(DialogTimeoutEvent event) {}
}
