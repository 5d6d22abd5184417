package io.earwitness.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.earwitness.archive.ObjectKeys;
import io.earwitness.archive.catalog.AuditCopier;
import io.earwitness.archive.catalog.AuditOrigin;
import io.earwitness.archive.catalog.AuditSequencer;
import io.earwitness.archive.catalog.embedded.EmbeddedPostgres;
import io.earwitness.archive.store.ObjectStore;
import io.earwitness.archive.store.ObjectStore.Bucket;
import io.earwitness.archive.witness.TestWitness;
import io.earwitness.archive.witness.WitnessClient;
import io.earwitness.audit.AuditEntry;
import io.earwitness.audit.CanonicalEntry;
import io.earwitness.audit.tree.Checkpoint;
import io.earwitness.audit.tree.LogSigner;
import io.earwitness.audit.tree.MerkleTree;
import io.earwitness.call.TenantSlug;
import io.earwitness.json.Json;
import io.earwitness.outbound.TrustFile;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/**
 * What {@code verify audit} finds when somebody with all rights in the database, or with the log's
 * key even, changes the past of a log that was copied under lock.
 */
@WithOwnServer
class AuditVerifyTest {
  private static final TenantSlug ACME = new TenantSlug("acme");
  private static final int ENTRIES = 300;
  private static final AuditOrigin ORIGIN = new AuditOrigin("earwitness.local/audit");
  private static final String TABLES = "audit_entry audit_pending audit_leaf audit_checkpoint";

  private static final TestWitness WITNESS = new TestWitness();

  @TempDir private static Path data;

  private static Installation installation;
  private static ObjectStore store;
  private static Connection superuser;

  @BeforeAll
  static void copyALog() throws Exception {
    Config config = TestServer.config(data, Map.of());
    installation = Installation.open(config, Clock.systemUTC());
    store = Stores.open(config);
    Journals sealed = new Journals(installation.directory(), installation.platformKeys());
    try (AuditSequencer sequencer =
            installation.database().sequenceAudit(installation.auditSigner(), ORIGIN);
        AuditCopier copier =
            installation
                .database()
                .copyAudit(
                    sequencer,
                    store,
                    new AuditCopyKeys(),
                    sealed::bundle,
                    new AuditRetention(installation.database())::lock,
                    new AuditCopier.Settings(Duration.ofDays(1), Duration.ofDays(1)),
                    new WitnessClient(List.of(WITNESS.witness()), TrustFile.load(null)))) {
      for (int i = 0; i < ENTRIES; i++) {
        installation.database().audit().append(entry("act-" + i));
        if (i == 100) {
          sequencer.catchUp();
          assertThat(copier.copyBundles()).isPositive();
        }
      }
      sequencer.catchUp();
      assertThat(copier.copyCheckpoint()).isEqualTo(1);
      assertThat(copier.copyBundles()).isPositive();
      assertThat(copier.copyCheckpoint()).as("nothing grew").isZero();
      assertThat(copier.copyBundles()).as("nothing grew").isZero();
    }
    EmbeddedPostgres postgres = EmbeddedPostgres.attach(data.resolve("postgres")).orElseThrow();
    superuser =
        DriverManager.getConnection(
            postgres.jdbcUrl("earwitness"), postgres.adminUser(), postgres.adminPassword());
    for (String table : TABLES.split(" ")) {
      sql("create table %s_before as select * from earwitness.%s".formatted(table, table));
    }
  }

  @Test
  void theCopiedCheckpointIsCosignedByTheWitnessAndByNoOther() throws Exception {
    JsonNode platform = platform(verify("--witness", WITNESS.key()));
    assertThat(platform.path("cosigned").asLong()).isPositive().isEqualTo(WITNESS.size);
    assertThat(platform.path("findings")).isEmpty();
    try (TestWitness other = new TestWitness()) {
      JsonNode findings = platform(verify("--witness", other.key())).path("findings");
      assertThat(findings).hasSize(1);
      assertThat(findings.get(0).path("kind").asText()).isEqualTo("unverifiable");
      assertThat(findings.get(0).path("message").asText()).contains("cosigned by the witness");
    }
  }

  private static JsonNode platform(JsonNode result) {
    for (JsonNode log : result.path("logs")) {
      if (log.path("log").asText().endsWith("/platform")) {
        return log;
      }
    }
    throw new AssertionError(result.toString());
  }

  @AfterEach
  void restore() throws Exception {
    for (String table : TABLES.split(" ")) {
      sql("truncate earwitness." + table);
      sql(
          "insert into earwitness.%s overriding system value select * from %s_before"
              .formatted(table, table));
    }
    assertThat(verify().path("ok").asBoolean()).as("restored").isTrue();
  }

  @AfterAll
  static void close() throws Exception {
    WITNESS.close();
    superuser.close();
    store.close();
    installation.close();
  }

  private static AuditEntry entry(String action) {
    return new AuditEntry(
        UUID.randomUUID(),
        Instant.now().minusSeconds(3_600),
        ACME,
        "user:ana@acme",
        action,
        "recording:1",
        null,
        null,
        Map.of("reason", "complaint"));
  }

  private static void sql(String statement, @Nullable Object... values) throws SQLException {
    try (PreparedStatement prepared = superuser.prepareStatement(statement)) {
      for (int i = 0; i < values.length; i++) {
        prepared.setObject(i + 1, values[i]);
      }
      prepared.execute();
    }
  }

  private static UUID id(long leaf) throws SQLException {
    try (Statement statement = superuser.createStatement();
        ResultSet row =
            statement.executeQuery(
                "select entry from earwitness.audit_leaf where tenant = 'acme' and leaf_index = "
                    + leaf)) {
      assertThat(row.next()).isTrue();
      return row.getObject(1, UUID.class);
    }
  }

  private static JsonNode verify(String... more) throws Exception {
    List<String> arguments =
        new ArrayList<>(List.of("verify", "audit", "--json", "--data", data.toString()));
    arguments.addAll(List.of(more));
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine command =
        Main.commandLine().setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
    int exit = command.execute(arguments.toArray(String[]::new));
    assertThat(err.toString()).isEmpty();
    JsonNode result = Json.mapper().readTree(out.toString());
    assertThat(exit).isEqualTo(result.path("ok").asBoolean() ? ExitCode.DONE : ExitCode.FAILED);
    return result;
  }

  /** What is found, as {@code kind entry message}. */
  private static List<String> findings() throws Exception {
    List<String> findings = new ArrayList<>();
    for (JsonNode log : verify().path("logs")) {
      for (JsonNode finding : log.path("findings")) {
        assertThat(finding.path("log").asText()).isEqualTo("earwitness.local/audit/acme");
        findings.add(
            "%s %s %s"
                .formatted(
                    finding.path("kind").asText(),
                    finding.path("entry").asText("-"),
                    finding.path("message").asText()));
      }
    }
    return findings;
  }

  private static void assertFound(String... beginnings) throws Exception {
    List<String> findings = findings();
    for (String beginning : beginnings) {
      assertThat(findings).anyMatch(finding -> finding.startsWith(beginning));
    }
  }

  @Test
  void anUntouchedLogIsVerifiedWithItsCopies() throws Exception {
    JsonNode result = verify();
    assertThat(result.path("ok").asBoolean()).isTrue();
    JsonNode acme = result.path("logs").get(0);
    assertThat(acme.path("log").asText()).isEqualTo("earwitness.local/audit/acme");
    assertThat(acme.path("entries").asInt()).isEqualTo(ENTRIES);
    assertThat(acme.path("treeSize").asInt()).isEqualTo(ENTRIES);
    assertThat(acme.path("copies").asInt()).isEqualTo(2);
    JsonNode platform = result.path("logs").get(1);
    assertThat(platform.path("log").asText()).isEqualTo("earwitness.local/audit/platform");
    assertThat(platform.path("checkpoints").asInt()).isGreaterThanOrEqualTo(2);
  }

  @Test
  void copiesHoldNoPersonalValueInTheClearAndAreLockedLongerThanAnyRecording() throws Exception {
    Instant tenYears = Instant.now().plus(Duration.ofDays(3_650));
    int plain = 0;
    for (ObjectStore.Version version : store.list(Bucket.LOCK, ObjectKeys.auditLog(ACME))) {
      assertThat(store.lockOf(version.key(), version.versionId()).orElseThrow().until())
          .isAfter(tenYears);
      byte[] content;
      try (var in = store.open(Bucket.LOCK, version.key(), null).orElseThrow()) {
        content = in.readAllBytes();
      }
      String text = new String(content, StandardCharsets.ISO_8859_1);
      assertThat(text).doesNotContain("user:ana@acme").doesNotContain("complaint");
      plain += text.contains("\"action\":\"act-") ? 1 : 0;
    }
    assertThat(plain).as("bundles that could show something").isEqualTo(2);
  }

  @Test
  void aChangedValueIsFoundByItsEntryAndMember() throws Exception {
    sql("update earwitness.audit_entry set actor = 'user:mallory@acme' where id = ?", id(7));
    assertThat(findings())
        .containsExactly("changed %s entry %s (leaf 7) was changed: actor".formatted(id(7), id(7)));
    restore();
    sql("update earwitness.audit_entry set details = '{\"reason\": \"none\"}' where id = ?", id(8));
    assertThat(findings())
        .containsExactly(
            "changed %s entry %s (leaf 8) was changed: details.reason".formatted(id(8), id(8)));
  }

  @Test
  void anEntryThatWasChangedWithAllItsHashesIsFoundByTheSignedRootsAndByItsCopy() throws Exception {
    rewrite(7);
    assertFound(
        "not-as-signed - the log is not the one that",
        "changed %s entry %s (leaf 7) was changed since it was copied".formatted(id(7), id(7)));
  }

  /** Another entry under the same id, with canonical bytes and hashes that fit. */
  private static byte[] rewrite(long leaf) throws SQLException {
    byte[] salt = new byte[32];
    AuditEntry other =
        new AuditEntry(
            id(leaf),
            Instant.parse("2026-01-01T00:00:00Z"),
            ACME,
            "user:mallory@acme",
            "act",
            null,
            null,
            null,
            Map.of());
    byte[] canonical = CanonicalEntry.bytes(other, salt);
    byte[] hash = CanonicalEntry.leafHash(canonical);
    sql(
        "update earwitness.audit_entry set at = '2026-01-01T00:00:00Z', actor = 'user:mallory@acme',"
            + " action = 'act', object = null, details = '{}', salt = ?, canonical = ?, leaf_hash = ?"
            + " where id = ?",
        salt,
        canonical,
        hash,
        other.id());
    sql("update earwitness.audit_leaf set leaf_hash = ? where entry = ?", hash, other.id());
    return hash;
  }

  @Test
  void aRemovedEntryIsFound() throws Exception {
    UUID gone = id(120);
    sql("delete from earwitness.audit_entry where id = ?", gone);
    assertFound("removed %s entry %s (leaf 120) is gone or can't be read".formatted(gone, gone));
    sql("delete from earwitness.audit_leaf where entry = ?", gone);
    assertFound(
        "removed - leaf 120 of the log is gone",
        "removed %s entry %s (leaf 120) is gone".formatted(gone, gone));
  }

  @Test
  void aRemovedEntryIsNamedEvenIfThoseBehindItMovedUp() throws Exception {
    UUID gone = id(100);
    sql("delete from earwitness.audit_entry where id = ?", gone);
    sql("delete from earwitness.audit_leaf where entry = ?", gone);
    sql("alter table earwitness.audit_leaf drop constraint audit_leaf_pkey");
    sql(
        "update earwitness.audit_leaf set leaf_index = leaf_index - 1 where tenant = 'acme' and leaf_index > 100");
    sql("alter table earwitness.audit_leaf add primary key (tenant, leaf_index)");
    List<String> findings = findings();
    assertThat(findings)
        .contains("removed %s entry %s (leaf 100) is gone".formatted(gone, gone))
        .anyMatch(finding -> finding.startsWith("not-as-signed"))
        .anyMatch(finding -> finding.contains("the last 1 are gone"))
        .noneMatch(finding -> finding.startsWith("reordered"));
  }

  @Test
  void aLogThatWasCutShortIsFound() throws Exception {
    sql(
        "delete from earwitness.audit_entry where id in (select entry from earwitness.audit_leaf where tenant = 'acme' and leaf_index >= 280)");
    sql("delete from earwitness.audit_leaf where tenant = 'acme' and leaf_index >= 280");
    sql("delete from earwitness.audit_checkpoint where tenant = 'acme' and tree_size > 280");
    assertThat(findings())
        .anyMatch(
            finding ->
                finding.contains("has 280 entries, but")
                    && finding.contains("the last 20 are gone"));
  }

  @Test
  void aLogThatIsGoneAltogetherIsMissed() throws Exception {
    sql("delete from earwitness.audit_entry where tenant = 'acme'");
    sql("delete from earwitness.audit_leaf where tenant = 'acme'");
    sql("delete from earwitness.audit_checkpoint where tenant = 'acme'");
    assertThat(findings())
        .anyMatch(finding -> finding.contains("the log has 0 entries, but the platform's log"));
  }

  @Test
  void anEntryThatWasPutInIsFound() throws Exception {
    AuditEntry forged = entry("forged");
    insert(forged);
    assertFound(
        "inserted %s entry %s is in the trail but has no leaf".formatted(forged.id(), forged.id()));
    sql("alter table earwitness.audit_leaf drop constraint audit_leaf_pkey");
    sql(
        "update earwitness.audit_leaf set leaf_index = leaf_index + 1 where tenant = 'acme' and leaf_index >= 50");
    sql("alter table earwitness.audit_leaf add primary key (tenant, leaf_index)");
    sql(
        "insert into earwitness.audit_leaf select tenant, 50, id, leaf_hash from earwitness.audit_entry where id = ?",
        forged.id());
    List<String> findings = findings();
    assertThat(findings)
        .contains(
            "inserted %s entry %s (leaf 50) was not there when the log was copied"
                .formatted(forged.id(), forged.id()))
        .anyMatch(finding -> finding.startsWith("not-as-signed"))
        .noneMatch(finding -> finding.startsWith("reordered") || finding.startsWith("removed"));
  }

  private static void insert(AuditEntry entry) throws SQLException {
    byte[] salt = new byte[32];
    byte[] canonical = CanonicalEntry.bytes(entry, salt);
    sql(
        "insert into earwitness.audit_entry values (?, 'acme', ?::timestamptz, ?, ?, ?, null, null, ?::jsonb, ?, ?, ?)",
        entry.id(),
        entry.at().toString(),
        entry.actor(),
        entry.action(),
        entry.object(),
        Json.text(entry.details()),
        salt,
        canonical,
        CanonicalEntry.leafHash(canonical));
  }

  @Test
  void entriesThatChangedPlacesAreFound() throws Exception {
    UUID first = id(20);
    UUID second = id(250);
    sql("update earwitness.audit_leaf set leaf_index = 100000 where entry = ?", first);
    sql("update earwitness.audit_leaf set leaf_index = 20 where entry = ?", second);
    sql("update earwitness.audit_leaf set leaf_index = 250 where entry = ?", first);
    assertFound(
        "not-as-signed",
        "reordered %s entry %s (leaf 20) stands at leaf 250 now".formatted(first, first),
        "reordered %s entry %s (leaf 250) stands at leaf 20 now".formatted(second, second));
  }

  @Test
  void aCheckpointByAnotherKeyIsFound() throws Exception {
    KeyPair keys = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    LogSigner mallory = new LogSigner(keys.getPrivate(), keys.getPublic());
    String note = mallory.sign(new Checkpoint("earwitness.local/audit/acme", ENTRIES, rootNow()));
    sql(
        "update earwitness.audit_checkpoint set note = ? where tenant = 'acme' and tree_size = ?",
        note,
        (long) ENTRIES);
    assertFound("forged-checkpoint - the checkpoint of 300 entries is forged: it is not signed by");
  }

  private static byte[] rootNow() {
    List<byte[]> leaves =
        installation.database().auditLogs().leaves(ACME, 0, ENTRIES).stream()
            .map(leaf -> leaf.leafHash())
            .toList();
    byte[] block = MerkleTree.complete(leaves.subList(0, 256));
    return new MerkleTree(
            (level, first, count) ->
                level == 0 ? leaves.subList((int) first, (int) first + count) : List.of(block),
            ENTRIES)
        .root();
  }

  @Test
  void aHistoryThatWasRewrittenAndSignedWithTheLogsOwnKeyIsFoundAsAFork() throws Exception {
    rewrite(150);
    sql("delete from earwitness.audit_checkpoint where tenant = 'acme'");
    Checkpoint forked = new Checkpoint("earwitness.local/audit/acme", ENTRIES, rootNow());
    sql(
        "insert into earwitness.audit_checkpoint values ('acme', ?, ?, ?, now())",
        forked.treeSize(),
        forked.rootHash(),
        installation.auditSigner().sign(forked));
    assertFound(
        "forked - two different trees of 300 entries were signed: by the checkpoint of 300 entries and by the",
        "changed %s".formatted(id(150)));
  }

  @Test
  void aCopyThatWasPutOverAnotherIsFound() throws Exception {
    ObjectStore.Version bundle =
        store.list(Bucket.LOCK, ObjectKeys.auditLog(ACME)).stream()
            .filter(version -> version.key().endsWith(".jsonl"))
            .findFirst()
            .orElseThrow();
    byte[] content;
    try (var in = store.open(Bucket.LOCK, bundle.key(), bundle.versionId()).orElseThrow()) {
      content = in.readAllBytes();
    }
    String changed = new String(content, StandardCharsets.UTF_8).replaceFirst("act-5\"", "act-6\"");
    String version = store.put(Bucket.LOCK, bundle.key(), changed.getBytes(StandardCharsets.UTF_8));
    try {
      assertFound(
          "changed - the copy %s (version %s): its entries are not those that its checkpoint signed"
              .formatted(bundle.key(), version));
    } finally {
      store.delete(Bucket.LOCK, bundle.key(), version);
    }
  }

  @Test
  void whatIsNoExportIsWrongUsageAndAKeyFileIsTrustedInsteadOfTheStore() throws Exception {
    Path file = Files.writeString(data.resolve("no-export.jsonl"), "{}\n");
    StringWriter err = new StringWriter();
    int exit =
        Main.commandLine()
            .setErr(new PrintWriter(err, true))
            .execute("verify", "audit", file.toString(), "--data", data.toString());
    assertThat(exit).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).contains("does not begin like an export");

    KeyPair keys = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    LogSigner other = new LogSigner(keys.getPrivate(), keys.getPublic());
    Path key =
        Files.writeString(
            data.resolve("other.vkey"),
            other.verifierKey("earwitness.local/audit/acme")
                + "\n"
                + other.verifierKey("earwitness.local/audit/platform")
                + "\n");
    JsonNode result = verify("--key", key.toString(), "--tenant", "acme");
    assertThat(result.path("ok").asBoolean()).isFalse();
    assertThat(result.findValuesAsText("kind")).contains("forged-checkpoint");
  }
}
