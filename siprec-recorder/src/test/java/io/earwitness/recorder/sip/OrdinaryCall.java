package io.earwitness.recorder.sip;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;

/** A call as it should be: what must still work beside, and after, everything hostile. */
final class OrdinaryCall {
  /** Begins the Call-ID of every ordinary call. */
  static final String PREFIX = "ordinary-";

  private static final AtomicInteger NUMBER = new AtomicInteger();

  private OrdinaryCall() {}

  /** INVITE, 200, ACK, BYE, 200 over a socket of its own. */
  static void over(Transport transport, int port) throws IOException {
    try (SipPeer peer = SipPeer.over(transport, port)) {
      on(peer);
    }
  }

  /** The same over a socket on which answers to others may still come. */
  static void on(SipPeer peer) throws IOException {
    String callId = PREFIX + NUMBER.incrementAndGet();
    peer.send(request(peer, "INVITE", callId, 1, "<sip:srs@127.0.0.1>"));
    SipPeer.Message answer = answer(peer, callId, "1 INVITE");
    peer.send(request(peer, "ACK", callId, 1, answer.header("To")));
    peer.send(request(peer, "BYE", callId, 2, answer.header("To")));
    answer(peer, callId, "2 BYE");
  }

  private static String request(
      SipPeer peer, String method, String callId, int sequence, String to) {
    return method
        + " sip:srs@127.0.0.1 SIP/2.0\r\n"
        + peer.via(callId + method)
        + "From: <sip:src@127.0.0.1>;tag=f1\r\nTo: "
        + to
        + "\r\nCall-ID: "
        + callId
        + "\r\nCSeq: %d %s\r\nContent-Length: 0\r\n\r\n".formatted(sequence, method);
  }

  private static SipPeer.Message answer(SipPeer peer, String callId, String cseq)
      throws IOException {
    while (true) {
      SipPeer.Message message = peer.receiveFinal();
      if (message.header("Call-ID").equals(callId) && message.header("CSeq").equals(cseq)) {
        assertThat(message.status()).isEqualTo(200);
        return message;
      }
    }
  }
}
