package io.earwitness.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.earwitness.archive.store.ObjectStore;
import io.earwitness.archive.store.ObjectStore.Bucket;
import io.earwitness.archive.store.ObjectStore.Lock;
import io.earwitness.archive.store.ObjectStore.LockMode;
import io.earwitness.archive.store.ObjectStore.LockedException;
import io.earwitness.archive.store.ObjectStore.Version;
import io.earwitness.archive.store.s3.S3Store;
import io.earwitness.archive.store.s3.S3TestServer;
import io.earwitness.call.RecordingId;
import io.earwitness.call.TenantSlug;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Deleting recordings from a real S3 server with Object Lock. */
@Execution(ExecutionMode.CONCURRENT)
class S3RecordingRemovalTest {
  private static final TenantSlug ACME = new TenantSlug("acme");

  private static RecordingId stored(ObjectStore store) {
    RecordingId id = RecordingId.draw(Instant.now().truncatedTo(ChronoUnit.MILLIS));
    String media = ObjectKeys.object(ACME, id, "g0-20261121T100000Z-0000000000000001/media.cms");
    store.put(Bucket.LOCK, media, new byte[] {1});
    store.put(Bucket.LOCK, media, new byte[] {1, 2});
    store.put(Bucket.LOCK, ObjectKeys.manifest(ACME, id, 0), new byte[] {3});
    store.create(ObjectKeys.manifest(ACME, id, 0), new byte[] {3});
    return id;
  }

  private static List<Version> versions(ObjectStore store, RecordingId id) {
    return store.list(Bucket.LOCK, ObjectKeys.recording(ACME, id));
  }

  @Test
  void everyVersionGoesAndTheClaimAndOfOthersNothing() {
    try (ObjectStore store = S3Store.connect(S3TestServer.get().freshBuckets())) {
      RecordingRemoval removal = new RecordingRemoval(store);
      RecordingId id = stored(store);
      RecordingId other = stored(store);
      RecordingRemoval.Contents contents = removal.look(ACME, id);
      assertThat(contents.found().objects()).isEqualTo(3);
      assertThat(contents.found().bytes()).isEqualTo(4);
      assertThat(contents.found().manifests()).hasSize(1);
      assertThat(contents.lockedUntil()).isNull();

      removal.remove(ACME, id);
      removal.remove(ACME, id);

      assertThat(versions(store, id)).isEmpty();
      assertThat(store.list(Bucket.WORK, ObjectKeys.recording(ACME, id))).isEmpty();
      assertThat(versions(store, other)).hasSize(3);
      assertThat(store.list(Bucket.WORK, ObjectKeys.recording(ACME, other))).hasSize(1);
    }
  }

  @Test
  void whatIsLockedStaysWhateverOurClockSays() {
    try (ObjectStore store = S3Store.connect(S3TestServer.get().freshBuckets())) {
      RecordingRemoval removal = new RecordingRemoval(store);
      RecordingId id = stored(store);
      Instant until = Instant.now().plus(Duration.ofHours(1));
      for (Version version : versions(store, id)) {
        store.lock(version.key(), version.versionId(), new Lock(LockMode.COMPLIANCE, until));
      }
      assertThat(removal.look(ACME, id).lockedUntil()).isAfterOrEqualTo(until);
      assertThatThrownBy(() -> removal.remove(ACME, id)).isInstanceOf(LockedException.class);
      assertThat(versions(store, id)).hasSize(3);
    }
  }
}
