package io.earwitness.recorder.rtp;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** RTCP as it is read and written. */
class RtcpTest {
  private final List<String> heard = new ArrayList<>();

  private final RtcpReader.Listener listener =
      new RtcpReader.Listener() {
        @Override
        public void senderReport(int ssrc, long ntp) {
          heard.add("SR %x %x".formatted(ssrc, ntp));
        }

        @Override
        public void cname(int ssrc, String name) {
          heard.add("CNAME %x %s".formatted(ssrc, name));
        }

        @Override
        public void bye(int ssrc, @Nullable String reason) {
          heard.add("BYE %x %s".formatted(ssrc, reason));
        }
      };

  private boolean read(byte[] packet) {
    byte[] framed = new byte[packet.length + 5];
    System.arraycopy(packet, 0, framed, 5, packet.length);
    return RtcpReader.read(MemorySegment.ofArray(framed), 5, packet.length, listener);
  }

  /** A sender report with one report block, two chunks, a BYE of two sources with a reason. */
  private static byte[] compound() {
    ByteBuffer out = ByteBuffer.allocate(200);
    out.putInt(0x81c8_000c).putInt(0xaa).putLong(0x0102_0304_0506_0708L).putInt(1).putInt(2);
    out.putInt(3).put(new byte[24]);
    out.putInt(0x82ca_0006);
    out.putInt(0xaa).put((byte) 2).put((byte) 1).put((byte) 'N');
    out.put((byte) 1).put((byte) 3).put("a@b".getBytes(StandardCharsets.US_ASCII)).put((byte) 0);
    out.position((out.position() + 3) & ~3);
    out.putInt(0xbb).put((byte) 1).put((byte) 1).put((byte) 'c').put((byte) 0);
    out.putInt(0x82cb_0003).putInt(0xaa).putInt(0xbb).put((byte) 3);
    out.put("end".getBytes(StandardCharsets.US_ASCII));
    return Arrays.copyOf(out.array(), out.position());
  }

  @Test
  void aCompoundPacketTellsAllThatItsSourcesSay() {
    assertThat(read(compound())).isTrue();
    assertThat(heard)
        .containsExactly(
            "SR aa 102030405060708", "CNAME aa a@b", "CNAME bb c", "BYE aa end", "BYE bb end");
  }

  @Test
  void whateverIsCutOrChangedNothingIsThrown() {
    byte[] whole = compound();
    int refused = 0;
    for (int length = 0; length < whole.length; length++) {
      refused += read(Arrays.copyOf(whole, length)) ? 0 : 1;
    }
    // All but those that end between two packets
    assertThat(refused).isEqualTo(whole.length - 2);
    for (int at = 0; at < whole.length; at++) {
      for (int bit = 0; bit < 8; bit++) {
        byte[] changed = whole.clone();
        changed[at] ^= (byte) (1 << bit);
        read(changed);
      }
    }
  }

  @Test
  void aReceiverReportIsAsTheStandardDrawsIt() {
    RtcpWriter.Packet packet =
        RtcpWriter.receiverReport(
            0x01020304,
            "name",
            new ReportBlock(0x0a0b0c0d, 64, -2, 0x0001_0005, 9),
            0x11223344,
            0x00018000,
            new int[0],
            true,
            7);
    assertThat(HexFormat.of().formatHex(packet.bytes(), 0, packet.length()))
        .isEqualTo(
            "81c90007 01020304 0a0b0c0d 40fffffe 00010005 00000009 11223344 00018000"
                    .replace(" ", "")
                + "81ca0003 01020304 0104 6e616d65 0000".replace(" ", "")
                + "81cb0001 01020304".replace(" ", ""));
    assertThat(packet.bytes()).hasSize(packet.length() + 7);
    assertThat(read(Arrays.copyOf(packet.bytes(), packet.length()))).isTrue();
    assertThat(heard).containsExactly("CNAME 1020304 name", "BYE 1020304 null");
  }

  @Test
  void aReportCountsSinceTheLastOneAndOverTheWrap() {
    StreamAccounting accounting = new StreamAccounting();
    assertThat(accounting.report(true)).isNull();
    int[] numbers = {65_534, 65_535, 0, 4};
    for (int number : numbers) {
      accounting.packet(number, number * 160, 7, 8000, number * 20_000_000L, 172);
    }
    assertThat(accounting.report(true))
        .extracting(
            ReportBlock::source,
            ReportBlock::fractionLost,
            ReportBlock::cumulativeLost,
            ReportBlock::highest)
        .containsExactly(7, 3 * 256 / 7, 3, 65_540);
    assertThat(accounting.report(true)).as("nothing came since").isNull();
    accounting.packet(5, 5 * 160, 7, 8000, 5 * 20_000_000L, 172);
    accounting.packet(5, 5 * 160, 7, 8000, 5 * 20_000_000L, 172);
    assertThat(accounting.report(false)).isEqualTo(new ReportBlock(7, 0, 2, 65_541, 0));
    // Another source is counted for itself
    accounting.packet(900, 0, 8, 8000, 0, 172);
    assertThat(accounting.report(false)).isEqualTo(new ReportBlock(8, 0, 0, 900, 0));
  }
}
