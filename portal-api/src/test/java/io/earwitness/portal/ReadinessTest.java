package io.earwitness.portal;

import static org.assertj.core.api.Assertions.assertThat;

import io.earwitness.portal.PortalParts.Check;
import io.earwitness.portal.PortalParts.ReadinessCheck;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ReadinessTest {
  private static final Duration LONG = Duration.ofMinutes(1);

  private static Readiness of(Duration patience, Check database, Check objects) {
    return new Readiness(
        List.of(new ReadinessCheck("database", database), new ReadinessCheck("objects", objects)),
        patience);
  }

  @Test
  void what_can_be_reached_is_no_problem_and_what_fails_is_named() throws Exception {
    Check fails =
        () -> {
          throw new IOException("refused");
        };
    assertThat(of(LONG, () -> {}, () -> {}).problems()).isEmpty();
    assertThat(of(LONG, fails, () -> {}).problems()).containsExactly("database");
  }

  @Test
  void a_part_that_never_answers_is_named_and_asked_once_until_it_does() throws Exception {
    CountDownLatch answer = new CountDownLatch(1);
    CountDownLatch answered = new CountDownLatch(1);
    AtomicInteger asked = new AtomicInteger();
    Check hangs =
        () -> {
          asked.incrementAndGet();
          answer.await();
          answered.countDown();
        };
    Readiness impatient = of(Duration.ofMillis(20), hangs, () -> {});
    assertThat(impatient.problems()).contains("database");
    assertThat(impatient.problems()).contains("database");
    assertThat(asked).hasValue(1);
    answer.countDown();
    answered.await();
    assertThat(of(LONG, hangs, () -> {}).problems()).isEmpty();
  }
}
