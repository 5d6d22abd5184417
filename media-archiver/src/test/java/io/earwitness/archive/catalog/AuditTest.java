package io.earwitness.archive.catalog;

import static io.earwitness.archive.catalog.TestCalls.ACME;
import static io.earwitness.archive.catalog.TestCalls.GLOBEX;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.earwitness.archive.catalog.embedded.EmbeddedPostgres;
import io.earwitness.archive.catalog.embedded.PostgresBinaries;
import io.earwitness.audit.AuditEntry;
import io.earwitness.audit.AuditLog;
import io.earwitness.audit.AuditTrail;
import io.earwitness.audit.CanonicalEntry;
import io.earwitness.call.TenantSlug;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

@Execution(ExecutionMode.CONCURRENT)
class AuditTest {
  private static final Instant T = Instant.parse("2026-11-20T09:00:00.000001Z");

  private CatalogDatabase database;

  @BeforeEach
  void open() {
    database = CatalogDatabase.open(TestServer.bundled().newDatabase(), Clock.systemUTC());
  }

  @AfterEach
  void close() {
    database.close();
  }

  private static AuditEntry entry(TenantSlug tenant, Instant at, String actor, String action) {
    return new AuditEntry(
        UUID.randomUUID(),
        at,
        tenant,
        actor,
        action,
        "recording:1",
        null,
        null,
        Map.of("q", "+4930 Müller \"x\""));
  }

  private AuditTrail.Page page(TenantSlug tenant, int limit, @Nullable String cursor) {
    return database
        .auditTrail()
        .entries(new AuditTrail.Query(tenant, null, null, null, null, null, limit, cursor));
  }

  @Test
  void an_entry_is_kept_whole_and_its_leaf_hash_is_that_of_its_bytes() {
    AuditEntry entry = entry(ACME, T.plusNanos(999), "user:ana@acme", "recording.play");
    database.audit().append(entry);
    AuditTrail.Kept kept = page(ACME, 10, null).entries().getFirst();
    assertThat(kept.entry().at()).isEqualTo(T);
    assertThat(kept.entry()).usingRecursiveComparison().ignoringFields("at").isEqualTo(entry);
    assertThat(kept.canonical()).isEqualTo(CanonicalEntry.bytes(kept.entry(), kept.salt()));
    assertThat(kept.leafHash()).isEqualTo(CanonicalEntry.leafHash(kept.canonical()));
  }

  @Test
  void every_entry_has_a_salt_of_its_own() {
    database.audit().append(entry(ACME, T, "user:ana@acme", "x"));
    database.audit().append(entry(ACME, T, "user:ana@acme", "x"));
    List<AuditTrail.Kept> kept = page(ACME, 10, null).entries();
    assertThat(kept.get(0).salt()).isNotEqualTo(kept.get(1).salt());
  }

  @Test
  void the_same_entry_again_is_one_entry_and_another_with_its_id_is_refused() {
    AuditEntry entry = entry(ACME, T, "user:ana@acme", "recording.play");
    database.audit().append(entry);
    database.audit().append(entry);
    assertThat(page(ACME, 10, null).entries()).hasSize(1);
    AuditEntry other =
        new AuditEntry(
            entry.id(), T, ACME, "user:bo@acme", "recording.play", null, null, null, Map.of());
    assertThatThrownBy(() -> database.audit().append(other))
        .isInstanceOf(IllegalArgumentException.class);
    AuditEntry elsewhere =
        new AuditEntry(
            entry.id(), T, GLOBEX, "user:bo@globex", "recording.play", null, null, null, Map.of());
    assertThatThrownBy(() -> database.audit().append(elsewhere))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void pages_go_from_new_to_old_without_gap_or_repetition() {
    List<UUID> newestFirst = new ArrayList<>();
    for (int i = 0; i < 7; i++) {
      // Pairs share their instant
      AuditEntry entry = entry(ACME, T.plusSeconds(i / 2), "user:ana@acme", "x");
      database.audit().append(entry);
      newestFirst.add(entry.id());
    }
    database.audit().append(entry(GLOBEX, T, "user:eve@globex", "x"));
    List<AuditEntry> read = new ArrayList<>();
    String cursor = null;
    do {
      AuditTrail.Page page = page(ACME, 3, cursor);
      page.entries().forEach(kept -> read.add(kept.entry()));
      cursor = page.next();
    } while (cursor != null);
    assertThat(read).extracting(AuditEntry::id).containsExactlyInAnyOrderElementsOf(newestFirst);
    assertThat(read)
        .extracting(AuditEntry::at)
        .isSortedAccordingTo(java.util.Comparator.reverseOrder());
    assertThatThrownBy(() -> page(ACME, 3, "bm9uZQ"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no cursor");
  }

  @Test
  void entries_are_found_by_time_actor_action_and_object() {
    AuditEntry ana = entry(ACME, T, "user:ana@acme", "recording.play");
    AuditEntry bo = entry(ACME, T.plusSeconds(1), "user:bo@acme", "search.execute");
    database.audit().append(ana);
    database.audit().append(bo);
    AuditTrail trail = database.auditTrail();
    assertThat(
            ids(
                trail,
                new AuditTrail.Query(ACME, T.plusSeconds(1), null, null, null, null, 9, null)))
        .containsExactly(bo.id());
    assertThat(
            ids(
                trail,
                new AuditTrail.Query(ACME, null, T.plusSeconds(1), null, null, null, 9, null)))
        .containsExactly(ana.id());
    assertThat(ids(trail, new AuditTrail.Query(ACME, null, null, ana.actor(), null, null, 9, null)))
        .containsExactly(ana.id());
    assertThat(ids(trail, new AuditTrail.Query(ACME, null, null, null, bo.action(), null, 9, null)))
        .containsExactly(bo.id());
    assertThat(
            ids(trail, new AuditTrail.Query(ACME, null, null, null, null, "recording:1", 9, null)))
        .containsExactly(bo.id(), ana.id());
    assertThat(ids(trail, new AuditTrail.Query(GLOBEX, null, null, null, null, null, 9, null)))
        .isEmpty();
  }

  private static List<UUID> ids(AuditTrail trail, AuditTrail.Query query) {
    return trail.entries(query).entries().stream().map(kept -> kept.entry().id()).toList();
  }

  @Test
  void an_entry_outlives_a_server_that_dies_right_after_it_and_the_next_one_is_kept_once(
      @TempDir Path folder) throws Exception {
    PostgresBinaries binaries = PostgresBinaries.bundled(PostgresBinaries.userCache());
    AuditEntry entry = entry(ACME, T, "user:ana@acme", "recording.play");
    try (EmbeddedPostgres postgres = EmbeddedPostgres.start(folder, binaries, 0);
        CatalogDatabase catalog = CatalogDatabase.open(newDatabase(postgres), Clock.systemUTC())) {
      catalog.audit().append(entry);
      // The processes of the server end one after the other: one that still lives may keep the
      // second entry, and be gone before it is read
      ProcessHandle.of(TestServer.postmaster(folder)).orElseThrow().destroyForcibly();
      AuditEntry second = entry(ACME, T, "user:ana@acme", "second");
      appendUntilItSucceeds(catalog.audit(), second);
      assertThat(idsOnceTheServerAnswers(catalog.auditTrail()))
          .containsExactlyInAnyOrder(entry.id(), second.id());
    }
  }

  @Test
  void nothing_counts_as_kept_while_the_server_is_away(@TempDir Path folder) throws Exception {
    PostgresBinaries binaries = PostgresBinaries.bundled(PostgresBinaries.userCache());
    EmbeddedPostgres postgres = EmbeddedPostgres.start(folder, binaries, 0);
    int port = postgres.port();
    DatabaseConfig.External external = newDatabase(postgres);
    AuditEntry first = entry(ACME, T, "user:ana@acme", "first");
    AuditEntry refused = entry(ACME, T, "user:ana@acme", "refused");
    AuditEntry later = entry(ACME, T, "user:ana@acme", "later");
    try (CatalogDatabase catalog = CatalogDatabase.open(external, Clock.systemUTC())) {
      catalog.audit().append(first);
      postgres.close();
      assertThatThrownBy(() -> catalog.audit().append(refused))
          .isInstanceOf(AuditLog.AuditUnavailableException.class)
          .hasMessageContaining("'refused' must not happen");
      try (EmbeddedPostgres _ = EmbeddedPostgres.start(folder, binaries, port)) {
        appendUntilItSucceeds(catalog.audit(), later);
        assertThat(idsOnceTheServerAnswers(catalog.auditTrail()))
            .containsExactlyInAnyOrder(first.id(), later.id());
      }
    } finally {
      postgres.close();
    }
  }

  private static DatabaseConfig.External newDatabase(EmbeddedPostgres postgres) throws Exception {
    try (Connection admin =
            DriverManager.getConnection(
                postgres.jdbcUrl("postgres"), postgres.adminUser(), postgres.adminPassword());
        Statement statement = admin.createStatement()) {
      statement.execute("create role ew login createrole password 'pw'");
      statement.execute("create database ew owner ew");
    }
    return new DatabaseConfig.External(postgres.jdbcUrl("ew"), "ew", "pw");
  }

  private static void appendUntilItSucceeds(AuditLog audit, AuditEntry entry) throws Exception {
    for (int failures = 0; failures < 1_200; failures++) {
      try {
        audit.append(entry);
        return;
      } catch (AuditLog.AuditUnavailableException e) {
        assertThat(e).hasMessageContaining("must not happen");
        Thread.sleep(50);
      }
    }
    throw new AssertionError("the database did not come back");
  }

  private static List<UUID> idsOnceTheServerAnswers(AuditTrail trail) throws Exception {
    for (int failures = 0; failures < 1_200; failures++) {
      try {
        return ids(trail, new AuditTrail.Query(ACME, null, null, null, null, null, 9, null));
      } catch (CallCatalog.CatalogUnavailableException _) {
        Thread.sleep(50);
      }
    }
    throw new AssertionError("the database did not come back");
  }
}
