package io.earwitness.app.bench;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.StringJoiner;
import java.util.concurrent.locks.LockSupport;

/**
 * Sends G.711-sized RTP, 50 packets a second to each of many ports of 127.0.0.1, each stream from a
 * socket of its own. A process of its own ({@link LoadProcess}), so that what it costs is nobody
 * else's.
 *
 * <p>Standard input: a line with the ports; later a line that lets it begin. Standard output: a
 * line with its own ports; at the end one with the packets sent to each.
 */
public final class RtpLoad {
  private static final int TICKS = 20;
  private static final long TICK_NANOS = 1_000_000L;
  private static final int PAYLOAD = 160;
  private static final int HEADER = 12;

  /** One stream with its sequence. */
  private static final class Stream {
    private final DatagramChannel channel;
    private final int ssrc;
    private int sequence;
    private int timestamp;
    private long sent;

    Stream(DatagramChannel channel, int ssrc) {
      this.channel = channel;
      this.ssrc = ssrc;
    }

    void send(ByteBuffer packet) throws java.io.IOException {
      packet.clear();
      packet.putShort(2, (short) sequence++);
      packet.putInt(4, timestamp);
      packet.putInt(8, ssrc);
      timestamp += PAYLOAD;
      channel.write(packet);
      sent++;
    }
  }

  private RtpLoad() {}

  /**
   * Runs a load.
   *
   * @param arguments the length in seconds
   */
  public static void main(String[] arguments) throws Exception {
    long seconds = Long.parseLong(arguments[0]);
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
    List<Stream> streams = new ArrayList<>();
    StringJoiner sources = new StringJoiner(",");
    for (String port : in.readLine().split(",")) {
      DatagramChannel channel = DatagramChannel.open();
      channel.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      channel.connect(
          new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(port)));
      streams.add(new Stream(channel, 0x10000 + streams.size()));
      sources.add(Integer.toString(channel.socket().getLocalPort()));
    }
    System.out.println(sources);
    if (in.readLine() == null) {
      return;
    }
    send(streams, seconds);
    StringJoiner sent = new StringJoiner(",");
    streams.forEach(stream -> sent.add(Long.toString(stream.sent)));
    System.out.println(sent);
  }

  private static void send(List<Stream> streams, long seconds) throws java.io.IOException {
    ByteBuffer packet = ByteBuffer.allocateDirect(HEADER + PAYLOAD);
    byte[] noise = new byte[HEADER + PAYLOAD];
    new Random(7).nextBytes(noise);
    packet.put(noise);
    packet.put(0, (byte) 0x80).put(1, (byte) 0);
    long start = System.nanoTime();
    for (long tick = 0; tick < seconds * 1_000; tick++) {
      long due = start + tick * TICK_NANOS;
      for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
        LockSupport.parkNanos(left);
      }
      for (int i = (int) (tick % TICKS); i < streams.size(); i += TICKS) {
        streams.get(i).send(packet);
      }
    }
  }
}
