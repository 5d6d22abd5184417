package io.earwitness.archive.media;

import java.util.ArrayList;
import java.util.List;

/**
 * The headers of one stream's packets in the order of the capture, as columns: about 45 bytes for
 * each packet while the time line is computed, 29 afterwards. Payloads are not kept.
 */
final class PacketTable {
  /** The position of a packet that is not rendered. */
  static final long NOWHERE = Long.MIN_VALUE;

  /** The position of a packet that fits no sequence: kept as received. */
  static final long STRAY = Long.MIN_VALUE + 1;

  private final List<PayloadFormat> formats = new ArrayList<>();
  private final List<Segment> segments = new ArrayList<>();
  private int size;

  /** Some packets: a long call's table grows without being copied, and has no room to spare. */
  private static final class Segment {
    private static final int BITS = 11;
    private static final int PACKETS = 1 << BITS;
    private static final int WITHIN = PACKETS - 1;

    private final long[] arrival = new long[PACKETS];
    private final long[] position = new long[PACKETS];
    private final int[] timestamp = new int[PACKETS];
    private final int[] ssrc = new int[PACKETS];
    private final char[] sequence = new char[PACKETS];
    private final char[] payloadLength = new char[PACKETS];
    private final byte[] format = new byte[PACKETS];
  }

  private Segment segment(int i) {
    return segments.get(i >>> Segment.BITS);
  }

  void add(RtpPacket packet, long arrivalNanos, PayloadFormat payloadFormat) {
    int within = size & Segment.WITHIN;
    if (within == 0) {
      segments.add(new Segment());
    }
    Segment segment = segments.getLast();
    segment.arrival[within] = arrivalNanos;
    segment.position[within] = NOWHERE;
    segment.timestamp[within] = packet.timestamp();
    segment.ssrc[within] = packet.ssrc();
    segment.sequence[within] = (char) packet.sequence();
    segment.payloadLength[within] = (char) packet.payloadLength();
    segment.format[within] = (byte) indexOf(payloadFormat);
    size++;
  }

  /** A stream has few formats; more than a byte counts share the last place. */
  private int indexOf(PayloadFormat payloadFormat) {
    int index = formats.indexOf(payloadFormat);
    if (index < 0) {
      if (formats.size() > Byte.MAX_VALUE) {
        return Byte.MAX_VALUE;
      }
      formats.add(payloadFormat);
      index = formats.size() - 1;
    }
    return index;
  }

  int size() {
    return size;
  }

  long arrival(int i) {
    return segment(i).arrival[i & Segment.WITHIN];
  }

  int timestamp(int i) {
    return segment(i).timestamp[i & Segment.WITHIN];
  }

  int ssrc(int i) {
    return segment(i).ssrc[i & Segment.WITHIN];
  }

  int sequence(int i) {
    return segment(i).sequence[i & Segment.WITHIN];
  }

  int payloadLength(int i) {
    return segment(i).payloadLength[i & Segment.WITHIN];
  }

  PayloadFormat format(int i) {
    return formats.get(segment(i).format[i & Segment.WITHIN]);
  }

  boolean isAudio(int i) {
    return format(i).kind().isAudio();
  }

  /** Whether it has a place on the time line. */
  boolean isPlaced(int i) {
    return position(i) > STRAY;
  }

  /** First sample on the common time line, {@link #NOWHERE} or {@link #STRAY}. */
  long position(int i) {
    return segment(i).position[i & Segment.WITHIN];
  }

  void place(int i, long at) {
    segment(i).position[i & Segment.WITHIN] = at;
  }

  /** The first packet's synchronisation source, unsigned. */
  long firstSsrc() {
    return Integer.toUnsignedLong(ssrc(0));
  }
}
