package io.earwitness.archive.catalog;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The registry of recorders' nodes. Each says again and again that it is there; one that has not
 * done so within its lease is <i>absent</i>, by the database's clock. Thread-safe; throws {@link
 * CallCatalog.CatalogUnavailableException} where the database can't be reached.
 */
public interface Nodes {
  /**
   * What a node says of itself.
   *
   * @param name unique among all nodes of the catalog
   * @param spool the identity of its spool, so that two nodes of one name are told apart
   * @param runningCalls captures being written
   * @param spoolFreeBytes null if unknown
   * @param spoolUsedBytes bytes of all captures; null if unknown
   * @param spoolFullIn until new calls are refused for want of room, as things go now; null if the
   *     spool does not grow
   * @param clockOffset how far the node's clock is ahead of the database's; null if unknown
   */
  record Heartbeat(
      String name,
      String region,
      UUID spool,
      String version,
      Instant startedAt,
      int runningCalls,
      @Nullable Long spoolFreeBytes,
      @Nullable Long spoolUsedBytes,
      @Nullable Duration spoolFullIn,
      @Nullable Duration clockOffset) {}

  /**
   * A node as it was last heard of.
   *
   * @param absent whether its lease is over
   */
  record Node(Heartbeat said, Instant heartbeatAt, boolean absent) {}

  /**
   * Takes a node's word, which holds for {@code lease}.
   *
   * @return the database's clock; empty if a node with another spool has this name and is present:
   *     then nothing was changed
   */
  Optional<Instant> heartbeat(Heartbeat said, Duration lease);

  /** All nodes that were ever heard of, by name. */
  List<Node> list();
}
