package io.earwitness.archive.catalog;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.earwitness.call.TenantSlug;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.function.Function;
import java.util.function.IntSupplier;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.jooq.conf.Settings;
import org.jooq.exception.DataAccessException;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/**
 * The only way to the database: one pool for each of the three roles, and the one place that sets
 * the tenant. Thread-safe.
 *
 * <p>A body may run more than once, if a connection turns out to be broken before its commit or if
 * transactions collide; so it does nothing but use the {@link DSLContext} that it is given.
 */
final class Transactions implements AutoCloseable {
  private static final int TRIES = 3;
  // jOOQ's own log shows bound values, which are people's numbers and names
  private static final Settings SETTINGS = new Settings().withExecuteLogging(false);

  static {
    System.setProperty("org.jooq.no-logo", "true");
    System.setProperty("org.jooq.no-tips", "true");
  }

  private final HikariDataSource app;
  private final HikariDataSource worker;
  private final HikariDataSource feed;

  Transactions(Roles roles, int appConnections) {
    app = pool(roles, roles.app(), appConnections);
    worker = pool(roles, roles.worker(), 6);
    feed = pool(roles, roles.feed(), 4);
  }

  private static HikariDataSource pool(Roles roles, String role, int connections) {
    HikariConfig config = new HikariConfig();
    config.setPoolName(role);
    config.setJdbcUrl(roles.database().url());
    config.setUsername(role);
    config.setPassword(roles.password(role));
    config.setMaximumPoolSize(connections);
    config.setMinimumIdle(1);
    config.setAutoCommit(false);
    config.setConnectionTimeout(5_000);
    config.setValidationTimeout(2_000);
    config.setIdleTimeout(300_000);
    config.setMaxLifetime(600_000);
    // A database that is away when we start is no other case than one that goes away later
    config.setInitializationFailTimeout(-1);
    // A server set to lose commits is overruled, a stricter one is left as it is
    config.setConnectionInitSql(
        "select set_config('synchronous_commit', 'on', false) where current_setting('synchronous_commit') = 'off'");
    // Otherwise the statement above opens the connection's first transaction, and a rollback undoes
    // it
    config.setIsolateInternalQueries(true);
    config.addDataSourceProperty("ApplicationName", role);
    config.addDataSourceProperty("connectTimeout", "5");
    config.addDataSourceProperty("socketTimeout", "90");
    config.addDataSourceProperty("tcpKeepAlive", "true");
    config.addDataSourceProperty(
        "options",
        "-c statement_timeout=60s -c lock_timeout=20s -c idle_in_transaction_session_timeout=60s");
    return new HikariDataSource(config);
  }

  /** Runs in one tenant, which alone can be seen and changed. */
  <T> T inTenant(TenantSlug tenant, Function<DSLContext, T> body) {
    return run(app, tenant, body);
  }

  /** Runs with sight of every tenant: for jobs and operators' acts. */
  <T> T asWorker(Function<DSLContext, T> body) {
    return run(worker, null, body);
  }

  /** Runs with sight of every tenant's calls: for the change feed and its readers. */
  <T> T asFeed(Function<DSLContext, T> body) {
    return run(feed, null, body);
  }

  /** A worker's connection that stays open, for a lock that outlasts a transaction. */
  Connection workerConnection() {
    try {
      return worker.getConnection();
    } catch (SQLException e) {
      throw Failures.translated(e);
    }
  }

  /**
   * Has one node at a time do something that outlasts a transaction.
   *
   * @param lock one of {@link Locks} that is held for a connection
   * @return what the work returns; 0 if another one is at it
   */
  int alone(long lock, IntSupplier work) {
    try (Connection connection = workerConnection()) {
      if (!call(connection, "pg_try_advisory_lock", lock)) {
        return 0;
      }
      try {
        return work.getAsInt();
      } finally {
        call(connection, "pg_advisory_unlock", lock);
      }
    } catch (SQLException e) {
      throw Failures.translated(e);
    }
  }

  private static boolean call(Connection connection, String function, long lock)
      throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("select " + function + "(" + lock + ")")) {
      row.next();
      boolean result = row.getBoolean(1);
      connection.commit(); // the lock is the session's; a transaction left open would be ended
      return result;
    }
  }

  private static <T> T run(
      HikariDataSource pool, @Nullable TenantSlug tenant, Function<DSLContext, T> body) {
    for (int attempt = 1; ; attempt++) {
      boolean committing = false;
      try (Connection connection = pool.getConnection()) {
        try {
          DSLContext context = DSL.using(connection, SQLDialect.POSTGRES, SETTINGS);
          if (tenant != null) {
            context.execute(
                "select set_config('earwitness.tenant', {0}, true)", DSL.val(tenant.value()));
          }
          T result = body.apply(context);
          committing = true;
          connection.commit();
          return result;
        } catch (SQLException | RuntimeException e) {
          rollback(connection);
          throw e;
        }
      } catch (SQLException | DataAccessException e) {
        boolean broken = Failures.isConnection(e) && !committing;
        if (attempt == TRIES || !(broken || Failures.isCollision(e))) {
          throw Failures.translated(e);
        }
        if (broken) {
          // After a restart of the server, all connections of the pool are dead
          pool.getHikariPoolMXBean().softEvictConnections();
        }
      }
    }
  }

  private static void rollback(Connection connection) {
    try {
      connection.rollback();
    } catch (SQLException e) {
      // The connection is gone, and the transaction with it
    }
  }

  @Override
  public void close() {
    app.close();
    worker.close();
    feed.close();
  }
}
