package io.earwitness.archive.catalog;

import io.earwitness.call.CallSummary;
import io.earwitness.call.RecordingId;
import java.util.Collection;
import java.util.Set;

/**
 * Where the captures of calls are that are not archived from them yet: what a node should have,
 * what it says that it doesn't have, and what was put together without it. Thread-safe; throws
 * {@link CallCatalog.CatalogUnavailableException} where the database can't be reached.
 */
public interface Captures {
  /**
   * Calls of a node.
   *
   * @param waiting live or closed, and it did not say that it has no capture of them
   * @param unwhole lost, or archived from rescue copies, and it has not reported the whole capture
   */
  record Awaited(Set<RecordingId> waiting, Set<RecordingId> unwhole) {}

  /** The calls of which this node should have a capture, or might. */
  Awaited awaited(String node);

  /**
   * Notes that a node has no capture of these calls, as far as they are its and have no outcome:
   * anybody may then archive them from rescue copies. A report of such a call takes it back.
   */
  void missing(String node, Collection<RecordingId> ids);

  /**
   * Records what a rescue copy tells of a call: <i>closed</i>, at the end of the copy. A call that
   * the catalog does not know is added; one whose node reported its end, or which has an outcome,
   * stays as it is.
   */
  void rescued(CallSummary summary);
}
