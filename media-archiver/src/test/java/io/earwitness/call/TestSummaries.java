package io.earwitness.call;

import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;

/** Calls as the rules of this package see them. */
final class TestSummaries {
  private TestSummaries() {}

  /** From a customer (left) to the tenant's own number (right). */
  static CallSummary inbound() {
    Instant start = Instant.parse("2026-11-21T10:00:00Z");
    return new CallSummary(
        RecordingId.draw(start),
        new TenantSlug("acme"),
        CallState.CLOSED,
        start,
        start.plusSeconds(60),
        ZoneOffset.UTC,
        Direction.INBOUND,
        List.of(
            new Party(Side.LEFT, "+14155550123", null, null, null, List.of()),
            new Party(Side.RIGHT, "+442079460101", null, null, "u-1", List.of("t-desk"))),
        Set.of(),
        List.of("id@sbc"),
        "node-1",
        "number",
        "v1",
        null,
        null);
  }
}
