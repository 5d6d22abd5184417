package io.earwitness.portal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.earwitness.call.Network;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class RequestLimiterTest {
  private Instant now = Instant.parse("2026-11-21T10:00:00Z");

  private int served(RequestLimiter limiter, String client, int requests) {
    int served = 0;
    for (int i = 0; i < requests; i++) {
      try {
        limiter.count(client);
        served++;
      } catch (ProblemException e) {
        assertThat(e.status).isEqualTo(429);
        assertThat(e.retryAfterSeconds).isEqualTo(1);
      }
    }
    return served;
  }

  @Test
  void aClientMayAskMuchAtOnceButNoMoreThanItsShareOverATime() {
    RequestLimiter limiter = new RequestLimiter(10, () -> now);
    assertThat(served(limiter, "a", 100)).isEqualTo(40);
    assertThat(served(limiter, "b", 100)).as("another one").isEqualTo(40);
    now = now.plusSeconds(2);
    assertThat(served(limiter, "a", 100)).isEqualTo(20);
    now = now.plusSeconds(3600);
    assertThat(served(limiter, "a", 100)).isEqualTo(40);
  }

  @Test
  void aClockThatGoesBackCostsNobodyAnything() {
    RequestLimiter limiter = new RequestLimiter(1, () -> now);
    assertThat(served(limiter, "a", 4)).isEqualTo(4);
    now = now.minusSeconds(100);
    assertThat(served(limiter, "a", 1)).isZero();
    now = now.plusSeconds(1);
    assertThat(served(limiter, "a", 5)).isEqualTo(1);
  }

  @Test
  void zeroIsNoLimit() {
    RequestLimiter limiter = new RequestLimiter(0, () -> now);
    assertThatCode(() -> served(limiter, "a", 10_000)).doesNotThrowAnyException();
    assertThat(served(limiter, "a", 1)).isEqualTo(1);
  }

  @Test
  void whatTrustedProxiesSayOfAClientIsBelievedAndNothingElse() {
    ClientAddress addresses =
        new ClientAddress(List.of(Network.parse("10.0.0.0/8"), Network.parse("::1")));
    assertThat(addresses.of("192.0.2.7", "198.51.100.1")).as("no proxy").isEqualTo("192.0.2.7");
    assertThat(addresses.of("10.1.1.1", "198.51.100.1")).isEqualTo("198.51.100.1");
    assertThat(addresses.of("10.1.1.1", "203.0.113.9, 198.51.100.1"))
        .as("what the client wrote itself")
        .isEqualTo("198.51.100.1");
    assertThat(addresses.of("10.1.1.1", "198.51.100.1, 10.2.2.2")).isEqualTo("198.51.100.1");
    assertThat(addresses.of("10.1.1.1", "nonsense")).isEqualTo("10.1.1.1");
    assertThat(addresses.of("10.1.1.1", null)).isEqualTo("10.1.1.1");
    assertThat(addresses.of("0:0:0:0:0:0:0:1", "2001:db8::5")).isEqualTo("2001:db8:0:0:0:0:0:5");
    assertThatThrownBy(() -> Network.parse("proxy.example"))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
