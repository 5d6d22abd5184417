package io.earwitness.archive.store.directory;

import io.earwitness.archive.store.ObjectStore;
import io.earwitness.archive.store.StoreKeys;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Objects as files below one folder, which must lie on one file system with hard links. The newest
 * version of a locked-bucket key is the plain file {@code objects/{key}}. Several processes may use
 * one folder at the same time.
 *
 * <p><b>What it guarantees:</b> what a method wrote is on the disk (file and folders synchronised)
 * when it returns; a file is whole or not there; no caller can delete a locked or held version or
 * shorten a lock.
 *
 * <p><b>Its restrictions:</b> a lock binds everybody who goes through this class, not the host's
 * root, who can remove files; and it is judged by this host's clock, so whoever sets that forward
 * can end it. Where that matters, use a store of its own with Object Lock. A key can't be the
 * folder of another ({@code a} and {@code a/b}). Format: {@code docs/formats/directory-store.md}.
 */
public final class DirectoryStore implements ObjectStore {
  /** A temporary file that old belongs to a process that ended before it could remove it. */
  private static final Duration LEFT_OVER = Duration.ofDays(1);

  private final LockBucket lockBucket;
  private final WorkBucket workBucket;

  private DirectoryStore(LockBucket lockBucket, WorkBucket workBucket) {
    this.lockBucket = lockBucket;
    this.workBucket = workBucket;
  }

  /**
   * Opens the store below a data folder, making what is missing of it.
   *
   * @param clock what locks are judged by
   * @throws ObjectStoreException if the folder can't be written, or lacks what the store needs of
   *     its file system
   */
  public static DirectoryStore open(Path data, InstantSource clock) {
    Path root = data.toAbsolutePath().normalize();
    Path own = root.resolve("object-store");
    Path objects = root.resolve("objects");
    Path work = root.resolve("work");
    Path versions = own.resolve("versions");
    Durable durable = new Durable(own.resolve("tmp"));
    try {
      Files.createDirectories(root);
      Durable.synchronise(root);
      for (Path folder :
          List.of(objects, work, versions, own.resolve("tmp"), own.resolve("locks"))) {
        Durable.makeFolders(folder);
      }
      durable.removeLeftOver(clock.instant().minus(LEFT_OVER));
      probe(durable, List.of(objects, work, versions), clock);
    } catch (IOException | UnsupportedOperationException e) {
      throw new ObjectStoreException(
          ("object store: %s can't be used: %s; its folders objects, work and object-store must be"
                  + " writable for the account of this process and lie on one file system that has"
                  + " hard links and POSIX permissions")
              .formatted(root, e instanceof IOException io ? StoreErrors.reason(io) : e),
          e);
    }
    KeyLocks keyLocks = new KeyLocks(own.resolve("locks"));
    return new DirectoryStore(
        new LockBucket(objects, versions, durable, keyLocks, clock),
        new WorkBucket(work, durable, clock));
  }

  /** Finds out at start what would otherwise fail with the first recording. */
  private static void probe(Durable durable, List<Path> folders, InstantSource clock)
      throws IOException {
    Path file = durable.write(List.of(new byte[] {1}), Durable.READ_ONLY, clock.instant());
    try {
      for (Path folder : folders) {
        Path second = folder.resolve("." + file.getFileName());
        Files.createLink(second, file);
        Files.delete(second);
      }
    } finally {
      Files.deleteIfExists(file);
    }
  }

  @Override
  public String put(Bucket bucket, String key, List<byte[]> pieces) {
    StoreKeys.check(key);
    return StoreErrors.during(
        "write",
        bucket,
        key,
        () ->
            switch (bucket) {
              case LOCK -> lockBucket.put(key, pieces);
              case WORK -> workBucket.put(key, pieces);
            });
  }

  @Override
  public boolean create(String key, byte[] content) {
    StoreKeys.check(key);
    return StoreErrors.during("create", Bucket.WORK, key, () -> workBucket.create(key, content));
  }

  @Override
  public Optional<InputStream> open(Bucket bucket, String key, @Nullable String versionId) {
    StoreKeys.check(key);
    return StoreErrors.during(
        "read", bucket, key, () -> openFile(bucket, key, versionId).map(in -> in));
  }

  @Override
  public Optional<InputStream> open(
      Bucket bucket, String key, @Nullable String versionId, long offset, long length) {
    StoreKeys.check(key);
    return StoreErrors.during(
        "read",
        bucket,
        key,
        () -> {
          Optional<FileInputStream> file = openFile(bucket, key, versionId);
          if (file.isEmpty()) {
            return Optional.empty();
          }
          return Optional.of(RangeInputStream.of(file.get(), offset, length));
        });
  }

  private Optional<FileInputStream> openFile(Bucket bucket, String key, @Nullable String versionId)
      throws IOException {
    return switch (bucket) {
      case LOCK -> lockBucket.open(key, versionId);
      case WORK -> workBucket.open(key);
    };
  }

  @Override
  public List<Version> list(Bucket bucket, String prefix) {
    StoreKeys.checkPrefix(prefix);
    return StoreErrors.during(
        "list",
        bucket,
        prefix,
        () ->
            switch (bucket) {
              case LOCK -> lockBucket.list(prefix);
              case WORK -> workBucket.list(prefix);
            });
  }

  @Override
  public Lock lock(String key, String versionId, Lock lock) {
    StoreKeys.check(key);
    return StoreErrors.during(
        "lock", Bucket.LOCK, key, () -> lockBucket.lock(key, versionId, lock));
  }

  @Override
  public void strengthen(String key, String versionId) {
    StoreKeys.check(key);
    StoreErrors.during(
        "strengthen the lock of", Bucket.LOCK, key, () -> lockBucket.strengthen(key, versionId));
  }

  @Override
  public Optional<Lock> lockOf(String key, String versionId) {
    StoreKeys.check(key);
    return StoreErrors.during(
        "read the lock of", Bucket.LOCK, key, () -> lockBucket.lockOf(key, versionId));
  }

  @Override
  public void hold(String key, String versionId, boolean held) {
    StoreKeys.check(key);
    StoreErrors.during(
        held ? "hold" : "release the hold of",
        Bucket.LOCK,
        key,
        () -> lockBucket.hold(key, versionId, held));
  }

  @Override
  public boolean isHeld(String key, String versionId) {
    StoreKeys.check(key);
    return StoreErrors.during(
        "read the hold of", Bucket.LOCK, key, () -> lockBucket.isHeld(key, versionId));
  }

  @Override
  public void delete(Bucket bucket, String key, @Nullable String versionId) {
    StoreKeys.check(key);
    StoreErrors.during(
        "delete",
        bucket,
        key,
        () -> {
          switch (bucket) {
            case LOCK -> lockBucket.delete(key, versionId);
            case WORK -> workBucket.delete(key);
          }
          return key;
        });
  }

  @Override
  public void close() {}
}
