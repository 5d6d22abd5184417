package io.earwitness.archive.cdr;

import io.earwitness.archive.ObjectKeys;
import io.earwitness.archive.catalog.CallCatalog;
import io.earwitness.archive.catalog.CallCatalog.CallEntry;
import io.earwitness.archive.catalog.ChangeFeed;
import io.earwitness.archive.catalog.Tombstones;
import io.earwitness.archive.store.ObjectStore;
import io.earwitness.archive.store.ObjectStore.Bucket;
import io.earwitness.call.CallState;
import io.earwitness.call.CallSummary;
import io.earwitness.call.RecordingId;
import io.earwitness.call.TenantSlug;
import io.earwitness.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the CDR lake up to date from the change feed: each hour of a tenant whose calls changed is
 * written anew from the catalog and replaced by one PUT. It holds nothing of its own; deleting
 * {@code cdr/} makes it build everything again. Works on a thread of its own.
 */
public final class CdrLake implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(CdrLake.class);
  private static final int BATCH = 10_000;
  private static final Duration POLL = Duration.ofMillis(500);

  private final ObjectStore store;
  private final ChangeFeed feed;
  private final CallCatalog calls;
  private final Tombstones tombstones;
  private final byte[] tokenSecret;
  private final Duration settle;
  private final Thread thread;
  private volatile boolean stopped;
  private volatile long written;
  private String epoch = "";

  /** Up to which change the lake is complete; kept beside it. */
  record Position(String epoch, long position) {}

  private record Hour(TenantSlug tenant, Instant begin) implements Comparable<Hour> {
    @Override
    public int compareTo(Hour other) {
      int byTenant = tenant.compareTo(other.tenant);
      return byTenant != 0 ? byTenant : begin.compareTo(other.begin);
    }
  }

  /**
   * Begins to follow at once.
   *
   * @param tombstones has the rows of calls that were disposed of
   * @param tokenSecret see {@link Tokens#of}
   * @param settle how long changes are gathered before the hours they touch are written
   */
  public CdrLake(
      ObjectStore store,
      ChangeFeed feed,
      CallCatalog calls,
      Tombstones tombstones,
      byte[] tokenSecret,
      Duration settle) {
    this.store = store;
    this.feed = feed;
    this.calls = calls;
    this.tombstones = tombstones;
    this.tokenSecret = tokenSecret.clone();
    this.settle = settle;
    this.thread = Thread.ofPlatform().name("cdr-lake").daemon().start(this::run);
  }

  /** The position up to which the lake is written; for waiting in tests and for metrics. */
  public long position() {
    return written;
  }

  private void run() {
    while (!stopped) {
      try {
        if (!step()) {
          feed.await(written, POLL);
        } else {
          Thread.sleep(settle);
        }
      } catch (InterruptedException e) {
        return;
      } catch (RuntimeException | IOException e) {
        LOG.warn("the CDR lake could not follow the catalog; trying again: {}", e.toString());
        pause();
      }
    }
  }

  private boolean step() throws IOException {
    if (!epoch.equals(feed.epoch())) {
      epoch = feed.epoch();
      written = load();
    }
    List<ChangeFeed.Change> changes = feed.read(written, BATCH);
    if (changes.isEmpty()) {
      return false;
    }
    Map<RecordingId, CallSummary> present = new HashMap<>();
    calls
        .load(changes.stream().map(ChangeFeed.Change::id).distinct().toList())
        .forEach(call -> present.put(call.summary().id(), call.summary()));
    Set<Hour> hours = new TreeSet<>();
    for (ChangeFeed.Change change : changes) {
      CallSummary call = present.get(change.id());
      if (call != null) {
        // The tenant of the change too: it has lost the call if that is another's by now
        Instant begin = call.start().truncatedTo(ChronoUnit.HOURS);
        hours.add(new Hour(change.tenant(), begin));
        hours.add(new Hour(call.tenant(), begin));
      }
    }
    hours.forEach(this::write);
    long upTo = changes.getLast().position();
    store.put(Bucket.WORK, ObjectKeys.CDR_POSITION, Json.bytes(new Position(epoch, upTo)));
    written = upTo;
    return true;
  }

  private long load() throws IOException {
    var stored = store.open(Bucket.WORK, ObjectKeys.CDR_POSITION, null);
    if (stored.isEmpty()) {
      return 0;
    }
    try (InputStream in = stored.get()) {
      Position position = Json.read(in.readAllBytes(), Position.class);
      return position.epoch().equals(epoch) ? position.position() : 0;
    }
  }

  private void write(Hour hour) {
    CdrRows rows = new CdrRows(Tokens.of(tokenSecret, hour.tenant()));
    List<CallEntry> entries =
        calls.started(hour.tenant(), hour.begin(), hour.begin().plus(1, ChronoUnit.HOURS));
    var begin = hour.begin().atOffset(ZoneOffset.UTC);
    String key = ObjectKeys.cdr(hour.tenant(), begin.toLocalDate(), begin.getHour());
    List<CdrRow> written = rows(hour.tenant(), rows, entries);
    if (written.isEmpty()) {
      store.delete(Bucket.WORK, key, null);
    } else {
      store.put(Bucket.WORK, key, CdrFile.write(written));
    }
  }

  /** In the order of the calls; of those that were disposed of, what the tenant keeps. */
  private List<CdrRow> rows(TenantSlug tenant, CdrRows rows, List<CallEntry> entries) {
    List<RecordingId> disposed =
        entries.stream()
            .map(CallEntry::summary)
            .filter(call -> call.state() == CallState.DISPOSED)
            .map(CallSummary::id)
            .toList();
    Map<RecordingId, String> kept =
        disposed.isEmpty() ? Map.of() : tombstones.cdr(tenant, disposed);
    List<CdrRow> written = new ArrayList<>(entries.size());
    for (CallEntry entry : entries) {
      String json = kept.get(entry.summary().id());
      if (json != null) {
        written.add(DisposedCdr.row(json));
      } else if (entry.summary().state() != CallState.DISPOSED) {
        written.add(rows.row(entry));
      }
    }
    return written;
  }

  private static void pause() {
    try {
      Thread.sleep(1_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Stops following, after the hours that are being written. */
  @Override
  public void close() {
    stopped = true;
    try {
      thread.join(30_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
