package io.earwitness.recorder.rtp;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Reads compound RTCP packets (RFC 3550 §6). Each packet in it begins with
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |V=2|P| RC / SC |      PT       |  length in 32-bit words - 1   |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * </pre>
 */
final class RtcpReader {
  static final int SENDER_REPORT = 200;
  static final int RECEIVER_REPORT = 201;
  static final int SOURCE_DESCRIPTION = 202;
  static final int BYE = 203;
  static final int CNAME = 1;

  private static final int HEADER_SIZE = 4;
  private static final int SENDER_REPORT_SIZE = 28;

  /** Hears what a compound packet says. */
  interface Listener {
    /**
     * A sender report.
     *
     * @param ntp 64-bit NTP time stamp (RFC 3550 §4)
     */
    void senderReport(int ssrc, long ntp);

    /** A source's canonical name, as received. */
    void cname(int ssrc, String name);

    /** A source leaves. */
    void bye(int ssrc, @Nullable String reason);
  }

  private RtcpReader() {}

  /**
   * Reads a packet.
   *
   * @return false if the lengths in it don't fit (RFC 3550 A.2); nothing is told of it then
   */
  static boolean read(MemorySegment packet, long offset, int length, Listener listener) {
    ByteBuffer in = ByteBuffer.wrap(packet.asSlice(offset, length).toArray(ValueLayout.JAVA_BYTE));
    int at = 0;
    while (at < length) {
      int size = size(in, at);
      if (size < 0) {
        return false;
      }
      at += size;
    }
    for (at = 0; at < length; at += size(in, at)) {
      one(in.slice(at, size(in, at)), listener);
    }
    return length > 0;
  }

  /** Bytes of the packet there; negative if there can be none. */
  private static int size(ByteBuffer in, int at) {
    if (in.limit() - at < HEADER_SIZE || (in.get(at) & 0xc0) != 0x80) {
      return -1;
    }
    int size = 4 * (Short.toUnsignedInt(in.getShort(at + 2)) + 1);
    return size <= in.limit() - at ? size : -1;
  }

  private static void one(ByteBuffer in, Listener listener) {
    int count = in.get(0) & 0x1f;
    in.position(HEADER_SIZE);
    switch (Byte.toUnsignedInt(in.get(1))) {
      case SENDER_REPORT -> {
        if (in.limit() >= SENDER_REPORT_SIZE) {
          listener.senderReport(in.getInt(), in.getLong());
        }
      }
      case SOURCE_DESCRIPTION -> chunks(in, count, listener);
      case BYE -> bye(in, count, listener);
      default -> {
        // Receiver reports, application-defined and extended ones: kept, and of no use here
      }
    }
  }

  /** Each chunk: an SSRC and items, ended by a zero, filled up to 32 bits (§6.5). */
  private static void chunks(ByteBuffer in, int count, Listener listener) {
    for (int i = 0; i < count && in.remaining() >= 8; i++) {
      int ssrc = in.getInt();
      while (in.hasRemaining()) {
        int type = in.get();
        if (type == 0) {
          in.position(Math.min(in.limit(), (in.position() + 3) & ~3));
          break;
        }
        String text = text(in);
        if (text == null) {
          return;
        }
        if (type == CNAME) {
          listener.cname(ssrc, text);
        }
      }
    }
  }

  private static void bye(ByteBuffer in, int count, Listener listener) {
    if (in.remaining() < 4 * count) {
      return;
    }
    int[] sources = new int[count];
    for (int i = 0; i < count; i++) {
      sources[i] = in.getInt();
    }
    String reason = text(in);
    for (int source : sources) {
      listener.bye(source, reason);
    }
  }

  /** A length byte and UTF-8; null if there is none, or not all of it. */
  private static @Nullable String text(ByteBuffer in) {
    if (!in.hasRemaining()) {
      return null;
    }
    int length = Byte.toUnsignedInt(in.get());
    if (length > in.remaining()) {
      return null;
    }
    byte[] bytes = new byte[length];
    in.get(bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
