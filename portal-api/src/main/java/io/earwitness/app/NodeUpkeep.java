package io.earwitness.app;

import io.earwitness.archive.catalog.CallCatalog;
import io.earwitness.archive.catalog.Nodes;
import io.earwitness.archive.rescue.RescueSweep;
import io.earwitness.call.CallState;
import io.earwitness.capture.SpoolSpace;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is looked after each minute where nodes come and go: rescue copies that nobody needs any
 * more are removed, and figures say what was lost, what is left over and how full the spool is.
 */
final class NodeUpkeep implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(NodeUpkeep.class);

  private final RescueSweep sweep;
  private final CallCatalog calls;
  private final Nodes nodes;
  private final AtomicLong lost = new AtomicLong();
  private final AtomicLong absent = new AtomicLong();
  private final AtomicLong leftovers = new AtomicLong();
  private long sweeps;
  private final ScheduledExecutorService schedule =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("node-upkeep").daemon().factory());

  NodeUpkeep(
      RescueSweep sweep, CallCatalog calls, Nodes nodes, SpoolSpace space, MeterRegistry metrics) {
    this.sweep = sweep;
    this.calls = calls;
    this.nodes = nodes;
    metrics.gauge("earwitness_calls_lost", lost);
    metrics.gauge("earwitness_nodes_absent", absent);
    metrics.gauge("earwitness_rescue_leftovers", leftovers);
    metrics.gauge("earwitness_spool_free_bytes", space, NodeUpkeep::freeBytes);
    metrics.gauge("earwitness_spool_full_in_hours", space, NodeUpkeep::fullInHours);
    schedule.scheduleWithFixedDelay(this::count, 0, 1, TimeUnit.MINUTES);
    schedule.scheduleWithFixedDelay(this::sweepCopies, 1, 1, TimeUnit.MINUTES);
  }

  private static double freeBytes(SpoolSpace space) {
    SpoolSpace.Room room = space.room();
    return room == null ? Double.NaN : room.freeBytes();
  }

  private static double fullInHours(SpoolSpace space) {
    SpoolSpace.Room room = space.room();
    @Nullable Duration fullIn = room == null ? null : room.fullIn();
    return fullIn == null ? Double.NaN : fullIn.toSeconds() / 3600.0;
  }

  private void count() {
    try {
      lost.set(calls.inState(CallState.LOST).size());
      absent.set(nodes.list().stream().filter(Nodes.Node::absent).count());
    } catch (RuntimeException e) {
      LOG.debug("lost calls and absent nodes can't be counted now: {}", e.toString());
    }
  }

  /** Rescue copies that need a person, as of the last sweep. */
  long leftovers() {
    return leftovers.get();
  }

  private void sweepCopies() {
    try {
      RescueSweep.Report report = sweep.sweep();
      leftovers.set(report.leftovers().size());
      // Named once a day: what is left over after a day needs a person, not a line each minute
      if (sweeps++ % Duration.ofDays(1).toMinutes() == 0 && !report.leftovers().isEmpty()) {
        LOG.warn(
            "{} rescue copies are older than a day, because calls in them are not archived or the"
                + " copies can't be read: {}",
            report.leftovers().size(),
            report.leftovers());
      }
    } catch (RuntimeException e) {
      LOG.warn("rescue copies could not be looked through; tried again: {}", e.toString());
    }
  }

  @Override
  public void close() {
    schedule.shutdownNow();
  }
}
