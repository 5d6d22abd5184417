package io.earwitness.archive.store.directory;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;

/**
 * Files that are whole or not there, and still there after a power cut. A file is written and
 * synchronised under a name of its own in a folder for temporary files of the same file system, and
 * only then gets its real name; afterwards its folder is synchronised. A folder is synchronised in
 * the one above as soon as it is made. (Of one that somebody else made a moment ago, the journal of
 * the file system does that: it holds the folder's making before what we do in it.)
 */
final class Durable {
  static final Set<PosixFilePermission> FOLDER = PosixFilePermissions.fromString("rwxr-x---");
  static final Set<PosixFilePermission> WRITABLE = PosixFilePermissions.fromString("rw-r-----");
  static final Set<PosixFilePermission> READ_ONLY = PosixFilePermissions.fromString("r--r-----");

  /** Small enough for the hidden direct buffer that the JDK copies each write through. */
  private static final int CHUNK = 1 << 20;

  /** How often a folder may be pruned by somebody else between its creation and its use. */
  private static final int TRIES = 1_000;

  private final Path temporary;

  /**
   * @param temporary for temporary files, on the same file system
   */
  Durable(Path temporary) {
    this.temporary = temporary;
  }

  /** A step that gives a finished file its name. */
  interface Naming {
    void apply() throws IOException;
  }

  /** Writes and synchronises a temporary file; the caller names and removes it. */
  Path write(List<byte[]> pieces, Set<PosixFilePermission> mode, Instant modified)
      throws IOException {
    Path file = temporaryName();
    try {
      try (FileChannel channel =
          FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        for (byte[] piece : pieces) {
          ByteBuffer rest = ByteBuffer.wrap(piece);
          while (rest.hasRemaining()) {
            ByteBuffer chunk = rest.slice(rest.position(), Math.min(CHUNK, rest.remaining()));
            rest.position(rest.position() + channel.write(chunk));
          }
        }
        Files.setPosixFilePermissions(file, mode);
        Files.setLastModifiedTime(file, FileTime.from(modified));
        channel.force(true);
      }
      return file;
    } catch (IOException | RuntimeException e) {
      Files.deleteIfExists(file);
      throw e;
    }
  }

  /** Removes temporary files that were last written before then. */
  void removeLeftOver(Instant before) throws IOException {
    try (Stream<Path> files = Files.list(temporary)) {
      for (Path file : files.toList()) {
        try {
          if (Files.getLastModifiedTime(file).toInstant().isBefore(before)) {
            Files.deleteIfExists(file);
          }
        } catch (NoSuchFileException e) {
          // its owner removed it
        }
      }
    }
  }

  /** A name in the folder for temporary files that nobody else draws. */
  Path temporaryName() {
    byte[] name = new byte[16];
    ThreadLocalRandom.current().nextBytes(name);
    return temporary.resolve(HexFormat.of().formatHex(name));
  }

  /** Replaces {@code target}, or makes it, by a finished temporary file. */
  void move(Path file, Path target) throws IOException {
    name(target, () -> Files.move(file, target, StandardCopyOption.ATOMIC_MOVE));
  }

  /**
   * Gives a finished file a second name that must be new.
   *
   * @throws FileAlreadyExistsException if it is not
   */
  void link(Path file, Path target) throws IOException {
    name(target, () -> Files.createLink(target, file));
  }

  /** Makes the folder of {@code target}, names the file and synchronises that folder. */
  private void name(Path target, Naming naming) throws IOException {
    Path folder = folderOf(target);
    for (int i = 1; ; i++) {
      makeFolders(folder);
      try {
        naming.apply();
        break;
      } catch (NoSuchFileException e) {
        // somebody pruned the folder just now, when its last file went
        if (i == TRIES) {
          throw e;
        }
      }
    }
    synchronise(folder);
  }

  /** Makes a folder and those above it, whoever makes or prunes them at the same time. */
  static void makeFolders(Path folder) throws IOException {
    for (int i = 1; !Files.isDirectory(folder); i++) {
      try {
        Path lowest = folder;
        while (!Files.isDirectory(folderOf(lowest))) {
          lowest = folderOf(lowest);
        }
        Files.createDirectory(lowest, PosixFilePermissions.asFileAttribute(FOLDER));
        synchronise(folderOf(lowest));
      } catch (NoSuchFileException | FileAlreadyExistsException e) {
        if (i == TRIES || Files.isRegularFile(Path.of(e.getFile()))) {
          throw e;
        }
      }
    }
  }

  /** Removes a name, if it is there, and synchronises its folder. */
  void remove(Path file) throws IOException {
    if (Files.deleteIfExists(file)) {
      synchronise(folderOf(file));
    }
  }

  /** Synchronises a folder, or the next one above if somebody pruned it. */
  static void synchronise(Path folder) throws IOException {
    for (Path each = folder; ; each = folderOf(each)) {
      try (FileChannel channel = FileChannel.open(each, StandardOpenOption.READ)) {
        channel.force(true);
        return;
      } catch (NoSuchFileException e) {
        // then what was in it is gone with it
      }
    }
  }

  /**
   * Removes a folder and those above it, up to but without {@code top}, as far as they are empty.
   */
  static void prune(Path folder, Path top) {
    try {
      for (Path each = folder; !each.equals(top); each = folderOf(each)) {
        Files.deleteIfExists(each);
      }
    } catch (IOException e) {
      // not empty, or not ours to remove: an empty folder does no harm
    }
  }

  /** The folder in which a file lies. */
  static Path folderOf(Path file) {
    Path folder = file.getParent();
    if (folder == null) {
      throw new IllegalArgumentException(file + " lies in no folder");
    }
    return folder;
  }
}
