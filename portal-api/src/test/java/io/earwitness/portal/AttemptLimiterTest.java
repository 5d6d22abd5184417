package io.earwitness.portal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class AttemptLimiterTest {
  private final TestPortal.TestClock clock = new TestPortal.TestClock();
  private final AttemptLimiter limiter = new AttemptLimiter(clock);

  private void fail(int times) {
    for (int i = 0; i < times; i++) {
      limiter.attempt("a");
    }
  }

  private long wait(String account) {
    try {
      limiter.attempt(account);
      return 0;
    } catch (ProblemException e) {
      return e.retryAfterSeconds;
    }
  }

  @Test
  void theWaitDoublesWithEachFailureUpToFiveMinutes() {
    fail(5);
    long[] waits = new long[12];
    for (int i = 0; i < waits.length; i++) {
      waits[i] = wait("a");
      clock.advance(Duration.ofSeconds(waits[i]));
      limiter.attempt("a");
    }
    assertThat(waits).containsExactly(1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300);
  }

  @Test
  void aSuccessForgetsTheFailuresAndSoDoesTime() {
    fail(5);
    limiter.succeeded("a");
    assertThatCode(() -> fail(5)).doesNotThrowAnyException();
    assertThatThrownBy(() -> fail(1)).isInstanceOf(ProblemException.class);
    clock.advance(Duration.ofMinutes(15).plusSeconds(1));
    assertThatCode(() -> fail(5)).doesNotThrowAnyException();
  }

  @Test
  void otherAccountsDoNotWait() {
    fail(5);
    assertThat(wait("b")).isZero();
  }
}
