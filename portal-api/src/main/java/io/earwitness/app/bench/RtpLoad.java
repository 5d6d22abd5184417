package io.earwitness.app.bench;

import io.earwitness.recorder.srtp.SrtpKey;
import io.earwitness.recorder.srtp.SrtpSender;
import io.earwitness.recorder.srtp.SrtpSuite;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.StringJoiner;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Sends G.711-sized RTP, 50 packets a second to each of many ports of 127.0.0.1, each stream from a
 * socket of its own. A process of its own ({@link LoadProcess}), so that what it costs is nobody
 * else's.
 *
 * <p>Standard input: a line with the ports; then one that lets it begin; then, as often as one
 * likes, lines of a stream's number and a port: a new call on that stream, answered by an empty
 * line once nothing more goes to the former port. Standard output: a line with its own ports; at
 * the end one with the packets that each stream sent.
 */
public final class RtpLoad {
  private static final int TICKS = 20;
  private static final long TICK_NANOS = 1_000_000L;
  private static final int PAYLOAD = 160;
  private static final int HEADER = 12;
  private static final int SSRC_STEP = 0x10000;

  /** One stream with its sequence. */
  private static final class Stream {
    private final DatagramChannel channel;
    private final @Nullable SrtpKey key;
    private final byte[] bytes;
    private final ByteBuffer packet;
    private @Nullable SrtpSender cipher;
    private int ssrc;
    private int sequence;
    private int timestamp;
    private long sent;

    Stream(int number, int port, @Nullable SrtpKey key, byte[] noise) throws IOException {
      this.key = key;
      this.ssrc = number;
      this.channel = DatagramChannel.open();
      channel.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      bytes = Arrays.copyOf(noise, noise.length + SrtpSender.MAX_TAG);
      packet = ByteBuffer.wrap(bytes);
      begin(port);
    }

    /** Another call: other port, other source, its own sequence. */
    void begin(int port) throws IOException {
      ssrc += SSRC_STEP;
      sequence = 0;
      timestamp = 0;
      cipher = key == null ? null : new SrtpSender(key, ssrc);
      channel.disconnect();
      channel.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    }

    int port() {
      return channel.socket().getLocalPort();
    }

    void send(byte[] noise) throws IOException {
      packet.clear();
      packet.put(noise);
      packet.putShort(2, (short) sequence++);
      packet.putInt(4, timestamp);
      packet.putInt(8, ssrc);
      timestamp += PAYLOAD;
      int length = cipher == null ? noise.length : cipher.protect(bytes, noise.length);
      channel.write(packet.position(0).limit(length));
      sent++;
    }
  }

  private final List<Stream> streams = new ArrayList<>();
  private final Queue<int[]> moves = new ConcurrentLinkedQueue<>();
  private final byte[] noise = new byte[HEADER + PAYLOAD];

  private RtpLoad() {
    new Random(7).nextBytes(noise);
    noise[0] = (byte) 0x80;
    noise[1] = 0;
  }

  /**
   * Runs a load.
   *
   * @param arguments the length in seconds; for SRTP the suite and the key and salt in base64 as
   *     well
   */
  public static void main(String[] arguments) throws Exception {
    SrtpKey key =
        arguments.length == 1
            ? null
            : new SrtpKey(
                SrtpSuite.valueOf(arguments[1]),
                Base64.getDecoder().decode(arguments[2]),
                new byte[0]);
    new RtpLoad().run(Long.parseLong(arguments[0]), key);
  }

  private void run(long seconds, @Nullable SrtpKey key) throws IOException {
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
    StringJoiner sources = new StringJoiner(",");
    for (String port : in.readLine().split(",")) {
      Stream stream = new Stream(streams.size(), Integer.parseInt(port), key, noise);
      streams.add(stream);
      sources.add(Integer.toString(stream.port()));
    }
    System.out.println(sources);
    if (in.readLine() == null) {
      return;
    }
    Thread.ofPlatform().daemon().start(() -> readMoves(in));
    send(seconds);
    StringJoiner sent = new StringJoiner(",");
    streams.forEach(stream -> sent.add(Long.toString(stream.sent)));
    System.out.println(sent);
  }

  private void readMoves(BufferedReader in) {
    in.lines()
        .map(line -> Arrays.stream(line.split(" ")).mapToInt(Integer::parseInt).toArray())
        .forEach(moves::add);
  }

  private void send(long seconds) throws IOException {
    long start = System.nanoTime();
    for (long tick = 0; tick < seconds * 1_000; tick++) {
      long due = start + tick * TICK_NANOS;
      for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
        LockSupport.parkNanos(left);
      }
      for (int[] move = moves.poll(); move != null; move = moves.poll()) {
        streams.get(move[0]).begin(move[1]);
        System.out.println();
      }
      for (int i = (int) (tick % TICKS); i < streams.size(); i += TICKS) {
        streams.get(i).send(noise);
      }
    }
  }
}
