package io.earwitness.archive.store.s3;

import io.earwitness.archive.store.ObjectStore.Bucket;
import io.earwitness.archive.store.ObjectStore.ObjectStoreException;
import io.earwitness.archive.store.ObjectStore.Version;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** Reads and lists. */
final class S3Reader {
  private static final int LONGEST_VERSION_ID = 1024;

  private final S3Client client;
  private final S3Config config;
  private final S3Errors errors;
  private final int pageSize;

  S3Reader(S3Client client, S3Config config, S3Errors errors, int pageSize) {
    this.client = client;
    this.config = config;
    this.errors = errors;
    this.pageSize = pageSize;
  }

  Optional<InputStream> open(Bucket bucket, String key, @Nullable String versionId) {
    return get(bucket, key, versionId, null).map(in -> in);
  }

  Optional<InputStream> open(
      Bucket bucket, String key, @Nullable String versionId, long offset, long length) {
    if (offset < 0 || length < 0) {
      throw outside(bucket, key, offset, length);
    }
    if (length == 0) {
      return size(bucket, key, versionId)
          .map(
              size -> {
                if (offset > size) {
                  throw outside(bucket, key, offset, length);
                }
                return new ByteArrayInputStream(new byte[0]);
              });
    }
    String range = "bytes=%d-%d".formatted(offset, offset + length - 1);
    Optional<ResponseInputStream<GetObjectResponse>> opened = get(bucket, key, versionId, range);
    if (opened.isPresent() && opened.get().response().contentLength() != length) {
      opened.get().abort();
      throw outside(bucket, key, offset, length);
    }
    return opened.map(in -> in);
  }

  private Optional<Long> size(Bucket bucket, String key, @Nullable String versionId) {
    return find(
        bucket,
        key,
        versionId,
        version ->
            client
                .headObject(r -> r.bucket(config.name(bucket)).key(key).versionId(version))
                .contentLength());
  }

  private Optional<ResponseInputStream<GetObjectResponse>> get(
      Bucket bucket, String key, @Nullable String versionId, @Nullable String range) {
    return find(
        bucket,
        key,
        versionId,
        version ->
            client.getObject(
                GetObjectRequest.builder()
                    .bucket(config.name(bucket))
                    .key(key)
                    .versionId(version)
                    .range(range)
                    .build()));
  }

  /** A request for one version; null means the latest. */
  private interface Ask<T> {
    T of(@Nullable String versionId);
  }

  /**
   * Asks for a version. Where the latest seems to be missing, somebody may have put a delete marker
   * over it, which hides what it can't remove: then the latest real version is asked for.
   */
  private <T> Optional<T> find(
      Bucket bucket, String key, @Nullable String versionId, Ask<T> request) {
    String wanted = bucket == Bucket.WORK ? null : versionId;
    if (wanted != null && !canBeVersionId(wanted)) {
      return Optional.empty();
    }
    Optional<T> found =
        errors.during(
            "read", config.name(bucket), key, () -> unlessMissing(() -> request.of(wanted)));
    if (found.isEmpty() && bucket == Bucket.LOCK && wanted == null) {
      Optional<String> latest = latest(key);
      return errors.during(
          "read",
          config.name(bucket),
          key,
          () -> latest.flatMap(version -> unlessMissing(() -> request.of(version))));
    }
    return found;
  }

  /** S3's own limit; some servers answer 500 beyond it. Anything else in it is opaque. */
  static boolean canBeVersionId(String text) {
    return !text.isEmpty() && text.length() <= LONGEST_VERSION_ID;
  }

  /** The version id of the latest version that is no delete marker. */
  Optional<String> latest(String key) {
    return list(Bucket.LOCK, key).stream()
        .filter(version -> version.key().equals(key))
        .map(Version::versionId)
        .findFirst();
  }

  private static <T> Optional<T> unlessMissing(Supplier<T> request) {
    try {
      return Optional.of(request.get());
    } catch (S3Exception e) {
      if (S3Errors.isMissing(e)) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private ObjectStoreException outside(Bucket bucket, String key, long offset, long length) {
    return new ObjectStoreException(
        "S3 %s: can't read %s/%s: bytes from %d, %d of them, do not lie inside it"
            .formatted(config.endpoint(), config.name(bucket), key, offset, length),
        null);
  }

  List<Version> list(Bucket bucket, String prefix) {
    return errors.during(
        "list",
        config.name(bucket),
        prefix,
        () -> {
          List<Version> found = new ArrayList<>();
          switch (bucket) {
            case LOCK ->
                client
                    .listObjectVersionsPaginator(
                        r -> r.bucket(config.name(bucket)).prefix(prefix).maxKeys(pageSize))
                    .versions()
                    .forEach(
                        v ->
                            found.add(
                                new Version(v.key(), v.versionId(), v.size(), v.lastModified())));
            case WORK ->
                client
                    .listObjectsV2Paginator(
                        r -> r.bucket(config.name(bucket)).prefix(prefix).maxKeys(pageSize))
                    .contents()
                    .forEach(o -> found.add(new Version(o.key(), "", o.size(), o.lastModified())));
          }
          // the server's order, newest first, stays within a key
          found.sort(Comparator.comparing(Version::key));
          return List.copyOf(found);
        });
  }
}
