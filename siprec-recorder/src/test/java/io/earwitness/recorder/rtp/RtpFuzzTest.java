package io.earwitness.recorder.rtp;

import static org.assertj.core.api.Assertions.assertThat;

import io.earwitness.call.Codec;
import io.earwitness.call.StreamDescription;
import io.earwitness.call.StreamQuality;
import io.earwitness.fuzz.Fuzz;
import io.earwitness.recorder.dtls.DtlsIdentity;
import io.earwitness.recorder.srtp.SrtpKey;
import io.earwitness.recorder.srtp.SrtpSuite;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * A stream, given any datagrams in a row: each counts as exactly one thing, and what is accepted is
 * kept as it came.
 *
 * <p>An input is a row of datagrams, each behind 2 bytes of length, 1 of milliseconds since the one
 * before and 1 that says from which port it comes.
 */
class RtpFuzzTest {
  private static final int BEFORE = 4;
  private static final long LOOPBACK = SourceLatch.MAPPED_LOW | 0x7f000001L;
  private static final long START = 1_795_000_000_000_000_000L;

  private static void add(ByteBuffer row, byte[] datagram) {
    row.putShort((short) datagram.length).put((byte) 20).put((byte) 0).put(datagram);
  }

  private static byte[] rtp(int first, int second, int number, byte[] rest) {
    return ByteBuffer.allocate(12 + rest.length)
        .put((byte) first)
        .put((byte) second)
        .putShort((short) number)
        .putInt(number * 160)
        .putInt(0x0102_0304)
        .put(rest)
        .array();
  }

  private static List<byte[]> samples() {
    List<byte[]> samples = new ArrayList<>();
    for (int from : new int[] {0, 65_530}) {
      ByteBuffer row = ByteBuffer.allocate(8_000);
      for (int i = 0; i < 12; i++) {
        add(row, rtp(0x80, 8, from + i, new byte[160]));
      }
      // A telephone event (RFC 4733), comfort noise (RFC 3389), a sender report (RFC 3550 §6.4.1)
      add(row, rtp(0x80, 0x80 | 101, from + 12, new byte[] {5, 10, 0, (byte) 160}));
      add(row, rtp(0x80, 13, from + 13, new byte[] {60}));
      add(row, rtp(0x80, 200, 6, new byte[16]));
      // Two CSRCs; an extension of one word; padding
      add(row, rtp(0x82, 8, from + 14, new byte[8 + 160]));
      add(row, rtp(0x90, 8, from + 15, new byte[] {(byte) 0xbe, (byte) 0xde, 0, 1, 1, 2, 3, 4, 5}));
      add(row, rtp(0xa0, 8, from + 16, new byte[] {1, 2, 3, 0, 0, 3}));
      samples.add(java.util.Arrays.copyOf(row.array(), row.position()));
    }
    return samples;
  }

  @Test
  void datagrams() throws Exception {
    SrtpKey key =
        new SrtpKey(SrtpSuite.AES_CM_128_HMAC_SHA1_80, new byte[30], new byte[] {0, 0, 0, 1});
    Fuzz.run(
        "rtp",
        samples(),
        List.of("\0\u000c", "\0\0"),
        input -> {
          stream(input, null);
          stream(input, key);
        });
  }

  private static final StreamDtls.Tools TOOLS =
      new StreamDtls.Tools(DtlsIdentity.draw(Instant.EPOCH), Runnable::run);

  private static void stream(byte[] input, @Nullable SrtpKey key) {
    LoopCounters counters = new LoopCounters();
    FakeSession capture = new FakeSession();
    MediaStream stream =
        new MediaStream(
            0, capture, counters, InstantSource.system(), true, "name", TOOLS, new Keys());
    stream.describe(
        new StreamDescription(
            0,
            "audio",
            "1",
            List.of(
                new Codec(8, "PCMA", 8000, 1, null),
                new Codec(13, "CN", 8000, 1, null),
                new Codec(96, "L16", 999_999_999, 1, null),
                new Codec(101, "TELEPHONE-EVENT", 8000, 1, null)),
            false,
            0,
            "127.0.0.1",
            4000),
        new StreamTerms(key, key, null, true, null));
    MemorySegment buffer = MemorySegment.ofArray(input);
    long arrival = START;
    int at = 0;
    long given = 0;
    while (input.length - at >= BEFORE) {
      int length =
          Math.min(
              Byte.toUnsignedInt(input[at]) << 8 | Byte.toUnsignedInt(input[at + 1]),
              input.length - at - BEFORE);
      arrival += Byte.toUnsignedLong(input[at + 2]) * 1_000_000;
      int port = 4000 + input[at + 3];
      stream.packet(buffer, at + BEFORE, length, length == 777, arrival, 0, LOOPBACK, port);
      given++;
      at += BEFORE + length;
    }
    long counted =
        counters.packets
            + counters.malformed
            + counters.rtcp
            + counters.foreign
            + counters.srtpFailed;
    // RTCP that can't be read is counted twice: as RTCP, and as what is wrong with it
    assertThat(counted).isBetween(given, given + counters.rtcp);
    assertThat(counters.written).isEqualTo(counters.packets).isEqualTo(capture.packets().size());
    StreamQuality quality = stream.quality();
    assertThat(quality.packets()).isEqualTo(counters.packets);
    assertThat(quality.lost()).isNotNegative();
    assertThat(quality.expected()).isNotNegative();
    assertThat(quality.duplicates() + quality.reordered()).isLessThanOrEqualTo(given);
    stream.finish();
  }
}
