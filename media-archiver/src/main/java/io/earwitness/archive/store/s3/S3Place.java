package io.earwitness.archive.store.s3;

import io.earwitness.archive.store.ObjectPlace;
import io.earwitness.archive.store.ObjectStore.Lock;
import io.earwitness.archive.store.ObjectStore.ObjectStoreException;
import io.earwitness.archive.store.StoreKeys;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ListObjectVersionsResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * A bucket of somebody else's, in path style, by what any S3-compatible server does. Each write
 * carries its SHA-256, which servers that know that header check and confirm.
 */
public final class S3Place implements ObjectPlace.Locking {
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
  private static final Duration READ_TIMEOUT = Duration.ofSeconds(60);
  private static final int TRIES = 2;
  private static final int FORBIDDEN = 403;
  private static final String TYPE = "application/octet-stream";

  /** Looks at a host before each request to it; throws if nothing may be sent there. */
  @FunctionalInterface
  public interface HostCheck {
    void check(String host) throws IOException;
  }

  private final S3Client client;
  private final S3Locks locks;
  private final URI endpoint;
  private final String bucket;
  private final String prefix;

  /**
   * A bucket that is there.
   *
   * @param endpoint scheme, host and port
   * @param prefix of all keys; empty, or with a slash behind
   */
  public S3Place(
      URI endpoint,
      String region,
      String bucket,
      String prefix,
      String accessKey,
      String secretKey,
      HostCheck hosts) {
    this.endpoint = endpoint;
    this.bucket = bucket;
    this.prefix = prefix;
    this.client =
        S3Client.builder()
            .endpointOverride(endpoint)
            .region(Region.of(region))
            .credentialsProvider(
                StaticCredentialsProvider.create(AwsBasicCredentials.create(accessKey, secretKey)))
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
                    o.addExecutionInterceptor(new Checked(hosts))
                        .retryStrategy(
                            AwsRetryStrategy.standardRetryStrategy().toBuilder()
                                .maxAttempts(TRIES)
                                .build()))
            .build();
    this.locks = new S3Locks(client, bucket, new S3Errors(endpoint));
  }

  private record Checked(HostCheck hosts) implements ExecutionInterceptor {
    @Override
    public void beforeTransmission(Context.BeforeTransmission context, ExecutionAttributes all) {
      try {
        hosts.check(context.httpRequest().host());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private String full(String key) {
    return prefix + StoreKeys.check(key);
  }

  private <T> T during(String verb, String key, Supplier<T> request) throws IOException {
    try {
      return request.get();
    } catch (SdkException | UncheckedIOException e) {
      throw new IOException(
          "S3 %s: can't %s %s/%s: %s".formatted(endpoint, verb, bucket, full(key), reason(e)), e);
    }
  }

  private static String reason(RuntimeException e) {
    if (e instanceof AwsServiceException answer) {
      String remedy =
          switch (answer.statusCode()) {
            case 401, 403 ->
                "; check the keys, and that they may read, write, list and delete there";
            case 404 -> "; check the bucket's name";
            case 301, 307, 400 -> "; check the region and the address";
            default -> "";
          };
      return "answer %d %s%s".formatted(answer.statusCode(), S3Errors.code(answer), remedy);
    }
    Throwable cause = e;
    while (cause.getCause() != null && cause.getCause() != cause) {
      cause = cause.getCause();
    }
    return String.valueOf(cause.getMessage());
  }

  @Override
  public OptionalLong size(String key) throws IOException {
    return during(
        "look for",
        key,
        () -> {
          try {
            return OptionalLong.of(
                client.headObject(r -> r.bucket(bucket).key(full(key))).contentLength());
          } catch (S3Exception e) {
            if (e.statusCode() == 404) {
              return OptionalLong.empty();
            }
            throw e;
          }
        });
  }

  @Override
  public InputStream open(String key) throws IOException {
    return during("read", key, () -> client.getObject(r -> r.bucket(bucket).key(full(key))));
  }

  @Override
  public @Nullable String put(String key, Content content) throws IOException {
    String checksum = Base64.getEncoder().encodeToString(HexFormat.of().parseHex(content.sha256()));
    String said =
        during(
            "write",
            key,
            () ->
                client
                    .putObject(
                        r ->
                            r.bucket(bucket)
                                .key(full(key))
                                .contentType(TYPE)
                                .checksumSHA256(checksum),
                        RequestBody.fromContentProvider(
                            () -> opened(content.source()), content.size(), TYPE))
                    .checksumSHA256());
    return said == null ? null : HexFormat.of().formatHex(Base64.getDecoder().decode(said));
  }

  private static InputStream opened(Source source) {
    try {
      return source.open();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void delete(String key) throws IOException {
    during("delete", key, () -> client.deleteObject(r -> r.bucket(bucket).key(full(key))));
  }

  @Override
  public void demandLocks() throws IOException {
    try {
      client.getObjectLockConfiguration(r -> r.bucket(bucket));
    } catch (SdkException | UncheckedIOException e) {
      throw new IOException(
          "S3 %s: the bucket %s has no Object Lock, or these keys may not ask (s3:GetBucketObjectLockConfiguration), so nothing can be locked there: %s"
              .formatted(endpoint, bucket, reason(e)),
          e);
    }
  }

  /** What is done to one version. */
  private interface OnVersion<T> {
    T run(String full, String version);
  }

  private <T> T onNewest(String verb, String key, OnVersion<T> act) throws IOException {
    String full = full(key);
    String version =
        during(verb, key, () -> client.headObject(r -> r.bucket(bucket).key(full)).versionId());
    if (version == null) {
      throw new IOException(
          "S3 %s: can't %s %s/%s: the bucket has no versions"
              .formatted(endpoint, verb, bucket, full));
    }
    try {
      return act.run(full, version);
    } catch (ObjectStoreException | UncheckedIOException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  @Override
  public void lock(String key, Lock lock) throws IOException {
    onNewest("lock", key, (full, version) -> locks.lock(full, version, lock));
  }

  @Override
  public Optional<Lock> lockOf(String key) throws IOException {
    return onNewest("read the lock of", key, locks::lockOf);
  }

  @Override
  public void hold(String key, boolean held) throws IOException {
    onNewest(
        "hold",
        key,
        (full, version) -> {
          locks.hold(full, version, held);
          return held;
        });
  }

  @Override
  public InputStream open(String key, long offset, long length) throws IOException {
    String range = "bytes=%d-%d".formatted(offset, offset + length - 1);
    return during(
        "read", key, () -> client.getObject(r -> r.bucket(bucket).key(full(key)).range(range)));
  }

  @Override
  public void purge(String under) throws IOException {
    try {
      for (ListObjectVersionsResponse page :
          client.listObjectVersionsPaginator(r -> r.bucket(bucket).prefix(prefix + under))) {
        page.versions().forEach(each -> purge(each.key(), each.versionId()));
        page.deleteMarkers().forEach(each -> purge(each.key(), each.versionId()));
      }
    } catch (SdkException | UncheckedIOException e) {
      if (e instanceof AwsServiceException answer && answer.statusCode() == FORBIDDEN) {
        throw new RefusedException(
            "S3 %s: %s is locked there, or these keys may not list and delete versions: %s"
                .formatted(endpoint, prefix + under, S3Errors.code(answer)),
            e);
      }
      throw new IOException(
          "S3 %s: can't delete all versions of %s/%s%s: %s"
              .formatted(endpoint, bucket, prefix, under, reason(e)),
          e);
    }
  }

  private void purge(String key, String version) {
    client.deleteObject(r -> r.bucket(bucket).key(key).versionId(version));
  }

  @Override
  public List<String> list(String under) throws IOException {
    List<String> keys = new ArrayList<>();
    try {
      client
          .listObjectsV2Paginator(r -> r.bucket(bucket).prefix(prefix + under))
          .contents()
          .stream()
          .map(S3Object::key)
          .map(key -> key.substring(prefix.length()))
          .forEach(keys::add);
    } catch (SdkException | UncheckedIOException e) {
      throw new IOException(
          "S3 %s: can't list %s/%s%s: %s".formatted(endpoint, bucket, prefix, under, reason(e)), e);
    }
    Collections.sort(keys);
    return keys;
  }

  @Override
  public void close() {
    client.close();
  }
}
