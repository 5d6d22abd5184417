package io.earwitness.app;

import io.earwitness.archive.catalog.CallCatalog.CatalogUnavailableException;
import io.earwitness.archive.catalog.Directory;
import io.earwitness.call.RecorderSnapshot;
import io.earwitness.json.Json;
import io.earwitness.recorder.srs.RecorderConfiguration;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives the recorder the configuration snapshot on its disk, and replaces it when the catalog has a
 * newer one. The recorder never waits for the catalog: without it, the last snapshot goes on.
 */
final class SnapshotKeeper implements Supplier<RecorderConfiguration>, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SnapshotKeeper.class);
  private static final long POLL_MILLIS = 1_000;

  private final Path file;
  private final Directory directory;
  private final ScheduledExecutorService poll =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("configuration-snapshot").daemon().factory());
  private volatile RecorderConfiguration current;

  /** Begins with the snapshot on disk and follows the catalog. */
  SnapshotKeeper(Path file, Directory directory) throws IOException {
    this.file = file;
    this.directory = directory;
    this.current = RecorderConfiguration.of(load(file));
    refresh();
    poll.scheduleWithFixedDelay(this::refresh, POLL_MILLIS, POLL_MILLIS, TimeUnit.MILLISECONDS);
  }

  private static RecorderSnapshot load(Path file) throws IOException {
    if (!Files.exists(file)) {
      return new RecorderSnapshot("none", List.of(), List.of());
    }
    return Json.read(Files.readAllBytes(file), RecorderSnapshot.class);
  }

  /** Takes over what the catalog has now. */
  void refresh() {
    try {
      RecorderSnapshot latest = directory.snapshot();
      if (!latest.version().equals(current.snapshot().version())) {
        SecretFile.writePrivately(file, Json.bytes(latest));
        current = RecorderConfiguration.of(latest);
        LOG.info(
            "configuration snapshot {}: {} tenants, {} SRCs",
            latest.version(),
            latest.tenants().size(),
            latest.srcs().size());
      }
    } catch (CatalogUnavailableException | IOException e) {
      LOG.warn("the configuration snapshot stays as it is: {}", e.toString());
    } catch (RuntimeException e) {
      LOG.error("the configuration snapshot can't be used and stays as it is", e);
    }
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
