package io.earwitness.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.earwitness.approval.ApprovalKind;
import io.earwitness.archive.catalog.CallCatalog.ArchivedCall;
import io.earwitness.archive.catalog.CatalogDatabase;
import io.earwitness.archive.catalog.DatabaseConfig;
import io.earwitness.archive.catalog.Directory;
import io.earwitness.archive.catalog.LegalHolds;
import io.earwitness.archive.catalog.Restrictions;
import io.earwitness.archive.catalog.Restrictions.Restricted;
import io.earwitness.archive.catalog.TestApprovals;
import io.earwitness.archive.catalog.TestServer;
import io.earwitness.archive.crypto.Certificates;
import io.earwitness.archive.crypto.ContentKey;
import io.earwitness.archive.crypto.EnvelopeDecryptor;
import io.earwitness.archive.crypto.EnvelopeHeader;
import io.earwitness.archive.crypto.ManagedKeyKind;
import io.earwitness.archive.crypto.TestKeys;
import io.earwitness.archive.media.FlacDecoder;
import io.earwitness.archive.report.Reporter;
import io.earwitness.archive.store.MovableClock;
import io.earwitness.archive.store.ObjectStore;
import io.earwitness.archive.store.ObjectStore.Bucket;
import io.earwitness.archive.store.directory.DirectoryStore;
import io.earwitness.call.CallRecord;
import io.earwitness.call.CallSummary;
import io.earwitness.call.Generation;
import io.earwitness.call.HoldScope;
import io.earwitness.call.Mark;
import io.earwitness.call.MaskedSpan;
import io.earwitness.call.RecordingId;
import io.earwitness.call.RetentionBasis;
import io.earwitness.call.RetentionClass;
import io.earwitness.call.Side;
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
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Masked derivatives of real recordings, read back sample by sample: a real spool, store, database
 * and real keys.
 */
class MaskingTest {
  private static final TenantSlug ACME = TestCalls.TENANT;
  private static final ManagedKeyKind PLATFORMS = ManagedKeyKind.RSA_3072;
  private static final String BY = "user:olga@acme";
  private static final int PACKETS = 100;

  /** Not at the border of a frame, a packet or a part; beyond the end; one in both channels. */
  private static final List<MaskedSpan> SPANS =
      List.of(
          new MaskedSpan(333, 777, Set.of(Side.LEFT)),
          new MaskedSpan(700, 901, Set.of(Side.RIGHT)),
          new MaskedSpan(1_999, 90_000, Set.of()));

  @TempDir private Path folder;
  private final MovableClock clock = new MovableClock(Instant.now());
  private final ManifestVerifier manifests =
      new ManifestVerifier(ArchiverWorld.AUTHORITY.certificate());
  private final List<String> keyUses = new ArrayList<>();
  private DatabaseConfig.External config;
  private CatalogDatabase database;
  private ObjectStore store;
  private SpoolWriter writer;
  private SpoolReader captures;
  private Reporter reporter;

  @BeforeEach
  void open() throws Exception {
    config = TestServer.bundled().newDatabase();
    database = CatalogDatabase.open(config, Clock.systemUTC());
    Path spool = Files.createDirectories(folder.resolve("spool"));
    writer =
        SpoolWriter.start(
            SpoolSettings.defaults(spool),
            TestCaptureKey.key().certificate(),
            () -> TestCalls.START);
    captures = new SpoolReader(spool, List.of(TestCaptureKey.key()));
    store = DirectoryStore.open(Files.createDirectories(folder.resolve("data")), clock);
    reporter =
        new Reporter(
            captures,
            database.calls(),
            (call, findings) -> {},
            "node-1",
            id -> {},
            Reporter.Settings.defaults());
    database
        .directory()
        .addTenant(
            new Directory.Tenant(ACME, "Acme", ZoneId.of("UTC"), Set.of("acme.example"), 1),
            "test");
    var certificate = TestKeys.certificate(ManagedKeyKind.EC_P256);
    database
        .directory()
        .addKey(
            new Directory.Key(
                ACME,
                Certificates.id(certificate),
                Certificates.pem(certificate),
                "customer-held",
                true),
            "test");
  }

  @AfterEach
  void close() {
    writer.close();
    store.close();
    database.close();
  }

  private CommitProtocol protocol(ObjectStore over) {
    return new CommitProtocol(
        over, database.calls(), manifests, tenant -> ObjectStore.LockMode.GOVERNANCE, clock);
  }

  /** An archived call of two seconds of noise in parts of half a second. */
  private RecordingId archived() throws Exception {
    return archived(InitialRetention.by(database.retention(), clock));
  }

  private RecordingId archived(InitialRetention retention) throws Exception {
    CallSummary call = TestCalls.live(ACME);
    CaptureWriter.Session session = writer.open(call);
    session.append(new CaptureEvent.Streams(TestCalls.START, TestCalls.streams()));
    new ArchiverWorld.Voice(0, 1).send(session, 0, 0, PACKETS);
    new ArchiverWorld.Voice(1, 2).send(session, 0, 0, PACKETS);
    ArchiverWorld.close(session, PACKETS);
    reporter.scan();
    new Archiver(
            captures,
            RescueCopies.NONE,
            database.directory(),
            protocol(store),
            new ManifestSigner(ArchiverWorld.AUTHORITY.signer()),
            TestKeys.recipient(PLATFORMS),
            TestKeys.recipient(PLATFORMS),
            AnnouncementDuties.NONE,
            retention,
            clock,
            4_000 * 2 * Short.BYTES)
        .archive(database.calls().take("node-1", Duration.ofMinutes(1)).orElseThrow());
    return call.id();
  }

  private Masking masking(ObjectStore over, ManagedKeyKind held) {
    return new Masking(
        over,
        manifests,
        (owner, header, recording, actor) -> {
          keyUses.add(actor + " " + recording);
          return ContentKey.recover(header, TestKeys.privateKey(held));
        },
        database.directory(),
        protocol(over),
        new ManifestSigner(ArchiverWorld.AUTHORITY.signer()),
        TestKeys.recipient(PLATFORMS),
        TestKeys.recipient(PLATFORMS),
        clock);
  }

  private Restricted restrict(RecordingId id, List<MaskedSpan> spans) {
    return database
        .restrictions()
        .restrict(
            ACME,
            id,
            new Restrictions.Restriction("the card's number", "PCI DSS", spans),
            UUID.randomUUID(),
            BY);
  }

  private ArchivedCall original(RecordingId id) {
    return database.restrictions().original(ACME, id).orElseThrow();
  }

  private ArchivedCall counts(RecordingId id) {
    return Objects.requireNonNull(database.calls().find(ACME, id).orElseThrow().archive());
  }

  private void make(Masking masking, Restricted wanted) throws IOException {
    RecordingId id = wanted.recording();
    int source = masking.make(ACME, wanted, original(id), "job:masking");
    database
        .restrictions()
        .made(
            ACME, wanted.id(), Objects.requireNonNull(wanted.generation()), source, "job:masking");
  }

  private VerifiedManifest manifest(ArchivedCall archive) throws Exception {
    try (InputStream in =
        store.open(Bucket.LOCK, archive.manifestKey(), archive.manifestVersionId()).orElseThrow()) {
      return manifests.verify(in.readAllBytes(), ACME, archive.id());
    }
  }

  private byte[] opened(ArchivedCall archive, Manifest.Entry entry) throws Exception {
    String key = ObjectKeys.object(ACME, archive.id(), entry.name());
    byte[] envelope;
    try (InputStream in = store.open(Bucket.LOCK, key, entry.versionId()).orElseThrow()) {
      envelope = in.readAllBytes();
    }
    EnvelopeHeader header = EnvelopeHeader.parse(envelope);
    try (ContentKey content =
        ContentKey.recover(header, TestKeys.privateKey(ManagedKeyKind.EC_P256))) {
      return EnvelopeDecryptor.decrypt(envelope, content);
    }
  }

  private byte[] opened(ArchivedCall archive, String file) throws Exception {
    return opened(archive, manifest(archive).entry(file).orElseThrow());
  }

  /** All samples, part after part. */
  private short[][] samples(ArchivedCall archive) throws Exception {
    List<MediaPart> parts = MediaPart.of(manifest(archive), archive.channels());
    short[][] all = new short[archive.channels()][0];
    for (MediaPart part : parts) {
      short[][] some = FlacDecoder.decode(opened(archive, part.entry()));
      for (int channel = 0; channel < all.length; channel++) {
        int before = all[channel].length;
        all[channel] = Arrays.copyOf(all[channel], before + some[channel].length);
        System.arraycopy(some[channel], 0, all[channel], before, some[channel].length);
      }
    }
    return all;
  }

  /** By the words of the rule, and no code of what made it. */
  private static boolean isMasked(int channel, int sample) {
    double ms = sample / 8.0;
    return channel == 0
        ? (ms >= 333 && ms < 777) || ms >= 1_999
        : (ms >= 700 && ms < 901) || ms >= 1_999;
  }

  @Test
  void maskedSpansAreSilentAndAllElseIsTheOriginalToTheSample() throws Exception {
    RecordingId id = archived();
    ArchivedCall original = original(id);
    short[][] before = samples(original);
    Restricted wanted = restrict(id, SPANS);
    make(masking(store, ManagedKeyKind.EC_P256), wanted);

    ArchivedCall derivative = counts(id);
    assertThat(derivative.generation()).isEqualTo(Generation.MASKED);
    short[][] after = samples(derivative);
    assertThat(after).hasDimensions(2, PACKETS * 160);
    int zeroed = 0;
    for (int channel = 0; channel < 2; channel++) {
      for (int i = 0; i < before[channel].length; i++) {
        boolean masked = isMasked(channel, i);
        assertThat(after[channel][i])
            .as("channel %d, sample %d", channel, i)
            .isEqualTo(masked ? 0 : before[channel][i]);
        zeroed += masked && before[channel][i] != 0 ? 1 : 0;
      }
    }
    assertThat(zeroed).as("there was something to mask").isGreaterThan(4_000);
    assertThat(samples(original)).as("the original stays").isDeepEqualTo(before);

    // It says what it is, and is kept and locked as the original
    Manifest manifest = manifest(derivative).manifest();
    assertThat(manifest.policies())
        .containsEntry("masked", MaskedSpan.text(SPANS))
        .containsEntry("maskedOf", "0")
        .containsEntry("restriction", wanted.id().toString())
        .containsEntry("approval", String.valueOf(wanted.approval()));
    assertThat(manifest.policies().get("maskedOfSha256")).isEqualTo(sha256(store, original));
    assertThat(derivative.keepUntil()).isEqualTo(original.keepUntil());
    assertThat(store.lockOf(derivative.manifestKey(), derivative.manifestVersionId()).orElseThrow())
        .isEqualTo(
            store.lockOf(original.manifestKey(), original.manifestVersionId()).orElseThrow());
    VerificationReport report = new RecordingVerifier(manifests, clock).verify(store, ACME, id);
    assertThat(report.findings()).isEmpty();
    CallRecord record = Json.read(opened(derivative, "call.cms"), CallRecord.class);
    assertThat(record.audioSha256()).isEqualTo(hex(opened(derivative, "media.cms")));
    assertThat(record.marks())
        .contains(
            new Mark(Side.LEFT, Duration.ofMillis(333), Duration.ofMillis(777), Mark.Cause.MASKED));
    byte[] peaks = opened(derivative, "waveform.cms");
    assertThat(peaks).isNotEqualTo(opened(original, "waveform.cms"));
    assertThat(peaks[12 + 10]).as("left, 500 to 550 ms").isZero();
    assertThat(peaks[12 + 16]).as("left, 800 to 850 ms").isNotZero();
    assertThat(keyUses).isNotEmpty().allMatch(use -> use.equals("job:masking " + id));

    // Lifted, the original counts again; another restriction makes another derivative
    database.restrictions().lift(ACME, id, BY);
    assertThat(counts(id).generation()).isZero();
    make(
        masking(store, ManagedKeyKind.EC_P256),
        restrict(id, List.of(new MaskedSpan(0, 1, Set.of()))));
    assertThat(counts(id).generation()).isEqualTo(5);
    assertThat(samples(counts(id))[0][8]).isEqualTo(before[0][8]);
  }

  private static String sha256(ObjectStore store, ArchivedCall archive) throws Exception {
    try (InputStream in =
        store.open(Bucket.LOCK, archive.manifestKey(), archive.manifestVersionId()).orElseThrow()) {
      return hex(in.readAllBytes());
    }
  }

  private static String hex(byte[] bytes) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
  }

  @Test
  void whereTheTenantKeepsTheKeyThereIsNoDerivative() throws Exception {
    RecordingId id = archived();
    Restricted wanted = restrict(id, SPANS);
    assertThatThrownBy(() -> make(masking(store, ManagedKeyKind.EC_P384), wanted))
        .isInstanceOf(Masking.ImpossibleException.class)
        .hasMessageContaining("the tenant keeps the key itself");
    assertThat(counts(id).generation()).isZero();
  }

  @Test
  void oneThatBrokeOffComesToTheSameEnd() throws Exception {
    RecordingId id = archived();
    Restricted wanted = restrict(id, SPANS);
    int deaths = 0;
    boolean done = false;
    while (!done) {
      // Reading does nothing to what is there
      Fate fate = Fate.at(each -> !each.startsWith("open"), deaths, deaths % 2 == 0);
      try {
        make(masking(new MortalStore(store, fate), ManagedKeyKind.EC_P256), wanted);
        done = true;
      } catch (Fate.Death e) {
        deaths++;
        assertThat(counts(id).generation()).as("not before it is made").isZero();
      }
      assertThat(deaths).isLessThan(200);
    }
    assertThat(deaths).isGreaterThan(3);
    assertThat(counts(id).generation()).isEqualTo(Generation.MASKED);
    assertThat(samples(counts(id))[0][400 * 8]).isZero();
    assertThat(new RecordingVerifier(manifests, clock).verify(store, ACME, id).findings())
        .isEmpty();
  }

  @Test
  void aReplacedOriginalGoesWhenItsLockHasEndedAndItsDerivativeStays() throws Exception {
    TestApprovals.officers(database, ACME);
    Instant first = Instant.now().plusSeconds(9).truncatedTo(ChronoUnit.SECONDS);
    InitialRetention settling =
        call ->
            new InitialRetention.Kept(
                clock.instant().plus(Duration.ofDays(365)),
                new RetentionBasis(0, RetentionClass.ONE_YEAR, null, Set.of())
                    .lockedFirst(first, false));
    RecordingId id = archived(settling);
    // The call ended days ago, so that its lock would be due for renewal already
    TestServer.bundled()
        .execute(
            config, "update earwitness.call_archive set lock_due = now() + interval '1 minute'");
    ArchivedCall original = original(id);
    short[][] before = samples(original);
    Restrictions restrictions = database.restrictions();
    UUID approval = TestApprovals.approved(database, ACME, ApprovalKind.RECORDING_REPLACE, id);
    Restricted wanted =
        restrictions.correct(ACME, id, "a private call", SPANS, approval, TestApprovals.ASKED, BY);
    assertThatThrownBy(() -> restrictions.lift(ACME, id, BY)).hasMessageContaining("for good");
    assertThatThrownBy(() -> restrict(id, List.of())).hasMessageContaining("for good");
    assertThat(database.retentionLocks().state(ACME, id).orElseThrow().due())
        .as("the original's lock is renewed no more")
        .isNull();
    make(masking(store, ManagedKeyKind.EC_P256), wanted);
    assertThat(database.retentionLocks().state(ACME, id).orElseThrow().due())
        .as("the derivative's lock is")
        .isNotNull();
    assertThat(restrictions.replaced(ACME, 9)).isEmpty();
    assertThat(restrictions.removing(ACME, wanted.id())).contains("its lock lasts until");
    RecordingRemoval removal = new RecordingRemoval(store);
    assertThatThrownBy(() -> removal.removeReplaced(ACME, id))
        .isInstanceOf(ObjectStore.LockedException.class);

    while (!Instant.now().isAfter(first.plusSeconds(1))) {
      Thread.sleep(100);
    }
    // The store locks for a day at least
    clock.advance(Duration.ofDays(2));
    UUID hold = UUID.randomUUID();
    database
        .holds()
        .place(
            ACME,
            new LegalHolds.NewHold(hold, "Late", null, "x", 7, HoldScope.of(Set.of(id))),
            List.of(),
            BY);
    assertThat(restrictions.removing(ACME, wanted.id())).contains("a legal hold");
    TestServer.bundled()
        .execute(
            config,
            "update earwitness.legal_hold set released_at = placed_at, released_by = 'x', ended_at = placed_at + interval '7 days'");
    assertThat(restrictions.replaced(ACME, 9)).hasSize(1);

    // Killed at each deletion
    int deaths = 0;
    boolean done = false;
    while (!done) {
      Fate fate = Fate.at(each -> each.startsWith("delete"), 0, deaths % 2 == 0);
      try {
        assertThat(restrictions.removing(ACME, wanted.id())).isNull();
        new RecordingRemoval(new MortalStore(store, fate)).removeReplaced(ACME, id);
        restrictions.removed(ACME, wanted.id(), "job:masking");
        done = true;
      } catch (Fate.Death _) {
        deaths++;
      }
      assertThat(deaths).isLessThan(100);
    }
    assertThat(deaths).isGreaterThan(5);
    assertThat(restrictions.replaced(ACME, 9)).isEmpty();
    assertThat(restrictions.original(ACME, id)).isEmpty();
    assertThat(store.list(Bucket.LOCK, ObjectKeys.recording(ACME, id)))
        .isNotEmpty()
        .noneMatch(version -> version.key().contains("/g0-"))
        .noneMatch(version -> version.key().endsWith("manifest-0.p7"));
    short[][] after = samples(counts(id));
    assertThat(after[0][400 * 8]).isZero();
    assertThat(after[0][8]).isEqualTo(before[0][8]);
    assertThat(
            new RecordingVerifier(manifests, () -> first.minusSeconds(1))
                .verify(store, ACME, id)
                .findings())
        .isEmpty();
  }
}
