package io.earwitness.recorder.client;

import io.earwitness.recorder.srtp.SrtpKey;
import io.earwitness.recorder.srtp.SrtpSender;
import io.earwitness.recorder.srtp.SrtpSuite;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Sends one side's speech in RTP packets (RFC 3550 §5.1) of 20 ms. {@link #tick} is for one thread
 * at a time; pausing and reading the figures may come from another.
 */
final class RtpStream implements AutoCloseable {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final int HEADER_BYTES = 12;
  private static final int PORT_TRIES = 50;

  final String label;
  private final Speech speech;
  private final G711 codec;
  private final long toSend;
  private final DatagramChannel channel;
  private final int localPort;
  private final int ssrc = RANDOM.nextInt();
  private final int firstTimestamp = RANDOM.nextInt();

  /** In the lower half: a first packet that is lost must not be the last before a wrap. */
  private int sequence = RANDOM.nextInt(1 << 15);

  private final ByteBuffer packet =
      ByteBuffer.allocate(HEADER_BYTES + Speech.PACKET_SAMPLES + SrtpSender.MAX_TAG);
  private final List<SrtpKey> keys;
  private final List<ClientResult.Pause> pauses = new ArrayList<>();
  private long ticks;
  private long sent;
  private long refused;
  private boolean paused;
  private String remote = "";
  private @Nullable SrtpSuite suite;
  private @Nullable SrtpSender protection;

  /**
   * Binds an even port.
   *
   * @param packets to send
   * @param suites to be offered; empty for plain RTP
   */
  RtpStream(
      InetAddress local,
      String label,
      Speech speech,
      G711 codec,
      long packets,
      List<SrtpSuite> suites)
      throws IOException {
    this.keys = suites.stream().map(suite -> SrtpKey.draw(suite, RANDOM)).toList();
    this.label = label;
    this.speech = speech;
    this.codec = codec;
    this.toSend = packets;
    this.channel = evenPort(local);
    this.localPort = ((InetSocketAddress) channel.getLocalAddress()).getPort();
  }

  private static DatagramChannel evenPort(InetAddress local) throws IOException {
    // Odd ones stay open until an even one is found, lest the kernel give the same again
    List<DatagramChannel> odd = new ArrayList<>();
    try {
      for (int i = 0; i < PORT_TRIES; i++) {
        DatagramChannel candidate = DatagramChannel.open();
        try {
          candidate.bind(new InetSocketAddress(local, 0));
        } catch (IOException e) {
          candidate.close();
          throw new IOException("no RTP port on " + local.getHostAddress() + ": " + e, e);
        }
        if (((InetSocketAddress) candidate.getLocalAddress()).getPort() % 2 == 0) {
          return candidate;
        }
        odd.add(candidate);
      }
      throw new IOException("no even RTP port on " + local.getHostAddress());
    } finally {
      for (DatagramChannel each : odd) {
        each.close();
      }
    }
  }

  int localPort() {
    return localPort;
  }

  int ssrc() {
    return ssrc;
  }

  /** What to offer, the best liked first; empty for plain RTP. */
  List<SrtpKey> keys() {
    return keys;
  }

  /** Where the packets go, and under which of the keys. */
  void connect(SdpAnswer.Stream answer) throws IOException {
    InetSocketAddress address = answer.address();
    channel.connect(address);
    synchronized (this) {
      remote = address.getAddress().getHostAddress() + ":" + address.getPort();
      if (answer.key() != null) {
        suite = answer.key().suite();
        protection = new SrtpSender(answer.key(), ssrc);
      }
    }
  }

  synchronized void pause(boolean pause) {
    if (pause && !paused) {
      pauses.add(new ClientResult.Pause(sent * Speech.PACKET_SAMPLES, 0));
    }
    paused = pause;
  }

  /** Sends the packet that is due, or lets its time pass; false if all packets were sent. */
  synchronized boolean tick() throws IOException {
    if (sent >= toSend) {
      return false;
    }
    long timestamp = firstTimestamp + ticks * Speech.PACKET_SAMPLES;
    ticks++;
    if (paused) {
      ClientResult.Pause pause = pauses.removeLast();
      pauses.add(new ClientResult.Pause(pause.atSample(), pause.samples() + Speech.PACKET_SAMPLES));
      return true;
    }
    boolean talkSpurt = sent == 0 || (!pauses.isEmpty() && isBehindPause());
    packet.clear();
    packet.put((byte) 0x80).put((byte) (codec.payloadType() | (talkSpurt ? 0x80 : 0)));
    packet.putShort((short) sequence++).putInt((int) timestamp).putInt(ssrc);
    packet.put(speech.payload(codec, sent)).flip();
    if (protection != null) {
      packet.limit(protection.protect(packet.array(), packet.limit()));
    }
    try {
      channel.write(packet);
    } catch (PortUnreachableException e) {
      // Tells of an earlier packet; this one was not sent
      refused++;
      packet.rewind();
      channel.write(packet);
    }
    sent++;
    return sent < toSend;
  }

  private boolean isBehindPause() {
    return pauses.getLast().atSample() == sent * Speech.PACKET_SAMPLES;
  }

  synchronized long sent() {
    return sent;
  }

  synchronized long refused() {
    return refused;
  }

  synchronized ClientResult.Stream result(String side, Digests digests) {
    return new ClientResult.Stream(
        side,
        label,
        codec.name(),
        speech.name(),
        localPort,
        remote,
        Integer.toUnsignedLong(ssrc),
        sent,
        sent * (HEADER_BYTES + Speech.PACKET_SAMPLES),
        refused,
        sent * Speech.PACKET_SAMPLES,
        digests.of(speech, codec, sent),
        suite == null ? null : suite.name(),
        pauses);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
