package io.earwitness.archive.catalog.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;

/** The server's configuration: durable, on loopback only, nobody trusted. */
final class ServerConfiguration {
  /** Settings without which nothing that we promise about durability would hold. */
  private static final Map<String, String> DEMANDED =
      Map.of(
          "fsync", "on",
          "synchronous_commit", "on",
          "full_page_writes", "on",
          "data_checksums", "on",
          "listen_addresses", "127.0.0.1",
          "unix_socket_directories", "");

  private static final String HBA =
      """
      # Written by Earwitness at each start
      host all all 127.0.0.1/32 scram-sha-256
      """;

  private ServerConfiguration() {}

  private static String text(int port) {
    return """
    # Written by Earwitness at each start
    listen_addresses = '127.0.0.1'
    port = %d
    unix_socket_directories = ''
    max_connections = 100
    password_encryption = 'scram-sha-256'
    shared_buffers = '128MB'
    fsync = on
    synchronous_commit = on
    full_page_writes = on
    jit = off
    timezone = 'UTC'
    log_timezone = 'UTC'
    datestyle = 'iso, ymd'
    client_connection_check_interval = '5s'
    # What people said and who called whom has no place in a log: neither statements nor their values
    log_min_messages = warning
    log_min_error_statement = panic
    log_error_verbosity = terse
    log_checkpoints = off
    log_line_prefix = '%%m [%%p] %%u@%%d '
    """
        .formatted(port);
  }

  /** Whether a data directory has this very configuration already. */
  static boolean isWritten(Path data, int port) throws IOException {
    return Files.exists(data.resolve("postgresql.conf"))
        && Files.readString(data.resolve("postgresql.conf")).equals(text(port))
        && Files.readString(data.resolve("pg_hba.conf")).equals(HBA);
  }

  static void write(Path data, int port, ServerUser user) throws IOException {
    PrivateFiles.write(data.resolve("postgresql.conf"), text(port));
    user.own(data.resolve("postgresql.conf"));
    PrivateFiles.write(data.resolve("pg_hba.conf"), HBA);
    user.own(data.resolve("pg_hba.conf"));
  }

  /**
   * Asks the running server whether it is set as demanded.
   *
   * @throws EmbeddedPostgresException naming the setting that isn't
   */
  static void check(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      for (Map.Entry<String, String> each : DEMANDED.entrySet()) {
        try (ResultSet row = statement.executeQuery("show " + each.getKey())) {
          row.next();
          if (!each.getValue().equals(row.getString(1))) {
            throw new EmbeddedPostgresException(
                "PostgreSQL runs with %s = '%s' instead of '%s': remove it from postgresql.auto.conf"
                    .formatted(each.getKey(), row.getString(1), each.getValue()));
          }
        }
      }
      try (ResultSet row =
          statement.executeQuery(
              "select count(*) from pg_hba_file_rules where auth_method <> 'scram-sha-256'")) {
        row.next();
        if (row.getLong(1) != 0) {
          throw new EmbeddedPostgresException("pg_hba.conf lets somebody in without a password");
        }
      }
    }
  }
}
