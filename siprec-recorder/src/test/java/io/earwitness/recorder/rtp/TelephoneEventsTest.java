package io.earwitness.recorder.rtp;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Ends of telephone events (RFC 4733), each told once. */
class TelephoneEventsTest {
  private final TelephoneEvents events = new TelephoneEvents();
  private final List<String> told = new ArrayList<>();

  private void packet(int timestamp, int code, boolean end, int duration) {
    // One CSRC and an extension of one word before the payload
    ByteBuffer packet = ByteBuffer.allocate(28).putInt(0x91650001).putInt(timestamp).putInt(5);
    packet.putInt(99).putInt(0xbede0001).putInt(0);
    packet.put((byte) code).put((byte) (end ? 0x8a : 0x0a)).putShort((short) duration);
    TelephoneEvents.Ended ended = events.packet(MemorySegment.ofBuffer(packet.flip()), 0, 28);
    if (ended != null) {
      told.add(ended.name() + " " + ended.duration());
    }
  }

  @Test
  void anEndIsToldOnceHoweverOftenItComes() {
    packet(1000, 5, false, 160);
    packet(1000, 5, false, 320);
    for (int i = 0; i < 3; i++) {
      packet(1000, 5, true, 480);
    }
    packet(3000, 11, true, 800);
    // Late, behind the next event's
    packet(1000, 5, true, 480);
    packet(1000, 5, false, 320);
    packet(5000, 5, true, 160);
    assertThat(told).containsExactly("digit 5 480", "digit # 800", "digit 5 160");
  }

  @Test
  void aKeyHeldLongerThanAPacketCanTellIsOneEvent() {
    packet(0, 1, false, 0xfff0);
    packet(0, 1, false, 0xffff);
    packet(0xffff, 1, false, 0x8000);
    packet(0xffff, 1, false, 0xffff);
    packet(0x1fffe, 1, false, 100);
    packet(0x1fffe, 1, true, 200);
    packet(0x1fffe, 1, true, 200);
    assertThat(told).containsExactly("digit 1 " + (2 * 0xffff + 200));
  }

  @Test
  void otherEventsAreToldByTheirNumberAndShortPacketsNotAtAll() {
    packet(0, 16, true, 8);
    assertThat(told).containsExactly("event 16 8");
    assertThat(
            events.packet(
                MemorySegment.ofArray(
                    new byte[] {(byte) 0x80, 101, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0x40, 1}),
                0,
                15))
        .isNull();
  }
}
