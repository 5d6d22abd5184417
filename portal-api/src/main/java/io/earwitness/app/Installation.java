package io.earwitness.app;

import io.earwitness.archive.catalog.CallCatalog;
import io.earwitness.archive.catalog.CallCatalog.CatalogUnavailableException;
import io.earwitness.archive.catalog.CatalogDatabase;
import io.earwitness.archive.catalog.DatabaseConfig;
import io.earwitness.archive.catalog.Directory;
import io.earwitness.archive.catalog.embedded.EmbeddedPostgresException;
import io.earwitness.archive.catalog.embedded.PostgresBinaries;
import io.earwitness.archive.crypto.KeyPassword;
import io.earwitness.archive.crypto.KeyStoreAccessException;
import io.earwitness.archive.crypto.PlatformKeys;
import io.earwitness.archive.crypto.TenantKeyStore;
import io.earwitness.audit.tree.LogSigner;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Clock;

/** The keys and the catalog of a data folder: what both the server and the admin commands need. */
final class Installation implements AutoCloseable {
  private final CatalogDatabase database;
  private final PlatformKeys platformKeys;
  private final TenantKeyStore tenantKeys;
  private final Clock clock;

  private Installation(
      CatalogDatabase database, PlatformKeys platformKeys, TenantKeyStore tenantKeys, Clock clock) {
    this.database = database;
    this.platformKeys = platformKeys;
    this.tenantKeys = tenantKeys;
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
      CatalogDatabase database = CatalogDatabase.open(databaseConfig(config, attach), clock);
      return new Installation(database, platformKeys, tenantKeys, clock);
    } catch (KeyStoreAccessException
        | EmbeddedPostgresException
        | IllegalArgumentException
        | CatalogUnavailableException e) {
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

  /** Signs the checkpoints of the audit logs. */
  LogSigner auditSigner() {
    KeyPair key = platformKeys.auditLogKey();
    return new LogSigner(key.getPrivate(), key.getPublic());
  }

  TenantKeyStore tenantKeys() {
    return tenantKeys;
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
