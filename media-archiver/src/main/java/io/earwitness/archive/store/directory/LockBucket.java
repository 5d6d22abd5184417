package io.earwitness.archive.store.directory;

import io.earwitness.archive.store.ObjectStore.Lock;
import io.earwitness.archive.store.ObjectStore.LockMode;
import io.earwitness.archive.store.ObjectStore.LockedException;
import io.earwitness.archive.store.ObjectStore.Version;
import io.earwitness.json.Json;
import java.io.FileInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Versions under {@code versions/{key}/}, the newest of them as {@code objects/{key}} too. What is
 * below {@code versions} is the truth; the plain path follows it, and is mended by the next change.
 */
final class LockBucket {
  private static final byte[] HELD = "{\"held\":true}".getBytes(StandardCharsets.UTF_8);

  private final Path objects;
  private final Path versions;
  private final Durable durable;
  private final KeyLocks keyLocks;
  private final InstantSource clock;

  LockBucket(Path objects, Path versions, Durable durable, KeyLocks keyLocks, InstantSource clock) {
    this.objects = objects;
    this.versions = versions;
    this.durable = durable;
    this.keyLocks = keyLocks;
    this.clock = clock;
  }

  String put(String key, List<byte[]> pieces) throws IOException {
    Path file = durable.write(pieces, Durable.READ_ONLY, clock.instant());
    try {
      return keyLocks.hold(key, () -> add(key, file));
    } finally {
      Files.deleteIfExists(file);
    }
  }

  private String add(String key, Path file) throws IOException {
    VersionFolder folder = folder(key);
    Path plain = objects.resolve(key);
    // what can't be published must not become a version either
    Durable.makeFolders(Durable.folderOf(plain));
    if (Files.isDirectory(plain)) {
      throw new FileSystemException(key, null, "other keys begin with this one and a slash");
    }
    String id = folder.nextId();
    durable.move(file, folder.file(id));
    publish(key, Optional.of(folder.file(id)));
    return id;
  }

  /** Makes the plain path show this version, or nothing; to be called under the key's lock. */
  private void publish(String key, Optional<Path> version) throws IOException {
    Path plain = objects.resolve(key);
    if (version.isEmpty()) {
      durable.remove(plain);
    } else if (!Files.exists(plain) || !Files.isSameFile(plain, version.get())) {
      Path second = durable.temporaryName();
      Files.createLink(second, version.get());
      try {
        durable.move(second, plain);
      } finally {
        Files.deleteIfExists(second);
      }
    }
  }

  /** Opens a version; null means the newest. */
  Optional<FileInputStream> open(String key, @Nullable String versionId) throws IOException {
    VersionFolder folder = folder(key);
    while (true) {
      String id = versionId != null ? versionId : folder.newest().orElse("");
      if (!folder.contains(id)) {
        return Optional.empty();
      }
      try {
        return Optional.of(new FileInputStream(folder.file(id).toFile()));
      } catch (FileNotFoundException e) {
        if (Files.exists(folder.file(id))) {
          throw e;
        }
        // deleted between the look and the opening: look again
      }
    }
  }

  List<Version> list(String prefix) throws IOException {
    return Listing.versions(versions, prefix);
  }

  Lock lock(String key, String versionId, Lock lock) throws IOException {
    return keyLocks.hold(
        key,
        () ->
            change(
                key, versionId, before -> before.map(held -> held.extendedBy(lock)).orElse(lock)));
  }

  /** The lock as it is then. */
  Lock strengthen(String key, String versionId) throws IOException {
    return keyLocks.hold(
        key,
        () ->
            change(
                key,
                versionId,
                before ->
                    new Lock(
                        LockMode.COMPLIANCE,
                        before
                            .filter(held -> held.until().isAfter(clock.instant()))
                            .orElseThrow(
                                () ->
                                    new IllegalStateException(
                                        "%s version %s is not locked".formatted(key, versionId)))
                            .until())));
  }

  private Lock change(String key, String versionId, Function<Optional<Lock>, Lock> change)
      throws IOException {
    VersionFolder folder = folder(key);
    if (!folder.contains(versionId)) {
      throw new FileSystemException(key, null, "there is no version " + versionId);
    }
    Optional<Lock> before = folder.lock(versionId);
    Lock after = change.apply(before);
    if (!before.equals(Optional.of(after))) {
      Path file = durable.write(List.of(Json.bytes(after)), Durable.READ_ONLY, clock.instant());
      try {
        durable.move(file, folder.lockFile(versionId));
      } finally {
        Files.deleteIfExists(file);
      }
    }
    publish(key, folder.newest().map(folder::file));
    return after;
  }

  Optional<Lock> lockOf(String key, String versionId) throws IOException {
    VersionFolder folder = folder(key);
    return folder.contains(versionId) ? folder.lock(versionId) : Optional.empty();
  }

  /** Whether it is held then. */
  boolean hold(String key, String versionId, boolean held) throws IOException {
    return keyLocks.hold(key, () -> mark(key, versionId, held));
  }

  private boolean mark(String key, String versionId, boolean held) throws IOException {
    VersionFolder folder = folder(key);
    if (!folder.contains(versionId)) {
      throw new FileSystemException(key, null, "there is no version " + versionId);
    }
    if (held && !folder.isHeld(versionId)) {
      Path file = durable.write(List.of(HELD), Durable.READ_ONLY, clock.instant());
      try {
        durable.move(file, folder.holdFile(versionId));
      } finally {
        Files.deleteIfExists(file);
      }
    } else if (!held) {
      durable.remove(folder.holdFile(versionId));
    }
    return held;
  }

  boolean isHeld(String key, String versionId) {
    VersionFolder folder = folder(key);
    return folder.contains(versionId) && folder.isHeld(versionId);
  }

  /** Deletes a version; null means the newest. */
  void delete(String key, @Nullable String versionId) throws IOException {
    keyLocks.hold(key, () -> remove(key, versionId));
    Durable.prune(folder(key).path(), versions);
    Durable.prune(Durable.folderOf(objects.resolve(key)), objects);
  }

  /** Takes the plain path away first: until the version itself goes, a crash leaves it listed. */
  private String remove(String key, @Nullable String versionId) throws IOException {
    VersionFolder folder = folder(key);
    List<String> ids = folder.ids();
    String id = versionId != null ? versionId : ids.stream().findFirst().orElse("");
    if (ids.contains(id)) {
      refuseIfLocked(key, id, folder);
      publish(key, ids.stream().filter(other -> !other.equals(id)).findFirst().map(folder::file));
      Files.deleteIfExists(folder.lockFile(id));
      durable.remove(folder.file(id));
    }
    return id;
  }

  private void refuseIfLocked(String key, String id, VersionFolder folder) {
    if (folder.isHeld(id)) {
      throw new LockedException(
          "%s version %s was not deleted: a legal hold is on it".formatted(key, id), null);
    }
    Optional<Lock> lock;
    try {
      lock = folder.lock(id);
    } catch (IOException e) {
      throw new LockedException(
          "%s version %s was not deleted: its lock can't be read (%s), so it counts as locked"
              .formatted(key, id, StoreErrors.reason(e)),
          e);
    }
    Instant now = clock.instant();
    if (lock.isPresent() && lock.get().until().isAfter(now)) {
      throw new LockedException(
          "%s version %s was not deleted: it is locked (%s) until %s"
              .formatted(key, id, lock.get().mode(), lock.get().until()),
          null);
    }
  }

  private VersionFolder folder(String key) {
    return new VersionFolder(versions.resolve(key));
  }
}
