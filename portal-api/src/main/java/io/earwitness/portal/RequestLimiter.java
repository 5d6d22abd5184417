package io.earwitness.portal;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;

/**
 * Lets each of many clients ask so often and no more: a token bucket for each, which holds what it
 * may ask in four seconds. The 10,000 that asked last are known; who is forgotten begins with a
 * full bucket. Thread-safe.
 */
final class RequestLimiter {
  private static final int BURST_SECONDS = 4;
  private static final int MAX_CLIENTS = 10_000;

  private record Bucket(double left, Instant at) {}

  private final int perSecond;
  private final InstantSource clock;
  private final Map<String, Bucket> buckets = new RecentMap<>(MAX_CLIENTS);

  /**
   * @param perSecond requests over a time; 0 for no limit
   */
  RequestLimiter(int perSecond, InstantSource clock) {
    this.perSecond = perSecond;
    this.clock = clock;
  }

  /**
   * Counts a request.
   *
   * @throws ProblemException 429 if there were too many
   */
  void count(String client) {
    if (perSecond > 0 && !take(client)) {
      throw ProblemException.tooManyRequests(perSecond);
    }
  }

  private synchronized boolean take(String client) {
    Instant now = clock.instant();
    double most = (double) perSecond * BURST_SECONDS;
    Bucket bucket = buckets.getOrDefault(client, new Bucket(most, now));
    double since = Math.max(0, Duration.between(bucket.at(), now).toNanos() / 1e9);
    double left = Math.min(most, bucket.left() + since * perSecond);
    buckets.put(client, new Bucket(left < 1 ? left : left - 1, now));
    return left >= 1;
  }
}
