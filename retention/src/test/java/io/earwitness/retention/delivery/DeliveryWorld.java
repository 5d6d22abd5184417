package io.earwitness.retention.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.earwitness.archive.Manifest;
import io.earwitness.archive.ManifestSigner;
import io.earwitness.archive.ManifestVerifier;
import io.earwitness.archive.ObjectKeys;
import io.earwitness.archive.catalog.CallCatalog;
import io.earwitness.archive.catalog.CatalogDatabase;
import io.earwitness.archive.catalog.DatabaseConfig;
import io.earwitness.archive.catalog.Deliveries;
import io.earwitness.archive.catalog.DeliveryTarget;
import io.earwitness.archive.catalog.Directory;
import io.earwitness.archive.catalog.Disposals;
import io.earwitness.archive.catalog.LegalHolds;
import io.earwitness.archive.catalog.TestServer;
import io.earwitness.archive.catalog.Tombstones;
import io.earwitness.archive.crypto.Certificates;
import io.earwitness.archive.crypto.CmsEnvelopeWriter;
import io.earwitness.archive.crypto.CryptoException;
import io.earwitness.archive.crypto.ManagedKeyKind;
import io.earwitness.archive.crypto.Recipient;
import io.earwitness.archive.crypto.SealedBundle;
import io.earwitness.archive.crypto.TenantKeyStore;
import io.earwitness.archive.crypto.TestAuthority;
import io.earwitness.archive.crypto.TestKeys;
import io.earwitness.archive.store.MovableClock;
import io.earwitness.archive.store.ObjectPlace;
import io.earwitness.archive.store.ObjectStore;
import io.earwitness.archive.store.ObjectStore.Bucket;
import io.earwitness.archive.store.directory.DirectoryStore;
import io.earwitness.call.CallRecord;
import io.earwitness.call.CallState;
import io.earwitness.call.CallSummary;
import io.earwitness.call.Direction;
import io.earwitness.call.HoldScope;
import io.earwitness.call.Party;
import io.earwitness.call.RecordingId;
import io.earwitness.call.RetentionBasis;
import io.earwitness.call.RetentionClass;
import io.earwitness.call.Side;
import io.earwitness.call.TenantSlug;
import io.earwitness.json.Json;
import io.earwitness.outbound.Outbound;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.NoSuchAlgorithmException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** A real catalog, a real store, real keys and really sealed recordings of two tenants. */
final class DeliveryWorld implements AutoCloseable {
  static final TenantSlug ACME = new TenantSlug("acme");
  static final TenantSlug GLOBEX = new TenantSlug("globex");
  static final TestAuthority AUTHORITY = new TestAuthority(Clock.systemUTC());

  final Path folder;
  final MovableClock clock = new MovableClock(Instant.now());
  final DatabaseConfig.External server;
  final CatalogDatabase database;
  final ObjectStore store;
  final Outbound outbound;
  final TenantKeyStore keys;
  private final List<Recipient> recipients = new ArrayList<>(TestKeys.recipients());
  private final Map<RecordingId, byte[]> audio = new HashMap<>();
  private @Nullable RetentionBasis basis;

  DeliveryWorld(Path folder) throws IOException {
    this(folder, TestServer.bundled().newDatabase());
    for (TenantSlug tenant : List.of(ACME, GLOBEX)) {
      database
          .directory()
          .addTenant(
              new Directory.Tenant(tenant, tenant.value(), ZoneOffset.UTC, Set.of(), 1), "test");
    }
    store.put(
        Bucket.LOCK,
        ObjectKeys.CA_CERTIFICATE,
        Certificates.pem(AUTHORITY.certificate()).getBytes(StandardCharsets.US_ASCII));
  }

  /** The world as another process sees it, which made it. */
  DeliveryWorld(Path folder, DatabaseConfig.External server) throws IOException {
    this.folder = folder;
    this.server = server;
    database = CatalogDatabase.open(server, Clock.systemUTC());
    store = DirectoryStore.open(Files.createDirectories(folder.resolve("data")), clock);
    keys =
        TenantKeyStore.open(
            folder.resolve(TenantKeyStore.FILE), "secret".toCharArray(), Clock.systemUTC());
    try {
      outbound = new Outbound(true, SSLContext.getDefault(), Duration.ofSeconds(10));
    } catch (NoSuchAlgorithmException e) {
      throw new IOException(e);
    }
  }

  /** Archives a call with an outside party of this number and name. */
  RecordingId archive(TenantSlug tenant, String number, String name, int bytes) throws IOException {
    return archive(tenant, number, name, bytes, Instant.now());
  }

  /** The same of a call that began then, and is kept for 365 days. */
  RecordingId archive(TenantSlug tenant, String number, String name, int bytes, Instant began)
      throws IOException {
    Instant start = began.truncatedTo(ChronoUnit.MILLIS);
    CallSummary call = call(RecordingId.draw(start), tenant, start, number, name);
    database.calls().report(call);
    archive(call, 0, bytes);
    return call.id();
  }

  /** The same of a call whose audio is to be moved, locked until then at first. */
  RecordingId archiveToMove(TenantSlug tenant, String number, Instant firstLock)
      throws IOException {
    basis =
        new RetentionBasis(0, RetentionClass.ONE_YEAR, null, Set.of())
            .toBeMoved(firstLock.truncatedTo(ChronoUnit.SECONDS));
    try {
      return archive(tenant, number, "Ana", 200_000);
    } finally {
      basis = null;
    }
  }

  /** Locks all of a recording, as its commit does. */
  private void lock(TenantSlug tenant, RecordingId id, Instant until) {
    for (ObjectStore.Version version : store.list(Bucket.LOCK, ObjectKeys.recording(tenant, id))) {
      store.lock(
          version.key(),
          version.versionId(),
          new ObjectStore.Lock(ObjectStore.LockMode.GOVERNANCE, until));
    }
  }

  /** Archives a call that is kept no longer. */
  RecordingId archiveOld(TenantSlug tenant, String number, String name) throws IOException {
    return archive(tenant, number, name, 3_000, Instant.now().minus(Duration.ofDays(400)));
  }

  /** Disposes of a recording that is kept no longer. */
  void dispose(TenantSlug tenant, RecordingId id) {
    Disposals disposals = database.disposals();
    CallSummary call = database.calls().find(tenant, id).orElseThrow().summary();
    Instant end = Objects.requireNonNull(call.end());
    Disposals.Item item =
        new Disposals.Item(
            new UUID(0, 0),
            id,
            Disposals.ItemState.DUE,
            call.start(),
            end,
            end.plus(Duration.ofDays(365)),
            new Disposals.Basis("1-year", null, 1),
            1,
            null,
            null,
            null);
    Instant opened = Instant.now().minus(Duration.ofDays(40));
    UUID run =
        disposals
            .announce(tenant, Disposals.Mode.BY_APPROVAL, opened, List.of(item))
            .orElseThrow()
            .id();
    disposals.approve(tenant, run, "test");
    disposals.start(tenant, run, Instant.now());
    Disposals.Found found =
        new Disposals.Found(
            4, 3_000, List.of(new Disposals.ManifestHash("manifest-0.p7", "f".repeat(64))));
    assertThat(disposals.fall(tenant, run, id, found, () -> null)).isNull();
    for (ObjectStore.Version version : store.list(Bucket.LOCK, ObjectKeys.recording(tenant, id))) {
      store.delete(Bucket.LOCK, version.key(), version.versionId());
    }
    disposals.bury(
        tenant,
        disposals.items(tenant, run, Disposals.ItemState.FALLING, null, 1).getFirst(),
        new Tombstones.Rest("key-1", List.of(), null),
        "test",
        "job:disposal");
    disposals.done(tenant, run, Instant.now(), new byte[] {1});
  }

  /** Places a legal hold on a recording. */
  UUID hold(TenantSlug tenant, RecordingId id) {
    UUID hold = UUID.randomUUID();
    database
        .holds()
        .place(
            tenant,
            new LegalHolds.NewHold(hold, "Quill", null, "a claim", 7, HoldScope.of(Set.of(id))),
            List.of(id),
            "test");
    return hold;
  }

  /** Releases a hold, and ends it when its grace has passed. */
  void release(TenantSlug tenant, UUID hold) {
    database.holds().release(tenant, hold, "test");
    try (CatalogDatabase later =
        CatalogDatabase.open(server, Clock.offset(Clock.systemUTC(), Duration.ofDays(8)))) {
      assertThat(later.holds().end(tenant, hold, "test")).isTrue();
    }
  }

  void archive(CallSummary call, int generation, int bytes) throws IOException {
    RecordingId id = call.id();
    byte[] media = new byte[bytes];
    new Random(id.hashCode() + generation).nextBytes(media);
    audio.put(id, media);
    CallRecord record =
        new CallRecord(
            CallRecord.FORMAT,
            call,
            call.start(),
            null,
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            null);
    String attempt = "g%d-20261127T100000Z-0123456789abcdef".formatted(generation);
    CmsEnvelopeWriter writer = new CmsEnvelopeWriter(recipients);
    List<Manifest.Entry> entries = new ArrayList<>();
    Map<String, byte[]> plain = new TreeMap<>();
    plain.put("call.cms", Json.bytes(record));
    plain.put("media.cms", media);
    plain.put("waveform.cms", new byte[] {1, 2, 3});
    for (Map.Entry<String, byte[]> each : plain.entrySet()) {
      CmsEnvelopeWriter.Sealed sealed = writer.seal(id, each.getValue());
      String object = attempt + "/" + each.getKey();
      String version =
          store.put(Bucket.LOCK, ObjectKeys.object(call.tenant(), id, object), sealed.content());
      entries.add(Manifest.Entry.of(object, version, sealed.envelope()));
    }
    Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
    Manifest manifest =
        new Manifest(
            Manifest.FORMAT,
            id,
            call.tenant(),
            generation,
            attempt,
            now,
            call.start().plus(Duration.ofDays(365)),
            "flac",
            2_000,
            TestKeys.recipients().stream().map(Recipient::id).toList(),
            basis == null ? Map.of("recording", "1") : basis.policies(),
            entries);
    String key = ObjectKeys.manifest(call.tenant(), id, generation);
    String version =
        store.put(Bucket.LOCK, key, new ManifestSigner(AUTHORITY.signer()).sign(manifest));
    database
        .calls()
        .archived(
            new CallCatalog.ArchivedCall(
                id,
                call.tenant(),
                CallState.ARCHIVED,
                generation,
                attempt,
                key,
                version,
                now,
                manifest.keepUntil(),
                call.start(),
                2_000,
                2,
                "flac",
                bytes,
                List.of(),
                Set.of(),
                now,
                null,
                basis));
    if (basis != null) {
      lock(call.tenant(), id, Objects.requireNonNull(basis.firstLock()));
    }
  }

  static CallSummary call(
      RecordingId id, TenantSlug tenant, Instant start, String number, String name) {
    return new CallSummary(
        id,
        tenant,
        CallState.CLOSED,
        start,
        start.plusSeconds(2),
        ZoneOffset.UTC,
        Direction.INBOUND,
        List.of(
            new Party(Side.LEFT, number, name, null, null, List.of()),
            new Party(Side.RIGHT, "+49301", "Desk", null, null, List.of())),
        Set.of(),
        List.of(id + "@sbc"),
        "node-1",
        "number",
        "7",
        null,
        null);
  }

  /** What the archived audio is, decrypted. */
  byte[] audio(RecordingId id) {
    return Objects.requireNonNull(audio.get(id));
  }

  DeliveryPlaces places() {
    return new DeliveryPlaces(
        folder.resolve("customers"),
        outbound,
        target -> {
          String secret = target.secret();
          if (secret == null) {
            throw new AssertionError("no secret");
          }
          return secret;
        });
  }

  /** Deletes what was disposed of, and is not read back again. */
  static DeliveryTarget deleting(DeliveryTarget target) {
    return new DeliveryTarget(
        target.tenant(),
        target.name(),
        target.kind(),
        target.address(),
        target.account(),
        target.secret(),
        target.region(),
        target.hostKey(),
        null,
        false,
        new DeliveryTarget.Terms(
            DeliveryTarget.Terms.Mode.COPY, false, DeliveryTarget.Terms.OnDisposal.DELETE, 0));
  }

  DeliveryTarget folderTarget(TenantSlug tenant, String name) {
    return new DeliveryTarget(
        tenant,
        name,
        DeliveryTarget.Kind.FOLDER,
        "copies/" + name,
        "",
        null,
        "",
        "",
        null,
        false,
        DeliveryTarget.Terms.USUAL);
  }

  /** Where the objects of a folder target lie. */
  Path at(DeliveryTarget target) {
    return folder.resolve("customers").resolve(target.tenant().value()).resolve(target.address());
  }

  DeliveryWorker worker() {
    return worker(places()::open);
  }

  DeliveryWorker worker(DeliveryWorker.Opener opener) {
    return worker(opener, store);
  }

  DeliveryWorker worker(DeliveryWorker.Opener opener, ObjectStore own) {
    return new DeliveryWorker(
        database.deliveries(),
        opener,
        own,
        new ManifestVerifier(AUTHORITY.certificate()),
        DeliveryWorld::sealed,
        keys,
        AUTHORITY.signer()::sign,
        database.audit(),
        clock);
  }

  private OwnCopy own() {
    return new OwnCopy(store, new ManifestVerifier(authority()));
  }

  /** Of whoever made this world. */
  private X509Certificate authority() {
    try (InputStream pem = store.open(Bucket.LOCK, ObjectKeys.CA_CERTIFICATE, null).orElseThrow()) {
      return Certificates.parse(
          new String(pem.readAllBytes(), StandardCharsets.US_ASCII), ObjectKeys.CA_CERTIFICATE);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** Has what is archived from now on be sealed for a key that the platform manages, too. */
  void manage(TenantSlug tenant) throws IOException {
    recipients.add(keys.generate(tenant, ManagedKeyKind.EC_P256, "recordings"));
  }

  /** Runs one target to its end over a place. */
  void run(DeliveryTarget target, ObjectPlace place) {
    Deliveries deliveries = database.deliveries();
    TargetRun.Parts parts =
        new TargetRun.Parts(
            deliveries,
            _ -> place,
            store,
            new RecordingDelivery(own()),
            new PlainDelivery(own(), keys, AUTHORITY.signer()::sign, database.audit(), clock),
            new DeliveryIndex(deliveries, DeliveryWorld::sealed, clock),
            new DeliveryInstructions(deliveries.care(), DeliveryWorld::sealed, clock),
            database.audit(),
            clock,
            new ConcurrentHashMap<>());
    assertThat(new TargetRun(parts, target, () -> false).run()).isTrue();
  }

  private static byte[] sealed(TenantSlug tenant, String key, byte[] content) {
    try {
      return SealedBundle.seal(key, content, AUTHORITY.signer(), TestKeys.recipients());
    } catch (CryptoException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits until the feed names every archived call, so that a round sees all of them. */
  void settle() throws InterruptedException {
    long last;
    do {
      last = database.changes().read(0, 10_000).size();
      database.changes().await(last, Duration.ofMillis(500));
    } while (database.changes().read(0, 10_000).size() > last);
  }

  /** What lies here of a tenant's recordings: content by key, as far as manifests name it. */
  Map<String, byte[]> ours(TenantSlug tenant) throws IOException {
    Map<String, byte[]> all = new TreeMap<>();
    for (ObjectStore.Version version : store.list(Bucket.LOCK, ObjectKeys.recordings(tenant))) {
      try (InputStream in =
          store.open(Bucket.LOCK, version.key(), version.versionId()).orElseThrow()) {
        all.put(version.key(), in.readAllBytes());
      }
    }
    return all;
  }

  /** What lies at a place below a prefix, markers aside. */
  static Map<String, byte[]> theirs(ObjectPlace place, String prefix) throws IOException {
    Map<String, byte[]> all = new TreeMap<>();
    for (String key : place.list(prefix)) {
      if (!key.endsWith(".json")) {
        try (InputStream in = place.open(key)) {
          all.put(key, in.readAllBytes());
        }
      }
    }
    return all;
  }

  static void assertSame(Map<String, byte[]> theirs, Map<String, byte[]> ours) {
    assertThat(theirs.keySet()).containsExactlyElementsOf(ours.keySet());
    ours.forEach((key, content) -> assertThat(theirs.get(key)).as(key).isEqualTo(content));
  }

  @Nullable String marker(DeliveryTarget target, RecordingId id, int generation)
      throws IOException {
    Path file = at(target).resolve(ObjectKeys.deliveredMarker(target.tenant(), id, generation));
    return Files.exists(file) ? Files.readString(file) : null;
  }

  @Override
  public void close() {
    database.close();
    store.close();
  }
}
