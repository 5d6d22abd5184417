package io.earwitness.recorder.rtp;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Writes what a receiver sends (RFC 3550 §6.1): a receiver report, its name, and a BYE. */
final class RtcpWriter {
  private static final int VERSION = 0x80;
  private static final int BLOCK_SIZE = 24;
  private static final int PAYLOAD_SPECIFIC_FEEDBACK = 206;
  private static final int PICTURE_LOSS = 1;
  private static final int FULL_INTRA_REQUEST = 4;

  private RtcpWriter() {}

  /**
   * A compound packet.
   *
   * @param block null if nothing was received since the last one
   * @param lastSenderReport middle 32 bits of its NTP time stamp; 0 if there was none
   * @param delay since it came, in 1/65536 s
   * @param feedback a feedback packet to go along, of {@link #fullIntraRequest} or {@link
   *     #pictureLoss}; empty for none
   * @param leaving whether a BYE ends it
   * @param room bytes to leave free behind it
   */
  static Packet receiverReport(
      int ssrc,
      String cname,
      @Nullable ReportBlock block,
      int lastSenderReport,
      int delay,
      int[] feedback,
      boolean leaving,
      int room) {
    byte[] name = cname.getBytes(StandardCharsets.US_ASCII);
    // SSRC, type, length, name, and at least one zero
    int chunk = (4 + 2 + name.length + 4) & ~3;
    int size =
        8 + (block == null ? 0 : BLOCK_SIZE) + 4 + chunk + 4 * feedback.length + (leaving ? 8 : 0);
    ByteBuffer out = ByteBuffer.allocate(size + room);
    header(out, block == null ? 0 : 1, RtcpReader.RECEIVER_REPORT, block == null ? 1 : 7);
    out.putInt(ssrc);
    if (block != null) {
      out.putInt(block.source())
          .putInt(block.fractionLost() << 24 | (block.cumulativeLost() & 0xff_ffff))
          .putInt(block.highest())
          .putInt(block.jitter())
          .putInt(lastSenderReport)
          .putInt(delay);
    }
    header(out, 1, RtcpReader.SOURCE_DESCRIPTION, chunk / 4);
    int end = out.position() + chunk;
    out.putInt(ssrc).put((byte) RtcpReader.CNAME).put((byte) name.length).put(name).position(end);
    for (int word : feedback) {
      out.putInt(word);
    }
    if (leaving) {
      header(out, 1, RtcpReader.BYE, 1);
      out.putInt(ssrc);
    }
    return new Packet(out.array(), size);
  }

  /**
   * A full intra request (RFC 5104 §4.3.1.1), its media source 0, its entry
   *
   * <pre>
   * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
   * |                              SSRC                             |
   * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
   * | Seq nr.       |    Reserved                                   |
   * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
   * </pre>
   */
  static int[] fullIntraRequest(int ssrc, int source, int command) {
    return new int[] {feedback(FULL_INTRA_REQUEST, 4), ssrc, 0, source, command << 24};
  }

  /** A picture loss indication (RFC 4585 §6.3.1). */
  static int[] pictureLoss(int ssrc, int source) {
    return new int[] {feedback(PICTURE_LOSS, 2), ssrc, source};
  }

  /** {@code V=2, P=0, FMT, PT=PSFB, length} (RFC 4585 §6.1). */
  private static int feedback(int format, int words) {
    return (VERSION | format) << 24 | PAYLOAD_SPECIFIC_FEEDBACK << 16 | words;
  }

  /** A packet at the beginning of an array. */
  record Packet(byte[] bytes, int length) {}

  private static void header(ByteBuffer out, int count, int type, int words) {
    out.put((byte) (VERSION | count)).put((byte) type).putShort((short) words);
  }
}
