package io.earwitness.recorder.rtp;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class RtpPacketTest {
  private final boolean[] offered = new boolean[128];

  private RtpPacket.Kind kind(String hex) {
    byte[] bytes = HexFormat.of().parseHex(hex.replace(" ", ""));
    return RtpPacket.kind(MemorySegment.ofArray(bytes), 0, bytes.length, offered, false);
  }

  @Test
  void theFixedHeaderIsReadInPlace() {
    byte[] bytes = HexFormat.of().parseHex("ff" + "8088fffe000000a0deadbeef" + "55");
    MemorySegment segment = MemorySegment.ofArray(bytes);
    assertThat(RtpPacket.kind(segment, 1, 13, offered, false)).isEqualTo(RtpPacket.Kind.RTP);
    assertThat(RtpPacket.payloadType(segment, 1)).isEqualTo(8);
    assertThat(RtpPacket.sequenceNumber(segment, 1)).isEqualTo(65534);
    assertThat(RtpPacket.timestamp(segment, 1)).isEqualTo(160);
    assertThat(RtpPacket.ssrc(segment, 1)).isEqualTo(0xdeadbeef);
  }

  @Test
  void onlyVersion2WithAWholeHeaderIsRtp() {
    assertThat(kind("8000 0001 00000000 00000001")).isEqualTo(RtpPacket.Kind.RTP);
    assertThat(kind("8000 0001 00000000 000000")).isEqualTo(RtpPacket.Kind.MALFORMED);
    assertThat(kind("4000 0001 00000000 00000001")).isEqualTo(RtpPacket.Kind.MALFORMED);
    assertThat(kind("")).isEqualTo(RtpPacket.Kind.MALFORMED);
    assertThat(kind("80")).isEqualTo(RtpPacket.Kind.MALFORMED);
  }

  @Test
  void sourcesExtensionAndPaddingMustFit() {
    assertThat(kind("8100 0001 00000000 00000001 0000000a")).isEqualTo(RtpPacket.Kind.RTP);
    assertThat(kind("8200 0001 00000000 00000001 0000000a")).isEqualTo(RtpPacket.Kind.MALFORMED);
    assertThat(kind("9000 0001 00000000 00000001 bede0001 00000000")).isEqualTo(RtpPacket.Kind.RTP);
    assertThat(kind("9000 0001 00000000 00000001 bede0002 00000000"))
        .isEqualTo(RtpPacket.Kind.MALFORMED);
    assertThat(kind("9000 0001 00000000 00000001 be")).isEqualTo(RtpPacket.Kind.MALFORMED);
    assertThat(kind("a000 0001 00000000 00000001 00000004")).isEqualTo(RtpPacket.Kind.RTP);
    assertThat(kind("a000 0001 00000000 00000001 00000005")).isEqualTo(RtpPacket.Kind.MALFORMED);
    assertThat(kind("a000 0001 00000000 00000001 00000000")).isEqualTo(RtpPacket.Kind.MALFORMED);
  }

  @Test
  void rtcpOnTheSamePortIsToldApart() {
    assertThat(kind("80c9 0001 00000001")).isEqualTo(RtpPacket.Kind.RTCP);
    assertThat(kind("81c8 0006 00000001")).isEqualTo(RtpPacket.Kind.RTCP);
    // Payload type 63 with the marker bit, just below the range
    assertThat(kind("80bf 0001 00000000 00000001")).isEqualTo(RtpPacket.Kind.RTP);
    assertThat(kind("80e0 0001 00000000 00000001")).isEqualTo(RtpPacket.Kind.RTP);
  }

  @Test
  void anOfferedPayloadTypeIsRtpEvenWhereItLooksLikeRtcp() {
    // Payload types 64 and 95 with the marker bit: the range's ends
    for (int type : new int[] {64, 95}) {
      String packet = "80%02x 0001 00000000 00000001".formatted(type | 0x80);
      assertThat(kind(packet)).isEqualTo(RtpPacket.Kind.RTCP);
      offered[type] = true;
      assertThat(kind(packet)).isEqualTo(RtpPacket.Kind.RTP);
      assertThat(kind(packet.substring(0, 25))).isEqualTo(RtpPacket.Kind.MALFORMED);
    }
    assertThat(kind("80c8 0001 00000001")).isEqualTo(RtpPacket.Kind.RTCP);
  }
}
