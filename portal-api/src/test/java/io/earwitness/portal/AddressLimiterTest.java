package io.earwitness.portal;

import static io.earwitness.portal.TestPortal.ACME;
import static io.earwitness.portal.TestPortal.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.earwitness.access.Role;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Guessing at many accounts from one address. */
class AddressLimiterTest {
  private static final int FREE = SignInAttempts.ADDRESS_POLICY.free();

  private final TestPortal portal = new TestPortal();

  @AfterEach
  void stop() {
    portal.close();
  }

  private HttpResponse<byte[]> guess(int account) {
    return portal
        .anonymous()
        .post(
            "/api/v1/session",
            Map.of("tenant", "acme", "user", "nobody-" + account, "password", "Spring2026!"));
  }

  private HttpResponse<byte[]> signIn(Role role) {
    return portal
        .anonymous()
        .post("/api/v1/session", TestPortal.credentials(ACME, role.wireName()));
  }

  @Test
  void onePasswordTriedAtManyAccountsIsSlowedDownAndThenRefused() {
    for (int i = 0; i < FREE; i++) {
      assertThat(guess(i).statusCode()).as("guess " + i).isEqualTo(401);
    }
    HttpResponse<byte[]> refused = guess(FREE);
    assertThat(refused.statusCode()).isEqualTo(429);
    assertThat(text(refused)).contains("from your address");
    assertThat(refused.headers().firstValue("Retry-After")).hasValue("1");
    assertThat(signIn(Role.AUDITOR).statusCode()).as("also a right one").isEqualTo(429);
    assertThat(portal.audit.of("session.create").getLast().outcome())
        .startsWith("refused: There were too many failed attempts from your address");

    portal.clock.advance(Duration.ofSeconds(2));
    assertThat(signIn(Role.AUDITOR).statusCode()).isEqualTo(201);
    portal.clock.advance(Duration.ofHours(1).plusSeconds(1));
    assertThat(guess(FREE).statusCode()).as("forgotten").isEqualTo(401);
  }

  @Test
  void anOfficeThatSignsInIsNoGuessingAndAKnownBrowserIsLetInWhateverOthersDo() {
    HttpResponse<byte[]> first = signIn(Role.AUDITOR);
    String device =
        first.headers().allValues("Set-Cookie").stream()
            .filter(cookie -> cookie.startsWith("earwitness-device-"))
            .findFirst()
            .orElseThrow()
            .split(";", 2)[0];
    for (int i = 0; i < 2 * FREE; i++) {
      assertThat(signIn(Role.ANALYST).statusCode()).as("sign-in " + i).isEqualTo(201);
    }
    for (int i = 0; i < FREE; i++) {
      guess(i);
    }
    assertThat(signIn(Role.AUDITOR).statusCode()).isEqualTo(429);
    HttpResponse<byte[]> known =
        new TestPortalBrowser(portal, device).post(TestPortal.credentials(ACME, "auditor"));
    assertThat(known.statusCode()).as(text(known)).isEqualTo(201);
  }

  /** A browser that has signed in before. */
  private record TestPortalBrowser(TestPortal portal, String cookie) {
    HttpResponse<byte[]> post(Object body) {
      return portal.new Client(cookie, null).post("/api/v1/session", body);
    }
  }

  @Test
  void ofIpv6TheNetworkCounts() {
    assertThat(AddressLimiter.network("2001:db8:0:1:aaaa::1"))
        .isEqualTo(AddressLimiter.network("2001:db8:0:1:bbbb::2"))
        .isNotEqualTo(AddressLimiter.network("2001:db8:0:2:aaaa::1"));
    assertThat(AddressLimiter.network("192.0.2.1")).isEqualTo("192.0.2.1");
  }
}
