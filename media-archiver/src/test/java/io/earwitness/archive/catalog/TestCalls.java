package io.earwitness.archive.catalog;

import io.earwitness.call.CallFlag;
import io.earwitness.call.CallState;
import io.earwitness.call.CallSummary;
import io.earwitness.call.Direction;
import io.earwitness.call.Party;
import io.earwitness.call.RecordingDecision;
import io.earwitness.call.RecordingId;
import io.earwitness.call.Refusal;
import io.earwitness.call.Side;
import io.earwitness.call.StreamQuality;
import io.earwitness.call.TenantSlug;
import io.earwitness.call.VendorDatum;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Calls for tests. */
final class TestCalls {
  static final TenantSlug ACME = new TenantSlug("acme");
  static final TenantSlug GLOBEX = new TenantSlug("globex");
  static final Instant START = Instant.parse("2026-11-20T09:15:00.123456Z");

  private TestCalls() {}

  static CallSummary live(TenantSlug tenant) {
    return live(tenant, START);
  }

  static CallSummary live(TenantSlug tenant, Instant start) {
    RecordingId id = RecordingId.draw(start);
    return new CallSummary(
        id,
        tenant,
        CallState.LIVE,
        start,
        null,
        ZoneId.of("Europe/Berlin"),
        Direction.INBOUND,
        List.of(
            new Party(Side.LEFT, "+4930901820", "Ana Ruiz", "sip:+4930901820@a", null, List.of()),
            new Party(
                Side.RIGHT, "+4989555", "Bo Chen", "sip:bo@b", "u-bo", List.of("t-desk", "t-all"))),
        Set.of(CallFlag.SOURCE_PORT_MISMATCH),
        List.of("c0ffee-" + id + "@sbc", "session-" + id),
        "node-1",
        "number +4989555",
        "v7",
        null,
        null,
        List.of(new VendorDatum("ucid", "00FA0800A1B2C36AE0D1F2;encoding=hex")));
  }

  static CallSummary as(CallSummary call, CallState state) {
    return with(call, state, state == CallState.LIVE ? null : call.start().plusSeconds(61), null);
  }

  static CallSummary decided(CallSummary call, @Nullable RecordingDecision policy) {
    return new CallSummary(
        call.id(),
        call.tenant(),
        call.state(),
        call.start(),
        call.end(),
        call.zone(),
        call.direction(),
        call.parties(),
        call.flags(),
        call.callIds(),
        call.node(),
        call.matchedRule(),
        call.configurationVersion(),
        call.refusal(),
        call.rawMetadata(),
        call.vendorData(),
        call.capture(),
        call.shares(),
        policy);
  }

  static CallSummary refused(TenantSlug tenant) {
    CallSummary call = live(tenant);
    return with(
        call,
        CallState.REFUSED,
        call.start(),
        new Refusal(488, "no m-line to store", "INVITE sip:srs SIP/2.0\r\n"));
  }

  static CallSummary with(
      CallSummary call, CallState state, @Nullable Instant end, @Nullable Refusal refusal) {
    return new CallSummary(
        call.id(),
        call.tenant(),
        state,
        call.start(),
        end,
        call.zone(),
        call.direction(),
        call.parties(),
        call.flags(),
        call.callIds(),
        call.node(),
        call.matchedRule(),
        call.configurationVersion(),
        refusal,
        call.rawMetadata(),
        call.vendorData());
  }

  static CallSummary sharing(CallSummary call, String callId) {
    return new CallSummary(
        call.id(),
        call.tenant(),
        call.state(),
        call.start(),
        call.end(),
        call.zone(),
        call.direction(),
        call.parties(),
        call.flags(),
        List.of("own-" + call.id(), callId),
        call.node(),
        call.matchedRule(),
        call.configurationVersion(),
        call.refusal(),
        call.rawMetadata(),
        call.vendorData());
  }

  static CallSummary telling(CallSummary call, VendorDatum... data) {
    return new CallSummary(
        call.id(),
        call.tenant(),
        call.state(),
        call.start(),
        call.end(),
        call.zone(),
        call.direction(),
        call.parties(),
        call.flags(),
        call.callIds(),
        call.node(),
        call.matchedRule(),
        call.configurationVersion(),
        call.refusal(),
        call.rawMetadata(),
        List.of(data));
  }

  static CallSummary named(CallSummary call, String name, @Nullable String rawMetadata) {
    return new CallSummary(
        call.id(),
        call.tenant(),
        call.state(),
        call.start(),
        call.end(),
        call.zone(),
        call.direction(),
        List.of(new Party(Side.LEFT, null, name, null, null, List.of())),
        call.flags(),
        call.callIds(),
        call.node(),
        call.matchedRule(),
        call.configurationVersion(),
        call.refusal(),
        rawMetadata,
        List.of(new VendorDatum(name, name)));
  }

  static CallCatalog.ArchivedCall archived(CallSummary call, int generation, CallState outcome) {
    return new CallCatalog.ArchivedCall(
        call.id(),
        call.tenant(),
        outcome,
        generation,
        "attempt-" + generation,
        "acme/recordings/manifest-" + generation + ".p7",
        "version-" + generation,
        START.plusSeconds(90),
        START.plusSeconds(90_000_000),
        START.plusMillis(20),
        60_980,
        2,
        "flac",
        123_456,
        List.of(
            new StreamQuality(
                0,
                0xfedcba98L,
                3049,
                524_428,
                3050,
                1,
                0,
                0,
                0,
                0,
                0.25,
                "127.0.0.1:4000",
                START,
                START.plusSeconds(61))),
        Set.of(CallFlag.PACKET_LOSS),
        null);
  }
}
