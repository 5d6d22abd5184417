package io.earwitness.archive.rescue;

import io.earwitness.archive.ObjectKeys;
import io.earwitness.archive.rescue.RescueIndex.Portion;
import io.earwitness.archive.store.ObjectStore;
import io.earwitness.archive.store.ObjectStore.Bucket;
import io.earwitness.archive.store.ObjectStore.ObjectStoreException;
import io.earwitness.archive.store.ObjectStore.Version;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
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

/** Rescue copies in the work bucket. Reads the index of each once. Thread-safe. */
public final class RescueStore {
  private static final Logger LOG = LoggerFactory.getLogger(RescueStore.class);

  private final ObjectStore store;
  private final Map<String, RescueIndex> known = new HashMap<>();
  private final Set<String> unreadable = new HashSet<>();

  public RescueStore(ObjectStore store) {
    this.store = store;
  }

  /**
   * A rescue copy.
   *
   * @param index null if it can't be read; that was logged
   */
  record Stored(String key, String node, Instant written, @Nullable RescueIndex index) {}

  /** The copies of all nodes, or of one, oldest first. */
  List<Stored> list(@Nullable String node) {
    String prefix = node == null ? ObjectKeys.RESCUES : ObjectKeys.rescues(node);
    List<Stored> found = new ArrayList<>();
    Set<String> present = new HashSet<>();
    for (Version version : store.list(Bucket.WORK, prefix)) {
      Optional<String> owner = ObjectKeys.rescueNode(version.key());
      present.add(version.key());
      if (owner.isPresent()) {
        RescueIndex index = index(version.key());
        found.add(new Stored(version.key(), owner.get(), version.lastModified(), index));
      }
    }
    forget(prefix, present);
    return found;
  }

  private synchronized void forget(String prefix, Set<String> present) {
    known.keySet().removeIf(key -> key.startsWith(prefix) && !present.contains(key));
    unreadable.removeIf(key -> key.startsWith(prefix) && !present.contains(key));
  }

  private @Nullable RescueIndex index(String key) {
    synchronized (this) {
      RescueIndex index = known.get(key);
      if (index != null || unreadable.contains(key)) {
        return index;
      }
    }
    try {
      int size = RescueIndex.size(read(key, 0, RescueIndex.START));
      RescueIndex index = RescueIndex.read(read(key, 0, size));
      remember(key, index);
      return index;
    } catch (IOException e) {
      LOG.error("{}: {}; it is left as it is", key, e.getMessage());
      synchronized (this) {
        unreadable.add(key);
      }
      return null;
    }
  }

  private synchronized void remember(String key, RescueIndex index) {
    known.put(key, index);
  }

  private byte[] read(String key, long offset, int length) throws IOException {
    try (InputStream in = open(key, offset, length)) {
      return in.readAllBytes();
    }
  }

  /** Opens a portion of a copy. */
  InputStream open(String key, long offset, long length) throws IOException {
    return store
        .open(Bucket.WORK, key, null, offset, length)
        .orElseThrow(() -> new IOException(key + " is gone"));
  }

  /** Writes a copy. The portions' bytes stand in their order. */
  void put(String node, Instant at, int part, List<Portion> portions, List<byte[]> bytes) {
    RescueIndex index = new RescueIndex(portions);
    List<byte[]> pieces = new ArrayList<>(bytes.size() + 1);
    pieces.add(index.bytes());
    pieces.addAll(bytes);
    String key = ObjectKeys.rescue(node, at, part);
    store.put(Bucket.WORK, key, pieces);
    remember(key, index);
  }

  /** Removes a copy. */
  void remove(Stored copy) throws ObjectStoreException {
    store.delete(Bucket.WORK, copy.key(), null);
  }
}
