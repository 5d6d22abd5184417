package io.earwitness.archive.store.s3;

import io.earwitness.archive.store.ObjectStore;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.regex.Pattern;

/**
 * Where an S3 store is and who we are there.
 *
 * @param endpoint scheme {@code http} or {@code https}, host and port
 * @param region as the server calls it; Ceph's is {@code default}
 * @param bucket the bucket with Object Lock, 3 to 58 characters; the work bucket is named like it
 *     with {@code -work} at its end
 */
public record S3Config(
    URI endpoint, String region, String bucket, String accessKey, String secretKey) {
  private static final Pattern BUCKET = Pattern.compile("[a-z0-9][a-z0-9.-]{1,56}[a-z0-9]");

  public S3Config {
    String scheme = String.valueOf(endpoint.getScheme());
    if (!scheme.equals("http") && !scheme.equals("https") || endpoint.getHost() == null) {
      throw new IllegalArgumentException(
          "S3 endpoint '%s': expected http(s)://HOST[:PORT]".formatted(endpoint));
    }
    if (endpoint.getUserInfo() != null) {
      throw new IllegalArgumentException(
          "S3 endpoint: no user or password belongs into the address; use S3_ACCESS_KEY and"
              + " S3_SECRET_KEY");
    }
    if (!BUCKET.matcher(bucket).matches()) {
      throw new IllegalArgumentException(
          "S3 bucket '%s': expected 3 to 58 of a-z, 0-9, '.' and '-'".formatted(bucket));
    }
    if (region.isBlank()) {
      throw new IllegalArgumentException("S3 region is empty; set S3_REGION");
    }
    if (accessKey.isBlank() || secretKey.isBlank()) {
      throw new IllegalArgumentException(
          "S3 credentials are missing; set S3_ACCESS_KEY and S3_SECRET_KEY");
    }
  }

  /**
   * Reads {@code http(s)://HOST[:PORT]/BUCKET}.
   *
   * @throws IllegalArgumentException if it is not of that form, or anything else is missing
   */
  public static S3Config parse(String url, String region, String accessKey, String secretKey) {
    try {
      URI uri = new URI(url);
      String path = uri.getPath() == null ? "" : uri.getPath().replaceAll("^/|/$", "");
      if (path.isEmpty() || path.contains("/") || uri.getQuery() != null) {
        throw new IllegalArgumentException(
            "S3 address '%s': expected http(s)://HOST[:PORT]/BUCKET".formatted(url));
      }
      URI endpoint =
          new URI(uri.getScheme(), uri.getUserInfo(), uri.getHost(), uri.getPort(), "", null, null);
      return new S3Config(endpoint, region, path, accessKey, secretKey);
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException(
          "S3 address '%s': expected http(s)://HOST[:PORT]/BUCKET".formatted(url), e);
    }
  }

  /** The bucket for claims and the CDR lake, without versions and locks. */
  public String workBucket() {
    return bucket + "-work";
  }

  /** The name of one of the two buckets. */
  String name(ObjectStore.Bucket bucket) {
    return switch (bucket) {
      case LOCK -> bucket();
      case WORK -> workBucket();
    };
  }

  /** Without the secret key. */
  @Override
  public String toString() {
    return "S3Config[endpoint=%s, region=%s, bucket=%s, accessKey=%s]"
        .formatted(endpoint, region, bucket, accessKey);
  }
}
