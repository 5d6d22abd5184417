package io.earwitness.search;

import static org.assertj.core.api.Assertions.assertThat;

import io.earwitness.access.CallScope;
import io.earwitness.archive.catalog.CallCatalog;
import io.earwitness.archive.catalog.ChangeFeed;
import io.earwitness.call.CallFlag;
import io.earwitness.call.CallState;
import io.earwitness.call.CallSummary;
import io.earwitness.call.RecordingId;
import io.earwitness.call.TenantSlug;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IndexFollowerTest {
  private static final CallScope WHOLE = new CallScope.WholeTenant(Calls.ACME);

  @TempDir private Path folder;
  private final FakeCatalog catalog = new FakeCatalog();

  @Test
  void callsBecomeFindableAndThePositionIsKeptOverARestart() throws Exception {
    try (CallIndex index = new CallIndex(folder)) {
      try (IndexFollower _ = new IndexFollower(index, catalog, catalog)) {
        catalog.put(Calls.call("Anna Berg", "+1"));
        catalog.put(Calls.call("Ben Smith", "+2"));
        await(() -> index.search(WHOLE, Calls.ALL).total() == 2);
      }
    }
    try (CallIndex index = new CallIndex(folder)) {
      assertThat(index.position(catalog.epoch())).isEqualTo(2);
    }
  }

  @Test
  void aCatalogThatFailsForAWhileIsFollowedAfterwards() throws Exception {
    catalog.failures = 2;
    try (CallIndex index = new CallIndex(folder);
        IndexFollower _ = new IndexFollower(index, catalog, catalog)) {
      catalog.put(Calls.call("Anna Berg", "+1"));
      await(() -> index.search(WHOLE, Calls.ALL).total() == 1);
    }
    assertThat(catalog.failures).isZero();
  }

  @Test
  void afterTheDiskWasFullTheIndexIsFollowedOnWithoutARestart() throws Exception {
    DiskThatFills disk = new DiskThatFills(folder);
    try (CallIndex index = new CallIndex(disk);
        IndexFollower _ = new IndexFollower(index, catalog, catalog)) {
      catalog.put(Calls.call("Anna Berg", "+1"));
      await(() -> index.search(WHOLE, Calls.ALL).total() == 1);
      disk.full = true;
      catalog.put(Calls.call("Ben Smith", "+2"));
      assertThat(disk.refused.await(60, TimeUnit.SECONDS)).isTrue();
      disk.full = false;
      await(() -> index.search(WHOLE, Calls.ALL).total() == 2);
    }
  }

  private interface Condition {
    boolean holds() throws IOException;
  }

  private static void await(Condition condition) throws Exception {
    long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    while (!condition.holds()) {
      if (System.nanoTime() > end) {
        throw new TimeoutException("the index did not follow in 60 s");
      }
      Thread.sleep(20);
    }
  }

  /** A catalog in memory that can be made to fail. */
  private static final class FakeCatalog implements CallCatalog, ChangeFeed {
    private final Map<RecordingId, CallEntry> calls = new ConcurrentHashMap<>();
    private final List<Change> changes = new ArrayList<>();
    private volatile int failures;

    synchronized void put(CallEntry call) {
      calls.put(call.summary().id(), call);
      changes.add(new Change(changes.size() + 1, call.summary().tenant(), call.summary().id()));
    }

    @Override
    public String epoch() {
      return "epoch-1";
    }

    @Override
    public synchronized List<Change> read(long after, int max) {
      return changes.stream().filter(c -> c.position() > after).limit(max).toList();
    }

    @Override
    public void await(long after, Duration atMost) throws InterruptedException {
      Thread.sleep(10);
    }

    @Override
    public synchronized List<CallEntry> load(Collection<RecordingId> ids) {
      if (failures > 0) {
        failures--;
        throw new CatalogUnavailableException("away", null);
      }
      return ids.stream().filter(calls::containsKey).map(calls::get).toList();
    }

    @Override
    public void report(CallSummary summary) {
      throw new AssertionError("not used here");
    }

    @Override
    public boolean notKept(RecordingId id) {
      throw new AssertionError("not used here");
    }

    @Override
    public Optional<Work> take(String worker, Duration lease) {
      throw new AssertionError("not used here");
    }

    @Override
    public void extend(Work work, Duration lease) {
      throw new AssertionError("not used here");
    }

    @Override
    public void release(Work work, Duration delay, String why) {
      throw new AssertionError("not used here");
    }

    @Override
    public void archived(ArchivedCall archived) {
      throw new AssertionError("not used here");
    }

    @Override
    public void verified(TenantSlug tenant, RecordingId id, int generation, Instant at) {
      throw new AssertionError("not used here");
    }

    @Override
    public void finish(RecordingId id, CallState outcome, Set<CallFlag> flags) {
      throw new AssertionError("not used here");
    }

    @Override
    public Optional<CallEntry> find(TenantSlug tenant, RecordingId id) {
      throw new AssertionError("not used here");
    }

    @Override
    public List<CallEntry> find(TenantSlug tenant, Collection<RecordingId> ids) {
      throw new AssertionError("not used here");
    }

    @Override
    public List<CallEntry> sharing(Collection<RecordingId> captures) {
      throw new AssertionError("not used here");
    }

    @Override
    public List<CallEntry> started(TenantSlug tenant, Instant from, Instant to) {
      throw new AssertionError("not used here");
    }

    @Override
    public List<CallEntry> interaction(TenantSlug tenant, RecordingId interaction) {
      throw new AssertionError("not used here");
    }

    @Override
    public List<RecordingId> inState(CallState state) {
      throw new AssertionError("not used here");
    }
  }
}
