package io.earwitness.archive.store.directory;

import io.earwitness.archive.store.ObjectStore.Version;
import java.io.FileInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** Files under their keys, replaced and deleted at will. */
final class WorkBucket {
  private final Path folder;
  private final Durable durable;
  private final InstantSource clock;

  WorkBucket(Path folder, Durable durable, InstantSource clock) {
    this.folder = folder;
    this.durable = durable;
    this.clock = clock;
  }

  String put(String key, List<byte[]> pieces) throws IOException {
    Path file = durable.write(pieces, Durable.WRITABLE, clock.instant());
    try {
      durable.move(file, folder.resolve(key));
      return "";
    } finally {
      Files.deleteIfExists(file);
    }
  }

  boolean create(String key, byte[] content) throws IOException {
    Path target = folder.resolve(key);
    Path file = durable.write(List.of(content), Durable.WRITABLE, clock.instant());
    try {
      durable.link(file, target);
      return true;
    } catch (FileAlreadyExistsException e) {
      if (!Files.isRegularFile(target)) {
        throw e;
      }
      // the winner may not have got so far, and the loser will act on what it finds
      Durable.synchronise(Durable.folderOf(target));
      return false;
    } finally {
      Files.deleteIfExists(file);
    }
  }

  Optional<FileInputStream> open(String key) throws IOException {
    Path file = folder.resolve(key);
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    try {
      return Optional.of(new FileInputStream(file.toFile()));
    } catch (FileNotFoundException e) {
      if (Files.exists(file)) {
        throw e;
      }
      return Optional.empty();
    }
  }

  List<Version> list(String prefix) throws IOException {
    return Listing.files(folder, prefix);
  }

  void delete(String key) throws IOException {
    Path file = folder.resolve(key);
    if (Files.isRegularFile(file)) {
      durable.remove(file);
      Durable.prune(Durable.folderOf(file), folder);
    }
  }
}
