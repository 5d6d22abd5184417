package io.earwitness.app;

import io.earwitness.archive.catalog.CallCatalog.CatalogUnavailableException;
import io.earwitness.archive.catalog.Directory;
import io.earwitness.call.AnnouncedParties;
import io.earwitness.call.RecorderSnapshot;
import io.earwitness.recorder.srs.RecorderConfiguration;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives the recorder the signed configuration snapshot on its disk, and replaces it when the
 * catalog has a newer one. The recorder never waits for the catalog: without it, the last snapshot
 * goes on.
 */
final class SnapshotKeeper implements Supplier<RecorderConfiguration>, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SnapshotKeeper.class);
  private static final long POLL_MILLIS = 1_000;

  private final SignedSnapshots files;
  private final Directory directory;
  private final AnnouncedParties.Countries countries;
  private final ScheduledExecutorService poll =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("configuration-snapshot").daemon().factory());
  private volatile RecorderConfiguration current;
  private volatile boolean unusable;

  /**
   * Begins with the snapshot on disk and follows the catalog.
   *
   * @param countries of numbers
   */
  SnapshotKeeper(SignedSnapshots files, Directory directory, AnnouncedParties.Countries countries)
      throws IOException {
    this.files = files;
    this.directory = directory;
    this.countries = countries;
    this.current =
        RecorderConfiguration.of(
            files.load().orElseGet(() -> new RecorderSnapshot("none", List.of(), List.of())),
            countries);
    refresh();
    poll.scheduleWithFixedDelay(this::refresh, POLL_MILLIS, POLL_MILLIS, TimeUnit.MILLISECONDS);
  }

  /** Takes over what the catalog has now. */
  void refresh() {
    try {
      files.guard();
      RecorderSnapshot latest = directory.snapshot();
      if (!latest.version().equals(current.snapshot().version())) {
        RecorderConfiguration next = RecorderConfiguration.of(latest, countries);
        files.write(latest);
        current = next;
        LOG.info(
            "configuration snapshot {}: {} tenants, {} SRCs",
            latest.version(),
            latest.tenants().size(),
            latest.srcs().size());
      }
      unusable = false;
    } catch (CatalogUnavailableException | IOException e) {
      LOG.warn("the configuration snapshot stays as it is: {}", e.toString());
    } catch (RuntimeException e) {
      unusable = true;
      LOG.error("the configuration snapshot can't be used and stays as it is", e);
    }
  }

  /** Whether the newest configuration can't be taken over. */
  boolean isUnusable() {
    return unusable;
  }

  /** Whether the configuration on disk was not what the platform signed. */
  boolean isForged() {
    return files.isForged();
  }

  /** The snapshot in force, ready for use. */
  @Override
  public RecorderConfiguration get() {
    return current;
  }

  @Override
  public void close() {
    poll.shutdownNow();
  }
}
