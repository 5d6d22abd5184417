package io.earwitness.recorder.sip;

import gov.nist.javax.sip.message.SIPRequest;
import gov.nist.javax.sip.message.SIPResponse;
import java.text.ParseException;
import java.util.Set;
import javax.sip.ServerTransaction;
import javax.sip.SipException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A request that came and the means to answer it. Thread-safe. */
public final class SipExchange {
  private static final Logger LOG = LoggerFactory.getLogger(SipExchange.class);
  private static final Set<String> WITH_CONTACT = Set.of("INVITE", "UPDATE", "OPTIONS");

  private final EndpointCore core;
  private final SIPRequest message;
  private final ServerTransaction transaction;
  private final SipRequest request;
  private volatile @Nullable SipCall call;
  private @Nullable SipCall changed;
  private boolean overlapping;
  private boolean answered;
  private boolean cancelled;

  SipExchange(
      EndpointCore core, SIPRequest message, ServerTransaction transaction, SipRequest request) {
    this.core = core;
    this.message = message;
    this.transaction = transaction;
    this.request = request;
  }

  /** It arrived, and is to change this dialog; called before it is {@link #place}d. */
  synchronized void changes(SipCall dialog) {
    overlapping = !dialog.changeBegins(this);
    changed = dialog;
  }

  /**
   * Whether a re-INVITE or UPDATE came before the peer had the answer to one before it, so that it
   * must be answered 500 with a Retry-After of 0 to 10 s (RFC 3261 §14.2, RFC 3311 §5.2).
   */
  public synchronized boolean isOverlapping() {
    return overlapping;
  }

  /** Puts the request into the dialog that it belongs to, once those before it were handled. */
  void place(@Nullable SipCall dialog) {
    call = dialog;
  }

  public SipRequest request() {
    return request;
  }

  /** The dialog that the request came in; null for a request outside of any dialog of ours. */
  public @Nullable SipCall call() {
    return call;
  }

  /** Whether a CANCEL came before the final answer. */
  public synchronized boolean isCancelled() {
    return cancelled;
  }

  /** Whether the final answer was given. */
  public synchronized boolean isAnswered() {
    return answered;
  }

  /** Remembers a CANCEL; false if it came too late. */
  synchronized boolean cancel() {
    if (answered) {
      return false;
    }
    cancelled = true;
    return true;
  }

  /**
   * What was sent.
   *
   * @param raw the message's bytes
   * @param status the status; 487 in place of what was asked for if the request was cancelled
   * @param call the dialog, for a 2xx to an INVITE
   * @param delivered false if it could not be handed to the network
   */
  public record Sent(byte[] raw, int status, @Nullable SipCall call, boolean delivered) {}

  /**
   * Sends the final answer. A 2xx to an INVITE outside a dialog makes one; it is sent again until
   * the ACK comes.
   *
   * @throws IllegalStateException if the request was already answered
   * @throws IllegalArgumentException if a header of the answer is malformed
   */
  public Sent answer(SipAnswer wanted) {
    SIPResponse prepared = prepare(wanted);
    boolean wasCancelled;
    synchronized (this) {
      if (answered) {
        throw new IllegalStateException("the request was already answered");
      }
      answered = true;
      wasCancelled = cancelled;
      if (changed != null) {
        changed.changeEnds(this);
      }
    }
    SipAnswer answer = wasCancelled ? SipAnswer.of(487, "Request Terminated") : wanted;
    SIPResponse response = wasCancelled ? prepare(answer) : prepared;
    boolean success = answer.status() / 100 == 2;
    boolean invite = request.method().equals("INVITE");
    SipCall dialog = call;
    if (success && invite && dialog == null) {
      dialog = SipCall.asServer(core, request, response.getToTag());
    }
    if (success && dialog != null && (invite || request.method().equals("UPDATE"))) {
      dialog.remoteTarget(request.headers());
    }
    if (success && invite && dialog != null) {
      dialog.answeredInvite(request, response);
    }
    boolean delivered = send(response);
    core.answered(this);
    return new Sent(
        response.encodeAsBytes(request.transport().name()),
        answer.status(),
        success && invite ? dialog : null,
        delivered);
  }

  /** Answers with what a copy of this request was answered with. */
  void repeat(SIPResponse earlier) {
    synchronized (this) {
      answered = true;
    }
    send((SIPResponse) earlier.clone());
    core.answered(this);
  }

  private SIPResponse prepare(SipAnswer answer) {
    SIPResponse response = message.createResponse(answer.status());
    if (response.getToTag() == null) {
      response.setToTag(Tokens.tag());
    }
    try {
      if (answer.status() / 100 == 2 && WITH_CONTACT.contains(request.method())) {
        response.setHeader(core.contactHeader(request));
      }
      JainMessages.fill(response, answer, core.config().userAgent());
    } catch (ParseException e) {
      throw new IllegalArgumentException("answer to " + request.method() + ": " + e, e);
    }
    return response;
  }

  private boolean send(SIPResponse response) {
    try {
      transaction.sendResponse(response);
      return true;
    } catch (SipException | javax.sip.InvalidArgumentException | RuntimeException e) {
      // The stack has a NullPointerException for a connection that ends at this very moment
      LOG.warn(
          "Could not send {} for {} of call {} to {}: {}",
          response.getStatusCode(),
          request.method(),
          request.callId(),
          request.peer(),
          e.toString());
      return false;
    }
  }
}
