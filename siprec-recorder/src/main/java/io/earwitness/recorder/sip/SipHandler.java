package io.earwitness.recorder.sip;

import java.net.InetSocketAddress;
import java.time.Instant;

/**
 * Receives what arrives at a {@link SipEndpoint}. Calls for one Call-ID come one at a time and in
 * order, on threads that may block; calls for different ones come at the same time.
 */
public interface SipHandler {
  /**
   * A request other than ACK and CANCEL, in a dialog ({@link SipExchange#call()}) or not. A request
   * with a To tag that belongs to no dialog of ours comes without a call and must be answered 481.
   * If this returns, or throws, without an answer, 500 is answered.
   */
  void onRequest(SipExchange exchange);

  /**
   * An INVITE without To tag that begins no call, because its caller has begun this one: it came by
   * another way than the one that did (RFC 3261 §8.2.2.2), or is older. To be answered so.
   */
  default void onMerged(SipExchange exchange, SipCall call, SipAnswer answer) {
    exchange.answer(answer);
  }

  /**
   * A request in a dialog that is older than one before it (RFC 3261 §12.2.2). To be answered so.
   */
  default void onOutOfOrder(SipExchange exchange, SipCall call, SipAnswer answer) {
    exchange.answer(answer);
  }

  /**
   * The peer tries its INVITE anew (RFC 3261 §8.1.3.5) and so never took our 2xx to the one before:
   * the dialog that this made has ended. {@link #onRequest} comes next, with the new INVITE.
   */
  default void onBegunAnew(SipCall call) {}

  /** The ACK for a 2xx of ours. */
  default void onAck(SipCall call, SipRequest ack) {}

  /** No ACK came for a 2xx of ours within 32 s (RFC 3261 §13.3.1.4). The dialog stays. */
  default void onAckMissing(SipCall call) {}

  /** A stream connection ended, by whomever. Dialogs over it stay. */
  default void onConnectionClosed(InetSocketAddress peer) {}

  /** A message could not be read and was answered with a status, where it could be answered. */
  default void onUnreadable(Unreadable message) {}

  /**
   * A message that could not be read.
   *
   * @param raw what there is of it
   * @param status the status answered; 0 if none could be
   * @param problem for people
   */
  record Unreadable(
      byte[] raw,
      InetSocketAddress source,
      Transport transport,
      Instant received,
      int status,
      String problem) {}
}
