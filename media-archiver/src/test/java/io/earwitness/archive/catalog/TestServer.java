package io.earwitness.archive.catalog;

import io.earwitness.archive.catalog.embedded.EmbeddedPostgres;
import io.earwitness.archive.catalog.embedded.PostgresBinaries;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Comparator;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.flywaydb.core.Flyway;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;

/**
 * A PostgreSQL server for all tests of this JVM, started when first asked for and gone with the
 * JVM. Each caller gets a database of its own.
 */
public final class TestServer {
  private static final Path DEBIAN_15 = Path.of("/usr/lib/postgresql/15/bin");
  private static final String MIGRATOR = "earwitness";
  private static final String PASSWORD = "a migrator's password, for tests only";

  private static @Nullable TestServer bundled;
  private static @Nullable TestServer debian;

  private final EmbeddedPostgres postgres;
  private final AtomicInteger databases = new AtomicInteger();

  private TestServer(PostgresBinaries binaries) {
    try {
      Path folder = Files.createTempDirectory("earwitness-test-postgres");
      postgres = EmbeddedPostgres.start(folder, binaries, 0);
      Runtime.getRuntime()
          .addShutdownHook(
              new Thread(
                  () -> {
                    postgres.close();
                    delete(folder);
                  }));
      // Nothing that these tests assert needs their rows to reach a disk
      execute("alter system set fsync = off");
      execute("select pg_reload_conf()");
      execute("create role " + MIGRATOR + " login createrole");
      try (Connection connection = admin()) {
        connection
            .unwrap(PGConnection.class)
            .alterUserPassword(MIGRATOR, PASSWORD.toCharArray(), "scram-sha-256");
      }
    } catch (IOException | SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The PostgreSQL that comes with Earwitness. */
  public static synchronized TestServer bundled() {
    if (bundled == null) {
      bundled = new TestServer(PostgresBinaries.bundled(PostgresBinaries.userCache()));
    }
    return bundled;
  }

  /** The oldest that an external one may be. */
  static synchronized TestServer debian15() {
    if (!Files.isExecutable(DEBIAN_15.resolve("postgres"))) {
      throw new AssertionError(
          "no PostgreSQL 15 in %s: install Debian's package postgresql-15".formatted(DEBIAN_15));
    }
    if (debian == null) {
      debian = new TestServer(PostgresBinaries.installed(DEBIAN_15));
    }
    return debian;
  }

  /** A new, empty database, and the user that owns it. */
  public DatabaseConfig.External newDatabase() {
    String name = "test_" + databases.incrementAndGet();
    execute("create database " + name + " owner " + MIGRATOR);
    return new DatabaseConfig.External(postgres.jdbcUrl(name), MIGRATOR, PASSWORD);
  }

  /** A copy of a database that nobody is connected to: a backup of this moment. */
  public DatabaseConfig.External copy(DatabaseConfig.External of) {
    String name = "test_" + databases.incrementAndGet();
    String path = of.url().split("\\?", 2)[0];
    execute(
        "create database %s template %s owner %s"
            .formatted(name, path.substring(path.lastIndexOf('/') + 1), MIGRATOR));
    return new DatabaseConfig.External(postgres.jdbcUrl(name), MIGRATOR, PASSWORD);
  }

  /** A database as an earlier version of the product left it: migrated so far and no further. */
  DatabaseConfig.External databaseOfVersion(String migration) {
    DatabaseConfig.External old = newDatabase();
    Roles roles = new Roles(old);
    try {
      roles.prepare();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
    Flyway.configure()
        .dataSource(old.url(), old.user(), old.password())
        .locations("classpath:io/earwitness/archive/catalog/migration")
        .defaultSchema("earwitness")
        .placeholders(roles.placeholders())
        .target(migration)
        .load()
        .migrate();
    return old;
  }

  /** Runs a statement as the superuser. */
  void execute(String statement) {
    try (Connection connection = admin();
        Statement each = connection.createStatement()) {
      each.execute(statement);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Runs a statement as the superuser in a test's database. */
  public void execute(DatabaseConfig.External database, String statement) {
    try (Connection connection = admin(database);
        Statement each = connection.createStatement()) {
      each.execute(statement);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A connection to a database as one of the roles that the product works with. */
  static Connection connect(DatabaseConfig.External database, String role) throws SQLException {
    return DriverManager.getConnection(database.url(), role, new Roles(database).password(role));
  }

  /** The superuser, in a test's database. */
  Connection admin(DatabaseConfig.External database) throws SQLException {
    return DriverManager.getConnection(
        database.url(), postgres.adminUser(), postgres.adminPassword());
  }

  private Connection admin() throws SQLException {
    return DriverManager.getConnection(
        postgres.jdbcUrl("postgres"), postgres.adminUser(), postgres.adminPassword());
  }

  /** The process id of the server on a directory. */
  static long postmaster(Path directory) throws IOException {
    return Long.parseLong(
        Files.readAllLines(directory.resolve("data/postmaster.pid")).getFirst().strip());
  }

  private static void delete(Path folder) {
    try (Stream<Path> below = Files.walk(folder)) {
      for (Path each : below.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(each);
      }
    } catch (IOException e) {
      System.err.println("can't delete " + folder + ": " + e);
    }
  }
}
