package io.earwitness.portal;

import io.earwitness.archive.catalog.SignInFailures;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;

/**
 * Answers attempts as {@link SignInFailures} do, in the memory of this node: those at accounts that
 * don't exist, and those with sealed codes. Thread-safe.
 */
final class AttemptLimiter {
  private static final int MAX_ACCOUNTS = 10_000;

  private record Failures(int count, Instant last) {}

  private final SignInFailures.Policy policy;
  private final InstantSource clock;
  private final Map<String, Failures> accounts = new RecentMap<>(MAX_ACCOUNTS);

  AttemptLimiter(SignInFailures.Policy policy, InstantSource clock) {
    this.policy = policy;
    this.clock = clock;
  }

  /**
   * Counts an attempt as failed until {@link #succeeded}, so that many at once gain nothing.
   *
   * @throws ProblemException 429 if the account must wait
   */
  synchronized void attempt(String account) {
    Instant now = clock.instant();
    Failures failures = accounts.getOrDefault(account, new Failures(0, now));
    int before = policy.counted(failures.count(), failures.last(), now);
    Instant wait = policy.waitUntil(before, failures.last());
    if (wait.isAfter(now)) {
      throw ProblemException.tooMany(Duration.between(now, wait));
    }
    accounts.put(account, new Failures(before + 1, now));
  }

  /** An attempt was none; the failures of others count on. */
  synchronized void takeBack(String key) {
    accounts.computeIfPresent(
        key,
        (_, failures) ->
            failures.count() <= 1 ? null : new Failures(failures.count() - 1, failures.last()));
  }

  /** The last attempt was none. */
  synchronized void succeeded(String account) {
    accounts.remove(account);
  }
}
