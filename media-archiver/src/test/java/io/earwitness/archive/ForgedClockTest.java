package io.earwitness.archive;

import static io.earwitness.archive.TestArchiver.TENANT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.earwitness.archive.store.MovableClock;
import io.earwitness.archive.store.ObjectStore;
import io.earwitness.archive.store.ObjectStore.Bucket;
import io.earwitness.archive.store.ObjectStore.LockedException;
import io.earwitness.archive.store.ObjectStore.Version;
import io.earwitness.archive.store.directory.DirectoryStore;
import io.earwitness.archive.store.s3.S3Store;
import io.earwitness.archive.store.s3.S3TestServer;
import io.earwitness.call.RecordingId;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A program of ours that believes it is eight years later deletes nothing: stores know better. */
class ForgedClockTest {
  private final MovableClock forged =
      new MovableClock(Instant.now().plus(Duration.ofDays(8 * 366)));

  @Test
  void theDirectoryStoreRefuses(@TempDir Path folder) throws Exception {
    try (ObjectStore store = DirectoryStore.open(folder, InstantSource.system())) {
      refuses(store);
    }
  }

  @Test
  void theS3StoreRefuses() throws Exception {
    try (ObjectStore store = S3Store.connect(S3TestServer.get().freshBuckets())) {
      refuses(store);
    }
  }

  private void refuses(ObjectStore store) throws Exception {
    RecordingId id = RecordingId.draw(Instant.now());
    new TestArchiver(store, new ArchivedCalls(), InstantSource.system()).archive(id, 0);
    List<Version> versions = store.list(Bucket.LOCK, ObjectKeys.recording(TENANT, id));
    assertThat(versions).hasSize(3);

    CommitProtocol late = new TestArchiver(store, new ArchivedCalls(), forged).protocol;
    LocalDate day = ObjectKeys.date(id);
    SweepReport swept = new Sweeper(store, late, forged, Sweeper.GRACE).sweep(TENANT, day, day);
    assertThat(swept.removed()).isEmpty();
    for (Version version : versions) {
      assertThatThrownBy(() -> store.delete(Bucket.LOCK, version.key(), version.versionId()))
          .isInstanceOf(LockedException.class);
    }
    assertThat(new RecordingVerifier(TestArchiver.verifier()).verify(store, TENANT, id).findings())
        .isEmpty();
  }
}
