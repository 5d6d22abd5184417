package io.earwitness.archive;

import io.earwitness.archive.store.ObjectStore;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A store to be made faulty by overriding one method. */
class ForwardingStore implements ObjectStore {
  private final ObjectStore store;

  ForwardingStore(ObjectStore store) {
    this.store = store;
  }

  @Override
  public String put(Bucket bucket, String key, List<byte[]> pieces) {
    return store.put(bucket, key, pieces);
  }

  @Override
  public boolean create(String key, byte[] content) {
    return store.create(key, content);
  }

  @Override
  public Optional<InputStream> open(Bucket bucket, String key, @Nullable String versionId) {
    return store.open(bucket, key, versionId);
  }

  @Override
  public Optional<InputStream> open(
      Bucket bucket, String key, @Nullable String versionId, long offset, long length) {
    return store.open(bucket, key, versionId, offset, length);
  }

  @Override
  public List<Version> list(Bucket bucket, String prefix) {
    return store.list(bucket, prefix);
  }

  @Override
  public Lock lock(String key, String versionId, Lock lock) {
    return store.lock(key, versionId, lock);
  }

  @Override
  public void strengthen(String key, String versionId) {
    store.strengthen(key, versionId);
  }

  @Override
  public Optional<Lock> lockOf(String key, String versionId) {
    return store.lockOf(key, versionId);
  }

  @Override
  public void hold(String key, String versionId, boolean held) {
    store.hold(key, versionId, held);
  }

  @Override
  public boolean isHeld(String key, String versionId) {
    return store.isHeld(key, versionId);
  }

  @Override
  public void delete(Bucket bucket, String key, @Nullable String versionId) {
    store.delete(bucket, key, versionId);
  }

  @Override
  public void close() {}
}
