package io.earwitness.archive.store;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
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

  /** One whose keys can be listed. */
  interface Listed extends ObjectPlace {
    /**
     * All keys that begin so, sorted.
     *
     * @param prefix empty, or with a slash at its end
     */
    List<String> list(String prefix) throws IOException;
  }

  @Override
  void close();
}
