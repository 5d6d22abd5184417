package io.earwitness.archive.store;

import java.io.InputStream;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Objects in two buckets of one region. Thread-safe. Every method throws {@link
 * ObjectStoreException} where the store can't be reached or answers with an unexpected error, and
 * {@link IllegalArgumentException} for a key that {@link StoreKeys} does not allow. What was
 * written is durable when the method returns, and every later read by anybody sees it.
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
    /** In S3, an identity with a special right may lift it; nothing in Earwitness does. */
    GOVERNANCE,
    /** Nobody may lift it before its time. */
    COMPLIANCE
  }

  /**
   * A lock on one version.
   *
   * @param until never moves backwards; in whole seconds, a fraction is rounded up
   */
  record Lock(LockMode mode, Instant until) {
    public Lock {
      Instant second = until.truncatedTo(ChronoUnit.SECONDS);
      until = second.equals(until) ? second : second.plusSeconds(1);
    }

    /**
     * This lock after another one was asked for: its mode stays, and it reaches as far as the
     * further one. (Stores allow a change of mode only to those who may also lift a lock, and
     * Earwitness needs no such right, but to {@linkplain ObjectStore#strengthen strengthen}.)
     */
    public Lock extendedBy(Lock other) {
      return new Lock(mode, until.isAfter(other.until) ? until : other.until);
    }
  }

  /** A version of an object. In {@link Bucket#WORK} the version id is the empty string. */
  record Version(String key, String versionId, long size, Instant lastModified) {}

  /** Writes an object; in {@link Bucket#LOCK} this makes a new version. Returns its version id. */
  default String put(Bucket bucket, String key, byte[] content) {
    return put(bucket, key, List.of(content));
  }

  /** The same with content in pieces, so that large content need never be in one array. */
  String put(Bucket bucket, String key, List<byte[]> pieces);

  /**
   * Creates an object in {@link Bucket#WORK} unless it exists; of any number of concurrent callers
   * at most one gets {@code true}. Where the answer of a remote store was lost on the way and asked
   * for again, the creator itself may get {@code false}: whoever gets it reads the object to learn
   * whose it is.
   */
  boolean create(String key, byte[] content);

  /** Opens an object; {@code versionId} null means the latest. Empty if there is none. */
  Optional<InputStream> open(Bucket bucket, String key, @Nullable String versionId);

  /**
   * Opens {@code length} bytes from {@code offset}; both must lie inside the object, else {@link
   * ObjectStoreException}. Empty if there is no such object.
   *
   * @param offset from 0
   * @param length from 0
   */
  Optional<InputStream> open(
      Bucket bucket, String key, @Nullable String versionId, long offset, long length);

  /**
   * All versions of all objects whose key begins with {@code prefix} (which need not end at a
   * slash), sorted by key, newest first.
   */
  List<Version> list(Bucket bucket, String prefix);

  /**
   * Locks a version in {@link Bucket#LOCK}, or {@linkplain Lock#extendedBy extends} its lock.
   * Returns the lock in force. A version that is not there is an error.
   */
  Lock lock(String key, String versionId, Lock lock);

  /**
   * Makes the lock in force on a version in {@link Bucket#LOCK} a COMPLIANCE one that lasts as
   * long, which nothing takes back. S3 allows that only to those who may lift a GOVERNANCE lock. A
   * version that is not there, or isn't locked, is an error.
   */
  void strengthen(String key, String versionId);

  /** The lock of a version, which may have expired; empty if it has none, or is not there. */
  Optional<Lock> lockOf(String key, String versionId);

  /**
   * Sets or takes away a legal hold on a version in {@link Bucket#LOCK}: while it is held it can't
   * be deleted, whether it is locked or not. Independent of its lock; doing the same again changes
   * nothing. A version that is not there is an error.
   */
  void hold(String key, String versionId, boolean held);

  /** Whether a legal hold is on a version; false also if it is not there. */
  boolean isHeld(String key, String versionId);

  /**
   * Deletes one version for good; deleting what is not there is no error.
   *
   * @param versionId null means the latest
   * @throws LockedException if the version is locked or held
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

  /** The object was moved to other storage, which can't be used now; the message says which. */
  final class ElsewhereException extends ObjectStoreException {
    private static final long serialVersionUID = 1L;

    public ElsewhereException(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /** The version is locked or held; nothing was deleted. */
  final class LockedException extends ObjectStoreException {
    private static final long serialVersionUID = 1L;

    public LockedException(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }
}
