package io.earwitness.app;

import io.earwitness.capture.Durability;
import io.earwitness.capture.SpoolWriter;
import io.earwitness.recorder.srs.Load;
import io.earwitness.recorder.srs.MediaHealth;
import io.earwitness.recorder.srs.OverloadGuard;
import io.earwitness.recorder.srs.RecordingServer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.ToDoubleFunction;

/** What the recorder shows of itself at {@code /metrics}. */
final class RecorderMetrics {
  private RecorderMetrics() {}

  static void register(MeterRegistry metrics, RecordingServer recorder, OverloadGuard guard) {
    Gauge.builder("earwitness_recordings_active", recorder, RecordingServer::activeRecordings)
        .description("Calls that are being recorded")
        .register(metrics);
    registerHealth(metrics, recorder);
    Gauge.builder("earwitness_recorder_draining", recorder, each -> each.isDraining() ? 1 : 0)
        .description("1 while no new calls are taken because the recorder is being drained")
        .register(metrics);
    Gauge.builder("earwitness_recorder_overloaded", guard, each -> each.isOverloaded() ? 1 : 0)
        .description("1 while new calls are refused because of the load")
        .register(metrics);
    Gauge.builder("earwitness_refusals_lost", recorder, RecordingServer::lostRefusals)
        .description("Refused INVITEs that could not be entered anywhere")
        .register(metrics);
    load(metrics, guard, "cpu_percent", Load::cpuPercent);
    load(metrics, guard, "receive_lag_milliseconds", Load::receiveLagMillis);
    load(metrics, guard, "lost_packets_per_second", Load::lostPacketsPerSecond);
    load(metrics, guard, "spool_buffer_percent", Load::bufferPercent);
    load(metrics, guard, "unsynced_seconds", Load::unsyncedSeconds);
    load(metrics, guard, "free_ports_percent", Load::freePortsPercent);
  }

  private static void load(
      MeterRegistry metrics, OverloadGuard guard, String name, ToDoubleFunction<Load> figure) {
    Gauge.builder(
            "earwitness_load_" + name,
            guard,
            each -> {
              Load load = each.load();
              return load == null ? Double.NaN : figure.applyAsDouble(load);
            })
        .description("A figure by which new calls are refused: docs/operations/overload.md")
        .register(metrics);
  }

  /** {@code earwitness_recordings}: those that run, by how their media does. */
  private static void registerHealth(MeterRegistry metrics, RecordingServer recorder) {
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
