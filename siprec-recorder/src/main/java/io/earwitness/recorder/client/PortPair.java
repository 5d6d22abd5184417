package io.earwitness.recorder.client;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.DatagramChannel;
import java.util.ArrayList;
import java.util.List;

/**
 * An even port for RTP and the odd one above it for RTCP (RFC 3550 §11), both bound.
 *
 * @param port the even one
 */
record PortPair(int port, DatagramChannel rtp, DatagramChannel rtcp) implements AutoCloseable {
  private static final int TRIES = 100;

  static PortPair bind(InetAddress local) throws IOException {
    // What does not do stays open until a pair is found, lest the kernel give the same again
    List<DatagramChannel> others = new ArrayList<>();
    try {
      for (int i = 0; i < TRIES; i++) {
        DatagramChannel rtp = open(local, 0);
        int port = ((InetSocketAddress) rtp.getLocalAddress()).getPort();
        if (port % 2 == 0) {
          try {
            DatagramChannel rtcp = open(local, port + 1);
            rtcp.configureBlocking(false);
            return new PortPair(port, rtp, rtcp);
          } catch (IOException e) {
            // The odd one is another's
          }
        }
        others.add(rtp);
      }
      throw new IOException("no pair of RTP ports on " + local.getHostAddress());
    } finally {
      for (DatagramChannel each : others) {
        each.close();
      }
    }
  }

  private static DatagramChannel open(InetAddress local, int port) throws IOException {
    DatagramChannel channel = DatagramChannel.open();
    try {
      return channel.bind(new InetSocketAddress(local, port));
    } catch (IOException e) {
      channel.close();
      throw new IOException("no RTP port on " + local.getHostAddress() + ": " + e, e);
    }
  }

  @Override
  public void close() throws IOException {
    rtp.close();
    rtcp.close();
  }
}
