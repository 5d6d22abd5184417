package io.earwitness.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.earwitness.access.Role;
import io.earwitness.alarm.SaidAlarms;
import io.earwitness.approval.Approval;
import io.earwitness.approval.ApprovalKind;
import io.earwitness.approval.ApprovalState;
import io.earwitness.approval.AskedAct;
import io.earwitness.archive.catalog.ApprovalPayload;
import io.earwitness.archive.catalog.CallCatalog;
import io.earwitness.archive.catalog.CallCatalog.ArchivedCall;
import io.earwitness.archive.catalog.CallCatalog.CallEntry;
import io.earwitness.archive.catalog.CatalogDatabase;
import io.earwitness.archive.catalog.Directory;
import io.earwitness.archive.catalog.MisplacedCalls.HandOver;
import io.earwitness.archive.catalog.MisplacedCalls.HandOverState;
import io.earwitness.archive.catalog.TestServer;
import io.earwitness.archive.crypto.Certificates;
import io.earwitness.archive.crypto.ContentKey;
import io.earwitness.archive.crypto.CryptoException;
import io.earwitness.archive.crypto.EnvelopeDecryptor;
import io.earwitness.archive.crypto.EnvelopeHeader;
import io.earwitness.archive.crypto.ManagedKeyKind;
import io.earwitness.archive.crypto.TestKeys;
import io.earwitness.archive.report.Reporter;
import io.earwitness.archive.store.MovableClock;
import io.earwitness.archive.store.ObjectStore;
import io.earwitness.archive.store.ObjectStore.Bucket;
import io.earwitness.archive.store.directory.DirectoryStore;
import io.earwitness.call.CallFlag;
import io.earwitness.call.CallRecord;
import io.earwitness.call.CallState;
import io.earwitness.call.CallSummary;
import io.earwitness.call.Direction;
import io.earwitness.call.Party;
import io.earwitness.call.RecordingId;
import io.earwitness.call.Side;
import io.earwitness.call.TenantSlug;
import io.earwitness.capture.CaptureEvent;
import io.earwitness.capture.CaptureWriter;
import io.earwitness.capture.SpoolReader;
import io.earwitness.capture.SpoolSettings;
import io.earwitness.capture.SpoolWriter;
import io.earwitness.capture.TestCaptureKey;
import io.earwitness.json.Json;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Calls of two tenants, and of none: a real spool, store, database and real keys. */
class WhoseCallTest {
  private static final TenantSlug ACME = TestCalls.TENANT;
  private static final TenantSlug GLOBEX = new TenantSlug("globex");
  private static final ManagedKeyKind PLATFORMS = ManagedKeyKind.RSA_3072;

  @TempDir private Path folder;
  private final MovableClock clock = new MovableClock(Instant.now());
  private final ManifestVerifier manifests =
      new ManifestVerifier(ArchiverWorld.AUTHORITY.certificate());
  private final List<String> keyUses = new ArrayList<>();
  private CatalogDatabase database;
  private ObjectStore store;
  private SpoolWriter writer;
  private SpoolReader captures;
  private Reporter reporter;
  private CommitProtocol protocol;

  @BeforeEach
  void open() throws Exception {
    database = CatalogDatabase.open(TestServer.bundled().newDatabase(), Clock.systemUTC());
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
    protocol =
        new CommitProtocol(
            store, database.calls(), manifests, tenant -> ObjectStore.LockMode.GOVERNANCE, clock);
    tenant(ACME, ManagedKeyKind.EC_P256, 1);
    tenant(GLOBEX, ManagedKeyKind.EC_P384, 7);
  }

  private void tenant(TenantSlug slug, ManagedKeyKind kind, int years) {
    database
        .directory()
        .addTenant(
            new Directory.Tenant(
                slug, slug.value(), ZoneId.of("UTC"), Set.of(slug + ".example"), years),
            "test");
    var certificate = TestKeys.certificate(kind);
    database
        .directory()
        .addKey(
            new Directory.Key(
                slug,
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

  private Archiver archiver() {
    return new Archiver(
        captures,
        RescueCopies.NONE,
        database.directory(),
        protocol,
        new ManifestSigner(ArchiverWorld.AUTHORITY.signer()),
        TestKeys.recipient(PLATFORMS),
        TestKeys.recipient(PLATFORMS),
        AnnouncementDuties.NONE,
        InitialRetention.by(database.retention(), clock),
        clock);
  }

  private CaptureJanitor janitor() {
    return new CaptureJanitor(
        captures, database.calls(), store, manifests, new SaidAlarms(), clock);
  }

  /** A call of both, with what both sides said. */
  private CallSummary record(CallSummary call) throws Exception {
    CaptureWriter.Session session = writer.open(call);
    session.append(new CaptureEvent.Streams(TestCalls.START, TestCalls.streams()));
    session.append(
        new CaptureEvent.Message(
            TestCalls.START,
            true,
            "TCP",
            "192.0.2.7:5060",
            "INVITE sip:srs@rec.example SIP/2.0\r\nX-Tenant: globex\r\n\r\n"
                .getBytes(StandardCharsets.US_ASCII)));
    new ArchiverWorld.Voice(0, 1).send(session, 0, 0, 50);
    new ArchiverWorld.Voice(1, 2).send(session, 0, 0, 50);
    ArchiverWorld.close(session, 50);
    reporter.scan();
    return call;
  }

  private int archiveAll() throws Exception {
    Archiver archiver = archiver();
    int done = 0;
    for (var work = database.calls().take("node-1", Duration.ofMinutes(1));
        work.isPresent();
        work = database.calls().take("node-1", Duration.ofMinutes(1))) {
      archiver.archive(work.get());
      done++;
    }
    return done;
  }

  private CallEntry entry(TenantSlug tenant, RecordingId id) {
    return database.calls().find(tenant, id).orElseThrow();
  }

  private byte[] opened(ArchivedCall archive, String file, ManagedKeyKind kind) throws Exception {
    byte[] manifest;
    try (InputStream in =
        store.open(Bucket.LOCK, archive.manifestKey(), archive.manifestVersionId()).orElseThrow()) {
      manifest = in.readAllBytes();
    }
    Manifest.Entry entry =
        manifests.verify(manifest, archive.tenant(), archive.id()).entry(file).orElseThrow();
    String key = ObjectKeys.object(archive.tenant(), archive.id(), entry.name());
    byte[] envelope;
    try (InputStream in = store.open(Bucket.LOCK, key, entry.versionId()).orElseThrow()) {
      envelope = in.readAllBytes();
    }
    EnvelopeHeader header = EnvelopeHeader.parse(envelope);
    try (ContentKey content = ContentKey.recover(header, TestKeys.privateKey(kind))) {
      return EnvelopeDecryptor.decrypt(envelope, content);
    }
  }

  private static CallSummary ofTwo(CallSummary own, RecordingId theirs) {
    Party globex = new Party(Side.RIGHT, "+4420", "Hank", "sip:h@g", "u-hank", List.of("t-sales"));
    return new CallSummary(
        own.id(),
        own.tenant(),
        own.state(),
        own.start(),
        own.end(),
        own.zone(),
        own.direction(),
        own.parties(),
        Set.of(CallFlag.NUMBER_NOT_OWNED),
        own.callIds(),
        own.node(),
        own.matchedRule(),
        own.configurationVersion(),
        null,
        null,
        List.of(),
        null,
        List.of(
            new CallSummary.Share(
                theirs,
                GLOBEX,
                ZoneId.of("UTC"),
                Direction.OUTBOUND,
                List.of(globex),
                "also number +4420…",
                Set.of(),
                null)),
        null);
  }

  @Test
  void aCallOfTwoTenantsIsArchivedForEachUnderItsOwnKeysAndRetention() throws Exception {
    RecordingId theirs = RecordingId.draw(TestCalls.START);
    CallSummary call = record(ofTwo(TestCalls.live(ACME), theirs));
    assertThat(archiveAll()).isEqualTo(2);

    CallEntry acme = entry(ACME, call.id());
    CallEntry globex = entry(GLOBEX, theirs);
    assertThat(acme.summary().state()).isEqualTo(CallState.ARCHIVED);
    assertThat(globex.summary().state()).isEqualTo(CallState.ARCHIVED);
    assertThat(globex.summary().direction()).isEqualTo(Direction.OUTBOUND);
    assertThat(globex.summary().parties()).extracting(Party::userId).containsExactly("u-hank");
    assertThat(globex.summary().matchedRule()).isEqualTo("also number +4420…");
    assertThat(globex.summary().flags()).doesNotContain(CallFlag.NUMBER_NOT_OWNED);
    assertThat(acme.summary().flags()).contains(CallFlag.NUMBER_NOT_OWNED);
    assertThat(database.calls().find(GLOBEX, call.id())).as("a tenant sees only itself").isEmpty();
    assertThat(database.calls().find(ACME, theirs)).isEmpty();

    ArchivedCall own = Objects.requireNonNull(acme.archive());
    ArchivedCall other = Objects.requireNonNull(globex.archive());
    assertThat(other.manifestKey()).startsWith("globex/recordings/");
    assertThat(Duration.between(own.keepUntil(), other.keepUntil()).toDays()).isGreaterThan(2_000);
    assertThat(opened(own, "media.cms", ManagedKeyKind.EC_P256))
        .isEqualTo(opened(other, "media.cms", ManagedKeyKind.EC_P384));
    assertThatThrownBy(() -> opened(other, "media.cms", ManagedKeyKind.EC_P256))
        .isInstanceOf(CryptoException.class);
    assertThatThrownBy(() -> opened(own, "media.cms", ManagedKeyKind.EC_P384))
        .isInstanceOf(CryptoException.class);

    for (ArchivedCall each : List.of(own, other)) {
      CallRecord kept = Json.read(opened(each, "call.cms", PLATFORMS), CallRecord.class);
      assertThat(kept.summary().id()).isEqualTo(each.id());
      assertThat(kept.summary().tenant()).isEqualTo(each.tenant());
      assertThat(kept.summary().shares()).as("nobody is told of the other").isEmpty();
    }
  }

  @Test
  void theCaptureStaysUntilItIsArchivedForEach() throws Exception {
    RecordingId theirs = RecordingId.draw(TestCalls.START);
    CallSummary call = record(ofTwo(TestCalls.live(ACME), theirs));
    // The one of them only
    CallCatalog.Work first = database.calls().take("node-1", Duration.ofMinutes(1)).orElseThrow();
    CallCatalog.Work second = database.calls().take("node-1", Duration.ofMinutes(1)).orElseThrow();
    assertThat(List.of(first.id(), second.id())).containsExactlyInAnyOrder(call.id(), theirs);
    assertThat(List.of(first.capture(), second.capture())).containsOnly(call.id());
    archiver().archive(first);
    clock.advance(CommitProtocol.CAPTURE_KEPT.plusMinutes(1));
    assertThat(janitor().sweep()).isZero();
    archiver().archive(second);
    clock.advance(CommitProtocol.CAPTURE_KEPT.plusMinutes(1));
    assertThat(janitor().sweep()).isEqualTo(1);
    assertThat(captures.holds(call.id())).isFalse();
  }

  /** With the keys that each side has: those of the platform, or a tenant's. */
  private Resealing resealing(AnnouncementDuties duties) {
    return new Resealing(
        store,
        manifests,
        (owner, header, recording, actor) -> {
          keyUses.add(actor + " " + recording);
          return ContentKey.recover(
              header, TestKeys.privateKey(owner.equals(ACME) ? ManagedKeyKind.EC_P256 : PLATFORMS));
        },
        database.directory(),
        protocol,
        new ManifestSigner(ArchiverWorld.AUTHORITY.signer()),
        TestKeys.recipient(PLATFORMS),
        TestKeys.recipient(PLATFORMS),
        duties,
        InitialRetention.by(database.retention(), clock),
        clock);
  }

  private QuarantineRelease release() {
    return new QuarantineRelease(resealing(AnnouncementDuties.NONE), database.quarantined());
  }

  private CallSummary released(CallEntry held) {
    CallSummary call = held.summary();
    return new CallSummary(
        call.id(),
        GLOBEX,
        CallState.QUARANTINED,
        call.start(),
        call.end(),
        ZoneId.of("UTC"),
        Direction.INBOUND,
        call.parties(),
        Set.of(),
        call.callIds(),
        call.node(),
        "rule by header",
        "8",
        null,
        null);
  }

  @Test
  void aReleasedCallIsItsTenantsUnderItsKeysAndNoLongerInQuarantine() throws Exception {
    CallSummary call = record(TestCalls.live(TenantSlug.PLATFORM));
    archiveAll();
    CallEntry held = database.quarantined().list(10).getFirst();
    assertThat(held.summary().id()).isEqualTo(call.id());
    assertThat(QuarantineRelease.isReleasable(held)).isTrue();
    ArchivedCall before = Objects.requireNonNull(held.archive());
    byte[] sound = opened(before, "media.cms", PLATFORMS);
    assertThat(release().record(before, "user:op@platform").messages().getFirst().text())
        .contains("X-Tenant: globex");

    release().release(held, released(held), "user:op@platform");
    assertThat(database.quarantined().list(10)).isEmpty();
    CallEntry own = entry(GLOBEX, call.id());
    assertThat(own.summary().state()).isEqualTo(CallState.ARCHIVED);
    assertThat(own.summary().matchedRule()).isEqualTo("rule by header");
    assertThat(own.summary().flags()).doesNotContain(CallFlag.TENANT_UNKNOWN);
    ArchivedCall archive = Objects.requireNonNull(own.archive());
    assertThat(archive.verifiedAt()).isNotNull();
    assertThat(archive.manifestKey()).startsWith("globex/recordings/");
    assertThat(opened(archive, "media.cms", ManagedKeyKind.EC_P384)).isEqualTo(sound);
    assertThatThrownBy(() -> opened(archive, "media.cms", PLATFORMS))
        .as("the quarantine key opens it no more")
        .isInstanceOf(CryptoException.class);
    CallRecord record =
        Json.read(opened(archive, "call.cms", ManagedKeyKind.EC_P384), CallRecord.class);
    assertThat(record.summary().tenant()).isEqualTo(GLOBEX);
    assertThat(database.calls().find(TenantSlug.PLATFORM, call.id())).isEmpty();
    assertThat(keyUses).isNotEmpty().allMatch(use -> use.equals("user:op@platform " + call.id()));
  }

  @Test
  void aReleaseThatBrokeOffIsFinishedByTheNext() throws Exception {
    record(TestCalls.live(TenantSlug.PLATFORM));
    archiveAll();
    CallEntry held = database.quarantined().list(10).getFirst();
    // As if the process had died between moving the call and committing its new archive
    database.quarantined().move(released(held));
    CallEntry begun = database.quarantined().list(10).getFirst();
    assertThat(begun.summary().tenant()).isEqualTo(GLOBEX);
    assertThat(QuarantineRelease.isReleasable(begun)).isTrue();
    release().release(begun, released(begun), "user:op@platform");
    assertThat(entry(GLOBEX, begun.summary().id()).summary().state()).isEqualTo(CallState.ARCHIVED);
    assertThatThrownBy(() -> database.quarantined().move(released(begun).withTenant(ACME)))
        .hasMessageContaining("not in quarantine any more");
  }

  private static final CallCatalog.Block BLOCK =
      new CallCatalog.Block(TestCalls.START, "user:op@platform", "not ours", true, false);

  /** A call of acme that is to be globex', as it lies in the catalog; both have approved it. */
  private HandOver handOver(CallSummary call) {
    UUID giving = approval(ACME);
    UUID taking = approval(GLOBEX);
    database.misplaced().block(ACME, call.id(), BLOCK);
    HandOver handOver =
        new HandOver(
            UUID.randomUUID(),
            call.id(),
            ACME,
            GLOBEX,
            RecordingId.draw(call.start()),
            giving,
            taking,
            clock.instant(),
            "user:op@platform",
            "it is theirs",
            HandOverState.ASKED,
            null,
            null);
    database.misplaced().add(handOver);
    return handOver;
  }

  private UUID approval(TenantSlug tenant) {
    if (database.directory().user(TenantSlug.PLATFORM, "op").isEmpty()) {
      database
          .directory()
          .addUser(
              new Directory.User(
                  "op", TenantSlug.PLATFORM, "op", "Op", null, Set.of(Role.OPERATOR), true),
              "test");
    }
    AskedAct act = new AskedAct(tenant, "recording:x", Map.of(), Map.of("handOver", "x"));
    String payload = ApprovalPayload.text(ApprovalKind.RECORDING_TAKE_OVER, act);
    Approval approval =
        new Approval(
            UUID.randomUUID(),
            tenant,
            ApprovalKind.RECORDING_TAKE_OVER,
            ApprovalState.REQUESTED,
            act,
            payload,
            ApprovalPayload.sha256(payload),
            Approval.ofPlatform("op"),
            "user:op@platform",
            Set.of(),
            "it is theirs",
            clock.instant(),
            clock.instant().plusSeconds(60),
            null,
            List.of());
    database.approvals().add(approval);
    assertThat(database.approvals().find(tenant, approval.id()).orElseThrow().askedBy())
        .isEqualTo("platform/op");
    return approval.id();
  }

  private HandOverSealing handing(AnnouncementDuties duties) {
    return new HandOverSealing(resealing(duties), database.misplaced(), database.directory());
  }

  private void hand(HandOver handOver) throws Exception {
    handing(AnnouncementDuties.NONE).seal(handOver, "job:hand-over");
    database.misplaced().done(handOver, "job:hand-over");
  }

  @Test
  void whatIsBlockedTellsReadersNoMoreThanThat() throws Exception {
    CallSummary call = record(TestCalls.live(ACME));
    archiveAll();
    database.misplaced().block(ACME, call.id(), BLOCK);
    CallEntry blocked = entry(ACME, call.id());
    assertThat(blocked.summary().parties()).isEmpty();
    assertThat(blocked.summary().callIds()).isEmpty();
    assertThat(blocked.summary().flags()).containsExactly(CallFlag.WRONG_TENANT);
    assertThat(Objects.requireNonNull(blocked.block()).reason()).isEqualTo("not ours");
    assertThat(database.misplaced().blocked(ACME, 10)).containsExactly(blocked);
    assertThat(database.misplaced().blocked(GLOBEX, 10)).isEmpty();
    assertThat(database.misplaced().blocked(10)).containsExactly(blocked);
    assertThatThrownBy(() -> database.misplaced().block(ACME, call.id(), BLOCK))
        .hasMessageContaining("blocked already");
    assertThatThrownBy(() -> database.misplaced().block(GLOBEX, call.id(), BLOCK))
        .hasMessageContaining("no such recording");
    database.misplaced().unblock(ACME, call.id(), "test");
    assertThat(entry(ACME, call.id()).block()).isNull();
    assertThat(entry(ACME, call.id()).summary().parties()).isNotEmpty();
  }

  @Test
  void aRecordingThatIsHandedOverIsTheirsUnderTheirKeysAndStaysBlockedHere() throws Exception {
    CallSummary call = record(TestCalls.live(ACME));
    archiveAll();
    byte[] sound =
        opened(
            Objects.requireNonNull(entry(ACME, call.id()).archive()),
            "media.cms",
            ManagedKeyKind.EC_P256);
    HandOver handOver = handOver(call);
    assertThatThrownBy(() -> database.misplaced().unblock(ACME, call.id(), "test"))
        .hasMessageContaining("to be handed over");
    assertThatThrownBy(() -> database.misplaced().add(handOver))
        .hasMessageContaining("handed over already");

    hand(handOver);
    CallEntry theirs = entry(GLOBEX, handOver.newCall());
    ArchivedCall archive = Objects.requireNonNull(theirs.archive());
    assertThat(theirs.summary().state()).isEqualTo(CallState.ARCHIVED);
    assertThat(theirs.summary().matchedRule()).isEqualTo(HandOverSealing.RULE);
    assertThat(theirs.summary().flags()).doesNotContain(CallFlag.WRONG_TENANT);
    assertThat(theirs.summary().parties())
        .as("nothing of who they were to the other")
        .allMatch(party -> party.userId() == null && party.teamIds().isEmpty());
    assertThat(archive.manifestKey()).startsWith("globex/recordings/");
    assertThat(archive.verifiedAt()).isNotNull();
    assertThat(opened(archive, "media.cms", ManagedKeyKind.EC_P384)).isEqualTo(sound);
    assertThatThrownBy(() -> opened(archive, "media.cms", ManagedKeyKind.EC_P256))
        .isInstanceOf(CryptoException.class);
    CallRecord kept =
        Json.read(opened(archive, "call.cms", ManagedKeyKind.EC_P384), CallRecord.class);
    assertThat(kept.summary().id()).isEqualTo(handOver.newCall());
    assertThat(kept.summary().tenant()).isEqualTo(GLOBEX);
    Directory.Tenant globex = database.directory().tenant(GLOBEX).orElseThrow();
    assertThat(globex.retentionYears()).isEqualTo(7);
    assertThat(Duration.between(TestCalls.START, archive.keepUntil()).toDays())
        .isGreaterThan(2_500);

    CallEntry former = entry(ACME, call.id());
    assertThat(Objects.requireNonNull(former.block()).handedOver()).isTrue();
    assertThat(former.archive()).as("what was archived stays").isNotNull();
    assertThat(former.toString()).doesNotContain("globex");
    assertThat(archive.toString() + theirs.summary().matchedRule()).doesNotContain("acme");
    assertThat(database.misplaced().handOver(handOver.id()).orElseThrow().state())
        .isEqualTo(HandOverState.DONE);
    assertThatThrownBy(() -> database.misplaced().unblock(ACME, call.id(), "test"))
        .hasMessageContaining("stays blocked");
    assertThat(keyUses).isNotEmpty().allMatch(use -> use.equals("job:hand-over " + call.id()));
  }

  @Test
  void aHandOverThatBrokeOffComesToTheSameEnd() throws Exception {
    CallSummary call = record(TestCalls.live(ACME));
    archiveAll();
    HandOver handOver = handOver(call);
    // Dies before each commit of an object, a claim or a copy, one further each time
    CommitProtocol living = protocol;
    int deaths = 0;
    boolean done = false;
    while (!done) {
      // Reading does nothing to what is there
      Fate fate = Fate.at(each -> !each.startsWith("open"), deaths, deaths % 2 == 0);
      ObjectStore mortal = new MortalStore(store, fate);
      CommitProtocol dying =
          new CommitProtocol(
              mortal, database.calls(), manifests, t -> ObjectStore.LockMode.GOVERNANCE, clock);
      protocol = dying;
      ObjectStore whole = store;
      store = mortal;
      try {
        hand(handOver);
        done = true;
      } catch (Fate.Death e) {
        deaths++;
      } finally {
        store = whole;
      }
      assertThat(deaths).isLessThan(200);
    }
    assertThat(deaths).isGreaterThan(3);
    protocol = living;
    hand(handOver); // once more changes nothing
    assertThat(entry(GLOBEX, handOver.newCall()).summary().state()).isEqualTo(CallState.ARCHIVED);
    assertThat(Objects.requireNonNull(entry(ACME, call.id()).block()).handedOver()).isTrue();
    assertThat(
            opened(
                Objects.requireNonNull(entry(GLOBEX, handOver.newCall()).archive()),
                "media.cms",
                ManagedKeyKind.EC_P384))
        .isNotEmpty();
  }
}
