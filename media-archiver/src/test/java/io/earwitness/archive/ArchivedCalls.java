package io.earwitness.archive;

import io.earwitness.archive.catalog.CallCatalog;
import io.earwitness.call.CallFlag;
import io.earwitness.call.CallState;
import io.earwitness.call.CallSummary;
import io.earwitness.call.RecordingId;
import io.earwitness.call.TenantSlug;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Of a catalog, what the commit protocol uses: of two rows for one generation the first wins, and
 * the first time at which it was read back.
 */
class ArchivedCalls implements CallCatalog {
  private record Row(RecordingId id, int generation) {}

  private final Map<Row, ArchivedCall> rows = new ConcurrentHashMap<>();
  private final Map<Row, Instant> verifications = new ConcurrentHashMap<>();

  /** The catalog as a process sees it that may die at any call. */
  CallCatalog as(Fate fate) {
    ArchivedCalls all = this;
    return new ArchivedCalls() {
      @Override
      public void archived(ArchivedCall archived) {
        fate.call(
            "catalog",
            () -> {
              all.archived(archived);
              return "";
            });
      }

      @Override
      public void verified(TenantSlug tenant, RecordingId id, int generation, Instant at) {
        fate.call(
            "verified",
            () -> {
              all.verified(tenant, id, generation, at);
              return "";
            });
      }
    };
  }

  Optional<ArchivedCall> row(RecordingId id, int generation) {
    return Optional.ofNullable(rows.get(new Row(id, generation)));
  }

  /** When a generation was read back and found right. */
  Optional<Instant> verifiedAt(RecordingId id, int generation) {
    return Optional.ofNullable(verifications.get(new Row(id, generation)));
  }

  @Override
  public void verified(TenantSlug tenant, RecordingId id, int generation, Instant at) {
    verifications.putIfAbsent(new Row(id, generation), at);
  }

  @Override
  public void archived(ArchivedCall archived) {
    rows.putIfAbsent(new Row(archived.id(), archived.generation()), archived);
  }

  @Override
  public void report(CallSummary summary) {
    throw new UnsupportedOperationException();
  }

  @Override
  public boolean notKept(RecordingId id) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Optional<Work> take(String worker, Duration lease) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void extend(Work work, Duration lease) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void release(Work work, Duration delay, String why) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void finish(RecordingId id, CallState outcome, Set<CallFlag> flags) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Optional<CallEntry> find(TenantSlug tenant, RecordingId id) {
    throw new UnsupportedOperationException();
  }

  @Override
  public List<CallEntry> find(TenantSlug tenant, Collection<RecordingId> ids) {
    throw new UnsupportedOperationException();
  }

  @Override
  public List<CallEntry> load(Collection<RecordingId> ids) {
    throw new UnsupportedOperationException();
  }

  @Override
  public List<CallEntry> sharing(Collection<RecordingId> captures) {
    return List.of();
  }

  @Override
  public List<CallEntry> started(TenantSlug tenant, Instant from, Instant to) {
    throw new UnsupportedOperationException();
  }

  @Override
  public List<CallEntry> interaction(TenantSlug tenant, RecordingId interaction) {
    throw new UnsupportedOperationException();
  }

  @Override
  public List<RecordingId> inState(CallState state) {
    throw new UnsupportedOperationException();
  }
}
