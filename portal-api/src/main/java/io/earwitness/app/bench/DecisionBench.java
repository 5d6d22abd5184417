package io.earwitness.app.bench;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Arrays;
import java.util.concurrent.locks.LockSupport;

/**
 * Asks a portal that runs what is to be announced, as an SBC does for each call, one question after
 * the other; and in turn for something trivial, so that what HTTP and authentication take is known.
 */
final class DecisionBench {
  /** In milliseconds. */
  record Figures(double p50Millis, double p99Millis, double mostMillis) {
    private static Figures of(long[] nanos) {
      Arrays.sort(nanos);
      return new Figures(
          nanos[nanos.length / 2] / 1e6,
          nanos[Math.min(nanos.length - 1, nanos.length * 99 / 100)] / 1e6,
          nanos[nanos.length - 1] / 1e6);
    }
  }

  /**
   * What was measured.
   *
   * @param decision with its entry in the audit trail
   * @param trivial who one is: authenticated, no act, no entry
   */
  record Result(Figures decision, Figures trivial) {}

  private static final int WARM_UP = 500;

  /** For a decision and the other question: 80 requests a second, which each account may make. */
  private static final long TURN_NANOS = 25_000_000;

  private final URI portal;
  private final String token;
  private final int questions;

  /**
   * @param portal such as {@code http://127.0.0.1:8080}
   * @param token of scope {@code announcements-read}
   */
  DecisionBench(URI portal, String token, int questions) {
    this.portal = portal;
    this.token = token;
    this.questions = questions;
  }

  Result run() throws IOException, InterruptedException {
    long[] decisions = new long[questions];
    long[] trivial = new long[questions];
    try (HttpClient http = HttpClient.newHttpClient()) {
      for (int i = -WARM_UP; i < questions; i++) {
        long turn = System.nanoTime();
        long decision =
            ask(
                http,
                "/api/v1/announcements/decision?from=%2B1415555{n}&to=%2B442079460101&language=en"
                    .replace("{n}", "%04d".formatted((i + WARM_UP) % 10_000)));
        long other = ask(http, "/api/v1/session");
        if (i >= 0) {
          decisions[i] = decision;
          trivial[i] = other;
        }
        LockSupport.parkNanos(turn + TURN_NANOS - System.nanoTime());
      }
    }
    return new Result(Figures.of(decisions), Figures.of(trivial));
  }

  private long ask(HttpClient http, String path) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(portal.resolve(path))
            .header("Authorization", "Bearer " + token)
            .build();
    long start = System.nanoTime();
    HttpResponse<String> answer = http.send(request, BodyHandlers.ofString());
    long took = System.nanoTime() - start;
    if (answer.statusCode() == 429) {
      throw new IOException(
          path
              + " answered 429: the portal limits requests; start it with"
              + " http.limits.requestsPerAddress and http.limits.requestsPerAccount set to 0");
    }
    if (answer.statusCode() != 200) {
      throw new IOException(
          "%s answered %d: %s".formatted(path, answer.statusCode(), answer.body()));
    }
    return took;
  }
}
