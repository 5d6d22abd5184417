package io.earwitness.archive;

import io.earwitness.archive.catalog.CallCatalog;
import io.earwitness.call.CallFlag;
import io.earwitness.call.CallState;
import io.earwitness.call.CallSummary;
import io.earwitness.call.RecordingDecision;
import io.earwitness.call.RecordingId;
import io.earwitness.call.TenantSlug;
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
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The catalog's contract in memory. Leases are held until given back or ended by {@link
 * #endLeases}.
 */
public final class InMemoryCatalog implements CallCatalog {
  private final Map<RecordingId, CallSummary> calls = new TreeMap<>();
  private final Map<RecordingId, ArchivedCall> archives = new HashMap<>();
  private final Map<RecordingId, Integer> attempts = new HashMap<>();
  private final Set<RecordingId> leased = new HashSet<>();
  private final Set<RecordingId> kept = new HashSet<>();
  private final Map<RecordingId, Integer> extensions = new HashMap<>();
  private final List<CallSummary> reports = new ArrayList<>();
  private final List<Release> releases = new ArrayList<>();
  private boolean available = true;

  /** Work that was given back. */
  public record Release(RecordingId id, Duration delay, String why) {}

  /** Lets every method fail, or work again. */
  public synchronized void setAvailable(boolean available) {
    this.available = available;
  }

  /** Everything that was reported and changed something, in order. */
  public synchronized List<CallSummary> reports() {
    return List.copyOf(reports);
  }

  public synchronized List<Release> releases() {
    return List.copyOf(releases);
  }

  public synchronized @Nullable CallSummary call(RecordingId id) {
    return calls.get(id);
  }

  public synchronized @Nullable ArchivedCall archive(RecordingId id) {
    return archives.get(id);
  }

  /** Somebody marks an on-demand call. */
  public synchronized void keep(RecordingId id) {
    kept.add(id);
  }

  public synchronized void endLeases() {
    leased.clear();
  }

  private void check() {
    if (!available) {
      throw new CatalogUnavailableException("switched off by the test", null);
    }
  }

  @Override
  public synchronized void report(CallSummary summary) {
    check();
    CallSummary before = calls.get(summary.id());
    boolean allowed =
        before == null
            || before.state() == CallState.LIVE
            || (before.state() == CallState.CLOSED && summary.state() != CallState.LIVE);
    if (allowed && !summary.equals(before)) {
      calls.put(summary.id(), summary);
      reports.add(summary);
    }
  }

  @Override
  public synchronized Optional<Work> take(String worker, Duration lease) {
    check();
    for (CallSummary call : calls.values()) {
      if (call.state() == CallState.CLOSED && leased.add(call.id())) {
        int attempt = attempts.merge(call.id(), 1, Integer::sum);
        return Optional.of(
            new Work(
                call.id(),
                call.tenant(),
                null,
                attempt,
                Instant.now().plus(lease),
                call.node(),
                null,
                false,
                call.captured(),
                kept.contains(call.id())));
      }
    }
    for (ArchivedCall archive : archives.values()) {
      if (archive.verifiedAt() == null && leased.add(archive.id())) {
        int attempt = attempts.merge(archive.id(), 1, Integer::sum);
        return Optional.of(
            new Work(
                archive.id(),
                archive.tenant(),
                archive.generation(),
                attempt,
                Instant.now().plus(lease),
                worker,
                null,
                false));
      }
    }
    return Optional.empty();
  }

  @Override
  public synchronized void extend(Work work, Duration lease) {
    check();
    extensions.merge(work.id(), 1, Integer::sum);
  }

  /** How often the lease of a call was extended. */
  public synchronized int extensions(RecordingId id) {
    return extensions.getOrDefault(id, 0);
  }

  @Override
  public synchronized void release(Work work, Duration delay, String why) {
    check();
    leased.remove(work.id());
    releases.add(new Release(work.id(), delay, why));
  }

  @Override
  public synchronized void archived(ArchivedCall archived) {
    check();
    if (archives.putIfAbsent(archived.id(), archived) == null) {
      finish(archived.id(), archived.outcome(), archived.flags());
    }
  }

  @Override
  public synchronized void verified(TenantSlug tenant, RecordingId id, int generation, Instant at) {
    check();
    ArchivedCall archive = Objects.requireNonNull(archives.get(id));
    leased.remove(id);
    if (archive.verifiedAt() != null) {
      return;
    }
    archives.put(
        id,
        new ArchivedCall(
            id,
            archive.tenant(),
            archive.outcome(),
            archive.generation(),
            archive.attempt(),
            archive.manifestKey(),
            archive.manifestVersionId(),
            archive.archivedAt(),
            archive.keepUntil(),
            archive.audioStart(),
            archive.durationMs(),
            archive.channels(),
            archive.codec(),
            archive.mediaBytes(),
            archive.quality(),
            archive.flags(),
            at,
            archive.announcement(),
            archive.retention()));
  }

  @Override
  public synchronized void finish(RecordingId id, CallState outcome, Set<CallFlag> flags) {
    check();
    CallSummary call = calls.get(id);
    if (call == null) {
      throw new IllegalArgumentException("no call " + id);
    }
    Set<CallFlag> all = new HashSet<>(call.flags());
    all.addAll(flags);
    calls.put(id, call.withState(outcome, call.end(), all));
  }

  @Override
  public synchronized boolean notKept(RecordingId id) {
    check();
    CallSummary call = Objects.requireNonNull(calls.get(id));
    RecordingDecision policy = call.policy();
    Instant end = call.end();
    boolean due =
        policy != null
            && policy.keepMinutes() != null
            && end != null
            && !end.plus(Duration.ofMinutes(policy.keepMinutes())).isAfter(Instant.now());
    if (due) {
      finish(id, CallState.NOT_RECORDED_BY_POLICY, Set.of(CallFlag.NOT_KEPT));
    }
    return due;
  }

  @Override
  public synchronized Optional<CallEntry> find(TenantSlug tenant, RecordingId id) {
    return find(tenant, List.of(id)).stream().findFirst();
  }

  @Override
  public synchronized List<CallEntry> find(TenantSlug tenant, Collection<RecordingId> ids) {
    return load(ids).stream().filter(entry -> entry.summary().tenant().equals(tenant)).toList();
  }

  @Override
  public synchronized List<CallEntry> load(Collection<RecordingId> ids) {
    check();
    return ids.stream()
        .map(calls::get)
        .filter(Objects::nonNull)
        .map(call -> new CallEntry(call, 1, archives.get(call.id())))
        .toList();
  }

  @Override
  public synchronized List<CallEntry> sharing(Collection<RecordingId> captures) {
    check();
    return calls.values().stream()
        .filter(call -> call.capture() != null && captures.contains(call.capture()))
        .map(call -> new CallEntry(call, 1, archives.get(call.id())))
        .toList();
  }

  @Override
  public synchronized List<CallEntry> started(TenantSlug tenant, Instant from, Instant to) {
    check();
    return calls.values().stream()
        .filter(call -> call.tenant().equals(tenant))
        .filter(call -> !call.start().isBefore(from) && call.start().isBefore(to))
        .sorted(Comparator.comparing(CallSummary::start))
        .map(call -> new CallEntry(call, 1, archives.get(call.id())))
        .toList();
  }

  @Override
  public List<CallEntry> interaction(TenantSlug tenant, RecordingId interaction) {
    throw new UnsupportedOperationException();
  }

  @Override
  public synchronized List<RecordingId> inState(CallState state) {
    check();
    return calls.values().stream()
        .filter(call -> call.state() == state)
        .map(CallSummary::id)
        .toList();
  }
}
