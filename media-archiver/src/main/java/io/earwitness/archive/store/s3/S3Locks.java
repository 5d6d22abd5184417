package io.earwitness.archive.store.s3;

import io.earwitness.archive.store.ObjectStore.Lock;
import io.earwitness.archive.store.ObjectStore.LockMode;
import io.earwitness.archive.store.ObjectStore.ObjectStoreException;
import java.util.Optional;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ObjectLockLegalHoldStatus;
import software.amazon.awssdk.services.s3.model.ObjectLockRetention;
import software.amazon.awssdk.services.s3.model.ObjectLockRetentionMode;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** Retention of single versions by Object Lock; never shortens one. */
final class S3Locks {
  private static final int TRIES = 8;

  private final S3Client client;
  private final String bucket;
  private final S3Errors errors;

  S3Locks(S3Client client, String bucket, S3Errors errors) {
    this.client = client;
    this.bucket = bucket;
    this.errors = errors;
  }

  Lock lock(String key, String versionId, Lock lock) {
    for (int i = 1; ; i++) {
      Optional<Lock> before = lockOf(key, versionId);
      Lock after = before.map(held -> held.extendedBy(lock)).orElse(lock);
      if (before.equals(Optional.of(after))) {
        return after;
      }
      try {
        client.putObjectRetention(
            r -> r.bucket(bucket).key(key).versionId(versionId).retention(retention(after)));
        return after;
      } catch (S3Exception e) {
        // 403: somebody else extended it just now, and the store does not let us shorten that
        boolean overtaken = e.statusCode() == 403 && !lockOf(key, versionId).equals(before);
        if (!overtaken || i == TRIES) {
          throw errors.failure("lock version " + versionId + " of", bucket, key, e);
        }
      } catch (SdkException e) {
        throw errors.failure("lock version " + versionId + " of", bucket, key, e);
      }
    }
  }

  /** The one request that asks for leave to pass a GOVERNANCE lock: a change of mode needs it. */
  void strengthen(String key, String versionId) {
    Lock held =
        lockOf(key, versionId)
            .orElseThrow(
                () ->
                    new ObjectStoreException(
                        "S3 %s: %s version %s is not locked".formatted(bucket, key, versionId),
                        null));
    if (held.mode() == LockMode.COMPLIANCE) {
      return;
    }
    errors.during(
        "strengthen the lock of version " + versionId + " of",
        bucket,
        key,
        () ->
            client.putObjectRetention(
                r ->
                    r.bucket(bucket)
                        .key(key)
                        .versionId(versionId)
                        .bypassGovernanceRetention(true)
                        .retention(retention(new Lock(LockMode.COMPLIANCE, held.until())))));
  }

  Optional<Lock> lockOf(String key, String versionId) {
    if (!S3Reader.canBeVersionId(versionId)) {
      return Optional.empty();
    }
    return errors.during(
        "read the lock of version " + versionId + " of",
        bucket,
        key,
        () -> {
          try {
            return Optional.of(
                lock(
                    client
                        .getObjectRetention(r -> r.bucket(bucket).key(key).versionId(versionId))
                        .retention()));
          } catch (S3Exception e) {
            if (S3Errors.isMissing(e)) {
              return Optional.empty();
            }
            throw e;
          }
        });
  }

  void hold(String key, String versionId, boolean held) {
    ObjectLockLegalHoldStatus status =
        held ? ObjectLockLegalHoldStatus.ON : ObjectLockLegalHoldStatus.OFF;
    errors.during(
        (held ? "hold" : "release the hold of") + " version " + versionId + " of",
        bucket,
        key,
        () ->
            client.putObjectLegalHold(
                r ->
                    r.bucket(bucket)
                        .key(key)
                        .versionId(versionId)
                        .legalHold(hold -> hold.status(status))));
  }

  boolean isHeld(String key, String versionId) {
    if (!S3Reader.canBeVersionId(versionId)) {
      return false;
    }
    return errors.during(
        "read the hold of version " + versionId + " of",
        bucket,
        key,
        () -> {
          try {
            return client
                    .getObjectLegalHold(r -> r.bucket(bucket).key(key).versionId(versionId))
                    .legalHold()
                    .status()
                == ObjectLockLegalHoldStatus.ON;
          } catch (S3Exception e) {
            if (S3Errors.isMissing(e)) {
              return false;
            }
            throw e;
          }
        });
  }

  private static ObjectLockRetention retention(Lock lock) {
    return ObjectLockRetention.builder()
        .mode(
            switch (lock.mode()) {
              case GOVERNANCE -> ObjectLockRetentionMode.GOVERNANCE;
              case COMPLIANCE -> ObjectLockRetentionMode.COMPLIANCE;
            })
        .retainUntilDate(lock.until())
        .build();
  }

  /** A mode that we don't know is taken for the stronger one. */
  private static Lock lock(ObjectLockRetention retention) {
    return new Lock(
        retention.mode() == ObjectLockRetentionMode.GOVERNANCE
            ? LockMode.GOVERNANCE
            : LockMode.COMPLIANCE,
        retention.retainUntilDate());
  }
}
