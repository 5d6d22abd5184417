package io.earwitness.app;

import io.earwitness.archive.catalog.embedded.EmbeddedPostgres;
import io.earwitness.archive.catalog.embedded.PostgresBinaries;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A PostgreSQL that is configured as an external one, and that tests take away from servers. */
final class PostgresServer implements AutoCloseable {
  private static final String USER = "earwitness";
  private static final String PASSWORD = "owner-for-tests-only";

  private final Path folder;
  private final int port;
  private EmbeddedPostgres postgres;
  private List<ProcessHandle> frozen = List.of();

  /** Starts one whose data lie in a folder, with an empty database. */
  PostgresServer(Path folder) throws SQLException {
    this.folder = folder;
    postgres = start(0);
    port = postgres.port();
    try (Connection connection =
            DriverManager.getConnection(
                postgres.jdbcUrl("postgres"), postgres.adminUser(), postgres.adminPassword());
        Statement statement = connection.createStatement()) {
      statement.execute("create role %s login createrole password '%s'".formatted(USER, PASSWORD));
      statement.execute("create database " + USER + " owner " + USER);
    }
  }

  private EmbeddedPostgres start(int wantedPort) {
    return EmbeddedPostgres.start(
        folder, PostgresBinaries.bundled(PostgresBinaries.userCache()), wantedPort);
  }

  /** What a server must be told to use it. */
  Map<String, String> settings() {
    return Map.of(
        "EARWITNESS_DATABASE_URL", postgres.jdbcUrl(USER),
        "EARWITNESS_DATABASE_USER", USER,
        "EARWITNESS_DATABASE_PASSWORD", PASSWORD);
  }

  /** The same as a configuration file. */
  Path configuration(Path file) throws IOException {
    return Files.writeString(
        file,
        "database:\n  url: %s\n  user: %s\n  password: %s\n"
            .formatted(postgres.jdbcUrl(USER), USER, PASSWORD));
  }

  /** Stops all its processes where they are: connections stay, and are never answered. */
  void freeze() throws IOException, InterruptedException {
    ProcessHandle postmaster = postmaster();
    List<ProcessHandle> all = new ArrayList<>(List.of(postmaster));
    // First the one that makes others
    Processes.signal("STOP", postmaster);
    all.addAll(postmaster.descendants().toList());
    for (ProcessHandle each : all) {
      Processes.signal("STOP", each);
    }
    frozen = all;
  }

  void thaw() throws IOException, InterruptedException {
    for (ProcessHandle each : frozen) {
      Processes.signal("CONT", each);
    }
    frozen = List.of();
  }

  /**
   * Ends it by an immediate shutdown, as a crash would: connections break, new ones are refused.
   */
  void crash() throws IOException, InterruptedException {
    Processes.signal("QUIT", postmaster());
    postgres.close();
  }

  /** Starts it again, where it was. */
  void restart() {
    postgres = start(port);
  }

  private ProcessHandle postmaster() throws IOException {
    long pid =
        Long.parseLong(
            Files.readAllLines(folder.resolve("data/postmaster.pid")).getFirst().strip());
    return ProcessHandle.of(pid).orElseThrow();
  }

  @Override
  public void close() throws IOException, InterruptedException {
    thaw();
    postgres.close();
  }
}
