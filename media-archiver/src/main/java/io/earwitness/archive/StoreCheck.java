package io.earwitness.archive;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.earwitness.archive.store.ObjectStore;
import io.earwitness.archive.store.ObjectStore.Bucket;
import io.earwitness.archive.store.ObjectStore.Lock;
import io.earwitness.archive.store.ObjectStore.LockMode;
import io.earwitness.archive.store.ObjectStore.LockedException;
import io.earwitness.archive.store.ObjectStore.ObjectStoreException;
import io.earwitness.archive.store.ObjectStore.Version;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.InstantSource;
import java.util.UUID;

/**
 * Finds out at start whether a store does what evidence rests on; some say yes to a lock, or to a
 * conditional write, and do otherwise. Leaves one tiny object, locked for two minutes, which the
 * next check removes.
 */
public final class StoreCheck {
  private static final Duration LOCKED = Duration.ofMinutes(2);

  private StoreCheck() {}

  /**
   * Tries an exclusive creation and a lock.
   *
   * @throws ObjectStoreException if the store failed, or does not keep its word, saying which
   */
  public static void run(ObjectStore store, InstantSource clock) {
    removeOld(store);
    byte[] content = "probe".getBytes(US_ASCII);
    String key = ObjectKeys.PROBES + UUID.randomUUID();
    store.create(key, content);
    boolean again = store.create(key, content);
    store.delete(Bucket.WORK, key, null);
    if (again) {
      throw new ObjectStoreException(
          "this store creates an object that exists already (it ignores If-None-Match), so two"
              + " archivers could commit the same recording; use another store",
          null);
    }
    String version = store.put(Bucket.LOCK, key, content);
    store.lock(key, version, new Lock(LockMode.GOVERNANCE, clock.instant().plus(LOCKED)));
    try {
      store.delete(Bucket.LOCK, key, version);
    } catch (LockedException e) {
      return;
    }
    throw new ObjectStoreException(
        "this store deleted a locked object, so nothing in it would be safe: it accepts Object Lock"
            + " but does not enforce it, or this account may bypass governance; use another store"
            + " or account",
        null);
  }

  /**
   * Finds out whether the store can be reached and has what every server lays into it at its start.
   *
   * @throws ObjectStoreException if not
   */
  public static void reach(ObjectStore store) {
    try (InputStream in =
        store
            .open(Bucket.LOCK, ObjectKeys.CA_CERTIFICATE, null)
            .orElseThrow(
                () ->
                    new ObjectStoreException(
                        "the store has no " + ObjectKeys.CA_CERTIFICATE + " any more", null))) {
      if (in.read() < 0) {
        throw new ObjectStoreException(ObjectKeys.CA_CERTIFICATE + " is empty", null);
      }
    } catch (IOException e) {
      throw new ObjectStoreException("the store broke off: " + e.getMessage(), e);
    }
  }

  private static void removeOld(ObjectStore store) {
    for (Version version : store.list(Bucket.LOCK, ObjectKeys.PROBES)) {
      try {
        store.delete(Bucket.LOCK, version.key(), version.versionId());
      } catch (LockedException e) {
        // of a check less than two minutes ago
      }
    }
  }
}
