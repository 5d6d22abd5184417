package io.earwitness.archive.media;

import static org.assertj.core.api.Assertions.assertThat;

import io.earwitness.call.Codec;
import io.earwitness.call.StreamDescription;
import io.earwitness.fuzz.Fuzz;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * The time line of any packets: both readings end, and it is no longer than the call took, its
 * audio plays and its timestamps may be ahead.
 *
 * <p>An input is a row of records: what it is, milliseconds since the one before (2 bytes), then
 * the RTP packet behind 2 bytes of length, or the first bytes of the description of a stream.
 */
class TimelineFuzzTest {
  private static final int BEFORE = 5;

  /** Of records that are no packet. */
  private static final int DESCRIPTION = 0xf0;

  private static final int DROPPED = 0xe0;

  /** So that what comes out fits into memory. */
  private static final int MAX_RECORDS = 300;

  /** Of codecs that can't be decoded, 120 ms. */
  private static final int LONGEST_PACKET = 960;

  /** By 500 ms a timestamp may run ahead of its packet's arrival and still be believed. */
  private static final int AHEAD = AudioTimeline.SAMPLE_RATE / 2;

  private static final int SLACK = AudioTimeline.SAMPLE_RATE;
  private static final List<Codec> CODECS =
      List.of(
          SyntheticCall.PCMU,
          SyntheticCall.PCMA,
          SyntheticCall.G729,
          SyntheticCall.EVENTS,
          new Codec(96, "OPUS", 48_000, 2, null),
          new Codec(97, "L16", 999_999_999, 1, null),
          new Codec(98, "X", 1, 1, null));

  private static List<byte[]> samples() {
    List<byte[]> samples = new ArrayList<>();
    for (int variant = 0; variant < 4; variant++) {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      for (int i = 0; i < 60; i++) {
        int type = variant == 2 && i % 7 == 3 ? 101 : variant == 3 ? 96 + i % 3 : 8 * (variant % 2);
        byte[] payload = new byte[type == 101 ? 4 : variant == 3 ? 3 : 40];
        Arrays.fill(payload, (byte) i);
        byte[] packet =
            SyntheticCall.rtp(type, 65_500 + i, 0xffff_f000L + i * 40L, 7 + variant, payload);
        out.writeBytes(
            ByteBuffer.allocate(BEFORE + packet.length)
                .put((byte) (i % 2))
                .putShort((short) (i % 2 == 0 ? 5 : 0))
                .putShort((short) packet.length)
                .put(packet)
                .array());
        if (i % 25 == 24) {
          out.writeBytes(new byte[] {(byte) DESCRIPTION, 0, 1, 0, 1, (byte) (i % 2)});
          out.writeBytes(new byte[] {(byte) DROPPED, 0, 1, 0, 1, 3});
        }
      }
      samples.add(out.toByteArray());
    }
    return samples;
  }

  @Test
  void packets() throws Exception {
    Fuzz.run("timeline", samples(), List.of(), TimelineFuzzTest::timeline);
  }

  private static void timeline(byte[] input) throws Exception {
    SyntheticCall call = new SyntheticCall();
    call.streams(
        SyntheticCall.START - 1_000_000_000L,
        SyntheticCall.stream(0, false, CODECS),
        SyntheticCall.stream(1, false, CODECS));
    long arrival = SyntheticCall.START;
    long play = 0;
    int at = 0;
    for (int n = 0; n < MAX_RECORDS && input.length - at >= BEFORE; n++) {
      ByteBuffer record = ByteBuffer.wrap(input, at, input.length - at);
      int kind = Byte.toUnsignedInt(record.get());
      arrival += Math.min(Short.toUnsignedLong(record.getShort()), 2_000) * 1_000_000L;
      byte[] content =
          new byte[Math.min(Short.toUnsignedInt(record.getShort()), record.remaining())];
      record.get(content);
      at += BEFORE + content.length;
      int first = content.length == 0 ? 0 : Byte.toUnsignedInt(content[0]);
      if (kind == DESCRIPTION) {
        StreamDescription stream = SyntheticCall.stream(first & 3, first > 127, CODECS);
        call.streams(arrival, stream);
      } else if (kind == DROPPED) {
        call.dropped(arrival, first & 3, 1 + first);
      } else {
        call.packet(kind % 10, arrival, content);
        play += Math.max(content.length, LONGEST_PACKET) + AHEAD;
      }
    }
    SyntheticCall.Result result = call.result();
    long took = (arrival - SyntheticCall.START) / AudioTimeline.NANOS_PER_SAMPLE;
    assertThat(result.timeline().samples()).isLessThanOrEqualTo(took + play + SLACK);
    for (short[] channel : result.samples()) {
      assertThat(channel).hasSize((int) result.timeline().samples());
    }
    assertThat(result.timeline().counts())
        .allSatisfy(
            counts -> {
              assertThat(counts.lost()).isNotNegative();
              assertThat(counts.unique()).isNotNegative();
            });
  }
}
