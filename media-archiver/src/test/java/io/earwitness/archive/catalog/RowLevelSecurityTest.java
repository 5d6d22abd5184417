package io.earwitness.archive.catalog;

import static io.earwitness.archive.catalog.TestCalls.ACME;
import static io.earwitness.archive.catalog.TestCalls.GLOBEX;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.earwitness.access.Holder;
import io.earwitness.access.MatterKind;
import io.earwitness.access.Right;
import io.earwitness.access.Role;
import io.earwitness.access.Target;
import io.earwitness.archive.catalog.generated.Tables;
import io.earwitness.audit.AuditEntry;
import io.earwitness.call.CallState;
import io.earwitness.call.CallSummary;
import io.earwitness.call.Deviation;
import io.earwitness.call.DeviationFound;
import io.earwitness.call.RecordingId;
import io.earwitness.call.SrcFindings;
import io.earwitness.call.TenantSlug;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A tenant sees only itself, whatever a query forgets. */
class RowLevelSecurityTest {
  private static final TestServer SERVER = TestServer.bundled();
  private static DatabaseConfig.External config;
  private static CatalogDatabase database;
  private static Connection sequencerStopped;

  /** Puts rows of both tenants into every table that names a tenant. */
  @BeforeAll
  static void fill() throws Exception {
    config = SERVER.newDatabase();
    database = CatalogDatabase.open(config, Clock.systemUTC());
    Instant now = Instant.now();
    for (TenantSlug tenant : List.of(ACME, GLOBEX)) {
      String slug = tenant.value();
      Directory directory = database.directory();
      directory.addTenant(
          new Directory.Tenant(tenant, slug, ZoneOffset.UTC, Set.of(slug + ".example"), 1), "t");
      directory.addUser(
          new Directory.User("u-" + slug, tenant, "ana", "Ana", null, Set.of(Role.USER), true),
          "t");
      directory.addTeam(new Directory.Team("t-" + slug, tenant, "desk", null), "t");
      directory.addMember(tenant, "desk", "ana", "t");
      AccessDirectory access = database.access();
      access.allowOwnCalls(tenant, true, "t");
      UUID matter = access.addMatter(tenant, "Case", MatterKind.HOLD, "t").id();
      access.addRecordings(tenant, matter, List.of(RecordingId.draw(now)), "t");
      access.addGrant(
          tenant,
          new AccessDirectory.NewGrant(
              UUID.randomUUID(),
              new Holder.OfTeam("t-" + slug),
              Set.of(Right.LISTEN),
              new Target.InMatter(matter),
              null,
              null),
          "t");
      String digits = tenant.equals(ACME) ? "+491" : "+492";
      directory.addNumber(new Directory.NumberRange(tenant, digits, true, "ana", now), "t");
      directory.addSrc(
          new io.earwitness.call.RecorderSnapshot.Src("sbc-" + slug, "127.0.0.1", tenant), "t");
      directory.addKey(
          new Directory.Key(
              tenant, (tenant.equals(ACME) ? "a" : "b").repeat(64), "PEM", "managed", true),
          "t");
      CallSummary call = TestCalls.as(TestCalls.live(tenant), CallState.CLOSED);
      database.calls().report(call);
      database
          .srcReports()
          .found(
              call,
              new SrcFindings(
                  "sbc-" + slug, List.of(new DeviationFound(Deviation.REQUIRE_MISSING, "INVITE"))));
      database.calls().archived(TestCalls.archived(call, 0, CallState.ARCHIVED));
      database
          .audit()
          .append(
              new AuditEntry(
                  UUID.randomUUID(), now, tenant, "user:ana", "x", null, null, null, Map.of()));
      database
          .sessions()
          .create(
              new Sessions.Session(
                  (tenant.equals(ACME) ? "c" : "d").repeat(64),
                  tenant,
                  "u-" + slug,
                  now,
                  now,
                  now.plusSeconds(60)));
      database
          .plays()
          .open(new Plays.Play(UUID.randomUUID(), tenant, call.id(), "u-" + slug, null, now, null));
    }
    while (database.changes().read(0, 10).size() < 2) {
      database.changes().await(1, Duration.ofSeconds(30));
    }
    // With the sequencer's lock taken, rows stay in the outbox; bundles come with the first
    // shipping
    sequencerStopped = SERVER.admin(config);
    query(sequencerStopped, "select pg_advisory_lock(" + Locks.SEQUENCER + ")");
    superuser(
        "insert into earwitness.outbox (tenant, call) select tenant, id from earwitness.call");
    superuser(
        "insert into earwitness.audit_leaf select tenant, 0, id, leaf_hash from earwitness.audit_entry");
    superuser(
        "insert into earwitness.audit_subtree select tenant, 8, 0, leaf_hash from earwitness.audit_leaf");
    superuser(
        "insert into earwitness.audit_checkpoint select tenant, 1, leaf_hash, 'note', now() from earwitness.audit_leaf");
    superuser(
        "insert into earwitness.audit_bundle select tenant, 0, 0, 'key', 'version', now() from earwitness.audit_leaf");
    superuser(
        "insert into earwitness.audit_checkpoint_copy select tenant, 1, 'key', 'version', now() from earwitness.audit_leaf");
    superuser(
        "insert into earwitness.journal_bundle select tenant, 1, 1, now() from earwitness.tenant");
  }

  @AfterAll
  static void close() throws SQLException {
    sequencerStopped.close();
    database.close();
  }

  private static void superuser(String statement) {
    try (Connection connection = SERVER.admin(config);
        Statement each = connection.createStatement()) {
      each.execute(statement);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static List<String> query(Connection connection, String query) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      List<String> values = new ArrayList<>();
      while (rows.next()) {
        values.add(rows.getString(1));
      }
      return values;
    }
  }

  static List<String> tablesThatNameATenant() throws SQLException {
    try (Connection connection = SERVER.admin(config)) {
      return query(
          connection,
          "select table_name from information_schema.columns"
              + " where table_schema = 'earwitness' and column_name = 'tenant' order by 1");
    }
  }

  @Test
  void every_table_that_names_a_tenant_is_forced_under_row_level_security() throws SQLException {
    try (Connection connection = SERVER.admin(config)) {
      List<String> forced =
          query(
              connection,
              "select relname from pg_class where relnamespace = 'earwitness'::regnamespace"
                  + " and relrowsecurity and relforcerowsecurity order by 1");
      assertThat(tablesThatNameATenant()).hasSizeGreaterThan(15).isEqualTo(forced);
    }
  }

  @Test
  void no_role_is_a_superuser_or_bypasses_row_level_security() throws SQLException {
    try (Connection connection = SERVER.admin(config)) {
      assertThat(
              query(
                  connection,
                  "select rolname from pg_roles where rolname like 'earwitness%'"
                      + " and rolname <> 'earwitness_admin' and not (rolsuper or rolbypassrls) order by 1"))
          .containsExactly("earwitness", "earwitness_app", "earwitness_feed", "earwitness_worker");
    }
  }

  /** As the superuser there is another tenant's row (the positive control), as app there is not. */
  @ParameterizedTest
  @MethodSource("tablesThatNameATenant")
  void app_sees_its_own_tenants_rows_only(String table) throws SQLException {
    String tenants = "select distinct tenant from earwitness." + table + " order by 1";
    try (Connection admin = SERVER.admin(config);
        Connection app = TestServer.connect(config, "earwitness_app")) {
      assertThat(query(admin, tenants)).contains("acme", "globex");
      boolean readable =
          query(app, "select has_table_privilege('earwitness." + table + "', 'select')")
              .contains("t");
      if (!readable) {
        assertThatThrownBy(() -> query(app, tenants)).hasMessageContaining("permission denied");
        return;
      }
      assertThat(query(app, tenants)).as("without a tenant").isEmpty();
      app.setAutoCommit(false);
      query(app, "select set_config('earwitness.tenant', 'acme', true)");
      assertThat(query(app, tenants)).as("as acme").containsExactly("acme");
      app.rollback();
      assertThat(query(app, tenants)).as("on the same connection, after a rollback").isEmpty();
      app.commit();
      query(app, "select set_config('earwitness.tenant', 'globex', true)");
      assertThat(query(app, tenants)).as("as globex").containsExactly("globex");
      app.commit();
      assertThat(query(app, tenants)).as("after the commit").isEmpty();
    }
  }

  @Test
  void the_owner_sees_no_rows_either() throws SQLException {
    try (Connection owner =
        java.sql.DriverManager.getConnection(config.url(), config.user(), config.password())) {
      for (String table : tablesThatNameATenant()) {
        assertThat(query(owner, "select tenant from earwitness." + table)).as(table).isEmpty();
      }
    }
  }

  @Test
  void app_can_neither_write_nor_move_rows_into_another_tenant() throws SQLException {
    try (Connection app = TestServer.connect(config, "earwitness_app");
        Statement statement = app.createStatement()) {
      app.setAutoCommit(false);
      statement.execute("select set_config('earwitness.tenant', 'acme', true)");
      assertThatThrownBy(
              () ->
                  statement.execute(
                      "insert into earwitness.outbox (tenant, call) values ('globex', gen_random_uuid())"))
          .hasMessageContaining("row-level security");
      app.rollback();
      statement.execute("select set_config('earwitness.tenant', 'acme', true)");
      assertThatThrownBy(() -> statement.execute("update earwitness.call set tenant = 'globex'"))
          .hasMessageContaining("row-level security");
      app.rollback();
      statement.execute("select set_config('earwitness.tenant', 'acme', true)");
      assertThat(
              statement.executeUpdate(
                  "update earwitness.call set node = 'x' where tenant = 'globex'"))
          .isZero();
    }
  }

  @Test
  void nobody_can_change_or_delete_what_was_audited() throws SQLException {
    for (String role : List.of("earwitness_app", "earwitness_worker", "earwitness_feed")) {
      try (Connection connection = TestServer.connect(config, role);
          Statement statement = connection.createStatement()) {
        for (String act :
            List.of(
                "delete from earwitness.audit_entry",
                "update earwitness.audit_entry set actor = 'x'",
                "truncate earwitness.audit_entry",
                "delete from earwitness.audit_leaf",
                "update earwitness.audit_leaf set leaf_index = leaf_index + 1",
                "delete from earwitness.audit_subtree",
                "update earwitness.audit_checkpoint set note = 'x'",
                "delete from earwitness.audit_checkpoint",
                "delete from earwitness.audit_bundle",
                "update earwitness.audit_checkpoint_copy set version_id = 'x'",
                "delete from earwitness.call",
                "delete from earwitness.call_archive",
                "update earwitness.call_archive set manifest_version_id = 'x'",
                "delete from earwitness.journal_entry",
                "delete from earwitness.access_grant",
                "update earwitness.access_grant set valid_from = now()",
                "update earwitness.access_grant set rights = '{listen}'",
                "delete from earwitness.matter_recording",
                "update earwitness.user_role set role = 'auditor'",
                "delete from earwitness.user_activity",
                "create table earwitness.mine (x int)",
                "create temporary table mine (x int)")) {
          assertThatThrownBy(() -> statement.execute(act))
              .as("%s as %s", act, role)
              .hasMessageContaining("permission denied");
        }
      }
    }
  }

  @Test
  void a_pooled_connection_forgets_its_tenant_when_a_transaction_fails() {
    assertThatThrownBy(
            () ->
                database
                    .transactions()
                    .inTenant(
                        ACME,
                        sql -> {
                          throw new IllegalArgumentException("on purpose");
                        }))
        .hasMessage("on purpose");
    for (int i = 0; i < 10; i++) {
      TenantSlug other = new TenantSlug("nobody-" + i);
      int seen = database.transactions().inTenant(other, sql -> sql.fetchCount(Tables.CALL));
      assertThat(seen).isZero();
    }
  }
}
