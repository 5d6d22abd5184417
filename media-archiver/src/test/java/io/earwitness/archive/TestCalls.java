package io.earwitness.archive;

import io.earwitness.call.CallState;
import io.earwitness.call.CallSummary;
import io.earwitness.call.Codec;
import io.earwitness.call.Direction;
import io.earwitness.call.Party;
import io.earwitness.call.RecordingId;
import io.earwitness.call.Refusal;
import io.earwitness.call.Side;
import io.earwitness.call.StreamDescription;
import io.earwitness.call.StreamQuality;
import io.earwitness.call.TenantSlug;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Calls for tests. */
public final class TestCalls {
  public static final Instant START = Instant.parse("2026-11-21T10:00:00Z");
  public static final TenantSlug TENANT = new TenantSlug("acme");

  private TestCalls() {}

  public static CallSummary live(TenantSlug tenant) {
    return summary(RecordingId.draw(START), tenant, CallState.LIVE, null);
  }

  /** A call of these parties that runs. */
  public static CallSummary call(List<Party> parties) {
    return summary(RecordingId.draw(START), TENANT, CallState.LIVE, null, parties);
  }

  public static CallSummary refused() {
    return summary(
        RecordingId.draw(START), TENANT, CallState.REFUSED, new Refusal(488, "no audio offered"));
  }

  public static CallSummary summary(
      RecordingId id, TenantSlug tenant, CallState state, @Nullable Refusal refusal) {
    Party anna =
        new Party(Side.LEFT, "+4930123", "Anna", "sip:+4930123@acme.example", null, List.of());
    return summary(id, tenant, state, refusal, List.of(anna));
  }

  private static CallSummary summary(
      RecordingId id,
      TenantSlug tenant,
      CallState state,
      @Nullable Refusal refusal,
      List<Party> parties) {
    return new CallSummary(
        id,
        tenant,
        state,
        START,
        refusal == null ? null : START,
        ZoneId.of("Europe/Berlin"),
        Direction.INBOUND,
        parties,
        Set.of(),
        List.of("call-1@sbc.example"),
        "node-1",
        "number",
        "7",
        refusal,
        null);
  }

  /** Two audio streams of PCMU, PCMA, G.729 and telephone events. */
  public static List<StreamDescription> streams() {
    return List.of(stream(0), stream(1));
  }

  private static StreamDescription stream(int index) {
    List<Codec> codecs =
        List.of(
            new Codec(0, "PCMU", 8000, 1, null),
            new Codec(8, "PCMA", 8000, 1, null),
            new Codec(18, "G729", 8000, 1, null),
            new Codec(101, "TELEPHONE-EVENT", 8000, 1, null));
    return new StreamDescription(
        index, "audio", "" + index, codecs, false, 10000 + 2 * index, "127.0.0.1", 4000 + index);
  }

  /** Statistics of a stream from its offered port. */
  public static StreamQuality quality(int index, long packets, @Nullable Double jitter, int port) {
    return new StreamQuality(
        index,
        7L,
        packets,
        172 * packets,
        packets,
        0,
        0,
        0,
        0,
        0,
        jitter,
        "127.0.0.1:" + port,
        START,
        START);
  }

  /** Waits for what another thread brings about; fails after a minute. */
  public static void await(String what, BooleanSupplier condition) throws InterruptedException {
    long end = System.nanoTime() + Duration.ofMinutes(1).toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - end > 0) {
        throw new AssertionError("waited a minute in vain: " + what);
      }
      Thread.sleep(5);
    }
  }
}
