package io.earwitness.archive.store.s3;

import io.earwitness.archive.store.ObjectStore;
import io.earwitness.archive.store.StoreKeys;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * Objects in an S3-compatible store with Object Lock, in path style. The checksum settings are
 * those that Ceph RGW 16 accepts as well as AWS: none by trailers, but Content-MD5 with every
 * write. Failed requests are tried up to four times with growing pauses.
 */
public final class S3Store implements ObjectStore {
  private static final int TRIES = 4;
  private static final int CREATE_TRIES = 8;

  /** The most that S3 lists in one answer. */
  private static final int PAGE_SIZE = 1000;

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);

  /** For the next bytes, not for the whole answer; an index under load may take its time. */
  private static final Duration READ_TIMEOUT = Duration.ofSeconds(60);

  private final S3Client client;
  private final S3Config config;
  private final S3Errors errors;
  private final S3Locks locks;
  private final S3Reader reader;

  private S3Store(S3Client client, S3Config config, S3Errors errors, int pageSize) {
    this.client = client;
    this.config = config;
    this.errors = errors;
    this.locks = new S3Locks(client, config.bucket(), errors);
    this.reader = new S3Reader(client, config, errors, pageSize);
  }

  /**
   * Connects and makes the buckets where they are missing.
   *
   * @throws ObjectStoreException if the store can't be reached, or a bucket is not fit: the first
   *     without Object Lock, or the work bucket with versions
   */
  public static S3Store connect(S3Config config) {
    return connect(config, PAGE_SIZE);
  }

  static S3Store connect(S3Config config, int pageSize) {
    S3Errors errors = new S3Errors(config.endpoint());
    S3Client client =
        S3Client.builder()
            .endpointOverride(config.endpoint())
            .region(Region.of(config.region()))
            .credentialsProvider(
                StaticCredentialsProvider.create(
                    AwsBasicCredentials.create(config.accessKey(), config.secretKey())))
            .forcePathStyle(true)
            .serviceConfiguration(s3 -> s3.chunkedEncodingEnabled(false))
            .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
            .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
            .httpClientBuilder(
                UrlConnectionHttpClient.builder()
                    .connectionTimeout(CONNECT_TIMEOUT)
                    .socketTimeout(READ_TIMEOUT))
            .overrideConfiguration(
                o ->
                    o.retryStrategy(
                        AwsRetryStrategy.standardRetryStrategy().toBuilder()
                            .maxAttempts(TRIES)
                            .build()))
            .build();
    try {
      new S3Buckets(client, errors, config).prepare();
    } catch (RuntimeException e) {
      client.close();
      throw e;
    }
    return new S3Store(client, config, errors, pageSize);
  }

  @Override
  public String put(Bucket bucket, String key, List<byte[]> pieces) {
    StoreKeys.check(key);
    String version =
        errors.during(
            "write",
            config.name(bucket),
            key,
            () ->
                client.putObject(r -> describe(r, bucket, key, pieces), body(pieces)).versionId());
    if (bucket == Bucket.WORK) {
      return "";
    }
    if (version == null) {
      throw new ObjectStoreException(
          "S3 %s: %s/%s was written without a version id: the bucket no longer keeps versions"
              .formatted(config.endpoint(), config.name(bucket), key),
          null);
    }
    return version;
  }

  @Override
  public boolean create(String key, byte[] content) {
    StoreKeys.check(key);
    List<byte[]> pieces = List.of(content);
    return errors.during(
        "create",
        config.name(Bucket.WORK),
        key,
        () -> {
          for (int i = 1; ; i++) {
            try {
              client.putObject(
                  r -> describe(r, Bucket.WORK, key, pieces).ifNoneMatch("*"), body(pieces));
              return true;
            } catch (S3Exception e) {
              if (e.statusCode() == 412) {
                return false;
              }
              // 409: another create of this key was under way, and may yet fail
              if (e.statusCode() != 409 || i == CREATE_TRIES) {
                throw e;
              }
              pause(i);
            }
          }
        });
  }

  private static void pause(int round) {
    long most = Duration.ofMillis(20).toNanos() << round;
    LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(most / 2, most));
  }

  private PutObjectRequest.Builder describe(
      PutObjectRequest.Builder request, Bucket bucket, String key, List<byte[]> pieces) {
    return request
        .bucket(config.name(bucket))
        .key(key)
        .contentType("application/octet-stream")
        .contentMD5(md5(pieces));
  }

  /** A stream of its own for each reading: to sign, to send, to send again. */
  private static RequestBody body(List<byte[]> pieces) {
    return RequestBody.fromContentProvider(
        () ->
            new SequenceInputStream(
                Collections.enumeration(pieces.stream().map(ByteArrayInputStream::new).toList())),
        pieces.stream().mapToLong(piece -> piece.length).sum(),
        "application/octet-stream");
  }

  /** A check of transport that S3 asks for with locked objects; nothing rests on its strength. */
  private static String md5(List<byte[]> pieces) {
    try {
      MessageDigest md5 = MessageDigest.getInstance("MD5");
      pieces.forEach(md5::update);
      return Base64.getEncoder().encodeToString(md5.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has MD5", e);
    }
  }

  @Override
  public Optional<InputStream> open(Bucket bucket, String key, @Nullable String versionId) {
    StoreKeys.check(key);
    return reader.open(bucket, key, versionId);
  }

  @Override
  public Optional<InputStream> open(
      Bucket bucket, String key, @Nullable String versionId, long offset, long length) {
    StoreKeys.check(key);
    return reader.open(bucket, key, versionId, offset, length);
  }

  @Override
  public List<Version> list(Bucket bucket, String prefix) {
    StoreKeys.checkPrefix(prefix);
    return reader.list(bucket, prefix);
  }

  @Override
  public Lock lock(String key, String versionId, Lock lock) {
    StoreKeys.check(key);
    return locks.lock(key, versionId, lock);
  }

  @Override
  public void strengthen(String key, String versionId) {
    StoreKeys.check(key);
    locks.strengthen(key, versionId);
  }

  @Override
  public Optional<Lock> lockOf(String key, String versionId) {
    StoreKeys.check(key);
    return locks.lockOf(key, versionId);
  }

  @Override
  public void hold(String key, String versionId, boolean held) {
    StoreKeys.check(key);
    locks.hold(key, versionId, held);
  }

  @Override
  public boolean isHeld(String key, String versionId) {
    StoreKeys.check(key);
    return locks.isHeld(key, versionId);
  }

  @Override
  public void delete(Bucket bucket, String key, @Nullable String versionId) {
    StoreKeys.check(key);
    switch (bucket) {
      case WORK ->
          errors.during(
              "delete",
              config.name(bucket),
              key,
              () -> client.deleteObject(r -> r.bucket(config.name(bucket)).key(key)));
      case LOCK -> {
        // without a version id S3 would only put a delete marker over the object
        Optional<String> version = versionId != null ? Optional.of(versionId) : reader.latest(key);
        version.filter(S3Reader::canBeVersionId).ifPresent(id -> deleteVersion(key, id));
      }
    }
  }

  private void deleteVersion(String key, String versionId) {
    String bucket = config.name(Bucket.LOCK);
    try {
      client.deleteObject(r -> r.bucket(bucket).key(key).versionId(versionId));
    } catch (S3Exception e) {
      if (S3Errors.isMissing(e)) {
        return;
      }
      // stores differ in how they say it, so the lock itself is asked for
      if (e.statusCode() < 500 && locks.isHeld(key, versionId)) {
        throw new LockedException(
            "S3 %s: %s/%s version %s was not deleted: a legal hold is on it"
                .formatted(config.endpoint(), bucket, key, versionId),
            e);
      }
      Optional<Lock> lock = e.statusCode() < 500 ? locks.lockOf(key, versionId) : Optional.empty();
      if (lock.isPresent()) {
        throw new LockedException(
            "S3 %s: %s/%s version %s was not deleted: it is locked (%s) until %s"
                .formatted(
                    config.endpoint(),
                    bucket,
                    key,
                    versionId,
                    lock.get().mode(),
                    lock.get().until()),
            e);
      }
      throw errors.failure("delete version " + versionId + " of", bucket, key, e);
    } catch (SdkException e) {
      throw errors.failure("delete version " + versionId + " of", bucket, key, e);
    }
  }

  @Override
  public void close() {
    client.close();
  }
}
