package io.earwitness.archive.store.s3;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.earwitness.archive.store.ObjectStore;
import io.earwitness.archive.store.ObjectStore.Bucket;
import io.earwitness.archive.store.ObjectStore.Lock;
import io.earwitness.archive.store.ObjectStore.LockMode;
import io.earwitness.archive.store.ObjectStore.LockedException;
import io.earwitness.archive.store.ObjectStore.ObjectStoreException;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.DeleteObjectsResponse;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.model.ObjectLockRetention;
import software.amazon.awssdk.services.s3.model.ObjectLockRetentionMode;
import software.amazon.awssdk.services.s3.model.PutObjectRetentionRequest;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * What is locked in COMPLIANCE mode can't be deleted before its time: not by our own adapter, and
 * not by calls of S3 with our credentials, whatever they say.
 */
class EarlyDeleteTest {
  private static final S3TestServer SERVER = S3TestServer.get();
  private static final String KEY = "acme/recordings/2026/11/27/x/g0/media.cms";
  private static final byte[] CONTENT = "evidence".getBytes(UTF_8);

  private final S3Config config = SERVER.freshBuckets();
  private final Instant until =
      Instant.now().plus(Duration.ofDays(30)).truncatedTo(ChronoUnit.SECONDS);
  private final Lock lock = new Lock(LockMode.COMPLIANCE, until);
  private ObjectStore store;
  private S3Client client;
  private String version;

  @BeforeEach
  void lockSomething() {
    store = S3Store.connect(config);
    client =
        S3Client.builder()
            .endpointOverride(SERVER.endpoint())
            .region(Region.of(SERVER.region()))
            .credentialsProvider(
                StaticCredentialsProvider.create(
                    AwsBasicCredentials.create(SERVER.accessKey(), SERVER.secretKey())))
            .forcePathStyle(true)
            .httpClient(UrlConnectionHttpClient.create())
            .build();
    version = store.put(Bucket.LOCK, KEY, CONTENT);
    assertThat(store.lock(KEY, version, lock)).isEqualTo(lock);
  }

  @AfterEach
  void close() {
    client.close();
    store.close();
  }

  private void assertUntouched() throws IOException {
    try (InputStream in = store.open(Bucket.LOCK, KEY, version).orElseThrow()) {
      assertThat(in.readAllBytes()).isEqualTo(CONTENT);
    }
    assertThat(store.lockOf(KEY, version)).hasValue(lock);
  }

  @Test
  void ourOwnAdapterIsRefused() throws IOException {
    assertThatThrownBy(() -> store.delete(Bucket.LOCK, KEY, version))
        .isInstanceOf(LockedException.class);
    assertThatThrownBy(() -> store.delete(Bucket.LOCK, KEY, null))
        .isInstanceOf(ObjectStoreException.class);
    // An earlier end and a weaker mode change nothing
    Lock weaker = new Lock(LockMode.GOVERNANCE, until.minus(Duration.ofDays(29)));
    assertThat(store.lock(KEY, version, weaker)).isEqualTo(lock);
    assertUntouched();
  }

  @Test
  void deletionByItsVersionIsRefusedAlsoWithTheRightToBypass() throws IOException {
    refused(() -> client.deleteObject(r -> r.bucket(config.bucket()).key(KEY).versionId(version)));
    refused(
        () ->
            client.deleteObject(
                r ->
                    r.bucket(config.bucket())
                        .key(KEY)
                        .versionId(version)
                        .bypassGovernanceRetention(true)));
    ObjectIdentifier named = ObjectIdentifier.builder().key(KEY).versionId(version).build();
    DeleteObjectsResponse many =
        client.deleteObjects(
            r ->
                r.bucket(config.bucket())
                    .bypassGovernanceRetention(true)
                    .delete(d -> d.objects(named)));
    assertThat(many.deleted()).isEmpty();
    assertThat(many.errors()).hasSize(1);
    assertThatThrownBy(() -> client.deleteBucket(r -> r.bucket(config.bucket())))
        .isInstanceOf(S3Exception.class);
    assertUntouched();
  }

  @Test
  void itsLockIsNeitherShortenedNorWeakened() throws IOException {
    ObjectLockRetention shorter =
        ObjectLockRetention.builder()
            .mode(ObjectLockRetentionMode.COMPLIANCE)
            .retainUntilDate(until.minus(Duration.ofDays(1)))
            .build();
    ObjectLockRetention weaker =
        ObjectLockRetention.builder()
            .mode(ObjectLockRetentionMode.GOVERNANCE)
            .retainUntilDate(until)
            .build();
    for (ObjectLockRetention retention : new ObjectLockRetention[] {shorter, weaker}) {
      refused(() -> client.putObjectRetention(retention(retention, r -> {})));
      refused(
          () ->
              client.putObjectRetention(
                  retention(retention, r -> r.bypassGovernanceRetention(true))));
    }
    assertUntouched();
  }

  private PutObjectRetentionRequest retention(
      ObjectLockRetention retention, Consumer<PutObjectRetentionRequest.Builder> more) {
    return PutObjectRetentionRequest.builder()
        .bucket(config.bucket())
        .key(KEY)
        .versionId(version)
        .retention(retention)
        .applyMutation(more)
        .build();
  }

  /** A mere deletion hides it from those who don't ask for its version, and takes nothing away. */
  @Test
  void aDeleteMarkerAndANewerVersionTakeNothingAway() throws IOException {
    client.deleteObject(r -> r.bucket(config.bucket()).key(KEY));
    assertUntouched();
    store.put(Bucket.LOCK, KEY, "something else".getBytes(UTF_8));
    assertUntouched();
  }

  @Test
  void itCanBeExtended() {
    Lock longer = new Lock(LockMode.COMPLIANCE, until.plus(Duration.ofDays(365)));
    assertThat(store.lock(KEY, version, longer)).isEqualTo(longer);
    assertThat(store.lockOf(KEY, version)).hasValue(longer);
  }

  private static void refused(Runnable call) {
    assertThatThrownBy(call::run)
        .isInstanceOfSatisfying(
            S3Exception.class, e -> assertThat(e.statusCode()).isBetween(400, 403));
  }
}
