package io.earwitness.capture;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Says which process writes a spool: an operating system's lock on a file, gone with its process.
 *
 * <p>POSIX gives up all locks that a process has on a file as soon as the process closes any
 * descriptor of it. So within the process that writes, nobody may open the file again: {@link
 * #HELD} answers there.
 */
final class SpoolLock implements Closeable {
  /** Spools written by this process, by real path of the lock file. Guards itself. */
  private static final Set<Path> HELD = new HashSet<>();

  private static final int ATTEMPTS = 20;
  private static final long PAUSE_MILLIS = 50;

  private final Path file;
  private final FileChannel channel;

  private SpoolLock(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /**
   * Takes the lock.
   *
   * @throws IOException if another recorder has it, saying which process
   */
  static SpoolLock take(SpoolLayout layout) throws IOException {
    synchronized (HELD) {
      Path file = layout.directory().toRealPath().resolve(layout.lock().getFileName());
      if (HELD.contains(file)) {
        throw inUse(layout, Long.toString(ProcessHandle.current().pid()));
      }
      FileChannel channel = SpoolLayout.openFile(file);
      try {
        if (!tryLock(channel)) {
          throw inUse(layout, Files.readString(file).strip());
        }
        byte[] pid = (ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.US_ASCII);
        channel.truncate(0).write(ByteBuffer.wrap(pid));
      } catch (IOException | RuntimeException e) {
        channel.close();
        throw e;
      }
      HELD.add(file);
      return new SpoolLock(file, channel);
    }
  }

  /** A reader that looks whether the lock is held has it itself for a moment, so try again. */
  private static boolean tryLock(FileChannel channel) throws IOException {
    for (int i = 0; i < ATTEMPTS; i++) {
      if (channel.tryLock() != null) {
        return true;
      }
      try {
        Thread.sleep(PAUSE_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return false;
      }
    }
    return false;
  }

  private static IOException inUse(SpoolLayout layout, String pid) {
    return new IOException(
        "the spool %s is written by another recorder (process %s); stop that one or give each recorder a spool of its own"
            .formatted(layout.directory(), pid));
  }

  /** Whether some process writes this spool now. */
  static boolean isHeld(SpoolLayout layout) throws IOException {
    synchronized (HELD) {
      Path file;
      try {
        file = layout.directory().toRealPath().resolve(layout.lock().getFileName());
        if (HELD.contains(file)) {
          return true;
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
          return !canShare(channel);
        }
      } catch (NoSuchFileException e) {
        return false;
      }
    }
  }

  private static boolean canShare(FileChannel channel) throws IOException {
    try (@Nullable FileLock lock = channel.tryLock(0, Long.MAX_VALUE, true)) {
      return lock != null;
    }
  }

  @Override
  public void close() throws IOException {
    synchronized (HELD) {
      try (channel) {
        HELD.remove(file);
      }
    }
  }
}
