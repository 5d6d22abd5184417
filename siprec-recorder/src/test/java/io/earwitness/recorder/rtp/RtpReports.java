package io.earwitness.recorder.rtp;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;

/** A socket at which reports come. */
final class RtpReports implements AutoCloseable {
  private final DatagramSocket socket = new DatagramSocket(0, RtpSender.LOOPBACK);
  private final DatagramPacket packet = new DatagramPacket(new byte[1500], 1500);

  RtpReports() throws IOException {
    socket.setSoTimeout(60_000);
  }

  InetSocketAddress address() {
    return (InetSocketAddress) socket.getLocalSocketAddress();
  }

  ByteBuffer receive() throws IOException {
    packet.setLength(1500);
    socket.receive(packet);
    return ByteBuffer.wrap(packet.getData().clone(), 0, packet.getLength());
  }

  InetSocketAddress lastSource() {
    return (InetSocketAddress) packet.getSocketAddress();
  }

  /** Whether nothing has come so far. */
  boolean isQuiet() throws IOException {
    socket.setSoTimeout(1);
    try {
      receive();
      return false;
    } catch (SocketTimeoutException e) {
      return true;
    }
  }

  @Override
  public void close() {
    socket.close();
  }
}
