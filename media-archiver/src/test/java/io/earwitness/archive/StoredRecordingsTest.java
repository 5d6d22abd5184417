package io.earwitness.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.earwitness.archive.StoredRecordings.BrokenRecordingException;
import io.earwitness.archive.catalog.CatalogRebuild.Recording;
import io.earwitness.archive.crypto.ContentKey;
import io.earwitness.archive.crypto.ContentKeySource;
import io.earwitness.archive.crypto.ManagedKeyKind;
import io.earwitness.archive.crypto.TestKeys;
import io.earwitness.archive.store.ObjectStore.Bucket;
import io.earwitness.call.CallSummary;
import io.earwitness.capture.CaptureWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the store tells of a recording is what the archiver told the catalog. */
class StoredRecordingsTest {
  /** The world's catalog recovery. */
  private static final ContentKeySource RECOVERY =
      header -> ContentKey.recover(header, TestKeys.privateKey(ManagedKeyKind.EC_P384));

  @TempDir private Path folder;
  private ArchiverWorld world;
  private CallSummary call;

  @BeforeEach
  void archive() throws Exception {
    world = new ArchiverWorld(folder);
    call = TestCalls.live(TestCalls.TENANT);
    CaptureWriter.Session session = world.open(call);
    for (int stream : new int[] {0, 1}) {
      new ArchiverWorld.Voice(stream, stream).send(session, 0, 0, 50);
    }
    ArchiverWorld.close(session, 50);
    world.archiver().archive(world.take());
  }

  @AfterEach
  void close() throws Exception {
    world.close();
  }

  private List<Recording> read(@Nullable Consumer<String> left) {
    List<Recording> recordings = new ArrayList<>();
    new StoredRecordings(
            world.store, world.manifests, RECOVERY, world.store.list(Bucket.LOCK, ""), left)
        .forEach(recordings::add);
    return recordings;
  }

  @Test
  void the_rows_of_a_recording_come_back_from_manifest_and_call_record() {
    List<Recording> recordings = read(null);
    assertThat(recordings).hasSize(1);
    assertThat(recordings.getFirst().archive())
        .usingRecursiveComparison()
        .ignoringFields("archivedAt", "verifiedAt")
        .isEqualTo(world.archive(call.id()));
    assertThat(recordings.getFirst().archive().channels()).isEqualTo(2);
    CallSummary summary = recordings.getFirst().summary();
    assertThat(summary.parties()).isEqualTo(world.call(call.id()).parties());
    assertThat(summary.end()).isEqualTo(world.call(call.id()).end());
    assertThat(summary.state()).isEqualTo(world.archive(call.id()).outcome());
  }

  @Test
  void a_forged_manifest_beside_the_true_one_counts_for_nothing() {
    String key = world.archive(call.id()).manifestKey();
    world.store.put(Bucket.LOCK, key, new byte[] {1, 2, 3});
    assertThat(read(null)).hasSize(1);
  }

  @Test
  void a_recording_that_can_t_be_read_is_an_error_or_told_of() {
    String key =
        ObjectKeys.manifest(TestCalls.TENANT, io.earwitness.call.RecordingId.draw(call.start()), 0);
    world.store.put(Bucket.LOCK, key, new byte[] {1, 2, 3});
    assertThatThrownBy(() -> read(null))
        .isInstanceOf(BrokenRecordingException.class)
        .hasMessageContaining(key);
    List<String> problems = new ArrayList<>();
    assertThat(read(problems::add)).hasSize(1);
    assertThat(problems).hasSize(1).first().asString().contains(key);
  }
}
