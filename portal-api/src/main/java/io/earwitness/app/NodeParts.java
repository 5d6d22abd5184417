package io.earwitness.app;

import io.earwitness.archive.catalog.CatalogDatabase;
import io.earwitness.archive.catalog.Nodes;
import io.earwitness.archive.report.NodePresence;
import io.earwitness.archive.report.Reporter;
import io.earwitness.archive.rescue.RescueCopier;
import io.earwitness.archive.rescue.RescueStore;
import io.earwitness.archive.rescue.RescueSweep;
import io.earwitness.archive.rescue.RescuedCaptures;
import io.earwitness.archive.store.ObjectStore;
import io.earwitness.capture.CaptureKey;
import io.earwitness.capture.CaptureReader;
import io.earwitness.capture.SealedSegments;
import io.earwitness.capture.SpoolIdentity;
import io.earwitness.capture.SpoolReader;
import io.earwitness.capture.SpoolSpace;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What makes a recorder one of several nodes: its presence, rescue copies, and their sweep. */
final class NodeParts implements AutoCloseable {
  private final Config config;
  private final CatalogDatabase database;
  private final SpoolReader captures;
  private final Path spool;
  private final SpoolSpace space;
  private final Clock clock;
  private final Instant started;
  private final UUID identity;
  private final RescueStore rescues;
  private final RescuedCaptures copies;
  private @Nullable NodePresence presence;
  private final Deque<AutoCloseable> running = new ArrayDeque<>();

  /**
   * @param spool whose captures {@code captures} reads
   * @param rescued the folder where captures are put together again
   */
  NodeParts(
      Config config,
      CatalogDatabase database,
      ObjectStore store,
      SpoolReader captures,
      Path spool,
      Path rescued,
      List<CaptureKey> keys,
      SpoolSpace space,
      Clock clock)
      throws IOException {
    this.config = config;
    this.database = database;
    this.captures = captures;
    this.spool = spool;
    this.space = space;
    this.clock = clock;
    started = clock.instant();
    identity = SpoolIdentity.of(spool);
    rescues = new RescueStore(store);
    copies = new RescuedCaptures(rescues, database.captures(), rescued, keys);
  }

  RescuedCaptures copies() {
    return copies;
  }

  /**
   * Lets the node be there; to be done before its calls are reported.
   *
   * @throws IOException if another node has its name
   */
  void start(Reporter reporter, MeterRegistry metrics, NodeConditions conditions)
      throws IOException {
    NodePresence presence =
        new NodePresence(
            database.nodes(),
            database.captures(),
            captures,
            reporter,
            this::heartbeat,
            NodePresence.Settings.absentAfter(config.nodes().absentAfter()),
            clock);
    running.push(presence);
    this.presence = presence;
    presence.start();
    RescueCopier copier = null;
    // A directory store lies on this machine: what takes the spool would take the copies, too
    if (config.objects() != null && config.nodes().rescueInterval().isPositive()) {
      copier =
          new RescueCopier(
              config.node(), captures, new SealedSegments(spool), database.calls(), rescues, clock);
      running.push(copier);
      copier.start(config.nodes().rescueInterval());
    }
    NodeUpkeep upkeep =
        new NodeUpkeep(
            new RescueSweep(
                config.node(), rescues, copies, database.calls(), database.nodes(), clock),
            database.calls(),
            database.nodes(),
            space,
            metrics);
    running.push(upkeep);
    RescueCopier rescuing = copier;
    conditions.node(
        presence::isNameTaken,
        presence::missingCaptures,
        reporter::unreported,
        () -> rescuing != null && rescuing.isFailing(),
        upkeep::leftovers);
  }

  /** There once started. */
  NodePresence presence() {
    return Objects.requireNonNull(presence, "not started");
  }

  private Nodes.Heartbeat heartbeat(@Nullable Duration clockOffset) throws IOException {
    int calls = 0;
    long bytes = 0;
    for (CaptureReader.Entry entry : captures.list()) {
      calls += entry.beingWritten() ? 1 : 0;
      bytes += entry.bytes();
    }
    SpoolSpace.Room room = space.room();
    return new Nodes.Heartbeat(
        config.node(),
        config.region(),
        identity,
        EarwitnessCommand.Version.running(),
        started,
        calls,
        room == null ? null : room.freeBytes(),
        bytes,
        room == null ? null : room.fullIn(),
        clockOffset);
  }

  @Override
  public void close() throws Exception {
    while (!running.isEmpty()) {
      running.pop().close();
    }
  }
}
