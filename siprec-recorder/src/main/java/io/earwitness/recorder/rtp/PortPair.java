package io.earwitness.recorder.rtp;

/**
 * An even port for RTP and the odd one above it for RTCP (RFC 3550 §11), both bound.
 *
 * @param port the even one
 */
record PortPair(int port, UdpSocket rtp, UdpSocket rtcp) {
  /** Whether anything came to either port before anybody reads them. */
  boolean hasArrivals() {
    return rtp.hasArrivals() || rtcp.hasArrivals();
  }
}
