package io.earwitness.archive;

import io.earwitness.archive.store.ObjectStore;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A store as a process sees it that may die at any call. */
record MortalStore(ObjectStore store, Fate fate) implements ObjectStore {
  /** The last two names of a key, without what is random in it. */
  private static String tail(String key) {
    String file = key.substring(key.lastIndexOf('/') + 1);
    return key.matches(".*/g[0-9]+-[^/]*/[^/]*") ? "{attempt}/" + file : file;
  }

  @Override
  public String put(Bucket bucket, String key, List<byte[]> pieces) {
    return fate.call("put " + tail(key), () -> store.put(bucket, key, pieces));
  }

  @Override
  public boolean create(String key, byte[] content) {
    return fate.call("create " + tail(key), () -> store.create(key, content));
  }

  @Override
  public Optional<InputStream> open(Bucket bucket, String key, @Nullable String versionId) {
    return fate.call("open " + tail(key), () -> store.open(bucket, key, versionId));
  }

  @Override
  public Optional<InputStream> open(
      Bucket bucket, String key, @Nullable String versionId, long offset, long length) {
    return fate.call("open " + tail(key), () -> store.open(bucket, key, versionId, offset, length));
  }

  @Override
  public List<Version> list(Bucket bucket, String prefix) {
    return fate.call("list", () -> store.list(bucket, prefix));
  }

  @Override
  public Lock lock(String key, String versionId, Lock lock) {
    return fate.call("lock " + tail(key), () -> store.lock(key, versionId, lock));
  }

  @Override
  public void strengthen(String key, String versionId) {
    fate.call(
        "strengthen " + tail(key),
        () -> {
          store.strengthen(key, versionId);
          return true;
        });
  }

  @Override
  public Optional<Lock> lockOf(String key, String versionId) {
    return fate.call("lockOf " + tail(key), () -> store.lockOf(key, versionId));
  }

  @Override
  public void hold(String key, String versionId, boolean held) {
    fate.call(
        "hold " + tail(key),
        () -> {
          store.hold(key, versionId, held);
          return "";
        });
  }

  @Override
  public boolean isHeld(String key, String versionId) {
    return fate.call("isHeld " + tail(key), () -> store.isHeld(key, versionId));
  }

  @Override
  public void delete(Bucket bucket, String key, @Nullable String versionId) {
    fate.call(
        "delete " + tail(key),
        () -> {
          store.delete(bucket, key, versionId);
          return "";
        });
  }

  @Override
  public void close() {}
}
