package io.earwitness.archive.store.directory;

import io.earwitness.archive.store.ObjectStore.Lock;
import io.earwitness.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The versions of one key: a file {@code {versionId}} for each, {@code {versionId}.lock} beside it
 * once it was locked, and {@code {versionId}.hold} while it is held. A version id is a number that
 * grows by key, and a random part, so that an id never comes again. Format: {@code
 * docs/formats/directory-store.md}.
 */
final class VersionFolder {
  private static final Pattern ID = Pattern.compile("[0-9]{10}-[0-9a-f]{8}");

  private final Path folder;

  VersionFolder(Path folder) {
    this.folder = folder;
  }

  static boolean isVersionId(String text) {
    return ID.matcher(text).matches();
  }

  Path path() {
    return folder;
  }

  Path file(String versionId) {
    return folder.resolve(versionId);
  }

  Path lockFile(String versionId) {
    return folder.resolve(versionId + ".lock");
  }

  Path holdFile(String versionId) {
    return folder.resolve(versionId + ".hold");
  }

  /** Whether a hold is on it; what can't be looked at counts as held. */
  boolean isHeld(String versionId) {
    return !Files.notExists(holdFile(versionId));
  }

  /** Whether there is such a version; any text may be asked for. */
  boolean contains(String versionId) {
    return isVersionId(versionId) && Files.isRegularFile(file(versionId));
  }

  /** Ids of all versions, newest first. */
  List<String> ids() throws IOException {
    List<String> ids = new ArrayList<>();
    try (Stream<Path> files = Files.list(folder)) {
      files
          .map(file -> file.getFileName().toString())
          .filter(VersionFolder::isVersionId)
          .forEach(ids::add);
    } catch (NoSuchFileException | NotDirectoryException e) {
      return List.of();
    }
    ids.sort(Comparator.reverseOrder());
    return ids;
  }

  Optional<String> newest() throws IOException {
    return ids().stream().findFirst();
  }

  /** An id for a version newer than all that are there. */
  String nextId() throws IOException {
    long last = newest().map(id -> Long.parseLong(id.substring(0, 10))).orElse(0L);
    return String.format(
        Locale.ROOT, "%010d-%08x", last + 1, ThreadLocalRandom.current().nextInt());
  }

  /** The lock of a version; fails if its file can't be read, so that it is never taken for none. */
  Optional<Lock> lock(String versionId) throws IOException {
    byte[] json;
    try {
      json = Files.readAllBytes(lockFile(versionId));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
    return Optional.of(Json.read(json, Lock.class));
  }
}
