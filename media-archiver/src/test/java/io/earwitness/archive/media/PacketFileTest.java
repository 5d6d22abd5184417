package io.earwitness.archive.media;

import static org.assertj.core.api.Assertions.assertThat;

import io.earwitness.call.StreamDescription;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

class PacketFileTest {
  @Test
  void packetsStandBehindHeadersThatAnalysersAccept() {
    PacketFile file = new PacketFile();
    byte[] rtp = SyntheticCall.rtp(18, 7, 8, 9, new byte[] {1, 2, 3});
    file.add(SyntheticCall.stream(0, false), SyntheticCall.START + 123, rtp, 0, rtp.length);
    file.add(
        new StreamDescription(0, "audio", null, List.of(), false, 10000, "::1", 4000),
        SyntheticCall.START,
        rtp,
        0,
        rtp.length);
    file.add(null, 0, rtp, 0, rtp.length);
    ByteBuffer bytes = ByteBuffer.wrap(file.content().toByteArray());
    assertThat(file.packets()).isEqualTo(3);
    assertThat(bytes.getInt(0)).isEqualTo(0xa1b23c4d);
    assertThat(bytes.getInt(20)).isEqualTo(101);
    assertThat(bytes.getInt(24)).isEqualTo((int) (SyntheticCall.START / 1_000_000_000L));
    assertThat(bytes.getInt(28)).isEqualTo(123);
    int length = bytes.getInt(32);
    assertThat(length).isEqualTo(20 + 8 + rtp.length);
    int sum = 0;
    for (int at = 40; at < 60; at += 2) {
      sum += bytes.getShort(at) & 0xffff;
    }
    // RFC 1071: with its checksum the header adds up to all ones
    assertThat((sum & 0xffff) + (sum >>> 16)).isEqualTo(0xffff);
    assertThat(bytes.getShort(60)).isEqualTo((short) 4000);
    assertThat(bytes.getShort(62)).isEqualTo((short) 10000);
    byte[] payload = new byte[rtp.length];
    bytes.get(68, payload);
    assertThat(payload).isEqualTo(rtp);
    int second = 40 + length;
    assertThat(bytes.get(second + 16)).isEqualTo((byte) 0x60);
    assertThat(bytes.getInt(second + 8)).isEqualTo(40 + 8 + rtp.length);
  }
}
