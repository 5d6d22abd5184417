package io.earwitness.app;

import io.earwitness.archive.catalog.AnnouncementPlays;
import io.earwitness.archive.catalog.CallCatalog.CatalogUnavailableException;
import io.earwitness.call.PlayedAnnouncement;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Enters what this node's announcement service has played into the catalog, and tells this node's
 * recorder what others have played, within about a second. While the catalog is away, what was
 * played waits here, within bounds; running recordings of this node know it all the same.
 * Thread-safe.
 */
final class PlayedKeeper implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PlayedKeeper.class);
  private static final int MOST = 10_000;
  private static final long POLL_MILLIS = 1_000;

  /** Rows become visible when their transaction ends, some time after their time stamp. */
  private static final Duration OVERLAP = Duration.ofSeconds(10);

  private final String node;
  private final AnnouncementPlays catalog;
  private final BlockingQueue<PlayedAnnouncement> waiting = new LinkedBlockingQueue<>(MOST);
  private final ScheduledExecutorService threads =
      Executors.newScheduledThreadPool(
          2, Thread.ofPlatform().name("played-announcements-", 0).daemon().factory());
  private @Nullable Instant since;
  private boolean away;

  PlayedKeeper(String node, AnnouncementPlays catalog) {
    this.node = node;
    this.catalog = catalog;
    threads.scheduleWithFixedDelay(this::enter, 100, 100, TimeUnit.MILLISECONDS);
  }

  /** Takes one to be entered; at once back. */
  void played(PlayedAnnouncement play) {
    if (!waiting.offer(play)) {
      LOG.error("{} played announcements wait for the catalog: one is lost: {}", MOST, play.line());
    }
  }

  private void enter() {
    PlayedAnnouncement play = waiting.peek();
    try {
      while (play != null) {
        if (!catalog.enter(play)) {
          LOG.warn("no tenant {} for what was played: {}", play.tenant(), play.line());
        }
        waiting.remove(play);
        play = waiting.peek();
      }
      away = false;
    } catch (CatalogUnavailableException e) {
      if (!away) {
        LOG.warn("what was played waits for the catalog: {}", e.toString());
      }
      away = true;
    } catch (RuntimeException e) {
      LOG.error("what was played could not be entered: {}", play == null ? "" : play.line(), e);
      if (play != null) {
        waiting.remove(play);
      }
    }
  }

  /** From now on tells of what others play. */
  void follow(Consumer<PlayedAnnouncement> recorder) {
    threads.scheduleWithFixedDelay(
        () -> look(recorder), POLL_MILLIS, POLL_MILLIS, TimeUnit.MILLISECONDS);
  }

  private void look(Consumer<PlayedAnnouncement> recorder) {
    try {
      Instant from = since == null ? Instant.now().minus(PlayedAnnouncement.BEFORE_BY_ID) : since;
      AnnouncementPlays.Recent recent = catalog.enteredByOthers(node, from, MOST);
      recent.plays().forEach(recorder);
      since = recent.until().minus(OVERLAP);
    } catch (CatalogUnavailableException e) {
      LOG.debug("what others played can't be looked up: {}", e.toString());
    } catch (RuntimeException e) {
      LOG.error("what others played could not be told", e);
    }
  }

  /** Enters what waits, if that can be done at once. */
  @Override
  public void close() {
    threads.shutdown();
    try {
      if (!threads.awaitTermination(1, TimeUnit.SECONDS)) {
        threads.shutdownNow();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    enter();
    if (!waiting.isEmpty()) {
      LOG.error("{} played announcements could not be entered in the catalog", waiting.size());
    }
  }
}
