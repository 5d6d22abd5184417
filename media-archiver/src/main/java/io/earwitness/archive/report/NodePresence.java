package io.earwitness.archive.report;

import io.earwitness.archive.catalog.CallCatalog.CatalogUnavailableException;
import io.earwitness.archive.catalog.Captures;
import io.earwitness.archive.catalog.Nodes;
import io.earwitness.call.RecordingId;
import io.earwitness.capture.CaptureReader;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says again and again that this node is there, and now and then compares what the catalog awaits
 * of it with what its spool holds: calls whose capture is not there are said to be missing, and
 * those that are there although the catalog has given them up are reported again. One thread of its
 * own; the catalog may be away for any time.
 */
public final class NodePresence implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(NodePresence.class);
  private static final Duration TOLERATED_OFFSET = Duration.ofSeconds(1);

  private final Nodes nodes;
  private final Captures catalog;
  private final CaptureReader spool;
  private final Reporter reporter;
  private final Figures figures;
  private final Settings settings;
  private final InstantSource clock;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("node-presence").factory());
  private @Nullable Duration clockOffset;
  private boolean present;
  private boolean away;
  private volatile boolean warnedOfName;
  private boolean warnedOfOffset;
  private volatile @Nullable String spoolProblem;
  private volatile int missing;

  /** A node with another spool is there under this name: one of the two must get another. */
  public static final class NameTakenException extends IOException {
    private static final long serialVersionUID = 1L;

    NameTakenException() {
      super(
          "another node is there under the same name, with another spool; give each node a name of"
              + " its own (setting 'node'). After a change of disk start again when the former"
              + " heartbeat holds no more (setting 'nodes.absentAfterSeconds')");
    }
  }

  /** What the node says of itself. */
  @FunctionalInterface
  public interface Figures {
    /**
     * The figures of this moment.
     *
     * @param clockOffset how far the clock here is ahead of the database's; null if unknown
     * @throws IOException if the spool can't be looked at: then the node is as good as absent
     */
    Nodes.Heartbeat now(@Nullable Duration clockOffset) throws IOException;
  }

  /**
   * How often.
   *
   * @param every between two heartbeats
   * @param lease how long one holds; the node is absent when none came for that long
   * @param rollCall between two looks at what the catalog awaits
   */
  public record Settings(Duration every, Duration lease, Duration rollCall) {
    public Settings {
      if (!every.isPositive() || lease.compareTo(every.multipliedBy(2)) < 0) {
        throw new IllegalArgumentException(
            "a heartbeat every %s with a lease of %s: the lease must be at least twice as long"
                .formatted(every, lease));
      }
    }

    /** A heartbeat each five seconds, a roll call each half minute. */
    public static Settings absentAfter(Duration lease) {
      return new Settings(Duration.ofSeconds(5), lease, Duration.ofSeconds(30));
    }
  }

  public NodePresence(
      Nodes nodes,
      Captures catalog,
      CaptureReader spool,
      Reporter reporter,
      Figures figures,
      Settings settings,
      InstantSource clock) {
    this.nodes = nodes;
    this.catalog = catalog;
    this.spool = spool;
    this.reporter = reporter;
    this.figures = figures;
    this.settings = settings;
    this.clock = clock;
  }

  /**
   * Begins with a heartbeat, before this returns; it is no error if the catalog is away.
   *
   * @throws NameTakenException if a node with another spool is there under this name
   */
  public void start() throws NameTakenException {
    beat();
    if (warnedOfName) {
      throw new NameTakenException();
    }
    long every = settings.every().toMillis();
    timer.scheduleWithFixedDelay(this::beat, every, every, TimeUnit.MILLISECONDS);
    long rollCall = settings.rollCall().toMillis();
    timer.scheduleWithFixedDelay(this::callRoll, rollCall, rollCall, TimeUnit.MILLISECONDS);
  }

  /** Says once that this node is there. */
  void beat() {
    try {
      Instant before = clock.instant();
      Nodes.Heartbeat said = figures.now(clockOffset);
      spoolProblem = null;
      Optional<Instant> theirs = nodes.heartbeat(said, settings.lease());
      Instant after = clock.instant();
      present = theirs.isPresent();
      theirs.ifPresent(
          now ->
              clockOffset =
                  Duration.between(now, before.plus(Duration.between(before, after).dividedBy(2))));
      tell(said.name());
      away = false;
    } catch (CatalogUnavailableException e) {
      // The reporter says it too; here it costs the node its presence
      if (!away) {
        LOG.warn("the catalog does not learn that this node is there: {}", e.getMessage());
      }
      away = true;
    } catch (IOException e) {
      spoolProblem = "it can't be looked at";
      LOG.error(
          "the spool can't be looked at, so other nodes will take this one for absent and archive"
              + " its calls from rescue copies: {}",
          e.getMessage());
    } catch (RuntimeException e) {
      LOG.error("the heartbeat failed", e);
    }
  }

  private void tell(String name) {
    if (!present && !warnedOfName) {
      LOG.error(
          "another node is there under the name '{}', with another spool; give each node a name of"
              + " its own (setting 'node'). After a change of disk this ends by itself when the"
              + " former lease has run out",
          name);
    }
    warnedOfName = !present;
    Duration offset = clockOffset;
    boolean wrong = offset != null && offset.abs().compareTo(TOLERATED_OFFSET) > 0;
    if (wrong && !warnedOfOffset) {
      LOG.warn("the clock of this node is {} ms from the database's; set it right", millis(offset));
    }
    warnedOfOffset = wrong;
  }

  private static long millis(@Nullable Duration offset) {
    return offset == null ? 0 : offset.toMillis();
  }

  /** Compares once what the catalog awaits with what the spool holds. */
  void callRoll() {
    if (!present) {
      return; // whose calls these are is not certain
    }
    try {
      String node = figures.now(clockOffset).name();
      // First the catalog: whatever it awaits was in the spool before, and stays until archived
      Captures.Awaited awaited = catalog.awaited(node);
      Set<RecordingId> held =
          spool.list().stream().map(CaptureReader.Entry::id).collect(Collectors.toSet());
      Set<RecordingId> lacking = new HashSet<>(awaited.waiting());
      lacking.removeAll(held);
      if (!lacking.isEmpty()) {
        LOG.error("this node has no capture of {} calls that it took: {}", lacking.size(), lacking);
        catalog.missing(node, lacking);
      }
      missing = lacking.size();
      List<RecordingId> found = awaited.unwhole().stream().filter(held::contains).toList();
      reporter.again(found);
    } catch (CatalogUnavailableException e) {
      LOG.debug("no roll call: {}", e.getMessage());
    } catch (IOException | RuntimeException e) {
      LOG.error("what the catalog awaits can't be compared with the spool: {}", e.toString());
    }
  }

  /** Whether a node with another spool is there under this name. */
  public boolean isNameTaken() {
    return warnedOfName;
  }

  /** Why the spool can't be looked at; null if it can. */
  public @Nullable String spoolProblem() {
    return spoolProblem;
  }

  /** Calls of which the last roll call found no capture here. */
  public int missingCaptures() {
    return missing;
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
