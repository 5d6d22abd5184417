package io.earwitness.app.bench;

import io.earwitness.archive.AnnouncementDuties;
import io.earwitness.archive.ArchiveWorker;
import io.earwitness.archive.Archiver;
import io.earwitness.archive.CommitProtocol;
import io.earwitness.archive.InitialRetention;
import io.earwitness.archive.ManifestSigner;
import io.earwitness.archive.ManifestVerifier;
import io.earwitness.archive.RescueCopies;
import io.earwitness.archive.catalog.CatalogDatabase;
import io.earwitness.archive.catalog.DatabaseConfig;
import io.earwitness.archive.catalog.Directory;
import io.earwitness.archive.catalog.embedded.PostgresBinaries;
import io.earwitness.archive.crypto.Certificates;
import io.earwitness.archive.crypto.CryptoException;
import io.earwitness.archive.crypto.KeyPassword;
import io.earwitness.archive.crypto.ManagedKeyKind;
import io.earwitness.archive.crypto.PlatformKeys;
import io.earwitness.archive.crypto.Recipient;
import io.earwitness.archive.crypto.TenantKeyStore;
import io.earwitness.archive.media.FfmpegLibraries;
import io.earwitness.archive.report.Reporter;
import io.earwitness.archive.store.ObjectStore.LockMode;
import io.earwitness.archive.store.directory.DirectoryStore;
import io.earwitness.call.CallState;
import io.earwitness.call.TenantSlug;
import io.earwitness.capture.CaptureKey;
import io.earwitness.capture.SpoolReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneId;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Set;

/**
 * Archives the captures of a spool that have ended, as the product does by default: in the same
 * process, on its two threads, with an embedded PostgreSQL and objects in a folder.
 */
final class ArchivingBeside implements AutoCloseable {
  static final TenantSlug TENANT = new TenantSlug("bench");
  private static final String NODE = "bench";
  private static final int THREADS = 2;

  private final Deque<AutoCloseable> parts = new ArrayDeque<>();
  private final CatalogDatabase database;

  private ArchivingBeside(CatalogDatabase database) {
    this.database = database;
    parts.push(database);
  }

  static ArchivingBeside start(Path folder, Path spool, PlatformKeys keys) throws IOException {
    Clock clock = Clock.systemUTC();
    FfmpegLibraries.load(PostgresBinaries.userCache().resolve("native"));
    Path data = Files.createDirectory(folder.resolve("archive"));
    ArchivingBeside beside =
        new ArchivingBeside(
            CatalogDatabase.open(
                new DatabaseConfig.Embedded(
                    data.resolve("postgres"), PostgresBinaries.userCache(), 0, false),
                clock));
    try {
      beside.start(data, spool, keys, clock);
      return beside;
    } catch (CryptoException e) {
      beside.close();
      throw new IOException(e);
    } catch (IOException | RuntimeException e) {
      beside.close();
      throw e;
    }
  }

  private void start(Path data, Path spool, PlatformKeys keys, Clock clock)
      throws IOException, CryptoException {
    Directory directory = database.directory();
    directory.addTenant(
        new Directory.Tenant(TENANT, "Bench", ZoneId.of("UTC"), Set.of(), 1), "job:bench");
    Path keyFolder = data.resolve("keys");
    TenantKeyStore tenantKeys =
        TenantKeyStore.open(
            keyFolder.resolve(TenantKeyStore.FILE), KeyPassword.load(keyFolder, null), clock);
    Recipient recipient = tenantKeys.generate(TENANT, ManagedKeyKind.EC_P256, "recordings");
    directory.addKey(
        new Directory.Key(
            TENANT, recipient.id(), Certificates.pem(recipient.certificate()), "managed", true),
        "job:bench");

    DirectoryStore store = DirectoryStore.open(data, clock);
    parts.push(store);
    SpoolReader captures =
        new SpoolReader(
            spool, List.of(new CaptureKey(keys.captureCertificate(), keys.capturePrivateKey())));
    CommitProtocol protocol =
        new CommitProtocol(
            store,
            database.calls(),
            new ManifestVerifier(keys.authority()),
            _ -> LockMode.GOVERNANCE,
            clock);
    Archiver archiver =
        new Archiver(
            captures,
            RescueCopies.NONE,
            directory,
            protocol,
            new ManifestSigner(keys.signer()),
            keys.catalogRecovery(),
            keys.quarantine(),
            AnnouncementDuties.NONE,
            InitialRetention.by(database.retention(), clock),
            clock);
    ArchiveWorker worker =
        new ArchiveWorker(
            database.calls(), archiver, ArchiveWorker.Settings.defaults(NODE, THREADS));
    parts.push(worker);
    Reporter reporter =
        new Reporter(
            captures,
            database.calls(),
            (_, _) -> {},
            NODE,
            _ -> worker.wake(),
            Reporter.Settings.defaults());
    parts.push(reporter);
    reporter.start();
    worker.start();
  }

  /** Calls that are archived by now. */
  int archived() {
    return database.calls().inState(CallState.ARCHIVED).size();
  }

  @Override
  public void close() throws IOException {
    while (!parts.isEmpty()) {
      try {
        parts.pop().close();
      } catch (Exception e) {
        throw new IOException(e);
      }
    }
  }
}
