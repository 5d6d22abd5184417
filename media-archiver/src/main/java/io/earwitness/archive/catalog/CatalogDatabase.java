package io.earwitness.archive.catalog;

import io.earwitness.archive.catalog.CallCatalog.CatalogUnavailableException;
import io.earwitness.archive.catalog.embedded.EmbeddedPostgres;
import io.earwitness.archive.catalog.embedded.EmbeddedPostgresException;
import io.earwitness.archive.catalog.embedded.PostgresBinaries;
import io.earwitness.archive.catalog.embedded.PrivateFiles;
import io.earwitness.archive.store.ObjectStore;
import io.earwitness.audit.AuditLog;
import io.earwitness.audit.AuditTrail;
import io.earwitness.audit.tree.AuditProofs;
import io.earwitness.audit.tree.LogSigner;
import io.earwitness.audit.verify.LogSource;
import io.earwitness.call.TenantSlug;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.function.BiFunction;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.jspecify.annotations.Nullable;

/**
 * The catalog: starts or finds its database, brings it to the newest form, and hands out all that
 * is kept in it. Thread-safe; to be closed last.
 *
 * <p>A database that goes away later is no reason to open anew: everything throws {@link
 * CatalogUnavailableException} until it is back, and then works again.
 */
public final class CatalogDatabase implements AutoCloseable {
  private static final String NAME = "earwitness";
  private static final String MIGRATIONS = "classpath:io/earwitness/archive/catalog/migration";

  /** Enough for the virtual threads of a portal, well below the embedded server's 100. */
  private static final int APP_CONNECTIONS = 24;

  private final @Nullable EmbeddedPostgres embedded;
  private final Roles roles;
  private final Clock clock;
  private final Transactions transactions;
  private final Sequencer sequencer;
  private final CallReports reports;
  private final CallCatalog calls;
  private final Nodes nodes;
  private final PostgresChanges changes;
  private final PostgresDirectory directory;
  private final AccessDirectory access;
  private final PostgresAudit audit;
  private final SrcReports srcReports;
  private final Sessions sessions;
  private final ApiTokens apiTokens;
  private final ProvisionedPeople provisioned;
  private final DirectoryImport imports;
  private final Plays plays;
  private final Drains drains;
  private final Pauses pauses;
  private final Attempts attempts;
  private final AlarmRegister alarms;
  private final AlarmChannels alarmChannels;
  private final AlarmOutbox alarmOutbox;
  private final SignInFailures signInFailures;
  private final SecondFactors secondFactors;
  private final IdentityProviders identityProviders;
  private final Approvals approvals;
  private final BreakGlass breakGlass;
  private final Guests guests;
  private final SupportRequests supportRequests;
  private final Announcements announcements;
  private final RecordingPolicies recordingPolicies;
  private final AnnouncementPlays announcementPlays;
  private final RetentionPolicies retention;
  private final LegalHolds holds;
  private final Disposals disposals;
  private final Tombstones tombstones;
  private final PostgresSubjectRequests subjectRequests;
  private final RetentionLocks retentionLocks;
  private final RetentionLengthenings retentionLengthenings;
  private final RetentionTrials retentionTrials;
  private final LockModes lockModes;
  private final Closings closings;
  private final Licences licences;
  private final StoredBytes storedBytes;
  private final NumberHolding holders;
  private final Corrections corrections;
  private final Annotations annotations;
  private final QuarantinedCalls quarantined;
  private final MisplacedCalls misplaced;
  private final AuditForwarding auditForwarding;
  private final Deliveries deliveries;
  private final Restrictions restrictions;

  private CatalogDatabase(@Nullable EmbeddedPostgres embedded, Roles roles, Clock clock) {
    this.embedded = embedded;
    this.roles = roles;
    this.clock = clock;
    this.transactions = new Transactions(roles, APP_CONNECTIONS);
    Signal outboxFilled = new Signal();
    Signal feedGrown = new Signal();
    this.sequencer = new Sequencer(transactions, outboxFilled, feedGrown);
    this.reports = new CallReports(transactions, outboxFilled::raise);
    this.calls = new PostgresCalls(transactions, reports, outboxFilled::raise);
    this.nodes = new PostgresNodes(transactions);
    this.changes = new PostgresChanges(transactions, feedGrown);
    this.directory = new PostgresDirectory(transactions, clock);
    this.access = new PostgresAccess(transactions, clock);
    this.audit = new PostgresAudit(transactions);
    this.srcReports = new PostgresSrcReports(transactions);
    this.sessions = new PostgresSessions(transactions, clock);
    this.apiTokens = new PostgresApiTokens(transactions, clock);
    this.provisioned = new PostgresProvisionedPeople(transactions, clock);
    this.imports = new PostgresImport(transactions, clock);
    this.plays = new PostgresPlays(transactions, clock);
    this.drains = new PostgresDrains(transactions, clock);
    this.pauses = new PostgresPauses(transactions, clock);
    this.attempts = new PostgresAttempts(transactions, calls);
    this.alarms = new PostgresAlarmRegister(transactions, clock);
    this.alarmChannels = new PostgresAlarmChannels(transactions, clock);
    this.alarmOutbox = new PostgresAlarmOutbox(transactions, clock);
    this.signInFailures = new PostgresSignInFailures(transactions, clock);
    this.secondFactors = new PostgresSecondFactors(transactions, clock);
    this.identityProviders = new PostgresIdentityProviders(transactions, clock);
    this.approvals = new PostgresApprovals(transactions, clock);
    this.breakGlass = new PostgresBreakGlass(transactions, clock);
    this.guests = new PostgresGuests(transactions, clock);
    this.supportRequests = new PostgresSupportRequests(transactions, clock);
    this.announcements = new PostgresAnnouncements(transactions, clock);
    this.recordingPolicies =
        new PostgresRecordingPolicies(transactions, clock, outboxFilled::raise);
    this.announcementPlays = new PostgresAnnouncementPlays(transactions);
    this.retention = new PostgresRetentionPolicies(transactions, clock);
    this.holds = new PostgresLegalHolds(transactions, clock, outboxFilled::raise);
    this.disposals = new PostgresDisposals(transactions, clock, outboxFilled::raise);
    this.tombstones = new PostgresTombstones(transactions);
    this.subjectRequests = new PostgresSubjectRequests(transactions, clock);
    this.retentionLocks = new PostgresRetentionLocks(transactions, clock);
    this.retentionLengthenings =
        new PostgresRetentionLengthenings(transactions, clock, outboxFilled::raise);
    this.retentionTrials = new PostgresRetentionTrials(transactions, clock);
    this.lockModes = new PostgresLockModes(transactions, clock);
    this.closings = new PostgresClosings(transactions, clock);
    this.licences = new PostgresLicences(transactions, clock);
    this.storedBytes = new PostgresStoredBytes(transactions, clock);
    this.holders = new PostgresNumberHolding(transactions, clock, outboxFilled::raise);
    this.quarantined = new PostgresQuarantinedCalls(transactions, outboxFilled::raise);
    this.misplaced = new PostgresMisplacedCalls(transactions, clock, outboxFilled::raise);
    this.corrections = new PostgresCorrections(transactions, clock, outboxFilled::raise);
    this.annotations = new PostgresAnnotations(transactions, clock, outboxFilled::raise);
    this.auditForwarding = new PostgresAuditForwarding(transactions, clock);
    this.deliveries = new PostgresDeliveries(transactions, changes, clock);
    this.restrictions = new PostgresRestrictions(transactions, clock, outboxFilled::raise);
  }

  /**
   * Opens the catalog and starts the sequencer of its change feed.
   *
   * @throws EmbeddedPostgresException if our own server doesn't start
   * @throws IllegalArgumentException if an external one is too old or its user not fit
   * @throws CatalogUnavailableException if it can't be reached or can't be migrated
   */
  public static CatalogDatabase open(DatabaseConfig config, Clock clock) {
    return switch (config) {
      case DatabaseConfig.External external -> open(null, external, clock);
      case DatabaseConfig.Embedded embedded -> {
        EmbeddedPostgres postgres = postgres(embedded);
        try {
          yield open(postgres, ownDatabase(postgres, embedded.directory()), clock);
        } catch (RuntimeException e) {
          postgres.close();
          throw e;
        }
      }
    };
  }

  private static EmbeddedPostgres postgres(DatabaseConfig.Embedded config) {
    if (config.attach()) {
      Optional<EmbeddedPostgres> running = EmbeddedPostgres.attach(config.directory());
      if (running.isPresent()) {
        return running.get();
      }
    }
    return EmbeddedPostgres.start(
        config.directory(), PostgresBinaries.bundled(config.binaries()), config.port());
  }

  /** In our own server: a migrator without a superuser's rights, and the database that it owns. */
  private static DatabaseConfig.External ownDatabase(EmbeddedPostgres postgres, Path folder) {
    try {
      String password = PrivateFiles.secret(folder.resolve("migrator-password"));
      try (Connection connection =
              DriverManager.getConnection(
                  postgres.jdbcUrl("postgres"), postgres.adminUser(), postgres.adminPassword());
          Statement statement = connection.createStatement()) {
        if (missing(statement, "select 1 from pg_roles where rolname = '" + NAME + "'")) {
          statement.execute("create role " + NAME + " login createrole");
        }
        connection
            .unwrap(org.postgresql.PGConnection.class)
            .alterUserPassword(NAME, password.toCharArray(), "scram-sha-256");
        if (missing(statement, "select 1 from pg_database where datname = '" + NAME + "'")) {
          statement.execute("create database " + NAME + " owner " + NAME);
        }
      }
      return new DatabaseConfig.External(postgres.jdbcUrl(NAME), NAME, password);
    } catch (SQLException e) {
      throw Failures.translated(e);
    } catch (IOException e) {
      throw new EmbeddedPostgresException("can't keep the migrator's password: " + e, e);
    }
  }

  private static boolean missing(Statement statement, String query) throws SQLException {
    try (ResultSet row = statement.executeQuery(query)) {
      return !row.next();
    }
  }

  private static CatalogDatabase open(
      @Nullable EmbeddedPostgres embedded, DatabaseConfig.External external, Clock clock) {
    Roles roles = new Roles(external);
    try {
      roles.prepare();
      Flyway.configure()
          .dataSource(external.url(), external.user(), external.password())
          .locations(MIGRATIONS)
          .failOnMissingLocations(true)
          .defaultSchema(NAME)
          .placeholders(roles.placeholders())
          .load()
          .migrate();
    } catch (SQLException e) {
      throw Failures.translated(e);
    } catch (FlywayException e) {
      throw new CatalogUnavailableException(
          "the catalog can't be brought to its newest form: " + e.getMessage(), e);
    }
    CatalogDatabase database = new CatalogDatabase(embedded, roles, clock);
    database.sequencer.start();
    return database;
  }

  public CallCatalog calls() {
    return calls;
  }

  public Captures captures() {
    return reports;
  }

  public Nodes nodes() {
    return nodes;
  }

  public ChangeFeed changes() {
    return changes;
  }

  public Directory directory() {
    return directory;
  }

  public AccessDirectory access() {
    return access;
  }

  public SrcReports srcReports() {
    return srcReports;
  }

  public AuditLog audit() {
    return audit;
  }

  public AuditTrail auditTrail() {
    return audit;
  }

  public Sessions sessions() {
    return sessions;
  }

  public ApiTokens apiTokens() {
    return apiTokens;
  }

  public ProvisionedPeople provisioned() {
    return provisioned;
  }

  public DirectoryImport imports() {
    return imports;
  }

  public Plays plays() {
    return plays;
  }

  public AccessReviews accessReviews() {
    return new PostgresAccessReviews(transactions);
  }

  public Drains drains() {
    return drains;
  }

  /** Pauses of recordings, and what is asked of recorders. */
  public Pauses pauses() {
    return pauses;
  }

  public Attempts attempts() {
    return attempts;
  }

  public AlarmRegister alarms() {
    return alarms;
  }

  public AlarmChannels alarmChannels() {
    return alarmChannels;
  }

  public AlarmOutbox alarmOutbox() {
    return alarmOutbox;
  }

  public Approvals approvals() {
    return approvals;
  }

  public QuarantinedCalls quarantined() {
    return quarantined;
  }

  public MisplacedCalls misplaced() {
    return misplaced;
  }

  public Corrections corrections() {
    return corrections;
  }

  /** Notes and tags on calls. */
  public Annotations annotations() {
    return annotations;
  }

  public NumberHolding holders() {
    return holders;
  }

  public BreakGlass breakGlass() {
    return breakGlass;
  }

  public Guests guests() {
    return guests;
  }

  public SupportRequests supportRequests() {
    return supportRequests;
  }

  public Announcements announcements() {
    return announcements;
  }

  public RecordingPolicies recordingPolicies() {
    return recordingPolicies;
  }

  public AnnouncementPlays announcementPlays() {
    return announcementPlays;
  }

  /** The tenants' policies of retention. */
  public RetentionPolicies retention() {
    return retention;
  }

  /** The tenants' legal holds. */
  public LegalHolds holds() {
    return holds;
  }

  /** What is deleted when it falls due. */
  public Disposals disposals() {
    return disposals;
  }

  /** Recordings whose original nobody hears but by two persons. */
  public Restrictions restrictions() {
    return restrictions;
  }

  /** What is left of recordings that were disposed of. */
  public Tombstones tombstones() {
    return tombstones;
  }

  /** What people who were recorded ask for. */
  public SubjectRequests subjectRequests() {
    return subjectRequests;
  }

  /** What a hold came too late for. */
  public DisposedRecordings disposed(DisposedRecordings.NumberTokens tokens) {
    return new PostgresDisposedRecordings(transactions, tokens);
  }

  public RetentionLocks retentionLocks() {
    return retentionLocks;
  }

  public RetentionLengthenings retentionLengthenings() {
    return retentionLengthenings;
  }

  public RetentionTrials retentionTrials() {
    return retentionTrials;
  }

  public Closings closings() {
    return closings;
  }

  public LockModes lockModes() {
    return lockModes;
  }

  /** What tenants have of licences, and what they use. */
  public Licences licences() {
    return licences;
  }

  /** How much is stored, and when it falls due. */
  public StoredBytes storedBytes() {
    return storedBytes;
  }

  /** What the catalog itself shows to be wrong. */
  public CatalogConditions conditions(CatalogConditions.Limits limits) {
    return new CatalogConditions(transactions, nodes, drains, clock, limits);
  }

  public SignInFailures signInFailures() {
    return signInFailures;
  }

  public SecondFactors secondFactors() {
    return secondFactors;
  }

  public IdentityProviders identityProviders() {
    return identityProviders;
  }

  /**
   * Starts a thread that brings the journal to the object store, at most a minute behind. To be
   * closed before this.
   *
   * @param keys {@code ObjectKeys::journal}
   * @param lock how a tenant's bundle written at an instant is locked
   */
  public JournalShipper shipJournal(
      ObjectStore store,
      JournalShipper.Keys keys,
      JournalShipper.Sealer sealer,
      BiFunction<TenantSlug, Instant, ObjectStore.Lock> lock) {
    return new JournalShipper(transactions, clock, store, keys, sealer, lock).start();
  }

  /**
   * Starts a thread that gives audit entries their leaves and signs checkpoints. To be closed
   * before this.
   */
  public AuditSequencer sequenceAudit(LogSigner signer, AuditOrigin origin) {
    return new AuditSequencer(transactions, signer, origin, clock).start();
  }

  /**
   * Starts a thread that copies the audit logs under lock. To be closed before the sequencer.
   *
   * @param lock how a tenant's copy made at an instant is locked
   */
  public AuditCopier copyAudit(
      AuditSequencer auditSequencer,
      ObjectStore store,
      AuditCopier.Keys keys,
      JournalShipper.Sealer sealer,
      BiFunction<TenantSlug, Instant, ObjectStore.Lock> lock,
      AuditCopier.Settings settings,
      AuditCopier.Witnesses witnesses) {
    AuditHeads heads = new AuditHeads(transactions, audit, auditSequencer, clock);
    return new AuditCopier(
            transactions,
            auditSequencer,
            heads,
            clock,
            new AuditShelf(store, lock, clock),
            keys,
            sealer,
            settings,
            witnesses)
        .start();
  }

  public AuditForwarding auditForwarding() {
    return auditForwarding;
  }

  public Deliveries deliveries() {
    return deliveries;
  }

  /** The audit logs as they lie here, for their verification. */
  public LogSource auditLogs() {
    return new PostgresLogSource(transactions);
  }

  /** Proofs of audit entries. */
  public AuditProofs auditProofs(LogSigner signer) {
    return new PostgresAuditProofs(transactions, signer);
  }

  /**
   * Fills this catalog, which must be empty, with what lies in the object store. Its change feed
   * stands still from then on, until it is opened anew.
   */
  public CatalogRebuild rebuild() {
    sequencer.close(); // it would wait for tables that are locked meanwhile
    return new CatalogRebuild(roles);
  }

  /** Makes every reader of the change feed start anew: after the database's files were put back. */
  public void renewEpoch() {
    changes.renewEpoch();
  }

  /**
   * Asks the database whether it is there.
   *
   * @throws CatalogUnavailableException if it isn't
   */
  public void check() {
    transactions.asFeed(sql -> sql.selectOne().fetchSingle().value1());
  }

  Transactions transactions() {
    return transactions;
  }

  /** Ends the sequencer and the pools, and stops our own server if we started it. */
  @Override
  public void close() {
    sequencer.close();
    transactions.close();
    if (embedded != null) {
      embedded.close();
    }
  }
}
