package io.earwitness.archive.catalog;

import io.earwitness.archive.catalog.embedded.EmbeddedPostgres;
import io.earwitness.archive.catalog.embedded.EmbeddedPostgresException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * What the database can do at best: rows of an audit entry's size, one durable commit each, by bare
 * JDBC into a table without further indexes. A yardstick for measurements, in a table of its own.
 */
public final class InsertReference {
  private static final String INSERT = "insert into insert_reference values (?, now(), ?)";

  private InsertReference() {}

  /**
   * Measures on a running embedded server.
   *
   * @param directory the server's
   * @param rowBytes the size of a row's content
   * @return rows a second
   * @throws EmbeddedPostgresException if no server runs there
   */
  public static double measure(Path directory, int writers, Duration time, int rowBytes)
      throws InterruptedException {
    EmbeddedPostgres server =
        EmbeddedPostgres.attach(directory)
            .orElseThrow(
                () -> new EmbeddedPostgresException("no server runs in " + directory, null));
    try (Connection connection = connect(server);
        Statement statement = connection.createStatement();
        ExecutorService threads = Executors.newFixedThreadPool(writers)) {
      statement.execute(
          "create table insert_reference (id uuid primary key, at timestamptz, content bytea)");
      long start = System.nanoTime();
      long end = start + time.toNanos();
      List<Future<Long>> counts = new ArrayList<>();
      for (int i = 0; i < writers; i++) {
        counts.add(threads.submit(() -> insert(server, end, new byte[rowBytes])));
      }
      long rows = 0;
      for (Future<Long> count : counts) {
        rows += count.get();
      }
      double seconds = (System.nanoTime() - start) / 1e9;
      statement.execute("drop table insert_reference");
      return rows / seconds;
    } catch (SQLException e) {
      throw Failures.translated(e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("the reference run failed", e.getCause());
    }
  }

  private static long insert(EmbeddedPostgres server, long end, byte[] content)
      throws SQLException {
    try (Connection connection = connect(server);
        PreparedStatement insert = connection.prepareStatement(INSERT)) {
      long rows = 0;
      while (System.nanoTime() < end) {
        insert.setObject(1, UUID.randomUUID());
        insert.setBytes(2, content);
        insert.executeUpdate();
        rows++;
      }
      return rows;
    }
  }

  private static Connection connect(EmbeddedPostgres server) throws SQLException {
    return DriverManager.getConnection(
        server.jdbcUrl("postgres"), server.adminUser(), server.adminPassword());
  }
}
