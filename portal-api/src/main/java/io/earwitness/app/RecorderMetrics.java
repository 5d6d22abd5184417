package io.earwitness.app;

import io.earwitness.capture.Durability;
import io.earwitness.capture.SpoolWriter;
import io.earwitness.recorder.srs.MediaHealth;
import io.earwitness.recorder.srs.RecordingServer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.ToDoubleFunction;

/** What the recorder tells monitoring. */
final class RecorderMetrics {
  private RecorderMetrics() {}

  /** {@code earwitness_recordings}: those that run, by how their media does. */
  static void register(MeterRegistry metrics, RecordingServer recorder) {
    for (MediaHealth health : MediaHealth.values()) {
      metrics.gauge(
          "earwitness_recordings",
          Tags.of("health", health.wireName()),
          recorder,
          server -> server.activeRecordings(health));
    }
  }

  /**
   * {@code earwitness_capture_synced_age_seconds}: how old audio is when it is on disk for sure.
   */
  static void register(MeterRegistry metrics, SpoolWriter captures, InstantSource clock) {
    SyncedAge age = new SyncedAge(captures, clock);
    gauge(metrics, age, "0.5", held -> held.figures().p50Millis() / 1000);
    gauge(metrics, age, "0.99", held -> held.figures().p99Millis() / 1000);
    gauge(metrics, age, "1", SyncedAge::oldestSeconds);
  }

  private static void gauge(
      MeterRegistry metrics, SyncedAge age, String quantile, ToDoubleFunction<SyncedAge> seconds) {
    Gauge.builder("earwitness_capture_synced_age_seconds", age, seconds)
        .tags("quantile", quantile)
        .strongReference(true)
        .register(metrics);
  }

  /**
   * The spool's figures are since they were last asked for. Held for ten seconds, so that all
   * gauges of a scrape are of the same span, and two scrapers don't halve it.
   */
  private static final class SyncedAge {
    private static final Duration HELD = Duration.ofSeconds(10);

    private final SpoolWriter captures;
    private final InstantSource clock;
    private Durability figures = new Durability(0, 0, 0, 0);
    private Instant asked = Instant.MIN;

    SyncedAge(SpoolWriter captures, InstantSource clock) {
      this.captures = captures;
      this.clock = clock;
    }

    /** Of what became durable, and of what waits for a sync that may never end. */
    double oldestSeconds() {
      double durable = figures().maxMillis() / 1000;
      return Math.max(durable, captures.waitingForSync().toMillis() / 1000.0);
    }

    synchronized Durability figures() {
      Instant now = clock.instant();
      if (asked.equals(Instant.MIN) || !now.isBefore(asked.plus(HELD))) {
        figures = captures.durability();
        asked = now;
      }
      return figures;
    }
  }
}
