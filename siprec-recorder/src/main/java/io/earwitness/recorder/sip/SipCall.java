package io.earwitness.recorder.sip;

import gov.nist.javax.sip.message.SIPRequest;
import gov.nist.javax.sip.message.SIPResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import javax.sip.ClientTransaction;
import org.jspecify.annotations.Nullable;

/**
 * A dialog (RFC 3261 §12) that an INVITE of ours or of the peer made, and the means to send
 * requests in it. Ends when {@link #end()} is called or a BYE was answered. Thread-safe.
 */
public final class SipCall {
  /**
   * A request that was sent.
   *
   * @param raw the message's bytes
   * @param response the final response; fails with an {@link IOException} if none comes
   */
  public record Sent(byte[] raw, CompletableFuture<SipResponse> response) {}

  private final EndpointCore core;
  private final String callId;
  private final String localTag;
  private final String local;
  private final String remote;
  private final Transport transport;
  private final boolean server;
  private final boolean secure;
  private List<String> routes = List.of();
  private @Nullable String remoteTag;
  private String remoteTarget;
  private long localSequence;
  private long firstSequence;
  private long remoteSequence;
  private long lastInviteSequence;
  private String lastInviteKey = "";
  private boolean acknowledged;
  private @Nullable SipExchange changing;
  private @Nullable SIPResponse lastResponse;
  private @Nullable Retransmission lastAnswer;
  private @Nullable ClientTransaction lastInvite;

  private SipCall(
      EndpointCore core,
      String callId,
      String localTag,
      String local,
      String remote,
      String remoteTarget,
      Transport transport,
      boolean server,
      boolean secure) {
    this.core = core;
    this.callId = callId;
    this.localTag = localTag;
    this.local = local;
    this.remote = remote;
    this.remoteTarget = remoteTarget;
    this.transport = transport;
    this.server = server;
    this.secure = secure;
  }

  static SipCall asServer(EndpointCore core, SipRequest invite, String localTag) {
    SipCall call =
        new SipCall(
            core,
            invite.callId(),
            localTag,
            "<" + NameAddress.parse(invite.headers().first("To").orElse("")).uri() + ">",
            "<" + NameAddress.parse(invite.headers().first("From").orElse("")).uri() + ">",
            "sip:" + Peer.text(invite.source()),
            invite.transport(),
            true,
            NameAddress.isSecure(invite.requestUri()));
    call.remoteTag = invite.fromTag() == null ? "" : invite.fromTag();
    call.firstSequence = invite.sequence();
    call.remoteSequence = invite.sequence();
    call.routes = invite.headers().all("Record-Route");
    return call;
  }

  static SipCall asClient(
      EndpointCore core, String target, String from, String to, Transport transport) {
    return new SipCall(
        core,
        Tokens.callId(core.config().advertisedHost()),
        Tokens.tag(),
        "<" + from + ">",
        "<" + to + ">",
        target,
        transport,
        false,
        NameAddress.isSecure(target));
  }

  public String callId() {
    return callId;
  }

  /** Identifies the dialog; the remote tag is empty before the first response. */
  public synchronized DialogId id() {
    return new DialogId(callId, localTag, remoteTag == null ? "" : remoteTag);
  }

  public Transport transport() {
    return transport;
  }

  /** Where requests in this dialog go. */
  public synchronized String remoteTarget() {
    return remoteTarget;
  }

  /**
   * Sends an INVITE, or a re-INVITE if the dialog stands. The ACK is sent by itself, before the
   * response is handed over.
   */
  public Sent invite(SipHeaders headers, SipBody body) throws IOException {
    return request("INVITE", headers, body);
  }

  /** Sends a BYE and ends the dialog. */
  public Sent bye(SipHeaders headers) throws IOException {
    Sent sent = request("BYE", headers, SipBody.NONE);
    end();
    return sent;
  }

  /** Sends a CANCEL for the INVITE that was not yet answered. */
  public void cancel() throws IOException {
    ClientTransaction invite;
    synchronized (this) {
      invite = lastInvite;
    }
    if (invite == null) {
      throw new IllegalStateException("no INVITE was sent");
    }
    core.sendCancel(invite);
  }

  /**
   * Sends a request.
   *
   * @param headers beside those that every request has
   * @throws IOException if it can't be handed to the network
   */
  public Sent request(String method, SipHeaders headers, SipBody body) throws IOException {
    byte[] text;
    synchronized (this) {
      localSequence = localSequence == 0 ? 1 : localSequence + 1;
      text = text(method, localSequence, headers, body);
    }
    EndpointCore.SentRequest sent = core.send(text, this, transport);
    if (method.equals("INVITE")) {
      synchronized (this) {
        lastInvite = sent.transaction();
      }
    }
    return new Sent(sent.raw(), sent.response());
  }

  /** Forgets the dialog: requests in it are from now on answered 481. */
  public void end() {
    stopRetransmission();
    core.dialogs().remove(id());
  }

  /** Takes a final response to an INVITE of ours: makes the dialog stand, sends the ACK. */
  void answered(SIPResponse message, SipResponse response) throws IOException {
    byte[] ack;
    synchronized (this) {
      if (remoteTag == null) {
        remoteTag = message.getToTag() == null ? "" : message.getToTag();
        List<String> recorded = new ArrayList<>(response.headers().all("Record-Route"));
        routes = recorded.reversed();
      }
      remoteTarget(response.headers());
      ack = text("ACK", message.getCSeq().getSeqNumber(), SipHeaders.NONE, SipBody.NONE);
    }
    core.dialogs().put(id(), this);
    core.sendStateless(ack);
  }

  /** The peer's Contact is where further requests go (RFC 3261 §12.2.1.2). */
  synchronized void remoteTarget(SipHeaders headers) {
    Optional<String> contact = headers.first("Contact");
    if (contact.isPresent() && contact.get().contains("sip")) {
      remoteTarget = NameAddress.parse(contact.get()).uriOver(transport);
    }
  }

  /** Registers the dialog and gets a 2xx ready to be sent again until its ACK comes. */
  void answeredInvite(SipRequest invite, SIPResponse response) {
    stopRetransmission();
    Retransmission retransmission =
        new Retransmission(
            core.timer(),
            core.config().t1().toMillis(),
            () -> {
              // A stream loses nothing on its way; a slow peer only gets slower by copies
              if (!transport.isReliable()) {
                core.order().execute(callId, () -> core.resend(response));
              }
            },
            () -> core.order().execute(callId, () -> core.handler().onAckMissing(this)));
    synchronized (this) {
      lastAnswer = retransmission;
      lastResponse = response;
      lastInviteSequence = invite.sequence();
      lastInviteKey = core.transactionKey(invite);
    }
    core.dialogs().put(id(), this);
    retransmission.start();
  }

  /** The answer that exactly this INVITE, coming once more, has got before; null if none. */
  synchronized @Nullable SIPResponse earlierAnswer(SipRequest invite) {
    return core.transactionKey(invite).equals(lastInviteKey) ? lastResponse : null;
  }

  /** Takes an ACK; false if it belongs to no 2xx of ours that waits. */
  synchronized boolean acknowledged(SipRequest ack) {
    if (ack.sequence() != lastInviteSequence) {
      return false;
    }
    acknowledged = true;
    stopRetransmission();
    return true;
  }

  /** Whether the peer ever sent an ACK for a 2xx of ours. */
  synchronized boolean isAcknowledged() {
    return acknowledged;
  }

  /** The CSeq number of the peer's INVITE that made this dialog. */
  long firstSequence() {
    return firstSequence;
  }

  /** Takes a request's CSeq; false if the request is out of order (RFC 3261 §12.2.2). */
  synchronized boolean inOrder(SipRequest request) {
    if (request.sequence() < remoteSequence) {
      return false;
    }
    remoteSequence = request.sequence();
    return true;
  }

  /**
   * A re-INVITE or UPDATE of the peer arrived.
   *
   * @return false if one before it has no final answer yet (RFC 3261 §14.2, RFC 3311 §5.2)
   */
  synchronized boolean changeBegins(SipExchange change) {
    if (changing != null) {
      return false;
    }
    changing = change;
    return true;
  }

  /** It is being answered. */
  synchronized void changeEnds(SipExchange change) {
    if (changing == change) {
      changing = null;
    }
  }

  /** Whether an INVITE of the peer made this dialog. */
  boolean isServer() {
    return server;
  }

  private synchronized void stopRetransmission() {
    if (lastAnswer != null) {
      lastAnswer.stop();
    }
  }

  private byte[] text(String method, long sequence, SipHeaders headers, SipBody body) {
    StringBuilder text = new StringBuilder();
    text.append(method).append(' ').append(remoteTarget).append(" SIP/2.0\r\n");
    line(text, "Via", core.via(transport));
    line(text, "Max-Forwards", "70");
    line(text, "From", local + ";tag=" + localTag);
    String tag = remoteTag;
    line(text, "To", tag == null || tag.isEmpty() ? remote : remote + ";tag=" + tag);
    line(text, "Call-ID", callId);
    line(text, "CSeq", sequence + " " + method);
    routes.forEach(route -> line(text, "Route", route));
    line(text, "Contact", core.contact(transport, secure));
    line(text, "User-Agent", core.config().userAgent());
    headers.list().forEach(header -> line(text, header.name(), header.value()));
    if (!body.isEmpty()) {
      line(text, "Content-Type", body.contentType());
    }
    line(text, "Content-Length", Integer.toString(body.bytes().length));
    text.append("\r\n");
    byte[] head = text.toString().getBytes(StandardCharsets.UTF_8);
    byte[] whole = new byte[head.length + body.bytes().length];
    System.arraycopy(head, 0, whole, 0, head.length);
    System.arraycopy(body.bytes(), 0, whole, head.length, body.bytes().length);
    return whole;
  }

  private static void line(StringBuilder text, String name, String value) {
    text.append(name).append(": ").append(value).append("\r\n");
  }

  static SIPRequest parsed(byte[] text) throws IOException {
    try {
      return JainMessages.parseRequest(text);
    } catch (java.text.ParseException | RuntimeException e) {
      throw new IOException("can't build the request: " + e.getMessage(), e);
    }
  }
}
