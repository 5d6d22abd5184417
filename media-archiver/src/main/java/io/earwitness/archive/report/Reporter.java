package io.earwitness.archive.report;

import io.earwitness.archive.catalog.CallCatalog;
import io.earwitness.archive.catalog.CallCatalog.CatalogUnavailableException;
import io.earwitness.call.CallState;
import io.earwitness.call.CallSummary;
import io.earwitness.call.RecordingId;
import io.earwitness.call.SrcFindings;
import io.earwitness.capture.CaptureEvent;
import io.earwitness.capture.CaptureReader;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the spool and tells the catalog of every call: <i>live</i> while its capture is written,
 * <i>closed</i> when it ended, and every refusal. A capture that nobody writes any more and that
 * was not closed is what a dead recorder left: it becomes closed too, flagged {@code
 * recorder-interrupted}.
 *
 * <p>The spool is the truth and the catalog may be away for any time: what could not be reported is
 * reported later. {@link #hint} only makes it faster. One thread of its own; {@link #hint} and
 * {@link #hintRefusal} may be called by any thread and never wait.
 */
public final class Reporter implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Reporter.class);
  private static final int BATCH = 500;

  private final CaptureReader captures;
  private final CallCatalog catalog;
  private final BiConsumer<CallSummary, SrcFindings> findings;
  private final String node;
  private final Consumer<RecordingId> ended;
  private final Settings settings;
  private final Thread thread;
  private final Set<RecordingId> hinted = ConcurrentHashMap.newKeySet();
  private final Map<RecordingId, Followed> followed = new HashMap<>();
  private final Map<RecordingId, String> problems = new HashMap<>();
  private final Set<RecordingId> looked = new HashSet<>();
  private final Set<RecordingId> unreportedRefusals = new HashSet<>();
  private final Set<RecordingId> asked = ConcurrentHashMap.newKeySet();
  private volatile boolean refusalHinted;
  private volatile boolean stopping;
  private volatile int unreported;
  private boolean catalogDown;

  /**
   * How often the reporter looks by itself.
   *
   * @param scanInterval between two looks at the whole spool
   * @param retryDelay until the next try when the catalog is away
   */
  public record Settings(Duration scanInterval, Duration retryDelay) {
    public Settings {
      if (!scanInterval.isPositive() || !retryDelay.isPositive()) {
        throw new IllegalArgumentException(
            "a scan interval of %s and a retry delay of %s; both must be positive"
                .formatted(scanInterval, retryDelay));
      }
    }

    /** Looks every two seconds, retries after one. */
    public static Settings defaults() {
      return new Settings(Duration.ofSeconds(2), Duration.ofSeconds(1));
    }
  }

  /** How far a capture was read and what was reported of it. */
  private static final class Followed {
    private final CapturedCall call;
    private long position;
    private @Nullable CallSummary reported;
    private @Nullable SrcFindings told;
    private boolean done;

    Followed(RecordingId id) {
      call = new CapturedCall(id);
    }
  }

  /**
   * Makes a reporter; {@link #start} lets it work.
   *
   * @param findings is told of each call that was reported which SRC sent it and in what it
   *     deviated, more than once as that becomes more; throws like {@code catalog}
   * @param node the name of the node whose spool this is; calls are reported as its, also those
   *     that it captured under another name
   * @param ended is told, on the reporter's thread, of each call that was reported closed; must not
   *     wait
   */
  public Reporter(
      CaptureReader captures,
      CallCatalog catalog,
      BiConsumer<CallSummary, SrcFindings> findings,
      String node,
      Consumer<RecordingId> ended,
      Settings settings) {
    this.captures = captures;
    this.catalog = catalog;
    this.findings = findings;
    this.node = node;
    this.ended = ended;
    this.settings = settings;
    thread = Thread.ofPlatform().name("reporter").daemon().unstarted(this::run);
  }

  /** Begins with a look at the whole spool. */
  public void start() {
    thread.start();
  }

  /** Something happened in this recording: look at it soon. */
  public void hint(RecordingId id) {
    hinted.add(id);
    LockSupport.unpark(thread);
  }

  /** An INVITE was refused: look at the refusal log soon. */
  public void hintRefusal() {
    refusalHinted = true;
    LockSupport.unpark(thread);
  }

  /** Calls and refusals that the catalog does not take, as of the last look at the spool. */
  public int unreported() {
    return unreported;
  }

  /**
   * The catalog no longer has what was reported of these calls, or more happened there since: their
   * captures are read and reported anew at the next look.
   */
  public void again(Collection<RecordingId> ids) {
    asked.addAll(ids);
  }

  /** Stops the thread; what is unreported stays in the spool and is reported at the next start. */
  @Override
  public void close() {
    stopping = true;
    LockSupport.unpark(thread);
    if (!thread.isAlive()) {
      return;
    }
    thread.interrupt();
    try {
      thread.join(Duration.ofSeconds(10));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    long next = System.nanoTime();
    while (!stopping) {
      try {
        if (System.nanoTime() - next >= 0) {
          scan();
          next = System.nanoTime() + settings.scanInterval().toNanos();
        } else {
          followHints();
        }
        if (catalogDown) {
          catalogDown = false;
          log.info("the catalog answers again");
        }
      } catch (CatalogUnavailableException e) {
        if (!catalogDown) {
          catalogDown = true;
          log.warn(
              "the catalog is away; calls wait in the spool until it is back: {}", e.getMessage());
        }
        next = System.nanoTime() + settings.retryDelay().toNanos();
        hinted.clear(); // the scan to come sees them all
      } catch (IOException | RuntimeException e) {
        if (!stopping) {
          log.error("the spool can't be looked at: {}", e.toString(), e);
          next = System.nanoTime() + settings.retryDelay().toNanos();
        }
      }
      if (!stopping && hinted.isEmpty() && !refusalHinted) {
        LockSupport.parkNanos(this, Math.max(1, next - System.nanoTime()));
      }
    }
  }

  /**
   * Looks at everything once; what the thread does by itself once it was started. Not to be called
   * then.
   *
   * @throws IOException if the spool can't be listed
   * @throws CatalogUnavailableException if the catalog is away; nothing is lost
   */
  public void scan() throws IOException {
    List<CaptureReader.Entry> entries = captures.list();
    Set<RecordingId> present = new HashSet<>();
    entries.forEach(entry -> present.add(entry.id()));
    for (RecordingId id : asked) {
      asked.remove(id);
      followed.remove(id);
      hinted.add(id);
    }
    followed.keySet().retainAll(present);
    looked.retainAll(present);
    problems.keySet().retainAll(present);
    skipArchived(present);
    for (CaptureReader.Entry entry : entries) {
      if (stopping) {
        return;
      }
      hinted.remove(entry.id());
      follow(entry.id(), !entry.beingWritten());
    }
    reportRefusals();
    problems.keySet().removeIf(id -> isDone(id));
    unreported = problems.size() + unreportedRefusals.size();
  }

  private boolean isDone(RecordingId id) {
    Followed call = followed.get(id);
    return call != null && call.done;
  }

  /** Captures stay for a day after archival; those are not read again after a restart. */
  private void skipArchived(Set<RecordingId> present) {
    List<RecordingId> unknown = present.stream().filter(id -> !looked.contains(id)).toList();
    for (int from = 0; from < unknown.size(); from += BATCH) {
      List<RecordingId> batch = unknown.subList(from, Math.min(from + BATCH, unknown.size()));
      for (CallCatalog.CallEntry call : catalog.load(batch)) {
        if (isSettled(call)) {
          followed.computeIfAbsent(call.summary().id(), Followed::new).done = true;
        }
      }
      looked.addAll(batch);
    }
  }

  /**
   * Whether the catalog waits for nothing more of a call's capture. It does while the call counts
   * as lost, or is archived from rescue copies only.
   */
  private static boolean isSettled(CallCatalog.CallEntry call) {
    CallState state = call.summary().state();
    CallCatalog.ArchivedCall archive = call.archive();
    return state.isOutcome()
        && state != CallState.LOST
        && (archive == null || !archive.isRescued());
  }

  private void followHints() throws IOException {
    for (RecordingId id : hinted) {
      if (stopping) {
        return;
      }
      hinted.remove(id);
      follow(id, false);
    }
    if (refusalHinted) {
      reportRefusals();
    }
  }

  /**
   * Reads what is new in a capture and reports what changed.
   *
   * @param left whether nobody writes it any more
   */
  private void follow(RecordingId id, boolean left) {
    Followed call = followed.computeIfAbsent(id, Followed::new);
    if (call.done) {
      return;
    }
    try {
      CaptureReader.End end = captures.readEvents(id, call.position, new Events(call.call));
      call.position = end.position();
      if (end.damaged()) {
        call.call.damaged();
      }
      if (end.closed()) {
        report(call, call.call.ended(null));
      } else if (left) {
        LastPacket last = new LastPacket();
        captures.read(id, last);
        report(call, call.call.ended(last.arrival()));
        log.warn("the recording {} was interrupted; its capture ends without a close", id);
      } else {
        call.call.live().ifPresent(summary -> report(call, summary));
        return;
      }
      followed.put(id, done(id));
      ended.accept(id);
    } catch (CatalogUnavailableException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      String problem = String.valueOf(e.getMessage());
      if (!problem.equals(problems.put(id, problem))) {
        log.error("the recording {} can't be reported and stays in the spool: {}", id, problem, e);
      }
    }
  }

  private static Followed done(RecordingId id) {
    Followed done = new Followed(id);
    done.done = true;
    return done;
  }

  private void report(Followed call, CallSummary captured) {
    CallSummary summary = captured.withNode(node);
    if (!summary.equals(call.reported)) {
      // First for other tenants: once its own recording is settled, a capture is not read again
      summary.others().forEach(catalog::report);
      catalog.report(summary);
      call.reported = summary;
    }
    SrcFindings found = call.call.findings().orElse(null);
    if (found != null && !found.equals(call.told)) {
      tell(summary, found);
      call.told = found;
    }
  }

  /** What is wrong with the statistics of an SRC is no reason to keep a call. */
  private void tell(CallSummary summary, SrcFindings found) {
    try {
      findings.accept(summary, found);
    } catch (CatalogUnavailableException e) {
      throw e;
    } catch (RuntimeException e) {
      log.error("what SRC {} deviated in is lost for the call {}", found.src(), summary.id(), e);
    }
  }

  /** An acknowledgement covers all refusals before it, so it ends at the first one that failed. */
  private void reportRefusals() throws IOException {
    refusalHinted = false;
    boolean failed = false;
    for (CaptureReader.RefusalEntry entry : captures.refusals()) {
      CallSummary summary = entry.refusal().summary().withNode(node);
      try {
        catalog.report(summary);
        SrcFindings found = entry.refusal().findings();
        if (found != null) {
          tell(summary, found);
        }
      } catch (CatalogUnavailableException e) {
        throw e;
      } catch (RuntimeException e) {
        failed = true;
        if (unreportedRefusals.add(summary.id())) {
          log.error("the refusal {} can't be reported and stays in the spool", summary.id(), e);
        }
      }
      if (!failed) {
        captures.acknowledge(entry);
        unreportedRefusals.remove(summary.id());
      }
    }
  }

  private record Events(CapturedCall call) implements CaptureReader.Visitor {
    @Override
    public void event(CaptureEvent event) {
      call.event(event);
    }

    @Override
    public void packet(int stream, long arrivalNanos, byte[] packet, int offset, int length) {}
  }
}
