package io.earwitness.archive.media;

import static io.earwitness.archive.media.Sender.MILLISECOND;
import static io.earwitness.archive.media.Sender.PACKET;
import static io.earwitness.archive.media.SyntheticCall.START;
import static org.assertj.core.api.Assertions.assertThat;

import io.earwitness.call.Mark;
import io.earwitness.call.Side;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AudioTimelineTest {
  private final SyntheticCall call = new SyntheticCall();
  private final Sender left = new Sender(call, 0, 1);
  private final Sender right = new Sender(call, 1, 2);

  private static Mark mark(Side side, long fromSample, long toSample, Mark.Cause cause) {
    return new Mark(
        side, AudioTimeline.duration(fromSample), AudioTimeline.duration(toSample), cause);
  }

  private static short[] slice(short[] samples, int from, int length) {
    return Arrays.copyOfRange(samples, from, from + length);
  }

  @Test
  void twoCleanStreamsComeOutSampleForSample() throws Exception {
    byte[] a = left.send(500);
    byte[] b = right.send(500);
    call.sort();
    SyntheticCall.Result result = call.result();
    assertThat(result.samples()[0]).isEqualTo(SyntheticCall.muLaw(a));
    assertThat(result.samples()[1]).isEqualTo(SyntheticCall.muLaw(b));
    assertThat(result.timeline().marks()).isEmpty();
    assertThat(result.timeline().start()).isEqualTo(SyntheticCall.at(START + 5 * MILLISECOND));
  }

  @Test
  void jitterReorderingAndDuplicatesMoveNoSample() throws Exception {
    for (int seed = 0; seed < 20; seed++) {
      SyntheticCall shaken = new SyntheticCall();
      Random random = new Random(seed);
      Sender a = new Sender(shaken, 0, 100 + seed);
      Sender b = new Sender(shaken, 1, 200 + seed);
      a.sequence = 65_000 + random.nextInt(536); // wraps within the call
      a.timestamp = 0xffff_ffffL - random.nextInt(100_000);
      byte[] codesA = a.send(1500);
      byte[] codesB = b.send(1500);
      List<SyntheticCall.Item> clean = List.copyOf(shaken.items());
      shaken.items().clear();
      for (SyntheticCall.Item item : clean) {
        // the first packets of both arrive undelayed, which anchors them
        long jitter =
            item.arrival() < START + 100 * MILLISECOND ? 0 : random.nextLong(70 * MILLISECOND);
        SyntheticCall.Item moved =
            new SyntheticCall.Item(
                item.stream(), item.arrival() + jitter, item.bytes(), item.streams(), 0);
        shaken.items().add(moved);
        if (item.stream() >= 0 && random.nextInt(10) == 0) {
          shaken.packet(item.stream(), moved.arrival() + random.nextLong(90_000_000), item.bytes());
        }
      }
      shaken.sort();
      SyntheticCall.Result result = shaken.result();
      assertThat(result.samples()[0]).as("seed %d", seed).isEqualTo(SyntheticCall.muLaw(codesA));
      assertThat(result.samples()[1]).as("seed %d", seed).isEqualTo(SyntheticCall.muLaw(codesB));
      assertThat(result.timeline().marks()).as("seed %d", seed).isEmpty();
      assertThat(result.timeline().counts())
          .allSatisfy(
              counts -> {
                assertThat(counts.unique()).isEqualTo(1500);
                assertThat(counts.duplicates()).isBetween(100L, 200L);
                assertThat(counts.lost()).isZero();
                assertThat(counts.reordered()).isPositive();
              });
    }
  }

  @Test
  void lostPacketsAreSilenceOfExactlyTheirPlaceAndLength() throws Exception {
    byte[] before = left.send(50);
    left.lose(7);
    byte[] after = left.send(43);
    byte[] b = right.send(100);
    call.sort();
    SyntheticCall.Result result = call.result();
    assertThat(slice(result.samples()[0], 0, 50 * PACKET)).isEqualTo(SyntheticCall.muLaw(before));
    assertThat(slice(result.samples()[0], 50 * PACKET, 7 * PACKET)).containsOnly(0);
    assertThat(slice(result.samples()[0], 57 * PACKET, 43 * PACKET))
        .isEqualTo(SyntheticCall.muLaw(after));
    assertThat(result.samples()[1]).isEqualTo(SyntheticCall.muLaw(b));
    assertThat(result.timeline().marks())
        .containsExactly(mark(Side.LEFT, 50 * PACKET, 57 * PACKET, Mark.Cause.LOSS));
    assertThat(result.timeline().counts().getFirst().lost()).isEqualTo(7);
  }

  @Test
  void whatOurOwnBuffersDroppedIsMarkedAsOverload() throws Exception {
    left.send(50);
    left.lose(5);
    call.dropped(left.clock + 300 * MILLISECOND, 0, 5);
    left.send(200);
    left.lose(3);
    left.send(50);
    call.sort();
    assertThat(call.result().timeline().marks())
        .filteredOn(mark -> mark.side().equals(Side.LEFT))
        .containsExactly(
            mark(Side.LEFT, 50 * PACKET, 55 * PACKET, Mark.Cause.OVERLOAD),
            mark(Side.LEFT, 255 * PACKET, 258 * PACKET, Mark.Cause.LOSS));
  }

  @Test
  void aPauseIsSilenceAndNoLossAlthoughSequenceNumbersGoOn() throws Exception {
    byte[] before = left.send(50);
    call.streams(left.clock, SyntheticCall.stream(0, true), SyntheticCall.stream(1, false));
    left.lose(500);
    call.streams(
        left.clock - 30 * MILLISECOND,
        SyntheticCall.stream(0, false),
        SyntheticCall.stream(1, false));
    byte[] after = left.send(50);
    byte[] b = right.send(600);
    call.sort();
    SyntheticCall.Result result = call.result();
    assertThat(slice(result.samples()[0], 0, 50 * PACKET)).isEqualTo(SyntheticCall.muLaw(before));
    assertThat(slice(result.samples()[0], 550 * PACKET, 50 * PACKET))
        .isEqualTo(SyntheticCall.muLaw(after));
    assertThat(result.samples()[1]).isEqualTo(SyntheticCall.muLaw(b));
    assertThat(result.timeline().marks())
        .containsExactly(mark(Side.LEFT, 50 * PACKET, 550 * PACKET, Mark.Cause.PAUSE));
    assertThat(result.timeline().counts().getFirst().lost()).isZero();
  }

  @Test
  void aPauseLongerThanTheSequenceNumbersReachIsNoLoss() throws Exception {
    left.send(50);
    call.streams(left.clock, SyntheticCall.stream(0, true), SyntheticCall.stream(1, false));
    left.lose(40_000);
    call.streams(left.clock, SyntheticCall.stream(0, false), SyntheticCall.stream(1, false));
    byte[] after = left.send(50);
    byte[] b = right.send(40_100);
    call.sort();
    SyntheticCall.Result result = call.result();
    assertThat(slice(result.samples()[0], 40_050 * PACKET, 50 * PACKET))
        .isEqualTo(SyntheticCall.muLaw(after));
    assertThat(result.samples()[1]).isEqualTo(SyntheticCall.muLaw(b));
    assertThat(result.timeline().marks())
        .containsExactly(mark(Side.LEFT, 50 * PACKET, 40_050 * PACKET, Mark.Cause.PAUSE));
    assertThat(result.timeline().counts().getFirst().lost()).isZero();
  }

  @Test
  void aSenderThatStopsItsClockInAPauseIsPutBackOnTime() throws Exception {
    left.send(50);
    call.streams(left.clock, SyntheticCall.stream(0, true), SyntheticCall.stream(1, false));
    left.clock += 10_000 * MILLISECOND;
    call.streams(left.clock, SyntheticCall.stream(0, false), SyntheticCall.stream(1, false));
    byte[] after = left.send(50);
    right.send(600);
    call.sort();
    SyntheticCall.Result result = call.result();
    assertThat(slice(result.samples()[0], 550 * PACKET, 50 * PACKET))
        .isEqualTo(SyntheticCall.muLaw(after));
    assertThat(result.timeline().marks())
        .containsExactly(mark(Side.LEFT, 50 * PACKET, 550 * PACKET, Mark.Cause.PAUSE));
  }

  @Test
  void aStalledNetworkThatCatchesUpMovesNoSample() throws Exception {
    byte[] a = left.send(50);
    List<SyntheticCall.Item> sent = List.copyOf(call.items());
    call.items().clear();
    for (SyntheticCall.Item item : sent) {
      boolean stalled = item.arrival() > START + 300 * MILLISECOND;
      call.items()
          .add(
              new SyntheticCall.Item(
                  item.stream(),
                  stalled ? Math.max(item.arrival(), START + 5000 * MILLISECOND) : item.arrival(),
                  item.bytes(),
                  item.streams(),
                  0));
    }
    left.clock = START + 5001 * MILLISECOND;
    byte[] burst = left.send(200);
    for (int i = call.items().size() - 200; i < call.items().size(); i++) {
      SyntheticCall.Item item = call.items().get(i);
      long onTime = START + (i - 1) * 20L * MILLISECOND + 5 * MILLISECOND;
      call.items()
          .set(
              i,
              new SyntheticCall.Item(
                  0, Math.max(onTime, START + 5000 * MILLISECOND), item.bytes(), List.of(), 0));
    }
    call.sort();
    SyntheticCall.Result result = call.result();
    assertThat(slice(result.samples()[0], 0, 50 * PACKET)).isEqualTo(SyntheticCall.muLaw(a));
    assertThat(slice(result.samples()[0], 50 * PACKET, 200 * PACKET))
        .isEqualTo(SyntheticCall.muLaw(burst));
    assertThat(result.timeline().samples()).isEqualTo(250L * PACKET);
  }

  @Test
  void silenceSuppressionKeepsTimeAndIsNotSent() throws Exception {
    left.send(50);
    left.silent(100);
    byte[] after = left.send(50);
    right.send(200);
    call.sort();
    SyntheticCall.Result result = call.result();
    assertThat(slice(result.samples()[0], 150 * PACKET, 50 * PACKET))
        .isEqualTo(SyntheticCall.muLaw(after));
    assertThat(result.timeline().marks())
        .containsExactly(mark(Side.LEFT, 50 * PACKET, 150 * PACKET, Mark.Cause.NOT_SENT));
  }

  @Test
  void streamsThatBeginAndEndApartArePaddedAtTheirEnds() throws Exception {
    byte[] a = left.send(100);
    right.silent(30);
    byte[] b = right.send(40);
    call.sort();
    SyntheticCall.Result result = call.result();
    assertThat(result.samples()[0]).isEqualTo(SyntheticCall.muLaw(a));
    assertThat(slice(result.samples()[1], 30 * PACKET, 40 * PACKET))
        .isEqualTo(SyntheticCall.muLaw(b));
    assertThat(result.timeline().marks())
        .containsExactly(
            mark(Side.RIGHT, 0, 30 * PACKET, Mark.Cause.NOT_SENT),
            mark(Side.RIGHT, 70 * PACKET, 100 * PACKET, Mark.Cause.NOT_SENT));
  }

  @Test
  void bothSidesLineUpAlthoughTheFirstPacketsOfOneWereLate() throws Exception {
    byte[] a = left.send(100);
    byte[] b = right.send(100);
    List<SyntheticCall.Item> sent = List.copyOf(call.items());
    call.items().clear();
    for (SyntheticCall.Item item : sent) {
      boolean late = item.stream() == 1 && item.arrival() < START + 200 * MILLISECOND;
      long arrival = late ? START + 200 * MILLISECOND : item.arrival();
      call.items()
          .add(new SyntheticCall.Item(item.stream(), arrival, item.bytes(), item.streams(), 0));
    }
    call.sort();
    SyntheticCall.Result result = call.result();
    assertThat(result.samples()[0]).isEqualTo(SyntheticCall.muLaw(a));
    assertThat(result.samples()[1]).isEqualTo(SyntheticCall.muLaw(b));
  }

  @Test
  void aLawAndAChangeOfCodecInMidCallDecodeEachByItsOwnLaw() throws Exception {
    byte[] mu = left.send(50);
    left.payloadType = 8;
    byte[] a = left.send(50);
    right.payloadType = 8;
    byte[] b = right.send(100);
    call.sort();
    SyntheticCall.Result result = call.result();
    assertThat(slice(result.samples()[0], 0, 50 * PACKET)).isEqualTo(SyntheticCall.muLaw(mu));
    assertThat(slice(result.samples()[0], 50 * PACKET, 50 * PACKET))
        .isEqualTo(SyntheticCall.aLaw(a));
    assertThat(result.samples()[1]).isEqualTo(SyntheticCall.aLaw(b));
    assertThat(result.timeline().marks()).isEmpty();
  }

  @Test
  void aPayloadTypeMeansWhatTheLatestOfferSays() throws Exception {
    left.payloadType = 96;
    call.streams(
        START - 1,
        SyntheticCall.stream(0, false, List.of(codec("PCMU"))),
        SyntheticCall.stream(1, false));
    byte[] mu = left.send(10);
    call.streams(
        left.clock,
        SyntheticCall.stream(0, false, List.of(codec("PCMA"))),
        SyntheticCall.stream(1, false));
    byte[] a = left.send(10);
    call.sort();
    SyntheticCall.Result result = call.result();
    assertThat(slice(result.samples()[0], 0, 10 * PACKET)).isEqualTo(SyntheticCall.muLaw(mu));
    assertThat(slice(result.samples()[0], 10 * PACKET, 10 * PACKET))
        .isEqualTo(SyntheticCall.aLaw(a));
  }

  private static io.earwitness.call.Codec codec(String name) {
    return new io.earwitness.call.Codec(96, name, 8000, 1, null);
  }

  @Test
  void undecodablePacketsAreMarkedSilence() throws Exception {
    byte[] mu = left.send(50);
    left.payloadType = 18;
    left.send(50);
    left.payloadType = 0;
    byte[] after = left.send(50);
    right.send(150);
    call.sort();
    SyntheticCall.Result result = call.result();
    assertThat(slice(result.samples()[0], 0, 50 * PACKET)).isEqualTo(SyntheticCall.muLaw(mu));
    assertThat(slice(result.samples()[0], 50 * PACKET, 50 * PACKET)).containsOnly(0);
    assertThat(slice(result.samples()[0], 100 * PACKET, 50 * PACKET))
        .isEqualTo(SyntheticCall.muLaw(after));
    assertThat(result.timeline().marks())
        .containsExactly(mark(Side.LEFT, 50 * PACKET, 100 * PACKET, Mark.Cause.NOT_DECODED));
    assertThat(result.timeline().counts().getFirst().undecoded()).isEqualTo(50);
  }

  @Test
  void telephoneEventsUseSequenceNumbersButAreNeitherLossNorSound() throws Exception {
    byte[] before = left.send(50);
    long eventStart = left.timestamp;
    for (int i = 0; i < 5; i++) {
      call.packet(
          0,
          left.clock + left.delay,
          SyntheticCall.rtp(101, left.sequence++, eventStart, left.ssrc, new byte[4]));
      left.clock += 20 * MILLISECOND;
    }
    left.timestamp += 5L * PACKET;
    byte[] after = left.send(50);
    call.sort();
    SyntheticCall.Result result = call.result();
    assertThat(slice(result.samples()[0], 0, 50 * PACKET)).isEqualTo(SyntheticCall.muLaw(before));
    assertThat(slice(result.samples()[0], 55 * PACKET, 50 * PACKET))
        .isEqualTo(SyntheticCall.muLaw(after));
    assertThat(result.timeline().marks())
        .filteredOn(mark -> mark.side().equals(Side.LEFT))
        .containsExactly(mark(Side.LEFT, 50 * PACKET, 55 * PACKET, Mark.Cause.NOT_SENT));
    assertThat(result.timeline().counts().getFirst().lost()).isZero();
  }

  @Test
  void aNewSourceGoesOnWhereItsPacketsArrive() throws Exception {
    byte[] before = left.send(50);
    left.ssrc += 77;
    left.sequence = 12;
    left.timestamp = 5;
    byte[] after = left.send(50);
    byte[] b = right.send(100);
    call.sort();
    SyntheticCall.Result result = call.result();
    assertThat(slice(result.samples()[0], 0, 50 * PACKET)).isEqualTo(SyntheticCall.muLaw(before));
    assertThat(slice(result.samples()[0], 50 * PACKET, 50 * PACKET))
        .isEqualTo(SyntheticCall.muLaw(after));
    assertThat(result.samples()[1]).isEqualTo(SyntheticCall.muLaw(b));
    assertThat(result.timeline().marks()).isEmpty();
  }

  @Test
  void aNewSourceThatArrivesEarlyOverwritesNothing() throws Exception {
    byte[] before = left.send(50);
    left.ssrc += 77;
    left.delay = 0;
    byte[] after = left.send(50);
    call.sort();
    SyntheticCall.Result result = call.result();
    assertThat(slice(result.samples()[0], 0, 50 * PACKET)).isEqualTo(SyntheticCall.muLaw(before));
    assertThat(slice(result.samples()[0], 50 * PACKET, 50 * PACKET))
        .isEqualTo(SyntheticCall.muLaw(after));
  }

  @Test
  void aRestartedSequenceAndAJumpOfTheTimestampAreAnchoredByArrival() throws Exception {
    byte[] first = left.send(50);
    left.sequence += 20_000; // restart of the sequence with the same SSRC
    left.timestamp += 123_456_789;
    left.clock += 1000 * MILLISECOND;
    byte[] second = left.send(50);
    left.timestamp -= 99_999_999; // jump of the timestamp alone
    byte[] third = left.send(50);
    byte[] b = right.send(200);
    call.sort();
    SyntheticCall.Result result = call.result();
    short[] samples = result.samples()[0];
    assertThat(slice(samples, 0, 50 * PACKET)).isEqualTo(SyntheticCall.muLaw(first));
    assertThat(slice(samples, 100 * PACKET, 50 * PACKET)).isEqualTo(SyntheticCall.muLaw(second));
    assertThat(slice(samples, 150 * PACKET, 50 * PACKET)).isEqualTo(SyntheticCall.muLaw(third));
    assertThat(result.samples()[1]).isEqualTo(SyntheticCall.muLaw(b));
    assertThat(result.timeline().marks())
        .containsExactly(mark(Side.LEFT, 50 * PACKET, 100 * PACKET, Mark.Cause.NOT_SENT));
  }

  @ParameterizedTest
  @ValueSource(longs = {1L << 30, -(1L << 30), 60 * 8000, -60 * 8000, 4000})
  void aLatePacketWithAForeignTimestampMovesNothing(long jump) throws Exception {
    byte[] before = left.send(50);
    int number = left.sequence;
    long timestamp = left.timestamp;
    left.lose(1);
    byte[] after = left.send(49);
    byte[] b = right.send(100);
    byte[] strange = SyntheticCall.rtp(0, number, timestamp + jump, left.ssrc, new byte[PACKET]);
    call.packet(0, START + 1_300 * MILLISECOND, strange);
    call.sort();
    SyntheticCall.Result result = call.result();
    short[] samples = result.samples()[0];
    assertThat(samples).hasSize(100 * PACKET);
    assertThat(slice(samples, 0, 50 * PACKET)).isEqualTo(SyntheticCall.muLaw(before));
    assertThat(slice(samples, 51 * PACKET, 49 * PACKET)).isEqualTo(SyntheticCall.muLaw(after));
    assertThat(result.samples()[1]).isEqualTo(SyntheticCall.muLaw(b));
    assertThat(result.timeline().start()).isEqualTo(SyntheticCall.at(START + 5 * MILLISECOND));
    AudioTimeline.StreamCounts counts = result.timeline().counts().getFirst();
    assertThat(counts.strays()).isEqualTo(1);
    assertThat(counts.lost()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(ints = {-600, -100, -1})
  void aSequenceThatBeginsAnewALittleLowerLosesNothing(int back) throws Exception {
    byte[] first = left.send(700);
    left.sequence = left.sequence + back & 0xffff;
    left.timestamp += 77_777;
    byte[] second = left.send(700);
    byte[] b = right.send(1400);
    call.sort();
    SyntheticCall.Result result = call.result();
    short[] samples = result.samples()[0];
    assertThat(slice(samples, 0, 700 * PACKET)).isEqualTo(SyntheticCall.muLaw(first));
    assertThat(slice(samples, 700 * PACKET, 700 * PACKET)).isEqualTo(SyntheticCall.muLaw(second));
    assertThat(result.samples()[1]).isEqualTo(SyntheticCall.muLaw(b));
    AudioTimeline.StreamCounts counts = result.timeline().counts().getFirst();
    assertThat(counts.duplicates()).isZero();
    assertThat(counts.strays()).isZero();
    assertThat(counts.lost()).isZero();
  }

  @Test
  void aSenderThatBeginsAnewWithTheSameNumbersAndTimestampsLosesNothing() throws Exception {
    int number = left.sequence;
    long timestamp = left.timestamp;
    byte[] first = left.send(500);
    left.sequence = number;
    left.timestamp = timestamp;
    byte[] second = left.send(500);
    call.sort();
    SyntheticCall.Result result = call.result();
    short[] samples = result.samples()[0];
    assertThat(slice(samples, 0, 500 * PACKET)).isEqualTo(SyntheticCall.muLaw(first));
    assertThat(slice(samples, 500 * PACKET, 500 * PACKET)).isEqualTo(SyntheticCall.muLaw(second));
  }

  @Test
  void aLatePacketBehindATelephoneEventHasItsPlace() throws Exception {
    byte[] first = left.send(50);
    byte[] late = new byte[PACKET];
    Arrays.fill(late, (byte) 0x55);
    byte[] lateRtp = SyntheticCall.rtp(0, left.sequence, left.timestamp, left.ssrc, late);
    long event = left.timestamp + PACKET;
    call.packet(
        0, left.clock, SyntheticCall.rtp(101, left.sequence + 1, event, left.ssrc, new byte[4]));
    call.packet(0, left.clock + MILLISECOND, lateRtp);
    call.sort();
    short[] samples = call.result().samples()[0];
    assertThat(slice(samples, 0, 50 * PACKET)).isEqualTo(SyntheticCall.muLaw(first));
    assertThat(slice(samples, 50 * PACKET, PACKET)).isEqualTo(SyntheticCall.muLaw(late));
  }

  @Test
  void packetsWithoutAnyOrderDisturbNoOtherStream() throws Exception {
    Random random = new Random(3);
    for (int i = 0; i < 20_000; i++) {
      byte[] rtp =
          SyntheticCall.rtp(0, random.nextInt(0x10000), random.nextInt(), 9, new byte[PACKET]);
      call.packet(0, START + (5 + i * 50L) * MILLISECOND, rtp);
    }
    byte[] b = right.send(100);
    call.sort();
    SyntheticCall.Result result = call.result();
    assertThat(slice(result.samples()[1], 0, 100 * PACKET)).isEqualTo(SyntheticCall.muLaw(b));
  }

  @Test
  void aHoldOfAnHourOnBothSidesTakesNoMemoryForItsSilence() throws Exception {
    byte[] first = left.send(100);
    right.send(100);
    left.silent(180_000);
    right.silent(180_000);
    byte[] last = left.send(100);
    right.send(100);
    call.sort();
    // The renderer refuses to hold ten minutes
    short[] samples = call.result().samples()[0];
    assertThat(samples).hasSize(180_200 * PACKET);
    assertThat(slice(samples, 0, 100 * PACKET)).isEqualTo(SyntheticCall.muLaw(first));
    assertThat(slice(samples, 180_100 * PACKET, 100 * PACKET)).isEqualTo(SyntheticCall.muLaw(last));
  }

  @Test
  void bothStreamsMayHaveTheSameSource() throws Exception {
    right.ssrc = left.ssrc;
    right.sequence = left.sequence;
    right.timestamp = left.timestamp;
    byte[] a = left.send(50);
    byte[] b = right.send(50);
    call.sort();
    SyntheticCall.Result result = call.result();
    assertThat(result.samples()[0]).isEqualTo(SyntheticCall.muLaw(a));
    assertThat(result.samples()[1]).isEqualTo(SyntheticCall.muLaw(b));
  }

  @Test
  void aSourceThatComesBackAfterAnotherLeavesNoGapWhereTheOtherSounded() throws Exception {
    byte[] first = left.send(50);
    int ssrc = left.ssrc;
    int sequence = left.sequence;
    left.ssrc ^= 1;
    left.sequence += 9999;
    byte[] music = left.send(50);
    left.ssrc = ssrc;
    left.sequence = sequence + 50;
    byte[] last = left.send(50);
    call.sort();
    SyntheticCall.Result result = call.result();
    assertThat(slice(result.samples()[0], 0, 50 * PACKET)).isEqualTo(SyntheticCall.muLaw(first));
    assertThat(slice(result.samples()[0], 50 * PACKET, 50 * PACKET))
        .isEqualTo(SyntheticCall.muLaw(music));
    assertThat(slice(result.samples()[0], 100 * PACKET, 50 * PACKET))
        .isEqualTo(SyntheticCall.muLaw(last));
    assertThat(result.timeline().marks()).noneMatch(mark -> mark.side().equals(Side.LEFT));
  }

  @Test
  void paddingAndHeaderExtensionsAreNoAudio() throws Exception {
    byte[] codes = new byte[PACKET];
    new Random(5).nextBytes(codes);
    byte[] padded = new byte[12 + 8 + PACKET + 4];
    padded[0] = (byte) 0xb0; // version 2, padding, extension
    padded[15] = 1; // one word of extension
    System.arraycopy(codes, 0, padded, 20, PACKET);
    padded[padded.length - 1] = 4;
    call.packet(0, START, padded);
    call.packet(0, START + 1, new byte[] {1, 2, 3});
    SyntheticCall.Result result = call.result();
    assertThat(result.samples()[0]).isEqualTo(SyntheticCall.muLaw(codes));
  }

  @Test
  void aCallWithoutAudioPacketsIsEmpty() throws Exception {
    SyntheticCall.Result result = call.result();
    assertThat(result.timeline().isEmpty()).isTrue();
    assertThat(result.timeline().marks()).isEmpty();
  }

  @Test
  void aThirdStreamGetsAThirdChannelAndVideoGetsNone() throws Exception {
    call.streams(
        START - 1,
        SyntheticCall.stream(0, false),
        SyntheticCall.stream(1, false),
        SyntheticCall.stream(2, false),
        new io.earwitness.call.StreamDescription(
            3, "video", "3", List.of(), false, 10006, "127.0.0.1", 4000));
    Sender third = new Sender(call, 2, 3);
    byte[] c = third.send(20);
    Sender video = new Sender(call, 3, 4);
    video.send(20);
    call.sort();
    SyntheticCall.Result result = call.result();
    assertThat(result.timeline().channels()).isEqualTo(3);
    assertThat(result.samples()[2]).isEqualTo(SyntheticCall.muLaw(c));
    assertThat(FlacDecoder.decode(result.flac())).isDeepEqualTo(result.samples());
  }

  @Test
  void aChannelIsTheIndexOfItsStreamThoughVideoStandsBetween() throws Exception {
    call.streams(
        START - 1,
        SyntheticCall.stream(0, false),
        SyntheticCall.stream(1, false),
        new io.earwitness.call.StreamDescription(
            2, "video", "2", List.of(), false, 10004, "127.0.0.1", 4000),
        SyntheticCall.stream(3, false));
    byte[] d = new Sender(call, 3, 4).send(20);
    SyntheticCall.Result result = call.result();
    assertThat(result.timeline().channels()).isEqualTo(4);
    assertThat(result.samples()[2]).containsOnly((short) 0);
    assertThat(result.samples()[3]).isEqualTo(SyntheticCall.muLaw(d));
    assertThat(result.timeline().marks()).noneMatch(mark -> mark.side().channel() == 2);
  }

  @Test
  void durationsOfSamplesAreExact() {
    assertThat(AudioTimeline.duration(1)).isEqualTo(Duration.ofNanos(125_000));
    assertThat(AudioTimeline.duration(8000L * 7200)).isEqualTo(Duration.ofHours(2));
  }
}
