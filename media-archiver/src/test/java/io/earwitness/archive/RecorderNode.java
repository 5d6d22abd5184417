package io.earwitness.archive;

import io.earwitness.archive.catalog.CatalogDatabase;
import io.earwitness.archive.catalog.Nodes;
import io.earwitness.archive.crypto.ManagedKeyKind;
import io.earwitness.archive.crypto.TestKeys;
import io.earwitness.archive.report.NodePresence;
import io.earwitness.archive.report.Reporter;
import io.earwitness.archive.rescue.RescueCopier;
import io.earwitness.archive.rescue.RescueStore;
import io.earwitness.archive.rescue.RescueSweep;
import io.earwitness.archive.rescue.RescuedCaptures;
import io.earwitness.archive.store.ObjectStore;
import io.earwitness.call.CallSummary;
import io.earwitness.capture.CaptureEvent;
import io.earwitness.capture.CaptureReader;
import io.earwitness.capture.CaptureWriter;
import io.earwitness.capture.SealedSegments;
import io.earwitness.capture.SpoolIdentity;
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
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/** A node with a spool of its own, over a catalog and a store that it shares with others. */
final class RecorderNode implements AutoCloseable {
  static final Duration LEASE = Duration.ofMillis(1_500);

  final String name;
  final Path spool;
  final SpoolReader captures;
  final RescueSweep sweep;
  private final CatalogDatabase database;
  private final SpoolWriter writer;
  private final RescueStore rescues;
  private final Archiver archiver;
  private final Duration lostAfter;
  private final UUID identity;
  private final List<AutoCloseable> running = new ArrayList<>();

  RecorderNode(
      String name, Path folder, CatalogDatabase database, ObjectStore store, Duration lostAfter)
      throws IOException {
    this.name = name;
    this.database = database;
    this.lostAfter = lostAfter;
    spool = Files.createDirectories(folder.resolve("spool"));
    writer =
        SpoolWriter.start(
            SpoolSettings.defaults(spool),
            TestCaptureKey.key().certificate(),
            () -> TestCalls.START);
    identity = SpoolIdentity.of(spool);
    captures = new SpoolReader(spool, List.of(TestCaptureKey.key()));
    rescues = new RescueStore(store);
    RescuedCaptures copies =
        new RescuedCaptures(
            rescues,
            database.captures(),
            Files.createDirectories(folder.resolve("rescued")),
            List.of(TestCaptureKey.key()));
    InstantSource clock = InstantSource.system();
    sweep = new RescueSweep(name, rescues, copies, database.calls(), database.nodes(), clock);
    archiver =
        new Archiver(
            captures,
            copies,
            database.directory(),
            new CommitProtocol(
                store,
                database.calls(),
                new ManifestVerifier(ArchiverWorld.AUTHORITY.certificate()),
                tenant -> ObjectStore.LockMode.GOVERNANCE,
                clock),
            new ManifestSigner(ArchiverWorld.AUTHORITY.signer()),
            TestKeys.recipient(ManagedKeyKind.EC_P384),
            TestKeys.recipient(ManagedKeyKind.RSA_3072),
            AnnouncementDuties.NONE,
            InitialRetention.by(database.retention(), clock),
            clock);
  }

  /** Lets every thread of it work. */
  RecorderNode start() throws IOException {
    Reporter reporter = report();
    be(reporter);
    work();
    copy();
    return this;
  }

  Reporter report() {
    Reporter reporter =
        new Reporter(
            captures,
            database.calls(),
            (call, findings) -> {},
            name,
            id -> {},
            new Reporter.Settings(Duration.ofMillis(50), Duration.ofMillis(50)));
    reporter.start();
    running.add(reporter);
    return reporter;
  }

  /** Says that it is there. */
  NodePresence be(Reporter reporter) throws IOException {
    NodePresence presence =
        new NodePresence(
            database.nodes(),
            database.captures(),
            captures,
            reporter,
            this::figures,
            new NodePresence.Settings(Duration.ofMillis(200), LEASE, Duration.ofMillis(200)),
            InstantSource.system());
    presence.start();
    running.add(presence);
    return presence;
  }

  private Nodes.Heartbeat figures(@org.jspecify.annotations.Nullable Duration offset)
      throws IOException {
    return new Nodes.Heartbeat(
        name,
        "default",
        identity,
        "test",
        TestCalls.START,
        (int) captures.list().stream().filter(CaptureReader.Entry::beingWritten).count(),
        1L << 40,
        null,
        null,
        offset);
  }

  ArchiveWorker work() {
    ArchiveWorker worker =
        new ArchiveWorker(
            database.calls(),
            archiver,
            new ArchiveWorker.Settings(
                name,
                1,
                Duration.ofMinutes(1),
                Duration.ofMillis(50),
                Duration.ofMillis(100),
                Duration.ofMillis(200),
                lostAfter));
    worker.start();
    running.add(worker);
    return worker;
  }

  void copy() {
    RescueCopier copier =
        new RescueCopier(
            name,
            captures,
            new SealedSegments(spool),
            database.calls(),
            rescues,
            InstantSource.system());
    copier.start(Duration.ofMillis(200));
    running.add(copier);
  }

  CaptureWriter.Session open(CallSummary call) throws IOException {
    CaptureWriter.Session session = writer.open(call);
    session.append(new CaptureEvent.Streams(TestCalls.START, TestCalls.streams()));
    return session;
  }

  static void hangUp(CaptureWriter.Session session, int packets) {
    Instant end = TestCalls.START.plusMillis(20L * packets);
    session.close(new CaptureEvent.Closed(end, "BYE", List.of()));
  }

  /** Bytes of this call in the spool. */
  long spooled(CallSummary call) throws IOException {
    return captures.list().stream()
        .filter(entry -> entry.id().equals(call.id()))
        .mapToLong(CaptureReader.Entry::bytes)
        .sum();
  }

  /** Ends its threads, as if the process stood still; its spool stays, and who writes it. */
  void stop() throws Exception {
    for (AutoCloseable part : running.reversed()) {
      part.close();
    }
    running.clear();
  }

  /** Takes its disk away. */
  void loseDisk() throws IOException {
    try (Stream<Path> below = Files.walk(spool)) {
      for (Path each : below.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(each);
      }
    }
  }

  @Override
  public void close() throws Exception {
    stop();
    writer.close();
  }
}
