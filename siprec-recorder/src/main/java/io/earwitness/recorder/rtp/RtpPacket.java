package io.earwitness.recorder.rtp;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * The fixed header of RTP (RFC 3550 §5.1), read in place.
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |V=2|P|X|  CC   |M|     PT      |       sequence number         |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |                           timestamp                           |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |           synchronization source (SSRC) identifier            |
 * +=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+
 * |            contributing source (CSRC) identifiers             |
 * |                             ....                              |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * </pre>
 *
 * With X set an extension follows: 16 bits of profile, its length in 32-bit words, the words. With
 * P set the last byte says how many bytes of padding end the packet, itself included.
 */
final class RtpPacket {
  static final int FIXED_HEADER_SIZE = 12;
  static final int CSRC_SIZE = 4;
  static final int EXTENSION_HEADER_SIZE = 4;

  private static final int SECOND_BYTE_AT = 1;
  private static final int SEQUENCE_AT = 2;
  private static final int TIMESTAMP_AT = 4;
  private static final int SSRC_AT = 8;
  private static final int EXTENSION_LENGTH_AT = 2;

  private static final int VERSION_MASK = 0xc0;
  private static final int VERSION_2 = 0x80;
  private static final int PADDING = 0x20;
  private static final int EXTENSION = 0x10;
  private static final int CSRC_COUNT = 0x0f;
  private static final int PAYLOAD_TYPE = 0x7f;

  /**
   * Second bytes that mean RTCP where both share a port (RFC 5761 §4), unless the payload type that
   * they are with the marker bit, one of 64 to 95, was offered.
   */
  private static final int RTCP_FIRST = 192;

  private static final int RTCP_LAST = 223;

  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

  private RtpPacket() {}

  /** What a datagram is. */
  enum Kind {
    RTP,
    RTCP,
    /** Another version, or shorter than its own header says. */
    MALFORMED
  }

  /**
   * Tells what a datagram is.
   *
   * @param offered by payload type, whether it was offered for this stream
   * @param encrypted whether what is behind the header, with it the size of a padding, is SRTP
   */
  static Kind kind(
      MemorySegment buffer, long at, int length, boolean[] offered, boolean encrypted) {
    if (length < 8 || (first(buffer, at) & VERSION_MASK) != VERSION_2) {
      return Kind.MALFORMED;
    }
    int second = second(buffer, at);
    if (second >= RTCP_FIRST && second <= RTCP_LAST && !offered[second & PAYLOAD_TYPE]) {
      return Kind.RTCP;
    }
    return length >= FIXED_HEADER_SIZE && isSane(buffer, at, length, encrypted)
        ? Kind.RTP
        : Kind.MALFORMED;
  }

  /** Whether CSRCs, extension and padding fit into the packet. */
  private static boolean isSane(MemorySegment buffer, long at, int length, boolean encrypted) {
    int first = first(buffer, at);
    int header = FIXED_HEADER_SIZE + CSRC_SIZE * (first & CSRC_COUNT);
    if ((first & EXTENSION) != 0) {
      if (length < header + EXTENSION_HEADER_SIZE) {
        return false;
      }
      int words = Short.toUnsignedInt(buffer.get(SHORT, at + header + EXTENSION_LENGTH_AT));
      header += EXTENSION_HEADER_SIZE + 4 * words;
    }
    int padding = 0;
    if ((first & PADDING) != 0 && !encrypted) {
      padding = Byte.toUnsignedInt(buffer.get(ValueLayout.JAVA_BYTE, at + length - 1));
      if (padding == 0) {
        return false;
      }
    }
    return header + padding <= length;
  }

  /** Bytes before the payload, of a packet that {@link #kind} has found to be sound. */
  static int headerSize(MemorySegment buffer, long at) {
    int first = first(buffer, at);
    int header = FIXED_HEADER_SIZE + CSRC_SIZE * (first & CSRC_COUNT);
    return (first & EXTENSION) == 0
        ? header
        : header
            + EXTENSION_HEADER_SIZE
            + 4 * Short.toUnsignedInt(buffer.get(SHORT, at + header + EXTENSION_LENGTH_AT));
  }

  static int payloadType(MemorySegment buffer, long at) {
    return second(buffer, at) & PAYLOAD_TYPE;
  }

  static int sequenceNumber(MemorySegment buffer, long at) {
    return Short.toUnsignedInt(buffer.get(SHORT, at + SEQUENCE_AT));
  }

  static int timestamp(MemorySegment buffer, long at) {
    return buffer.get(INT, at + TIMESTAMP_AT);
  }

  static int ssrc(MemorySegment buffer, long at) {
    return buffer.get(INT, at + SSRC_AT);
  }

  /** How many sources a mixer names. */
  static int contributors(MemorySegment buffer, long at) {
    return first(buffer, at) & CSRC_COUNT;
  }

  /** One of them. */
  static int contributor(MemorySegment buffer, long at, int index) {
    return buffer.get(INT, at + FIXED_HEADER_SIZE + (long) CSRC_SIZE * index);
  }

  private static int first(MemorySegment buffer, long at) {
    return Byte.toUnsignedInt(buffer.get(ValueLayout.JAVA_BYTE, at));
  }

  private static int second(MemorySegment buffer, long at) {
    return Byte.toUnsignedInt(buffer.get(ValueLayout.JAVA_BYTE, at + SECOND_BYTE_AT));
  }
}
