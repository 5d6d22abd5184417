package io.earwitness.portal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class AttemptLimiterTest {
  private final TestPortal.TestClock clock = new TestPortal.TestClock();
  private final AttemptLimiter limiter = new AttemptLimiter(SignInAttempts.POLICY, clock);

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
  void theWaitDoublesWithEachFailureUntilTheTenthLocksForAQuarterOfAnHour() {
    fail(5);
    long[] waits = new long[6];
    for (int i = 0; i < waits.length; i++) {
      waits[i] = wait("a");
      clock.advance(Duration.ofSeconds(waits[i]));
      limiter.attempt("a");
    }
    assertThat(waits).containsExactly(1, 2, 4, 8, 16, 900);
    // After the lock it begins anew
    assertThatCode(() -> fail(4)).doesNotThrowAnyException();
    assertThat(wait("a")).isEqualTo(1);
  }

  @Test
  void timeForgetsTheFailures() {
    fail(5);
    assertThatThrownBy(() -> fail(1)).isInstanceOf(ProblemException.class);
    clock.advance(Duration.ofHours(1).plusSeconds(1));
    assertThatCode(() -> fail(5)).doesNotThrowAnyException();
  }

  @Test
  void otherAccountsDoNotWait() {
    fail(5);
    assertThat(wait("b")).isZero();
  }
}
