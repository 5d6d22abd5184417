package io.earwitness.app;

import io.earwitness.recorder.srs.Load;
import io.earwitness.recorder.srs.OverloadGuard;
import io.earwitness.recorder.srs.RecordingServer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.ToDoubleFunction;

/** What the recorder shows of itself at {@code /metrics}. */
final class RecorderMetrics {
  private RecorderMetrics() {}

  static void register(MeterRegistry metrics, RecordingServer recorder, OverloadGuard guard) {
    Gauge.builder("earwitness_recordings_active", recorder, RecordingServer::activeRecordings)
        .description("Calls that are being recorded")
        .register(metrics);
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
}
