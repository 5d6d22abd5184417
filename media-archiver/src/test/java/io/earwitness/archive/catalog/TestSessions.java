package io.earwitness.archive.catalog;

import io.earwitness.call.TenantSlug;
import java.time.Instant;

/** Sessions for tests. */
final class TestSessions {
  static final Sessions.Start BROWSER =
      new Sessions.Start(
          Sessions.Kind.BROWSER, null, "192.0.2.7", "A browser", Sessions.Method.PASSWORD, null);

  private TestSessions() {}

  /** A browser's session, whose hash is one digit. */
  static Sessions.Session of(
      String digit, TenantSlug tenant, String userId, Instant created, Instant expires) {
    return new Sessions.Session(
        digit.repeat(64), tenant, userId, created, created, expires, BROWSER, false);
  }
}
