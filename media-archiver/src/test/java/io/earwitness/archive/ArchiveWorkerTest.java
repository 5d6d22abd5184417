package io.earwitness.archive;

import static org.assertj.core.api.Assertions.assertThat;

import io.earwitness.alarm.Alarms;
import io.earwitness.alarm.SaidAlarms;
import io.earwitness.archive.catalog.CallCatalog;
import io.earwitness.archive.crypto.ManagedKeyKind;
import io.earwitness.archive.media.FlacDecoder;
import io.earwitness.archive.store.ObjectStore;
import io.earwitness.archive.store.ObjectStore.Bucket;
import io.earwitness.call.CallState;
import io.earwitness.call.CallSummary;
import io.earwitness.capture.CaptureWriter;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArchiveWorkerTest {
  private static final ArchiveWorker.Settings SETTINGS =
      new ArchiveWorker.Settings(
          "test",
          2,
          Duration.ofMinutes(1),
          Duration.ofMillis(20),
          Duration.ofSeconds(1),
          Duration.ofSeconds(8),
          Duration.ofDays(1));

  @TempDir private Path folder;
  private ArchiverWorld world;

  @BeforeEach
  void open() throws Exception {
    world = new ArchiverWorld(folder);
  }

  @AfterEach
  void close() {
    world.close();
  }

  private byte[] place(CallSummary call, int seed) throws Exception {
    CaptureWriter.Session session = world.open(call);
    byte[] codes = new ArchiverWorld.Voice(0, seed).send(session, 0, 0, 50);
    ArchiverWorld.close(session, 50);
    return codes;
  }

  @Test
  void allCallsThatEndAreArchivedByTheThreads() throws Exception {
    List<CallSummary> calls = new ArrayList<>();
    List<byte[]> codes = new ArrayList<>();
    try (ArchiveWorker worker = new ArchiveWorker(world.catalog, world.archiver(), SETTINGS)) {
      worker.start();
      for (int i = 0; i < 6; i++) {
        calls.add(TestCalls.live(TestCalls.TENANT));
        codes.add(place(calls.getLast(), i));
      }
      world.reporter.start();
      calls.forEach(call -> world.reporter.hint(call.id()));
      worker.wake();
      for (CallSummary call : calls) {
        TestCalls.await(
            "archived",
            () -> {
              CallSummary known = world.catalog.call(call.id());
              return known != null && known.state() == CallState.ARCHIVED;
            });
      }
    }
    world.reporter.close();
    for (int i = 0; i < calls.size(); i++) {
      byte[] flac =
          world.decrypt(TestCalls.TENANT, calls.get(i).id(), "media.cms", ManagedKeyKind.EC_P256);
      assertThat(FlacDecoder.decode(flac)[0]).isEqualTo(ArchiverTest.muLaw(codes.get(i)));
    }
  }

  @Test
  void workThatFailsGoesBackWithTheReasonAndIsDoneLater() throws Exception {
    InMemoryDirectory keyless = new InMemoryDirectory();
    ArchiveWorker worker =
        new ArchiveWorker(
            world.catalog, world.archiver(world.store, keyless, Archiver.PART_BYTES), SETTINGS);
    CallSummary call = TestCalls.live(TestCalls.TENANT);
    place(call, 1);
    world.reporter.scan();
    for (int i = 0; i < 5; i++) {
      assertThat(worker.archiveNext()).isTrue();
    }
    assertThat(world.catalog.releases())
        .allSatisfy(release -> assertThat(release.why()).contains("no active public key"))
        .extracting(release -> release.delay().toSeconds())
        .containsExactly(1L, 2L, 4L, 8L, 8L);
    assertThat(world.call(call.id()).state()).isEqualTo(CallState.CLOSED);
    world.directory.keys(TestCalls.TENANT).forEach(key -> keyless.addKey(key, "test"));
    assertThat(worker.archiveNext()).isTrue();
    assertThat(world.call(call.id()).state()).isEqualTo(CallState.ARCHIVED);
    assertThat(worker.archiveNext()).isFalse();
  }

  @Test
  void aCallThatTakesLongKeepsItsLease() throws Exception {
    CallSummary call = TestCalls.live(TestCalls.TENANT);
    ObjectStore slow =
        new ForwardingStore(world.store) {
          @Override
          public String put(Bucket bucket, String key, List<byte[]> pieces) {
            try {
              TestCalls.await(
                  "three more thirds of a lease", () -> world.catalog.extensions(call.id()) >= 3);
            } catch (InterruptedException e) {
              throw new AssertionError(e);
            }
            return super.put(bucket, key, pieces);
          }
        };
    ArchiveWorker.Settings brief =
        new ArchiveWorker.Settings(
            "test",
            1,
            Duration.ofMillis(30),
            Duration.ofMillis(20),
            Duration.ofSeconds(1),
            Duration.ofSeconds(8),
            Duration.ofDays(1));
    Archiver archiver = world.archiver(slow, world.directory, Archiver.PART_BYTES);
    place(call, 1);
    world.reporter.scan();
    try (ArchiveWorker worker = new ArchiveWorker(world.catalog, archiver, brief)) {
      worker.start();
      TestCalls.await(
          "archived",
          () -> {
            CallCatalog.ArchivedCall archive = world.catalog.archive(call.id());
            return archive != null && archive.verifiedAt() != null;
          });
    }
    assertThat(world.catalog.releases()).isEmpty();
  }

  @Test
  void aCallThatIsStillWrittenIsTriedAgainSoon() throws Exception {
    CallSummary call = TestCalls.live(TestCalls.TENANT);
    CaptureWriter.Session session = world.open(call);
    new ArchiverWorld.Voice(0, 1).send(session, 0, 0, 50);
    world.catalog.report(TestCalls.summary(call.id(), TestCalls.TENANT, CallState.CLOSED, null));
    ArchiveWorker worker = new ArchiveWorker(world.catalog, world.archiver(), SETTINGS);
    assertThat(worker.archiveNext()).isTrue();
    assertThat(world.catalog.releases())
        .singleElement()
        .satisfies(release -> assertThat(release.why()).contains("still being written"));
    ArchiverWorld.close(session, 50);
    assertThat(worker.archiveNext()).isTrue();
    assertThat(world.call(call.id()).state()).isEqualTo(CallState.ARCHIVED);
  }

  /**
   * A store that gives media.cms back in its length, but with a wrong byte, as long as it is bad.
   */
  private static final class BadStore extends ForwardingStore {
    private boolean bad = true;

    BadStore(ObjectStore store) {
      super(store);
    }

    @Override
    public Optional<InputStream> open(Bucket bucket, String key, @Nullable String versionId) {
      Optional<InputStream> opened = super.open(bucket, key, versionId);
      return bad && key.endsWith("/media.cms") ? opened.map(BadStore::damaged) : opened;
    }

    private static InputStream damaged(InputStream in) {
      try (in) {
        byte[] content = in.readAllBytes();
        content[content.length / 2] ^= 1;
        return new ByteArrayInputStream(content);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  @Test
  void aCaptureStaysUntilADayAfterItsArchiveWasFoundRight() throws Exception {
    CallSummary call = TestCalls.live(TestCalls.TENANT);
    place(call, 1);
    world.reporter.scan();
    BadStore store = new BadStore(world.store);
    Archiver archiver = world.archiver(store, world.directory, Archiver.PART_BYTES);
    ArchiveWorker worker = new ArchiveWorker(world.catalog, archiver, SETTINGS);
    CaptureJanitor janitor =
        new CaptureJanitor(
            world.captures, world.catalog, world.store, world.manifests, Alarms.NONE, world.clock);
    for (int i = 1; i <= 3; i++) {
      assertThat(worker.archiveNext()).as("attempt " + i).isTrue();
      assertThat(world.call(call.id()).state()).isEqualTo(CallState.ARCHIVED);
      assertThat(world.archive(call.id()).verifiedAt()).isNull();
      world.clock.advance(Duration.ofHours(25));
      assertThat(janitor.sweep()).isZero();
    }
    assertThat(world.catalog.releases())
        .allSatisfy(
            release -> assertThat(release.why()).contains("does not read back", "media.cms"))
        .extracting(release -> release.delay().toSeconds())
        .containsExactly(1L, 2L, 4L);

    store.bad = false;
    assertThat(worker.archiveNext()).isTrue();
    assertThat(world.archive(call.id()).verifiedAt()).isEqualTo(world.clock.instant());
    assertThat(worker.archiveNext()).isFalse();
    world.clock.advance(Duration.ofHours(24).minusSeconds(1));
    assertThat(janitor.sweep()).isZero();
    world.clock.advance(Duration.ofSeconds(1));
    assertThat(janitor.sweep()).isEqualTo(1);
    assertThat(world.captures.list()).isEmpty();
  }

  @Test
  void capturesAreRemovedADayAfterTheirArchiveReadsBack() throws Exception {
    CallSummary call = TestCalls.live(TestCalls.TENANT);
    place(call, 1);
    CallSummary waiting = TestCalls.live(TestCalls.TENANT);
    ArchiveWorker worker = new ArchiveWorker(world.catalog, world.archiver(), SETTINGS);
    world.reporter.scan();
    worker.archiveNext();
    place(waiting, 2);
    world.reporter.scan();
    SaidAlarms alarms = new SaidAlarms();
    CaptureJanitor janitor =
        new CaptureJanitor(
            world.captures, world.catalog, world.store, world.manifests, alarms, world.clock);
    assertThat(janitor.sweep()).isZero();
    world.clock.advance(Duration.ofHours(24).minusSeconds(1));
    assertThat(janitor.sweep()).isZero();
    world.clock.advance(Duration.ofSeconds(1));
    assertThat(janitor.sweep()).isEqualTo(1);
    assertThat(world.captures.list())
        .singleElement()
        .satisfies(entry -> assertThat(entry.id()).isEqualTo(waiting.id()));
    assertThat(alarms.said).containsExactly("-archive-incomplete recording:" + call.id());
  }

  @Test
  void aCaptureStaysWhereItsArchiveIsIncomplete() throws Exception {
    CallSummary call = TestCalls.live(TestCalls.TENANT);
    place(call, 1);
    world.reporter.scan();
    new ArchiveWorker(world.catalog, world.archiver(), SETTINGS).archiveNext();
    world.clock.advance(Duration.ofDays(500)); // the lock has ended, so that it can be deleted
    Manifest.Entry media =
        world.manifest(TestCalls.TENANT, call.id()).entry("media.cms").orElseThrow();
    world.store.delete(
        Bucket.LOCK,
        ObjectKeys.object(TestCalls.TENANT, call.id(), media.name()),
        media.versionId());
    SaidAlarms alarms = new SaidAlarms();
    CaptureJanitor janitor =
        new CaptureJanitor(
            world.captures, world.catalog, world.store, world.manifests, alarms, world.clock);
    assertThat(janitor.sweep()).isZero();
    assertThat(world.captures.list()).hasSize(1);
    assertThat(alarms.said).containsExactly("+archive-incomplete recording:" + call.id());
  }
}
