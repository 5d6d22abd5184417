package io.earwitness.app;

import io.earwitness.archive.forward.AuditForwarder;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;

/** How far audit entries are forwarded, over all tenants: the metrics name none. */
final class AuditForwardingMetrics {
  private AuditForwardingMetrics() {}

  static void register(MeterRegistry metrics, AuditForwarder forwarder) {
    Gauge.builder("earwitness_audit_forward_waiting", forwarder, AuditForwarder::waiting)
        .description("Audit entries that wait for syslog receivers")
        .register(metrics);
    Gauge.builder(
            "earwitness_audit_forward_oldest_seconds", forwarder, AuditForwarder::oldestSeconds)
        .description("How long the oldest of them has waited")
        .register(metrics);
    Gauge.builder("earwitness_audit_forward_failing", forwarder, AuditForwarder::failing)
        .description("Syslog receivers that take no audit entries at present")
        .register(metrics);
  }
}
