package io.earwitness.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.earwitness.alarm.Alarms;
import io.earwitness.archive.catalog.CallCatalog.ArchivedCall;
import io.earwitness.archive.catalog.CallCatalog.CallEntry;
import io.earwitness.archive.catalog.CatalogDatabase;
import io.earwitness.archive.catalog.Directory;
import io.earwitness.archive.catalog.TestServer;
import io.earwitness.archive.crypto.Certificates;
import io.earwitness.archive.crypto.ContentKey;
import io.earwitness.archive.crypto.EnvelopeDecryptor;
import io.earwitness.archive.crypto.EnvelopeHeader;
import io.earwitness.archive.crypto.ManagedKeyKind;
import io.earwitness.archive.crypto.TestKeys;
import io.earwitness.archive.media.FlacDecoder;
import io.earwitness.archive.report.NodePresence;
import io.earwitness.archive.report.Reporter;
import io.earwitness.archive.store.ObjectStore;
import io.earwitness.archive.store.ObjectStore.Bucket;
import io.earwitness.archive.store.directory.DirectoryStore;
import io.earwitness.archive.store.s3.S3Store;
import io.earwitness.archive.store.s3.S3TestServer;
import io.earwitness.call.CallFlag;
import io.earwitness.call.CallState;
import io.earwitness.call.CallSummary;
import io.earwitness.call.Generation;
import io.earwitness.capture.CaptureWriter;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** What happens to calls when a node or its disk goes: two nodes, one PostgreSQL, one store. */
@Execution(ExecutionMode.CONCURRENT)
class TwoNodesTest {
  private static final Duration NEVER = Duration.ofDays(1);

  @TempDir private Path folder;
  private CatalogDatabase database;
  private ObjectStore store;
  private final CallSummary call = TestCalls.live(TestCalls.TENANT);
  private final ArchiverWorld.Voice left = new ArchiverWorld.Voice(0, 1);
  private final ArchiverWorld.Voice right = new ArchiverWorld.Voice(1, 2);

  @BeforeEach
  void open() throws Exception {
    database = CatalogDatabase.open(TestServer.bundled().newDatabase(), Clock.systemUTC());
    store =
        DirectoryStore.open(
            Files.createDirectories(folder.resolve("data")), InstantSource.system());
    Directory directory = database.directory();
    directory.addTenant(
        new Directory.Tenant(
            TestCalls.TENANT, "Acme", ZoneId.of("Europe/Berlin"), Set.of("acme.example"), 1),
        "test");
    var certificate = TestKeys.certificate(ManagedKeyKind.EC_P256);
    directory.addKey(
        new Directory.Key(
            TestCalls.TENANT,
            Certificates.id(certificate),
            Certificates.pem(certificate),
            "customer-held",
            true),
        "test");
  }

  @AfterEach
  void close() {
    store.close();
    database.close();
  }

  private RecorderNode node(String name, Duration lostAfter) throws Exception {
    return new RecorderNode(name, folder.resolve(name), database, store, lostAfter);
  }

  private CallEntry entry() {
    return database.calls().load(List.of(call.id())).getFirst();
  }

  private ArchivedCall archive() {
    return Objects.requireNonNull(entry().archive());
  }

  private void await(String what, Predicate<CallEntry> condition) throws Exception {
    TestCalls.await(
        what, () -> database.calls().load(List.of(call.id())).stream().anyMatch(condition));
  }

  private void awaitState(CallState state) throws Exception {
    await(state.wireName(), found -> found.summary().state() == state);
  }

  private void awaitVerified(int generation) throws Exception {
    await(
        "generation " + generation + " read back",
        found ->
            found.archive() != null
                && found.archive().generation() == generation
                && found.archive().verifiedAt() != null);
  }

  private List<ObjectStore.Version> copies() {
    return store.list(Bucket.WORK, ObjectKeys.RESCUES);
  }

  private long copied() {
    return copies().stream().mapToLong(ObjectStore.Version::size).sum();
  }

  /** Both sides speak; when this returns, all of it is in the spool and copied. */
  private byte[][] speak(RecorderNode node, CaptureWriter.Session session, int packets)
      throws Exception {
    byte[][] codes = {left.send(session, 0, 0, packets), right.send(session, 0, 0, packets)};
    // 12 bytes before each packet of 172; an object holds one portion, behind an index of 84 bytes
    TestCalls.await(
        "all is sealed and copied",
        () ->
            spooled(node) > 2L * packets * 184
                && copied() == spooled(node) + 84L * copies().size());
    return codes;
  }

  private long spooled(RecorderNode node) {
    try {
      return node.spooled(call);
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private short[][] audio() throws Exception {
    ArchivedCall archive = archive();
    Manifest manifest;
    try (InputStream in =
        store.open(Bucket.LOCK, archive.manifestKey(), archive.manifestVersionId()).orElseThrow()) {
      manifest =
          new ManifestVerifier(ArchiverWorld.AUTHORITY.certificate())
              .verify(in.readAllBytes(), archive.tenant(), archive.id())
              .manifest();
    }
    assertThat(manifest.generation()).isEqualTo(archive.generation());
    String name = manifest.attempt() + "/media.cms";
    try (InputStream in =
        store
            .open(Bucket.LOCK, ObjectKeys.object(archive.tenant(), archive.id(), name), null)
            .orElseThrow()) {
      byte[] envelope = in.readAllBytes();
      try (ContentKey key =
          ContentKey.recover(
              EnvelopeHeader.parse(envelope), TestKeys.privateKey(ManagedKeyKind.EC_P256))) {
        return FlacDecoder.decode(EnvelopeDecryptor.decrypt(envelope, key));
      }
    }
  }

  private static short[][] heard(byte[][] codes) {
    return new short[][] {ArchiverTest.muLaw(codes[0]), ArchiverTest.muLaw(codes[1])};
  }

  private void assertVerified(int generations) throws Exception {
    VerificationReport report =
        new RecordingVerifier(new ManifestVerifier(ArchiverWorld.AUTHORITY.certificate()))
            .verify(store, TestCalls.TENANT, call.id());
    assertThat(report.findings()).isEmpty();
    assertThat(report.manifests()).isEqualTo(generations);
  }

  @Test
  void theCallOfANodeWhoseDiskIsGoneIsArchivedByAnotherSampleForSampleUpToTheLastCopy()
      throws Exception {
    loseADiskInMidCall();
  }

  @Test
  void soItIsOverAnS3CompatibleStore() throws Exception {
    store.close();
    store = S3Store.connect(S3TestServer.get().freshBuckets());
    loseADiskInMidCall();
  }

  private void loseADiskInMidCall() throws Exception {
    try (RecorderNode a = node("a", NEVER).start();
        RecorderNode b = node("b", NEVER).start()) {
      byte[][] codes = speak(a, a.open(call), 250);
      awaitState(CallState.LIVE);
      a.stop();
      a.loseDisk();
      awaitVerified(Generation.RESCUED);

      CallEntry found = entry();
      assertThat(found.summary().state()).isEqualTo(CallState.ARCHIVED_PARTIAL);
      assertThat(found.summary().flags())
          .contains(CallFlag.RESCUED, CallFlag.RECORDER_INTERRUPTED)
          .doesNotContain(CallFlag.CAPTURE_DAMAGED);
      assertThat(found.summary().end()).isEqualTo(TestCalls.START.plusMillis(249 * 20));
      assertThat(found.summary().node()).isEqualTo("a");
      assertThat(audio()).isDeepEqualTo(heard(codes));
      assertVerified(1);
      assertThat(store.list(Bucket.WORK, ObjectKeys.rescues("a"))).isNotEmpty();
      b.sweep.sweep();
      assertThat(store.list(Bucket.WORK, ObjectKeys.RESCUES)).isEmpty();
      assertThat(folder.resolve("b/rescued/captures")).isEmptyDirectory();
    }
  }

  @Test
  void aNodeThatOnlySeemedGoneSupersedesTheRescueWithItsWholeCapture() throws Exception {
    try (RecorderNode a = node("a", NEVER);
        RecorderNode b = node("b", NEVER).start()) {
      // Its reporter goes on all the time; only its heartbeats don't get through
      Reporter reporter = a.report();
      NodePresence presence = a.be(reporter);
      a.copy();
      CaptureWriter.Session session = a.open(call);
      byte[][] first = speak(a, session, 200);
      presence.close();
      awaitVerified(Generation.RESCUED);
      assertThat(audio()).isDeepEqualTo(heard(first));
      assertThat(new CaptureJanitorOf(a).sweep()).isZero();

      byte[][] rest = {left.send(session, 0, 200, 100), right.send(session, 0, 200, 100)};
      RecorderNode.hangUp(session, 300);
      a.be(reporter);
      a.work();
      awaitVerified(Generation.RETURNED);
      CallEntry found = entry();
      assertThat(found.summary().state()).isEqualTo(CallState.ARCHIVED);
      assertThat(found.summary().flags()).isEmpty();
      assertThat(found.summary().end()).isEqualTo(TestCalls.START.plusSeconds(6));
      assertThat(archive().durationMs()).isEqualTo(6_000);
      assertThat(audio()).isDeepEqualTo(heard(joined(first, rest)));
      assertVerified(2);
      assertThat(database.calls().take("a", Duration.ofMinutes(1))).isEmpty();
    }
  }

  private static byte[][] joined(byte[][] first, byte[][] rest) {
    byte[][] all = new byte[2][];
    for (int side = 0; side < 2; side++) {
      all[side] = Arrays.copyOf(first[side], first[side].length + rest[side].length);
      System.arraycopy(rest[side], 0, all[side], first[side].length, rest[side].length);
    }
    return all;
  }

  /** The janitor two days later: whatever was archived from the capture is old enough by then. */
  private final class CaptureJanitorOf {
    private final CaptureJanitor janitor;

    CaptureJanitorOf(RecorderNode node) {
      janitor =
          new CaptureJanitor(
              node.captures,
              database.calls(),
              store,
              new ManifestVerifier(ArchiverWorld.AUTHORITY.certificate()),
              Alarms.NONE,
              () -> Instant.now().plus(Duration.ofDays(2)));
    }

    int sweep() throws Exception {
      return janitor.sweep();
    }
  }

  @Test
  void aRestartedNodeArchivesWhatOthersRescuedMeanwhile() throws Exception {
    try (RecorderNode a = node("a", NEVER);
        RecorderNode b = node("b", NEVER).start()) {
      a.be(a.report());
      a.copy();
      CaptureWriter.Session session = a.open(call);
      byte[][] codes = speak(a, session, 150);
      a.stop();
      awaitVerified(Generation.RESCUED);
      RecorderNode.hangUp(session, 150);
      assertThat(new CaptureJanitorOf(a).sweep()).as("the only whole source stays").isZero();
      a.start();
      awaitVerified(Generation.RETURNED);
      assertThat(entry().summary().state()).isEqualTo(CallState.ARCHIVED);
      assertThat(audio()).isDeepEqualTo(heard(codes));
      assertThat(new CaptureJanitorOf(a).sweep()).isEqualTo(1);
    }
  }

  @Test
  void aCallWithoutCopiesIsLostWhenItsNodeStaysAwayAndArchivedAfterAllWhenItReturns()
      throws Exception {
    try (RecorderNode a = node("a", Duration.ZERO);
        RecorderNode b = node("b", Duration.ZERO)) {
      a.be(a.report());
      CaptureWriter.Session session = a.open(call);
      byte[] codes = left.send(session, 0, 0, 50);
      RecorderNode.hangUp(session, 50);
      awaitState(CallState.CLOSED);
      a.stop();
      b.work();
      awaitState(CallState.LOST);
      assertThat(database.calls().inState(CallState.LOST)).containsExactly(call.id());
      a.start();
      awaitVerified(Generation.ORDINARY);
      assertThat(entry().summary().state()).isEqualTo(CallState.ARCHIVED);
      assertThat(audio()[0]).isEqualTo(ArchiverTest.muLaw(codes));
    }
  }

  @Test
  void aCallOfWhichItsOwnNodeHasNoCaptureIsLostAtOnce() throws Exception {
    try (RecorderNode a = node("a", NEVER)) {
      NodePresence presence = a.be(a.report());
      a.work();
      CaptureWriter.Session session = a.open(call);
      left.send(session, 0, 0, 50);
      awaitState(CallState.LIVE);
      assertThat(presence.missingCaptures()).isZero();
      assertThat(presence.spoolProblem()).isNull();
      a.loseDisk();
      TestCalls.await("the spool can't be looked at", () -> presence.spoolProblem() != null);
      Files.createDirectory(a.spool);
      awaitState(CallState.LOST);
      TestCalls.await(
          "nothing more is missed",
          () -> presence.missingCaptures() == 0 && presence.spoolProblem() == null);
      assertThat(presence.isNameTaken()).isFalse();
    }
  }

  @Test
  void aNodeWithANewDiskRescuesItsOwnCalls() throws Exception {
    byte[][] codes;
    try (RecorderNode a = node("a", NEVER)) {
      a.be(a.report());
      a.copy();
      codes = speak(a, a.open(call), 100);
      awaitState(CallState.LIVE);
      a.stop();
      a.loseDisk();
    }
    TestCalls.await(
        "the former disk's lease is over", () -> database.nodes().list().getFirst().absent());
    try (RecorderNode again =
        new RecorderNode("a", folder.resolve("new"), database, store, NEVER).start()) {
      awaitVerified(Generation.RESCUED);
      assertThat(entry().summary().flags()).contains(CallFlag.RESCUED);
      assertThat(audio()).isDeepEqualTo(heard(codes));
    }
  }

  @Test
  void aSecondNodeOfTheSameNameDoesNotStart() throws Exception {
    try (RecorderNode a = node("a", NEVER).start();
        RecorderNode twin = new RecorderNode("a", folder.resolve("twin"), database, store, NEVER)) {
      assertThatThrownBy(() -> twin.be(twin.report()))
          .isInstanceOf(NodePresence.NameTakenException.class)
          .hasMessageContaining("give each node a name of its own");
    }
  }

  @Test
  void aCallThatTheCatalogNeverHeardOfIsReportedFromItsCopies() throws Exception {
    try (RecorderNode a = node("a", NEVER);
        RecorderNode b = node("b", NEVER).start()) {
      a.copy();
      byte[][] codes = speak(a, a.open(call), 100);
      a.stop();
      a.loseDisk();
      assertThat(database.calls().load(List.of(call.id()))).isEmpty();
      assertThat(b.sweep.sweep().reported()).isEqualTo(1);
      awaitVerified(Generation.RESCUED);
      assertThat(entry().summary().callIds()).isEqualTo(call.callIds());
      assertThat(audio()).isDeepEqualTo(heard(codes));
    }
  }
}
