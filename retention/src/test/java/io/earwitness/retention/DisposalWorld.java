package io.earwitness.retention;

import io.earwitness.alarm.AlarmKind;
import io.earwitness.alarm.AlarmObject;
import io.earwitness.alarm.Alarms;
import io.earwitness.archive.Attempt;
import io.earwitness.archive.CallFacts;
import io.earwitness.archive.CommitProtocol;
import io.earwitness.archive.LockKeeper;
import io.earwitness.archive.Manifest;
import io.earwitness.archive.ManifestSigner;
import io.earwitness.archive.ManifestVerifier;
import io.earwitness.archive.ObjectKeys;
import io.earwitness.archive.catalog.CatalogDatabase;
import io.earwitness.archive.catalog.DatabaseConfig;
import io.earwitness.archive.catalog.Directory;
import io.earwitness.archive.catalog.Disposals;
import io.earwitness.archive.catalog.Disposals.CdrFate;
import io.earwitness.archive.catalog.Disposals.Mode;
import io.earwitness.archive.catalog.Disposals.Settings;
import io.earwitness.archive.catalog.TestServer;
import io.earwitness.archive.cdr.Tokens;
import io.earwitness.archive.crypto.CmsEnvelopeWriter;
import io.earwitness.archive.crypto.ManagedKeyKind;
import io.earwitness.archive.crypto.TestAuthority;
import io.earwitness.archive.crypto.TestKeys;
import io.earwitness.archive.store.ObjectStore;
import io.earwitness.archive.store.ObjectStore.Bucket;
import io.earwitness.archive.store.ObjectStore.Lock;
import io.earwitness.archive.store.ObjectStore.LockMode;
import io.earwitness.archive.store.directory.DirectoryStore;
import io.earwitness.audit.AuditLog;
import io.earwitness.audit.AuditTrail;
import io.earwitness.call.CallState;
import io.earwitness.call.CallSummary;
import io.earwitness.call.Direction;
import io.earwitness.call.KeepUntil;
import io.earwitness.call.Party;
import io.earwitness.call.RecordingId;
import io.earwitness.call.RetentionBasis;
import io.earwitness.call.RetentionClass;
import io.earwitness.call.Side;
import io.earwitness.call.TenantSlug;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Two tenants with a real catalog and a real store, and a clock that begins 420 days ago: the
 * database judges by its own.
 */
final class DisposalWorld implements AutoCloseable {
  static final TenantSlug ACME = new TenantSlug("acme");
  static final TenantSlug GLOBEX = new TenantSlug("globex");
  static final String NUMBER = "+49301234567";
  static final byte[] SECRET = new byte[Tokens.SECRET_BYTES];
  static final TestAuthority AUTHORITY = new TestAuthority(Clock.systemUTC());

  /** A clock that goes when it is told to. */
  static final class Time extends Clock {
    volatile Instant now =
        Instant.now().truncatedTo(ChronoUnit.SECONDS).minus(Duration.ofDays(420));

    void pass(Duration time) {
      now = now.plus(time);
    }

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      throw new UnsupportedOperationException();
    }
  }

  final Time clock;
  final DatabaseConfig.External config;
  final CatalogDatabase database;
  final Disposals disposals;
  final ObjectStore store;

  /** How what is recorded from then on is locked. */
  LockMode lockMode = LockMode.GOVERNANCE;

  /** Open alarms: kind and object. */
  final Set<String> alarms = new CopyOnWriteArraySet<>();

  DisposalWorld(Path folder) {
    this(folder, null);
  }

  /**
   * @param storeClock what the store judges by; null for the clock of all
   */
  DisposalWorld(Path folder, @Nullable Clock storeClock) {
    this(folder, storeClock, TestServer.bundled().newDatabase(), new Time());
  }

  /** Over a database that may have been there before. */
  DisposalWorld(
      Path folder, @Nullable Clock storeClock, DatabaseConfig.External config, Time clock) {
    this.clock = clock;
    this.config = config;
    database = CatalogDatabase.open(config, clock);
    disposals = database.disposals();
    store = DirectoryStore.open(folder, storeClock == null ? clock : storeClock);
    for (TenantSlug tenant : List.of(ACME, GLOBEX)) {
      database
          .directory()
          .addTenant(
              new Directory.Tenant(tenant, tenant.value(), ZoneOffset.UTC, Set.of(), 1), "test");
    }
  }

  void mode(TenantSlug tenant, Mode mode, CdrFate cdr) {
    int version = disposals.settings(tenant).version();
    disposals.set(
        tenant,
        new Settings(version, mode, List.of("u-olga"), cdr, 1, null, null),
        "user:rita@" + tenant);
  }

  /** When a call that ended at a moment falls due. */
  static Instant due(Instant end) {
    return KeepUntil.calendarYears(end, 1, ZoneOffset.UTC);
  }

  /** Records a call of a minute that ends now, with audio and manifest as archivers write them. */
  RecordingId recorded(TenantSlug tenant) {
    return recorded(tenant, null);
  }

  /**
   * The same with a settling time.
   *
   * @param firstLock until when it is locked at first; null if as long as it is kept
   */
  RecordingId recorded(TenantSlug tenant, @Nullable Instant firstLock) {
    Instant start = clock.now.minusSeconds(60);
    RecordingId id = RecordingId.draw(start);
    CallSummary call =
        new CallSummary(
            id,
            tenant,
            CallState.CLOSED,
            start,
            clock.now,
            ZoneOffset.UTC,
            Direction.INBOUND,
            List.of(
                new Party(Side.LEFT, NUMBER, "Anna", null, "u-anna", List.of("t-desk")),
                new Party(Side.RIGHT, "+442079460000", "Bob", null, null, List.of())),
            Set.of(),
            List.of("dialog@sbc"),
            "rec-1",
            "number " + NUMBER,
            "v1",
            null,
            "<recording/>");
    database.calls().report(call);
    archive(call, firstLock);
    return id;
  }

  private void archive(CallSummary call, @Nullable Instant firstLock) {
    Attempt attempt = protocol().begin(call.tenant(), call.id(), 0);
    var recipients = List.of(TestKeys.recipient(ManagedKeyKind.EC_P256));
    CmsEnvelopeWriter writer = new CmsEnvelopeWriter(recipients);
    try {
      var media = writer.seal(call.id(), new byte[1_000]);
      var record = writer.seal(call.id(), "{}".getBytes(StandardCharsets.UTF_8));
      Manifest manifest =
          new Manifest(
              Manifest.FORMAT,
              call.id(),
              call.tenant(),
              0,
              attempt.name(),
              clock.now,
              due(clock.now),
              "flac",
              60_000,
              recipients.stream().map(each -> each.id()).toList(),
              new RetentionBasis(0, RetentionClass.ONE_YEAR, null, Set.of())
                  .lockedFirst(firstLock, false)
                  .policies(),
              List.of(
                  Manifest.Entry.of(
                      attempt.nameOf("media.cms"),
                      attempt.put("media.cms", media.content()),
                      media.envelope()),
                  Manifest.Entry.of(
                      attempt.nameOf("call.cms"),
                      attempt.put("call.cms", record.content()),
                      record.envelope())));
      attempt.commit(
          new ManifestSigner(AUTHORITY.signer()).sign(manifest),
          new CallFacts(CallState.ARCHIVED, call.start(), 2, List.of(), Set.of()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private CommitProtocol protocol() {
    return new CommitProtocol(
        store,
        database.calls(),
        new ManifestVerifier(AUTHORITY.certificate()),
        _ -> lockMode,
        clock);
  }

  /** Renews locks that are due, as nodes do. */
  void renewLocks() {
    new LockKeeper(
            protocol(),
            database.retentionLocks(),
            database.retentionLengthenings(),
            database.audit(),
            clock)
        .run();
  }

  /** How many versions of objects of a recording the store has, claims included. */
  int stored(TenantSlug tenant, RecordingId id) {
    String folder = ObjectKeys.recording(tenant, id);
    return store.list(Bucket.LOCK, folder).size() + store.list(Bucket.WORK, folder).size();
  }

  CallState state(TenantSlug tenant, RecordingId id) {
    return database.calls().find(tenant, id).orElseThrow().summary().state();
  }

  DisposalRunner runner() {
    return runner(disposals, store, database.audit());
  }

  DisposalRunner runner(Disposals catalog, ObjectStore objects, AuditLog audit) {
    Alarms told =
        new Alarms() {
          @Override
          public void raise(AlarmKind kind, AlarmObject object, TenantSlug tenant, String detail) {
            alarms.add(kind.wireName() + " " + object);
          }

          @Override
          public void clear(AlarmKind kind, AlarmObject object, TenantSlug tenant) {
            alarms.remove(kind.wireName() + " " + object);
          }
        };
    return new DisposalRunner(
        new DisposalRunner.Parts(
            catalog,
            database.tombstones(),
            database.misplaced(),
            database.retention(),
            database.holds(),
            objects,
            tenant -> Tokens.of(SECRET, tenant),
            (content, hint) -> AUTHORITY.signer().sign(content, hint),
            (_, written) -> new Lock(LockMode.GOVERNANCE, written.plus(Duration.ofDays(3_650))),
            audit,
            told,
            clock));
  }

  void round() {
    runner().round(List.of(TenantSlug.PLATFORM, ACME, GLOBEX));
  }

  Map<String, Long> audited(TenantSlug tenant) {
    return database
        .auditTrail()
        .entries(
            new AuditTrail.Query(tenant, null, null, null, "recording.dispose", null, 100, null))
        .entries()
        .stream()
        .collect(
            Collectors.groupingBy(
                kept -> String.valueOf(kept.entry().outcome()), Collectors.counting()));
  }

  @Override
  public void close() {
    store.close();
    database.close();
  }
}
