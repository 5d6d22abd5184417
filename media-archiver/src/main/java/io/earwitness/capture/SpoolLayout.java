package io.earwitness.capture;

import io.earwitness.call.RecordingId;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The names of everything in a spool, and how files and folders are made: for the owner only. */
record SpoolLayout(Path directory) {
  /** In a capture's folder, or behind a refusal log's name, while a recorder writes it. */
  static final String OPEN = "open";

  private static final Set<PosixFilePermission> FOLDER =
      PosixFilePermissions.fromString("rwx------");
  private static final FileAttribute<?> OWNER_FOLDER = PosixFilePermissions.asFileAttribute(FOLDER);
  private static final FileAttribute<?> OWNER_FILE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
  private static final Pattern SEGMENT = Pattern.compile("[0-9]{6,10}\\.seg");
  private static final String REMOVED = ".removed-";
  private static final String BEGUN = ".begun-";

  Path lock() {
    return directory.resolve("writer.lock");
  }

  Path captures() {
    return directory.resolve("captures");
  }

  Path refusals() {
    return directory.resolve("refusals");
  }

  Path capture(RecordingId id) {
    return captures().resolve(id.toString());
  }

  /** Where a capture goes while it is removed, so that half of one is never seen. */
  Path removed(RecordingId id) {
    return captures().resolve(REMOVED + id);
  }

  Path openMarker(RecordingId id) {
    return capture(id).resolve(OPEN);
  }

  static Path segment(Path folder, int number) {
    return folder.resolve("%06d.seg".formatted(number));
  }

  /** The segment files of a capture, in the order of their names. */
  static List<Path> segments(Path folder) throws IOException {
    List<Path> segments = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
      for (Path file : files) {
        if (SEGMENT.matcher(file.getFileName().toString()).matches()) {
          segments.add(file);
        }
      }
    }
    Collections.sort(segments);
    return segments;
  }

  /** The id that a folder under {@link #captures()} is named by; null for anything else. */
  static @Nullable RecordingId captureId(Path folder) {
    try {
      return RecordingId.parse(folder.getFileName().toString());
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  /**
   * Makes the spool's own folders.
   *
   * @throws IOException in plain words, if the directory can't be a spool
   */
  void prepare() throws IOException {
    check();
    try {
      Files.setPosixFilePermissions(directory, FOLDER);
      makeFolder(captures());
      makeFolder(refusals());
      openFile(marks()).close();
    } catch (IOException e) {
      throw new IOException(
          "the spool directory %s can't be written (%s); give the recorder's user a writable directory there"
              .formatted(directory, reason(e)),
          e);
    }
  }

  /** Whether the directory is there at all. */
  void check() throws IOException {
    if (!Files.exists(directory)) {
      throw new NoSuchFileException(
          "the spool directory %s does not exist; create it (or mount its file system), owned by the user that runs the recorder"
              .formatted(directory));
    }
    if (!Files.isDirectory(directory)) {
      throw new IOException(
          "the spool %s is not a directory; set the spool to a directory of its own"
              .formatted(directory));
    }
  }

  static void makeFolder(Path folder) throws IOException {
    try {
      Files.createDirectory(folder, OWNER_FOLDER);
    } catch (FileAlreadyExistsException e) {
      if (!Files.isDirectory(folder)) {
        throw e;
      }
    }
  }

  /**
   * Makes the folder of a new capture. It appears with its marker in it: whoever sees the folder
   * without a marker may be sure that nobody writes the capture any more.
   */
  Path makeCapture(RecordingId id) throws IOException {
    Path begun = captures().resolve(BEGUN + id);
    Files.createDirectory(begun, OWNER_FOLDER);
    try {
      mark(begun.resolve(OPEN));
      return Files.move(begun, capture(id), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      try {
        deleteFolder(begun);
      } catch (IOException f) {
        e.addSuppressed(f);
      }
      throw e;
    }
  }

  /**
   * All markers are one empty file. A file made for each call and deleted after it is what cost
   * most of opening a call: ext4 looks long for an inode that was not freed lately.
   */
  private void mark(Path marker) throws IOException {
    try {
      Files.createLink(marker, marks());
    } catch (FileSystemException | UnsupportedOperationException e) {
      // No such file yet, or a file system in which a file has one name only, or not so many
      createFile(marker).close();
    }
  }

  /** The file that all markers are names of. */
  private Path marks() {
    return directory.resolve(OPEN);
  }

  /** Creates a file that must not exist yet. */
  static FileChannel createFile(Path file) throws IOException {
    return FileChannel.open(
        file, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), OWNER_FILE);
  }

  /** Opens a file, creating it if need be. */
  static FileChannel openFile(Path file) throws IOException {
    return FileChannel.open(
        file,
        Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE),
        OWNER_FILE);
  }

  /** Deletes a folder and the files in it. */
  static void deleteFolder(Path folder) throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
      for (Path file : files) {
        Files.deleteIfExists(file);
      }
    } catch (NoSuchFileException e) {
      return;
    }
    Files.deleteIfExists(folder);
  }

  /** Whether a crash left this of a capture that was being removed, or that had not begun. */
  static boolean isRemains(Path folder) {
    String name = folder.getFileName().toString();
    return name.startsWith(REMOVED) || name.startsWith(BEGUN);
  }

  /** What went wrong, without the Java class that says it. */
  static String reason(IOException e) {
    return switch (e) {
      case AccessDeniedException _ -> "permission denied";
      case NoSuchFileException missing -> missing.getFile() + " does not exist";
      case FileSystemException f when f.getReason() != null -> f.getReason();
      default -> e.getMessage() != null ? e.getMessage() : e.getClass().getSimpleName();
    };
  }
}
