package io.earwitness.archive.rescue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.earwitness.archive.ArchiverWorld;
import io.earwitness.archive.InMemoryCatalog;
import io.earwitness.archive.ObjectKeys;
import io.earwitness.archive.TestCalls;
import io.earwitness.archive.rescue.RescueIndex.Portion;
import io.earwitness.archive.store.ObjectStore;
import io.earwitness.archive.store.ObjectStore.Bucket;
import io.earwitness.archive.store.directory.DirectoryStore;
import io.earwitness.call.CallState;
import io.earwitness.call.CallSummary;
import io.earwitness.call.RecordingId;
import io.earwitness.capture.CaptureEvent;
import io.earwitness.capture.CaptureReader;
import io.earwitness.capture.CaptureWriter;
import io.earwitness.capture.SealedSegments;
import io.earwitness.capture.SpoolReader;
import io.earwitness.capture.SpoolSettings;
import io.earwitness.capture.SpoolWriter;
import io.earwitness.capture.TestCaptureKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RescueCopierTest {
  private static final String NODE = "rec 1/berlin";

  @TempDir private Path folder;
  private Path spool;
  private SpoolWriter writer;
  private SpoolReader captures;
  private ObjectStore store;
  private RescueStore rescues;
  private final InMemoryCatalog catalog = new InMemoryCatalog();

  @BeforeEach
  void open() throws Exception {
    spool = Files.createDirectories(folder.resolve("spool"));
    SpoolSettings usual = SpoolSettings.defaults(spool);
    writer =
        SpoolWriter.start(
            new SpoolSettings(
                spool, 64 * 1024, usual.sealInterval(), usual.syncInterval(), usual.bufferBytes()),
            TestCaptureKey.key().certificate(),
            () -> TestCalls.START);
    captures = new SpoolReader(spool, List.of(TestCaptureKey.key()));
    store =
        DirectoryStore.open(
            Files.createDirectories(folder.resolve("data")), InstantSource.system());
    rescues = new RescueStore(store);
  }

  @AfterEach
  void close() {
    writer.close();
    store.close();
  }

  private RescueCopier copier(int objectBytes) {
    return new RescueCopier(
        NODE,
        captures,
        new SealedSegments(spool),
        catalog,
        new RescueStore(store),
        InstantSource.system(),
        objectBytes);
  }

  private CaptureWriter.Session call(CallSummary call, int packets) throws Exception {
    CaptureWriter.Session session = writer.open(call);
    session.append(new CaptureEvent.Streams(TestCalls.START, TestCalls.streams()));
    new ArchiverWorld.Voice(0, 1).send(session, 0, 0, packets);
    TestCalls.await("sealed", () -> bytes(call.id()) > packets * 184L);
    return session;
  }

  private long bytes(RecordingId id) {
    try {
      return captures.list().stream()
          .filter(entry -> entry.id().equals(id))
          .mapToLong(CaptureReader.Entry::bytes)
          .sum();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private List<Portion> portions() {
    List<Portion> all = new ArrayList<>();
    for (RescueStore.Stored stored : rescues.list(NODE)) {
      all.addAll(Objects.requireNonNull(stored.index()).portions());
    }
    return all;
  }

  private long copied(RecordingId id) {
    return portions().stream().filter(p -> p.id().equals(id)).mapToLong(Portion::length).sum();
  }

  /** The files of a capture as they come out of the copies. */
  private void assertCopiesEqualTheSpool(RecordingId id) throws Exception {
    Path rebuilt = Files.createDirectories(folder.resolve("rebuilt-" + UUID.randomUUID()));
    SealedSegments target = new SealedSegments(rebuilt);
    for (RescueStore.Stored stored : rescues.list(NODE)) {
      RescueIndex index = Objects.requireNonNull(stored.index());
      long at = index.size();
      for (Portion portion : index.portions()) {
        if (portion.id().equals(id)) {
          try (var in = rescues.open(stored.key(), at, portion.length())) {
            target.write(id, portion.segment(), portion.offset(), in);
          }
        }
        at += portion.length();
      }
    }
    Path own = spool.resolve("captures").resolve(id.toString());
    Set<String> names = new HashSet<>();
    try (var files = Files.list(own)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".seg")).toList()) {
        names.add(file.getFileName().toString());
        assertThat(rebuilt.resolve("captures").resolve(id.toString()).resolve(file.getFileName()))
            .hasSameBinaryContentAs(file);
      }
    }
    assertThat(names).hasSizeGreaterThan(1);
  }

  @Test
  void eachRoundCopiesWhatIsNewOfAllCallsIntoOneObject() throws Exception {
    CallSummary one = TestCalls.live(TestCalls.TENANT);
    CallSummary two = TestCalls.live(TestCalls.TENANT);
    CaptureWriter.Session session = call(one, 500);
    call(two, 500);
    RescueCopier copier = copier(RescueCopier.OBJECT_BYTES);
    copier.round();
    assertThat(store.list(Bucket.WORK, ObjectKeys.RESCUES))
        .singleElement()
        .matches(v -> ObjectKeys.rescueNode(v.key()).orElseThrow().equals(NODE));
    copier.round();
    assertThat(store.list(Bucket.WORK, ObjectKeys.RESCUES)).as("nothing new").hasSize(1);
    long before = bytes(one.id());
    new ArchiverWorld.Voice(1, 2).send(session, 0, 0, 500);
    TestCalls.await("sealed", () -> bytes(one.id()) > before + 500 * 184L);
    copier.round();
    assertThat(store.list(Bucket.WORK, ObjectKeys.RESCUES)).hasSize(2);
    assertThat(copied(two.id())).as("once").isEqualTo(bytes(two.id()));
    assertCopiesEqualTheSpool(one.id());
  }

  @Test
  void aRoundThatGrowsTooLargeIsSeveralObjects() throws Exception {
    CallSummary call = TestCalls.live(TestCalls.TENANT);
    call(call, 1_000);
    copier(32 * 1024).round();
    List<ObjectStore.Version> objects = store.list(Bucket.WORK, ObjectKeys.rescues(NODE));
    assertThat(objects).hasSizeGreaterThan(5).allMatch(v -> v.size() < 33 * 1024);
    assertCopiesEqualTheSpool(call.id());
  }

  @Test
  void aNewProcessGoesOnWhereTheCopiesEnd() throws Exception {
    CallSummary call = TestCalls.live(TestCalls.TENANT);
    CaptureWriter.Session session = call(call, 500);
    copier(32 * 1024).round();
    session.close(new CaptureEvent.Closed(TestCalls.START, "BYE", List.of()));
    copier(32 * 1024).round();
    assertThat(copied(call.id())).isEqualTo(bytes(call.id()));
    assertCopiesEqualTheSpool(call.id());
  }

  @Test
  void archivedCallsAreCopiedNoMore() throws Exception {
    CallSummary call = TestCalls.live(TestCalls.TENANT);
    call(call, 10).close(new CaptureEvent.Closed(TestCalls.START, "BYE", List.of()));
    catalog.report(call.withState(CallState.CLOSED, TestCalls.START, Set.of()));
    catalog.finish(call.id(), CallState.NO_MEDIA, Set.of());
    copier(RescueCopier.OBJECT_BYTES).round();
    assertThat(store.list(Bucket.WORK, ObjectKeys.RESCUES)).isEmpty();
  }

  @Test
  void whatCouldNotBePutComesWithTheNextRound() throws Exception {
    CallSummary call = TestCalls.live(TestCalls.TENANT);
    call(call, 500);
    RescueCopier copier = copier(32 * 1024);
    Path work = folder.resolve("data");
    store.close();
    Path away = folder.resolve("away");
    Files.move(work, away);
    assertThatThrownBy(copier::round).isInstanceOf(ObjectStore.ObjectStoreException.class);
    Files.deleteIfExists(work);
    Files.move(away, work);
    copier.round();
    assertCopiesEqualTheSpool(call.id());
  }

  @Test
  void anIndexIsReadAsItWasWrittenAndAChangedOneIsNot() throws Exception {
    RecordingId id = RecordingId.draw(Instant.now());
    RescueIndex index =
        new RescueIndex(List.of(new Portion(id, 1, 0, 5), new Portion(id, 70_000, 1L << 33, 9)));
    byte[] bytes = index.bytes();
    assertThat(RescueIndex.size(Arrays.copyOf(bytes, RescueIndex.START))).isEqualTo(bytes.length);
    assertThat(RescueIndex.read(bytes)).isEqualTo(index);
    for (int i = 0; i < bytes.length; i++) {
      byte[] changed = bytes.clone();
      changed[i] ^= 1;
      assertThatThrownBy(() -> RescueIndex.read(changed)).isInstanceOf(IOException.class);
    }
    assertThatThrownBy(() -> RescueIndex.size(new byte[3])).isInstanceOf(IOException.class);
  }

  @Test
  void aCopyThatCannotBeReadIsNamedAsALeftoverAndLeft() throws Exception {
    String key = ObjectKeys.rescue("gone", Instant.now(), 0);
    store.put(Bucket.WORK, key, new byte[100]);
    RescueSweep sweep =
        new RescueSweep(
            NODE,
            rescues,
            new NoCopies(),
            catalog,
            new NoNodes(),
            () -> Instant.now().plus(RescueSweep.LEFTOVER).plus(Duration.ofMinutes(1)));
    RescueSweep.Report report = sweep.sweep();
    assertThat(report.removed()).isZero();
    assertThat(report.leftovers()).containsExactly(key);
  }

  private static final class NoCopies implements io.earwitness.archive.RescueCopies {
    @Override
    public java.util.Optional<Copy> copy(String node, RecordingId id) {
      return java.util.Optional.empty();
    }

    @Override
    public void closed(CallSummary summary) {}
  }

  private static final class NoNodes implements io.earwitness.archive.catalog.Nodes {
    @Override
    public java.util.Optional<Instant> heartbeat(Heartbeat said, Duration lease) {
      return java.util.Optional.empty();
    }

    @Override
    public List<Node> list() {
      return List.of();
    }
  }
}
