package io.earwitness.archive.rescue;

import io.earwitness.archive.RescueCopies;
import io.earwitness.archive.catalog.CallCatalog;
import io.earwitness.archive.catalog.Nodes;
import io.earwitness.archive.report.CapturedCall;
import io.earwitness.call.CallState;
import io.earwitness.call.CallSummary;
import io.earwitness.call.RecordingId;
import io.earwitness.capture.CaptureEvent;
import io.earwitness.capture.CaptureReader;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes rescue copies all of whose calls are archived and read back: this node's own, and those
 * of absent nodes. Calls of absent nodes that the catalog does not know at all are reported from
 * their copies, so that they are archived. Thread-safe.
 */
public final class RescueSweep {
  /**
   * A copy that is older is a leftover: its calls should long be archived, however long they ran.
   */
  public static final Duration LEFTOVER = Duration.ofDays(1);

  private static final Logger LOG = LoggerFactory.getLogger(RescueSweep.class);
  private static final int BATCH = 500;

  private final String node;
  private final RescueStore store;
  private final RescueCopies copies;
  private final CallCatalog calls;
  private final Nodes nodes;
  private final InstantSource clock;

  public RescueSweep(
      String node,
      RescueStore store,
      RescueCopies copies,
      CallCatalog calls,
      Nodes nodes,
      InstantSource clock) {
    this.node = node;
    this.store = store;
    this.copies = copies;
    this.calls = calls;
    this.nodes = nodes;
    this.clock = clock;
  }

  /**
   * What a sweep did.
   *
   * @param removed copies
   * @param reported calls that the catalog did not know
   * @param leftovers keys of copies older than {@link #LEFTOVER} that are still needed, or that
   *     can't be read
   */
  public record Report(int removed, int reported, List<String> leftovers) {}

  /** Whether a call needs its copies no more: it is archived and read back, or has no media. */
  static boolean isSettled(CallCatalog.CallEntry call) {
    CallState state = call.summary().state();
    CallCatalog.ArchivedCall archive = call.archive();
    return state.isOutcome()
        && state != CallState.LOST
        && (archive == null || archive.verifiedAt() != null);
  }

  /**
   * Looks at all copies once; to be run each minute.
   *
   * @throws CallCatalog.CatalogUnavailableException if the catalog is away
   * @throws io.earwitness.archive.store.ObjectStore.ObjectStoreException if the store failed
   */
  public Report sweep() {
    List<RescueStore.Stored> all = store.list(null);
    Set<String> others = new HashSet<>();
    nodes.list().stream()
        .filter(each -> !each.absent())
        .map(each -> each.said().name())
        .filter(name -> !name.equals(node))
        .forEach(others::add);
    List<RescueStore.Stored> ours =
        all.stream().filter(copy -> !others.contains(copy.node())).toList();
    Map<RecordingId, Boolean> settled = settled(ours);
    int removed = 0;
    List<String> leftovers = new ArrayList<>();
    Map<RecordingId, String> unknown = new HashMap<>();
    Instant young = clock.instant().minus(LEFTOVER);
    for (RescueStore.Stored copy : ours) {
      RescueIndex index = copy.index();
      if (index != null
          && index.recordings().stream().allMatch(id -> settled.getOrDefault(id, false))) {
        store.remove(copy);
        removed++;
        continue;
      }
      if (index != null && !copy.node().equals(node)) {
        index.recordings().stream()
            .filter(id -> !settled.containsKey(id))
            .forEach(id -> unknown.put(id, copy.node()));
      }
      if (copy.written().isBefore(young)) {
        leftovers.add(copy.key());
      }
    }
    return new Report(removed, report(unknown), leftovers);
  }

  private Map<RecordingId, Boolean> settled(List<RescueStore.Stored> copies) {
    Set<RecordingId> ids = new HashSet<>();
    for (RescueStore.Stored copy : copies) {
      if (copy.index() != null) {
        ids.addAll(copy.index().recordings());
      }
    }
    List<RecordingId> asked = List.copyOf(ids);
    Map<RecordingId, Boolean> settled = new HashMap<>();
    for (int from = 0; from < asked.size(); from += BATCH) {
      List<RecordingId> some = asked.subList(from, Math.min(from + BATCH, asked.size()));
      settled.putAll(settled(calls, some));
    }
    return settled;
  }

  /**
   * Which captures nobody needs any more: of those that the catalog knows, by the recording that
   * has them. One of two tenants' calls is needed until it is settled for each.
   */
  static Map<RecordingId, Boolean> settled(CallCatalog calls, List<RecordingId> captures) {
    Map<RecordingId, Boolean> settled = new HashMap<>();
    calls.load(captures).forEach(call -> settled.put(call.summary().id(), isSettled(call)));
    calls
        .sharing(captures)
        .forEach(
            call ->
                settled.computeIfPresent(
                    call.summary().captured(), (_, own) -> own && isSettled(call)));
    return settled;
  }

  private int report(Map<RecordingId, String> unknown) {
    int reported = 0;
    for (Map.Entry<RecordingId, String> each : unknown.entrySet()) {
      RecordingId id = each.getKey();
      String owner = each.getValue();
      try {
        Optional<CallSummary> call = read(owner, id);
        if (call.isPresent()) {
          // The copy is closed by now: an archiver may take the call at once and open it anew
          call.get().others().forEach(copies::closed);
          copies.closed(call.get());
          LOG.warn("the catalog learnt of recording {} of node {} by its rescue copy", id, owner);
          reported++;
        }
      } catch (IOException e) {
        LOG.error("recording {} of node {} can't be reported: {}", id, owner, e.getMessage());
      }
    }
    return reported;
  }

  private Optional<CallSummary> read(String owner, RecordingId id) throws IOException {
    Optional<RescueCopies.Copy> found = copies.copy(owner, id);
    if (found.isEmpty()) {
      return Optional.empty();
    }
    try (RescueCopies.Copy copy = found.get()) {
      Content content = new Content(id);
      copy.reader().read(id, content);
      return Optional.of(content.call.ended(content.lastPacket()).withNode(owner));
    }
  }

  private static final class Content implements CaptureReader.Visitor {
    private final CapturedCall call;
    private long latest = Long.MIN_VALUE;

    Content(RecordingId id) {
      call = new CapturedCall(id);
    }

    @Nullable Instant lastPacket() {
      return latest == Long.MIN_VALUE ? null : Instant.ofEpochSecond(0, latest);
    }

    @Override
    public void event(CaptureEvent event) {
      call.event(event);
    }

    @Override
    public void packet(int stream, long arrivalNanos, byte[] packet, int offset, int length) {
      latest = Math.max(latest, arrivalNanos);
    }
  }
}
