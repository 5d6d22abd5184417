package io.earwitness.search;

import io.earwitness.archive.catalog.CallCatalog;
import io.earwitness.archive.catalog.ChangeFeed;
import io.earwitness.call.RecordingId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps an index up to date from the change feed, on a thread of its own. A failure (the database
 * away, a full disk) is logged, waited out and tried again from the same position.
 */
public final class IndexFollower implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(IndexFollower.class);
  private static final int BATCH = 1_000;
  private static final Duration POLL = Duration.ofMillis(500);
  private static final long COMMIT_NANOS = Duration.ofSeconds(10).toNanos();

  private final CallIndex index;
  private final ChangeFeed feed;
  private final CallCatalog calls;
  private final Thread thread;
  private volatile boolean stopped;

  /** Begins to follow at once. */
  public IndexFollower(CallIndex index, ChangeFeed feed, CallCatalog calls) {
    this.index = index;
    this.feed = feed;
    this.calls = calls;
    this.thread = Thread.ofPlatform().name("search-index").daemon().start(this::run);
  }

  private void run() {
    long committed = System.nanoTime();
    boolean dirty = false;
    while (!stopped) {
      try {
        dirty |= step();
        if (dirty && System.nanoTime() - committed > COMMIT_NANOS) {
          index.commit();
          committed = System.nanoTime();
          dirty = false;
        }
      } catch (InterruptedException e) {
        return;
      } catch (IOException | RuntimeException e) {
        LOG.warn("the search index could not follow the catalog; trying again: {}", e.toString());
        if (!pause()) {
          return;
        }
      }
    }
  }

  /** Applies one batch, or waits for one. Returns whether there was one. */
  private boolean step() throws IOException, InterruptedException {
    long position = index.position(feed.epoch());
    List<ChangeFeed.Change> changes = feed.read(position, BATCH);
    if (changes.isEmpty()) {
      feed.await(position, POLL);
      return false;
    }
    List<RecordingId> ids = changes.stream().map(ChangeFeed.Change::id).distinct().toList();
    index.apply(ids, calls.load(ids), changes.getLast().position());
    return true;
  }

  private static boolean pause() {
    try {
      Thread.sleep(1_000);
      return true;
    } catch (InterruptedException e) {
      return false;
    }
  }

  /** Stops following; the index stays open. */
  @Override
  public void close() {
    // Never by interrupt: it would close the files that Lucene is writing.
    stopped = true;
    try {
      thread.join(10_000);
      index.commit();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      throw new UncheckedIOException("the search index can't be written", e);
    }
  }
}
