package io.earwitness.portal;

import io.earwitness.archive.catalog.CallCatalog.ArchivedCall;
import io.earwitness.archive.catalog.CallCatalog.CallEntry;
import io.earwitness.call.CallFlag;
import io.earwitness.call.CallRecord;
import io.earwitness.call.CallState;
import io.earwitness.call.CallSummary;
import io.earwitness.call.Direction;
import io.earwitness.call.Mark;
import io.earwitness.call.Party;
import io.earwitness.call.RecordingId;
import io.earwitness.call.Refusal;
import io.earwitness.call.Side;
import io.earwitness.call.StreamQuality;
import io.earwitness.call.TenantSlug;
import io.earwitness.call.TimelineEvent;
import io.earwitness.call.VendorDatum;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Calls for the portal's tests. */
final class TestCalls {
  static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

  private TestCalls() {}

  static Party party(@Nullable Side side, String name, String number, String... teams) {
    return new Party(
        side, number, name, "sip:" + number + "@acme.example", "u-" + name, List.of(teams));
  }

  static CallSummary summary(
      TenantSlug tenant, CallState state, Instant start, Duration length, Party... parties) {
    return new CallSummary(
        RecordingId.draw(start),
        tenant,
        state,
        start,
        state == CallState.LIVE ? null : start.plus(length),
        BERLIN,
        Direction.INBOUND,
        List.of(parties),
        Set.of(),
        List.of("a84b4c76e66710@sbc.example", "4e1a2b3c"),
        "recorder-1",
        "the called number belongs to the tenant",
        "v7",
        state == CallState.REFUSED
            ? new Refusal(503, "all 4000 recordings are taken", "INVITE sip:srs SIP/2.0")
            : null,
        null,
        List.of(
            new VendorDatum("ucid", "00FA0800A1B2C36AE0D1F2;encoding=hex"),
            new VendorDatum("Diversion", "<sip:+4930901819@acme.example>;reason=no-answer")));
  }

  static CallSummary with(CallSummary call, Direction direction, Set<CallFlag> flags) {
    return new CallSummary(
        call.id(),
        call.tenant(),
        call.state(),
        call.start(),
        call.end(),
        call.zone(),
        direction,
        call.parties(),
        flags,
        call.callIds(),
        call.node(),
        call.matchedRule(),
        call.configurationVersion(),
        call.refusal(),
        flags.contains(CallFlag.METADATA_MALFORMED) ? "<recording xmlns='urn:ietf" : null,
        call.vendorData());
  }

  static CallEntry entry(CallSummary call) {
    return new CallEntry(call, 1, null);
  }

  /** The same call, archived once more: what a returning node makes of a rescued one. */
  static CallEntry superseded(CallEntry entry, String attempt) {
    ArchivedCall before = Objects.requireNonNull(entry.archive());
    return new CallEntry(
        entry.summary(),
        entry.version() + 1,
        new ArchivedCall(
            before.id(),
            before.tenant(),
            before.outcome(),
            2,
            attempt,
            before.manifestKey().replaceFirst("manifest-\\d+", "manifest-2"),
            before.manifestVersionId(),
            before.archivedAt(),
            before.keepUntil(),
            before.audioStart(),
            before.durationMs(),
            before.channels(),
            before.codec(),
            before.mediaBytes(),
            before.quality(),
            before.flags(),
            before.verifiedAt()));
  }

  static CallEntry archived(CallSummary call, long mediaBytes, Duration audio) {
    Instant start = call.start().plusMillis(180);
    return new CallEntry(
        call,
        2,
        new ArchivedCall(
            call.id(),
            call.tenant(),
            call.state(),
            0,
            "a1",
            call.tenant() + "/recordings/x/manifest-0.p7",
            "v-1",
            call.start().plus(audio).plusSeconds(2),
            call.start().plus(Duration.ofDays(365)),
            start,
            audio.toMillis(),
            2,
            "flac",
            mediaBytes,
            List.of(
                new StreamQuality(
                    0,
                    0x1234L,
                    980,
                    168_560,
                    1000,
                    20,
                    0,
                    3,
                    0,
                    0,
                    1.73,
                    "192.0.2.7:10000",
                    start,
                    start.plus(audio)),
                new StreamQuality(
                    1,
                    0x5678L,
                    1000,
                    172_000,
                    1000,
                    0,
                    1,
                    0,
                    0,
                    0,
                    null,
                    "192.0.2.7:10002",
                    start,
                    start.plus(audio))),
            call.flags(),
            null));
  }

  static CallRecord record(CallEntry entry) {
    CallSummary call = entry.summary();
    Instant start = call.start();
    return new CallRecord(
        CallRecord.FORMAT,
        call,
        start.plusMillis(180),
        "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        List.of(),
        List.of(
            new TimelineEvent(
                start, TimelineEvent.Type.STARTED, null, "recording session from sbc-1.example"),
            new TimelineEvent(
                start.plusSeconds(4), TimelineEvent.Type.HELD, Side.LEFT, "held by Anna Berg"),
            new TimelineEvent(
                start.plusSeconds(6), TimelineEvent.Type.RESUMED, Side.LEFT, "resumed"),
            new TimelineEvent(
                start.plus(Duration.ofHours(1)), TimelineEvent.Type.ENDED, null, "BYE by the SRC")),
        List.of(
            new Mark(Side.LEFT, Duration.ofSeconds(4), Duration.ofSeconds(6), Mark.Cause.PAUSE),
            new Mark(
                Side.RIGHT, Duration.ofMillis(2000), Duration.ofMillis(2400), Mark.Cause.LOSS)),
        List.of(),
        List.of(),
        List.of(),
        null);
  }
}
