package io.earwitness.retention;

import io.earwitness.archive.catalog.DisposedRecordings;
import io.earwitness.archive.catalog.LegalHolds;
import io.earwitness.archive.catalog.LegalHolds.Candidate;
import io.earwitness.archive.catalog.LegalHolds.Examined;
import io.earwitness.archive.catalog.LegalHolds.Hold;
import io.earwitness.archive.catalog.LegalHolds.NewHold;
import io.earwitness.call.HoldQuery;
import io.earwitness.call.HoldScope;
import io.earwitness.call.RecordingId;
import io.earwitness.call.TenantSlug;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Which recordings holds are on: shown before one is placed, entered when it is, and again and
 * again for calls that come later. Thread-safe.
 *
 * <p>Until a recording is entered, the planner finds it by the hold's scope; only what a query
 * finds is held from the moment it is entered.
 */
public final class HoldMatching {
  /** Examples of each sort. */
  private static final int EXAMPLES = 10;

  /** What is reported of what was gone. */
  private static final int GONE = 1_000;

  /** A transaction that began before what was looked at last may have ended after. */
  private static final Duration OVERLAP = Duration.ofMinutes(10);

  /** A call that began so long ago may be found by a query only now. */
  private static final Duration LONGEST_CALL = Duration.ofDays(2);

  private static final Comparator<Candidate> DUE_LAST =
      Comparator.comparing(Candidate::keepUntil).thenComparing(Candidate::id).reversed();

  private final LegalHolds holds;
  private final HoldSearch search;
  private final DisposedRecordings disposed;
  private final Clock clock;

  public HoldMatching(
      LegalHolds holds, HoldSearch search, DisposedRecordings disposed, Clock clock) {
    this.holds = holds;
    this.search = search;
    this.disposed = disposed;
    this.clock = clock;
  }

  /** Adds recordings to a hold, and enters that in the audit trail. */
  @FunctionalInterface
  public interface Trail {
    /** Enters the act, runs it, and enters its outcome. */
    void run(TenantSlug tenant, UUID hold, int recordings, Runnable act);
  }

  /** Of what is part of an act that was entered. */
  private static final Trail ENTERED = (_, _, _, act) -> act.run();

  /**
   * What a hold would be on now.
   *
   * @param bytes of their audio
   * @param newest examples
   * @param nextDue those that fall due first without it
   */
  public record Preview(
      long recordings, long bytes, List<Candidate> newest, List<Candidate> nextDue) {
    public Preview {
      newest = List.copyOf(newest);
      nextDue = List.copyOf(nextDue);
    }
  }

  /**
   * A hold that was placed.
   *
   * @param gone what of its scope was disposed of before, the first thousand
   */
  public record Placed(Hold hold, List<RecordingId> gone) {
    public Placed {
      gone = List.copyOf(gone);
    }
  }

  /**
   * What a hold on a scope would be on now.
   *
   * @throws IllegalArgumentException if its query is malformed, saying how
   */
  public Preview preview(TenantSlug tenant, HoldScope scope) {
    Set<RecordingId> found = found(tenant, scope, null);
    Sum sum = new Sum();
    holds.forEach(
        tenant,
        null,
        page ->
            page.stream()
                .filter(call -> found.contains(call.id()) || call.isIn(scope))
                .forEach(sum::add));
    return sum.preview();
  }

  private static final class Sum {
    private long recordings;
    private long bytes;
    private final PriorityQueue<Candidate> newest =
        new PriorityQueue<>(Comparator.comparing(Candidate::id));
    private final PriorityQueue<Candidate> due = new PriorityQueue<>(DUE_LAST);

    void add(Candidate call) {
      recordings++;
      bytes += call.bytes();
      keep(newest, call);
      keep(due, call);
    }

    private static void keep(PriorityQueue<Candidate> queue, Candidate call) {
      queue.add(call);
      if (queue.size() > EXAMPLES) {
        queue.remove();
      }
    }

    Preview preview() {
      return new Preview(
          recordings,
          bytes,
          newest.stream().sorted(Comparator.comparing(Candidate::id).reversed()).toList(),
          due.stream().sorted(DUE_LAST.reversed()).toList());
    }
  }

  private Set<RecordingId> found(TenantSlug tenant, HoldScope scope, @Nullable Instant since) {
    HoldQuery query = scope.query();
    if (query == null) {
      return Set.of();
    }
    Instant from = scope.from();
    Instant first = since == null || (from != null && from.isAfter(since)) ? from : since;
    Instant until = scope.until();
    if (first != null && until != null && !first.isBefore(until)) {
      return Set.of();
    }
    Set<RecordingId> found = new HashSet<>();
    search.find(tenant, query, first, until, found::addAll);
    return found;
  }

  /**
   * Places a hold and enters all that it is on.
   *
   * @throws IllegalArgumentException if something is wrong with it, saying what
   */
  public Placed place(TenantSlug tenant, NewHold hold, String actor) {
    Set<RecordingId> found = found(tenant, hold.scope(), null);
    Instant begun = clock.instant();
    Hold placed = holds.place(tenant, hold, found, actor);
    enter(tenant, Map.of(placed.id(), placed.scope()), null, actor, ENTERED);
    holds.examined(tenant, Set.of(placed.id()), begun);
    // Whatever was marked as falling before the hold was placed is known by now
    List<RecordingId> gone = disposed.of(tenant, placed.scope(), GONE);
    return new Placed(holds.find(tenant, placed.id()).orElse(placed), gone);
  }

  /** Enters recordings that are in scopes; those that are entered stay. */
  private int enter(
      TenantSlug tenant,
      Map<UUID, HoldScope> scopes,
      @Nullable Instant since,
      String actor,
      Trail trail) {
    int[] added = {0};
    holds.forEach(
        tenant,
        since,
        page ->
            scopes.forEach(
                (hold, scope) -> {
                  List<RecordingId> members =
                      page.stream().filter(call -> call.isIn(scope)).map(Candidate::id).toList();
                  added[0] += add(tenant, hold, members, actor, trail);
                }));
    return added[0];
  }

  private int add(
      TenantSlug tenant, UUID hold, Collection<RecordingId> members, String actor, Trail trail) {
    List<RecordingId> missing = holds.missing(tenant, hold, members);
    if (!missing.isEmpty()) {
      trail.run(tenant, hold, missing.size(), () -> holds.add(tenant, hold, missing, actor));
    }
    return missing.size();
  }

  /**
   * Enters what came since it was called last.
   *
   * @param whole whether to look at all recordings again: those whose parties were corrected, for
   *     instance
   * @return how many were added to a hold
   */
  public int refresh(TenantSlug tenant, boolean whole, String actor, Trail trail) {
    List<Hold> inEffect = holds.inEffect(tenant);
    if (inEffect.isEmpty()) {
      return 0;
    }
    Instant begun = clock.instant();
    Map<UUID, @Nullable Instant> since = new HashMap<>();
    for (Examined each : holds.examined(tenant)) {
      Instant until = each.until();
      since.put(each.hold(), whole || until == null ? null : until.minus(OVERLAP));
    }
    int added = 0;
    for (Hold hold : inEffect) {
      Instant seen = since.get(hold.id());
      Set<RecordingId> found =
          found(tenant, hold.scope(), seen == null ? null : seen.minus(LONGEST_CALL));
      added += add(tenant, hold.id(), found, actor, trail);
    }
    Instant earliest =
        inEffect.stream().anyMatch(hold -> since.get(hold.id()) == null)
            ? null
            : inEffect.stream()
                .map(hold -> Objects.requireNonNull(since.get(hold.id())))
                .min(Comparator.naturalOrder())
                .orElse(null);
    Map<UUID, HoldScope> scopes =
        inEffect.stream().collect(Collectors.toMap(Hold::id, Hold::scope));
    added += enter(tenant, scopes, earliest, actor, trail);
    holds.examined(tenant, new ArrayList<>(scopes.keySet()), begun);
    return added;
  }
}
