package io.earwitness.search;

import io.earwitness.archive.catalog.CallCatalog.CallEntry;
import io.earwitness.call.CallFlag;
import io.earwitness.call.CallState;
import io.earwitness.call.CallSummary;
import io.earwitness.call.Direction;
import io.earwitness.call.Party;
import io.earwitness.call.RecordingId;
import io.earwitness.call.Side;
import io.earwitness.call.TenantSlug;
import io.earwitness.call.VendorDatum;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Calls and queries for tests. */
final class Calls {
  static final TenantSlug ACME = new TenantSlug("acme");
  static final TenantSlug OTHER = new TenantSlug("other");
  static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");
  static final CallSearch.Query ALL =
      new CallSearch.Query(
          null,
          null,
          null,
          null,
          null,
          null,
          null,
          null,
          null,
          Set.of(),
          Set.of(),
          Set.of(),
          null,
          CallSearch.Sort.NEWEST_FIRST,
          50,
          null);

  private Calls() {}

  static CallEntry call(
      TenantSlug tenant, Instant start, Duration length, List<Party> parties, CallState state) {
    return new CallEntry(
        new CallSummary(
            RecordingId.draw(start),
            tenant,
            state,
            start,
            start.plus(length),
            ZoneOffset.UTC,
            Direction.INBOUND,
            parties,
            Set.of(CallFlag.ONE_WAY),
            List.of("Call-ID-" + start.toEpochMilli() + "@sbc"),
            "node-1",
            "number",
            "1",
            null,
            null),
        1,
        null);
  }

  /** The same, blocked. */
  static CallEntry blocked(CallEntry entry) {
    CallSummary call = entry.summary();
    return new CallEntry(
        call.withState(call.state(), call.end(), Set.of(CallFlag.WRONG_TENANT)),
        entry.version(),
        entry.archive());
  }

  /** A call of which the SRC told this. */
  static CallEntry telling(CallEntry entry, VendorDatum... data) {
    CallSummary call = entry.summary();
    return new CallEntry(
        new CallSummary(
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
            List.of(data)),
        entry.version(),
        entry.archive());
  }

  static CallEntry call(String name, String number) {
    return call(ACME, NOON, Duration.ofMinutes(1), List.of(party(name, number)), CallState.CLOSED);
  }

  static Party party(String name, String number) {
    return new Party(Side.LEFT, number, name, "sip:" + number + "@example.com", null, List.of());
  }

  static Party holder(String name, String number, @Nullable String user, List<String> teams) {
    return new Party(Side.RIGHT, number, name, null, user, teams);
  }

  /** The same calls for the same seed. */
  static List<CallEntry> random(int count, long seed) {
    String[] first = {"Anna", "Björn", "Chloé", "David", "Ewa", "Fatima"};
    String[] last = {"Berg", "Müller-Lüdenscheidt", "O'Neill", "Smith", "Zhang"};
    Random random = new Random(seed);
    List<CallEntry> calls = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String name = first[random.nextInt(first.length)] + " " + last[random.nextInt(last.length)];
      List<String> teams = List.of("team-" + random.nextInt(4));
      calls.add(
          call(
              random.nextBoolean() ? ACME : OTHER,
              NOON.plusSeconds(random.nextInt(100)),
              Duration.ofSeconds(random.nextInt(60)),
              List.of(
                  party(name, "+4930" + (100_000 + random.nextInt(200))),
                  holder(
                      "Agent", "+1202555" + random.nextInt(100), "u" + random.nextInt(9), teams)),
              random.nextBoolean() ? CallState.CLOSED : CallState.ARCHIVED));
    }
    return calls;
  }
}
