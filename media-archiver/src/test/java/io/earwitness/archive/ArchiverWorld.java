package io.earwitness.archive;

import io.earwitness.archive.catalog.CallCatalog;
import io.earwitness.archive.catalog.Directory;
import io.earwitness.archive.crypto.Certificates;
import io.earwitness.archive.crypto.ContentKey;
import io.earwitness.archive.crypto.EnvelopeDecryptor;
import io.earwitness.archive.crypto.EnvelopeHeader;
import io.earwitness.archive.crypto.ManagedKeyKind;
import io.earwitness.archive.crypto.TestAuthority;
import io.earwitness.archive.crypto.TestKeys;
import io.earwitness.archive.report.Reporter;
import io.earwitness.archive.store.MovableClock;
import io.earwitness.archive.store.ObjectStore;
import io.earwitness.archive.store.ObjectStore.Bucket;
import io.earwitness.archive.store.directory.DirectoryStore;
import io.earwitness.call.CallRecord;
import io.earwitness.call.CallSummary;
import io.earwitness.call.RecordingId;
import io.earwitness.call.TenantSlug;
import io.earwitness.capture.CaptureEvent;
import io.earwitness.capture.CaptureWriter;
import io.earwitness.capture.SpoolReader;
import io.earwitness.capture.SpoolSettings;
import io.earwitness.capture.SpoolWriter;
import io.earwitness.capture.TestCaptureKey;
import io.earwitness.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/** A real spool, a real directory store and real keys; catalog and directory are in memory. */
public final class ArchiverWorld implements AutoCloseable {
  static final TestAuthority AUTHORITY = new TestAuthority(Clock.systemUTC());
  static final int PACKET = 160;

  /** This world has one node, which is always there. */
  private static final RescueCopies NO_COPIES =
      new RescueCopies() {
        @Override
        public Optional<Copy> copy(String node, RecordingId id) {
          return Optional.empty();
        }

        @Override
        public void closed(CallSummary summary) {
          throw new AssertionError("no copy, yet it tells of " + summary);
        }
      };

  final Path folder;
  final Path spool;
  public final MovableClock clock = new MovableClock(Instant.now());

  /** What tenants ask of announcements; set before an archiver is made. */
  AnnouncementDuties announcements = AnnouncementDuties.NONE;

  public final InMemoryCatalog catalog = new InMemoryCatalog();
  final InMemoryDirectory directory = new InMemoryDirectory();

  /** Until when calls are kept; set before an archiver is made. */
  InitialRetention retention = InitialRetention.byYears(directory);

  public final ObjectStore store;
  public final ManifestVerifier manifests = new ManifestVerifier(AUTHORITY.certificate());
  final SpoolReader captures;
  final Reporter reporter;
  SpoolWriter writer;

  public ArchiverWorld(Path folder) throws IOException {
    this.folder = folder;
    spool = Files.createDirectories(folder.resolve("spool"));
    writer = openSpool();
    captures = new SpoolReader(spool, List.of(TestCaptureKey.key()));
    store = DirectoryStore.open(Files.createDirectories(folder.resolve("data")), clock);
    reporter =
        new Reporter(
            captures,
            catalog,
            (call, findings) -> {},
            "node-1",
            id -> {},
            new Reporter.Settings(Duration.ofMillis(50), Duration.ofMillis(50)));
    directory.addTenant(
        new Directory.Tenant(
            TestCalls.TENANT, "Acme", ZoneId.of("Europe/Berlin"), Set.of("acme.example"), 1),
        "test");
    addKey(ManagedKeyKind.RSA_3072);
    addKey(ManagedKeyKind.EC_P256);
  }

  SpoolWriter openSpool() throws IOException {
    return SpoolWriter.start(
        SpoolSettings.defaults(spool), TestCaptureKey.key().certificate(), () -> TestCalls.START);
  }

  void addKey(ManagedKeyKind kind) {
    addKey(TestKeys.certificate(kind));
  }

  /** One more recipient of what is archived from now on. */
  public void addKey(X509Certificate certificate) {
    directory.addKey(
        new Directory.Key(
            TestCalls.TENANT,
            Certificates.id(certificate),
            Certificates.pem(certificate),
            "customer-held",
            true),
        "test");
  }

  Archiver archiver() {
    return archiver(Archiver.PART_BYTES);
  }

  public Archiver archiver(long partBytes) {
    return archiver(store, directory, partBytes);
  }

  Archiver archiver(ObjectStore objects, Directory tenants, long partBytes) {
    return new Archiver(
        captures,
        NO_COPIES,
        tenants,
        new CommitProtocol(
            objects, catalog, manifests, tenant -> ObjectStore.LockMode.GOVERNANCE, clock),
        new ManifestSigner(AUTHORITY.signer()),
        TestKeys.recipient(ManagedKeyKind.EC_P384),
        TestKeys.recipient(ManagedKeyKind.RSA_3072),
        announcements,
        retention,
        clock,
        partBytes);
  }

  /** One side of a call: random codes in packets of 20 ms. */
  public static final class Voice {
    private final int stream;
    private final Random random;
    private int sequence;
    private int timestamp;

    public Voice(int stream, int seed) {
      this.stream = stream;
      random = new Random(seed);
      sequence = random.nextInt(0x10000);
      timestamp = random.nextInt();
    }

    /** Sends packets and returns their codes. */
    public byte[] send(CaptureWriter.Session session, int payloadType, int from, int packets) {
      byte[] codes = new byte[packets * PACKET];
      random.nextBytes(codes);
      for (int i = 0; i < packets; i++) {
        byte[] rtp =
            ByteBuffer.allocate(12 + PACKET)
                .put((byte) 0x80)
                .put((byte) payloadType)
                .putShort((short) sequence++)
                .putInt(timestamp)
                .putInt(77)
                .put(codes, i * PACKET, PACKET)
                .array();
        timestamp += PACKET;
        long arrival = TestCalls.START.toEpochMilli() * 1_000_000 + (from + i) * 20_000_000L;
        if (!session.packet(stream, arrival, MemorySegment.ofArray(rtp), 0, rtp.length)) {
          throw new AssertionError("the spool took no packet");
        }
      }
      return codes;
    }
  }

  public CaptureWriter.Session open(CallSummary call) throws IOException {
    CaptureWriter.Session session = writer.open(call);
    session.append(new CaptureEvent.Streams(TestCalls.START, TestCalls.streams()));
    return session;
  }

  public static void close(CaptureWriter.Session session, int packets) {
    Instant end = TestCalls.START.plusMillis(20L * packets);
    session.append(
        new CaptureEvent.Statistics(
            end,
            List.of(
                TestCalls.quality(0, packets, 0.1, 4000),
                TestCalls.quality(1, packets, 0.2, 4001))));
    session.close(new CaptureEvent.Closed(end, "BYE", List.of()));
  }

  /** Reports the spool and takes the one call that waits. */
  public CallCatalog.Work take() throws IOException {
    reporter.scan();
    return catalog.take("test", Duration.ofMinutes(1)).orElseThrow();
  }

  CallSummary call(RecordingId id) {
    return Objects.requireNonNull(catalog.call(id));
  }

  CallCatalog.ArchivedCall archive(RecordingId id) {
    return Objects.requireNonNull(catalog.archive(id));
  }

  VerifiedManifest manifest(TenantSlug tenant, RecordingId id) throws Exception {
    CallCatalog.ArchivedCall archive = archive(id);
    try (InputStream in =
        store.open(Bucket.LOCK, archive.manifestKey(), archive.manifestVersionId()).orElseThrow()) {
      return manifests.verify(in.readAllBytes(), tenant, id);
    }
  }

  public byte[] sealed(TenantSlug tenant, RecordingId id, String file) throws Exception {
    Manifest.Entry entry = manifest(tenant, id).entry(file).orElseThrow();
    String key = ObjectKeys.object(tenant, id, entry.name());
    try (InputStream in = store.open(Bucket.LOCK, key, entry.versionId()).orElseThrow()) {
      return in.readAllBytes();
    }
  }

  byte[] decrypt(TenantSlug tenant, RecordingId id, String file, ManagedKeyKind kind)
      throws Exception {
    byte[] envelope = sealed(tenant, id, file);
    EnvelopeHeader header = EnvelopeHeader.parse(envelope);
    try (ContentKey key = ContentKey.recover(header, TestKeys.privateKey(kind))) {
      return EnvelopeDecryptor.decrypt(envelope, key);
    }
  }

  CallRecord record(TenantSlug tenant, RecordingId id) throws Exception {
    return Json.read(decrypt(tenant, id, "call.cms", ManagedKeyKind.RSA_3072), CallRecord.class);
  }

  /** Every file below the world's folder that holds one of the patterns. */
  List<Path> filesWith(List<byte[]> patterns) throws IOException {
    List<Path> found = new ArrayList<>();
    try (var files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        byte[] content = Files.readAllBytes(file);
        if (patterns.stream().anyMatch(pattern -> contains(content, pattern))) {
          found.add(file);
        }
      }
    }
    return found;
  }

  private static boolean contains(byte[] content, byte[] pattern) {
    for (int at = 0; at + pattern.length <= content.length; at++) {
      if (content[at] == pattern[0]
          && Arrays.equals(content, at, at + pattern.length, pattern, 0, pattern.length)) {
        return true;
      }
    }
    return false;
  }

  @Override
  public void close() {
    writer.close();
    store.close();
  }
}
