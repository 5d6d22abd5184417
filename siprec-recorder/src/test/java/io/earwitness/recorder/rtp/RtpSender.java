package io.earwitness.recorder.rtp;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.Random;

/** Sends RTP packets whose bytes all follow from stream and number. */
final class RtpSender implements AutoCloseable {
  static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");
  static final int SIZE = 172;

  private final DatagramChannel channel;

  RtpSender() throws IOException {
    this(LOOPBACK);
  }

  RtpSender(InetAddress from) throws IOException {
    channel = DatagramChannel.open().bind(new InetSocketAddress(from, 0));
  }

  int port() throws IOException {
    return ((InetSocketAddress) channel.getLocalAddress()).getPort();
  }

  String address() throws IOException {
    return ((InetSocketAddress) channel.getLocalAddress()).getAddress().getHostAddress();
  }

  static byte[] packet(int stream, int number) {
    byte[] payload = new byte[SIZE - RtpPacket.FIXED_HEADER_SIZE];
    new Random(stream * 1_000_003L + number).nextBytes(payload);
    return ByteBuffer.allocate(SIZE)
        .put((byte) 0x80)
        .put((byte) 8)
        .putShort((short) number)
        .putInt(number * 160)
        .putInt(0x0102_0304)
        .put(payload)
        .array();
  }

  void send(int stream, int number, int toPort) throws IOException {
    send(packet(stream, number), toPort);
  }

  void send(byte[] packet, int toPort) throws IOException {
    InetAddress to = ((InetSocketAddress) channel.getLocalAddress()).getAddress();
    channel.send(ByteBuffer.wrap(packet), new InetSocketAddress(to, toPort));
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
