package io.earwitness.recorder.announcement;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.DatagramChannel;
import java.util.concurrent.ThreadLocalRandom;

/**
 * An even port to send RTP from and the odd one above it for RTCP (RFC 3550 §11), both bound.
 *
 * @param port the even one
 */
record AnnouncementPorts(int port, DatagramChannel rtp, DatagramChannel rtcp)
    implements AutoCloseable {
  private static final int TRIES = 200;

  /**
   * Binds two ports of a range, which others use as well.
   *
   * @throws IOException if none were found
   */
  static AnnouncementPorts bind(InetAddress address, int first, int last) throws IOException {
    int even = (first + 1) & ~1;
    int pairs = (last - even + 1) / 2;
    for (int i = 0; i < TRIES; i++) {
      int port = even + 2 * ThreadLocalRandom.current().nextInt(pairs);
      DatagramChannel rtp = null;
      try {
        rtp = open(address, port);
        return new AnnouncementPorts(port, rtp, open(address, port + 1));
      } catch (BindException e) {
        // Another's
        if (rtp != null) {
          rtp.close();
        }
      } catch (IOException e) {
        if (rtp != null) {
          rtp.close();
        }
        throw e;
      }
    }
    throw new IOException("no two free ports were found in %d-%d".formatted(first, last));
  }

  private static DatagramChannel open(InetAddress address, int port) throws IOException {
    DatagramChannel channel = DatagramChannel.open();
    try {
      channel.configureBlocking(false);
      return channel.bind(new InetSocketAddress(address, port));
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  @Override
  public void close() throws IOException {
    rtp.close();
    rtcp.close();
  }
}
