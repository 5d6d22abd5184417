package io.earwitness.recorder.client;

import io.earwitness.recorder.dtls.DtlsIdentity;
import io.earwitness.recorder.dtls.Fingerprint;
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
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Sends one side's speech in RTP packets (RFC 3550 §5.1) of 20 ms. {@link #tick} is for one thread
 * at a time; pausing and reading the figures may come from another.
 */
final class RtpStream implements AutoCloseable {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final int HEADER_BYTES = 12;

  /** Ticks of 20 ms: soon after the begin, then every five seconds (RFC 3550 §6.2). */
  private static final int FIRST_REPORT = 10;

  private static final int TICKS_PER_REPORT = 250;
  private static final int TICKS_PER_POLL = 25;

  /**
   * What goes beside the speech.
   *
   * @param suites to be offered; empty for plain RTP
   * @param dtls whether to offer SRTP whose keys come by DTLS
   * @param keys to press in mid-call; empty for none
   * @param rtcpMux whether to offer RTP and RTCP on one port (RFC 5761)
   */
  record Extras(List<SrtpSuite> suites, boolean dtls, String keys, boolean rtcpMux) {}

  final String label;
  private final Speech speech;
  private final G711 codec;
  private final long toSend;
  private final PortPair ports;
  private final DatagramChannel channel;
  private final boolean rtcpMux;
  private final Keypad keypad;
  private final @Nullable DtlsIdentity identity;
  private @Nullable Handshake handshake;
  private final InstantSource clock;
  private final int ssrc = RANDOM.nextInt();
  private final int firstTimestamp = RANDOM.nextInt();

  /** In the lower half: a first packet that is lost must not be the last before a wrap. */
  private int sequence = RANDOM.nextInt(1 << 15);

  private final ByteBuffer packet =
      ByteBuffer.allocate(HEADER_BYTES + Speech.PACKET_SAMPLES + SrtpSender.MAX_TAG);
  private final ByteBuffer keyPacket =
      ByteBuffer.allocate(HEADER_BYTES + Keypad.payloadBytes() + SrtpSender.MAX_TAG);
  private final List<SrtpKey> keys;
  private final List<ClientResult.Pause> pauses = new ArrayList<>();
  private long ticks;
  private long sent;
  private long keyPackets;
  private long refused;
  private boolean paused;
  private String remote = "";
  private @Nullable SrtpSuite suite;
  private @Nullable SrtpSender protection;
  private @Nullable Rtcp rtcp;

  /**
   * Binds an even port and the one above it.
   *
   * @param packets to send
   */
  RtpStream(
      InetAddress local,
      String label,
      Speech speech,
      G711 codec,
      long packets,
      Extras extras,
      InstantSource clock)
      throws IOException {
    this.keys = extras.suites().stream().map(suite -> SrtpKey.draw(suite, RANDOM)).toList();
    this.label = label;
    this.speech = speech;
    this.codec = codec;
    this.toSend = packets;
    this.keypad = new Keypad(extras.keys());
    this.rtcpMux = extras.rtcpMux();
    this.identity = extras.dtls() ? DtlsIdentity.draw(clock.instant()) : null;
    this.clock = clock;
    this.ports = PortPair.bind(local);
    this.channel = ports.rtp();
  }

  int localPort() {
    return ports.port();
  }

  /** Of the certificate to offer; null without DTLS. */
  @Nullable Fingerprint fingerprint() {
    return identity == null ? null : identity.fingerprint();
  }

  boolean offersRtcpMux() {
    return rtcpMux;
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
    if (answer.rtcpMux()) {
      channel.configureBlocking(false);
    }
    SrtpKey key = answer.key();
    if (identity != null && answer.dtls() != null) {
      handshake = new Handshake(channel, identity, answer.dtls());
      key = handshake.key();
    }
    String host = address.getAddress().getHostAddress();
    synchronized (this) {
      remote = (host.contains(":") ? "[" + host + "]" : host) + ":" + address.getPort();
      if (key != null) {
        suite = key.suite();
        protection = new SrtpSender(key, ssrc);
      }
      if (handshake != null) {
        return;
      }
      DatagramChannel reports = answer.rtcpMux() ? channel : ports.rtcp();
      rtcp = new Rtcp(reports, ssrc, UUID.randomUUID().toString(), clock);
      rtcp.connect(answer.rtcpAddress(), protection, answer.recorderKey());
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
    exchangeReports((int) timestamp);
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
    send(packet);
    if (sent >= toSend / 2) {
      pressKeys((int) timestamp);
    }
    sent++;
    return sent < toSend;
  }

  private void send(ByteBuffer datagram) throws IOException {
    while (datagram.hasRemaining()) {
      try {
        channel.write(datagram);
      } catch (PortUnreachableException e) {
        // Tells of an earlier packet; this one was not sent
        refused++;
        datagram.rewind();
      }
    }
  }

  private void pressKeys(int now) throws IOException {
    for (int left = keypad.packets(); left > 0; left--) {
      boolean marked = keypad.begins() && left == keypad.packets();
      keyPacket.clear();
      keyPacket.put((byte) 0x80).put((byte) (Keypad.PAYLOAD_TYPE | (marked ? 0x80 : 0)));
      keyPacket.putShort((short) sequence++).putInt(keypad.timestamp(now)).putInt(ssrc);
      keypad.payload(keyPacket);
      keyPacket.flip();
      if (protection != null) {
        keyPacket.limit(protection.protect(keyPacket.array(), keyPacket.limit()));
      }
      send(keyPacket);
      keyPackets++;
    }
    keypad.passed();
  }

  private void exchangeReports(int timestamp) throws IOException {
    if (rtcp == null) {
      return;
    }
    if (ticks % TICKS_PER_REPORT == FIRST_REPORT) {
      report(rtcp, timestamp, false);
    }
    if (ticks % TICKS_PER_POLL == 0) {
      rtcp.poll();
    }
  }

  private void report(Rtcp to, int timestamp, boolean leaving) throws IOException {
    long octets = sent * Speech.PACKET_SAMPLES + keyPackets * Keypad.payloadBytes();
    to.report(timestamp, sent + keyPackets, octets, leaving);
  }

  /** Says by RTCP that we end, and takes what the recorder has reported. */
  synchronized void leave() throws IOException {
    if (rtcp != null) {
      report(rtcp, (int) (firstTimestamp + ticks * Speech.PACKET_SAMPLES), true);
      rtcp.poll();
    }
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
        localPort(),
        remote,
        Integer.toUnsignedLong(ssrc),
        sent + keyPackets,
        sent * (HEADER_BYTES + Speech.PACKET_SAMPLES)
            + keyPackets * (HEADER_BYTES + Keypad.payloadBytes()),
        refused,
        sent * Speech.PACKET_SAMPLES,
        digests.of(speech, codec, sent),
        suite == null ? null : suite.name(),
        rtcp == null ? null : rtcp.result(),
        pauses);
  }

  @Override
  public void close() throws IOException {
    if (handshake != null) {
      handshake.close();
    }
    ports.close();
  }
}
