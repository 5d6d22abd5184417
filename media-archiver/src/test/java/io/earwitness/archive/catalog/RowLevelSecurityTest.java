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
      directory.addUser(
          new Directory.User("v-" + slug, tenant, "bea", "Bea", null, Set.of(), true), "t");
      directory.addTeam(new Directory.Team("t-" + slug, tenant, "desk", null), "t");
      directory.addMember(tenant, "desk", "ana", "t");
      AccessDirectory access = database.access();
      access.allowOwnCalls(tenant, true, "t");
      database.lockModes().comply(tenant, false, "t");
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
              TestSessions.of(
                  tenant.equals(ACME) ? "c" : "d", tenant, "u-" + slug, now, now.plusSeconds(60)));
      database
          .plays()
          .open(new Plays.Play(UUID.randomUUID(), tenant, call.id(), "u-" + slug, null, now, null));
      database
          .accessReviews()
          .add(
              new AccessReviews.AccessReview(
                  UUID.randomUUID(), tenant, now, "u-" + slug, "Ana", "as it should be", 1, 1, 0),
              new byte[] {1});
    }
    while (database.changes().read(0, 10).size() < 2) {
      database.changes().await(1, Duration.ofSeconds(30));
    }
    // With the sequencer's lock taken, rows stay in the outbox; bundles come with the first
    // shipping
    sequencerStopped = SERVER.admin(config);
    query(sequencerStopped, "select pg_advisory_lock(" + Locks.SEQUENCER + ")");
    provisioning();
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
        "insert into earwitness.audit_destination select tenant, 'siem', 'tls://h:1', true, 0, now(), 't' from earwitness.tenant");
    superuser(
        "insert into earwitness.tenant_closing (tenant, id, stop_at, keys, begun_at, begun_by) select tenant, gen_random_uuid(), now(), 'keep', now(), 't' from earwitness.tenant where tenant <> 'platform'");
    superuser(
        "insert into earwitness.delivery_target select tenant, 'vault', 'folder', 'copy', 'x', '', null, '', '', null, false, now(), 't' from earwitness.tenant where tenant <> 'platform'");
    superuser(
        "insert into earwitness.delivery select tenant, 'vault', id, 0, 1, now() from earwitness.call");
    superuser(
        "insert into earwitness.delivery_instruction select tenant, name, 1, 'key', 1, now(), 'x' from earwitness.delivery_target");
    superuser(
        "insert into earwitness.delivery_file select tenant, name, 'key', 'v' from earwitness.delivery_target");
    superuser(
        "insert into earwitness.delivery_index select tenant, name, '2026-11-27', now(), now() from earwitness.delivery_target");
    superuser(
        "insert into earwitness.sign_in_failure select tenant, id, '', 1, now() from earwitness.app_user");
    superuser("insert into earwitness.totp select tenant, id, 'sealed' from earwitness.app_user");
    superuser(
        "insert into earwitness.totp_recovery_code select tenant, user_id, repeat('a', 64) from earwitness.totp");
    superuser(
        "insert into earwitness.identity_provider select tenant, 'idp', 'IdP', 'https://idp.example', 'id', null,"
            + " '{}', '', 'groups', '{}', '{}', false, true, now() from earwitness.tenant");
    superuser(
        "insert into earwitness.identity_link select tenant, id, 'idp', null, null, now() from earwitness.app_user");
    superuser(
        "insert into earwitness.journal_bundle select tenant, 1, 1, now() from earwitness.tenant");
    superuser(
        """
        insert into earwitness.alarm (tenant, id, kind, object, severity, detail, node, raised_at, last_raised_at, times)
        select tenant, gen_random_uuid(), 'calls-lost', 'tenant:' || tenant, 'critical', '', 'n', now(), now(), 1
        from earwitness.tenant""");
    superuser(
        """
        insert into earwitness.alarm_notice (tenant, id, alarm, channel, event, state, planned_at, due_at)
        select tenant, gen_random_uuid(), id, 'desk', 'raised', 'waiting', now(), now() from earwitness.alarm""");
    superuser(
        "insert into earwitness.alarm_attempt select tenant, id, 1, now(), 'x' from earwitness.alarm_notice");
    superuser(
        "insert into earwitness.alarm_channel select tenant, 'desk', 'email', 'a@b', 'major', 0, now(), 'x' from earwitness.tenant");
    superuser(
        """
        insert into earwitness.alarm_silence (tenant, id, kind, begins_at, ends_at, reason, created_by)
        select tenant, gen_random_uuid(), 'calls-lost', now(), now() + interval '1 day', 'x', 'x' from earwitness.tenant""");
    superuser(
        """
        insert into earwitness.announcement_prompt
          (tenant, name, language, version, sha256, duration_ms, sealed, added_at, added_by)
        select tenant, 'p', 'en', 1, repeat('0', 64), 1, 'x', now(), 'x' from earwitness.tenant""");
    superuser(
        "insert into earwitness.announcement_policy select tenant, 1, now(), 'x', '{}' from earwitness.tenant");
    superuser(
        "insert into earwitness.recording_policy select tenant, 1, now(), 'x', '{}' from earwitness.tenant");
    superuser(
        "insert into earwitness.announcement_play"
            + " select gen_random_uuid(), tenant, 'n', 'p/en/v1', now(), now(), true, 'x', '{}', '{}'"
            + " from earwitness.tenant");
    superuser(
        """
        insert into earwitness.live_request (id, tenant, recording, node, action, asked_by, asked_at)
        select gen_random_uuid(), tenant, gen_random_uuid(), 'n', 'pause', 'x', now() from earwitness.tenant""");
    superuser(
        "insert into earwitness.live_pause select tenant, gen_random_uuid(), 'n', 'x', null, now() from earwitness.tenant");
    superuser(
        "insert into earwitness.retention_policy select tenant, 1, now(), 'x', '{}' from earwitness.tenant");
    superuser(
        "insert into earwitness.retention_lengthening select tenant, 1, now(), 'x' from earwitness.tenant");
    superuser("insert into earwitness.retention_trial select tenant, now() from earwitness.tenant");
    superuser(
        "insert into earwitness.matching_rule"
            + " select row_number() over () - 1, tenant, 'source', null, '192.0.2.1', tenant from earwitness.tenant");
    superuser(
        "insert into earwitness.call_correction select tenant, id, 1, now(), 'x', 'x', '[]', '[]' from earwitness.call");
    holds();
    superuser(
        "insert into earwitness.call_tag select tenant, id, 'x', now(), 'x', null, null, 1 from earwitness.call");
    superuser(
        "insert into earwitness.call_note select tenant, id, id, 1, now(), 'x', 'x', null, 'x' from earwitness.call");
    superuser(
        "insert into earwitness.tenant_licence select tenant, 'standard', 1, 1, null, 0, false, false, now(), 'x' from earwitness.tenant");
    superuser(
        "insert into earwitness.licence_extension select tenant, '2020-01-01', 'standard', '1', id, now() from earwitness.call");
    secondPerson();
    disposal();
    subjectRequests();
    handOver();
    guests();
  }

  private static void holds() {
    superuser(
        "insert into earwitness.legal_hold (tenant, id, name, reason, grace_days, scope, placed_at, placed_by)"
            + " select tenant, gen_random_uuid(), 'x', 'x', 7, '{}', now(), 'x' from earwitness.tenant");
    superuser(
        "insert into earwitness.legal_hold_recording"
            + " select tenant, h.id, c.id, now() from earwitness.legal_hold h join earwitness.call c using (tenant)");
    superuser(
        "insert into earwitness.restriction (tenant, id, recording, at, by, reason, legal_basis, spans, derivative)"
            + " select tenant, id, id, now(), 'x', 'x', 'x', '[]', 'none' from earwitness.call");
    superuser(
        "insert into earwitness.restriction_opening"
            + " select tenant, id, id, '{x}', now(), now() + interval '1 hour', 'x', 'x', 'x' from earwitness.call");
    superuser(
        "insert into earwitness.object_hold select tenant, id, 'set', 0, now(), now() from earwitness.call");
  }

  private static void guests() {
    superuser(
        """
        insert into earwitness.guest
          (tenant, user_id, matter, download, reason, invited_at, invited_by, ends_at, plays_allowed)
        select tenant, 'v-' || tenant, id, false, 'x', now(), 'x', now() + interval '1 day', 1
        from earwitness.matter""");
    superuser(
        """
        insert into earwitness.support_request (tenant, id, person_id, person_name, reason, asked_at, asked_by)
        select tenant, gen_random_uuid(), 'x', 'x', 'x', now(), 'x' from earwitness.guest""");
  }

  private static void subjectRequests() {
    superuser(
        """
        insert into earwitness.subject_request (tenant, id, version, kind, state, opened_at, due_at, request)
        select tenant, gen_random_uuid(), 1, 'access', 'received', now(), now(), '{}' from earwitness.tenant""");
    superuser(
        """
        insert into earwitness.subject_request_item (tenant, request, call, outcome, item)
        select tenant, id, gen_random_uuid(), 'pending', '{}' from earwitness.subject_request""");
    superuser(
        "insert into earwitness.subject_copy_heard select tenant, id, 'x', 'x' from earwitness.subject_request");
  }

  private static void disposal() {
    superuser(
        "insert into earwitness.disposal_settings select tenant, 1, 'off', '{}', 'kept', 7, now(), 'x' from earwitness.tenant");
    superuser(
        """
        insert into earwitness.disposal_run (tenant, id, opened_at, not_before, mode, state)
        select tenant, gen_random_uuid(), now(), now() + interval '30 days', 'automatic', 'announced'
        from earwitness.tenant""");
    superuser(
        """
        insert into earwitness.disposal_item (tenant, run, call, state, started_at, ended_at, until, keep, policy, bytes)
        select tenant, r.id, c.id, 'due', now(), now(), now(), 'x', 0, 0
        from earwitness.disposal_run r join earwitness.call c using (tenant)""");
    superuser(
        "insert into earwitness.tombstone"
            + " select tenant, call, now(), run, 'x', null, 0, now(), 'x', 0, 0, '[]', 'x', '{}' from earwitness.disposal_item");
  }

  private static void secondPerson() {
    superuser(
        """
        insert into earwitness.approval
          (tenant, id, kind, state, payload, payload_sha256, asking_tenant, asked_by, asker, benefits, reason, asked_at,
           expires_at)
        select tenant, gen_random_uuid(), 'a.b', 'requested', '{}', repeat('0', 64), tenant, id, 'x', '{}', 'x', now(),
          now() + interval '1 day'
        from earwitness.app_user where name = 'ana'""");
    superuser(
        """
        insert into earwitness.approval_step (tenant, approval, number, state, at, actor, note)
        select tenant, id, 1, 'requested', now(), 'x', '' from earwitness.approval""");
    superuser(
        """
        insert into earwitness.approval_delegation (tenant, id, from_user, to_user, valid_from, valid_until, created_at)
        select tenant, gen_random_uuid(), 'u-' || tenant, 'v-' || tenant, now(), now() + interval '1 day', now()
        from earwitness.app_user where name = 'ana'""");
    superuser(
        """
        insert into earwitness.break_glass_code (tenant, selector, hash, created_at, created_by, expires_at)
        select tenant, 'AAAAAAAA', '$argon2id$x', now(), 'x', now() + interval '1 day'
        from earwitness.app_user where name = 'ana'""");
    superuser(
        """
        insert into earwitness.break_glass_use
          (tenant, id, selector, user_id, user_name, used_at, role_until, review_by)
        select tenant, gen_random_uuid(), selector, 'u-' || tenant, 'x', now(), now() + interval '1 hour',
          now() + interval '5 days'
        from earwitness.break_glass_code""");
    superuser(
        "insert into earwitness.break_glass_bound select tenant, id, 'x', now() from earwitness.break_glass_use");
  }

  private static void handOver() {
    superuser(
        """
        insert into earwitness.hand_over
          (id, call, from_tenant, to_tenant, new_call, giving, taking, asked_at, asked_by, reason, state)
        select gen_random_uuid(), c.id, a.tenant, b.tenant, gen_random_uuid(), a.id, b.id, now(), 'x', 'x', 'asked'
        from earwitness.approval a join earwitness.call c using (tenant), earwitness.approval b
        where a.tenant = 'acme' and b.tenant = 'globex'""");
  }

  private static void provisioning() {
    superuser(
        "insert into earwitness.api_token select md5(tenant) || md5(id), tenant, id, 'x', null, now(), 't', now(), now()"
            + " from earwitness.app_user");
    superuser(
        "insert into earwitness.matter_owner select tenant, id, 'u-' || tenant, now() from earwitness.matter");
    superuser(
        "insert into earwitness.provisioned_user select tenant, id, null, null, null, '{}', now() from earwitness.app_user");
    superuser(
        "insert into earwitness.provisioned_team select tenant, id, null, now() from earwitness.team");
    superuser(
        "insert into earwitness.provisioning_removal select tenant, id, now(), 't' from earwitness.app_user");
    superuser(
        "insert into earwitness.provisioning_hold select tenant, gen_random_uuid(), now(), 9, 5, 5 from earwitness.tenant");
    superuser(
        "insert into earwitness.provisioning_hold_person select tenant, h.id, u.id, now()"
            + " from earwitness.provisioning_hold h join earwitness.app_user u using (tenant)");
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
      List<String> expected = new ArrayList<>(tablesThatNameATenant());
      assertThat(expected).hasSizeGreaterThan(15);
      // It names two, neither of whom may see it
      expected.add("hand_over");
      assertThat(forced).containsExactlyInAnyOrderElementsOf(expected);
    }
  }

  @Test
  void which_tenants_are_concerned_by_a_hand_over_is_the_platforms_alone() throws SQLException {
    String all = "select from_tenant || '>' || to_tenant from earwitness.hand_over";
    try (Connection admin = SERVER.admin(config);
        Connection app = TestServer.connect(config, "earwitness_app")) {
      assertThat(query(admin, all)).containsExactly("acme>globex");
      assertThat(query(app, all)).as("without a tenant").isEmpty();
      app.setAutoCommit(false);
      for (String tenant : List.of("acme", "globex", "platform")) {
        query(app, "select set_config('earwitness.tenant', '" + tenant + "', true)");
        assertThat(query(app, all).isEmpty()).as(tenant).isEqualTo(!tenant.equals("platform"));
        app.rollback();
      }
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
                "delete from earwitness.identity_provider",
                "update earwitness.identity_provider set issuer = 'https://evil.example'",
                "delete from earwitness.provisioning_removal",
                "update earwitness.provisioning_hold set allowed = 1000",
                "delete from earwitness.announcement_prompt",
                "update earwitness.announcement_prompt set sealed = 'x'",
                "update earwitness.announcement_policy set policy = '{}'",
                "update earwitness.recording_policy set policy = '{}'",
                "delete from earwitness.recording_policy",
                "delete from earwitness.announcement_play",
                "update earwitness.announcement_play set complete = true",
                "update earwitness.retention_policy set policy = '{}'",
                "delete from earwitness.retention_policy",
                "update earwitness.retention_lengthening set asked_by = 'x'",
                "delete from earwitness.retention_lengthening",
                "update earwitness.retention_trial set since = now()",
                "delete from earwitness.retention_trial",
                "update earwitness.retention_lock_mode set existing = false",
                "delete from earwitness.retention_lock_mode",
                "delete from earwitness.tenant_closing",
                "update earwitness.tenant_closing set tenant = 'x'",
                "update earwitness.api_token set expires_at = now()",
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
  void nobody_can_shorten_what_is_kept_or_locked() throws SQLException {
    try (Connection connection = TestServer.connect(config, "earwitness_worker");
        Statement statement = connection.createStatement()) {
      assertThatThrownBy(
              () ->
                  statement.execute(
                      "update earwitness.call_archive set lock_until = lock_until - interval '1 s'"))
          .hasMessageContaining("can only be made later");
    }
    try (Connection connection = TestServer.connect(config, "earwitness_app");
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute("select set_config('earwitness.tenant', 'acme', true)");
      assertThatThrownBy(
              () ->
                  statement.execute(
                      "update earwitness.call_archive set keep_until = keep_until - interval '1 s'"))
          .hasMessageContaining("can only be made later");
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
