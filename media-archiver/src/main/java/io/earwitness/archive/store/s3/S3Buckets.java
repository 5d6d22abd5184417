package io.earwitness.archive.store.s3;

import io.earwitness.archive.store.ObjectStore.ObjectStoreException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.BucketAlreadyOwnedByYouException;
import software.amazon.awssdk.services.s3.model.BucketVersioningStatus;
import software.amazon.awssdk.services.s3.model.ObjectLockConfiguration;
import software.amazon.awssdk.services.s3.model.ObjectLockEnabled;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** Makes both buckets where they are missing, and refuses what is not fit for evidence. */
final class S3Buckets {
  private static final Logger LOG = LoggerFactory.getLogger(S3Buckets.class);

  private final S3Client client;
  private final S3Errors errors;
  private final S3Config config;

  S3Buckets(S3Client client, S3Errors errors, S3Config config) {
    this.client = client;
    this.errors = errors;
    this.config = config;
  }

  void prepare() {
    prepareLockBucket(config.bucket());
    prepareWorkBucket(config.workBucket());
  }

  private void prepareLockBucket(String bucket) {
    boolean made = make(bucket, true);
    ObjectLockConfiguration found =
        errors.during("read the Object Lock of", bucket, "", () -> lockConfiguration(bucket));
    if (found == null || found.objectLockEnabled() != ObjectLockEnabled.ENABLED) {
      throw new ObjectStoreException(
          ("S3 %s: bucket %s %s, so nothing could keep recordings from being deleted; name a bucket"
                  + " made with Object Lock, or one that does not exist yet")
              .formatted(
                  config.endpoint(),
                  bucket,
                  made
                      ? "was made with Object Lock, but the store does not know that"
                      : "has no Object Lock"),
          null);
    }
    if (found.rule() != null && found.rule().defaultRetention() != null) {
      LOG.warn(
          "S3 bucket {} has a default retention: attempts that lost a race stay until it ends",
          bucket);
    }
  }

  @SuppressWarnings("NullAway") // the caller asks for null: no configuration
  private ObjectLockConfiguration lockConfiguration(String bucket) {
    try {
      return client.getObjectLockConfiguration(r -> r.bucket(bucket)).objectLockConfiguration();
    } catch (S3Exception e) {
      if (e.statusCode() == 404) {
        return null;
      }
      throw e;
    }
  }

  private void prepareWorkBucket(String bucket) {
    make(bucket, false);
    BucketVersioningStatus status =
        errors.during(
            "read the versioning of",
            bucket,
            "",
            () -> client.getBucketVersioning(r -> r.bucket(bucket)).status());
    if (status == BucketVersioningStatus.ENABLED) {
      throw new ObjectStoreException(
          ("S3 %s: bucket %s keeps versions, where not every store creates an object only once;"
                  + " switch versioning off, or name another bucket")
              .formatted(config.endpoint(), bucket),
          null);
    }
  }

  /** Whether it had to be made. */
  private boolean make(String bucket, boolean locked) {
    return errors.during(
        "find or make bucket",
        bucket,
        "",
        () -> {
          try {
            client.headBucket(r -> r.bucket(bucket));
            return false;
          } catch (S3Exception e) {
            if (e.statusCode() != 404) {
              throw e;
            }
          }
          try {
            client.createBucket(r -> r.bucket(bucket).objectLockEnabledForBucket(locked));
            LOG.info("made S3 bucket {}{}", bucket, locked ? " with Object Lock" : "");
            return true;
          } catch (BucketAlreadyOwnedByYouException e) {
            return false;
          }
        });
  }
}
