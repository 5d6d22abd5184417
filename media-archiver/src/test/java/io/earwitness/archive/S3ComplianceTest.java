package io.earwitness.archive;

import static io.earwitness.archive.TestArchiver.TENANT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.earwitness.archive.catalog.CatalogDatabase;
import io.earwitness.archive.catalog.Directory;
import io.earwitness.archive.catalog.TestServer;
import io.earwitness.archive.store.ObjectStore;
import io.earwitness.archive.store.ObjectStore.Bucket;
import io.earwitness.archive.store.ObjectStore.Lock;
import io.earwitness.archive.store.ObjectStore.LockMode;
import io.earwitness.archive.store.ObjectStore.Version;
import io.earwitness.archive.store.s3.S3Config;
import io.earwitness.archive.store.s3.S3Store;
import io.earwitness.archive.store.s3.S3TestServer;
import io.earwitness.call.CallState;
import io.earwitness.call.CallSummary;
import io.earwitness.call.RecordingId;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * A tenant that is locked in COMPLIANCE mode, on a real S3 server and a real catalog: with our own
 * credentials, and the right to bypass, nothing of it can be deleted before its time.
 */
class S3ComplianceTest {
  private static final S3TestServer SERVER = S3TestServer.get();

  private final Clock clock = Clock.systemUTC();
  private final S3Config config = SERVER.freshBuckets();
  private CatalogDatabase database;
  private ObjectStore store;
  private TestArchiver archiver;

  @BeforeEach
  void open() {
    database = CatalogDatabase.open(TestServer.bundled().newDatabase(), clock);
    database
        .directory()
        .addTenant(new Directory.Tenant(TENANT, "Acme", ZoneOffset.UTC, Set.of(), 1), "test");
    store = S3Store.connect(config);
    archiver =
        new TestArchiver(
            store, database.calls(), tenant -> database.lockModes().of(tenant).mode(), clock);
  }

  @AfterEach
  void close() {
    store.close();
    database.close();
  }

  private TestArchiver.Prepared recorded() {
    CallSummary live = TestCalls.live(TENANT);
    database.calls().report(live);
    database
        .calls()
        .report(live.withState(CallState.CLOSED, TestCalls.START.plusSeconds(60), Set.of()));
    Instant until = clock.instant().plus(Duration.ofDays(400)).truncatedTo(ChronoUnit.SECONDS);
    return archiver.prepare(live.id(), 0, until, Map.of("recording", "1"));
  }

  private RecordingId archived() {
    TestArchiver.Prepared prepared = recorded();
    prepared.commit();
    return prepared.manifest().recording();
  }

  private List<Version> versions(RecordingId id) {
    return store.list(Bucket.LOCK, ObjectKeys.recording(TENANT, id));
  }

  private void assertMode(RecordingId id, LockMode mode) {
    assertThat(versions(id)).hasSize(3);
    assertThat(versions(id))
        .extracting(version -> store.lockOf(version.key(), version.versionId()).map(Lock::mode))
        .allMatch(found -> found.filter(mode::equals).isPresent());
  }

  /** By raw S3 with our credentials. */
  private void delete(Version version) {
    try (S3Client client =
        S3Client.builder()
            .endpointOverride(SERVER.endpoint())
            .region(Region.of(SERVER.region()))
            .credentialsProvider(
                StaticCredentialsProvider.create(
                    AwsBasicCredentials.create(SERVER.accessKey(), SERVER.secretKey())))
            .forcePathStyle(true)
            .httpClient(UrlConnectionHttpClient.create())
            .build()) {
      client.deleteObject(
          request ->
              request
                  .bucket(config.bucket())
                  .key(version.key())
                  .versionId(version.versionId())
                  .bypassGovernanceRetention(true));
    }
  }

  private void assertUndeletable(RecordingId id) {
    assertMode(id, LockMode.COMPLIANCE);
    for (Version version : versions(id)) {
      assertThatThrownBy(() -> delete(version)).isInstanceOf(S3Exception.class);
    }
    assertThat(versions(id)).hasSize(3);
  }

  private int run() {
    return new LockKeeper(
            archiver.protocol,
            database.retentionLocks(),
            database.retentionLengthenings(),
            database.audit(),
            clock)
        .run();
  }

  @Test
  void newRecordingsAreLockedSoAtOnceAndThoseThatAreThereWhereThatWasSaid() {
    RecordingId spare = archived();
    RecordingId there = archived();
    // Sealed and locked before the change, and catalogued after it
    TestArchiver.Prepared late = recorded();
    assertMode(there, LockMode.GOVERNANCE);
    delete(versions(spare).getFirst());
    assertThat(versions(spare)).as("GOVERNANCE lets it go to who may bypass").hasSize(2);

    assertThat(database.lockModes().comply(TENANT, false, "test")).isTrue();
    assertThat(database.lockModes().comply(TENANT, false, "test")).as("twice").isFalse();
    assertUndeletable(archived());
    run();
    assertMode(there, LockMode.GOVERNANCE);

    assertThat(database.lockModes().comply(TENANT, true, "test")).isTrue();
    assertThat(database.retentionLocks().counts(TENANT).waiting()).isEqualTo(3);
    late.commit();
    run();
    assertUndeletable(there);
    assertUndeletable(late.manifest().recording());
    assertThat(database.lockModes().of(TENANT).version()).isEqualTo(2);
    assertThat(database.lockModes().comply(TENANT, false, "test")).as("no way back").isFalse();
    assertThat(database.lockModes().of(TENANT).existing()).isTrue();
  }

  @Test
  void aTenantOnTrialIsNot() {
    database.retentionTrials().begin(TENANT, "test");
    assertThatThrownBy(() -> database.lockModes().comply(TENANT, true, "test"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("on trial");
    database.retentionTrials().goLive(TENANT, "Rita", "signed", "test");
    assertThat(database.lockModes().comply(TENANT, true, "test")).isTrue();
  }
}
