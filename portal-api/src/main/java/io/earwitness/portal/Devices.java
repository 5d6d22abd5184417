package io.earwitness.portal;

import io.earwitness.archive.catalog.Directory;
import io.earwitness.archive.catalog.SignInFailures;
import io.javalin.http.Context;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/**
 * Knows a browser again in which an account was entered before, by a cookie of its own for each
 * account, so that failures of others don't lock it out. It proves nothing but that. Thread-safe.
 */
final class Devices {
  private static final Duration KEPT = Duration.ofDays(365);

  private final SignInKey key;
  private final Clock clock;
  private final boolean secure;

  Devices(PortalConfig config, PortalParts parts) {
    this.key = parts.signIn().key();
    this.clock = parts.clock();
    this.secure = config.secure();
  }

  /** The name of this browser for an account; that of all strangers if it is not known. */
  String known(Context http, Directory.User user) {
    String cookie = http.cookie(name(user));
    String[] parts = cookie == null ? new String[0] : cookie.split("\\.", 4);
    if (parts.length != 3 || !SessionTokens.same(code(user, parts[0], parts[1]), parts[2])) {
      return SignInFailures.STRANGER;
    }
    // The code says that the number is one of ours
    Instant until = Instant.ofEpochSecond(Long.parseLong(parts[1]));
    return until.isAfter(clock.instant()) ? parts[0] : SignInFailures.STRANGER;
  }

  /** Marks this browser as one in which the account was entered. */
  void remember(Context http, Directory.User user) {
    String known = known(http, user);
    String device = known.equals(SignInFailures.STRANGER) ? SessionTokens.draw() : known;
    String until = Long.toString(clock.instant().plus(KEPT).getEpochSecond());
    http.res()
        .addHeader(
            "Set-Cookie",
            "%s=%s.%s.%s; Path=%s; HttpOnly; SameSite=Strict%s; Max-Age=%d"
                .formatted(
                    name(user),
                    device,
                    until,
                    code(user, device, until),
                    Routes.API,
                    secure ? "; Secure" : "",
                    KEPT.toSeconds()));
  }

  private String name(Directory.User user) {
    String account = "%s|%s".formatted(user.tenant(), user.id());
    return "earwitness-device-" + key.code("device-name", account).substring(0, 16);
  }

  private String code(Directory.User user, String device, String until) {
    return key.code("device", "%s|%s|%s|%s".formatted(user.tenant(), user.id(), device, until));
  }
}
