package io.earwitness.recorder.client;

import io.earwitness.recorder.srtp.SrtpKey;
import io.earwitness.recorder.srtp.SrtpReceiver;
import io.earwitness.recorder.srtp.SrtpSender;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * One stream's RTCP as its sender has it (RFC 3550 §6): sender reports with our name, a BYE, and
 * what the recorder reports of us. Apart from the recorder's own RTCP code on purpose, so that each
 * is a check of the other. For one thread at a time.
 */
final class Rtcp {
  /** Seconds from 1900, where NTP begins, to 1970. */
  private static final long NTP_EPOCH = 2_208_988_800L;

  private static final int MAX_PACKET = 1500;
  private static final int SENDER_REPORT = 200;
  private static final int RECEIVER_REPORT = 201;
  private static final int SOURCE_DESCRIPTION = 202;
  private static final int BYE = 203;

  private final DatagramChannel channel;
  private final int ssrc;
  private final String name;
  private final InstantSource clock;
  private final ByteBuffer incoming = ByteBuffer.allocate(MAX_PACKET);
  private @Nullable SrtpSender protection;
  private @Nullable SrtpReceiver opening;

  private long reports;
  private long cumulativeLost;
  private long highestSequence;
  private @Nullable Double roundTripMillis;

  /**
   * RTCP of a source.
   *
   * @param channel not blocking; closed by its owner
   * @param name our CNAME (§6.5.1)
   */
  Rtcp(DatagramChannel channel, int ssrc, String name, InstantSource clock) {
    this.channel = channel;
    this.ssrc = ssrc;
    this.name = name;
    this.clock = clock;
  }

  /**
   * Where reports go.
   *
   * @param protection of our packets; null for plain RTCP
   * @param recorderKey under which the recorder's come
   */
  void connect(
      InetSocketAddress recorder, @Nullable SrtpSender newProtection, @Nullable SrtpKey recorderKey)
      throws IOException {
    if (!channel.isConnected()) {
      channel.connect(recorder);
    }
    protection = newProtection;
    opening = recorderKey == null ? null : new SrtpReceiver(recorderKey);
  }

  /**
   * Sends a sender report and our name.
   *
   * @param timestamp of RTP now
   * @param octets of payload
   */
  void report(int timestamp, long packets, long octets, boolean leaving) throws IOException {
    ByteBuffer out = ByteBuffer.allocate(MAX_PACKET);
    long ntp = ntp(clock.instant());
    out.putInt(0x80000006 | SENDER_REPORT << 16).putInt(ssrc).putLong(ntp);
    out.putInt(timestamp).putInt((int) packets).putInt((int) octets);
    byte[] cname = name.getBytes(StandardCharsets.UTF_8);
    int words = (4 + 2 + cname.length + 4) / 4;
    int end = out.position() + 4 + 4 * words;
    out.putInt(0x81000000 | SOURCE_DESCRIPTION << 16 | words).putInt(ssrc);
    out.put((byte) 1).put((byte) cname.length).put(cname).position(end);
    if (leaving) {
      out.putInt(0x81000001 | BYE << 16).putInt(ssrc);
    }
    int length = out.position();
    if (protection != null) {
      length = protection.protectControl(out.array(), length);
    }
    ByteBuffer packet = ByteBuffer.wrap(out.array(), 0, length);
    try {
      channel.write(packet);
    } catch (PortUnreachableException e) {
      // Of an earlier packet; and who has no RTCP port is no worse for media
    }
  }

  private static long ntp(Instant at) {
    return at.getEpochSecond() + NTP_EPOCH << 32 | ((long) at.getNano() << 32) / 1_000_000_000L;
  }

  /** Takes the reports that wait. */
  void poll() throws IOException {
    while (true) {
      incoming.clear();
      try {
        if (channel.read(incoming) <= 0) {
          return;
        }
      } catch (PortUnreachableException e) {
        continue;
      }
      incoming.flip();
      ByteBuffer plain = opened();
      if (plain != null) {
        read(plain);
      }
    }
  }

  private @Nullable ByteBuffer opened() {
    if (opening == null) {
      return incoming;
    }
    MemorySegment datagram = MemorySegment.ofBuffer(incoming);
    return opening.unprotectControl(datagram, 0, incoming.limit()) == SrtpReceiver.Outcome.PLAIN
        ? ByteBuffer.wrap(
            opening.packet().asSlice(0, opening.length()).toArray(ValueLayout.JAVA_BYTE))
        : null;
  }

  private void read(ByteBuffer packet) {
    boolean receiverReport =
        packet.limit() >= 8 && Byte.toUnsignedInt(packet.get(1)) == RECEIVER_REPORT;
    if (!receiverReport) {
      return;
    }
    reports++;
    if ((packet.get(0) & 0x1f) == 1 && packet.limit() >= 32 && packet.getInt(8) == ssrc) {
      // Signed, of 24 bits
      cumulativeLost = packet.getInt(12) << 8 >> 8;
      highestSequence = Integer.toUnsignedLong(packet.getInt(16));
      int sent = packet.getInt(24);
      if (sent != 0) {
        int now = (int) (ntp(clock.instant()) >>> 16);
        roundTripMillis = (now - sent - packet.getInt(28)) * 1000.0 / 65536;
      }
    }
  }

  /** What the recorder reported so far. */
  ClientResult.Reports result() {
    return new ClientResult.Reports(reports, cumulativeLost, highestSequence, roundTripMillis);
  }
}
