package io.earwitness.recorder.rtp;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * Finds the ends of telephone events (RFC 4733 §2.3) in one stream:
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |     event     |E|R| volume    |          duration             |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * </pre>
 *
 * All packets of an event have the time stamp of its beginning; its last packet is sent three
 * times. For the receive thread.
 */
final class TelephoneEvents {
  private static final int PAYLOAD_SIZE = 4;

  /** Stands in place of a digit; no event of the IANA registry. */
  private static final byte MASKED = (byte) 255;

  private static final int END = 0x80;
  private static final int LONGEST = 0xffff;
  private static final String DIGITS = "0123456789*#ABCD";

  /** Ends remembered, so that one that comes late or again is not told again. */
  private static final int REMEMBERED = 16;

  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

  private record Key(int ssrc, int timestamp, int code) {}

  /**
   * An event that has ended.
   *
   * @param code 0 to 15 for keys, others by the IANA registry
   * @param duration in clock units
   */
  record Ended(int code, long duration) {
    /** The key of a digit. */
    boolean isKey() {
      return code < DIGITS.length();
    }

    char key() {
      return DIGITS.charAt(code);
    }

    /** For people. */
    String name() {
      return code < DIGITS.length() ? "digit " + DIGITS.charAt(code) : "event " + code;
    }
  }

  /**
   * Takes the digits out of a packet of the payload type: their codes become {@link #MASKED}, and
   * all else stays, so that no packet is missing.
   */
  static void mask(MemorySegment buffer, long at, int length) {
    int header = RtpPacket.headerSize(buffer, at);
    for (int i = header; i < length; i += PAYLOAD_SIZE) {
      if (Byte.toUnsignedInt(buffer.get(ValueLayout.JAVA_BYTE, at + i)) < DIGITS.length()) {
        buffer.set(ValueLayout.JAVA_BYTE, at + i, MASKED);
      }
    }
  }

  private final @Nullable Key[] ended = new @Nullable Key[REMEMBERED];
  private int next;

  /** The latest segment of a longer event that is full (§2.5.1.3), and how long it was before. */
  private @Nullable Key full;

  private long before;

  /** Takes a packet of the payload type; the event that ends with it and was not told before. */
  @Nullable Ended packet(MemorySegment buffer, long at, int length) {
    int header = RtpPacket.headerSize(buffer, at);
    if (length < header + PAYLOAD_SIZE) {
      return null;
    }
    int code = Byte.toUnsignedInt(buffer.get(ValueLayout.JAVA_BYTE, at + header));
    boolean end = (buffer.get(ValueLayout.JAVA_BYTE, at + header + 1) & END) != 0;
    int duration = Short.toUnsignedInt(buffer.get(SHORT, at + header + 2));
    if (!end && duration < LONGEST) {
      return null;
    }
    Key key = new Key(RtpPacket.ssrc(buffer, at), RtpPacket.timestamp(buffer, at), code);
    long carried =
        full != null && full.equals(new Key(key.ssrc, key.timestamp - LONGEST, code))
            ? before + LONGEST
            : 0;
    if (!end) {
      if (!key.equals(full)) {
        before = carried;
        full = key;
      }
      return null;
    }
    for (Key known : ended) {
      if (key.equals(known)) {
        return null;
      }
    }
    ended[next] = key;
    next = (next + 1) % REMEMBERED;
    return new Ended(code, carried + duration);
  }
}
