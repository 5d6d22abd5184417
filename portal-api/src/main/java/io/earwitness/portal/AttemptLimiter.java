package io.earwitness.portal;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Slows down guessing at one account, whether it exists or not: after five failures it waits one
 * second, then twice as long after each, at most five minutes. Fifteen minutes without an attempt
 * forget them all. Thread-safe.
 */
final class AttemptLimiter {
  private static final int FREE = 5;
  private static final Duration LONGEST = Duration.ofMinutes(5);
  private static final Duration FORGET = Duration.ofMinutes(15);
  private static final int MAX_ACCOUNTS = 10_000;

  private record Failures(int count, Instant last) {
    Instant waitUntil() {
      if (count < FREE) {
        return Instant.MIN;
      }
      long seconds = 1L << Math.min(count - FREE, 20);
      return last.plusSeconds(Math.min(seconds, LONGEST.toSeconds()));
    }
  }

  private final InstantSource clock;
  private final Map<String, Failures> accounts =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Failures> eldest) {
          return size() > MAX_ACCOUNTS;
        }
      };

  AttemptLimiter(InstantSource clock) {
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
    if (failures.last().plus(FORGET).isBefore(now)) {
      failures = new Failures(0, now);
    }
    if (now.isBefore(failures.waitUntil())) {
      throw ProblemException.tooMany(Duration.between(now, failures.waitUntil()));
    }
    accounts.put(account, new Failures(failures.count() + 1, now));
  }

  synchronized void succeeded(String account) {
    accounts.remove(account);
  }
}
