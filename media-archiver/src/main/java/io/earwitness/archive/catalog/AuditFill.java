package io.earwitness.archive.catalog;

import io.earwitness.archive.catalog.embedded.EmbeddedPostgres;
import io.earwitness.archive.catalog.embedded.EmbeddedPostgresException;
import io.earwitness.call.TenantSlug;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes many audit entries at once, for measurements of what reads them: of the size and the spread
 * of real ones, without a hash that means anything, so that such a log never verifies.
 */
public final class AuditFill {
  /** Actors {@code user:person-0@bench} and so on, the first ones the busiest. */
  public static final int ACTORS = 2_000;

  /** Actions {@code act.0} and so on, the first ones the most frequent. */
  public static final int ACTIONS = 40;

  /** About so many entries have the same object. */
  public static final int ENTRIES_OF_OBJECT = 8;

  /** Over so many days up to now. */
  public static final int DAYS = 3 * 365;

  private static final int CHUNK = 500_000;

  private AuditFill() {}

  /**
   * Fills a tenant's log on a running embedded server, whose catalog is open.
   *
   * @param directory the server's
   * @throws EmbeddedPostgresException if no server runs there
   */
  public static void run(Path directory, TenantSlug tenant, long entries) {
    EmbeddedPostgres server =
        EmbeddedPostgres.attach(directory)
            .orElseThrow(
                () -> new EmbeddedPostgresException("no server runs in " + directory, null));
    try (Connection connection =
            DriverManager.getConnection(
                server.jdbcUrl("earwitness"), server.adminUser(), server.adminPassword());
        Statement statement = connection.createStatement()) {
      statement.execute("set synchronous_commit = off");
      statement.execute("set maintenance_work_mem = '256MB'");
      // In bulk they are made sooner after than beside
      List<String> indexes = takeIndexes(statement);
      for (long from = 0; from < entries; from += CHUNK) {
        statement.execute(insert(tenant, from, Math.min(entries, from + CHUNK), entries));
      }
      for (String index : indexes) {
        statement.execute(index);
      }
      statement.execute("vacuum analyze earwitness.audit_entry");
      statement.execute("checkpoint");
    } catch (SQLException e) {
      throw Failures.translated(e);
    }
  }

  private static List<String> takeIndexes(Statement statement) throws SQLException {
    List<String> names = new ArrayList<>();
    List<String> definitions = new ArrayList<>();
    try (ResultSet rows =
        statement.executeQuery(
            "select indexname, indexdef from pg_indexes where schemaname = 'earwitness'"
                + " and tablename = 'audit_entry' and indexname <> 'audit_entry_pkey'")) {
      while (rows.next()) {
        names.add(rows.getString(1));
        definitions.add(rows.getString(2));
      }
    }
    for (String name : names) {
      statement.execute("drop index earwitness." + name);
    }
    return definitions;
  }

  /** Squares of random numbers make the first actors and actions the most frequent. */
  private static String insert(TenantSlug tenant, long from, long to, long all) {
    return """
        insert into earwitness.audit_entry
          (id, tenant, at, actor, action, object, act_id, outcome, details, salt, canonical, leaf_hash)
        select gen_random_uuid(), '%s',
          now() - interval '%d days' * (1 - i::double precision / %d),
          'user:person-' || floor(power(random(), 2) * %d)::int || '@bench',
          'act.' || floor(power(random(), 3) * %d)::int,
          'recording:' || md5(floor(random() * %d)::bigint::text)::uuid,
          case when i %% 2 = 1 then gen_random_uuid() end,
          case when i %% 2 = 1 then 'done' end,
          '{"from": "00:10", "reason": "a complaint"}',
          sha256(int8send(i)), decode(repeat('61', 420), 'hex'), sha256(int8send(-i))
        from generate_series(%d, %d) i
        """
        .formatted(
            tenant, DAYS, all, ACTORS, ACTIONS, Math.max(1, all / ENTRIES_OF_OBJECT), from, to - 1);
  }
}
