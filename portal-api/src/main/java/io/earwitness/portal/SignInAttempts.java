package io.earwitness.portal;

import io.earwitness.archive.catalog.Directory;
import io.earwitness.archive.catalog.SignInFailures;
import io.earwitness.call.TenantSlug;
import io.javalin.http.Context;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Slows down guessing at an account and locks it after many failures, whether it exists or not, so
 * that neither tells that. Those of accounts that exist are counted for all nodes. Guessing at many
 * accounts from one address is slowed down too. Thread-safe.
 */
final class SignInAttempts {
  static final SignInFailures.Policy POLICY =
      new SignInFailures.Policy(5, 10, Duration.ofMinutes(15), Duration.ofHours(1));

  /**
   * For an address, which many people may share: so many failures that no office comes near, at
   * whichever accounts.
   */
  static final SignInFailures.Policy ADDRESS_POLICY =
      new SignInFailures.Policy(30, 60, Duration.ofMinutes(15), Duration.ofHours(1));

  private final SignInFailures failures;
  private final AttemptLimiter nobodies;
  private final AddressLimiter addresses;
  private final Devices devices;
  private final Acts acts;
  private final Clock clock;

  SignInAttempts(PortalConfig config, PortalParts parts, Acts acts) {
    this.failures = parts.signIn().failures();
    this.nobodies = new AttemptLimiter(POLICY, parts.clock());
    this.addresses = new AddressLimiter(config, parts);
    this.devices = new Devices(config, parts);
    this.acts = acts;
    this.clock = parts.clock();
  }

  /** An attempt that counts as failed until it is told that it succeeded. */
  final class Attempt {
    private final Directory.@Nullable User user;
    private final String device;
    private final int count;
    private final @Nullable String address;

    private Attempt(
        Directory.@Nullable User user, String device, int count, @Nullable String address) {
      this.user = user;
      this.device = device;
      this.count = count;
      this.address = address;
    }

    /** What was shown is right so far, so it is no guess from that address. */
    void halfway() {
      if (address != null) {
        addresses.takeBack(address);
      }
    }

    /** The account was entered, so earlier failures in this browser no longer matter. */
    void succeeded(Context http) {
      halfway();
      if (user != null) {
        failures.succeeded(user.tenant(), user.id(), device);
        devices.remember(http, user);
      }
    }

    /** Enters in the trail that the account is locked, if it is by this failure. */
    void failed() {
      if (user != null && count == POLICY.locking()) {
        Acts.Act act =
            acts.begin(
                user.tenant(),
                "job:sign-in",
                "user.lock",
                "user:" + user.name(),
                Map.of(
                    "until",
                    clock.instant().plus(POLICY.lock()).toString(),
                    "for",
                    device.equals(SignInFailures.STRANGER)
                        ? "browsers that did not sign in before"
                        : "one browser that signed in before"));
        acts.end(act, Acts.DONE);
      }
    }
  }

  /**
   * Begins an attempt to enter an account.
   *
   * @param user null if there is no such account
   * @throws ProblemException 429 if nothing is tried now
   */
  Attempt begin(Context http, String tenant, String name, Directory.@Nullable User user) {
    Instant now = clock.instant();
    if (user == null) {
      String from = addresses.attempt(http);
      nobodies.attempt((tenant + '\n' + name).toLowerCase(Locale.ROOT));
      return new Attempt(null, SignInFailures.STRANGER, 0, from);
    }
    String device = devices.known(http, user);
    // Nobody's own browser is kept out by what others do at the same address
    String address = device.equals(SignInFailures.STRANGER) ? addresses.attempt(http) : null;
    SignInFailures.Attempt attempt = failures.attempt(user.tenant(), user.id(), device, POLICY);
    Instant wait = attempt.waitUntil();
    if (wait != null) {
      throw ProblemException.tooMany(Duration.between(now, wait));
    }
    return new Attempt(user, device, attempt.failures(), address);
  }

  /** Until when strangers can't enter; null if they may try. */
  @Nullable Instant lockedUntil(TenantSlug tenant, String userId) {
    return failures.lockedUntil(tenant, userId, POLICY).orElse(null);
  }

  boolean unlock(TenantSlug tenant, String userId) {
    return failures.unlock(tenant, userId);
  }
}
