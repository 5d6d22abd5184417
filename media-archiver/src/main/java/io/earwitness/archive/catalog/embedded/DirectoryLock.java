package io.earwitness.archive.catalog.embedded;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Set;

/**
 * Keeps a directory for one Earwitness. The kernel frees the lock when the process ends, however it
 * ends.
 */
final class DirectoryLock implements AutoCloseable {
  // A POSIX lock is lost when its process closes *any* descriptor of the file; so within one
  // process
  // the file must not even be opened a second time
  private static final Set<Path> HELD = new HashSet<>();

  private final Path file;
  private final FileChannel channel;
  private final FileLock lock;

  private DirectoryLock(Path file, FileChannel channel, FileLock lock) {
    this.file = file;
    this.channel = channel;
    this.lock = lock;
  }

  /**
   * Takes the lock of a directory, which must exist.
   *
   * @throws HeldException if another Earwitness, in this process or another, has it
   */
  static DirectoryLock take(Path directory) throws IOException {
    Path file = directory.toRealPath().resolve("lock");
    synchronized (HELD) {
      if (!HELD.add(file)) {
        throw new HeldException(directory, ProcessHandle.current().pid() + ", this one");
      }
    }
    FileChannel channel = null;
    try {
      PrivateFiles.file(file);
      channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
      FileLock lock = channel.tryLock();
      if (lock == null) {
        String holder = Files.readString(file, StandardCharsets.UTF_8).strip();
        throw new HeldException(directory, holder.isEmpty() ? "unknown" : holder);
      }
      channel.truncate(0);
      byte[] pid = (ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.UTF_8);
      channel.write(ByteBuffer.wrap(pid), 0);
      return new DirectoryLock(file, channel, lock);
    } catch (IOException | RuntimeException e) {
      if (channel != null) {
        channel.close();
      }
      synchronized (HELD) {
        HELD.remove(file);
      }
      throw e;
    }
  }

  @Override
  public void close() {
    try (channel) {
      lock.release();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    } finally {
      synchronized (HELD) {
        HELD.remove(file);
      }
    }
  }

  /** Another Earwitness has the directory. */
  static final class HeldException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    HeldException(Path directory, String holder) {
      super(
          "%s is in use by another Earwitness (process %s): stop that one, or give this one another data directory"
              .formatted(directory, holder));
    }
  }
}
