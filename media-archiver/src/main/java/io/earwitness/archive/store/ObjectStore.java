package io.earwitness.archive.store;

import java.io.InputStream;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Objects in two buckets of one region. Thread-safe. Every method throws {@link
 * ObjectStoreException} where the store can't be reached or answers with an unexpected error.
 */
public interface ObjectStore extends AutoCloseable {
  /** The two buckets. */
  enum Bucket {
    /** Versioned, with Object Lock: recordings, journal, audit copies. */
    LOCK,
    /** Neither versioned nor locked: commit claims, the CDR lake. */
    WORK
  }

  /** How a lock is enforced (S3 Object Lock). */
  enum LockMode {
    GOVERNANCE,
    COMPLIANCE
  }

  /** A lock on one version; {@code until} never moves backwards. */
  record Lock(LockMode mode, Instant until) {}

  /** A version of an object. In {@link Bucket#WORK} the version id is the empty string. */
  record Version(String key, String versionId, long size, Instant lastModified) {}

  /** Writes an object; in {@link Bucket#LOCK} this makes a new version. Returns its version id. */
  String put(Bucket bucket, String key, byte[] content);

  /**
   * Creates an object in {@link Bucket#WORK} unless it exists; of any number of concurrent callers
   * exactly one gets {@code true}.
   */
  boolean create(String key, byte[] content);

  /** Opens an object; {@code versionId} null means the latest. Empty if there is none. */
  Optional<InputStream> open(Bucket bucket, String key, @Nullable String versionId);

  /**
   * Opens {@code length} bytes from {@code offset}; both must lie inside the object. Empty if there
   * is no such object.
   */
  Optional<InputStream> open(
      Bucket bucket, String key, @Nullable String versionId, long offset, long length);

  /**
   * All versions of all objects whose key begins with {@code prefix}, sorted by key, newest first.
   */
  List<Version> list(Bucket bucket, String prefix);

  /** Locks a version, or extends its lock. A lock that reaches further already stays. */
  void lock(String key, String versionId, Lock lock);

  /** The lock of a version; empty if it has none. */
  Optional<Lock> lockOf(String key, String versionId);

  /**
   * Deletes one version for good; deleting what is not there is no error.
   *
   * @throws LockedException if the version is locked
   */
  void delete(Bucket bucket, String key, @Nullable String versionId);

  @Override
  void close();

  /** The store failed or could not be reached; trying again later may help. */
  class ObjectStoreException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public ObjectStoreException(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  /** The version is locked; nothing was deleted. */
  final class LockedException extends ObjectStoreException {
    private static final long serialVersionUID = 1L;

    public LockedException(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }
}
