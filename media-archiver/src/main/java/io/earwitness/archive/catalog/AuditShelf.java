package io.earwitness.archive.catalog;

import io.earwitness.archive.store.ObjectStore;
import io.earwitness.archive.store.ObjectStore.Bucket;
import io.earwitness.call.TenantSlug;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * Puts the audit logs' copies into the object store, each under a lock. Thread-safe.
 *
 * @param lock how a copy of a tenant's made at an instant is locked
 */
record AuditShelf(
    ObjectStore store, BiFunction<TenantSlug, Instant, ObjectStore.Lock> lock, Clock clock) {

  /** Puts content under lock, unless it lies there already and only lacks its lock. */
  String keep(TenantSlug tenant, String key, byte[] content) {
    String version = null;
    for (ObjectStore.Version present : store.list(Bucket.LOCK, key)) {
      if (present.key().equals(key) && holds(present, content)) {
        version = present.versionId();
        break;
      }
    }
    if (version == null) {
      version = store.put(Bucket.LOCK, key, content);
    }
    store.lock(key, version, lock.apply(tenant, clock.instant()));
    return version;
  }

  private boolean holds(ObjectStore.Version version, byte[] content) {
    return version.size() == content.length
        && Arrays.equals(read(version.key(), version.versionId()), content);
  }

  /** Puts content where its newest version is what counts, unless that is it. */
  void publish(String key, byte[] content) {
    if (!Arrays.equals(read(key, null), content)) {
      store.put(Bucket.LOCK, key, content);
    }
  }

  private byte @Nullable [] read(String key, @Nullable String version) {
    InputStream opened = store.open(Bucket.LOCK, key, version).orElse(null);
    if (opened == null) {
      return null;
    }
    try (opened) {
      return opened.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
