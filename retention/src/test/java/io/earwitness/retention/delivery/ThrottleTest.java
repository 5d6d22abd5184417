package io.earwitness.retention.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ThrottleTest {
  @Test
  void all_streams_together_take_as_long_as_the_limit_says() throws Exception {
    AtomicLong now = new AtomicLong();
    Throttle throttle = new Throttle(10_000L, now::get, now::addAndGet);
    for (int i = 0; i < 3; i++) {
      try (InputStream in = throttle.limit(new ByteArrayInputStream(new byte[50_000]))) {
        assertThat(in.readAllBytes()).hasSize(50_000);
      }
    }
    assertThat(now.get()).isBetween(14_900_000_000L, 15_100_000_000L);
  }

  @Test
  void time_that_nobody_used_is_not_made_up_for() throws Exception {
    AtomicLong now = new AtomicLong();
    Throttle throttle = new Throttle(10_000L, now::get, now::addAndGet);
    now.addAndGet(60_000_000_000L);
    try (InputStream in = throttle.limit(new ByteArrayInputStream(new byte[10_000]))) {
      in.readAllBytes();
    }
    assertThat(now.get()).isBetween(60_900_000_000L, 61_100_000_000L);
  }
}
