package io.earwitness.archive.store.directory;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Lets one thread of one process at a time change the versions of a key, so that a lock can't slip
 * in between the check and the deletion. Keys share a fixed number of lock files. The operating
 * system gives a lock back when its process ends, however it ends.
 */
final class KeyLocks {
  private static final int STRIPES = 64;

  /**
   * Shared by all stores of this JVM: a process loses its locks on a file as soon as it closes any
   * descriptor of that file, so no two threads may have one file open at the same time.
   */
  private static final ReentrantLock[] THREADS = new ReentrantLock[STRIPES];

  static {
    for (int i = 0; i < STRIPES; i++) {
      THREADS[i] = new ReentrantLock();
    }
  }

  private final Path folder;

  KeyLocks(Path folder) {
    this.folder = folder;
  }

  /** What is done under the lock. */
  interface Action<T> {
    T run() throws IOException;
  }

  /** Runs an action while nobody else changes this key; not to be nested. */
  <T> T hold(String key, Action<T> action) throws IOException {
    int stripe = Math.floorMod(key.hashCode(), STRIPES);
    ReentrantLock thread = THREADS[stripe];
    thread.lock();
    try {
      Path file = folder.resolve(String.format(Locale.ROOT, "%02x", stripe));
      try (FileChannel channel =
              FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
          FileLock held = channel.lock()) {
        if (!held.isValid()) {
          throw new IOException("lost the lock on " + file);
        }
        return action.run();
      }
    } finally {
      thread.unlock();
    }
  }
}
