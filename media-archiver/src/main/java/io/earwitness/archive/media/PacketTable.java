package io.earwitness.archive.media;

import java.util.ArrayList;
import java.util.Arrays;
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
  private long[] arrival = new long[1024];
  private long[] position = new long[1024];
  private int[] timestamp = new int[1024];
  private int[] ssrc = new int[1024];
  private char[] sequence = new char[1024];
  private char[] payloadLength = new char[1024];
  private byte[] format = new byte[1024];
  private int size;

  void add(RtpPacket packet, long arrivalNanos, PayloadFormat payloadFormat) {
    if (size == arrival.length) {
      grow();
    }
    arrival[size] = arrivalNanos;
    position[size] = NOWHERE;
    timestamp[size] = packet.timestamp();
    ssrc[size] = packet.ssrc();
    sequence[size] = (char) packet.sequence();
    payloadLength[size] = (char) packet.payloadLength();
    format[size] = (byte) indexOf(payloadFormat);
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

  private void grow() {
    int capacity = arrival.length * 2;
    arrival = Arrays.copyOf(arrival, capacity);
    position = Arrays.copyOf(position, capacity);
    timestamp = Arrays.copyOf(timestamp, capacity);
    ssrc = Arrays.copyOf(ssrc, capacity);
    sequence = Arrays.copyOf(sequence, capacity);
    payloadLength = Arrays.copyOf(payloadLength, capacity);
    format = Arrays.copyOf(format, capacity);
  }

  int size() {
    return size;
  }

  long arrival(int i) {
    return arrival[i];
  }

  int timestamp(int i) {
    return timestamp[i];
  }

  int ssrc(int i) {
    return ssrc[i];
  }

  int sequence(int i) {
    return sequence[i];
  }

  int payloadLength(int i) {
    return payloadLength[i];
  }

  PayloadFormat format(int i) {
    return formats.get(format[i]);
  }

  boolean isAudio(int i) {
    return format(i).kind().isAudio();
  }

  /** Whether it has a place on the time line. */
  boolean isPlaced(int i) {
    return position[i] > STRAY;
  }

  /** First sample on the common time line, {@link #NOWHERE} or {@link #STRAY}. */
  long position(int i) {
    return position[i];
  }

  void place(int i, long at) {
    position[i] = at;
  }

  /** The first packet's synchronisation source, unsigned. */
  long firstSsrc() {
    return Integer.toUnsignedLong(ssrc[0]);
  }
}
