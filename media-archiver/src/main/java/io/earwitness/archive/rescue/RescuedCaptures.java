package io.earwitness.archive.rescue;

import io.earwitness.archive.RescueCopies;
import io.earwitness.archive.catalog.Captures;
import io.earwitness.archive.rescue.RescueIndex.Portion;
import io.earwitness.call.CallSummary;
import io.earwitness.call.RecordingId;
import io.earwitness.capture.CaptureKey;
import io.earwitness.capture.CaptureReader;
import io.earwitness.capture.SealedSegments;
import io.earwitness.capture.SpoolReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts captures together again from rescue copies, in a folder of this machine that holds them for
 * as long as they are read: sealed, as they always were. Thread-safe for different recordings.
 */
public final class RescuedCaptures implements RescueCopies {
  private static final Logger LOG = LoggerFactory.getLogger(RescuedCaptures.class);

  private final RescueStore store;
  private final Captures catalog;
  private final SealedSegments rebuilt;
  private final CaptureReader reader;

  /**
   * Makes the folder ready.
   *
   * @param folder exists, and is for this use alone; what a crash left in it is removed
   * @param keys of the capture certificates for which the copies may be sealed
   */
  public RescuedCaptures(RescueStore store, Captures catalog, Path folder, List<CaptureKey> keys)
      throws IOException {
    this.store = store;
    this.catalog = catalog;
    this.rebuilt = new SealedSegments(folder);
    this.reader = new SpoolReader(folder, keys);
    for (CaptureReader.Entry left : reader.list()) {
      rebuilt.remove(left.id());
    }
  }

  @Override
  public Optional<Copy> copy(String node, RecordingId id) throws IOException {
    boolean found = false;
    rebuilt.remove(id);
    for (RescueStore.Stored stored : store.list(node)) {
      if (stored.index() != null) {
        found |= take(stored, stored.index(), id);
      }
    }
    return found ? Optional.of(new Rebuilt(id)) : Optional.empty();
  }

  private boolean take(RescueStore.Stored stored, RescueIndex index, RecordingId id)
      throws IOException {
    boolean found = false;
    long at = index.size();
    for (Portion portion : index.portions()) {
      if (portion.id().equals(id)) {
        try (InputStream in = store.open(stored.key(), at, portion.length())) {
          rebuilt.write(id, portion.segment(), portion.offset(), in);
        }
        found = true;
      }
      at += portion.length();
    }
    return found;
  }

  @Override
  public void closed(CallSummary summary) {
    catalog.rescued(summary);
  }

  /** One capture that was put together. */
  private final class Rebuilt implements Copy {
    private final RecordingId id;

    Rebuilt(RecordingId id) {
      this.id = id;
    }

    @Override
    public CaptureReader reader() {
      return reader;
    }

    @Override
    public void close() {
      try {
        rebuilt.remove(id);
      } catch (IOException e) {
        LOG.warn(
            "the sealed copy of capture {} is left until the next start: {}", id, e.toString());
      }
    }
  }
}
