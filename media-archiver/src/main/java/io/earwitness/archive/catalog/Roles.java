package io.earwitness.archive.catalog;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.postgresql.PGConnection;

/**
 * The PostgreSQL roles that the product works with. They are named after the migrator, own nothing,
 * and are bound by row-level security; their passwords are derived from the migrator's, so that all
 * nodes of an installation know them without keeping more than one secret.
 */
record Roles(DatabaseConfig.External database) {
  /** SQL states {@code duplicate_object} and {@code unique_violation}. */
  private static final Set<String> DUPLICATE = Set.of("42710", "23505");

  private static final Pattern PLAIN = Pattern.compile("[a-z_][a-z0-9_]{0,40}");
  private static final int OLDEST = 150_000;

  Roles {
    if (!PLAIN.matcher(database.user()).matches()) {
      throw new IllegalArgumentException(
          "the catalog's user is '%s'; it must be 1 to 41 of a-z, 0-9 and '_', as other roles are named after it"
              .formatted(database.user()));
    }
  }

  String app() {
    return database.user() + "_app";
  }

  String worker() {
    return database.user() + "_worker";
  }

  String feed() {
    return database.user() + "_feed";
  }

  String password(String role) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(
          new SecretKeySpec(database.password().getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
      byte[] derived = mac.doFinal(("earwitness role " + role).getBytes(StandardCharsets.UTF_8));
      return Base64.getUrlEncoder().withoutPadding().encodeToString(derived);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** For the migrations: {@code ${app}} and so on. */
  Map<String, String> placeholders() {
    return Map.of("app", app(), "worker", worker(), "feed", feed());
  }

  /**
   * Makes the roles and their passwords what they should be.
   *
   * @throws IllegalArgumentException if the server or the migrator is not fit, saying how to make
   *     it
   */
  void prepare() throws SQLException {
    try (Connection connection = connect(database.user(), database.password());
        Statement statement = connection.createStatement()) {
      check(connection);
      // Several nodes may start at once
      statement.execute("select pg_advisory_lock(" + Locks.ROLES + ")");
      for (String role : List.of(app(), worker(), feed())) {
        boolean made = !exists(connection, role) && make(connection, statement, role);
        if (!made && !canLogIn(role)) {
          setPassword(connection, role);
        }
      }
      try (ResultSet unfit =
          statement.executeQuery(
              "select rolname from pg_roles where (rolsuper or rolbypassrls) and rolname in ('%s', '%s', '%s')"
                  .formatted(app(), worker(), feed()))) {
        if (unfit.next()) {
          throw new IllegalArgumentException(
              "the PostgreSQL role %s is a superuser or bypasses row-level security: 'alter role %s nosuperuser nobypassrls'"
                  .formatted(unfit.getString(1), unfit.getString(1)));
        }
      }
    }
  }

  /**
   * Makes a role with its password, unless it is there by then. Roles are the server's, and the
   * lock counts for one database: an Earwitness of another database may make the same ones.
   */
  private boolean make(Connection connection, Statement statement, String role)
      throws SQLException {
    connection.setAutoCommit(false);
    try {
      statement.execute("create role " + role + " login");
      setPassword(connection, role);
      connection.commit();
      return true;
    } catch (SQLException e) {
      connection.rollback();
      if (DUPLICATE.contains(String.valueOf(e.getSQLState()))) {
        return false;
      }
      throw e;
    } finally {
      connection.setAutoCommit(true);
    }
  }

  private void check(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "select current_setting('server_version_num')::int, rolsuper or rolbypassrls, rolcreaterole, current_setting('server_version') from pg_roles where rolname = current_user")) {
      row.next();
      if (row.getInt(1) < OLDEST) {
        throw new IllegalArgumentException(
            "PostgreSQL %s is too old for the catalog: 15 or newer is needed"
                .formatted(row.getString(4)));
      }
      if (row.getBoolean(2) || !row.getBoolean(3)) {
        throw new IllegalArgumentException(
            "the catalog's user '%s' must have CREATEROLE and be neither superuser nor BYPASSRLS: 'create role earwitness login createrole password …; create database earwitness owner earwitness'"
                .formatted(database.user()));
      }
    }
  }

  private static boolean exists(Connection connection, String role) throws SQLException {
    try (PreparedStatement query =
        connection.prepareStatement("select 1 from pg_roles where rolname = ?")) {
      query.setString(1, role);
      try (ResultSet row = query.executeQuery()) {
        return row.next();
      }
    }
  }

  private boolean canLogIn(String role) throws SQLException {
    try (Connection connection = connect(role, password(role))) {
      return connection.isValid(10);
    } catch (SQLException e) {
      if (String.valueOf(e.getSQLState()).startsWith("28")) {
        return false;
      }
      // The right password, but no right to this database before the first migration
      if ("42501".equals(e.getSQLState())) {
        return true;
      }
      throw e;
    }
  }

  /** Sends a SCRAM verifier, never the password itself: a server may log statements. */
  private void setPassword(Connection connection, String role) throws SQLException {
    connection
        .unwrap(PGConnection.class)
        .alterUserPassword(role, password(role).toCharArray(), "scram-sha-256");
  }

  /** A connection of the migrator, who owns all of it. */
  Connection migrator() throws SQLException {
    return connect(database.user(), database.password());
  }

  private Connection connect(String user, String password) throws SQLException {
    java.util.Properties properties = new java.util.Properties();
    properties.setProperty("user", user);
    properties.setProperty("password", password);
    properties.setProperty("connectTimeout", "10");
    return DriverManager.getConnection(database.url(), properties);
  }
}
