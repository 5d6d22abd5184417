package io.earwitness.archive;

import io.earwitness.archive.catalog.Disposals.Found;
import io.earwitness.archive.catalog.Disposals.ManifestHash;
import io.earwitness.archive.store.ObjectStore;
import io.earwitness.archive.store.ObjectStore.Bucket;
import io.earwitness.archive.store.ObjectStore.Lock;
import io.earwitness.archive.store.ObjectStore.LockedException;
import io.earwitness.archive.store.ObjectStore.ObjectStoreException;
import io.earwitness.archive.store.ObjectStore.Version;
import io.earwitness.call.Generation;
import io.earwitness.call.RecordingId;
import io.earwitness.call.TenantSlug;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Deletes all versions of all objects of a recording: whichever attempts and generations they are
 * of, its manifests, and its claims in the work bucket. Whether it may is not decided here, but for
 * the store's own locks. Thread-safe for different recordings; done again, it finishes what was
 * begun.
 */
public final class RecordingRemoval {
  /** A sweep beside it may put a manifest's copy back once. */
  private static final int PASSES = 3;

  private final ObjectStore store;

  public RecordingRemoval(ObjectStore store) {
    this.store = store;
  }

  /**
   * What there is of a recording.
   *
   * @param lockedUntil until when the last lock on any of it lasts; null if nothing is locked
   */
  public record Contents(Found found, @Nullable Instant lockedUntil) {}

  /**
   * Looks at what there is, and at all its locks.
   *
   * @throws ObjectStoreException if the store can't say
   */
  public Contents look(TenantSlug tenant, RecordingId recording) {
    List<Version> versions = store.list(Bucket.LOCK, ObjectKeys.recording(tenant, recording));
    List<ManifestHash> manifests = new ArrayList<>();
    Instant last = null;
    long bytes = 0;
    for (Version version : versions) {
      bytes += version.size();
      Optional<Lock> lock = store.lockOf(version.key(), version.versionId());
      if (lock.isPresent() && (last == null || lock.get().until().isAfter(last))) {
        last = lock.get().until();
      }
      if (isManifest(version.key())) {
        manifests.add(new ManifestHash(file(version.key()), sha256(version)));
      }
    }
    List<ManifestHash> distinct =
        manifests.stream()
            .distinct()
            .sorted(Comparator.comparing(ManifestHash::name).thenComparing(ManifestHash::sha256))
            .toList();
    return new Contents(new Found(versions.size(), bytes, distinct), last);
  }

  private static String file(String key) {
    return key.substring(key.lastIndexOf('/') + 1);
  }

  private static boolean isManifest(String key) {
    return ObjectKeys.manifestGeneration(file(key)).isPresent();
  }

  private String sha256(Version version) {
    try (InputStream in =
        store
            .open(Bucket.LOCK, version.key(), version.versionId())
            .orElseThrow(
                () -> new ObjectStoreException(version.key() + " was listed and is gone", null))) {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-256").digest(in.readAllBytes()));
    } catch (IOException e) {
      throw new ObjectStoreException(
          "%s can't be read: %s".formatted(version.key(), e.getMessage()), e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /**
   * Deletes all of it, and looks that nothing is left. Manifests go after what they name, so that
   * what is left in between can be told from damage.
   *
   * @throws LockedException if the store keeps some of it
   * @throws ObjectStoreException if the store failed; try again
   */
  public void remove(TenantSlug tenant, RecordingId recording) {
    String folder = ObjectKeys.recording(tenant, recording);
    for (int pass = 0; pass < PASSES; pass++) {
      List<Version> versions = store.list(Bucket.LOCK, folder);
      versions.stream().filter(each -> !isManifest(each.key())).forEach(this::delete);
      versions.stream().filter(each -> isManifest(each.key())).forEach(this::delete);
      store
          .list(Bucket.WORK, folder)
          .forEach(claim -> store.delete(Bucket.WORK, claim.key(), null));
      if (store.list(Bucket.LOCK, folder).isEmpty() && store.list(Bucket.WORK, folder).isEmpty()) {
        return;
      }
    }
    throw new ObjectStoreException(
        "the store still lists objects below %s after they were deleted".formatted(folder), null);
  }

  /**
   * Deletes what a masked derivative took the place of: attempts, manifests and claims of the
   * generations before the first derivative. Done again, it finishes what was begun.
   *
   * @throws LockedException if the store keeps some of it
   * @throws ObjectStoreException if the store failed; try again
   */
  public void removeReplaced(TenantSlug tenant, RecordingId recording) {
    String folder = ObjectKeys.recording(tenant, recording);
    for (int pass = 0; pass < PASSES; pass++) {
      List<Version> versions = replaced(Bucket.LOCK, folder);
      versions.stream().filter(each -> !isManifest(each.key())).forEach(this::delete);
      versions.stream().filter(each -> isManifest(each.key())).forEach(this::delete);
      replaced(Bucket.WORK, folder).forEach(claim -> store.delete(Bucket.WORK, claim.key(), null));
      if (replaced(Bucket.LOCK, folder).isEmpty() && replaced(Bucket.WORK, folder).isEmpty()) {
        return;
      }
    }
    throw new ObjectStoreException(
        "the store still lists objects of the original below %s after they were deleted"
            .formatted(folder),
        null);
  }

  private List<Version> replaced(Bucket bucket, String folder) {
    return store.list(bucket, folder).stream()
        .filter(
            version -> {
              String below = version.key().substring(folder.length());
              OptionalInt generation =
                  below.contains("/")
                      ? ObjectKeys.attemptGeneration(below.substring(0, below.indexOf('/')))
                      : ObjectKeys.manifestGeneration(below);
              return generation.isPresent() && generation.getAsInt() < Generation.MASKED;
            })
        .toList();
  }

  private void delete(Version version) {
    store.delete(Bucket.LOCK, version.key(), version.versionId());
  }
}
