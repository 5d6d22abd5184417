package io.earwitness.recorder.srs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Judged by figures that a test sets. */
class OverloadGuardTest {
  private static final OverloadLimits LIMITS = new OverloadLimits(90, 500, 100, 80, 15, 2);

  private volatile Load load = ServerFixture.IDLE;
  private final OverloadGuard guard = new OverloadGuard(LIMITS, () -> load);

  @AfterEach
  void close() {
    guard.close();
  }

  private void look(Load now) {
    load = now;
    guard.look();
  }

  /** In this order: at its limit, just on the good side of it, well on the good side. */
  static Stream<Arguments> figures() {
    return Stream.of(
        Arguments.of(
            load(90, 0, 0, 0, 0, 100),
            load(89, 0, 0, 0, 0, 100),
            "the recorder uses 90 % of the processors; the limit is 90 %"),
        Arguments.of(
            load(0, 500, 0, 0, 0, 100),
            load(0, 499, 0, 0, 0, 100),
            "packets are received 500 ms late; the limit is 500 ms"),
        Arguments.of(
            load(0, 0, 250.4, 0, 0, 100),
            load(0, 0, 99, 0, 0, 100),
            "running calls lose 250 packets a second; the limit is 100"),
        Arguments.of(
            load(0, 0, 0, 80, 0, 100),
            load(0, 0, 0, 79, 0, 100),
            "the spool is behind: 80 % of its buffers are full; the limit is 80 %"),
        Arguments.of(
            load(0, 0, 0, 0, 17, 100),
            load(0, 0, 0, 0, 14.9, 100),
            "the spool's disk is too slow: audio of 17 s is not yet safe on it; the limit is 15 s"),
        Arguments.of(
            load(0, 0, 0, 0, 0, 2),
            load(0, 0, 0, 0, 0, 2.1),
            "2.0 % of the RTP ports are free; 2 % are kept for running calls"));
  }

  private static Load load(
      double cpu, double lag, double lost, double buffer, double sync, double ports) {
    return new Load(cpu, lag, lost, buffer, sync, ports);
  }

  @ParameterizedTest
  @MethodSource("figures")
  void aFigureAtItsLimitIsNamedAndMustBeWellBelowItBeforeCallsAreTakenAgain(
      Load atLimit, Load nearly, String reason) {
    look(nearly);
    assertThat(guard.overload()).as("not at the limit yet").isNull();
    look(atLimit);
    OverloadGuard.Overload overload = Objects.requireNonNull(guard.overload());
    assertThat(overload.reason()).isEqualTo(reason);
    assertThat(overload.sparesGuaranteed()).isEqualTo(reason.contains("processors"));
    for (int i = 0; i < 10; i++) {
      look(nearly);
      assertThat(guard.isOverloaded()).as("near the limit it does not flap").isTrue();
    }
    look(ServerFixture.IDLE);
    look(ServerFixture.IDLE);
    look(nearly);
    look(ServerFixture.IDLE);
    look(ServerFixture.IDLE);
    assertThat(guard.isOverloaded()).as("three in a row are asked for").isTrue();
    look(ServerFixture.IDLE);
    assertThat(guard.overload()).isNull();
    look(atLimit);
    assertThat(guard.isOverloaded()).isTrue();
  }

  @Test
  void whatCallsMayLoseTheirAudioByGoesBeforeTheProcessors() {
    look(load(99, 0, 0, 0, 16, 100));
    OverloadGuard.Overload overload = Objects.requireNonNull(guard.overload());
    assertThat(overload.reason()).startsWith("the spool's disk is too slow: audio of 16 s");
    assertThat(overload.sparesGuaranteed()).isFalse();
  }

  @Test
  void aFigureWithoutLimitOrWithoutValueRefusesNobody() {
    try (OverloadGuard open = new OverloadGuard(new OverloadLimits(0, 0, 0, 0, 0, 0), () -> load)) {
      load = load(100, 9e9, 9e9, 100, 9e9, 0);
      open.look();
      assertThat(open.overload()).isNull();
    }
    double none = Double.NaN;
    look(load(none, none, none, none, none, none));
    assertThat(guard.overload()).isNull();
  }

  @Test
  void aMeterThatFailsChangesNothingAndIsAskedAgain() {
    look(load(0, 900, 0, 0, 0, 100));
    try (OverloadGuard failing =
        new OverloadGuard(
            LIMITS,
            () -> {
              if (load.receiveLagMillis() == 0) {
                throw new IllegalStateException("as a test");
              }
              return load;
            })) {
      failing.look();
      load = ServerFixture.IDLE;
      failing.look();
      assertThat(failing.isOverloaded()).isTrue();
    }
  }

  @Test
  void askingNeverWaitsForAMeterThatIsStuck() throws Exception {
    CountDownLatch stuck = new CountDownLatch(1);
    CountDownLatch asked = new CountDownLatch(2);
    try (OverloadGuard guarded =
        OverloadGuard.start(
            LIMITS,
            () -> {
              asked.countDown();
              try {
                if (asked.getCount() == 0) {
                  stuck.await();
                }
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
              return ServerFixture.IDLE;
            })) {
      asked.await();
      assertThat(guarded.overload()).isNull();
      assertThat(guarded.load()).isEqualTo(ServerFixture.IDLE);
      stuck.countDown();
    }
  }
}
