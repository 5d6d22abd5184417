package io.earwitness.portal;

import io.earwitness.archive.catalog.CallCatalog;
import io.earwitness.archive.catalog.CallCatalog.CallEntry;
import io.earwitness.archive.catalog.Directory;
import io.earwitness.archive.numbering.NumberOrigin;
import io.earwitness.call.AddressOfRecord;
import io.earwitness.call.CallState;
import io.earwitness.call.CallSummary;
import io.earwitness.call.Direction;
import io.earwitness.call.Party;
import io.earwitness.call.RecorderSnapshot;
import io.earwitness.call.RecordingAction;
import io.earwitness.call.RecordingDecision;
import io.earwitness.call.RecordingId;
import io.earwitness.call.RecordingPolicy;
import io.earwitness.call.SnapshotTenantMatcher;
import io.earwitness.call.TenantMatcher;
import io.earwitness.call.TenantSlug;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Says what a policy of recording would do: to a call that is to be made, as a recorder would find
 * it, and to calls that were made. Changes nothing. Thread-safe.
 */
public final class RecordingSimulator {
  private static final int EXAMPLES = 5;
  private static final Duration STEP = Duration.ofDays(1);

  private final Directory directory;

  public RecordingSimulator(Directory directory) {
    this.directory = directory;
  }

  /**
   * A call that is to be made.
   *
   * @param from the calling party: a number or an address; null if not known
   * @param to the called one
   * @param callId of its recording session, by which selective rules choose; null if not known
   */
  public record Planned(
      @Nullable String from, @Nullable String to, Instant at, @Nullable String callId) {}

  /** What would become of it, to whom it belongs by today's numbers. */
  public record Answer(RecordingDecision decision, Direction direction, List<Party> parties) {}

  /** What would happen to a call of this tenant under a policy. */
  public Answer simulate(TenantSlug tenant, RecordingPolicy policy, Planned call) {
    List<Party> parties = new ArrayList<>();
    for (String party : new @Nullable String[] {call.from(), call.to()}) {
      if (party != null) {
        parties.add(party(party));
      }
    }
    RecorderSnapshot snapshot = directory.snapshot();
    TenantMatcher.Match match =
        new SnapshotTenantMatcher(snapshot)
            .decided(
                tenant,
                "simulated",
                new TenantMatcher.Attributes(
                    InetAddress.getLoopbackAddress(), null, "sip:simulated", parties));
    RecordingDecision decision =
        policy.decide(
            new RecordingPolicy.Call(
                call.callId(),
                call.at(),
                zone(snapshot, tenant),
                match.direction(),
                match.parties()),
            number -> NumberOrigin.of(number).country());
    return new Answer(decision, match.direction(), match.parties());
  }

  /** A party as metadata names one. */
  private static Party party(String text) {
    AddressOfRecord address = AddressOfRecord.parse(text);
    return new Party(
        null, address.number(), null, text.contains("@") ? text : null, null, List.of());
  }

  private static ZoneId zone(RecorderSnapshot snapshot, TenantSlug tenant) {
    return snapshot.tenants().stream()
        .filter(each -> each.slug().equals(tenant))
        .findFirst()
        .orElseThrow(
            () -> new IllegalArgumentException("there is no tenant '%s'".formatted(tenant)))
        .zone();
  }

  /** What becomes of a call. */
  public enum Fate {
    RECORDED,
    HELD,
    NOT_RECORDED;

    static Fate of(RecordingDecision decision) {
      if (!decision.recorded()) {
        return NOT_RECORDED;
      }
      return decision.action() == RecordingAction.ON_DEMAND ? HELD : RECORDED;
    }
  }

  /**
   * Calls to which the same would happen.
   *
   * @param before under the present policy, and {@code after} under the draft
   * @param examples some of them, the earliest first
   */
  public record Change(Fate before, Fate after, long calls, List<Example> examples) {}

  /** One of the calls; nothing in it tells who took part. */
  public record Example(
      RecordingId id,
      Instant start,
      Direction direction,
      @Nullable String ruleBefore,
      @Nullable String ruleAfter) {}

  /** What a draft would have changed. */
  public record DryRun(Instant from, Instant until, long calls, List<Change> changes) {}

  /**
   * Asks the present policy and a draft about a tenant's calls, with their parties as the catalog
   * has them. Refused calls are left out, as there is nothing to record of them.
   */
  public static DryRun dryRun(
      CallCatalog calls,
      TenantSlug tenant,
      RecordingPolicy present,
      RecordingPolicy draft,
      Instant from,
      Instant until) {
    record Pair(Fate before, Fate after) {}
    Map<String, Pair> pairs = new TreeMap<>();
    Map<String, Long> counts = new TreeMap<>();
    Map<String, List<Example>> examples = new TreeMap<>();
    long all = 0;
    for (Instant day = from; day.isBefore(until); day = day.plus(STEP)) {
      Instant end = day.plus(STEP).isBefore(until) ? day.plus(STEP) : until;
      for (CallEntry entry : calls.started(tenant, day, end)) {
        CallSummary call = entry.summary();
        if (call.state() == CallState.REFUSED || call.state() == CallState.NEVER_SEEN) {
          continue;
        }
        all++;
        RecordingDecision before = decide(present, call);
        RecordingDecision after = decide(draft, call);
        Pair pair = new Pair(Fate.of(before), Fate.of(after));
        String key = "%d %d".formatted(pair.before.ordinal(), pair.after.ordinal());
        pairs.put(key, pair);
        counts.merge(key, 1L, Long::sum);
        List<Example> some = examples.computeIfAbsent(key, _ -> new ArrayList<>());
        if (some.size() < EXAMPLES) {
          some.add(
              new Example(call.id(), call.start(), call.direction(), before.rule(), after.rule()));
        }
      }
    }
    List<Change> changes = new ArrayList<>();
    pairs.forEach(
        (key, pair) ->
            changes.add(
                new Change(
                    pair.before,
                    pair.after,
                    counts.getOrDefault(key, 0L),
                    examples.getOrDefault(key, List.of()))));
    return new DryRun(from, until, all, changes);
  }

  private static RecordingDecision decide(RecordingPolicy policy, CallSummary call) {
    return policy.decide(
        new RecordingPolicy.Call(
            call.callIds().isEmpty() ? null : call.callIds().getFirst(),
            call.start(),
            call.zone(),
            call.direction(),
            call.parties()),
        number -> NumberOrigin.of(number).country());
  }
}
