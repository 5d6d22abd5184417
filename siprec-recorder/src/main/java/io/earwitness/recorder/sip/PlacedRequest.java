package io.earwitness.recorder.sip;

import gov.nist.javax.sip.message.SIPRequest;
import java.net.InetSocketAddress;
import java.util.Locale;

/**
 * A request whose transaction (RFC 3261 §17.2.3) is its own: the stack tells transactions apart by
 * the branch alone, so that the requests of two peers that make the same one, by chance or on
 * purpose, would be copies of each other, and one of them would vanish.
 */
final class PlacedRequest extends SIPRequest {
  private static final long serialVersionUID = 1L;

  /** Empty before the whole request was read. */
  private String place = "";

  /** A request of which no more than the first line was read. */
  static PlacedRequest of(SIPRequest request) {
    PlacedRequest placed = new PlacedRequest();
    placed.setRequestLine(request.getRequestLine());
    return placed;
  }

  /**
   * To be called when all headers were read.
   *
   * @param source where it came from; a copy may come from another port
   */
  void from(InetSocketAddress source, Transport transport) {
    PlacedVia via = new PlacedVia(getTopmostVia(), source, transport);
    getViaHeaders().removeFirst();
    getViaHeaders().addFirst(via);
    place =
        "|%s|%s|%s|%d"
            .formatted(
                source.getAddress().getHostAddress(),
                via.getSentBy(),
                getCallId().getCallId(),
                getCSeq().getSeqNumber())
            .toLowerCase(Locale.ROOT);
  }

  @Override
  public String getTransactionId() {
    return super.getTransactionId() + place;
  }
}
