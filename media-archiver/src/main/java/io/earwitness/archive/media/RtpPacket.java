package io.earwitness.archive.media;

import org.jspecify.annotations.Nullable;

/**
 * The fixed header of an RTP packet and where its payload lies (RFC 3550 §5.1, §5.3.1).
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * |V=2|P|X|  CC   |M|     PT      |       sequence number         |
 * |                           timestamp                           |
 * |           synchronization source (SSRC) identifier            |
 * </pre>
 *
 * @param payloadType 0 to 127
 * @param sequence 16 bit, unsigned
 * @param timestamp 32 bit, unsigned, as the bits of an int
 * @param ssrc 32 bit, unsigned, as the bits of an int
 * @param payloadOffset from the start of the array
 * @param payloadLength header, extension and padding left out; 0 or more
 */
record RtpPacket(
    int payloadType, int sequence, int timestamp, int ssrc, int payloadOffset, int payloadLength) {
  private static final int FIXED_HEADER = 12;
  private static final int VERSION = 2;

  /** Reads a packet; null if it is no RTP of version 2 or shorter than it says. */
  static @Nullable RtpPacket parse(byte[] bytes, int offset, int length) {
    if (length < FIXED_HEADER) {
      return null;
    }
    int first = bytes[offset] & 0xff;
    if (first >> 6 != VERSION) {
      return null;
    }
    boolean padding = (first & 0x20) != 0;
    boolean extension = (first & 0x10) != 0;
    int header = FIXED_HEADER + 4 * (first & 0x0f);
    if (extension) {
      if (length < header + 4) {
        return null;
      }
      header += 4 + 4 * unsigned16(bytes, offset + header + 2);
    }
    int payload = length - header;
    if (payload > 0 && padding) {
      int pad = bytes[offset + length - 1] & 0xff;
      payload = pad == 0 ? -1 : payload - pad;
    }
    if (payload < 0) {
      return null;
    }
    return new RtpPacket(
        bytes[offset + 1] & 0x7f,
        unsigned16(bytes, offset + 2),
        signed32(bytes, offset + 4),
        signed32(bytes, offset + 8),
        offset + header,
        payload);
  }

  private static int unsigned16(byte[] bytes, int at) {
    return (bytes[at] & 0xff) << 8 | (bytes[at + 1] & 0xff);
  }

  private static int signed32(byte[] bytes, int at) {
    return unsigned16(bytes, at) << 16 | unsigned16(bytes, at + 2);
  }
}
