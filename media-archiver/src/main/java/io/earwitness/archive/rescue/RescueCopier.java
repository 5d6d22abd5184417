package io.earwitness.archive.rescue;

import io.earwitness.archive.catalog.CallCatalog;
import io.earwitness.archive.catalog.CallCatalog.CatalogUnavailableException;
import io.earwitness.archive.rescue.RescueIndex.Portion;
import io.earwitness.archive.store.ObjectStore.ObjectStoreException;
import io.earwitness.call.RecordingId;
import io.earwitness.capture.CaptureReader;
import io.earwitness.capture.SealedSegments;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Copies what the captures of this node gained since the last round into the work bucket: of all
 * that are being written, and of those that ended and are not archived yet. Sealed as they are; no
 * key is needed. One object for each round, or several where it would grow beyond a size, so that
 * memory stays the same. One thread of its own; whatever fails is tried again at the next round.
 */
public final class RescueCopier implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RescueCopier.class);

  /** An object that has reached this size is written; so much is in memory. */
  static final int OBJECT_BYTES = 16 << 20;

  private static final int BATCH = 500;

  private final String node;
  private final CaptureReader spool;
  private final SealedSegments segments;
  private final CallCatalog catalog;
  private final RescueStore store;
  private final InstantSource clock;
  private final int objectBytes;
  private final Map<RecordingId, Place> copied = new HashMap<>();
  private final Set<RecordingId> settled = new HashSet<>();
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("rescue-copies").factory());
  private boolean knowsStore;
  private volatile boolean failed;
  private Instant lastRound = Instant.EPOCH;
  private int part;

  /** Up to where a capture was copied. */
  private record Place(int segment, long offset) {
    boolean isBefore(Place other) {
      return segment < other.segment || (segment == other.segment && offset < other.offset);
    }
  }

  /**
   * @param segments of the same spool as {@code spool}
   */
  public RescueCopier(
      String node,
      CaptureReader spool,
      SealedSegments segments,
      CallCatalog catalog,
      RescueStore store,
      InstantSource clock) {
    this(node, spool, segments, catalog, store, clock, OBJECT_BYTES);
  }

  RescueCopier(
      String node,
      CaptureReader spool,
      SealedSegments segments,
      CallCatalog catalog,
      RescueStore store,
      InstantSource clock,
      int objectBytes) {
    this.node = node;
    this.spool = spool;
    this.segments = segments;
    this.catalog = catalog;
    this.store = store;
    this.clock = clock;
    this.objectBytes = objectBytes;
  }

  /** Begins a round now and then one at each interval. */
  public void start(Duration interval) {
    timer.scheduleAtFixedRate(this::tryRound, 0, interval.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Whether the last round failed. */
  public boolean isFailing() {
    return failed;
  }

  private void tryRound() {
    try {
      round();
      if (failed) {
        LOG.info("rescue copies are made again");
      }
      failed = false;
    } catch (IOException | RuntimeException e) {
      if (!failed) {
        LOG.warn("rescue copies can't be made and are tried again: {}", e.toString());
      }
      failed = true;
    }
  }

  /**
   * Copies once what is new. Not to be called once started.
   *
   * @throws IOException if the spool can't be read
   * @throws ObjectStoreException if the store failed; what was not copied comes with the next round
   */
  void round() throws IOException {
    learnWhatIsThere();
    List<CaptureReader.Entry> entries = spool.list();
    Set<RecordingId> ended = new HashSet<>();
    Set<RecordingId> present = new HashSet<>();
    for (CaptureReader.Entry entry : entries) {
      present.add(entry.id());
      if (!entry.beingWritten() && !settled.contains(entry.id())) {
        ended.add(entry.id());
      }
    }
    copied.keySet().retainAll(present);
    settled.retainAll(present);
    boolean catalogAnswers = settle(ended);
    Batch batch = new Batch();
    for (CaptureReader.Entry entry : entries) {
      RecordingId id = entry.id();
      // Without the catalog nobody knows whether one that ended is archived
      boolean wanted = entry.beingWritten() || copied.containsKey(id) || catalogAnswers;
      if (wanted && !settled.contains(id)) {
        copy(id, batch);
      }
    }
    batch.write();
  }

  /** After a restart: goes on where the copies in the store end. */
  private void learnWhatIsThere() {
    if (knowsStore) {
      return;
    }
    for (RescueStore.Stored stored : store.list(node)) {
      if (stored.index() != null) {
        stored.index().portions().forEach(this::advance);
      }
    }
    knowsStore = true;
  }

  private void advance(Portion portion) {
    copied.merge(
        portion.id(),
        new Place(portion.segment(), portion.end()),
        (old, end) -> old.isBefore(end) ? end : old);
  }

  /** Learns which of the captures that ended are archived; returns whether the catalog answered. */
  private boolean settle(Set<RecordingId> ended) {
    List<RecordingId> asked = new ArrayList<>(ended);
    try {
      for (int from = 0; from < asked.size(); from += BATCH) {
        List<RecordingId> some = asked.subList(from, Math.min(from + BATCH, asked.size()));
        RescueSweep.settled(catalog, some)
            .forEach(
                (id, done) -> {
                  if (done) {
                    settled.add(id);
                  }
                });
      }
      return true;
    } catch (CatalogUnavailableException e) {
      return false;
    }
  }

  private void copy(RecordingId id, Batch batch) throws IOException {
    Place place = copied.getOrDefault(id, new Place(1, 0));
    while (true) {
      // Looked for first: a segment with another one behind it grows no more
      OptionalInt behind = segments.behind(id, place.segment());
      byte[] bytes = segments.read(id, place.segment(), place.offset(), batch.room());
      if (bytes.length > 0) {
        batch.add(new Portion(id, place.segment(), place.offset(), bytes.length), bytes);
        place = new Place(place.segment(), place.offset() + bytes.length);
      } else if (behind.isPresent()) {
        place = new Place(behind.getAsInt(), 0);
      } else {
        return;
      }
    }
  }

  /** What one object will hold. */
  private final class Batch {
    private final List<Portion> portions = new ArrayList<>();
    private final List<byte[]> bytes = new ArrayList<>();
    private int size;

    int room() {
      return objectBytes - size;
    }

    void add(Portion portion, byte[] content) {
      portions.add(portion);
      bytes.add(content);
      size += content.length;
      if (room() <= 0) {
        write();
      }
    }

    void write() {
      if (portions.isEmpty()) {
        return;
      }
      Instant now = clock.instant();
      part = now.toEpochMilli() == lastRound.toEpochMilli() ? part + 1 : 0;
      lastRound = now;
      store.put(node, now, part, portions, bytes);
      // Only now: what could not be put is read again
      portions.forEach(RescueCopier.this::advance);
      portions.clear();
      bytes.clear();
      size = 0;
    }
  }

  @Override
  public void close() {
    timer.shutdown();
    try {
      // A round that is being put is worth its while
      if (!timer.awaitTermination(5, TimeUnit.SECONDS)) {
        timer.shutdownNow();
      }
    } catch (InterruptedException e) {
      timer.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }
}
