package io.earwitness.archive.store.s3;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.testcontainers.containers.MinIOContainer;
import org.testcontainers.utility.DockerImageName;

/**
 * A real S3 server with Object Lock for tests, started once per JVM and ended with it: the one at
 * {@code S3_ENDPOINT} where that is set (with {@code S3_ACCESS_KEY}, {@code S3_SECRET_KEY}, {@code
 * S3_REGION}), else MinIO where a container engine answers, else Debian's Ceph RGW. Thread-safe.
 *
 * @param endpoint {@code http://127.0.0.1:PORT}
 */
public record S3TestServer(URI endpoint, String region, String accessKey, String secretKey) {
  /** RELEASE.2025-09-07T16-13-09Z, the last one that was published. */
  private static final String MINIO =
      "minio/minio@sha256:14cea493d9a34af32f524e538b8346cf79f3321eff8e708c1e2960462bd8936e";

  /** The server; the first call starts it, which takes about 15 s. */
  public static S3TestServer get() {
    return Holder.SERVER;
  }

  /** Both buckets' names are new, so that tests don't see each other's objects. */
  public S3Config freshBuckets() {
    return config("test-" + UUID.randomUUID());
  }

  /** The configuration for a bucket of this server. */
  public S3Config config(String bucket) {
    return new S3Config(endpoint, region, bucket, accessKey, secretKey);
  }

  /** Starts the server with the first use, and not before. */
  private static final class Holder {
    static final S3TestServer SERVER = start();
  }

  private static S3TestServer start() {
    Map<String, String> given = System.getenv();
    if (given.containsKey("S3_ENDPOINT")) {
      return of(given);
    }
    if (engineAnswers()) {
      return minio();
    }
    return of(CephRgw.start());
  }

  private static S3TestServer of(Map<String, String> variables) {
    return new S3TestServer(
        URI.create(variable(variables, "S3_ENDPOINT")),
        variables.getOrDefault("S3_REGION", "us-east-1"),
        variable(variables, "S3_ACCESS_KEY"),
        variable(variables, "S3_SECRET_KEY"));
  }

  private static String variable(Map<String, String> variables, String name) {
    String value = variables.get(name);
    if (value == null) {
      throw new IllegalStateException("S3_ENDPOINT is set, but " + name + " is not");
    }
    return value;
  }

  /** The engine, not the mere client. */
  private static boolean engineAnswers() {
    try {
      Process info =
          new ProcessBuilder("docker", "info")
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      if (!info.waitFor(20, TimeUnit.SECONDS)) {
        info.destroyForcibly();
        return false;
      }
      return info.exitValue() == 0;
    } catch (IOException e) {
      return false; // no client either
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UncheckedIOException(new IOException("interrupted", e));
    }
  }

  /** Testcontainers' own companion container removes it when this JVM ends. */
  @SuppressWarnings("resource")
  private static S3TestServer minio() {
    MinIOContainer container = new MinIOContainer(DockerImageName.parse(MINIO));
    container.start();
    return new S3TestServer(
        URI.create(container.getS3URL()),
        "us-east-1",
        container.getUserName(),
        container.getPassword());
  }
}
