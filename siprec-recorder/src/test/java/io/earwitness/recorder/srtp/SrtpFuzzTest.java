package io.earwitness.recorder.srtp;

import static org.assertj.core.api.Assertions.assertThat;

import io.earwitness.fuzz.Fuzz;
import io.earwitness.recorder.srtp.SrtpReceiver.Outcome;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * A receiver, given any packet between two authentic ones: it takes nothing that was not sent, and
 * the second as if nothing had been. An input is a suite's number and a packet.
 */
class SrtpFuzzTest {
  private static final int SSRC = 0x0a0b_0c0d;

  private static SrtpKey key(SrtpSuite suite) {
    byte[] bytes = new byte[suite.keyAndSaltSize()];
    Arrays.fill(bytes, (byte) 7);
    return new SrtpKey(suite, bytes, new byte[0]);
  }

  /** Packets 1 to 3 of a suite. */
  private static List<byte[]> secured(SrtpSuite suite) {
    SrtpSender sender = new SrtpSender(key(suite), SSRC);
    List<byte[]> packets = new ArrayList<>();
    for (int number = 1; number <= 3; number++) {
      packets.add(SrtpTest.protect(sender, SrtpTest.packet(SSRC, number)));
    }
    return packets;
  }

  @Test
  void packets() throws Exception {
    List<SrtpSuite> suites =
        Arrays.stream(SrtpSuite.values()).filter(SrtpSupport::isUsable).toList();
    List<List<byte[]>> sent = suites.stream().map(SrtpFuzzTest::secured).toList();
    List<byte[]> samples = new ArrayList<>();
    for (int i = 0; i < suites.size(); i++) {
      byte[] packet = sent.get(i).get(1);
      byte[] sample = new byte[packet.length + 1];
      sample[0] = (byte) i;
      System.arraycopy(packet, 0, sample, 1, packet.length);
      samples.add(sample);
    }
    Fuzz.run(
        "srtp",
        samples,
        List.of(),
        input -> {
          int suite = input.length == 0 ? 0 : Byte.toUnsignedInt(input[0]) % suites.size();
          byte[] packet = Arrays.copyOfRange(input, Math.min(1, input.length), input.length);
          between(suites.get(suite), sent.get(suite), packet);
        });
  }

  private static void between(SrtpSuite suite, List<byte[]> sent, byte[] packet) {
    try (SrtpReceiver receiver = new SrtpReceiver(key(suite))) {
      assertThat(take(receiver, sent.get(0))).isEqualTo(Outcome.PLAIN);
      if (take(receiver, packet) == Outcome.PLAIN) {
        assertThat(sent).as("authentic").anyMatch(one -> Arrays.equals(one, packet));
      }
      if (!Arrays.equals(packet, sent.get(2))) {
        assertThat(take(receiver, sent.get(2))).isEqualTo(Outcome.PLAIN);
        assertThat(receiver.packet().asSlice(0, receiver.length()).toArray(ValueLayout.JAVA_BYTE))
            .isEqualTo(SrtpTest.packet(SSRC, 3));
      }
    }
  }

  private static Outcome take(SrtpReceiver receiver, byte[] packet) {
    return receiver.unprotect(MemorySegment.ofArray(packet), 0, packet.length);
  }
}
