package io.earwitness.recorder.rtp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class StreamAccountingTest {
  private static final int RATE = 8000;
  private static final int SSRC = 0xfedcba98;
  private static final long MILLI = 1_000_000L;
  private static final long START = 1_795_167_199_000_000_000L;

  private final StreamAccounting accounting = new StreamAccounting();

  /** A packet of 20 ms that arrives on time: number and clock both follow from {@code index}. */
  private void packet(int firstSequence, int index) {
    packet((firstSequence + index) & 0xffff, index * 160, START + index * 20 * MILLI);
  }

  private void packet(int sequence, int timestamp, long arrival) {
    accounting.packet(sequence, timestamp, SSRC, RATE, arrival, 172);
  }

  private void expect(long expected, long lost, long duplicates, long reordered) {
    assertThat(accounting.expected()).as("expected").isEqualTo(expected);
    assertThat(accounting.lost()).as("lost").isEqualTo(lost);
    assertThat(accounting.duplicates()).as("duplicates").isEqualTo(duplicates);
    assertThat(accounting.reordered()).as("reordered").isEqualTo(reordered);
  }

  @Test
  void nothingYetIsNothingLost() {
    expect(0, 0, 0, 0);
    assertThat(accounting.ssrc()).isNull();
    assertThat(accounting.jitterMillis()).isNull();
  }

  @Test
  void aStreamOnTimeHasNeitherLossNorJitterAlsoOverTheWrapAround() {
    for (int i = 0; i < 70_000; i++) {
      packet(65_000, i);
    }
    expect(70_000, 0, 0, 0);
    assertThat(accounting.received()).isEqualTo(70_000);
    assertThat(accounting.bytes()).isEqualTo(70_000 * 172L);
    assertThat(accounting.runs()).isEqualTo(1);
    assertThat(accounting.jitterMillis()).isZero();
    assertThat(accounting.ssrc()).isEqualTo(0xfedcba98L);
    assertThat(accounting.firstArrival()).isEqualTo(START);
    assertThat(accounting.lastArrival()).isEqualTo(START + 69_999 * 20 * MILLI);
  }

  @Test
  void missingNumbersAreLossAlsoAcrossTheWrapAround() {
    packet(65_534, 0);
    packet(65_534, 1);
    packet(65_534, 5);
    expect(6, 3, 0, 0);
  }

  @Test
  void aPacketThatComesLateWasNotLost() {
    packet(10, 0);
    packet(10, 2);
    packet(10, 3);
    expect(4, 1, 0, 0);
    packet(10, 1);
    expect(4, 0, 0, 1);
  }

  @Test
  void packetsThatComeTwiceAreCountedAsDuplicatesWhereverTheyStand() {
    packet(10, 0);
    packet(10, 0);
    packet(10, 1);
    packet(10, 2);
    packet(10, 0);
    packet(10, 1);
    expect(3, 0, 3, 0);
    assertThat(accounting.received()).isEqualTo(6);
    packet(10, 4);
    expect(5, 1, 3, 0);
  }

  @Test
  void aPacketFromBeforeTheFirstOneExtendsTheStreamBackwards() {
    packet(0, 1);
    packet(0, 0);
    expect(2, 0, 0, 1);
    packet(65_535, 0);
    expect(3, 0, 0, 2);
  }

  @Test
  void reorderingIsSeenUpTo99PacketsBack() {
    // Behind the 128 numbers that are remembered, so that what came before must have been forgotten
    for (int i = 0; i < 400; i++) {
      if (i != 301) {
        packet(0, i);
      }
    }
    packet(0, 301);
    expect(400, 0, 0, 1);
    packet(0, 301);
    expect(400, 0, 1, 1);
  }

  @Test
  void aGapOf2999IsLossAndOneOf3000WithAClockOfItsOwnIsANewBeginning() {
    packet(0, 0, START);
    packet(2999, 2999 * 160, START + MILLI);
    expect(3000, 2998, 0, 0);
    packet(2999 + 3000, 7, START + 2 * MILLI);
    expect(3001, 2998, 0, 0);
    packet(2999 + 3001, 167, START + 22 * MILLI);
    expect(3002, 2998, 0, 0);
    assertThat(accounting.runs()).isEqualTo(2);
  }

  @Test
  void aLongOutageInWhichTheClockWentOnIsLoss() {
    packet(0, 0);
    packet(0, 1);
    packet(0, 10_000);
    packet(0, 10_001);
    expect(10_002, 9_998, 0, 0);
    assertThat(accounting.runs()).isEqualTo(1);
  }

  @Test
  void aStrayPacketDoesNotDisturbTheStream() {
    packet(100, 0);
    packet(100, 1);
    packet(40_000, 123_456, START + 25 * MILLI);
    packet(100, 2);
    packet(100, 3);
    expect(5, 0, 0, 0);
    assertThat(accounting.runs()).isEqualTo(1);
    assertThat(accounting.jitterMillis()).isZero();
  }

  @Test
  void aSenderThatStartsAgainLosesNothing() {
    for (int i = 0; i < 10; i++) {
      packet(100, i);
    }
    for (int i = 0; i < 10; i++) {
      packet(50_000 + i, 777 + i * 160, START + (400 + i * 20) * MILLI);
    }
    expect(20, 0, 0, 0);
    assertThat(accounting.runs()).isEqualTo(2);
    assertThat(accounting.jitterMillis()).isZero();
  }

  @Test
  void anotherSourceBeginsAnotherRun() {
    packet(100, 0);
    packet(100, 2);
    accounting.packet(9_000, 5, 42, RATE, START + 60 * MILLI, 172);
    accounting.packet(9_003, 485, 42, RATE, START + 120 * MILLI, 172);
    expect(7, 3, 0, 0);
    assertThat(accounting.ssrc()).as("the first one").isEqualTo(0xfedcba98L);
  }

  @Test
  void aJumpOverAPauseIsNoLoss() {
    packet(100, 0);
    packet(100, 1);
    accounting.discontinuity();
    packet(100, 500);
    packet(100, 501);
    expect(4, 0, 0, 0);
    assertThat(accounting.jitterMillis()).isZero();
  }

  @Test
  void jitterIsThatOfRfc3550() {
    // Arrivals late by 0, 8, 0 and 4 ms: |D| in clock units 64, 64, 32.
    // In sixteenths, J += |D| - ((J + 8) >> 4): 64; 64 + 64 - 4 = 124; 124 + 32 - 8 = 148
    long[] late = {0, 8, 0, 4};
    for (int i = 0; i < late.length; i++) {
      packet(i, i * 160, START + (i * 20 + late[i]) * MILLI);
    }
    assertThat(accounting.jitterMillis()).isCloseTo(148 / 16.0 / 8, within(1e-9));
  }

  @Test
  void aTimestampThatIsSetAnewAndOtherClocksSpoilNoJitter() {
    packet(0, 0, START);
    packet(1, 160, START + 20 * MILLI);
    packet(2, 2_000_000_000, START + 40 * MILLI);
    packet(3, 2_000_000_160, START + 60 * MILLI);
    // A telephone event: its clock stands still while it lasts, so it is passed with rate 0
    accounting.packet(4, 2_000_000_160, SSRC, 0, START + 80 * MILLI, 16);
    accounting.packet(5, 960, SSRC, 48_000, START + 100 * MILLI, 100);
    accounting.packet(6, 1920, SSRC, 48_000, START + 120 * MILLI, 100);
    expect(7, 0, 0, 0);
    assertThat(accounting.jitterMillis()).isZero();
  }
}
