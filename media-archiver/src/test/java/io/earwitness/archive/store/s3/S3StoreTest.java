package io.earwitness.archive.store.s3;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.earwitness.archive.store.ObjectStore;
import io.earwitness.archive.store.ObjectStore.Bucket;
import io.earwitness.archive.store.ObjectStore.ObjectStoreException;
import io.earwitness.archive.store.ObjectStore.Version;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.BucketVersioningStatus;
import software.amazon.awssdk.services.s3.model.S3Exception;

class S3StoreTest {
  private static final S3TestServer SERVER = S3TestServer.get();

  /** A client of our own, for what the store itself never does. */
  private static S3Client client() {
    return S3Client.builder()
        .endpointOverride(SERVER.endpoint())
        .region(Region.of(SERVER.region()))
        .credentialsProvider(
            StaticCredentialsProvider.create(
                AwsBasicCredentials.create(SERVER.accessKey(), SERVER.secretKey())))
        .forcePathStyle(true)
        .httpClient(UrlConnectionHttpClient.create())
        .build();
  }

  @Test
  void aBucketWithoutObjectLockIsRefused() {
    S3Config config = SERVER.freshBuckets();
    try (S3Client client = client()) {
      client.createBucket(r -> r.bucket(config.bucket()));
    }
    assertThatThrownBy(() -> S3Store.connect(config))
        .isInstanceOf(ObjectStoreException.class)
        .hasMessageContaining(config.bucket() + " has no Object Lock")
        .hasMessageContaining(SERVER.endpoint().toString());
  }

  @Test
  void aWorkBucketThatKeepsVersionsIsRefused() {
    S3Config config = SERVER.freshBuckets();
    try (S3Client client = client()) {
      client.createBucket(r -> r.bucket(config.workBucket()));
      client.putBucketVersioning(
          r ->
              r.bucket(config.workBucket())
                  .versioningConfiguration(v -> v.status(BucketVersioningStatus.ENABLED)));
    }
    assertThatThrownBy(() -> S3Store.connect(config))
        .isInstanceOf(ObjectStoreException.class)
        .hasMessageContaining(config.workBucket() + " keeps versions");
  }

  @Test
  void bucketsThatAreThereAreUsedAsTheyAre() throws Exception {
    S3Config config = SERVER.freshBuckets();
    try (ObjectStore first = S3Store.connect(config)) {
      first.put(Bucket.LOCK, "a/b", "x".getBytes(UTF_8));
    }
    try (ObjectStore second = S3Store.connect(config)) {
      assertThat(second.list(Bucket.LOCK, "")).extracting(Version::key).containsExactly("a/b");
    }
  }

  @Test
  void aDeleteMarkerHidesNothing() throws Exception {
    S3Config config = SERVER.freshBuckets();
    try (ObjectStore store = S3Store.connect(config);
        S3Client client = client()) {
      String version = store.put(Bucket.LOCK, "a/b", "evidence".getBytes(UTF_8));
      client.deleteObject(r -> r.bucket(config.bucket()).key("a/b"));
      try (InputStream in = store.open(Bucket.LOCK, "a/b", null).orElseThrow()) {
        assertThat(in.readAllBytes()).isEqualTo("evidence".getBytes(UTF_8));
      }
      try (InputStream in = store.open(Bucket.LOCK, "a/b", null, 0, 4).orElseThrow()) {
        assertThat(in.readAllBytes()).isEqualTo("evid".getBytes(UTF_8));
      }
      assertThat(store.list(Bucket.LOCK, "a/"))
          .extracting(Version::versionId)
          .containsExactly(version);
    }
  }

  @Test
  void aListingIsWholeWhateverTheServersPageSize() {
    try (ObjectStore store = S3Store.connect(SERVER.freshBuckets(), 7)) {
      List<String> keys = IntStream.range(0, 21).mapToObj("day/%02d"::formatted).toList();
      List<String> versions = new ArrayList<>();
      for (String key : keys) {
        store.put(Bucket.WORK, key, new byte[1]);
        versions.add(store.put(Bucket.LOCK, key, new byte[1]));
      }
      // more versions of one key than fit on a page
      for (int i = 0; i < 9; i++) {
        versions.add(10, store.put(Bucket.LOCK, keys.get(10), new byte[1]));
      }
      assertThat(store.list(Bucket.WORK, "day/"))
          .extracting(Version::key)
          .containsExactlyElementsOf(keys);
      assertThat(store.list(Bucket.LOCK, "day/"))
          .extracting(Version::versionId)
          .containsExactlyElementsOf(versions);
    }
  }

  @Test
  void wrongCredentialsAreNamedAsTheCause() {
    S3Config config =
        new S3Config(
            SERVER.endpoint(), SERVER.region(), "bucket-x", SERVER.accessKey(), "wrong-secret");
    assertThatThrownBy(() -> S3Store.connect(config))
        .isInstanceOf(ObjectStoreException.class)
        .hasMessageContaining("403")
        .hasMessageContaining("S3_SECRET_KEY")
        .hasMessageNotContaining("wrong-secret");
  }

  @Test
  void aServerThatIsNotThereIsNamed() throws Exception {
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      port = free.getLocalPort();
    }
    URI endpoint = URI.create("http://127.0.0.1:" + port);
    assertThatThrownBy(
            () -> S3Store.connect(new S3Config(endpoint, "default", "bucket-x", "a", "b")))
        .isInstanceOf(ObjectStoreException.class)
        .hasMessageContaining(endpoint.toString())
        .hasMessageContaining("can be reached");
  }

  @Test
  void whatIsHeldIsNotDeletedByRawCallsWithOurCredentialsEither() {
    S3Config config = SERVER.freshBuckets();
    try (ObjectStore store = S3Store.connect(config);
        S3Client client = client()) {
      String version = store.put(Bucket.LOCK, "a/b", "evidence".getBytes(UTF_8));
      store.hold("a/b", version, true);
      for (boolean bypass : List.of(false, true)) {
        assertThatThrownBy(
                () ->
                    client.deleteObject(
                        r ->
                            r.bucket(config.bucket())
                                .key("a/b")
                                .versionId(version)
                                .bypassGovernanceRetention(bypass ? true : null)))
            .isInstanceOfSatisfying(
                S3Exception.class, e -> assertThat(e.statusCode()).isEqualTo(403));
      }
      assertThat(store.isHeld("a/b", version)).isTrue();
      assertThat(store.list(Bucket.LOCK, "a/b")).hasSize(1);
      store.hold("a/b", version, false);
      client.deleteObject(r -> r.bucket(config.bucket()).key("a/b").versionId(version));
      assertThat(store.list(Bucket.LOCK, "a/b")).isEmpty();
    }
  }

  @Test
  void anErrorNamesEndpointBucketAndKey() throws IOException {
    S3Config config = SERVER.freshBuckets();
    try (ObjectStore store = S3Store.connect(config);
        S3Client client = client()) {
      client.deleteBucket(r -> r.bucket(config.workBucket()));
      assertThatThrownBy(() -> store.put(Bucket.WORK, "a/b", new byte[1]))
          .isInstanceOf(ObjectStoreException.class)
          .hasMessageContaining(SERVER.endpoint().toString())
          .hasMessageContaining(config.workBucket() + "/a/b")
          .hasMessageContaining("NoSuchBucket");
      assertThatThrownBy(() -> store.open(Bucket.WORK, "a/b", null))
          .isInstanceOf(ObjectStoreException.class)
          .hasMessageContaining("NoSuchBucket");
    }
  }
}
