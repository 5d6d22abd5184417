package io.earwitness.recorder.rtp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class RtpNumbersTest {
  private static RtpSequenceNumber number(int value) {
    return new RtpSequenceNumber(value);
  }

  @Test
  void sequenceNumbersWrapAround() {
    assertThat(number(65535).next()).isEqualTo(number(0));
    assertThat(number(0).plus(-1)).isEqualTo(number(65535));
    assertThat(number(0).minus(number(65535))).isEqualTo(1);
    assertThat(number(65535).minus(number(0))).isEqualTo(-1);
    assertThat(number(32767).minus(number(0))).isEqualTo(32767);
    assertThat(number(32768).minus(number(0))).isEqualTo(-32768);
    assertThat(number(2).isAfter(number(65530))).isTrue();
    assertThat(number(65530).isAfter(number(2))).isFalse();
    assertThat(number(7).isAfter(number(7))).isFalse();
    assertThat(RtpSequenceNumber.forward(65535, 0)).isEqualTo(1);
    assertThat(RtpSequenceNumber.forward(0, 65535)).isEqualTo(65535);
  }

  @Test
  void aSequenceNumberHas16Bits() {
    for (int value : new int[] {-1, 65536}) {
      assertThatThrownBy(() -> number(value))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("0..65535");
    }
  }

  @Test
  void timestampsWrapAround() {
    RtpTimestamp last = new RtpTimestamp(-1);
    assertThat(last.value()).isEqualTo(4_294_967_295L);
    assertThat(last.plus(161)).isEqualTo(new RtpTimestamp(160));
    assertThat(new RtpTimestamp(160).minus(last)).isEqualTo(161);
    assertThat(new RtpTimestamp(160).isAfter(last)).isTrue();
    assertThat(last.isAfter(new RtpTimestamp(160))).isFalse();
  }

  @Test
  void arrivalTimesBecomeClockUnits() {
    assertThat(RtpTimestamp.ofNanos(1_500_000_000L, 8000)).isEqualTo(12_000);
    assertThat(RtpTimestamp.ofNanos(125_000L, 8000)).isEqualTo(1);
    assertThat(RtpTimestamp.ofNanos(124_999L, 8000)).isZero();
    long day = 1_795_167_199_000_000_000L;
    assertThat(RtpTimestamp.ofNanos(day + 20_000_000L, 48_000) - RtpTimestamp.ofNanos(day, 48_000))
        .isEqualTo(960);
  }
}
