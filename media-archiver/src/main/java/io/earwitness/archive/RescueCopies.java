package io.earwitness.archive;

import io.earwitness.call.CallSummary;
import io.earwitness.call.RecordingId;
import io.earwitness.capture.CaptureReader;
import java.io.IOException;
import java.util.Optional;

/** Copies of captures whose node, or its disk, is gone. Thread-safe for different recordings. */
public interface RescueCopies {
  /** Where no copies are made. */
  RescueCopies NONE =
      new RescueCopies() {
        @Override
        public Optional<Copy> copy(String node, RecordingId id) {
          return Optional.empty();
        }

        @Override
        public void closed(CallSummary summary) {}
      };

  /** A capture put together from copies; closing it removes it from this machine. */
  interface Copy extends AutoCloseable {
    /** Reads this capture; of others it knows nothing. */
    CaptureReader reader();

    @Override
    void close();
  }

  /**
   * Puts together what there is of a capture.
   *
   * @param node the node that had it
   * @return empty if there is no copy
   * @throws IOException if a copy can't be read or the capture not be put together
   * @throws io.earwitness.archive.store.ObjectStore.ObjectStoreException if the store failed
   */
  Optional<Copy> copy(String node, RecordingId id) throws IOException;

  /** Tells the catalog what a copy says of its call, which is <i>closed</i> by that. */
  void closed(CallSummary summary);
}
