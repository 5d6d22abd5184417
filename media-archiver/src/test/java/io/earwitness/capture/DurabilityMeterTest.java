package io.earwitness.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class DurabilityMeterTest {
  private static final long MILLI = 1_000_000L;

  private final DurabilityMeter meter = new DurabilityMeter();

  @Test
  void agesAreCountedToTheEndOfTheSyncBehindThem() {
    for (int i = 1; i <= 100; i++) {
      meter.written((100 - i) * 10 * MILLI); // 10 ms to 1 s before the sync's end
    }
    meter.durable(meter.take(), 1_000 * MILLI);
    Durability figures = meter.since();
    assertThat(figures.portions()).isEqualTo(100);
    assertThat(figures.p50Millis()).isCloseTo(500, within(10.0));
    assertThat(figures.p99Millis()).isCloseTo(990, within(10.0));
    assertThat(figures.maxMillis()).isEqualTo(1_000);
  }

  @Test
  void whatComesWhileASyncRunsWaitsForTheNextOne() {
    meter.written(0);
    long[] first = meter.take();
    meter.written(500 * MILLI);
    meter.durable(first, 600 * MILLI);
    assertThat(meter.since().portions()).isEqualTo(1);
    meter.durable(meter.take(), 1_600 * MILLI);
    assertThat(meter.since().maxMillis()).isEqualTo(1_100);
  }

  @Test
  void aFailedSyncMakesNothingDurable() {
    meter.written(0);
    meter.failed(meter.take());
    assertThat(meter.since()).isEqualTo(new Durability(0, 0, 0, 0));
    meter.durable(meter.take(), 3_000 * MILLI);
    assertThat(meter.since().maxMillis()).isEqualTo(3_000);
  }

  @Test
  void whatWaitsForASyncAgesUntilItIsDurable() {
    assertThat(meter.waitingNanos(9)).isZero();
    meter.written(100);
    assertThat(meter.waitingNanos(150)).isEqualTo(50);
    long[] first = meter.take();
    meter.written(300);
    assertThat(meter.waitingNanos(400)).as("its sync runs").isEqualTo(300);
    meter.failed(first);
    assertThat(meter.waitingNanos(500)).isEqualTo(400);
    meter.durable(meter.take(), 600);
    assertThat(meter.waitingNanos(700)).isZero();
  }
}
