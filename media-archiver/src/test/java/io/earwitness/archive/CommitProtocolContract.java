package io.earwitness.archive;

import static io.earwitness.archive.TestArchiver.FACTS;
import static io.earwitness.archive.TestArchiver.TENANT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.earwitness.archive.store.MovableClock;
import io.earwitness.archive.store.ObjectStore;
import io.earwitness.archive.store.ObjectStore.Bucket;
import io.earwitness.archive.store.ObjectStore.Lock;
import io.earwitness.archive.store.ObjectStore.LockMode;
import io.earwitness.archive.store.ObjectStore.Version;
import io.earwitness.archive.store.Together;
import io.earwitness.call.RecordingId;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The commit protocol on a real store: whatever dies when, the end is the same. */
interface CommitProtocolContract {
  ObjectStore store();

  /** What the protocol and the sweeper go by. Starts at the store's own time. */
  MovableClock clock();

  /** At which calls processes are made to die. */
  Predicate<String> crashPoints();

  private RecordingId newRecording() {
    return RecordingId.draw(clock().instant());
  }

  private TestArchiver archiver(ArchivedCalls catalog) {
    return new TestArchiver(store(), catalog, clock());
  }

  private TestArchiver mortal(ArchivedCalls catalog, Fate fate) {
    return new TestArchiver(new MortalStore(store(), fate), catalog.as(fate), clock());
  }

  /** As a worker does with a call that it takes: what is archived is only read back. */
  private Committed takeUp(RecordingId id, ArchivedCalls catalog) {
    TestArchiver archiver = archiver(catalog);
    return catalog.row(id, 0).isPresent()
        ? archiver.protocol.verify(TENANT, id, 0)
        : archiver.archive(id, 0);
  }

  /** Sweeps the recording's day, once everything is old enough to go. */
  private SweepReport sweepLater(RecordingId id) {
    clock().advance(Sweeper.GRACE.plusMinutes(1));
    return sweep(id);
  }

  private SweepReport sweep(RecordingId id) {
    LocalDate day = ObjectKeys.date(id);
    return new Sweeper(store(), archiver(new ArchivedCalls()).protocol, clock(), Sweeper.GRACE)
        .sweep(TENANT, day, day);
  }

  private byte[] read(Bucket bucket, Version version) throws IOException {
    String id = version.versionId().isEmpty() ? null : version.versionId();
    try (InputStream in = store().open(bucket, version.key(), id).orElseThrow()) {
      return in.readAllBytes();
    }
  }

  /** The one state in which every commit has to end. */
  private void assertCommitted(RecordingId id, int generation, ArchivedCalls catalog)
      throws Exception {
    String folder = ObjectKeys.recording(TENANT, id);
    String key = ObjectKeys.manifest(TENANT, id, generation);
    assertThat(store().list(Bucket.WORK, folder)).extracting(Version::key).containsExactly(key);
    byte[] claim = read(Bucket.WORK, store().list(Bucket.WORK, folder).getFirst());
    Manifest manifest = TestArchiver.verifier().verify(claim, TENANT, id).manifest();

    List<Version> all = store().list(Bucket.LOCK, folder);
    List<String> expected = new ArrayList<>(List.of(key));
    manifest.objects().forEach(entry -> expected.add(ObjectKeys.object(TENANT, id, entry.name())));
    assertThat(all).extracting(Version::key).containsExactlyInAnyOrderElementsOf(expected);
    Lock lock = new Lock(LockMode.GOVERNANCE, manifest.keepUntil());
    assertThat(all)
        .allSatisfy(v -> assertThat(store().lockOf(v.key(), v.versionId())).hasValue(lock));
    Version copy = all.stream().filter(v -> v.key().equals(key)).findFirst().orElseThrow();
    assertThat(read(Bucket.LOCK, copy)).isEqualTo(claim);

    var row = catalog.row(id, generation).orElseThrow();
    assertThat(row.attempt()).isEqualTo(manifest.attempt());
    assertThat(row.manifestKey()).isEqualTo(key);
    assertThat(row.manifestVersionId()).isEqualTo(copy.versionId());
    assertThat(row.keepUntil()).isEqualTo(manifest.keepUntil());
    assertThat(row.mediaBytes()).isEqualTo(manifest.objects().getFirst().size());
    assertThat(catalog.verifiedAt(id, generation)).isPresent();
    VerificationReport report =
        new RecordingVerifier(TestArchiver.verifier()).verify(store(), TENANT, id);
    assertThat(report.findings()).isEmpty();
    assertThat(report.objects()).isEqualTo(2);
  }

  @Test
  default void theStepsComeInTheDocumentedOrder() throws Exception {
    RecordingId id = newRecording();
    ArchivedCalls catalog = new ArchivedCalls();
    Fate fate = Fate.none();
    Committed committed = mortal(catalog, fate).archive(id, 0);
    assertThat(fate.calls())
        .filteredOn(call -> call.matches("(put|create|lock|delete|catalog|verified).*"))
        .filteredOn(call -> !call.startsWith("lockOf"))
        .containsExactly(
            "put {attempt}/media.cms",
            "put {attempt}/call.cms",
            "create manifest-0.p7",
            "put manifest-0.p7",
            "lock {attempt}/media.cms",
            "lock {attempt}/call.cms",
            "lock manifest-0.p7",
            "catalog",
            "verified");
    List<String> between =
        fate.calls().subList(fate.calls().indexOf("catalog"), fate.calls().indexOf("verified"));
    assertThat(between)
        .as("read back")
        .contains("open manifest-0.p7", "open {attempt}/media.cms", "open {attempt}/call.cms");
    assertThat(committed.own()).isTrue();
    assertThat(committed.captureUntil()).isEqualTo(clock().instant().plus(Duration.ofHours(24)));
    assertCommitted(id, 0, catalog);
  }

  @Test
  default void whereverAnArchiverDiesAnotherEndsInTheSameState() throws Exception {
    Fate whole = Fate.none();
    mortal(new ArchivedCalls(), whole).archive(newRecording(), 0);
    int points = (int) whole.calls().stream().filter(crashPoints()).count();
    assertThat(points).isGreaterThanOrEqualTo(8);
    // to die after a call leaves the same as to die before the next one
    for (int at = -1; at < points; at++) {
      RecordingId id = newRecording();
      ArchivedCalls catalog = new ArchivedCalls();
      Fate fate = Fate.at(crashPoints(), Math.max(at, 0), at < 0);
      assertThatThrownBy(() -> mortal(catalog, fate).archive(id, 0)).isInstanceOf(Fate.Death.class);
      Committed committed = takeUp(id, catalog);
      SweepReport report = sweepLater(id);
      assertThat(report.problems()).isEmpty();
      assertThat(report.unclaimed()).isEmpty();
      try {
        assertCommitted(id, 0, catalog);
      } catch (AssertionError e) {
        throw new AssertionError("after %s".formatted(fate.calls()), e);
      }
      assertThat(committed.manifest().recording()).isEqualTo(id);
    }
  }

  @Test
  default void theSameAttemptMayBeCommittedAgainAfterEveryFailure() throws Exception {
    // a process that lives, but whose connection broke: the attempt's own retry
    for (String point :
        List.of("create manifest-0.p7", "put manifest-0.p7", "catalog", "verified")) {
      for (boolean before : new boolean[] {true, false}) {
        RecordingId id = newRecording();
        ArchivedCalls catalog = new ArchivedCalls();
        TestArchiver.Prepared prepared = archiver(catalog).prepare(id, 0);
        byte[] signed = TestArchiver.sign(prepared.manifest());
        Fate fate = Fate.at(point::equals, 0, before);
        CommitProtocol broken = mortal(catalog, fate).protocol;
        assertThatThrownBy(() -> broken.commit(prepared.attempt(), signed, FACTS))
            .isInstanceOf(Fate.Death.class);
        Committed committed = prepared.attempt().commit(signed, FACTS);
        assertThat(committed.own()).as(fate.calls().toString()).isTrue();
        assertThat(prepared.attempt().commit(signed, FACTS).manifestVersionId())
            .isEqualTo(committed.manifestVersionId());
        assertCommitted(id, 0, catalog);
      }
    }
  }

  @Test
  default void aChainOfDyingArchiversEndsInTheSameState() throws Exception {
    Random random = new Random(7);
    for (int chain = 0; chain < 8; chain++) {
      RecordingId id = newRecording();
      ArchivedCalls catalog = new ArchivedCalls();
      StringBuilder story = new StringBuilder();
      for (int link = 0; link < 3; link++) {
        Fate fate = Fate.at(crashPoints(), random.nextInt(8), random.nextBoolean());
        try {
          mortal(catalog, fate).archive(id, 0);
        } catch (Fate.Death e) {
          story.append(e.getMessage()).append("; ");
        }
      }
      takeUp(id, catalog);
      assertThat(sweepLater(id).problems()).as(story.toString()).isEmpty();
      assertCommitted(id, 0, catalog);
    }
  }

  @Test
  default void ofFiftyConcurrentArchiversOneWinsAndAllAgree() throws Exception {
    RecordingId id = newRecording();
    ArchivedCalls catalog = new ArchivedCalls();
    List<Committed> all =
        Together.run(
            IntStream.range(0, 50)
                .mapToObj(
                    n -> (Together.Task<Committed>) () -> archiver(catalog).prepare(id, 0).commit())
                .toList());
    assertThat(all).filteredOn(Committed::own).hasSize(1);
    assertThat(all)
        .extracting(c -> c.manifest().attempt())
        .containsOnly(
            all.stream().filter(Committed::own).findFirst().orElseThrow().manifest().attempt());
    assertThat(sweepLater(id).problems()).isEmpty();
    assertCommitted(id, 0, catalog);
  }

  @Test
  default void theSweeperCompletesWhatAnArchiverLeftAfterItsClaim() throws Exception {
    for (String point :
        List.of("create manifest-0.p7", "put manifest-0.p7", "lock {attempt}/media.cms")) {
      RecordingId id = newRecording();
      ArchivedCalls catalog = new ArchivedCalls();
      Fate fate = Fate.at(point::equals, 0, false);
      assertThatThrownBy(() -> mortal(catalog, fate).archive(id, 0)).isInstanceOf(Fate.Death.class);
      assertThat(sweep(id).completed()).contains(ObjectKeys.manifest(TENANT, id, 0));
      assertThat(sweep(id).completed()).isEmpty();
      assertThat(catalog.row(id, 0)).as("rows are the archiver's").isEmpty();
      archiver(catalog).archive(id, 0);
      assertCommitted(id, 0, catalog);
    }
  }

  @Test
  default void anAttemptGoesOnlyWhenItLostAndIsOldEnough() throws Exception {
    RecordingId id = newRecording();
    ArchivedCalls catalog = new ArchivedCalls();
    TestArchiver.Prepared slow = archiver(catalog).prepare(id, 0);
    String slowFolder = ObjectKeys.object(TENANT, id, slow.attempt().name());
    SweepReport unclaimed = sweepLater(id);
    assertThat(unclaimed.unclaimed()).containsExactly(slowFolder);
    assertThat(unclaimed.removed()).isEmpty();

    archiver(catalog).prepare(id, 0).commit();
    TestArchiver.Prepared young = archiver(catalog).prepare(id, 0);
    SweepReport report = sweep(id);
    assertThat(report.problems()).isEmpty();
    List<String> slowObjects = List.of(slowFolder + "/call.cms", slowFolder + "/media.cms");
    String youngFolder = ObjectKeys.object(TENANT, id, young.attempt().name());
    if (storeGoesByOurClock()) {
      assertThat(report.removed()).containsExactlyElementsOf(slowObjects);
      assertThat(store().list(Bucket.LOCK, youngFolder)).hasSize(2);
    } else {
      assertThat(report.removed()).containsAll(slowObjects);
    }

    // neither can be committed any more, and both adopt
    assertThat(slow.commit().own()).isFalse();
    assertThat(young.commit().own()).isFalse();
    sweepLater(id);
    assertCommitted(id, 0, catalog);
  }

  /** Whether the time of an object is that of {@link #clock()}. */
  boolean storeGoesByOurClock();

  @Test
  default void generationsAreCommittedSideBySideAndTheUnclaimedIsLeftAlone() throws Exception {
    RecordingId id = newRecording();
    ArchivedCalls catalog = new ArchivedCalls();
    archiver(catalog).archive(id, 1);
    TestArchiver.Prepared second = archiver(catalog).prepare(id, 2);
    SweepReport report = sweepLater(id);
    assertThat(report.unclaimed())
        .containsExactly(ObjectKeys.object(TENANT, id, second.attempt().name()));
    assertThat(report.removed()).isEmpty();
    assertThat(second.commit().own()).isTrue();
    assertThat(sweepLater(id).removed()).isEmpty();
    assertThat(catalog.row(id, 1)).isPresent();
    assertThat(catalog.row(id, 2)).isPresent();
    assertThat(store().list(Bucket.LOCK, ObjectKeys.recording(TENANT, id))).hasSize(6);
    assertThat(
            new RecordingVerifier(TestArchiver.verifier()).verify(store(), TENANT, id).manifests())
        .isEqualTo(2);
  }

  @Test
  default void aLostWorkBucketIsMadeAgainFromTheCopies() throws Exception {
    RecordingId id = newRecording();
    ArchivedCalls catalog = new ArchivedCalls();
    Committed first = archiver(catalog).archive(id, 0);
    store().delete(Bucket.WORK, ObjectKeys.manifest(TENANT, id, 0), null);
    Committed second = archiver(catalog).prepare(id, 0).commit();
    assertThat(second.own()).isFalse();
    assertThat(second.manifest()).isEqualTo(first.manifest());
    store().delete(Bucket.WORK, ObjectKeys.manifest(TENANT, id, 0), null);
    sweepLater(id);
    assertCommitted(id, 0, catalog);
  }

  @Test
  default void whatNoManifestIsStopsEverythingAndNothingIsRemoved() throws Exception {
    RecordingId id = newRecording();
    ArchivedCalls catalog = new ArchivedCalls();
    TestArchiver.Prepared prepared = archiver(catalog).prepare(id, 0);
    String key = ObjectKeys.manifest(TENANT, id, 0);
    store().create(key, "no manifest".getBytes(StandardCharsets.UTF_8));
    assertThatThrownBy(prepared::commit)
        .isInstanceOf(CommitException.class)
        .hasMessageContaining(key);
    assertThatThrownBy(() -> archiver(catalog).protocol.finish(TENANT, id, 0, FACTS))
        .isInstanceOf(CommitException.class);
    SweepReport report = sweepLater(id);
    assertThat(report.problems()).anySatisfy(p -> assertThat(p).contains(key));
    assertThat(store().list(Bucket.LOCK, ObjectKeys.recording(TENANT, id))).hasSize(2);
    store().delete(Bucket.WORK, key, null);
    assertThat(prepared.commit().own()).isTrue();
    assertCommitted(id, 0, catalog);
  }

  @Test
  default void anotherRecordingsManifestUnderTheClaimsKeyIsRefused() throws Exception {
    RecordingId id = newRecording();
    RecordingId other = newRecording();
    ArchivedCalls catalog = new ArchivedCalls();
    byte[] foreign = TestArchiver.sign(archiver(catalog).prepare(other, 0).manifest());
    store().create(ObjectKeys.manifest(TENANT, id, 0), foreign);
    assertThatThrownBy(() -> archiver(catalog).archive(id, 0))
        .isInstanceOf(CommitException.class)
        .hasMessageContaining(other.toString());
    assertThat(catalog.row(id, 0)).isEmpty();
    store().delete(Bucket.WORK, ObjectKeys.manifest(TENANT, id, 0), null);
    archiver(catalog).archive(id, 0);
    archiver(catalog).archive(other, 0);
  }

  @Test
  default void aManifestThatIsNotOfTheAttemptNeverBecomesAClaim() {
    RecordingId id = newRecording();
    ArchivedCalls catalog = new ArchivedCalls();
    TestArchiver.Prepared one = archiver(catalog).prepare(id, 0);
    TestArchiver.Prepared two = archiver(catalog).prepare(id, 0);
    assertThatThrownBy(() -> one.attempt().commit(TestArchiver.sign(two.manifest()), FACTS))
        .isInstanceOf(CommitException.class)
        .hasMessageContaining(one.attempt().name());
    assertThatThrownBy(() -> one.attempt().commit(new byte[] {1, 2, 3}, FACTS))
        .isInstanceOf(CommitException.class);
    one.attempt().put("waveform.cms", new byte[10]);
    assertThatThrownBy(one::commit)
        .isInstanceOf(CommitException.class)
        .hasMessageContaining("waveform.cms");
    assertThat(store().list(Bucket.WORK, ObjectKeys.recording(TENANT, id))).isEmpty();
    two.commit();
  }

  @Test
  default void anObjectThatTheStoreDamagedIsFoundWhenItIsReadBack() {
    RecordingId id = newRecording();
    ArchivedCalls catalog = new ArchivedCalls();
    ObjectStore flipping =
        new ForwardingStore(store()) {
          @Override
          public String put(Bucket bucket, String key, List<byte[]> pieces) {
            byte[] damaged = pieces.getFirst().clone();
            if (key.endsWith("/media.cms")) {
              damaged[damaged.length / 2] ^= 1;
            }
            return super.put(bucket, key, List.of(damaged));
          }
        };
    TestArchiver archiver = new TestArchiver(flipping, catalog, clock());
    assertThatThrownBy(() -> archiver.archive(id, 0))
        .isInstanceOf(CommitException.class)
        .hasMessageContaining("does not read back")
        .hasMessageContaining("media.cms");
    assertThat(catalog.row(id, 0)).isPresent();
    assertThatThrownBy(() -> takeUp(id, catalog))
        .isInstanceOf(CommitException.class)
        .hasMessageContaining("media.cms");
    assertThat(catalog.verifiedAt(id, 0)).isEmpty();
  }

  @Test
  default void aReadBackThatFailsIsRepeatedAndEndsVerified() throws Exception {
    RecordingId id = newRecording();
    ArchivedCalls catalog = new ArchivedCalls();
    ObjectStore breaking =
        new ForwardingStore(store()) {
          @Override
          public Optional<InputStream> open(Bucket bucket, String key, @Nullable String version) {
            return key.endsWith("/media.cms")
                ? Optional.of(new BrokenInputStream())
                : super.open(bucket, key, version);
          }
        };
    TestArchiver archiver = new TestArchiver(breaking, catalog, clock());
    assertThatThrownBy(() -> archiver.archive(id, 0))
        .isInstanceOf(ObjectStore.ObjectStoreException.class)
        .hasMessageContaining("could not be read back");
    assertThat(catalog.row(id, 0)).isPresent();
    assertThat(catalog.verifiedAt(id, 0)).isEmpty();
    clock().advance(Duration.ofMinutes(5));
    Committed committed = takeUp(id, catalog);
    assertThat(catalog.verifiedAt(id, 0)).hasValue(clock().instant());
    assertThat(committed.captureUntil()).isEqualTo(clock().instant().plus(Duration.ofHours(24)));
    assertCommitted(id, 0, catalog);
  }

  @Test
  default void whatTheCatalogCallsArchivedButTheStoreLostIsNeverVerified() {
    ArchivedCalls catalog = new ArchivedCalls();
    RecordingId id = newRecording();
    assertThatThrownBy(() -> archiver(catalog).protocol.verify(TENANT, id, 0))
        .isInstanceOf(CommitException.class)
        .hasMessageContaining("neither its claim nor a copy");
    assertThat(catalog.verifiedAt(id, 0)).isEmpty();
  }

  /** A connection that breaks off. */
  final class BrokenInputStream extends InputStream {
    @Override
    public int read() throws IOException {
      throw new IOException("connection reset");
    }
  }

  @Test
  default void aStoreThatKeepsItsWordPassesTheCheckAndOthersDoNot() {
    StoreCheck.run(store(), clock());
    StoreCheck.run(store(), clock());
    ObjectStore creatingTwice =
        new ForwardingStore(store()) {
          @Override
          public boolean create(String key, byte[] content) {
            put(Bucket.WORK, key, content);
            return true;
          }
        };
    assertThatThrownBy(() -> StoreCheck.run(creatingTwice, clock()))
        .hasMessageContaining("If-None-Match");
    ObjectStore notLocking =
        new ForwardingStore(store()) {
          @Override
          public Lock lock(String key, String versionId, Lock lock) {
            return lock;
          }
        };
    assertThatThrownBy(() -> StoreCheck.run(notLocking, clock()))
        .hasMessageContaining("deleted a locked object");
  }
}
