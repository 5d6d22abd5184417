package io.earwitness.recorder.sip;

import gov.nist.javax.sip.header.Via;
import gov.nist.javax.sip.stack.HopImpl;
import java.net.InetSocketAddress;
import javax.sip.address.Hop;
import org.jspecify.annotations.Nullable;

/**
 * The topmost Via of a request that came, as the stack is to use it: answers go back by the way by
 * which the request came (RFC 3261 §18.2.2, RFC 3581 §4), whatever transport, host name or
 * multicast address the peer wrote. So nobody can send our answers to others, no name is looked up,
 * and a wrong transport costs nobody an answer. Written out, it is as received.
 */
final class PlacedVia extends Via {
  private static final long serialVersionUID = 1L;

  private final String address;
  private final String transport;

  PlacedVia(Via received, InetSocketAddress source, Transport transport) {
    this.address = source.getAddress().getHostAddress();
    this.transport = transport.name();
    setSentProtocol(received.getSentProtocol());
    setSentBy(received.getSentBy());
    setParameters(received.getParameters());
    boolean symmetric = hasParameter(RPORT);
    if (symmetric) {
      parameters.set(RPORT, Integer.toString(source.getPort()));
    }
    if (symmetric || !address.equals(received.getHost())) {
      parameters.set(RECEIVED, address);
    } else {
      removeParameter(RECEIVED);
    }
  }

  @Override
  public String getTransport() {
    return transport;
  }

  /** The stack would put its own view into what is sent. */
  @Override
  public void setTransport(String other) {}

  @Override
  public Hop getHop() {
    return new HopImpl(address, getPort(), transport);
  }

  @Override
  public @Nullable String getMAddr() {
    return null;
  }
}
