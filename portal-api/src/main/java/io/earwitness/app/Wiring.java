package io.earwitness.app;

import io.earwitness.archive.ArchiveWorker;
import io.earwitness.archive.Archiver;
import io.earwitness.archive.CaptureJanitor;
import io.earwitness.archive.CommitProtocol;
import io.earwitness.archive.InitialRetention;
import io.earwitness.archive.LockKeeper;
import io.earwitness.archive.ManifestSigner;
import io.earwitness.archive.ManifestVerifier;
import io.earwitness.archive.ObjectKeys;
import io.earwitness.archive.RecordingRemoval;
import io.earwitness.archive.StoreCheck;
import io.earwitness.archive.Sweeper;
import io.earwitness.archive.catalog.AuditCopier;
import io.earwitness.archive.catalog.AuditOrigin;
import io.earwitness.archive.catalog.AuditSequencer;
import io.earwitness.archive.catalog.CallCatalog;
import io.earwitness.archive.catalog.CallCatalog.CatalogUnavailableException;
import io.earwitness.archive.catalog.CatalogDatabase;
import io.earwitness.archive.catalog.Directory;
import io.earwitness.archive.catalog.Restrictions;
import io.earwitness.archive.catalog.embedded.PostgresBinaries;
import io.earwitness.archive.cdr.CdrLake;
import io.earwitness.archive.cdr.Tokens;
import io.earwitness.archive.crypto.Certificates;
import io.earwitness.archive.crypto.CryptoException;
import io.earwitness.archive.crypto.PlatformKeys;
import io.earwitness.archive.crypto.SignedDataVerifier;
import io.earwitness.archive.forward.AuditForwarder;
import io.earwitness.archive.media.FfmpegLibraries;
import io.earwitness.archive.numbering.NumberOrigin;
import io.earwitness.archive.report.Reporter;
import io.earwitness.archive.store.ObjectStore;
import io.earwitness.archive.store.ObjectStore.Bucket;
import io.earwitness.archive.witness.WitnessClient;
import io.earwitness.call.RecordingId;
import io.earwitness.call.TenantSlug;
import io.earwitness.capture.CaptureKey;
import io.earwitness.capture.SpoolReader;
import io.earwitness.capture.SpoolSettings;
import io.earwitness.capture.SpoolSpace;
import io.earwitness.capture.SpoolWriter;
import io.earwitness.nodeapi.NodeApi;
import io.earwitness.nodeapi.RevokedClients;
import io.earwitness.portal.AnnouncementParts;
import io.earwitness.portal.ApprovalDesk;
import io.earwitness.portal.ApprovalSettings;
import io.earwitness.portal.ClosingParts;
import io.earwitness.portal.DeliveryParts;
import io.earwitness.portal.DisposalParts;
import io.earwitness.portal.Exposure;
import io.earwitness.portal.HoldParts;
import io.earwitness.portal.PeopleParts;
import io.earwitness.portal.PortalConfig;
import io.earwitness.portal.PortalParts;
import io.earwitness.portal.PortalServer;
import io.earwitness.portal.RetentionParts;
import io.earwitness.portal.SearchedHolds;
import io.earwitness.portal.SignInParts;
import io.earwitness.portal.SubjectRequestParts;
import io.earwitness.portal.WhoseCallParts;
import io.earwitness.portal.media.StoredMedia;
import io.earwitness.portal.oidc.NimbusOpenIdConnect;
import io.earwitness.recorder.announcement.AnnouncementService;
import io.earwitness.recorder.rtp.RtpMediaPlane;
import io.earwitness.recorder.rtp.RtpSettings;
import io.earwitness.recorder.sip.SipEndpointConfig;
import io.earwitness.recorder.sip.Transport;
import io.earwitness.recorder.srs.CallObserver;
import io.earwitness.recorder.srs.LoadMeter;
import io.earwitness.recorder.srs.MediaHealth;
import io.earwitness.recorder.srs.OverloadGuard;
import io.earwitness.recorder.srs.RecordingServer;
import io.earwitness.recorder.srs.RecordingServerSettings;
import io.earwitness.recorder.srtp.SrtpSuite;
import io.earwitness.recorder.srtp.SrtpSupport;
import io.earwitness.recorder.tls.TlsFiles;
import io.earwitness.recorder.tls.TlsFilesException;
import io.earwitness.retention.ClosingRunner;
import io.earwitness.retention.DisposalRunner;
import io.earwitness.retention.ErasurePlans;
import io.earwitness.retention.HoldMatching;
import io.earwitness.retention.ObjectHolding;
import io.earwitness.retention.SubjectRequestRunner;
import io.earwitness.retention.delivery.DeliveryPlaces;
import io.earwitness.retention.delivery.DeliveryWorker;
import io.earwitness.retention.delivery.MovedStore;
import io.earwitness.retention.delivery.PrimaryPlaces;
import io.earwitness.search.CallIndex;
import io.earwitness.search.IndexFollower;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
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

  /** With what was moved to tenants' own storage, too. */
  private final ObjectStore everywhere;

  private final DeliveryPlaces places;
  private final PrimaryPlaces primaries;
  private final SnapshotKeeper snapshots;
  private final SpoolSpace space;
  private final AlarmParts alarms;
  private final NodeConditions conditions;
  private final AnnouncementParts announcements;
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
      PrometheusMeterRegistry metrics = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
      alarms = closing(new AlarmParts(config, database, metrics, clock));
      conditions = new NodeConditions(alarms, clock);
      places = DeliveryProvisioning.places(config, installation.signInKey(), alarms.outbound());
      primaries = closing(new PrimaryPlaces(database.deliveries().care(), places::open, clock));
      everywhere = new MovedStore(store, database.deliveries().moves(), primaries);
      announcements =
          SealedPrompts.announcements(database, installation.signInKey(), alarms.alarms(), clock);
      snapshots =
          closing(
              new SnapshotKeeper(
                  new SignedSnapshots(
                      config.data(),
                      keys.signer(),
                      new SignedDataVerifier(List.of(keys.authority()))),
                  database.directory(),
                  number -> NumberOrigin.of(number).country()));
      conditions.configuration(snapshots::isForged);

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
      Reporter reporter = startArchive(database, captures, node, manifests, metrics);
      CallIndex index = startSearch(database);
      CdrLake lake = startLake(database);
      conditions.reached(database::check, () -> StoreCheck.reach(store));
      conditions.followers(database.changes(), index::reached, lake::position);
      conditions.audit(startAuditLogs(database, metrics)::brokenLogs, () -> lostOutcomes(metrics));
      recorder = startRecorder(spool, reporter, node, metrics);
      drain = closing(new DrainKeeper(config.node(), database.drains(), recorder));
      closing(new PauseKeeper(config.node(), database.pauses(), recorder));
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
        if (Arrays.equals(in.readAllBytes(), pem)) {
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
    CommitProtocol protocol = protocol(database, store, manifests);
    Archiver archiver =
        new Archiver(
            captures,
            node.copies(),
            database.directory(),
            protocol,
            new ManifestSigner(keys.signer()),
            keys.catalogRecovery(),
            keys.quarantine(),
            announcements.book(),
            InitialRetention.by(database.retention(), clock),
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
    closing(node).start(reporter, metrics, conditions);
    reporter.start();
    worker.start();
    CommitProtocol kept = protocol(database, everywhere, manifests);
    closing(
        new Upkeep(
            new CaptureJanitor(captures, calls, everywhere, manifests, alarms.alarms(), clock),
            new Sweeper(everywhere, kept, clock, Sweeper.GRACE),
            database.directory(),
            alarms.alarms(),
            clock));
    closing(
        new LockUpkeep(
            new LockKeeper(
                kept,
                database.retentionLocks(),
                database.retentionLengthenings(),
                database.audit(),
                clock)));
    Journals journals = new Journals(database.directory(), keys);
    closing(
        database.shipJournal(
            store, ObjectKeys::journal, journals::bundle, new AuditRetention(database)::lock));
    return reporter;
  }

  private CommitProtocol protocol(
      CatalogDatabase database, ObjectStore over, ManifestVerifier manifests) {
    return new CommitProtocol(
        over, database.calls(), manifests, tenant -> database.lockModes().of(tenant).mode(), clock);
  }

  private CallIndex startSearch(CatalogDatabase database) throws IOException {
    CallIndex index = closing(new CallIndex(folder("index")));
    closing(new IndexFollower(index, database.changes(), database.calls()));
    return index;
  }

  private CdrLake startLake(CatalogDatabase database) {
    return closing(
        new CdrLake(
            store,
            database.changes(),
            database.calls(),
            database.tombstones(),
            installation.tokenSecret(),
            Duration.ofSeconds(1)));
  }

  private SubjectRequestParts subjects(CatalogDatabase database) {
    return new SubjectRequestParts(database.subjectRequests(), erasurePlans(database)::of);
  }

  private ErasurePlans erasurePlans(CatalogDatabase database) {
    return new ErasurePlans(
        database.misplaced(),
        database.disposals(),
        database.retention(),
        database.holds(),
        store,
        clock);
  }

  private SubjectRequestRunner subjectRunner(CatalogDatabase database) {
    return new SubjectRequestRunner(
        new SubjectRequestRunner.Parts(
            database.subjectRequests(),
            database.disposals(),
            erasurePlans(database),
            database.restrictions(),
            store,
            installation.journals(store, "job:subject-requests"),
            database.audit(),
            clock));
  }

  private DisposalParts startDisposal(CatalogDatabase database) {
    Function<TenantSlug, Tokens> tokens = installation::tokens;
    closing(
        new DisposalUpkeep(
            subjectRunner(database),
            new DisposalRunner(
                new DisposalRunner.Parts(
                    database.disposals(),
                    database.tombstones(),
                    database.misplaced(),
                    database.retention(),
                    database.holds(),
                    store,
                    tokens,
                    installation.platformKeys().signer()::sign,
                    new AuditRetention(database)::lock,
                    database.audit(),
                    alarms.alarms(),
                    clock)),
            database.directory()));
    return new DisposalParts(database.disposals(), database.tombstones(), tokens);
  }

  private AuditSequencer startAuditLogs(CatalogDatabase database, MeterRegistry metrics) {
    Config.Audit audit = config.audit();
    Journals sealed = new Journals(database.directory(), installation.platformKeys());
    AuditOrigin origin = new AuditOrigin(audit.origin());
    AuditSequencer sequencer = closing(database.sequenceAudit(installation.auditSigner(), origin));
    closing(
        database.copyAudit(
            sequencer,
            store,
            new AuditCopyKeys(),
            sealed::bundle,
            new AuditRetention(database)::lock,
            new AuditCopier.Settings(audit.checkpointInterval(), audit.bundleInterval()),
            closing(new WitnessClient(audit.witnesses(), alarms.tls()))));
    AuditForwarder forwarder =
        closing(
            new AuditForwarder(
                database.auditForwarding(), alarms.outbound(), origin, config.node(), clock));
    AuditForwardingMetrics.register(metrics, forwarder);
    forwarder.start();
    return sequencer;
  }

  private RecordingServer startRecorder(
      Path spool, Reporter reporter, NodeParts node, PrometheusMeterRegistry metrics)
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
    SipEndpointConfig.Tls tls = tls();
    PlayedKeeper played = closing(new PlayedKeeper(config.node(), announcements.plays()));
    RecordingServer server =
        RecordingServer.open(
            RecordingServerSettings.of(config.node(), address)
                .withMaxCalls(config.sip().maxCalls())
                .withHealth(config.recorder().health())
                .withMetadata(config.recorder().metadata()),
            SipEndpointConfig.of(address, config.sip().port()).withTransports(transports(), tls),
            snapshots,
            captures,
            media,
            guard,
            new Hints(reporter, new MediaAlarms(alarms.alarms(), config.node())),
            new RecordingServer.Announcing(
                new AnnouncementService.Settings(
                    config.node(),
                    address,
                    config.rtp().firstPort(),
                    config.rtp().lastPort(),
                    config.sip().maxAnnouncements()),
                closing(
                    new PromptKeeper(
                        folder("prompts"),
                        announcements.plays(),
                        announcements.prompts(),
                        installation.signInKey())),
                played::played),
            clock);
    played.follow(server::announcementPlayed);
    RecorderMetrics.register(metrics, server, guard);
    conditions.spool(
        space::room, captures::health, captures::waitingForSync, node.presence()::spoolProblem);
    conditions.recorder(
        guard::isOverloaded,
        server::lostRefusals,
        () -> snapshots.get().snapshot(),
        snapshots::isUnusable,
        config.sip().maxCalls(),
        declinedSuites());
    TlsFiles files = tls != null && tls.context() instanceof TlsFiles loaded ? loaded : null;
    conditions.certificates(
        () -> files == null ? null : files.expires(),
        () -> files != null && files.isUnusable(),
        installation.platformKeys().warnings());
    return closing(server);
  }

  private static List<String> declinedSuites() {
    return Arrays.stream(SrtpSuite.values())
        .filter(suite -> !SrtpSupport.isUsable(suite))
        .map(SrtpSuite::name)
        .toList();
  }

  private static long lostOutcomes(PrometheusMeterRegistry metrics) {
    Counter lost = metrics.find("earwitness.portal.audit.outcomes.lost").counter();
    return lost == null ? 0 : (long) lost.count();
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
      NodeApi running =
          NodeApi.start(
              new InetSocketAddress(InetAddress.getByName(api.address()), api.port()),
              installation.platformKeys(),
              new RevokedClients(config.data()),
              recorder,
              database.audit(),
              clock);
      conditions.nodeApi(closing(running)::lostEntries);
    } catch (BindException e) {
      throw new CommandFailure(
          ExitCode.FAILED,
          "nodes.api: port %d on %s can't be had (%s); give nodes.api.port another one, or 0 for no node API"
              .formatted(api.port(), api.address(), e.getMessage()));
    } catch (IOException e) {
      throw new CommandFailure(ExitCode.FAILED, "nodes.api: " + e.getMessage());
    }
  }

  private PortalServer startPortal(
      CatalogDatabase database,
      CallIndex index,
      ManifestVerifier manifests,
      PrometheusMeterRegistry metrics)
      throws CommandFailure {
    StoredMedia media =
        new StoredMedia(
            everywhere,
            (call, key) -> primaries.object(call.tenant(), call.id(), call.generation(), key),
            manifests,
            installation.tenantKeys(),
            database.restrictions(),
            database.audit(),
            clock);
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
                database.accessReviews(),
                installation.platformKeys().signer()::sign,
                List.of(
                    new PortalParts.ReadinessCheck("draining", this::requireNotDraining),
                    new PortalParts.ReadinessCheck("database", database::check),
                    new PortalParts.ReadinessCheck("objects", () -> StoreCheck.reach(store)),
                    new PortalParts.ReadinessCheck("spool", this::checkSpool)),
                metrics,
                clock,
                database.alarms(),
                new SignInParts(
                    database.signInFailures(),
                    database.secondFactors(),
                    database.identityProviders(),
                    new NimbusOpenIdConnect(),
                    installation.signInKey()),
                new PeopleParts(
                    database.apiTokens(),
                    database.provisioned(),
                    database.imports(),
                    database.guests(),
                    database.supportRequests(),
                    config.provisioning().maxRemovalsPercent()),
                approvals(database, manifests, metrics),
                announcements,
                new WhoseCallParts(
                    this::makeTenant,
                    database.holders(),
                    database.corrections(),
                    installation.quarantine(store, manifests, announcements.book())),
                database.recordingPolicies(),
                database.annotations(),
                database.licences(),
                database.storedBytes(),
                config.storagePrice(),
                database.pauses(),
                new RetentionParts(
                    database.retention(),
                    archive -> store.lockOf(archive.manifestKey(), archive.manifestVersionId()),
                    database.retentionLocks(),
                    database.retentionLengthenings(),
                    database.retentionTrials(),
                    database.lockModes(),
                    new HoldParts(database.holds(), keepHolds(database, index)),
                    keepRestrictions(database, manifests),
                    startDisposal(database),
                    subjects(database)),
                startDelivery(database, manifests),
                startClosing(database))));
  }

  private DeliveryParts startDelivery(CatalogDatabase database, ManifestVerifier manifests) {
    Journals sealed = new Journals(database.directory(), installation.platformKeys());
    closing(
            new DeliveryWorker(
                database.deliveries(),
                places::open,
                store,
                manifests,
                sealed::bundle,
                installation.tenantKeys(),
                installation.platformKeys().signer()::sign,
                database.audit(),
                clock))
        .start();
    return new DeliveryParts(
        database.deliveries(),
        target -> DeliveryProvisioning.probe(places, installation.tenantKeys(), target));
  }

  /** Restrictions, whose masked derivatives are made from now on. */
  private Restrictions keepRestrictions(CatalogDatabase database, ManifestVerifier manifests) {
    RestrictionUpkeep upkeep =
        closing(
            new RestrictionUpkeep(
                database.restrictions(),
                installation.masking(everywhere, manifests),
                new RecordingRemoval(store),
                new AuditedActs(database.audit(), clock, RestrictionUpkeep.JOB),
                clock));
    upkeep.start();
    return database.restrictions();
  }

  private ClosingParts startClosing(CatalogDatabase database) {
    closing(
        new ClosingUpkeep(
            new ClosingRunner(
                new ClosingRunner.Parts(
                    database.closings(),
                    database.deliveries(),
                    database.disposals(),
                    database.directory(),
                    database.access(),
                    store,
                    installation.platformKeys().signer()::sign,
                    new AuditRetention(database)::lock,
                    installation::destroyKeys,
                    database.audit(),
                    clock))));
    return new ClosingParts(
        database.closings(),
        installation::exportKeys,
        (key, version) -> store.open(Bucket.LOCK, key, version));
  }

  /** Which recordings holds are on, brought up to date from now on. */
  private HoldMatching keepHolds(CatalogDatabase database, CallIndex index) {
    HoldMatching matching =
        new HoldMatching(
            database.holds(), new SearchedHolds(index), installation.disposed(), clock);
    HoldUpkeep upkeep =
        closing(
            new HoldUpkeep(
                database.holds(),
                matching,
                new ObjectHolding(
                    database.holds().objects(),
                    store,
                    alarms.alarms(),
                    clock,
                    ObjectHolding.USUAL_BATCH),
                database.directory(),
                new AuditedActs(database.audit(), clock, HoldUpkeep.JOB),
                clock));
    upkeep.start();
    return matching;
  }

  /** With managed keys, as the command line makes them. */
  private void makeTenant(Directory.Tenant tenant, boolean trial, String actor) {
    try {
      installation.provisioning(actor).tenant(tenant, trial, installation.database());
    } catch (CryptoException e) {
      throw new IllegalStateException(
          "the keys of tenant %s could not be made".formatted(tenant.slug()), e);
    }
  }

  private ApprovalDesk approvals(
      CatalogDatabase database, ManifestVerifier manifests, PrometheusMeterRegistry metrics) {
    Config.Approvals times = config.approvals();
    ApprovalDesk desk =
        new ApprovalDesk(
            database.approvals(),
            database.breakGlass(),
            database.directory(),
            database.access(),
            database.alarmChannels(),
            database.auditForwarding(),
            database.identityProviders(),
            database.retention(),
            database.lockModes(),
            database.deliveries(),
            database.holds(),
            database.restrictions(),
            database.disposals(),
            database.recordingPolicies(),
            database.licences(),
            database.subjectRequests(),
            database.closings(),
            database.alarms(),
            database.audit(),
            metrics,
            clock,
            new ApprovalSettings(
                times.expiry(),
                times.waiting(),
                config.alarms().smtp() != null,
                config.alarms().localAddresses()),
            installation.handOvers(
                installation.handOverSealing(everywhere, manifests, announcements.book())::seal,
                metrics,
                times.expiry()));
    closing(new ApprovalUpkeep(desk));
    return desk;
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

  private @Nullable TlsFiles portalTls(Config.Http http) throws CommandFailure {
    if (http.tls() == null) {
      return null;
    }
    try {
      return TlsFiles.load(http.tls(), clock);
    } catch (TlsFilesException e) {
      throw new CommandFailure(ExitCode.USAGE, "http.tls: " + e.getMessage());
    }
  }

  private PortalConfig portalConfig() throws CommandFailure {
    Config.Http http = config.http();
    PortalConfig usual = PortalConfig.of(http.address(), http.port());
    return new PortalConfig(
        usual.address(),
        usual.port(),
        http.secure(),
        usual.sessionIdle(),
        usual.sessionMax(),
        http.playReasonRequired(),
        new Exposure(
            portalTls(http),
            http.trustedProxies(),
            http.requestsPerAddress(),
            http.requestsPerAccount()),
        config.signIn());
  }

  /** What the recorder tells the reporter. */
  private record Hints(Reporter reporter, MediaAlarms alarms) implements CallObserver {
    @Override
    public void opened(RecordingId id) {
      reporter.hint(id);
    }

    @Override
    public void updated(RecordingId id) {
      reporter.hint(id);
    }

    @Override
    public void health(RecordingId id, TenantSlug tenant, MediaHealth health) {
      alarms.health(id, tenant, health);
    }

    @Override
    public void closed(RecordingId id) {
      alarms.closed(id);
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
