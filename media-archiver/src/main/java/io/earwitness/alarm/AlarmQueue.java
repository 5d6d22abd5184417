package io.earwitness.alarm;

import io.earwitness.call.TenantSlug;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The alarms of one node on their way to the register: of each alarm the newest state, counted
 * together, until somebody takes it. What is raised here never waits; with too many alarms waiting,
 * further ones are dropped and counted. Thread-safe.
 */
public final class AlarmQueue implements Alarms {
  private static final int DETAIL = 1_000;

  private final String node;
  private final int capacity;
  private final InstantSource clock;
  private final Listener listener;

  // Guarded by this
  private final Map<AlarmKey, AlarmReport> waiting = new LinkedHashMap<>();
  private final Set<AlarmKey> open = new HashSet<>();
  private @Nullable Set<AlarmKey> registered;
  private long dropped;

  /** Hears of each alarm when it is raised, not when it counts up, and when it is cleared. */
  public interface Listener {
    void raised(AlarmKey key, String detail);

    void cleared(AlarmKey key);

    /** So many were dropped so far. */
    void dropped(AlarmKey key, long soFar);
  }

  /**
   * @param capacity alarms that may wait
   */
  public AlarmQueue(String node, int capacity, InstantSource clock, Listener listener) {
    this.node = node;
    this.capacity = capacity;
    this.clock = clock;
    this.listener = listener;
  }

  @Override
  public void raise(AlarmKind kind, AlarmObject object, TenantSlug tenant, String detail) {
    Instant now = clock.instant();
    String shortened = detail.substring(0, Math.min(detail.length(), DETAIL));
    for (AlarmKey key : keys(kind, object, tenant)) {
      boolean isNew;
      synchronized (this) {
        if (!add(AlarmReport.raised(key, now, shortened, node))) {
          continue;
        }
        isNew = open.add(key);
      }
      if (isNew) {
        listener.raised(key, shortened);
      }
    }
  }

  @Override
  public void clear(AlarmKind kind, AlarmObject object, TenantSlug tenant) {
    Instant now = clock.instant();
    for (AlarmKey key : keys(kind, object, tenant)) {
      boolean wasOpen;
      synchronized (this) {
        wasOpen = open.remove(key);
        Set<AlarmKey> known = registered;
        if (!wasOpen && known != null && !known.contains(key) && !waiting.containsKey(key)) {
          continue; // the register has no such alarm either
        }
        add(AlarmReport.cleared(key, now, node));
      }
      if (wasOpen) {
        listener.cleared(key);
      }
    }
  }

  private static List<AlarmKey> keys(AlarmKind kind, AlarmObject object, TenantSlug tenant) {
    AlarmKey platform = new AlarmKey(TenantSlug.PLATFORM, kind, object);
    AlarmKey own = new AlarmKey(tenant, kind, object);
    return switch (kind.audience()) {
      case TENANT -> List.of(own);
      case PLATFORM -> List.of(platform);
      case BOTH -> own.equals(platform) ? List.of(own) : List.of(own, platform);
    };
  }

  private synchronized boolean add(AlarmReport report) {
    AlarmReport before = waiting.get(report.key());
    if (before == null && waiting.size() >= capacity) {
      dropped++;
      listener.dropped(report.key(), dropped);
      return false;
    }
    waiting.put(report.key(), before == null ? report : before.then(report));
    notifyAll();
    return true;
  }

  /** Takes up to {@code most} reports, the oldest first; what can't be written is put back. */
  public synchronized List<AlarmReport> take(int most) {
    List<AlarmReport> taken = new ArrayList<>();
    var reports = waiting.values().iterator();
    while (taken.size() < most && reports.hasNext()) {
      taken.add(reports.next());
      reports.remove();
    }
    return taken;
  }

  /** Puts back what was taken and could not be written: before what came since. */
  public synchronized void putBack(AlarmReport report) {
    AlarmReport since = waiting.remove(report.key());
    waiting.put(report.key(), since == null ? report : report.then(since));
  }

  /** Returns once something waits, or the time is over. */
  public synchronized void await(long millis) throws InterruptedException {
    if (waiting.isEmpty()) {
      wait(millis);
    }
  }

  /** What the register has open, as of a moment ago; null if that is unknown. */
  public synchronized void registered(@Nullable Set<AlarmKey> keys) {
    registered = keys == null ? null : Set.copyOf(keys);
  }

  /**
   * Open alarms by kind: those that the register has, and those that were raised here and that it
   * does not know yet.
   */
  public synchronized Map<AlarmKind, Integer> openByKind() {
    Set<AlarmKey> all = new HashSet<>(open);
    if (registered != null) {
      all.addAll(registered);
    }
    waiting.forEach(
        (key, report) -> {
          if (report.clearedAt() != null) {
            all.remove(key);
          }
        });
    Map<AlarmKind, Integer> counts = new EnumMap<>(AlarmKind.class);
    all.forEach(key -> counts.merge(key.kind(), 1, Integer::sum));
    return counts;
  }

  /** Alarms that were dropped because too many waited. */
  public synchronized long dropped() {
    return dropped;
  }
}
