package io.earwitness.recorder.rtp;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.BindException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * Sockets of the JDK, for where the native ones can't be had. Packets are stamped when they are
 * read, so jitter can't be measured; and the kernel's drops stay unknown.
 */
final class NioSockets implements UdpSockets {
  private final InetAddress address;
  private final InstantSource clock;
  // One byte more than the largest packet shows that one was longer
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(MAX_PACKET + 1);
  private final MemorySegment segment = MemorySegment.ofBuffer(buffer);

  NioSockets(InetAddress address, InstantSource clock) {
    this.address = address;
    this.clock = clock;
  }

  @Override
  public boolean hasKernelTimeStamps() {
    return false;
  }

  @Override
  public void close() {}

  @Override
  public @Nullable UdpSocket bind(int port, int receiveBuffer) throws IOException {
    DatagramChannel channel =
        DatagramChannel.open(
            address instanceof Inet4Address
                ? StandardProtocolFamily.INET
                : StandardProtocolFamily.INET6);
    try {
      channel.configureBlocking(false);
      channel.setOption(StandardSocketOptions.SO_RCVBUF, receiveBuffer);
      channel.bind(new InetSocketAddress(address, port));
      return new NioSocket(channel, port);
    } catch (BindException e) {
      channel.close();
      if (String.valueOf(e.getMessage()).contains("in use")) {
        return null;
      }
      throw new IOException(
          "UDP port %d of %s can't be bound: %s"
              .formatted(port, address.getHostAddress(), e.getMessage()),
          e);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private final class NioSocket implements UdpSocket {
    private static final int EIO = 5;
    private final DatagramChannel channel;
    private final int port;
    private boolean arrivals;

    NioSocket(DatagramChannel channel, int port) {
      this.channel = channel;
      this.port = port;
    }

    @Override
    public int port() {
      return port;
    }

    @Override
    public int drain(PacketSink sink) {
      for (int taken = 0; taken < MAX_DRAIN; taken++) {
        InetSocketAddress source;
        try {
          source = (InetSocketAddress) channel.receive(buffer.clear());
        } catch (IOException e) {
          sink.failed(EIO);
          return taken;
        }
        if (source == null) {
          return taken;
        }
        int length = buffer.position();
        Instant now = clock.instant();
        byte[] from = source.getAddress().getAddress();
        ByteBuffer bytes = ByteBuffer.wrap(from);
        boolean v4 = from.length == 4;
        long high = v4 ? 0 : bytes.getLong();
        long low =
            v4 ? SourceLatch.MAPPED_LOW | Integer.toUnsignedLong(bytes.getInt()) : bytes.getLong();
        sink.packet(
            segment,
            0,
            Math.min(length, MAX_PACKET),
            length > MAX_PACKET,
            now.getEpochSecond() * 1_000_000_000L + now.getNano(),
            high,
            low,
            source.getPort());
      }
      return MAX_DRAIN;
    }

    @Override
    public boolean send(byte[] bytes, int length, long addressHigh, long addressLow, int toPort) {
      try {
        // What is IPv4 in its mapped form becomes IPv4
        byte[] to = ByteBuffer.allocate(16).putLong(addressHigh).putLong(addressLow).array();
        InetSocketAddress target = new InetSocketAddress(InetAddress.getByAddress(to), toPort);
        return channel.send(ByteBuffer.wrap(bytes, 0, length), target) == length;
      } catch (IOException | RuntimeException e) {
        // Such as no route, or an address of the other family
        return false;
      }
    }

    @Override
    public boolean hasArrivals() {
      try {
        arrivals |= channel.receive(ByteBuffer.allocate(1)) != null;
      } catch (IOException e) {
        // A socket that can't be read shows so when it is
        return arrivals;
      }
      return arrivals;
    }

    @Override
    public long kernelDrops() {
      return -1;
    }

    @Override
    public void close() {
      try {
        channel.close();
      } catch (IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
    }
  }
}
