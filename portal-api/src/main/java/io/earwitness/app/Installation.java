package io.earwitness.app;

import io.earwitness.alarm.Alarms;
import io.earwitness.archive.AnnouncementDuties;
import io.earwitness.archive.CommitProtocol;
import io.earwitness.archive.HandOverSealing;
import io.earwitness.archive.InitialRetention;
import io.earwitness.archive.JournalReader;
import io.earwitness.archive.ManifestSigner;
import io.earwitness.archive.ManifestVerifier;
import io.earwitness.archive.Masking;
import io.earwitness.archive.QuarantineRelease;
import io.earwitness.archive.Resealing;
import io.earwitness.archive.catalog.CallCatalog;
import io.earwitness.archive.catalog.CallCatalog.CatalogUnavailableException;
import io.earwitness.archive.catalog.CatalogDatabase;
import io.earwitness.archive.catalog.DatabaseConfig;
import io.earwitness.archive.catalog.Directory;
import io.earwitness.archive.catalog.DisposedRecordings;
import io.earwitness.archive.catalog.embedded.EmbeddedPostgresException;
import io.earwitness.archive.catalog.embedded.PostgresBinaries;
import io.earwitness.archive.cdr.Tokens;
import io.earwitness.archive.crypto.KeyPassword;
import io.earwitness.archive.crypto.KeyStoreAccessException;
import io.earwitness.archive.crypto.KeyUse;
import io.earwitness.archive.crypto.PlatformKeys;
import io.earwitness.archive.crypto.SealedBundle;
import io.earwitness.archive.crypto.SignedDataVerifier;
import io.earwitness.archive.crypto.TenantKeyStore;
import io.earwitness.archive.store.ObjectStore;
import io.earwitness.audit.AuditEntry;
import io.earwitness.audit.tree.LogSigner;
import io.earwitness.call.TenantSlug;
import io.earwitness.portal.AnnouncementParts;
import io.earwitness.portal.HandOverDesk;
import io.earwitness.portal.QuarantineDesk;
import io.earwitness.portal.SignInKey;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** The keys and the catalog of a data folder: what both the server and the admin commands need. */
final class Installation implements AutoCloseable {
  private final CatalogDatabase database;
  private final PlatformKeys platformKeys;
  private final TenantKeyStore tenantKeys;
  private final SignInKey signInKey;
  private final byte[] tokenSecret;
  private final Clock clock;

  private Installation(
      CatalogDatabase database,
      PlatformKeys platformKeys,
      TenantKeyStore tenantKeys,
      SignInKey signInKey,
      byte[] tokenSecret,
      Clock clock) {
    this.database = database;
    this.platformKeys = platformKeys;
    this.tenantKeys = tenantKeys;
    this.signInKey = signInKey;
    this.tokenSecret = tokenSecret;
    this.clock = clock;
  }

  /** Opens it as the one server that runs on it. */
  static Installation open(Config config, Clock clock) throws CommandFailure {
    return open(config, clock, false);
  }

  /** Opens it beside a server that may be running on it. */
  static Installation join(Config config) throws CommandFailure {
    return open(config, Clock.systemUTC(), true);
  }

  private static Installation open(Config config, Clock clock, boolean attach)
      throws CommandFailure {
    try {
      Path folder = config.data().resolve("keys");
      char[] password = KeyPassword.load(folder, null);
      PlatformKeys platformKeys = PlatformKeys.open(folder, password, clock);
      TenantKeyStore tenantKeys =
          TenantKeyStore.open(folder.resolve(TenantKeyStore.FILE), password, clock);
      SignInKey signInKey =
          new SignInKey(SecretFile.load(folder.resolve(SignInKey.FILE), SignInKey.BYTES));
      byte[] tokenSecret = SecretFile.load(folder.resolve("cdr-token.secret"), Tokens.SECRET_BYTES);
      CatalogDatabase database = CatalogDatabase.open(databaseConfig(config, attach), clock);
      return new Installation(database, platformKeys, tenantKeys, signInKey, tokenSecret, clock);
    } catch (EmbeddedPostgresException
        | IllegalArgumentException
        | CatalogUnavailableException
        | IOException e) {
      throw new CommandFailure(ExitCode.FAILED, String.valueOf(e.getMessage()));
    }
  }

  private static DatabaseConfig databaseConfig(Config config, boolean attach) {
    Config.Database external = config.database();
    return external == null
        ? new DatabaseConfig.Embedded(
            config.data().resolve("postgres"), PostgresBinaries.userCache(), 0, attach)
        : new DatabaseConfig.External(external.url(), external.user(), external.password());
  }

  CatalogDatabase database() {
    return database;
  }

  CallCatalog calls() {
    return database.calls();
  }

  Directory directory() {
    return database.directory();
  }

  PlatformKeys platformKeys() {
    return platformKeys;
  }

  /** Of all tenants' tokens. */
  byte[] tokenSecret() {
    return tokenSecret.clone();
  }

  /** Stands in for a tenant's numbers where they must not be seen. */
  Tokens tokens(TenantSlug tenant) {
    return Tokens.of(tokenSecret, tenant);
  }

  /** What a hold came too late for. */
  DisposedRecordings disposed() {
    return database.disposed((tenant, number) -> tokens(tenant).number(number));
  }

  /** Signs the checkpoints of the audit logs. */
  LogSigner auditSigner() {
    KeyPair key = platformKeys.auditLogKey();
    return new LogSigner(key.getPrivate(), key.getPublic());
  }

  /** Seals secrets of sign-in. */
  SignInKey signInKey() {
    return signInKey;
  }

  TenantKeyStore tenantKeys() {
    return tenantKeys;
  }

  /** Checks manifests against the platform's authority. */
  ManifestVerifier manifests() {
    return new ManifestVerifier(platformKeys.authority());
  }

  /** Prompts and policies of announcement. */
  AnnouncementParts announcements(Alarms alarms) {
    return SealedPrompts.announcements(database, signInKey, alarms, clock);
  }

  /**
   * Reads the journals in the store; each use of the key for it is entered.
   *
   * @param actor for whom
   */
  JournalReader journals(ObjectStore store, String actor) {
    SignedDataVerifier signatures = new SignedDataVerifier(List.of(platformKeys.authority()));
    KeyUse use =
        (owner, certificate) ->
            database
                .audit()
                .append(
                    new AuditEntry(
                        UUID.randomUUID(),
                        clock.instant(),
                        owner,
                        actor,
                        "key.use",
                        "key:" + certificate,
                        null,
                        null,
                        Map.of("for", "journal")));
    return new JournalReader(
        store,
        (key, bundle) ->
            SealedBundle.open(key, bundle, header -> platformKeys.recover(header, use), signatures)
                .content(),
        null);
  }

  /** Runs quarantined calls through the rules. */
  QuarantineDesk quarantine(
      ObjectStore store, ManifestVerifier manifests, AnnouncementDuties duties) {
    QuarantineRelease release =
        new QuarantineRelease(resealing(store, manifests, duties), database.quarantined());
    return new QuarantineDesk(
        database.quarantined(), release::record, release::release, database.directory());
  }

  /** Seals recordings that are handed over for the tenants whose calls they are. */
  HandOverSealing handOverSealing(
      ObjectStore store, ManifestVerifier manifests, AnnouncementDuties duties) {
    return new HandOverSealing(
        resealing(store, manifests, duties), database.misplaced(), database.directory());
  }

  /** Hands recordings over. */
  HandOverDesk handOvers(HandOverDesk.Sealing sealing, MeterRegistry metrics, Duration expiry) {
    return new HandOverDesk(
        database.misplaced(),
        database.approvals(),
        database.access(),
        database.directory(),
        database.audit(),
        metrics,
        clock,
        expiry,
        sealing,
        tenant -> !tenantKeys.certificates(tenant).isEmpty());
  }

  /** Makes masked derivatives of restricted recordings. */
  Masking masking(ObjectStore store, ManifestVerifier manifests) {
    return new Masking(
        store,
        manifests,
        heldKeys(),
        database.directory(),
        protocol(store, manifests),
        new ManifestSigner(platformKeys.signer()),
        platformKeys.catalogRecovery(),
        platformKeys.quarantine(),
        clock);
  }

  private Resealing resealing(
      ObjectStore store, ManifestVerifier manifests, AnnouncementDuties duties) {
    return new Resealing(
        store,
        manifests,
        heldKeys(),
        database.directory(),
        protocol(store, manifests),
        new ManifestSigner(platformKeys.signer()),
        platformKeys.catalogRecovery(),
        platformKeys.quarantine(),
        duties,
        InitialRetention.by(database.retention(), clock),
        clock);
  }

  private CommitProtocol protocol(ObjectStore store, ManifestVerifier manifests) {
    return new CommitProtocol(
        store,
        database.calls(),
        manifests,
        tenant -> database.lockModes().of(tenant).mode(),
        clock);
  }

  /** The keys of whoever has a recording: the platform's, or those that it manages. */
  private Resealing.Keys heldKeys() {
    return (owner, header, recording, actor) -> {
      KeyUse use =
          (tenant, certificate) ->
              entered(
                  tenant, actor, "key.use", certificate, Map.of("recording", recording.toString()));
      return owner.equals(TenantSlug.PLATFORM)
          ? platformKeys.recover(header, use)
          : tenantKeys.recover(owner, header, use);
    };
  }

  private void entered(
      TenantSlug tenant,
      String actor,
      String action,
      String certificate,
      Map<String, String> details) {
    database
        .audit()
        .append(
            new AuditEntry(
                UUID.randomUUID(),
                clock.instant(),
                tenant,
                actor,
                action,
                "key:" + certificate,
                null,
                null,
                details));
  }

  /** A tenant's managed keys as a PKCS#12 file; empty if there are none. */
  Optional<byte[]> exportKeys(TenantSlug tenant, char[] password, String actor) {
    try {
      return Optional.ofNullable(
          tenantKeys.export(
              tenant,
              password,
              (owner, certificate) ->
                  entered(owner, actor, "key.export", certificate, Map.of("format", "PKCS#12"))));
    } catch (KeyStoreAccessException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Destroys a tenant's managed keys. */
  void destroyKeys(TenantSlug tenant) {
    try {
      tenantKeys.destroy(tenant);
    } catch (KeyStoreAccessException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Sets up tenants and the rest.
   *
   * @param actor who does it, for the audit trail
   */
  Provisioning provisioning(String actor) {
    return new Provisioning(
        database.directory(), tenantKeys, new AuditedActs(database.audit(), clock, actor));
  }

  @Override
  public void close() {
    database.close();
  }
}
