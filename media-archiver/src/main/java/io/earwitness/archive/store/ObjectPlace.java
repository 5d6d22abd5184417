package io.earwitness.archive.store;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Plain storage of somebody else's: objects under keys, without versions and locks of which we know
 * anything. Keys are legal by {@link StoreKeys}. For one thread.
 */
public interface ObjectPlace extends AutoCloseable {
  /**
   * What is put.
   *
   * @param sha256 of it, lower-case hex
   */
  record Content(long size, String sha256, Source source) {}

  /** Opens content, as often as asked. */
  @FunctionalInterface
  interface Source {
    InputStream open() throws IOException;
  }

  /** The size of an object; empty if there is none. */
  OptionalLong size(String key) throws IOException;

  /**
   * Opens an object.
   *
   * @throws IOException if there is none, too
   */
  InputStream open(String key) throws IOException;

  /**
   * Puts an object in whatever place of one; it is there whole or not at all.
   *
   * @return the SHA-256 that the far side found in what arrived, lower-case hex; null if it tells
   *     none
   */
  @Nullable String put(String key, Content content) throws IOException;

  /** Removes an object; none is no error. */
  void delete(String key) throws IOException;

  /**
   * All keys that begin so, sorted.
   *
   * @param prefix empty, or with a slash at its end
   */
  List<String> list(String prefix) throws IOException;

  /**
   * Removes for good all that begins so, with all versions that there may be.
   *
   * @param prefix with a slash at its end
   * @throws RefusedException if the place is there, and does not let it be removed
   */
  void purge(String prefix) throws IOException;

  /** One that locks objects and reads pieces of them, as S3 with Object Lock does. Thread-safe. */
  interface Locking extends ObjectPlace {
    /**
     * Finds out whether objects can be locked there.
     *
     * @throws IOException saying why not
     */
    void demandLocks() throws IOException;

    /** Locks the newest version of an object, or makes its lock last longer. */
    void lock(String key, ObjectStore.Lock lock) throws IOException;

    /** The lock of the newest version of an object; empty if it has none. */
    Optional<ObjectStore.Lock> lockOf(String key) throws IOException;

    /** Sets or takes away a legal hold on the newest version of an object. */
    void hold(String key, boolean held) throws IOException;

    /** Opens {@code length} bytes of the newest version from {@code offset}. */
    InputStream open(String key, long offset, long length) throws IOException;
  }

  /** The place answers, and does not let that be done; it need not be so tomorrow. */
  final class RefusedException extends IOException {
    private static final long serialVersionUID = 1L;

    public RefusedException(String message, Throwable cause) {
      super(message, cause);
    }
  }

  @Override
  void close();
}
