package io.earwitness.app;

import io.earwitness.archive.ArchiveWorker;
import io.earwitness.archive.Archiver;
import io.earwitness.archive.CaptureJanitor;
import io.earwitness.archive.CommitProtocol;
import io.earwitness.archive.ManifestSigner;
import io.earwitness.archive.ManifestVerifier;
import io.earwitness.archive.ObjectKeys;
import io.earwitness.archive.StoreCheck;
import io.earwitness.archive.Sweeper;
import io.earwitness.archive.catalog.AuditCopier;
import io.earwitness.archive.catalog.AuditOrigin;
import io.earwitness.archive.catalog.AuditSequencer;
import io.earwitness.archive.catalog.CallCatalog;
import io.earwitness.archive.catalog.CallCatalog.CatalogUnavailableException;
import io.earwitness.archive.catalog.CatalogDatabase;
import io.earwitness.archive.catalog.Directory;
import io.earwitness.archive.catalog.embedded.PostgresBinaries;
import io.earwitness.archive.cdr.CdrLake;
import io.earwitness.archive.cdr.Tokens;
import io.earwitness.archive.crypto.Certificates;
import io.earwitness.archive.crypto.PlatformKeys;
import io.earwitness.archive.media.FfmpegLibraries;
import io.earwitness.archive.report.Reporter;
import io.earwitness.archive.store.ObjectStore;
import io.earwitness.archive.store.ObjectStore.Bucket;
import io.earwitness.archive.store.ObjectStore.LockMode;
import io.earwitness.call.KeepUntil;
import io.earwitness.call.RecordingId;
import io.earwitness.call.TenantSlug;
import io.earwitness.capture.CaptureKey;
import io.earwitness.capture.SpoolReader;
import io.earwitness.capture.SpoolSettings;
import io.earwitness.capture.SpoolSpace;
import io.earwitness.capture.SpoolWriter;
import io.earwitness.nodeapi.NodeApi;
import io.earwitness.portal.PortalConfig;
import io.earwitness.portal.PortalParts;
import io.earwitness.portal.PortalServer;
import io.earwitness.portal.media.StoredMedia;
import io.earwitness.recorder.rtp.RtpMediaPlane;
import io.earwitness.recorder.rtp.RtpSettings;
import io.earwitness.recorder.sip.SipEndpointConfig;
import io.earwitness.recorder.sip.Transport;
import io.earwitness.recorder.srs.CallObserver;
import io.earwitness.recorder.srs.LoadMeter;
import io.earwitness.recorder.srs.OverloadGuard;
import io.earwitness.recorder.srs.RecordingServer;
import io.earwitness.recorder.srs.RecordingServerSettings;
import io.earwitness.recorder.tls.TlsFiles;
import io.earwitness.recorder.tls.TlsFilesException;
import io.earwitness.search.CallIndex;
import io.earwitness.search.IndexFollower;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Builds all parts by plain constructors, in the order in which they need one another, and closes
 * them in the opposite one.
 */
final class Wiring implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Wiring.class);
  private static final int ARCHIVE_THREADS = 2;

  private final Deque<AutoCloseable> parts = new ArrayDeque<>();
  private final Config config;
  private final Clock clock;
  private final Installation installation;
  private final ObjectStore store;
  private final SnapshotKeeper snapshots;
  private final SpoolSpace space;
  private final RecordingServer recorder;
  private final DrainKeeper drain;
  private final PortalServer portal;

  static Wiring start(Config config, Clock clock) throws CommandFailure {
    return new Wiring(config, clock);
  }

  private Wiring(Config config, Clock clock) throws CommandFailure {
    this.config = config;
    this.clock = clock;
    try {
      FfmpegLibraries.load(PostgresBinaries.userCache().resolve("native"));
      installation = closing(Installation.open(config, clock));
      store = closing(Stores.open(config));
      StoreCheck.run(store, clock);
      PlatformKeys keys = installation.platformKeys();
      keys.warnings().forEach(warning -> LOG.warn("keys: {}", warning));
      publishAuthority(keys);
      CatalogDatabase database = installation.database();
      platformTenant(database.directory());
      snapshots =
          closing(
              new SnapshotKeeper(
                  config.data().resolve("configuration-snapshot.json"), database.directory()));

      Path spool = folder("spool");
      List<CaptureKey> captureKeys =
          List.of(new CaptureKey(keys.captureCertificate(), keys.capturePrivateKey()));
      SpoolReader captures = new SpoolReader(spool, captureKeys);
      space = SpoolSpace.of(spool, config.spool().reserveBytes(), clock);
      NodeParts node =
          new NodeParts(
              config,
              database,
              store,
              captures,
              spool,
              folder("rescued"),
              captureKeys,
              space,
              clock);
      ManifestVerifier manifests = new ManifestVerifier(keys.authority());
      PrometheusMeterRegistry metrics = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
      Reporter reporter = startArchive(database, captures, node, manifests, metrics);
      CallIndex index = startSearch(database);
      startLake(database);
      startAuditLogs(database);
      recorder = startRecorder(spool, reporter, metrics);
      drain = closing(new DrainKeeper(config.node(), database.drains(), recorder));
      startNodeApi(database);
      portal = startPortal(database, index, manifests, metrics);
    } catch (CommandFailure | RuntimeException e) {
      close();
      throw e instanceof CommandFailure failure ? failure : startFailure((RuntimeException) e);
    } catch (IOException e) {
      close();
      throw new CommandFailure(ExitCode.FAILED, String.valueOf(e.getMessage()));
    }
  }

  /** What the environment causes is told in a line; anything else is ours and keeps its trace. */
  private static CommandFailure startFailure(RuntimeException e) {
    if (e instanceof ObjectStore.ObjectStoreException || e instanceof CatalogUnavailableException) {
      return new CommandFailure(ExitCode.FAILED, String.valueOf(e.getMessage()));
    }
    throw e;
  }

  private <T extends AutoCloseable> T closing(T part) {
    parts.push(part);
    return part;
  }

  private Path folder(String name) throws IOException {
    Path folder = config.data().resolve(name);
    if (!Files.isDirectory(folder)) {
      Files.createDirectory(
          folder,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }
    return folder;
  }

  /** Lays the CA's certificate where whoever verifies looks for it. */
  private void publishAuthority(PlatformKeys keys) throws IOException {
    byte[] pem = Certificates.pem(keys.authority()).getBytes(StandardCharsets.US_ASCII);
    var present = store.open(Bucket.LOCK, ObjectKeys.CA_CERTIFICATE, null);
    if (present.isPresent()) {
      try (var in = present.get()) {
        if (java.util.Arrays.equals(in.readAllBytes(), pem)) {
          return;
        }
      }
    }
    store.put(Bucket.LOCK, ObjectKeys.CA_CERTIFICATE, pem);
  }

  /** The tenant of the operators and of quarantined calls. */
  private static void platformTenant(Directory directory) {
    directory.addTenant(
        new Directory.Tenant(TenantSlug.PLATFORM, "Platform", ZoneId.of("UTC"), Set.of(), 1),
        "job:start");
  }

  private Reporter startArchive(
      CatalogDatabase database,
      SpoolReader captures,
      NodeParts node,
      ManifestVerifier manifests,
      PrometheusMeterRegistry metrics)
      throws IOException {
    CallCatalog calls = database.calls();
    PlatformKeys keys = installation.platformKeys();
    CommitProtocol protocol =
        new CommitProtocol(store, calls, manifests, _ -> LockMode.GOVERNANCE, clock);
    Archiver archiver =
        new Archiver(
            captures,
            node.copies(),
            database.directory(),
            protocol,
            new ManifestSigner(keys.signer()),
            keys.catalogRecovery(),
            keys.quarantine(),
            clock);
    ArchiveWorker worker =
        closing(
            new ArchiveWorker(
                calls,
                archiver,
                ArchiveWorker.Settings.defaults(config.node(), ARCHIVE_THREADS)
                    .withLostAfter(config.nodes().lostAfter())));
    Reporter reporter =
        closing(
            new Reporter(
                captures,
                calls,
                database.srcReports()::found,
                config.node(),
                _ -> worker.wake(),
                Reporter.Settings.defaults()));
    closing(node).start(reporter, metrics);
    reporter.start();
    worker.start();
    closing(
        new Upkeep(
            new CaptureJanitor(captures, calls, store, manifests, clock),
            new Sweeper(store, protocol, clock, Sweeper.GRACE),
            database.directory(),
            clock));
    Journals journals = new Journals(database.directory(), keys);
    closing(
        database.shipJournal(
            store,
            ObjectKeys::journal,
            journals::bundle,
            written ->
                new ObjectStore.Lock(
                    LockMode.GOVERNANCE, KeepUntil.calendarYears(written, 1, ZoneOffset.UTC))));
    return reporter;
  }

  private CallIndex startSearch(CatalogDatabase database) throws IOException {
    CallIndex index = closing(new CallIndex(folder("index")));
    closing(new IndexFollower(index, database.changes(), database.calls()));
    return index;
  }

  private void startLake(CatalogDatabase database) throws IOException {
    byte[] secret =
        SecretFile.load(config.data().resolve("keys/cdr-token.secret"), Tokens.SECRET_BYTES);
    closing(
        new CdrLake(store, database.changes(), database.calls(), secret, Duration.ofSeconds(1)));
  }

  private void startAuditLogs(CatalogDatabase database) {
    Config.Audit audit = config.audit();
    Journals sealed = new Journals(database.directory(), installation.platformKeys());
    AuditSequencer sequencer =
        closing(
            database.sequenceAudit(installation.auditSigner(), new AuditOrigin(audit.origin())));
    closing(
        database.copyAudit(
            sequencer,
            store,
            new AuditCopyKeys(),
            sealed::bundle,
            new AuditRetention(database.directory())::lock,
            new AuditCopier.Settings(audit.checkpointInterval(), audit.bundleInterval())));
  }

  private RecordingServer startRecorder(
      Path spool, Reporter reporter, PrometheusMeterRegistry metrics)
      throws IOException, CommandFailure {
    InetAddress address = InetAddress.getByName(config.sip().address());
    RtpSettings rtp =
        new RtpSettings(
            address,
            config.rtp().firstPort(),
            config.rtp().lastPort(),
            RtpSettings.defaults(address).round(),
            RtpSettings.defaults(address).receiveBuffer(),
            config.rtp().receiver() == Config.Receiver.AUTO);
    SpoolSettings settings = SpoolSettings.defaults(spool);
    SpoolWriter captures =
        closing(
            SpoolWriter.start(
                settings, installation.platformKeys().captureCertificate(), space, clock));
    RecorderMetrics.register(metrics, captures, clock);
    RtpMediaPlane media = closing(RtpMediaPlane.start(rtp, clock));
    OverloadGuard guard =
        closing(
            OverloadGuard.start(
                config.recorder().overload(), new LoadMeter(settings, captures, media, clock)));
    RecordingServer server =
        RecordingServer.open(
            RecordingServerSettings.of(config.node(), address)
                .withMaxCalls(config.sip().maxCalls())
                .withHealth(config.recorder().health())
                .withMetadata(config.recorder().metadata()),
            SipEndpointConfig.of(address, config.sip().port()).withTransports(transports(), tls()),
            snapshots,
            captures,
            media,
            guard,
            new Hints(reporter),
            clock);
    RecorderMetrics.register(metrics, server, guard);
    return closing(server);
  }

  private Set<Transport> transports() {
    Set<Transport> transports = EnumSet.noneOf(Transport.class);
    for (Config.Transport transport : config.sip().transports()) {
      transports.add(
          switch (transport) {
            case UDP -> Transport.UDP;
            case TCP -> Transport.TCP;
          });
    }
    return transports;
  }

  private SipEndpointConfig.@Nullable Tls tls() throws CommandFailure {
    Config.Tls tls = config.sip().tls();
    if (tls == null) {
      return null;
    }
    try {
      TlsFiles files = TlsFiles.load(tls.files(), clock);
      return new SipEndpointConfig.Tls(tls.port(), files, tls.clientCertificateRequired());
    } catch (TlsFilesException e) {
      throw new CommandFailure(ExitCode.USAGE, "sip.tls: " + e.getMessage());
    }
  }

  private void startNodeApi(CatalogDatabase database) throws CommandFailure {
    Config.NodeApi api = config.nodes().api();
    if (api == null) {
      return;
    }
    try {
      closing(
          NodeApi.start(
              new InetSocketAddress(InetAddress.getByName(api.address()), api.port()),
              installation.platformKeys(),
              recorder,
              database.audit(),
              clock));
    } catch (IOException e) {
      throw new CommandFailure(
          ExitCode.FAILED,
          "nodes.api: port %d on %s can't be had (%s); give nodes.api.port another one, or 0 for no node API"
              .formatted(api.port(), api.address(), e.getMessage()));
    }
  }

  private PortalServer startPortal(
      CatalogDatabase database,
      CallIndex index,
      ManifestVerifier manifests,
      PrometheusMeterRegistry metrics) {
    StoredMedia media =
        new StoredMedia(store, manifests, installation.tenantKeys(), database.audit(), clock);
    return closing(
        PortalServer.start(
            portalConfig(),
            new PortalParts(
                database.directory(),
                database.access(),
                database.calls(),
                database.srcReports(),
                index,
                database.audit(),
                database.auditTrail(),
                database.auditProofs(installation.auditSigner()),
                database.sessions(),
                database.plays(),
                database.attempts(),
                database.drains(),
                media,
                database.nodes(),
                List.of(
                    new PortalParts.ReadinessCheck("draining", this::requireNotDraining),
                    new PortalParts.ReadinessCheck("database", database::check),
                    new PortalParts.ReadinessCheck("objects", () -> StoreCheck.reach(store)),
                    new PortalParts.ReadinessCheck("spool", this::checkSpool)),
                metrics,
                clock)));
  }

  private void requireNotDraining() {
    if (recorder.isDraining()) {
      throw new IllegalStateException("the recorder takes no new calls");
    }
  }

  /** New calls are refused while the spool has no room; running ones go on. */
  private void checkSpool() {
    SpoolSpace.Room room = space.room();
    if (room != null && room.low()) {
      throw new IllegalStateException(
          "the spool has %d bytes left, less than its reserve".formatted(room.freeBytes()));
    }
  }

  private PortalConfig portalConfig() {
    Config.Http http = config.http();
    PortalConfig usual = PortalConfig.of(http.address(), http.port());
    return new PortalConfig(
        usual.address(),
        usual.port(),
        http.secure(),
        usual.sessionIdle(),
        usual.sessionMax(),
        http.playReasonRequired());
  }

  /** What the recorder tells the reporter. */
  private record Hints(Reporter reporter) implements CallObserver {
    @Override
    public void opened(RecordingId id) {
      reporter.hint(id);
    }

    @Override
    public void updated(RecordingId id) {
      reporter.hint(id);
    }

    @Override
    public void closed(RecordingId id) {
      reporter.hint(id);
    }

    @Override
    public void refused(RecordingId id) {
      reporter.hintRefusal();
    }
  }

  Installation installation() {
    return installation;
  }

  ObjectStore store() {
    return store;
  }

  SnapshotKeeper snapshots() {
    return snapshots;
  }

  RecordingServer recorder() {
    return recorder;
  }

  DrainKeeper drain() {
    return drain;
  }

  PortalServer portal() {
    return portal;
  }

  @Override
  public synchronized void close() {
    while (!parts.isEmpty()) {
      AutoCloseable part = parts.pop();
      try {
        part.close();
      } catch (Exception e) {
        LOG.warn("{} did not stop in order", part.getClass().getSimpleName(), e);
      }
    }
  }
}
